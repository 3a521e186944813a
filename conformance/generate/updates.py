"""Cases of updates: topics/updates*.txt, applied over a running Job, a suspended Job and a CronJob."""

import itertools
import json
import random
import re
from collections.abc import Iterator
from typing import Any

from conformance.generate.bases import base, steps_in
from conformance.generate.creates import SEED, UPDATES, Case, under
from conformance.generate.language import Steps, alternatives, applied
from conformance.generate.tables import Gates, Setting, at, lines, names
from conformance.generate.writing import written

ARROW = re.compile(r"\s*=>\s+")
SUSPENDED = next(alternatives("job.suspend = true"))
PLACES: dict[str, tuple[str, Steps]] = {"run": ("Job", ()), "suspended": ("Job", SUSPENDED), "cron": ("CronJob", ())}
BACK = 0.5  # the share that is also tried in the other direction


def update_cases() -> Iterator[Case]:
    """Yield all cases as {"id", "old", "yaml"}, some with "gates": always the same in the same order, no duplicates."""
    seen: set[str] = set()
    number = itertools.count()
    for old, new, gates in _pairs():
        key = json.dumps([old, new, gates])
        if key not in seen:
            seen.add(key)
            dice = random.Random(f"{SEED} {key}")
            texts = {"old": written(old, dice), "yaml": written(new, dice)}
            yield {"id": f"updates-{next(number):04}", **texts, **under(gates)}


def _pairs() -> Iterator[tuple[Any, Any, Gates]]:
    for setting, line in (one for name in names() if name.startswith(UPDATES) for one in lines(name)):
        first, then = ARROW.split(line, maxsplit=1)
        for before, after in itertools.product(alternatives(first) if first else [()], alternatives(then)):
            for place in setting.contexts:
                old, new = _pair(setting, place, before, after)
                yield old, new, setting.gates
                if random.Random(f"{SEED} {old} {new}").random() < BACK:
                    yield new, old, setting.gates


def _pair(setting: Setting, place: str, before: Steps, after: Steps) -> tuple[Any, Any]:
    kind, first = PLACES[place]
    old = applied(base(setting.base, kind), _placed(first, kind, ()))
    old = applied(old, _placed(setting.before + before, kind, setting.places[0]))
    return old, applied(old, _placed(after, kind, setting.places[0]))


def _placed(steps: Steps, kind: str, place: Any) -> Steps:
    """Return the steps with their paths in that kind. Raises ValueError if one has no place in it."""
    found = steps_in(at(place, steps), kind)
    if found is None:
        raise ValueError(f"no such place in a {kind}: {steps}")
    return found
