"""Rules about what a container starts: its words, variables, exit codes, pipelines."""
