"""joblint: what the Kubernetes API server says about Job and CronJob manifests, and what it does not say."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from joblint._version import __version__

if TYPE_CHECKING:
    from joblint.api import make_settings as make_settings
    from joblint.engine import lint_sources as lint_sources
    from joblint.finding import Edit as Edit
    from joblint.finding import Finding as Finding
    from joblint.finding import Fix as Fix
    from joblint.finding import Related as Related
    from joblint.kube.cron import next_runs as next_runs
    from joblint.settings import Settings as Settings
    from joblint.source import Source as Source

__all__ = [
    "Edit", "Finding", "Fix", "Related", "Settings", "Source", "__version__",
    "lint", "lint_sources", "make_settings", "next_runs",
]  # fmt: skip

_HOMES = {
    "Edit": "finding", "Finding": "finding", "Fix": "finding", "Related": "finding",
    "Settings": "settings", "Source": "source",
    "lint_sources": "engine", "make_settings": "api", "next_runs": "kube.cron",
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
    settings: "Settings | None" = None,
) -> "list[Finding]":
    """Judge every Job and CronJob in a text, and give the findings in the order of the file.

    `language` is "yaml", "json", "markdown" or "shell"; by default what the suffix of `path` says, else YAML.
    `kube_version` is a minor (`1.29`, `v1.29.3-gke.1`), a list of them, or a range (`1.24-1.37`); None: the newest.
    `settings` replaces all that comes after it. Raises ValueError for a version, gate or selector that does not exist.
    """
    from joblint.api import lint_text

    return lint_text(text, path, language, kube_version, feature_gates, select, extend_select, ignore, settings)
