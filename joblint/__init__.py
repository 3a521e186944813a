"""joblint: check Kubernetes Job and CronJob manifests as the API server would, and for mistakes that it accepts."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from joblint._version import __version__

if TYPE_CHECKING:
    from os import PathLike

    from joblint.engine.api import lint_sources as lint_sources
    from joblint.engine.api import make_settings as make_settings
    from joblint.kube.cron.clock import next_runs as next_runs
    from joblint.manifests.source import Source as Source
    from joblint.rule.finding import Edit as Edit
    from joblint.rule.finding import Finding as Finding
    from joblint.rule.finding import Fix as Fix
    from joblint.rule.finding import Related as Related
    from joblint.rule.settings import Settings as Settings

__all__ = [
    "Edit", "Finding", "Fix", "Related", "Settings", "Source", "__version__",
    "lint", "lint_sources", "make_settings", "next_runs",
]  # fmt: skip

_HOMES = {
    "Edit": "rule.finding", "Finding": "rule.finding", "Fix": "rule.finding", "Related": "rule.finding",
    "Settings": "rule.settings", "Source": "manifests.source",
    "lint_sources": "engine.api", "make_settings": "engine.api", "next_runs": "kube.cron.clock",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    # A plain `import joblint` must stay cheap: the command line does it before it has parsed its arguments.
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"joblint.{_HOMES[name]}"), name)


def lint(
    text: str | bytes,
    *,
    path: str = "<string>",
    language: str | None = None,
    kube_version: str | Sequence[str] | None = None,
    feature_gates: Mapping[str, bool] | None = None,
    select: Sequence[str] | None = None,
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    field_validation: str = "strict",
    rules: "Sequence[str | PathLike[str]]" = (),
    old: str | bytes | None = None,
    namespace: str = "default",
    settings: "Settings | None" = None,
) -> "list[Finding]":
    """Check every Job and CronJob in a text, and return the findings in the order of the file.

    `language` is "yaml", "json", "markdown", "shell" or "rst"; by default the suffix of `path` decides, with YAML as
    fallback.
    `kube_version` is a minor (`1.29`, `v1.29.3-gke.1`), a list of them, or a range (`1.24-1.37`); None: the newest.
    A minor newer than the newest known one is checked as that one, with a warning (Python's `warnings`).
    `feature_gates` are those of the API server that differ from their defaults. With several minors, each is set in the
    minors that allow it. It is an error if none does, or if a gate is on without one that it depends on.
    `field_validation` is what the request asks the API server to do with unknown and duplicate fields, like kubectl's
    `--validate`: "strict" rejects them (before 1.25, kubectl does); "warn" accepts the object with a warning (before
    1.25 without one, so they are `dropped`); "ignore" reports nothing. Malformed objects are always rejected.
    `rules` are files and directories with your own rules (docs/own-rules.md). They are read once per process. Mistakes
    in them raise a ValueError with a line for each; a rule that cannot be evaluated for an object causes a
    RuntimeWarning.
    `old` is the text that the objects on the server were created from; they have not run yet. An object in both texts
    is checked as a `kubectl apply` of the new over the old, others as a create. Objects are matched by group, kind,
    namespace and name, or if either text has only one of their kind.
    `namespace` is that of objects that do not set one, for policies and your own rules.
    Findings that comments in the text suppress (`# joblint: ignore[rule]`) are left out.
    A RuntimeWarning says from which line on a limit left something out (docs/security.md).
    `settings` replaces all arguments except `text`, `path`, `language` and `old`. Raises ValueError for unknown names.
    """
    from joblint.engine.api import lint_text

    choice = (select, extend_select, ignore)
    return lint_text(
        text, path, language, kube_version, feature_gates, *choice, field_validation, rules, old, namespace, settings
    )  # fmt: skip
