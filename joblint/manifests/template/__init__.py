"""Templates, read without running them: those of Helm charts, and others of Go, Jinja and ERB."""

# Private characters, which no manifest has, in what a template writes.
HOLE = "\ue000"  # in the place of a value that is not known
MORE = "\ue001"  # in the place of any number of entries or items

# Why a document that a template of a chart writes is left alone, and one of another template.
UNKNOWN = "cannot be read without the values of its chart"
UNRENDERED = "cannot be read before it is rendered"


def is_open(text: str) -> bool:
    """Return whether a template inserts something into a text."""
    return HOLE in text or MORE in text
