"""YAML and JSON read into a tree in which every node knows its place."""
