"""Rules about the other objects of a run that a Job depends on."""
