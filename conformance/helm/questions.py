"""The templates that helm is asked to render, each with several choices of values: the same ones every time."""

import json
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml

from conformance.helm.writer import Writer
from conformance.refresh import from_cards

SEED, COUNT, CHOICES = 20_261_202, 450, 6
Line = dict[str, Any]


def questions() -> list[Line]:
    """Return all of them, in a fixed order. `outputs` and `lines` are what the writer says is written."""
    dice, found = random.Random(SEED), list[Line]()
    while len(found) < COUNT:
        writer = Writer(dice)
        template = writer.template(dice.choice(objects()))
        choices = [*writer.choices(CHOICES)]
        written = [template.output(choice) for choice in choices]
        found.append(
            {
                "text": template.text,
                "choices": [{"values": choice.nested(), "minor": choice.minor} for choice in choices],
                "outputs": [output for output, _ in written],
                "lines": [numbers for _, numbers in written],
            }
        )
    return found


@cache
def objects() -> list[dict[str, Any]]:
    """Return the Jobs and CronJobs of the cards' examples, right and wrong."""
    return [*_objects()]


def _objects() -> Iterator[dict[str, Any]]:
    for case in from_cards():
        if case.keys() == {"id", "yaml"} and len(case["yaml"]) < 3000:
            value = yaml.safe_load(case["yaml"])
            if isinstance(value, dict) and _is_json(value):
                yield value


def _is_json(value: Any) -> bool:
    """Return whether JSON has such values: no dates, no keys that are numbers."""
    try:
        return bool(json.loads(json.dumps(value)) == value)
    except TypeError:
        return False
