"""The user's tree: which files are read, git, configuration, rendering, and what is left alone."""
