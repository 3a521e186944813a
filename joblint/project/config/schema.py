"""The JSON Schema of a configuration, for editors: made of the table that the loader reads with."""

from typing import Any

from joblint.project.config.keys import KEYS, PATHS, PATHS_KIND, PER_PATH, Key, gates, selectors

_DRAFT = "http://json-schema.org/draft-07/schema#"  # what editors know best, and SchemaStore asks for
_PER_PATH = "Sections for some paths: each is over what stands before it."
_PATHS = "The files that a section is for: patterns as in .gitignore, relative to the configuration."


def schema() -> dict[str, Any]:
    """The schema of a .joblint.yaml or .joblint.toml, dot or not, and of the table tool.joblint in a pyproject.toml."""
    section = {PATHS: {**PATHS_KIND.schema(), "description": _PATHS}}
    section |= {key.name: _property(key) for key in KEYS.values() if key.per_path}
    items = {"type": "object", "properties": section, "required": [PATHS], "additionalProperties": False}
    properties = {key.name: _property(key) for key in KEYS.values()}
    properties[PER_PATH] = {"type": "array", "items": items, "description": _PER_PATH}
    return {
        "$schema": _DRAFT,
        "title": "joblint",
        "description": "The configuration of joblint, which lints the Jobs and CronJobs of Kubernetes.",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "definitions": {"gate": {"enum": gates()}, "selector": {"enum": selectors()}},
    }


def _property(key: Key) -> dict[str, Any]:
    return {**key.kind.schema(), "description": key.about}
