"""features.yaml: what each gate guards (gates.yaml, by hand), and its state in each minor (from the source)."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import yaml

from tools.schemas.gates import Stage, asked, constants, dependencies, table
from tools.schemas.source import HERE, Release
from tools.schemas.text import scalar

HEADER = """\
# Feature gates that reach a Job, a CronJob or a pod template. Made by tools/schemas/make.py: change gates.yaml there.
# fields: removed on create while the gate is off. stages: each until the next; Removed: the last default, for good.
# dependencies: the gates without which the server does not start where this one is on, and the minors that say so.
# others: the gates that reach none of them: names for --feature-gates.
"""
LEFT_OUT = "gates_left_out.yaml"
REMOVED = "Removed"
KEYS = ("fields", "stages", "annotations", "affects", "dependencies")
LISTED = ("fields", "stages", "dependencies")  # one item per line
Span = dict[str, Any]


class Table(NamedTuple):
    """The gates of one minor: their stages, and which gates must be on for some of them."""

    stages: dict[str, Stage]
    dependencies: dict[str, list[str]]


def by_hand() -> list[dict[str, Any]]:
    """Return the content of gates.yaml. Raises ValueError if a gate is listed twice."""
    cards: list[dict[str, Any]] = yaml.safe_load((HERE / "gates.yaml").read_text())
    names = [card["name"] for card in cards]
    if len(set(names)) != len(names):
        raise ValueError(f"gates.yaml: a gate is listed twice: {sorted(names)}")
    return cards


def read(release: Release, minor: int) -> Table:
    """Return the gate tables of that minor, by the names of the gates."""
    texts = release.gate_tables()
    names = constants(texts)

    def name(go: str) -> str:
        return names.get(go, go.rsplit(".", 1)[-1])

    stages = {name(go): stage for go, stage in table(texts, minor).items()}
    return Table(stages, {name(go): [name(other) for other in all_] for go, all_ in dependencies(texts).items()})


def judge(releases: Iterable[Release]) -> None:
    """Raise ValueError if the source asks for a gate that is not in the files of gates.

    Also raise it if the source no longer asks for a gate in these files.
    """
    judged = {card["name"] for card in by_hand()} | set(yaml.safe_load((HERE / LEFT_OUT).read_text()))
    read = {name for release in releases for name in asked(release.gate_readers())}
    for names, what in ((read - judged, "not judged yet"), (judged - read, "no minor asks for them")):
        if names:
            raise ValueError(f"gates.yaml, {LEFT_OUT}: {what}: {', '.join(sorted(names))}")


def spans(stages: Mapping[int, Stage | None]) -> list[Span]:
    """Return the minors in which the stage changes. stages has every minor, oldest first; None: the gate is unknown."""
    result: list[Span] = []
    last: Stage | None = None
    for minor, stage in stages.items():
        if stage != last:
            entry: Span = {"version": f"1.{minor}", "stage": stage.stage if stage else REMOVED}
            if stage:
                entry |= {"default": stage.default} | ({"lockToDefault": True} if stage.locked else {})
            result.append(entry)
        last = stage
    return result


def document(tables: Mapping[int, Table]) -> dict[str, Any]:
    """Return all of features.yaml, from the tables of every minor. Raises ValueError for a gate that no minor knows."""
    cards = by_hand()
    mine = {card["name"] for card in cards}
    others = sorted({name for known in tables.values() for name in known.stages} - mine)
    for card in (both := [*cards, *({"name": name} for name in others)]):
        card |= history(card["name"], tables)
        if not card["stages"]:
            raise ValueError(f"gates.yaml: no minor knows {card['name']}")
    return {"gates": by_name(cards), "others": both[len(cards) :]}


def history(name: str, tables: Mapping[int, Table]) -> dict[str, Any]:
    """Return the stages of a gate, and its dependencies if it has any."""
    needed: dict[str, list[int]] = {}
    for minor, known in tables.items():
        for other in known.dependencies.get(name, ()):
            needed.setdefault(other, []).append(minor)
    found = {"stages": spans({minor: known.stages.get(name) for minor, known in tables.items()})}
    dependencies = [{"gate": other, "minors": ranges(minors)} for other, minors in sorted(needed.items())]
    return found | ({"dependencies": dependencies} if dependencies else {})


def by_name(cards: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return cards in the order of their names."""
    return sorted(cards, key=lambda card: str(card["name"]))


def ranges(minors: Iterable[int]) -> str:
    """Return "1.21-1.23, 1.27" for 21, 22, 23, 27."""
    runs: list[list[int]] = []
    for minor in minors:
        if runs and runs[-1][-1] == minor - 1:
            runs[-1].append(minor)
        else:
            runs.append([minor])
    return ", ".join(f"1.{run[0]}" + (f"-1.{run[-1]}" if run[1:] else "") for run in runs)


def render(content: Mapping[str, Any]) -> str:
    """Return the text of features.yaml."""
    lines = []
    for group, cards in content.items():
        lines.append(f"{group}:")
        for card in cards:
            lines.append(f"- name: {card['name']}")
            for key in KEYS:
                if key in LISTED and key in card:
                    lines += [f"  {key}:"] + [f"  - {scalar(item)}" for item in card[key]]
                elif key in card:
                    lines.append(f"  {key}: {scalar(card[key])}")
    return HEADER + "\n".join(lines) + "\n"


def regenerated(text: str) -> str:
    """Return features.yaml as generated from gates.yaml, with the histories in that text."""
    content = yaml.safe_load(text)
    known = {card["name"]: card for card in content["gates"]}
    for card in (cards := by_hand()):
        old = known.get(card["name"], {"stages": []})
        card |= {key: old[key] for key in ("stages", "dependencies") if key in old}
    return render({"gates": by_name(cards), "others": content["others"]})
