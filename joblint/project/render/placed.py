"""Findings in the output of helm and kustomize, at the places in the user's files that the output comes from.

A chart may have several renderings, with other values. What is found in more than one of them is reported once.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from joblint.engine.suppress.settle import UNUSED, Settler
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.origin import File, Find, Place
from joblint.manifests.source import Source
from joblint.rule.finding import Finding, Related
from joblint.rule.settings import Settings

Suppressed = tuple[Finding, str]  # and the reason
_DEFAULT = "the default values"
_NAMED = 3  # values files that a message names
_SEPARATOR = r"(?m)^---$\n?"  # between documents
_AS_RENDERED = "as rendered"


class Placed(NamedTuple):
    """The result: findings, suppressed ones, and the files that they are in, by path, each with its output's path."""

    findings: list[Finding]
    suppressed: list[Suppressed]
    sources: dict[str, tuple[Source, str]]


def placed(
    findings: Iterable[Finding],
    suppressed: Iterable[Suppressed],
    outputs: Sequence[Source],
    settings_of: Callable[[str], Settings],
) -> Placed:
    """Return findings with those in `outputs` at their places. Findings whose place is not known stay as they are."""
    by_path = {output.path: _Output(output, settings_of(output.path)) for output in outputs}
    rest = [one for one in findings if not (one.path in by_path and by_path[one.path].add(one, None))]
    hidden = [pair for pair in suppressed if not (pair[0].path in by_path and by_path[pair[0].path].add(*pair))]
    sources: dict[str, tuple[Source, str]] = {}
    charts: dict[str, list[_Output]] = {}
    for output in by_path.values():
        output.place()
        for source in output.sources.values():
            sources.setdefault(source.path, (source, output.source.path))
        charts.setdefault(output.chart, []).append(output)
    for renderings in charts.values():
        told, more = _merged(renderings)
        rest += told
        hidden += more
    return Placed(rest, hidden, sources)


class _Output:
    """One output, and what was found in it."""

    def __init__(self, source: Source, settings: Settings) -> None:
        assert source.rendered is not None
        self.source, self.settings, self.rendered = source, settings, source.rendered
        self.chart, self.values = self.rendered.otherwise or source.path, self.rendered.values
        self.found: list[tuple[Finding, str | None]] = []  # each with the reason why it is suppressed, if it is
        self.sources: dict[str, Source] = {}
        self._settlers: dict[str, Settler] = {}

    def add(self, finding: Finding, reason: str | None) -> bool:
        """Add a finding; return True."""
        self.found.append((finding, reason))
        return True

    def place(self) -> None:
        """Find the places of all findings in the user's files, and the suppressions there."""
        find = self._finder() if self.found else None
        if find is None:
            return
        self.found = [(self._placed(finding, find), reason) for finding, reason in self.found]
        if self.settings.suppress:
            self.found = [(one, self._reason(one) if why is None else why) for one, why in self.found]
        used = {path: _used_lines(settler) for path, settler in self._settlers.items()}
        self.found = [
            (one, why) for one, why in self.found if one.rule != UNUSED or one.line not in used.get(one.path, ())
        ]

    def _finder(self) -> Find | None:
        if self.rendered.places is None:
            return None
        origins = {finding.origin for finding, _ in self.found}
        text, offset = self.source.text, self.source.offset
        ends = [*(found.end() for found in re.finditer(_SEPARATOR, text)), len(text)]  # of documents
        related = {one for finding, _ in self.found for one in finding.related if one.path == self.source.path}
        numbers = {bisect_right(ends, offset(one.line, one.column)) for one in related}
        origins |= {
            self.rendered.origin(text[ends[at - 1] if at else 0 : ends[at]]) for at in numbers if at < len(ends)
        }
        return self.rendered.places(text, origins)

    def _placed(self, finding: Finding, find: Find) -> Finding:
        place = self._find(finding, find)
        if place is None:
            return finding
        path, where = finding.path, (finding.line, finding.column, finding.end_line, finding.end_column)
        related = [self._related(one, find) for one in finding.related]
        related += [
            Related(message, at.path, *self._source(at).span(start, end)) for at, start, end, message in place.related
        ]
        if not place.exact:
            related.append(Related(_AS_RENDERED, path, *where))
        line, column, end_line, end_column = self._source(place.file).span(place.start, place.end)
        return finding._replace(
            path=place.file.path, line=line, column=column, end_line=end_line, end_column=end_column,
            related=tuple(related), origin="", output=f"{path}:{finding.line}:{finding.column}",
        )  # fmt: skip

    def _find(self, one: Finding | Related, find: Find) -> Place | None:
        offset = self.source.offset
        return find(offset(one.line, one.column), offset(one.end_line, one.end_column))

    def _related(self, one: Related, find: Find) -> Related:
        place = self._find(one, find) if one.path == self.source.path else None
        if place is None:
            return one
        where = self._source(place.file).span(place.start, place.end)
        return Related(one.message, place.file.path, *where, one.is_use)

    def _source(self, file: File) -> Source:
        if file.path not in self.sources:
            self.sources[file.path] = Source(*file)
        return self.sources[file.path]

    def _settler(self, path: str) -> Settler | None:
        """Return the suppressions in a file that findings were placed in, or None if it has none."""
        source = self.sources.get(path)
        if source is None or "joblint" not in source.text:
            return None
        if path not in self._settlers:
            corpus = Corpus([source])
            self._settlers[path] = Settler(source, corpus.documents(source), corpus.manifests, self.settings)
        return self._settlers[path]

    def _reason(self, finding: Finding) -> str | None:
        """Return why a placed finding is suppressed in its file, or None if it is not."""
        settler = self._settler(finding.path) if finding.output else None
        if settler is None:
            return None
        if finding.object is not None:
            finding = finding._replace(object=finding.object._replace(document=_object(finding, settler)))
        return settler.reason(finding)


