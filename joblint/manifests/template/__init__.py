"""Templates, read without running them: Go templates as Helm charts have them."""

# Private characters, which no manifest has, in what a template writes.
HOLE = "\ue000"  # in the place of a value that is not known
MORE = "\ue001"  # in the place of any number of entries or items

UNKNOWN = "cannot be read without the values of its chart"  # why a document that a template writes is left alone


def is_open(text: str) -> bool:
    """Return whether a template inserts something into a text."""
    return HOLE in text or MORE in text
