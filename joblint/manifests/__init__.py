"""From bytes to the objects of a run, each with its place."""
