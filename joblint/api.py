"""The public `lint`, behind the package's doors; and how settings are made from words."""

import os.path
from collections.abc import Mapping, Sequence

from joblint.engine import lint_sources
from joblint.finding import SEVERITY, Finding
from joblint.rules import selection
from joblint.settings import Settings
from joblint.source import NotText, Source, decode
from joblint.versions import parse_versions

LANGUAGES = {
    ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".md": "markdown", ".markdown": "markdown",
    ".sh": "shell", ".bash": "shell",
}  # fmt: skip


def language_of(path: str) -> str:
    """The language that a path's suffix says; YAML where it says nothing."""
    return LANGUAGES.get(os.path.splitext(path)[1].lower(), "yaml")


def make_settings(
    kube_version: str | Sequence[str] | None = None,
    feature_gates: Mapping[str, bool] | None = None,
    select: Sequence[str] | None = None,
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> Settings:
    """Settings from words. Raises ValueError for a version, gate or selector that does not exist."""
    minors = parse_versions(kube_version)
    gates = dict(feature_gates or {})
    if gates:
        from joblint.facts import check_gates

        for minor in minors:
            check_gates(minor, gates)
    return Settings(minors, gates, selection(select, extend_select, ignore))


def lint_text(
    text: str | bytes,
    path: str,
    language: str | None,
    kube_version: str | Sequence[str] | None,
    feature_gates: Mapping[str, bool] | None,
    select: Sequence[str] | None,
    extend_select: Sequence[str],
    ignore: Sequence[str],
    settings: Settings | None,
) -> list[Finding]:
    """See joblint.lint."""
    settings = settings or make_settings(kube_version, feature_gates, select, extend_select, ignore)
    try:
        content = decode(text) if isinstance(text, bytes) else text
    except NotText as error:
        return [not_text(path, error)]
    return lint_sources([Source(path, content, language or language_of(path))], settings)


def not_text(path: str, error: NotText) -> Finding:
    """The finding for a file that is no text."""
    place = (error.line, error.column, error.line, error.column + 1)
    rule, effect = "unreadable-document", "rejected"
    return Finding(rule, effect, SEVERITY[effect], error.reason, path, *place, reason="Malformed")
