"""What several rules need to know about a container: its script, the script's syntax and exit codes. No rules."""
