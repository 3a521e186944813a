"""Hover: what a field means, and what a value means in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from joblint.editor import place, plain, words
from joblint.editor.around import owner_node
from joblint.editor.place import KEY, Place, Step
from joblint.kube.minors.meaning import describe
from joblint.kube.minors.minor import OLDEST
from joblint.manifests.document import Document, field
from joblint.manifests.source import Source
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Mapping, Scalar
from joblint.rule.settings import Settings

CRONJOB_SPECS = ("CronJobSpec", "v1beta1.CronJobSpec")
_SECONDS = "Seconds"


class Hover(NamedTuple):
    """Markdown about the text at [start, end) of the file."""

    start: int
    end: int
    text: str


def hover(
    source: Source, offset: int, settings: Settings, now: datetime, known: Sequence[Document] | None = None
) -> Hover | None:
    """Return the hover text for an offset of a file; None if there is none.

    `now` (aware) is the time from which the next runs of a schedule are computed. `known` are the file's documents, if
    the caller has them.
    """
    found = place.at(source, offset, known)
    spot = place.over(*found, settings.minors) if found is not None else None
    if spot is None:
        return None
    text = _of_key(spot, settings) if spot.what == KEY else _of_value(spot, settings, now)
    return Hover(*spot.span, text) if text else None


def _of_key(spot: Place, settings: Settings) -> str:
    step = spot.steps[-1]
    return words.about_field(step.owner, str(step.name), settings)


def _of_value(spot: Place, settings: Settings, now: datetime) -> str:
    node, step = spot.node, spot.steps[-1]
    if (
        not isinstance(node, Scalar)
        or node.value is None
        or is_open(node.text)
        or "\n" in spot.document.text[spot.start : spot.end]
    ):
        return ""
    said = _plainly(spot, step, node, settings, now)
    if said or spot.entry is None:
        return said
    return words.about_field(step.owner, str(step.name), settings)


def _plainly(spot: Place, step: Step, node: Scalar, settings: Settings, now: datetime) -> str:
    """Return what a value means if that is not obvious; else empty."""
    name = str(step.name)
    if spot.type == "quantity":
        said = plain.quantity(node.text, name)
        return f"`{node.text}`: {said}" if said else ""
    if step.owner in CRONJOB_SPECS and name in ("schedule", "timeZone"):
        return about_schedule(field(spot_owner(spot), "schedule"), field(spot_owner(spot), "timeZone"), settings, now)
    if name == "image" and spot.type == "string":
        return plain.image(node.text)
    if name.endswith(_SECONDS) and type(node.value) is int:
        said = plain.seconds(node.value)
        return f"{said}\n\n{words.about_field(step.owner, name, settings)}" if said else ""
    if name == "kind" and len(spot.steps) == 1:
        described = describe(step.owner.removeprefix(words.BETA), None, settings.minors)
        return described.text if described else ""
    about = words.about_value(step.owner, name, node.text, settings)
    return f"`{node.text}`: {about}" if about else ""


def spot_owner(spot: Place) -> Mapping | None:
    """Return the mapping that has the field at a place."""
    owner = owner_node(spot, spot.steps[-1].owner)
    return owner if isinstance(owner, Mapping) else None


def about_schedule(schedule: object, zone: object, settings: Settings, now: datetime) -> str:
    """Return a schedule in words with its next runs, as Markdown; empty if Kubernetes would reject it."""
    if not isinstance(schedule, Scalar) or not isinstance(schedule.value, str):
        return ""
    name = zone.value if isinstance(zone, Scalar) and isinstance(zone.value, str) else ""
    try:
        clock = plain.Clock(schedule.value, name, now, legacy=settings.minors == (OLDEST,))
    except ValueError:
        return ""
    said = [clock.words[0].upper() + clock.words[1:] + "."]
    runs = clock.next()
    if runs:
        said.append("Next runs:\n" + "\n".join(f"- {run}" for run in runs))
    if not name and clock.schedule.time_zone is None and runs:
        said.append("Without `timeZone`, times are in the time zone of the CronJob controller, which is usually UTC.")
    return "\n\n".join(said)
