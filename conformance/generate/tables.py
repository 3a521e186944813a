"""The tables of `topics/`: what each line says, and where.

A line that starts with `@` applies to the lines below it:

    @ base NAME             the manifest that they start from (bases.yaml); resets `@ with`
    @ at PATH | PATH        where their paths begin. All are used at the first place, and about half also at another one
    @ with STEPS            changes that are made first; without STEPS: none
    @ kind Job              or CronJob, both, mixed: mostly Jobs, some CronJobs (the default)
    @ in run suspended cron where updates are tried (updates.py)
    @ gates A=true B=false  the feature gates of the API server
"""

from collections.abc import Iterator
from pathlib import Path as File
from typing import NamedTuple

from conformance.generate.bases import KINDS
from conformance.generate.language import Path, Step, Steps, alternatives, path, split

TOPICS = File(__file__).parent / "topics"
Gates = tuple[tuple[str, bool], ...]


class Setting(NamedTuple):
    """The settings of the last `@` lines."""

    base: str = "plain"
    places: tuple[Path, ...] = (("object",),)
    before: Steps = ()
    kinds: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    gates: Gates = ()


class Entry(NamedTuple):
    """One thing that a table says, from the line with that text."""

    topic: str
    line: str
    setting: Setting
    steps: Steps


def names() -> list[str]:
    """Return the names of all tables."""
    return sorted(file.stem for file in TOPICS.glob("*.txt"))


def lines(topic: str) -> Iterator[tuple[Setting, str]]:
    """Yield the lines of a table, each with the settings that apply to it."""
    setting = Setting()
    for line in _joined((TOPICS / f"{topic}.txt").read_text(encoding="utf-8")):
        if line.startswith("@ "):
            setting = _set(setting, *line[2:].partition(" ")[::2])
        else:
            yield setting, line


def entries(topic: str) -> Iterator[Entry]:
    """Yield the entries of a table of creates. Raises ValueError if it cannot be read."""
    for setting, line in lines(topic):
        for steps in alternatives(line):
            yield Entry(topic, line, setting, steps)


def at(place: Path, steps: Steps) -> Steps:
    """Return the steps, with paths that begin at that place."""
    return tuple(Step((*place, *step.path), step.sign, step.value) for step in steps)


def _joined(text: str) -> Iterator[str]:
    found = ""
    for line in text.splitlines():
        if line.startswith("  "):
            found = f"{found} {line.strip()}"
            continue
        if found:
            yield found
        found = "" if line.startswith("#") else line.rstrip()
    if found:
        yield found


def _set(setting: Setting, word: str, rest: str) -> Setting:
    if word == "base":
        return setting._replace(base=rest, before=())
    if word == "at":
        return setting._replace(places=tuple(path(place.strip()) for place in split(rest, "|")))
    if word == "with":
        return setting._replace(before=next(alternatives(rest)) if rest else ())
    if word == "kind":
        return setting._replace(kinds={"mixed": (), "both": KINDS}.get(rest, (rest,)))
    if word == "in":
        return setting._replace(contexts=tuple(rest.split()))
    if word == "gates":
        pairs = (gate.partition("=")[::2] for gate in rest.split())
        return setting._replace(gates=tuple((name, on == "true") for name, on in pairs))
    raise ValueError(f"not a word of a table: @ {word}")
