"""The identity of a finding, which stays when other lines move: for baselines, `--since` and reports for hosts.

A key has no line numbers and no indexes of lists. It consists of the file, the rule, the object, the field, the text of
the line, and a count for findings that are equal in all of these.

    keys(findings, sources)                        in the order of the findings
    fingerprint(key)                               as written in reports
    key._replace(path=new)                         the same finding in a file of another name

Pure: no I/O.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from joblint.manifests.source import Source
from joblint.rule.finding import Finding

VERSION = 1  # changes if the same finding gets another fingerprint
_LONG = 200  # characters: of a longer line (JSON on one line) only the place of the finding is used
_DIGITS = 32  # hexadecimal


class Key(NamedTuple):
    """The identity of a finding. `nth` counts findings that are equal otherwise: 0, 1, 2, ..."""

    path: str
    rule: str
    kind: str
    namespace: str
    name: str
    field: str
    text: str
    nth: int


def keys(
    findings: Sequence[Finding], sources: Mapping[str, Source], name: Callable[[str], str] = lambda path: path
) -> list[Key]:
    """Return the keys of findings, in their order. They must be in the order of their file, so that counts are stable.

    `sources` are the files by path, as far as they were read; `name` returns the path for the key.
    """
    seen: dict[Key, int] = {}
    found = []
    for finding in findings:
        about = finding.object
        who = (about.kind, about.namespace, about.name) if about else ("", "", "")
        line = text(finding, sources.get(finding.path))
        key = Key(name(finding.file), finding.rule, *who, unnumbered(finding.field), line, 0)
        count = seen.get(key, 0)
        seen[key] = count + 1
        found.append(key._replace(nth=count))
    return found


def fingerprint(key: Key) -> str:
    """Return a key as 32 hexadecimal digits."""
    from hashlib import sha256

    parts = [part.encode("utf-8", "surrogatepass") for part in map(str, key)]
    return sha256(b"".join(b"%d:%b" % (len(part), part) for part in parts)).hexdigest()[:_DIGITS]


def unnumbered(field: str) -> str:
    """Return a field's path without the indexes of lists, such as `spec.containers[].image`. Keys of maps are kept."""
    return re.sub(r"\[[0-9]+\]", "[]", field) if "[" in field else field


def text(finding: Finding, source: Source | None) -> str:
    """Return the line of a finding, with white space collapsed and without a comment at its end.

    It is empty if the file or the line does not exist.
    """
    if source is None or finding.line > len(source.lines):
        return ""
    lines = source.lines
    start = lines[finding.line - 1]
    end = lines[finding.line] if finding.line < len(lines) else len(source.text)
    if end - start > _LONG:
        start = source.offset(finding.line, finding.column)
        end = min(source.offset(finding.end_line, finding.end_column), start + _LONG)
    words = " ".join(source.text[start:end].split())
    return words.partition(" #")[0] or words
