"""Recognition of reports that joblint wrote, in all formats: such a file may be replaced, and is not an input."""

import re

from joblint.report import FORMATS

START = 4096  # characters that are enough
_BASELINE = r'\s*\{\s*"joblint-baseline":'
_REPORTS = [format_.begins for format_ in FORMATS.values()]
_REPORT = re.compile("|".join(f"(?:{begins})" for begins in _REPORTS))
_OURS = re.compile("|".join(f"(?:{begins})" for begins in (*_REPORTS, _BASELINE)))


def is_report(text: str) -> bool:
    """Return whether a text, or its start, is a report."""
    return _REPORT.match(text[:START]) is not None


def is_ours(data: bytes) -> bool:
    """Return whether the content of a file is a report or a baseline."""
    return _OURS.match(data[:START].decode("utf-8", "replace")) is not None
