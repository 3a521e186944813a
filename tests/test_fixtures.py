"""Our own manifests, right and wrong, and the table of what must be said of them (fixtures/expected.yaml)."""

from pathlib import Path

import pytest
import yaml

import joblint
from joblint.kube.minors.minor import MINORS
from tests.conftest import ROOT

FIXTURES = ROOT / "fixtures"
FOLDERS = ("good", "bad", "examples")
EXPECTED: dict[str, list[str]] = yaml.safe_load((FIXTURES / "expected.yaml").read_text(encoding="utf-8"))
FILES = sorted(p.relative_to(FIXTURES).as_posix() for folder in FOLDERS for p in (FIXTURES / folder).iterdir())


def said(path: Path, **options: str) -> list[str]:
    text = path.read_bytes()
    return [f"{f.line}:{f.column} {f.rule}" for f in joblint.lint(text, path=str(path), **options)]  # type: ignore[arg-type]


def test_the_table_has_every_file() -> None:
    assert sorted(EXPECTED) == FILES
    assert all(EXPECTED[name] == [] for name in FILES if name.startswith("good/"))
    assert all(EXPECTED[name] for name in FILES if name.startswith("bad/"))


@pytest.mark.parametrize("name", FILES)
def test_what_is_said(name: str) -> None:
    assert said(FIXTURES / name) == EXPECTED[name]


@pytest.mark.parametrize("name", FILES)
def test_all_minors_at_once_say_what_each_says(name: str) -> None:
    path = FIXTURES / name
    text = path.read_bytes()
    whole = joblint.lint(text, path=str(path), kube_version=f"1.{MINORS[0]}-1.{MINORS[-1]}")
    for minor in MINORS:
        version = f"1.{minor}"
        alone = said(path, kube_version=version)
        assert sorted(alone) == sorted(f"{f.line}:{f.column} {f.rule}" for f in whole if version in f.kube_versions)
