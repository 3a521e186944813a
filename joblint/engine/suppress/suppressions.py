"""Suppressions: comments and annotations by which an author suppresses findings.

    image: pages        # joblint: ignore[floating-image] the tag is set by kustomize
    # joblint: ignore[missing-ttl]          applies to the next line that is not a comment
    # joblint: ignore-object[job]           to the object that it is in, or else the next one
    # joblint: ignore-file[advice]          to the file
    # joblint: ignore[missing-ttl] until 2027-03-01 the cluster is replaced
    {{/* joblint: ignore[missing-ttl] in a template of a Helm chart, besides those in `#` */}}

Rules, groups, effects and `all` may be named. In Markdown `<!-- joblint: ignore[...] -->` applies to the block below
it, as does `.. joblint: ignore[...]` in reStructuredText. The annotation `joblint.dev/ignore: "rule, rule: reason"`
applies to its object, for generators that remove comments. A suppression for the first line of a scalar applies to the
whole scalar, so that a script needs no comment inside. With `until` a suppression is valid up to the end of that day in
UTC (joblint/engine/suppress/expiry.py).

joblint/engine/suppress/settle.py decides which findings they hide.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from joblint.engine.suppress.comments import NEAR, Comment, comments
from joblint.engine.suppress.layout import Layout
from joblint.manifests.document import Manifest
from joblint.manifests.languages import LANGUAGES, TEMPLATES
from joblint.manifests.source import Source
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Mapping, Scalar

ANNOTATION = "joblint.dev/ignore"
NOTHING, LINE, OBJECT, BLOCK, FILE = "", "line", "object", "block", "file"
_VERBS = {"ignore": LINE, "ignore-line": LINE, "ignore-object": OBJECT, "ignore-file": FILE}
_LIKE = ("disable", "noqa", "nolint", "skip", "suppress", "off")  # the names in other tools
_UNTIL = "until"
# What may be before a comment on its own line: the marks of a quote, the dash of an item, `---`.
_BEFORE = " \t>-"

Key = tuple[str, int, int]  # a scope; which line, object or block of the file; and the document that an object is in


class Suppression(NamedTuple):
    """One suppression: what it applies to, the words it names, its reason, and its span in the file.

    `document` is the index of the document that it belongs to, or -1. `fault` is what is wrong with it: then it has no
    effect. `until` is the last day on which it is valid, if it ends; `dated` is the end of a comment's names and date.
    `bare`: it gives no reason.
    """

    key: Key
    words: tuple[str, ...]
    reason: str
    start: int
    end: int
    document: int
    fault: str = ""
    until: str = ""
    dated: int = 0
    bare: bool = False


def suppressions(layout: Layout) -> list[Suppression]:
    """Return all suppressions of a file, in order."""
    source = layout.source
    found = list(_Reader(layout).read(comments(source)))
    for manifests in layout.objects.values():
        for manifest in manifests:
            found += _annotations(manifest)
    return sorted(found, key=lambda suppression: suppression.start)


class _Reader:
    """The reader that decides what comments apply to. They must be in the order of the file."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.source = layout, layout.source
        self.code = _code(layout.source)
        self.idle = _idle(layout.source.language)
        self.next = (0, 0)  # a line, and the next one below it that is neither blank nor a comment
        self.ends = {index: _ends(manifests) for index, manifests in layout.objects.items()}
        self.followers = self._followers()

    def read(self, found: Iterable[Comment]) -> Iterator[Suppression]:
        """Yield the suppressions in comments. Prose that begins with `joblint:` is not one."""
        for comment in found:
            place = self.layout.at(comment.start)
            scalar = self.layout.scalar(comment.start)
            if scalar is not None and scalar.quoted:
                continue
            if comment.prose and (self.code(comment.start) or not self.alone(comment)):
                continue
            if not comment.prose and place < 0 and LANGUAGES[self.source.language].is_prose:
                continue
            words = tuple(filter(None, map(str.strip, (comment.names or "")[1:-1].split(","))))
            fault = _fault(comment, words)
            if fault is None:
                continue
            key, document = self.key(comment, place)
            yield _dated(Suppression(key, words, comment.reason, comment.start, comment.end, document, fault), comment)

    def key(self, comment: Comment, place: int) -> tuple[Key, int]:
        """Return what a comment applies to, and the index of the document that it belongs to."""
        scope, layout = _VERBS.get(comment.verb, LINE), self.layout
        if place < 0:  # between two documents: it belongs to the next one
            place = bisect_right(layout.starts, comment.start)
        documents = layout.documents
        index = documents[place].index if place < len(documents) else -1
        if scope == FILE:
            return (FILE, 0, 0), -1
        if comment.prose:
            return ((BLOCK, layout.blocks[place], 0) if index >= 0 else (NOTHING, 0, 0)), index
        if scope == OBJECT:
            return self.object(comment, place)
        line, _ = self.source.position(comment.start)
        return (LINE, self.below(line) if self.alone(comment) else line, 0), index

    def object(self, comment: Comment, place: int) -> tuple[Key, int]:
        """Return the object that a comment is in, or the next one, or the last one of its document."""
        follower = self.followers[min(place, len(self.followers) - 1)]
        if follower is None:
            return (NOTHING, 0, 0), -1
        ends = self.ends.get(follower)
        if not ends:
            return (NOTHING, 0, 0), follower
        _, index = ends[min(bisect_left(ends, (comment.start, -1)), len(ends) - 1)]
        return (OBJECT, index, follower), follower

    def _followers(self) -> list[int | None]:
        """Return for each document its index, or that of the next one if it has only comments; and None at the end."""
        found: list[int | None] = [None]
        for document in reversed(self.layout.documents):
            bare = not self.ends.get(document.index) and _only_comments(document.text)
            found.append(found[-1] if bare else document.index)
        return found[::-1]

    def alone(self, comment: Comment) -> bool:
        """Return whether a comment is on its own line."""
        _, column = self.source.position(comment.start)
        return column <= NEAR and not self.source.text[comment.start - column + 1 : comment.start].strip(_BEFORE)

    def below(self, line: int) -> int:
        """Return the next line that is not blank and not a comment, or one after the last line."""
        if not self.next[0] <= line < self.next[1]:
            following = line + 1
            while following <= len(self.source.lines):
                text = self.source.line_text(following).strip(" \t>")
                if text and not text.startswith("#") and not (self.idle and re.match(self.idle, text)):
                    break
                following += 1
            self.next = (line, following)
        return self.next[1]


