"""What several rules ask of a container: its script, the syntax of it, its exit codes. No rules."""
