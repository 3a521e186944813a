"""Recognition of reports that joblint wrote, in all formats: such a file may be replaced, and is not an input."""

import re
from itertools import chain

START = 4096  # characters that are enough
_DESCRIBED = r'\[\s*\{\s*"description":\s*"(?:[^"\\]|\\.)*",\s*"check_name":'
_STARTS = {
    "text": r"(?:error|warning|info)\[[\w.-]+\]: ",
    "concise": r"[^\n]+: (?:error|warning|info)\[[\w.-]+\] ",
    "json": r'\s*\{\s*"joblint":\s*"',
    "sarif": r'\s*\{\s*"\$schema":[^{}]*"runs":\s*\[\s*\{\s*"tool":\s*\{\s*"driver":\s*\{\s*"name":\s*"joblint"',
    "github": r"::(?:error|warning|notice) title=joblint",
    "gitlab": rf"\s*(?:\[\s*\]\s*\Z|{_DESCRIBED})",
    "junit": r'\s*<\?xml[^>]*>\s*<testsuites name="joblint ',
    "markdown": r"### joblint: (?:no(?:thing was checked| problems| rules are on)|[\d,]+ (?:error|warning|info))",
}
_BASELINE = r'\s*\{\s*"joblint-baseline":'
_REPORT = re.compile("|".join(f"(?:{start})" for start in _STARTS.values()))
_OURS = re.compile("|".join(f"(?:{start})" for start in chain(_STARTS.values(), (_BASELINE,))))


def is_report(text: str) -> bool:
    """Return whether a text, or its start, is a report."""
    return _REPORT.match(text[:START]) is not None


def is_ours(data: bytes) -> bool:
    """Return whether the content of a file is a report or a baseline."""
    return _OURS.match(data[:START].decode("utf-8", "replace")) is not None
