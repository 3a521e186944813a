"""The user's tree: which files are read, git, configuration, rendering, and which objects are not checked."""
