"""Jobs for the tables of tests/server/pod: lines of a pod's spec, or of a container, and what is said of them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import joblint
from tests.support import each_field

TABLES = Path(__file__).parent / "tables"
_HEAD = ("apiVersion: batch/v1", "kind: Job", "metadata: {name: a}", "spec:", "  template:", "    spec:")
_PLAIN = 'containers: [{name: m, image: "b:1"}]'
_SPEC = "spec.template.spec."
_SPOKEN = ("rejected", "dropped", "warned")
_LISTS = {"container": "containers", "init": "initContainers", "ephemeral": "ephemeralContainers"}
_NAMES = {"containers": "m", "initContainers": "i", "ephemeralContainers": "e"}
ALL = "1.21-1.37"


def pod(*lines: str, restart_policy: str = "Never", template: tuple[str, ...] = ()) -> str:
    """A Job whose pod has these lines from line 8, column 7 on; a plain container comes after them if none is there.

    `template`: lines of the template, below its spec.
    """
    spec = (f"restartPolicy: {restart_policy}", *lines)
    if not any(line.startswith("containers:") for line in lines):
        spec = (*spec, _PLAIN)
    return "\n".join((*_HEAD, *(f"      {line}" for line in spec), *(f"    {line}" for line in template))) + "\n"


def container(*lines: str, among: str = "containers") -> tuple[str, ...]:
    """Lines of a pod's spec: a list with one container, whose own lines begin at line 11, column 9."""
    return (f"{among}:", f"- name: {_NAMES[among]}", "  image: b:1", *(f"  {line}" for line in lines))


_OF_PYTHON = re.compile(r"\w\(['\"]|\bobject at 0x")  # how Python shows an object of a class


def told(manifest: str, minors: str = ALL, gates: Mapping[str, bool] | None = None) -> list[str]:
    """What is said for the server, in order: `minors rule field reason line:column`, fields as seen from the pod."""
    found = [f for f in joblint.lint(manifest, settings=each_field(minors, gates)) if f.effect in _SPOKEN]
    assert [f.message for f in found if _OF_PYTHON.search(f.message)] == []
    rows: dict[tuple[str, ...], list[int]] = {}
    for f in sorted(found, key=lambda f: (f.line, f.column, f.rule, f.field, f.kube_versions)):
        rows.setdefault(tuple(_row(f)), []).extend(int(minor[2:]) for minor in f.kube_versions)
    return [" ".join((",".join(_runs(sorted(minors))), *row)) for row, minors in rows.items()]


def _row(found: joblint.Finding) -> Iterator[str]:
    """What is said of a place; wordings may differ from minor to minor."""
    yield found.rule
    yield found.field.removeprefix(_SPEC).replace(" ", "\N{NO-BREAK SPACE}")
    yield found.reason.removeprefix("FieldValue") or found.effect
    yield f"{found.line}:{found.column}"


def _runs(minors: list[int]) -> Iterator[str]:
    """Minors without a gap between them as `1.28-1.33`."""
    for first in minors:
        if first - 1 not in minors:
            last = next(minor for minor in minors if minor >= first and minor + 1 not in minors)
            yield f"1.{first}" if first == last else f"1.{first}-1.{last}"


# -- tables


class Case(NamedTuple):
    """A case of a table: where it stands, its Job, what it is judged for, and the rows expected."""

    id: str
    manifest: str
    minors: str
    gates: dict[str, bool]
    expected: list[str]


def cases() -> list[Case]:
    """All cases of all tables. tables/README.md says how they are written."""
    return [case for path in sorted(TABLES.glob("*.txt")) for case in _cases(path)]


def _cases(path: Path) -> Iterator[Case]:
    number = 1
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = block.splitlines()
        if any(not line.startswith("#") for line in lines):
            yield _case(f"{path.stem}:{number}", [line for line in lines if not line.startswith("#")])
        number += len(lines) + 1


def _case(id_: str, lines: list[str]) -> Case:
    """`@on` names minors and gates, `@restart` the pod's policy; `@init` and the like the part that lines are in."""
    minors, gates, restart = ALL, {}, "Never"
    parts: dict[str, list[str]] = {"pod": []}
    part = "pod"
    for line in lines:
        word, *rest = line.split()
        if word == "@on":
            minors, *pairs = rest
            gates = {name: value == "true" for name, _, value in (pair.partition("=") for pair in pairs)}
        elif word == "@restart":
            (restart,) = rest
        elif word.startswith("@"):
            part = word[1:]
            parts.setdefault(part, [])
        elif word != ">":
            parts[part].append(line)
    spec = [line for name, found in parts.items() if name in _LISTS for line in container(*found, among=_LISTS[name])]
    manifest = pod(*spec, *parts["pod"], restart_policy=restart, template=tuple(parts.get("template", ())))
    expected = [line.removeprefix("> ") for line in lines if line.startswith(">")]
    return Case(id_, manifest, minors, gates, [] if expected == ["nothing"] else expected)
