"""Rules about what teams choose, and about what has no effect."""
