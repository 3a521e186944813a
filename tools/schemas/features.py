"""features.yaml: which gate guards what (gates.yaml, by hand), and what each minor thinks of it (from its source)."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from tools.schemas.gates import Stage, asked, constants, table
from tools.schemas.source import HERE, Release
from tools.schemas.text import scalar

HEADER = """\
# Feature gates that reach a Job, a CronJob or a pod template. Made by tools/schemas/make.py: change gates.yaml there.
# fields: removed on create while the gate is off. stages: each holds until the next; Removed: on for good.
# others: the gates that reach none of them, with the minors that know them.
"""
LEFT_OUT = "gates_left_out.yaml"
REMOVED = "Removed"
Span = dict[str, Any]


def by_hand() -> list[dict[str, Any]]:
    """gates.yaml. Raises ValueError where a gate stands twice."""
    cards: list[dict[str, Any]] = yaml.safe_load((HERE / "gates.yaml").read_text())
    names = [card["name"] for card in cards]
    if len(set(names)) != len(names):
        raise ValueError(f"gates.yaml: a gate stands twice: {sorted(names)}")
    return cards


def read(release: Release, minor: int) -> dict[str, Stage]:
    """Gate name -> its stage in the gate tables of that minor."""
    texts = release.gate_tables()
    names = constants(texts)
    return {names.get(go, go.rsplit(".", 1)[-1]): stage for go, stage in table(texts, minor).items()}


def judge(releases: Iterable[Release]) -> None:
    """Raises ValueError where the source asks for a gate of which nobody has said whether it reaches a Job."""
    judged = {card["name"] for card in by_hand()} | set(yaml.safe_load((HERE / LEFT_OUT).read_text()))
    new = {name for release in releases for name in asked(release.gate_readers())} - judged
    if new:
        raise ValueError(f"gates.yaml, {LEFT_OUT}: not judged yet: {', '.join(sorted(new))}")


def spans(stages: Mapping[int, Stage | None]) -> list[Span]:
    """The minors at which the stage changes. stages has every minor, oldest first; None: does not know the gate."""
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


def document(tables: Mapping[int, Mapping[str, Stage]]) -> dict[str, Any]:
    """The whole of features.yaml, from the tables of every minor. Raises ValueError on a gate that no minor knows."""
    cards = by_hand()
    for card in cards:
        card["stages"] = spans({minor: gates.get(card["name"]) for minor, gates in tables.items()})
        if not card["stages"]:
            raise ValueError(f"gates.yaml: no minor knows {card['name']}")
    mine = {card["name"] for card in cards}
    names = sorted({name for gates in tables.values() for name in gates} - mine)
    others = {name: ranges(minor for minor, gates in tables.items() if name in gates) for name in names}
    return {"gates": sorted(cards, key=lambda card: str(card["name"])), "others": others}


def ranges(minors: Iterable[int]) -> str:
    """21, 22, 23, 27 -> "1.21-1.23, 1.27"."""
    runs: list[list[int]] = []
    for minor in minors:
        if runs and runs[-1][-1] == minor - 1:
            runs[-1].append(minor)
        else:
            runs.append([minor])
    return ", ".join(f"1.{run[0]}" + (f"-1.{run[-1]}" if run[1:] else "") for run in runs)


def render(content: Mapping[str, Any]) -> str:
    """The text of features.yaml."""
    lines = ["gates:"]
    for card in content["gates"]:
        lines.append(f"- name: {card['name']}")
        for key in ("fields", "stages"):
            if key in card:
                lines += [f"  {key}:"] + [f"  - {scalar(item)}" for item in card[key]]
        lines += [f"  {key}: {scalar(card[key])}" for key in ("annotations", "affects") if key in card]
    lines.append("others:")
    lines += [f"  {name}: {scalar(minors)}" for name, minors in content["others"].items()]
    return HEADER + "\n".join(lines) + "\n"


def again(text: str) -> str:
    """features.yaml made anew from gates.yaml, with the stages that text has."""
    content = yaml.safe_load(text)
    stages = {card["name"]: card["stages"] for card in content["gates"]}
    cards = [card | {"stages": stages.get(card["name"], [])} for card in by_hand()]
    return render({"gates": sorted(cards, key=lambda card: str(card["name"])), "others": content["others"]})
