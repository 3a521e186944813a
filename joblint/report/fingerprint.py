"""What makes a finding the same one after other lines have moved: for baselines, `--since`, and the reports of hosts.

A key holds no line numbers and no indexes of lists. What it is made of: the file, the rule, the object, the field, the
text of the line, and a count that tells apart what is equal in all that.

    keys(findings, sources)                        in the order of the findings
    fingerprint(key)                               as reports write it
    key._replace(path=new)                         the same finding in a file of another name

Pure: no I/O.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from joblint.manifests.source import Source
from joblint.rule.finding import Finding

VERSION = 1  # changes when the same finding gets another fingerprint
_LONG = 200  # characters: of a longer line (JSON on a single one) only what is pointed at is taken
_DIGITS = 32  # hexadecimal


class Key(NamedTuple):
    """What a finding is known by; `nth` is 0 for the first of those that are equal otherwise, then 1, 2, ..."""

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
    """The keys of findings, in their order. They are to be in the order of their file, for the counts to mean the same.

    `sources` are the files by path, as far as they were read; `name` gives the path that stands in the key.
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
    """A key as 32 hexadecimal digits."""
    from hashlib import sha256

    parts = [part.encode("utf-8", "surrogatepass") for part in map(str, key)]
    return sha256(b"".join(b"%d:%b" % (len(part), part) for part in parts)).hexdigest()[:_DIGITS]


def unnumbered(field: str) -> str:
    """A field's path without the indexes of lists: `spec.containers[].image`; keys of maps stay."""
    return re.sub(r"\[[0-9]+\]", "[]", field) if "[" in field else field


def text(finding: Finding, source: Source | None) -> str:
    """The text of the line that a finding is on, each run of white space as one space, without a comment at its end.

    Empty where the file or the line is not there.
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
