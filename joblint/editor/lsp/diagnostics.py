"""Turn findings into diagnostics of the protocol."""

from collections.abc import Callable

from lsprotocol import types

from joblint.editor.lsp.desk import TextFindings
from joblint.report import ranges
from joblint.report.pages import page
from joblint.report.visible import visible
from joblint.rule.finding import Finding, Related

SOURCE = "joblint"
_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
_DEPRECATED = ("deprecated-node-label", "deprecated-volume", "old-api-version")
_UNUSED = ("unused-suppression",)
_DROPPED = "dropped"  # an effect: the server removes the field, so it is useless


class Maker:
    """Makes diagnostics that a client supports: with related places, tags and links, or without."""

    def __init__(self, capabilities: types.TextDocumentClientCapabilities | None = None) -> None:
        said = (capabilities.publish_diagnostics, capabilities.diagnostic) if capabilities else ()
        able = [one for one in said if one is not None]
        self.related = any(one.related_information for one in able)
        self.links = any(one.code_description_support for one in able)
        self.tags = {tag for one in able if one.tag_support for tag in one.tag_support.value_set}

    def diagnostics(self, said: TextFindings, uri_of: Callable[[str], str]) -> list[types.Diagnostic]:
        """Return the diagnostics for the findings of a text; `uri_of` returns the URI of a path."""
        limits = [
            types.Diagnostic(
                said.positions.range(one.line, 1, one.line, 1), one.why, _SEVERITIES["warning"], source=SOURCE
            )
            for one in said.unread
        ]
        return [*limits, *(self.diagnostic(finding, said, uri_of) for finding in said.findings)]

    def diagnostic(self, finding: Finding, said: TextFindings, uri_of: Callable[[str], str]) -> types.Diagnostic:
        """Return the diagnostic for one finding."""
        link = page(finding.rule) if self.links else ""
        tags = [tag for tag in tags_of(finding) if tag in self.tags]
        related = [_related(place, finding, said, uri_of) for place in finding.related] if self.related else []
        held = () if finding.kube_versions == said.minors else finding.kube_versions
        return types.Diagnostic(
            range=said.positions.range(finding.line, finding.column, finding.end_line, finding.end_column),
            message=visible(f"{finding.message} ({finding.effect} on {ranges(held)})" if held else finding.message),
            severity=_SEVERITIES[finding.severity],
            code=finding.rule,
            code_description=types.CodeDescription(link) if link else None,
            source=SOURCE,
            tags=tags or None,
            related_information=related or None,
        )


def tags_of(finding: Finding) -> list[types.DiagnosticTag]:
    """Return the tag of a finding: an editor strikes out what is deprecated, and fades what is unnecessary."""
    if finding.rule in _DEPRECATED:
        return [types.DiagnosticTag.Deprecated]
    if finding.rule in _UNUSED or finding.effect == _DROPPED:
        return [types.DiagnosticTag.Unnecessary]
    return []


def _related(
    place: Related, finding: Finding, said: TextFindings, uri_of: Callable[[str], str]
) -> types.DiagnosticRelatedInformation:
    span = (place.line, place.column, place.end_line, place.end_column)
    # The lines of another file are not available: its columns are used as code units, which differ only rarely.
    where = said.positions.range(*span) if place.path == finding.path else _as_it_is(*span)
    return types.DiagnosticRelatedInformation(types.Location(uri_of(place.path), where), visible(place.message))


def _as_it_is(line: int, column: int, end_line: int, end_column: int) -> types.Range:
    return types.Range(types.Position(line - 1, column - 1), types.Position(end_line - 1, end_column - 1))
