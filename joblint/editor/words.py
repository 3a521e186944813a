"""Describe a field as Markdown: its meaning, type and default, the versions that have it, and its feature gates."""

import json
from collections.abc import Iterator

from joblint.kube.minors.gates import span
from joblint.kube.minors.meaning import Description, Gated, describe
from joblint.kube.minors.minor import bit, gate_masks
from joblint.rule.settings import Settings

BETA = "v1beta1."  # before the names of batch/v1beta1's own types


def about_field(type_: str, name: str, settings: Settings) -> str:
    """Return Markdown about a field of a struct; empty if the field is unknown."""
    described = _describe(type_, name, settings)
    if described is None:
        return ""
    parts = [" · ".join([f"**{name}**", *_facts(described)]), described.text]
    if described.values:
        parts.append("\n".join(f"- `{choice.value or '(empty)'}`: {choice.text}" for choice in described.values))
    parts.extend(_history(described, settings))
    return "\n\n".join(parts)


def about_value(type_: str, name: str, value: str, settings: Settings) -> str:
    """Return what one value of an enum does; empty if it is not one."""
    described = _describe(type_, name, settings)
    return next((choice.text for choice in described.values if choice.value == value), "") if described else ""


def brief(type_: str, name: str, settings: Settings) -> str:
    """Return the type of a field in words, for a list of fields; empty if the field is unknown."""
    described = _describe(type_, name, settings)
    return described.type if described else ""


def _describe(type_: str, name: str, settings: Settings) -> Description | None:
    """Return the description of a field; for batch/v1beta1's types, that of the same field in batch/v1."""
    return describe(type_.removeprefix(BETA), name, settings.minors)


def _facts(described: Description) -> Iterator[str]:
    yield described.type
    default = described.default
    if default is not None:
        written = default.value if isinstance(default.value, str) and default.value else json.dumps(default.value)
        yield f"default `{written}`" + (f" ({default.note})" if default.note else "")


def _history(described: Description, settings: Settings) -> Iterator[str]:
    """Yield sentences on the versions that have a field, and on its feature gates."""
    spans = []
    if described.since is not None:
        spans.append(f"since 1.{described.since}")
    if described.until is not None:
        spans.append(f"until 1.{described.until}")
    lacking = sum(bit(minor) for minor in settings.minors if minor not in described.known)
    said = "In Kubernetes " + ", ".join(spans) if spans else ""
    if lacking:
        said += f"; Kubernetes {span(lacking)} does not have it" if said else ""
    if said:
        yield said + "."
    told: set[str] = set()
    for gated in described.gates:
        if gated.gate not in told or gated.only:
            line = _gate(gated, settings)
            if line not in told:
                yield line
            told.update((gated.gate, line))


def _gate(gated: Gated, settings: Settings) -> str:
    masks = gate_masks(gated.gate) or {}
    known, on = masks["known"], masks["on"] & masks["known"]
    states = [
        text
        for text in (
            f"off by default in {span(known & ~on)}" if known & ~on else "",
            f"on in {span(on)}" if on else "",
        )
        if text
    ]
    where = f" ({gated.only})" if gated.only else ""
    own = settings.gates.get(gated.gate)
    yours = "" if own is None else f"; you have turned it {'on' if own else 'off'}"
    return f"Feature gate `{gated.gate}`{where}: {', '.join(states)}{yours}."
