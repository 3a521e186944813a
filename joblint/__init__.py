"""joblint: what the Kubernetes API server says about Job and CronJob manifests, and what it does not say."""

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
    # `import joblint` alone must stay cheap: the command line does it before it knows what is asked.
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
    """Judge every Job and CronJob in a text, and give the findings in the order of the file.

    `language` is "yaml", "json", "markdown" or "shell"; by default what the suffix of `path` says, else YAML.
    `kube_version` is a minor (`1.29`, `v1.29.3-gke.1`), a list of them, or a range (`1.24-1.37`); None: the newest.
    For a minor that is newer than the newest known that one is taken, with a warning (Python's `warnings`).
    `feature_gates` are those of the API server that are not at their defaults. With several minors each is set in those
    that let it be set so; where none does it is an error, as is a gate that is on without one that it depends on.
    `field_validation` is what the request asks the API server to do with unknown and duplicate fields, as kubectl's
    `--validate`: "strict" refuses them (before 1.25 kubectl does); "warn" takes the object with a warning (before 1.25
    without one, so they are `dropped`); "ignore" says nothing. What is malformed is rejected whatever it says.
    `rules` are files and directories with rules of your own (docs/own-rules.md). They are read once a process; what is
    wrong with them is reported by a ValueError, a line for each mistake; what of them cannot be evaluated for an
    object, by a RuntimeWarning.
    `old` is the text that the objects on the server were created from, and that they have not run yet: what stands in
    both is judged as `kubectl apply` of the new over the old, the rest as a create. Objects belong together by group,
    kind, namespace and name, or where either text has a single one of their kind.
    `namespace` is the one that objects without a namespace are created in, as policies and rules of your own see them.
    What the text's own comments suppress (`# joblint: ignore[rule]`) is left out.
    A RuntimeWarning says from which line on a limit left something out (docs/security.md).
    `settings` replaces all but `text`, `path`, `language` and `old`. Raises ValueError for a word that does not exist.
    """
    from joblint.engine.api import lint_text

    choice = (select, extend_select, ignore)
    return lint_text(
        text, path, language, kube_version, feature_gates, *choice, field_validation, rules, old, namespace, settings
    )  # fmt: skip
