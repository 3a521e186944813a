"""Suppressions: comments and annotations by which an author lets a finding stand.

    image: pages        # joblint: ignore[floating-image] the tag is set by kustomize
    # joblint: ignore[missing-ttl]          counts for the line below
    # joblint: ignore-object[job]           for the object it stands in or above
    # joblint: ignore-file[advice]          for the file

Rules, groups, effects and `all` may be named. In Markdown `<!-- joblint: ignore[...] -->` counts for the block below
it. The annotation `joblint.dev/ignore: "rule, rule: reason"` counts for its object, where a generator takes comments
away.
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from joblint.document import Document, Manifest
from joblint.finding import Finding
from joblint.source import Source
from joblint.tree import Mapping, Scalar

ANNOTATION = "joblint.dev/ignore"
LINE, OBJECT, FILE = "line", "object", "file"
_SCOPES = {"": LINE, "-line": LINE, "-object": OBJECT, "-file": FILE}
_DIRECTIVE = r"joblint:[ \t]*(?P<verb>[\w-]*)[ \t]*(?P<names>\[[^\]\n]*\])?[ \t]*:?[ \t]*(?P<reason>[^\n]*?)"
_COMMENT = re.compile(r"(?:^|(?<=[\s]))#[ \t]*" + _DIRECTIVE + r"[ \t\r]*$", re.MULTILINE)
_HTML = re.compile(r"<!--[ \t]*" + _DIRECTIVE + r"[ \t]*-->")

Selects = Callable[[str, str, str], bool]


class Suppression(NamedTuple):
    """One suppression: which words it names, why, the lines it counts for (from 1, both included), where it stands.

    `start` and `end` are offsets into the file. `fault` says what is wrong with it: then it counts for nothing.
    """

    scope: str
    words: tuple[str, ...]
    reason: str
    first: int
    last: int
    start: int
    end: int
    fault: str = ""


def speaks(source: Source) -> bool:
    """Whether a file may hold a suppression; cheap."""
    return "joblint:" in source.text or ANNOTATION in source.text


def suppressions(source: Source, documents: Iterable[Document], objects: Iterable[Manifest]) -> list[Suppression]:
    """All suppressions in a file, in order. `objects` are the manifests of its documents."""
    spans = sorted(_lines_of(manifest) for manifest in objects)
    blocks = [_lines(source, d.outer(0), d.outer(len(d.text) - 1)) for d in documents if d.text]
    found = [_comment(source, match, spans, blocks) for match in _COMMENT.finditer(source.text)]
    if source.language == "markdown":
        found = [s for s in found if any(a <= source.position(s.start)[0] <= b for a, b in blocks)]
        found += [_comment(source, match, spans, blocks, html=True) for match in _HTML.finditer(source.text)]
    found += [s for manifest in objects for s in _annotations(manifest)]
    return sorted(found, key=lambda s: s.start)


def counts(suppression: Suppression, finding: Finding, selects: Selects) -> bool:
    """Whether a suppression counts for a finding; `selects(word, rule, effect)` says whether a word names it.

    A value that is used through an alias has two places; a suppression at either counts.
    """
    if suppression.fault or not any(selects(word, finding.rule, finding.effect) for word in suppression.words):
        return False
    uses = (r.line for r in finding.related if r.path == finding.path and r.message == "used here")
    return any(suppression.first <= line <= suppression.last for line in (finding.line, *uses))


def _comment(
    source: Source,
    match: re.Match[str],
    objects: list[tuple[int, int]],
    blocks: list[tuple[int, int]],
    html: bool = False,
) -> Suppression:
    verb, names = match["verb"], match["names"]
    words = tuple(word.strip() for word in (names or "")[1:-1].split(",") if word.strip())
    line, column = source.position(match.start())
    scope = _SCOPES.get(verb.removeprefix("ignore"), LINE)
    fault = ""
    if not verb.startswith("ignore") or verb.removeprefix("ignore") not in _SCOPES:
        fault = f"`{verb}` is nothing that joblint knows; write `ignore`, `ignore-object` or `ignore-file`"
    elif not words:
        fault = f"name the rules that it is for: `{verb}[rule-name]`"
    if html and scope == LINE:
        scope = OBJECT
    if scope == FILE:
        first, last = 1, len(source.lines)
    elif scope == OBJECT:
        first, last = next((span for span in (blocks if html else objects) if span[1] >= line), (line, line))
        first = min(first, line)
    else:
        alone = not source.line_text(line)[: column - 1].strip(" \t>-")
        first = last = _next_line(source, line) if alone else line
    return Suppression(scope, words, match["reason"], first, last, match.start(), match.end(), fault)


def _next_line(source: Source, line: int) -> int:
    """The next line that is neither blank nor a comment."""
    for below in range(line + 1, len(source.lines) + 1):
        text = source.line_text(below).strip(" \t>")
        if text and not text.startswith("#"):
            return below
    return line


def _annotations(manifest: Manifest) -> Iterable[Suppression]:
    """The suppressions of an object's annotation."""
    annotations = manifest.field("metadata", "annotations")
    for entry in annotations.entries if isinstance(annotations, Mapping) else ():
        if entry.name == ANNOTATION and isinstance(entry.value, Scalar):
            listed, _, reason = entry.value.text.partition(":")
            words = tuple(word.strip() for word in listed.split(",") if word.strip())
            fault = "" if words else "name the rules that it is for, with commas between"
            outer = manifest.document.outer
            span = outer(entry.value.start), max(outer(entry.value.end - 1) + 1, outer(entry.value.start))
            yield Suppression(OBJECT, words, reason.strip(), *_lines_of(manifest), *span, fault)


def _lines_of(manifest: Manifest) -> tuple[int, int]:
    """The first and last line of an object in its file."""
    document, node = manifest.document, manifest.node
    return _lines(document.source, document.outer(node.start), document.outer(max(node.start, node.end - 1)))


def _lines(source: Source, start: int, end: int) -> tuple[int, int]:
    return source.position(start)[0], source.position(end)[0]
