"""tools/rules/new.py: the skeletons of a rule; it works once their TODOs are filled in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.rules import new

NAME = "example-of-a-test"  # what it reports another rule may report, too, so only it is selected


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what a new rule touches."""
    for name in ("joblint", "rules", "schemas", "tools", "docs/rules"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(checkout: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    return subprocess.run(
        [sys.executable, *command], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )


def test_a_rule_from_its_skeleton(checkout: Path) -> None:
    made = run(checkout, "tools/rules/new.py", NAME, "--group", "schedule")
    assert made.returncode == 0, made.stderr
    card, module = checkout / f"rules/schedule/{NAME}.yaml", checkout / "joblint/checks/schedule/example_of_a_test.py"
    assert made.stdout.splitlines()[:2] == [f"wrote {path.relative_to(checkout)}" for path in (card, module)]

    text = module.read_text().replace('"TODO")\n', '"timeZone")\n', 1)
    text = text.replace('field.scalar() == "TODO"', 'value.text("schedule").startswith("@every")')
    module.write_text(text.replace("TODO: what is wrong, then what to do", "`timeZone` has no effect on `@every`"))
    wrong = card.read_text().replace("spec:  # <- here", "spec:\n      timeZone: Etc/UTC  # <- here", 1)
    card.write_text(wrong.replace('schedule: "15 3 * * *"', 'schedule: "@every 1h"', 1))

    judged = """
import sys
from joblint.engine.example import judge, source
from joblint.rule.cards import cards
from tests.support import load_yaml
card = load_yaml(open(sys.argv[1]).read())
for kind in ("bad", "good"):
    for example in card[kind]:
        print(kind, [(f.rule, f.line, f.message) for f in judge(example, [sys.argv[2]])(source(example))])
assert sys.argv[2] in cards()
"""
    shutil.copytree(ROOT / "tests", checkout / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    found = run(checkout, "-c", judged, str(card), NAME)
    assert found.stderr == ""
    message = "`timeZone` has no effect on `@every`"
    assert found.stdout.splitlines() == [f"bad {[(NAME, 6, message)]}", "good []"]

    pages = run(checkout, "tools/rules/make.py")
    assert pages.returncode == 0, pages.stderr
    assert (checkout / f"docs/rules/{NAME}.md").exists()

    again = run(checkout, "tools/rules/new.py", NAME, "--group", "schedule")
    assert again.returncode == 2
    assert again.stderr == f"error: the rule `{NAME}` exists: rules/schedule/{NAME}.yaml\n"


def test_a_function_in_an_existing_module(checkout: Path) -> None:
    made = run(checkout, "tools/rules/new.py", NAME, "--group", "schedule", "--effect", "advice", "--module", "clock")
    assert made.returncode == 0, made.stderr
    clock = (checkout / "joblint/checks/schedule/clock.py").read_text()
    assert clock.startswith((ROOT / "joblint/checks/schedule/clock.py").read_text().rstrip("\n"))
    assert f'@author_rule("{NAME}", on=CRONJOB_SPEC)\ndef example_of_a_test(' in clock
    assert not (checkout / "joblint/checks/schedule/example_of_a_test.py").exists()
    again = run(checkout, "tools/rules/new.py", "another-one", "--group", "schedule", "--module", "clocks")
    assert (again.returncode, again.stderr) == (2, "error: joblint/checks/schedule/clocks.py does not exist\n")


@pytest.mark.parametrize("name", ["Upper", "with space", "-a", "a--b", "../x", ""])
def test_names_that_are_not_valid(name: str) -> None:
    with pytest.raises(new.CannotWrite):
        new.new_files(name, "job", "mistake", "JobSpec")


@pytest.mark.parametrize("group", sorted(new.PACKAGES))
def test_every_group_has_a_place(group: str) -> None:
    files = new.new_files("a-new-one", group, "rejected", "PodSpec")
    assert all((ROOT / path).parent.is_dir() for path in files)
    path, text = new.listed(group, "a_new_one")
    before = path.read_text()
    assert len(text.splitlines()) == len(before.splitlines()) + 1
    compile(text, str(path), "exec")


def test_every_group_of_cards_is_known() -> None:
    built_in = {"decoding", "suppression", "update"}  # reported by the decoder, the engine, and of two objects
    assert {path.name for path in (ROOT / "rules").iterdir()} == set(new.PACKAGES) | built_in
