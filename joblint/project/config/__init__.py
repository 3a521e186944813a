"""The configuration: which file applies to a path, what it sets, and which values are in force in the end.

Only the command line and the editor read it; the engine gets the Settings that are made from it. `find` and `inforce`
are imported by every run and cost next to nothing; the rest is imported only if a configuration was found.
"""

PYPROJECT = "pyproject.toml"
TABLE = ("tool", "joblint")  # of a pyproject.toml
MAX_BYTES = 1 << 20  # of a configuration
