"""Completion: what is allowed at a place in a Job or CronJob, and only that.

It offers fields that are not there yet, the required ones first; values if there is a list of them; names of
containers, volumes and other objects; and whole patterns.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from joblint.editor import around, choices, draft, offer, place, words
from joblint.editor.completion import (
    DEMANDED,
    ENUM,
    FIELD,
    OPTIONAL,
    PATTERN,
    REFERENCE,
    SNIPPET,
    Completion,
    allowed,
    made,
)
from joblint.editor.free import free
from joblint.editor.patterns import ELEMENT, KEYS, PATTERNS
from joblint.editor.place import ITEM, KEY, Place, Step
from joblint.editor.sample import sample
from joblint.editor.write import Writer
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Document, field
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Mapping, Scalar
from joblint.rule.settings import Settings

_NAME = re.compile(r"[\w.-]+")  # anything else in a manifest is not a valid name


def complete(
    source: Source,
    offset: int,
    settings: Settings,
    known: Sequence[Document] | None = None,
    corpus: Corpus | None = None,
) -> list[Completion]:
    """Return the proposals at an offset of a file; none outside of Jobs and CronJobs.

    `known` are the file's documents, if the caller has them; `corpus` has the objects whose names may be used.
    """
    found = place.at(source, offset, known)
    spot = free(*found, settings.minors) if found is not None else None
    if spot is None:
        from joblint.editor.top import outside

        offered = outside(source, offset, found, settings)
    elif spot.what == KEY:
        offered = _keys(spot, settings)
    elif spot.what == ITEM:
        offered = _items(spot, settings)
    else:
        offered = _values(spot, settings, corpus)
    # After a backslash that the shell removes, an offset of the file may have no offset in the document.
    return [each for each in offered if each.start <= offset <= each.end]


# -- keys


def _keys(spot: Place, settings: Settings) -> Iterator[Completion]:
    present = _present(spot)
    writer = Writer(spot)
    if spot.type.startswith("{}"):
        for name in choices.keys(spot.steps):
            if name not in present:
                yield made(name, FIELD, writer.key(name, draft.hole()), OPTIONAL)
        return
    fields = offer.fields(spot.type, spot.steps, settings)
    demanded = offer.demanded(spot.type)
    for name in offer.left(spot.type, fields, present, spot.steps):
        steps = (*spot.steps, Step(spot.type, name))
        written = writer.key(name, sample(fields[name], steps, settings, lambda step: _of_pod(spot, step)))
        order, detail = OPTIONAL, words.brief(spot.type, name, settings)
        if name in demanded:
            order, detail = DEMANDED, f"{detail}, required"
        yield made(name, FIELD, written, order, detail, words.about_field(spot.type, name, settings))
    if spot.entry is None or ":" not in spot.document.text[spot.end : spot.end + 2]:
        yield from _patterns(spot, writer, present, settings)


def _present(spot: Place) -> dict[str, str]:
    """Return the other entries next to the key: names, and the texts of scalars."""
    entries = spot.owner.entries if isinstance(spot.owner, Mapping) else ()
    return {
        entry.name: entry.value.text if isinstance(entry.value, Scalar) else ""
        for entry in entries
        if entry is not spot.entry
    }


def _of_pod(spot: Place, step: Step) -> list[str]:
    """Return the containers or volumes that a field may name."""
    return [name for name, _ in _in_pod(spot, (step.owner, str(step.name)))]


def _patterns(spot: Place, writer: Writer, present: Collection[str], settings: Settings) -> Iterator[Completion]:
    for pattern in PATTERNS:
        if pattern.type != spot.type or (pattern.below and not offer.under(spot.steps, pattern.below)):
            continue
        if pattern.what not in (KEYS, ELEMENT) or any(name in present for name in pattern.data):
            continue
        if _has(spot, pattern.needs) and allowed(pattern.data, spot.type, spot.steps, settings):
            written = writer.keys(pattern.data, pattern.name)
            yield made(pattern.name, SNIPPET, written, PATTERN, "pattern", pattern.text)


def _has(spot: Place, needs: tuple[str, str] | None) -> bool:
    """Check whether the field that a pattern needs is next to it."""
    if needs is None:
        return True
    node = spot.owner
    for name in needs[0].lstrip("?").split("."):
        node = field(node, name)
    return node.text == needs[1] if isinstance(node, Scalar) else needs[0].startswith("?")


def _items(spot: Place, settings: Settings) -> Iterator[Completion]:
    writer = Writer(spot)
    steps = spot.steps if spot.flow else (*spot.steps, Step(f"[]{spot.type}", 0))
    name = str(spot.field.name) if spot.field else spot.type
    data = sample(spot.type, steps, settings)
    if place.is_struct(spot.type):
        about = words.about_field(spot.field.owner, name, settings) if spot.field else ""
        yield made(f"- {spot.type}", SNIPPET, writer.item(data, name), DEMANDED, "an element", about)
    else:
        yield made(f"- {name}", SNIPPET, writer.item(data, name), DEMANDED, "an element")
    for pattern in PATTERNS:
        fits = pattern.what == ELEMENT and pattern.type == spot.type
        if fits and offer.under(steps, pattern.below) and allowed(pattern.data, spot.type, steps, settings):
            yield made(
                f"- {pattern.name}", SNIPPET, writer.item(pattern.data, pattern.name), PATTERN, "pattern", pattern.text
            )


# -- values


def _values(spot: Place, settings: Settings, corpus: Corpus | None) -> Iterator[Completion]:
    step = spot.field
    if step is None or not spot.type or spot.type[0] in "[{" or place.is_struct(spot.type):
        return
    writer, name = Writer(spot), str(step.name)
    plain = spot.type == "boolean"
    for value in choices.values(spot.type, spot.steps, settings):
        if value == choices.FAIL_INDEX and field(around.owner_node(spot, "JobSpec"), "backoffLimitPerIndex") is None:
            continue
        about = words.about_value(step.owner, name, value, settings)
        yield made(value, ENUM, writer.value(value, plain), OPTIONAL, "", about)
    for value, detail in _names(spot, corpus):
        if _NAME.fullmatch(value):
            yield made(value, REFERENCE, writer.value(value), OPTIONAL, detail)
    if name == "schedule" and spot.type == "string" and spot.node is None:
        yield from _schedules(writer)


def _schedules(writer: Writer) -> Iterator[Completion]:
    from joblint.kube.cron.parse import parse
    from joblint.kube.cron.words import in_words

    for number, schedule in enumerate(choices.schedules()):
        written = writer.value(schedule)
        yield made(schedule, ENUM, written, f"{OPTIONAL}{number}", in_words(parse(schedule)))


def _names(spot: Place, corpus: Corpus | None) -> Iterator[tuple[str, str]]:
    """Yield names of containers, volumes, objects in the workspace, or their keys, each with a short description."""
    step = spot.field
    use = (step.owner, str(step.name)) if step else ("", "")
    yield from _in_pod(spot, use)
    if corpus is not None and (kind := around.kind_of_use(spot.steps)):
        for name in around.object_names(spot, corpus, kind):
            yield name, kind
    elif corpus is not None and use[1] == "key":
        for name in around.keys_of(spot, corpus):
            yield name, "key"


def _in_pod(spot: Place, use: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the names of containers or volumes of the pod, if a field refers to them."""
    if use in around.OF_CONTAINERS:
        for name, _, _ in around.named(around.pod_spec(spot), around.CONTAINERS, around.INIT):
            yield name, "container"
    elif use in around.OF_VOLUMES:
        for name, _, volume in around.named(around.pod_spec(spot), around.VOLUMES):
            source = next((entry.name for entry in volume.entries if entry.name != "name"), "emptyDir")
            if around.accepts_volume(use[0], source):
                yield name, source
