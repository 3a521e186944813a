"""The findings of a template: which are the same, where their lines are, and how they are shown."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from joblint.manifests.document import Document
from joblint.manifests.source import Source
from joblint.manifests.template import is_open
from joblint.manifests.template.dialect import dialect_of
from joblint.manifests.template.lex import TEXT
from joblint.manifests.template.variants import Template, Variant
from joblint.manifests.template.written import filled
from joblint.rule.finding import Edit, Finding

Key = tuple[str, str, int, int, int, int, str]  # rule, effect, place, field
_INDEX = re.compile(r"\[\d+\]")
_VERSION = ("apiVersion", "kind")
_GATED, _UNKNOWN = ("dropped", "warned"), ("UnknownField", "FieldValueNotSupported")


def key_of(finding: Finding) -> Key:
    """Return what makes findings of several ways of writing a template the same."""
    place = (finding.line, finding.column, finding.end_line, finding.end_column)
    field = _INDEX.sub("[]", finding.field)  # what comes before an element of a list may be absent
    return (finding.rule, finding.effect, *place, field)


def of_versions(finding: Finding, versions: Collection[str]) -> Finding:
    """Return a finding for some versions of Kubernetes."""
    if len(versions) == len(finding.kube_versions):
        return finding
    return finding._replace(kube_versions=tuple(sorted(versions, key=lambda minor: int(minor.partition(".")[2]))))


class Lines:
    """The text of a template: where a finding's lines are, and where its actions are."""

    def __init__(self, source: Source, documents: Sequence[Document]) -> None:
        """`documents` are those that are written if all conditions hold, in order."""
        self.source = source
        self.dialect = dialect_of(source.language)
        self._begins = [document.outer(0) for document in documents]
        self._indexes = [document.index for document in documents]

    def document(self, finding: Finding) -> int:
        """Return the number of the document that a finding is in."""
        place = bisect_right(self._begins, self.source.offset(finding.line, finding.column)) - 1
        return self._indexes[max(place, 0)] if self._indexes else 0

    @cached_property
    def _actions(self) -> list[tuple[int, int]]:
        """Return the spans of all actions and comments, in order."""
        return [(token.start, token.end) for token in self.dialect.tokens(self.source.text) if token.kind != TEXT]

    def spans(self, finding: Finding) -> Iterator[tuple[int, int]]:
        """Yield the spans of the template that a finding is about."""
        source = self.source
        if finding.path == source.path:  # and not in a script of another template
            yield source.offset(finding.line, finding.column), source.offset(finding.end_line, finding.end_column)
        for place in finding.related:
            if place.path == source.path:
                yield source.offset(place.line, place.column), source.offset(place.end_line, place.end_column)

    def shows(self, variant: Variant, start: int, end: int) -> bool:
        """Return whether the first and the last character of a span are written."""
        return all(_is_written(variant, at) for at in {start, max(start, end - 1)})

    def touches_action(self, edit: Edit) -> bool:
        """Return whether an edit changes an action or a comment of the template, or writes one."""
        if is_open(edit.text) or any(sign in edit.text for sign in self.dialect.signs):
            return True
        first = max(bisect_right(self._actions, (edit.start, 0)) - 1, 0)
        for start, end in self._actions[first:]:
            if start >= max(edit.end, edit.start + 1):
                return False
            if (start < edit.end and edit.start < end) or start < edit.start < end:
                return True
        return False


def _is_written(variant: Variant, at: int) -> bool:
    """Return whether a character of the template, or the action that begins there, is written."""
    segments = variant.segments
    run = bisect_right(segments.outers, at) - 1
    return run >= 0 and at < segments.outers[run] + max(segments.lengths[run], 1)


def presentable(finding: Finding, lines: Lines) -> Finding:
    """Return a finding as it is shown: with actions for holes, and a fix only if it changes no action."""
    fix = finding.fix
    if fix is not None and (finding.path != lines.source.path or any(map(lines.touches_action, fix.edits))):
        fix = None
    marks = lines.dialect.marks
    related = tuple(one._replace(message=filled(one.message, marks)) for one in finding.related)
    about = finding.object
    if about is not None:
        about = about._replace(document=lines.document(finding))
    message, field = filled(finding.message, marks), filled(finding.field, marks)
    return finding._replace(message=message, field=field, related=related, fix=fix, object=about)


def hangs_on_version(finding: Finding, lines: Lines, template: Template, versions: Collection[str]) -> bool:
    """Return whether a condition may know better for which versions of Kubernetes the lines of a finding are.

    What a condition says of Kubernetes' version is reckoned with if it can be read. Of `versions`, some have a field:
    if it is optional, it is written for these.
    """
    of_version = finding.field in _VERSION
    if not of_version and finding.effect not in _GATED and finding.reason not in _UNKNOWN:
        return False
    if finding.path != lines.source.path:
        return False
    start, _ = next(lines.spans(finding))
    if of_version:
        return template.is_unclear(start) or template.chooses_version(start)
    return template.is_unclear(start) or (len(finding.kube_versions) < len(versions) and template.is_optional(start))
