"""No test depends on how fast the machine is: only what hangs reaches a limit, and none just sleeps."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support import HANG

ENOUGH = 300  # seconds
# What waits, and the place of its limit among the arguments; `timeout` by name goes with each.
WAITS = {
    "communicate": 1, "create_connection": 1, "join": 0, "run": None, "check_call": None, "check_output": None,
    "timeout": 0, "wait": 0, "wait_for": 1,
}  # fmt: skip


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    return getattr(node.func, "attr", "") or getattr(node.func, "id", "")


def limits(node: ast.Call) -> Iterator[float]:
    """The limits in seconds that a call writes down."""
    place = WAITS[called(node)]
    given = [keyword.value for keyword in node.keywords if keyword.arg == "timeout"]
    for value in (*given, *(node.args[place : place + 1] if place is not None else ())):
        if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
            yield value.value


def slips(text: str) -> list[str]:
    """What in a test file is a matter of speed, with its line."""
    tree = ast.parse(text)
    polls = {id(inner) for loop in ast.walk(tree) if isinstance(loop, ast.While) for inner in ast.walk(loop)}
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        if name in WAITS and ast.unparse(node.func) != "render.run":  # whose limit is what is tested
            found += [f"line {node.lineno}: a limit of {limit} s" for limit in limits(node) if limit < ENOUGH]
        if name == "sleep" and id(node) not in polls and ast.unparse(node.args[0]) != "0":
            found.append(f"line {node.lineno}: sleeps")
        if name == "settings" and any(k.arg == "deadline" and ast.unparse(k.value) != "None" for k in node.keywords):
            found.append(f"line {node.lineno}: a deadline for hypothesis")
        if name in ("perf_counter", "process_time"):
            found.append(f"line {node.lineno}: measures time")
    return found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("subprocess.run(c, timeout=20)", 1),
        ("asyncio.wait_for(x, 10)", 1),
        ("process.wait(10)", 1),
        ("thread.join(60)", 1),
        ("process.communicate(timeout=60.5)", 1),
        ("time.sleep(0.1)", 1),
        ("for _ in range(100):\n    time.sleep(0.1)", 1),
        ("settings(deadline=200)", 1),
        ("began = time.perf_counter()", 1),
        ("subprocess.run(c, timeout=HANG)", 0),
        ("subprocess.run(c, timeout=300)", 0),
        ("while not ready():\n    time.sleep(0.1)", 0),
        ("asyncio.sleep(0)", 0),
        ("settings(deadline=None)", 0),
        ("', '.join(words)", 0),
    ],
)
def test_what_is_a_matter_of_speed(text: str, count: int) -> None:
    assert len(slips(text)) == count


def test_no_test_is_a_matter_of_speed() -> None:
    assert HANG >= ENOUGH
    found = {str(path.relative_to(ROOT)): slips(path.read_text()) for path in files()}
    assert {name: slip for name, slip in found.items() if slip} == {}


def files() -> list[Path]:
    return sorted((ROOT / "tests").rglob("*.py"))
