"""All objects of a run, and how they refer to each other."""
