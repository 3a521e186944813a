"""The report as one JSON document, for programs.

    {"joblint": "0.1.0",            the program's version
     "format": 1,                   this format's; a new field does not change it, anything else does
     "kubeVersions": ["1.37"],      the target minors, oldest first
     "findings": [{
       "rule", "effect", "severity", "message", "path",
       "line", "column", "endLine", "endColumn",         from 1, in code points, end exclusive
       "object": {"apiVersion", "kind", "namespace", "name", "document"} or null,
       "field", "reason",                                 empty where they do not apply
       "related": [{"message", "path", "line", "column", "endLine", "endColumn"}],
       "kubeVersions": ["1.21"],                          the minors that it holds for
       "fix": {"safe", "message"} or null}],
     "errors": [{"path", "message"}],                     what could not be read
     "leftAlone": [{"path", "line", "what", "why"}],      what was not judged
     "summary": {"files", "jobs", "error", "warning", "info"}}

Bytes of a file name that are no text are written as `\\xff`.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from joblint._version import __version__
from joblint.finding import Finding, Fix
from joblint.report import Run, counts

FORMAT = 1
_LONE = range(0xD800, 0xE000)


def report(run: Run) -> Iterator[str]:
    """The whole document at once: half a JSON document is of no use."""
    document = {
        "joblint": __version__,
        "format": FORMAT,
        "kubeVersions": list(run.minors),
        "findings": [_finding(finding) for finding in run.findings],
        "errors": [_fields(error) for error in run.errors],
        "leftAlone": [_fields(one) for one in run.left_alone],
        "summary": {"files": run.files, "jobs": run.jobs, **counts(run.findings)},
    }
    yield json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    fields = _fields(finding)
    fields["object"] = _fields(finding.object) if finding.object else None
    fields["related"] = [_fields(place) for place in finding.related]
    fields["fix"] = _fix(finding.fix) if finding.fix else None
    return fields


def _fix(fix: Fix) -> dict[str, Any]:
    return {"safe": fix.safe, "message": text(fix.message)}


def _fields(record: NamedTuple) -> dict[str, Any]:
    """A record's fields under the names that Kubernetes would give them."""
    return {_camel(name): text(value) if isinstance(value, str) else value for name, value in record._asdict().items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def text(value: str) -> str:
    """A string that every JSON reader takes: without lone surrogates."""
    if value.isascii() or not any(ord(character) in _LONE for character in value):
        return value
    from joblint.report.visible import visible

    return "".join(visible(character) if ord(character) in _LONE else character for character in value)
