"""The report as one JSON document, for programs.

    {"joblint": "0.1.0",            the program's version
     "format": 1,                   the format's version; a new field does not change it, anything else does
     "kubeVersions": ["1.37"],      the target minors, oldest first
     "findings": [{
       "rule", "effect", "severity", "message", "path",
       "line", "column", "endLine", "endColumn",         from 1, in code points, end exclusive
       "object": {"apiVersion", "kind", "namespace", "name", "document"} or null,
       "field", "reason",                                 empty if they do not apply
       "related": [{"message", "path", "line", "column", "endLine", "endColumn"}],   with --against, also paths of OLD:
                                                          "old/job.yaml", or "REF:job.yaml" from the repository's top
       "origin",                                          the template that the manifest was rendered from, or empty;
                                                          with one, path and lines are those of the output
       "output",                                          if path and lines are those of a template, the place in the
                                                          output ("charts/app:12:3"); otherwise empty
       "fingerprint",                                     stays the same when lines move (joblint/report/fingerprint.py)
       "kubeVersions": ["1.21"],                          the minors that the finding holds for
       "fix": {"safe", "message", "edits": [{
         "start", "end",                                  offsets into the file's text without a byte order mark, from 0
         "line", "column", "endLine", "endColumn",        the same place
         "text"}]} or null}],                             the replacement
     "suppressed": [{...}],                               findings that an author suppresses, with "justification"
     "statistics": [{"rule", "effect", "severity",        most first; "safe" and "unsafe" count findings with a fix
                     "findings", "safe", "unsafe"}],
     "errors": [{"path", "message", "line", "column"}],   what could not be read, and mistakes in configurations,
                                                          which have "line" and "column" (0: no single place)
     "leftAlone": [{"path", "line", "what", "why"}],      what was not checked
     "summary": {"files", "jobs", "error", "warning", "info"}}

Bytes of a file name that are not text are written as `\\xff`. schemas/report.schema.json has the same for programs.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from joblint._version import __version__
from joblint.manifests.source import Source
from joblint.report import PLAIN, Look, Run, counts
from joblint.report.known import Known, known
from joblint.report.statistics import count
from joblint.report.visible import inert_json
from joblint.rule.finding import Edit, Fix

FORMAT = 1
_LONE = range(0xD800, 0xE000)


def report(run: Run, _: Look = PLAIN) -> Iterator[str]:
    """Yield the whole document at once: a part of a JSON document is useless."""
    found = known(run)
    document = {
        "joblint": __version__,
        "format": FORMAT,
        "kubeVersions": list(run.minors),
        "findings": [_finding(one, run) for one in found if one.suppressed is None],
        "errors": [*map(_fields, run.flaws), *map(_fields, run.errors)],
        "leftAlone": [_fields(one) for one in run.left_alone],
        "suppressed": [
            {**_finding(one, run), "justification": text(one.suppressed)} for one in found if one.suppressed is not None
        ],
        "statistics": [_fields(row) for row in count(run.findings)],
        "summary": {"files": run.files, "jobs": run.jobs, **counts(run.findings)},
    }
    yield inert_json(json.dumps(document, indent=2)) + "\n"


def _finding(one: Known, run: Run) -> dict[str, Any]:
    finding = one.finding
    fields = _fields(finding)
    fields["object"] = _fields(finding.object) if finding.object else None
    fields["fingerprint"] = one.fingerprint
    fields["related"] = [_fields(place) for place in finding.related]
    for place in fields["related"]:
        del place["isUse"]  # the message says it
    fields["fix"] = _fix(finding.fix, run.sources.get(finding.path)) if finding.fix else None
    return fields


def _fix(fix: Fix, source: Source | None) -> dict[str, Any]:
    edits = [_edit(edit, source) for edit in fix.edits] if source is not None else []
    return {"safe": fix.safe, "message": text(fix.message), "edits": edits}


def _edit(edit: Edit, source: Source) -> dict[str, Any]:
    line, column = source.position(edit.start)
    end_line, end_column = source.position(edit.end)
    place = {"line": line, "column": column, "endLine": end_line, "endColumn": end_column}
    return {"start": edit.start, "end": edit.end, **place, "text": text(edit.text)}


def _fields(record: NamedTuple) -> dict[str, Any]:
    """Return the fields of a record, with names in the style of Kubernetes."""
    return {_camel(name): text(value) if isinstance(value, str) else value for name, value in record._asdict().items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def text(value: str) -> str:
    """Return a string that every JSON reader accepts: without lone surrogates."""
    if value.isascii() or not any(ord(character) in _LONE for character in value):
        return value
    from joblint.report.visible import visible

    return "".join(visible(character) if ord(character) in _LONE else character for character in value)
