"""Templates, read without running them: Go templates as Helm charts have them."""

# Private characters, which no manifest has, in what a template writes.
HOLE = "\ue000"  # in the place of a value that is not known
MORE = "\ue001"  # in the place of any number of entries or items
