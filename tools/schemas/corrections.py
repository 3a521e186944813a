"""Corrections of the published document if it differs from the API server (corrections.yaml)."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from tools.schemas.source import HERE

Json = dict[str, Any]
NAME = "corrections.yaml"


def load() -> Json:
    """Return the content of corrections.yaml."""
    content: Json = yaml.safe_load((HERE / NAME).read_text())
    return content


def minor_of(text: str) -> int:
    """Return 21 for "1.21"."""
    return int(text.removeprefix("1."))


def required(content: Mapping[str, Any], minor: int) -> dict[str, list[str]]:
    """Return, by short type name, the sorted fields without which the server of that minor rejects an object."""
    found: dict[str, list[str]] = {}
    for group in content["required"]:
        if minor_of(group.get("since", "1.0")) <= minor <= minor_of(group.get("until", "1.99")):
            for full in group["fields"]:
                owner, field = full.rsplit(".", 1)
                found.setdefault(owner, []).append(field)
    return {owner: sorted(fields) for owner, fields in found.items()}


def judge(content: Mapping[str, Any], published: Iterable[str], known: Iterable[str]) -> None:
    """Compare the file with the documents. Raises ValueError for what is not in it, in it twice, or gone.

    published: "Type.field" of everything that the document of any minor requires; known: of all fields of any minor.
    """
    listed = [full for part in ("required", "not_required") for group in content[part] for full in group["fields"]]
    problems = {
        "is published as required; is it?": sorted(set(published) - set(listed)),
        "is listed twice": sorted({full for full in listed if listed.count(full) > 1}),
        "is in no minor": sorted(set(listed) - set(known)),
    }
    lines = [f"{NAME}: {full} {what}" for what, fields in problems.items() for full in fields]
    if lines:
        raise ValueError("\n".join(lines))
