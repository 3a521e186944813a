"""A range of minors: each text is true of the minors that its finding names, and no text stands twice at one place."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import joblint
from joblint.engine.example import source
from joblint.kube.minors.minor import MINORS
from joblint.rule.finding import EFFECTS, Finding
from joblint.rule.settings import Settings
from tests.conftest import ROOT
from tests.test_cards import EXAMPLES, Example

ALL = f"1.{MINORS[0]}-1.{MINORS[-1]}"
CASES = ROOT.parent / "shared" / "conformance" / "cases"
# Few at a time: together the examples are judged on every minor.
PICKED = 2


def settings(minors: str, content: dict[str, object] | None = None) -> Settings:
    validation = str((content or {}).get("field-validation", "strict"))
    return joblint.make_settings(minors, select=EFFECTS, field_validation=validation)


def texts(found: list[Finding], minor: str) -> list[tuple[str, str, str, int, int]]:
    return sorted((f.rule, f.effect, f.message, f.line, f.column) for f in found if minor in f.kube_versions)


def twice(found: list[Finding]) -> list[tuple[str, str, int, int, object]]:
    """What is said more than once: the rule, the text, the place and the object."""
    said = [(f.rule, f.message, f.line, f.column, f.object) for f in found]
    return [one for number, one in enumerate(said) if one in said[:number]]


def ours() -> list[Example]:
    return [one for one in EXAMPLES if "old" not in one.content and "files" not in one.content]


@pytest.mark.parametrize("example", ours(), ids=str)
def test_a_text_holds_in_the_minors_that_it_names(example: Example) -> None:
    text = source(example.content)

    def said(minors: str) -> list[Finding]:
        chosen = settings(minors, example.content)
        return joblint.lint(text.text, path=text.path, language=text.language, settings=chosen)

    whole = said(ALL)
    assert twice(whole) == []
    first = sum(map(ord, str(example)))
    for index in range(PICKED):
        minor = f"1.{MINORS[(first + 8 * index) % len(MINORS)]}"
        assert texts(whole, minor) == texts(said(minor), minor)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "fixtures").glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_no_text_stands_twice_in_a_fixture(path: Path) -> None:
    assert twice(joblint.lint(path.read_bytes(), path=str(path), settings=settings(ALL))) == []


def cases(name: str, step: int) -> Iterator[str]:
    path = CASES / name / "cases.jsonl.gz"
    if not path.exists():
        pytest.skip("the conformance cases are not here")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % step == 0:
                yield json.loads(line)["yaml"]


@pytest.mark.parametrize(("name", "step"), [("real", 5), ("made", 40)])
def test_no_text_stands_twice_in_a_case(name: str, step: int) -> None:
    for text in cases(name, step):
        assert twice(joblint.lint(text, settings=settings(ALL))) == [], text


def test_a_value_that_two_fields_share_is_told_by_its_field() -> None:
    text = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: a
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: a
        image: a:1
        ports: &ports
        - containerPort: 70000
      - name: b
        image: b:1
        ports: *ports
"""
    found = joblint.lint(text, select=["invalid-port"])
    assert [(f.line, f.column) for f in found] == [(13, 26), (13, 26)]
    assert len({f.message for f in found}) == len({f.field for f in found}) == 2
    assert all(f.message.endswith(f"(`{f.field}`)") for f in found)
