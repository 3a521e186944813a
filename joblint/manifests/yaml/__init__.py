"""YAML and JSON parsed into a tree in which every node knows its place."""
