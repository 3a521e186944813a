"""The version, stated here once: the build reads it from this file, `joblint --version` imports it."""

__version__ = "0.1.0"
