"""SOURCES.md: where each file comes from, and each correction with its reason."""

from collections.abc import Mapping
from typing import Any

from tools.schemas.source import GATE_MODULES, GATE_TABLES, KUBERNETES, OPENAPI, OPENAPI_GO

HEAD = f"""\
# Sources

Made by `python tools/schemas/make.py --update`; do not edit. `--check` holds the files against `lock.json`, which has
the digests of all that was read and made.

Everything here is derived from Kubernetes, Copyright The Kubernetes Authors, Apache License 2.0, out of its Go modules:

- types: `{KUBERNETES}`, `{OPENAPI}`: what Job and CronJob reach, without the descriptions;
- documented values: `{KUBERNETES}`, `{OPENAPI_GO}`;
- gates: `{KUBERNETES}`, {", ".join(f"`{name}`" for name in GATE_TABLES)};
- the names of other gates: {", ".join(f"`{name}`" for name in GATE_MODULES)};
- which gate guards which field: read by hand in `pkg/registry/batch/{{job,cronjob}}/strategy.go`,
  `pkg/api/job/util.go` and `pkg/api/pod/util.go` of every minor, kept in `tools/schemas/gates.yaml`.
"""
REQUIRED = (
    "`required` names the fields without which the server refuses an object, at default feature gates. "
    "(Below a field that such a gate drops, the server looks at nothing; these files do.)"
)


def render(corrections: Mapping[str, Any], versions: Mapping[int, str]) -> str:
    """The text of SOURCES.md."""
    lines = [HEAD, "## Releases", "", "| minor | release |", "|---|---|"]
    lines += [f"| 1.{minor} | {version} |" for minor, version in versions.items()]
    lines += ["", "## Corrections", "", "The published document is not in all things what the API server does.", ""]
    lines += [f"- {item['what'].strip()} Source: {sources(item)}." for item in corrections["types"]]
    lines += ["", "## What is required", ""]
    lines += [REQUIRED, ""]
    lines += [f"- {reason(group)}{fields(group)}. Source: {sources(group)}." for group in corrections["required"]]
    lines += ["", "Published as required, but not required by the server:", ""]
    lines += [f"- {fields(group)}: {group['why']}. Source: {sources(group)}." for group in corrections["not_required"]]
    return "\n".join(lines) + "\n"


def reason(group: Mapping[str, Any]) -> str:
    """When and why a group is required."""
    span = " ".join(f"{word} {group[word]}" for word in ("since", "until") if word in group)
    why = group.get("why", "as published")
    return f"{span}: {why}: " if span else f"{why}: "


def fields(group: Mapping[str, Any]) -> str:
    """The fields of a group."""
    return ", ".join(f"`{name}`" for name in group["fields"])


def sources(item: Mapping[str, Any]) -> str:
    """Where a correction is from."""
    return str(item["source"]).strip()