def _used_lines(settler: Settler) -> set[int]:
    """Return the lines of the suppressions that hide something that their lines write."""
    used = {key for key, _ in settler.used}
    return {settler.source.position(one.start)[0] for one in settler.found if one.key in used}


def _object(finding: Finding, settler: Settler) -> int:
    """Return the index of the object at a placed finding among those of its file, or -1."""
    layout = settler.layout
    at = layout.at(settler.source.offset(finding.line, finding.column))
    objects = layout.objects.get(layout.documents[at].index, []) if at >= 0 else []
    return objects[0].index if len(objects) == 1 else -1


def _merged(renderings: Sequence[_Output]) -> tuple[list[Finding], list[Suppressed]]:
    """Return what was found in any of the renderings of a chart, the same at the same place once."""
    told: dict[tuple[object, ...], tuple[Finding, str | None, dict[str, None]]] = {}
    for output in renderings:
        seen: dict[tuple[object, ...], int] = {}
        for finding, reason in output.found:
            same = _same(finding, reason)
            seen[same] = 0 if finding.output else seen.get(same, 0) + 1  # a `range` writes a line several times
            told.setdefault((*same, seen[same]), (finding, reason, {}))[2][output.values or _DEFAULT] = None
    findings, suppressed = list[Finding](), list[Suppressed]()
    for finding, reason, values in told.values():
        if len(values) < len(renderings):
            if finding.rule == UNUSED:  # it is used with other values
                continue
            finding = finding._replace(message=f"{finding.message} (with {_named([*values], len(renderings))})")
        if reason is None:
            findings.append(finding)
        else:
            suppressed.append((finding, reason))
    return findings, suppressed


def _same(finding: Finding, reason: str | None) -> tuple[object, ...]:
    """Return what makes findings of several renderings the same."""
    about = finding.object._replace(document=0) if finding.object is not None else None
    place = (finding.path, finding.line, finding.column) if finding.output else (finding.origin, about)
    return finding.rule, finding.effect, finding.message, finding.field, *place, reason


def _named(values: Sequence[str], number: int) -> str:
    """Return the values files that a finding was found with."""
    if len(values) > _NAMED:
        return f"{len(values)} of {number} files of values"
    return " and ".join([*([", ".join(values[:-1])] if len(values) > 1 else []), values[-1]])
