"""The JSON Schema of a configuration, for editors: made from the table of keys that the loader uses."""

from typing import Any

from joblint.project.config.keys import KEYS, PATHS, PATHS_KIND, PER_PATH, Key, gates, selectors

_DRAFT = "http://json-schema.org/draft-07/schema#"  # what editors know best, and SchemaStore asks for
_PER_PATH = "Sections for some paths: each overrides the values before it."
_PATHS = "The files that a section applies to: patterns as in .gitignore, relative to the configuration."


def schema() -> dict[str, Any]:
    """Return the schema of a .joblint.yaml or .joblint.toml, with or without the dot, and of `[tool.joblint]`."""
    section = {PATHS: {**PATHS_KIND.schema(), "description": _PATHS}}
    section |= {key.name: _property(key) for key in KEYS.values() if key.per_path}
    items = {"type": "object", "properties": section, "required": [PATHS], "additionalProperties": False}
    properties = {key.name: _property(key) for key in KEYS.values()}
    properties[PER_PATH] = {"type": "array", "items": items, "description": _PER_PATH}
    return {
        "$schema": _DRAFT,
        "title": "joblint",
        "description": "The configuration of joblint, a linter for Kubernetes Jobs and CronJobs.",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "definitions": {"gate": {"enum": gates()}, "selector": {"enum": selectors()}},
    }


def _property(key: Key) -> dict[str, Any]:
    return {**key.kind.schema(), "description": key.about}