def _idle(language: str) -> str:
    """Return the pattern of a template's lines that write nothing, in front of what a comment is about."""
    if language not in TEMPLATES:
        return ""
    from joblint.manifests.template.dialect import dialect_of

    return dialect_of(language).idle


def _fault(comment: Comment, words: tuple[str, ...]) -> str | None:
    """Return what is wrong with a comment, an empty text if nothing is, or None if it is prose."""
    verb = comment.verb
    if verb in _VERBS:
        return "" if words else f"this suppression has no effect, because it names no rule; write `{verb}[rule-name]`"
    if comment.names is None and not verb.lower().startswith("ign") and verb.lower() not in _LIKE:
        return None
    what = f"`{verb}`" if verb else "this comment"
    return f"{what} is not a suppression; write `ignore[rule-name]`, `ignore-object[...]` or `ignore-file[...]`"


def _dated(suppression: Suppression, comment: Comment) -> Suppression:
    """Return a suppression with the date that its comment has before the reason, and the reason trimmed."""
    reason = suppression.reason.strip()
    if _UNTIL not in reason[: len(_UNTIL)].lower():
        return suppression._replace(reason=reason, dated=comment.told, bare=not reason)
    from joblint.engine.suppress import expiry

    found = expiry.read(suppression.reason)
    made = suppression._replace(
        reason=reason,
        until=found.date,
        dated=comment.told + found.end,
        bare=not found.rest.strip(),
    )
    if found.fault and not suppression.fault:
        return made._replace(fault=found.fault, start=comment.told + found.start, end=comment.told + found.end)
    return made


def _code(source: Source) -> Callable[[int], bool]:
    """Return a function that tells if an offset of a text of prose is in code, where there are no comments of prose."""
    spans: list[tuple[int, int]] = []

    def inside(offset: int) -> bool:
        if not spans:
            from joblint.manifests.embed import code_spans

            spans.extend(code_spans(source.text, source.language))
            spans.append((len(source.text), len(source.text)))
        found = bisect_right(spans, (offset, len(source.text))) - 1
        return found >= 0 and offset <= spans[found][1]

    return inside


def _ends(manifests: list[Manifest]) -> list[tuple[int, int]]:
    """Return the ends of a document's objects in the file, each with the index of the object, in order."""
    return sorted((m.document.outer(max(m.node.end - 1, 0)), m.index) for m in manifests)


def _only_comments(text: str) -> bool:
    return all(not line.strip() or line.lstrip()[0] in "#%" for line in text.split("\n"))


def _annotations(manifest: Manifest) -> Iterator[Suppression]:
    """Yield the suppressions in an object's annotation."""
    annotations = manifest.field("metadata", "annotations")
    for entry in annotations.entries if isinstance(annotations, Mapping) else ():
        if entry.name == ANNOTATION and isinstance(entry.value, Scalar) and not is_open(entry.value.text):
            yield _annotation(manifest, entry.value)


def _annotation(manifest: Manifest, value: Scalar) -> Suppression:
    from joblint.engine.suppress import expiry

    listed, _, reason = value.text.partition(":")
    named, until, date = listed.partition(f" {_UNTIL} ")
    ends = expiry.read(until + date, sure=True) if until else expiry.read(reason)
    words = tuple(filter(None, map(str.strip, named.split(","))))
    fault = (
        ends.fault
        if words
        else f"this suppression has no effect, because it names no rule; write `{ANNOTATION}: rule-name`"
    )
    document = manifest.document
    start = document.outer(value.start)
    end = max(start, document.outer(max(value.end - 1, 0)) + 1)
    return Suppression(
        (OBJECT, manifest.index, document.index),
        words,
        f"{until}{date}: {reason}".strip(" :") if until else reason.strip(),
        start,
        end,
        document.index,
        fault,
        ends.date,
        bare=not (ends.rest + (reason if until else "")).strip(),
    )
