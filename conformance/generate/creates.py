"""Cases of creates: what the tables say, at several places; pairs of mistakes; odd values of every type; odd texts."""

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any

from conformance.generate import texts, types
from conformance.generate.bases import base, steps_in
from conformance.generate.language import Path, Steps, applied
from conformance.generate.tables import Entry, Gates, at, entries, names
from conformance.generate.writing import written

SEED = 20_261_121
UPDATES = "updates"
ELSEWHERE = 0.5  # the share that is also put at another place
CRONJOBS = 0.25
PAIRS = 6  # lines per pair
Case = dict[str, Any]
Made = Iterator[tuple[str, Any, Gates]]  # id, manifest, gates


def create_cases() -> Iterator[Case]:
    """Yield all cases as {"id", "yaml"}, some with "gates": always the same in the same order, without duplicates."""
    seen: set[str] = set()
    odd = ((name, manifest, ()) for name, manifest in types.manifests(SEED))
    for name, manifest, gates in itertools.chain(_tables(), _pairs(), odd):
        key = json.dumps([manifest, gates])
        if key not in seen:
            seen.add(key)
            yield {"id": name, "yaml": written(manifest, random.Random(f"{SEED} {key}")), **under(gates)}
    for name, text in texts.texts():
        yield {"id": name, "yaml": text}


def under(gates: Gates) -> Case:
    """Return the case with what it says about its gates."""
    return {"gates": dict(gates)} if gates else {}


def topics() -> list[str]:
    """Return the names of the tables of creates."""
    return sorted(name for name in names() if not name.startswith(UPDATES) and name != texts.NAME)


def _tables() -> Made:
    for topic in topics():
        number = itertools.count()
        for entry in entries(topic):
            dice = random.Random(f"{SEED} {entry}")
            first, *others = entry.setting.places
            where = [(first, kind) for kind in entry.setting.kinds or (_kind(dice),)]
            if others and dice.random() < ELSEWHERE:
                where.append((dice.choice(others), dice.choice(entry.setting.kinds or (_kind(dice),))))
            for place, kind in where:
                manifest = _manifest(entry, place, entry.steps, kind)
                yield f"{topic}-{next(number):04}", manifest, entry.setting.gates


def _pairs() -> Made:
    """Yield two lines of one part of a table at once: one mistake may hide the other."""
    for topic in topics():
        number = itertools.count()
        for setting, group in itertools.groupby(entries(topic), lambda entry: entry.setting):
            known = list(group)
            dice = random.Random(f"{SEED} {topic} {setting}")
            for _ in range(len(known) // PAIRS):
                one, two = dice.choice(known), dice.choice(known)
                kind = dice.choice(setting.kinds or (_kind(dice),))
                if one.line == two.line:
                    continue
                try:
                    manifest = _manifest(one, dice.choice(setting.places), one.steps + two.steps, kind)
                except (LookupError, TypeError, AttributeError):  # the first removed what the second changes
                    continue
                yield f"{topic}-pair-{next(number):03}", manifest, setting.gates


def _kind(dice: random.Random) -> str:
    return "CronJob" if dice.random() < CRONJOBS else "Job"


def _manifest(entry: Entry, place: Path, steps: Steps, kind: str) -> Any:
    """Return the manifest of an entry. Raises ValueError if its paths do not exist in that kind."""
    if place[0] == "cron":
        kind = "CronJob"
    changes = steps_in(at(place, entry.setting.before + steps), kind)
    if changes is None:
        raise ValueError(f"{entry.topic}: no such place in a {kind}: {entry.line}")
    return applied(base(entry.setting.base, kind), changes)
