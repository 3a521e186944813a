"""The configuration: which file speaks for a path, what it says, and what is in force in the end.

Only the shells read it; the engine gets the Settings that are made of it. `find` and `inforce` are imported by every
run and cost next to nothing; the rest is imported where a configuration was found.
"""

PYPROJECT = "pyproject.toml"
TABLE = ("tool", "joblint")  # of a pyproject.toml
MAX_BYTES = 1 << 20  # of a configuration
