"""The rooms of joblint/ and what each may import: the order, lazy imports and those for types included."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from joblint.engine.load import load_rules
from joblint.rule.cards import cards
from joblint.rule.registry import REGISTRY

ROOT = Path(__file__).resolve().parent.parent

# From the ground up: a room may import those before it, and no other.
ROOMS = ("kube", "manifests", "rule", "server", "report", "checks", "engine", "project", "editor", "cli")
FREE = {"joblint", "joblint.__main__", "joblint._version"}  # the public API, and how the program is started


def module(path: Path) -> str:
    """Return the dotted name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module(path): path for path in sorted((ROOT / "joblint").rglob("*.py"))}


def imported(name: str) -> Iterator[str]:
    """Yield the modules of joblint that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "joblint":
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in FILES else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in FILES)


def room(name: str) -> str:
    """Return the room that a module is in."""
    return name.split(".")[1]


def test_tests_are_in_the_rooms_of_what_they_test() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if (path / "__init__.py").exists()}
    assert folders <= {*ROOMS, "tools"}


def test_every_module_is_in_a_room() -> None:
    assert {room(name) for name in FILES if name not in FREE} == set(ROOMS)


@pytest.mark.parametrize("place", ROOMS)
def test_a_room_imports_only_rooms_below_it(place: str) -> None:
    below = ROOMS[: ROOMS.index(place) + 1]
    inside = [name for name in FILES if name not in FREE and room(name) == place]
    arrows = [(name, one) for name in inside for one in imported(name) if one not in FREE]
    assert [(name, one) for name, one in arrows if room(one) not in below] == []


def circles() -> set[str]:
    """Return the modules that import each other in a circle, a line each, as Tarjan finds them."""
    arrows = {name: set(imported(name)) - {name} for name in FILES}
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: set[str] = set()

    def visit(one: str) -> None:
        number[one] = low[one] = len(number)
        stack.append(one)
        for other in sorted(arrows.get(one, ())):
            if other not in number:
                visit(other)
                low[one] = min(low[one], low[other])
            elif other in stack:
                low[one] = min(low[one], number[other])
        if low[one] == number[one]:
            at = stack.index(one)
            if len(stack) - at > 1:
                found.add(" ".join(sorted(name.removeprefix("joblint.") for name in stack[at:])))
            del stack[at:]

    for one in FILES:
        if one not in number:
            visit(one)
    return found


def test_no_circles() -> None:
    assert circles() == set()


def picture() -> str:
    """Return the rooms and what each imports, as Mermaid draws it, without arrows that others imply."""
    named = [name for name in FILES if name not in FREE]
    arrows = {(room(name), room(one)) for name in named for one in imported(name) if one not in FREE}
    said = {(one, last) for one, other in arrows for first, last in arrows if one != other == first != last}
    lines = [f"  {one} --> {other}" for one in ROOMS[::-1] for other in ROOMS if (one, other) in arrows - said]
    return "\n".join(["```mermaid", "flowchart TD", *(line for line in lines if not _loop(line)), "```"])


def _loop(line: str) -> bool:
    return len(set(line.split())) < 3


def test_the_picture_is_drawn_from_the_code() -> None:
    assert picture() in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"), picture()


# Rules whose card is in the group of what they are about, and whose function in the room is one of several.
SHARED = {"handwritten-job-label"}


def test_a_function_of_checks_is_in_the_folder_of_its_card() -> None:
    load_rules()
    folders: dict[str, set[str]] = {}
    for entry in REGISTRY:
        module = entry.check.__module__.split(".")
        if module[1] == "checks":
            folders.setdefault(entry.name, set()).add(module[2])
    known = cards()
    elsewhere = {name for name, places in folders.items() if name in known and known[name].group not in places}
    assert elsewhere == SHARED
