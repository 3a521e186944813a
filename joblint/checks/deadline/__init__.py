"""Rules about how often a failure is retried, and for how long."""
