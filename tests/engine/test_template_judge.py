"""What is said of a template is so in each of its outputs, as helm's own engine writes them (conformance/helm)."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers

from conformance import recording
from conformance.helm.questions import objects
from conformance.helm.refresh import ANSWERS
from conformance.helm.writer import Writer
from tests.engine.template_truth import Rendering, judged, lies

PARTS = 6


def is_on_version(text: str) -> bool:
    """Whether conditions ask for the version."""
    return ".Capabilities" in text


@pytest.mark.parametrize("part", range(PARTS))
def test_helm_writes_nothing_that_belies_what_is_said(part: int) -> None:
    lines = [*recording.read(ANSWERS)][1 + part :: PARTS]
    told, rules = 0, set[str]()
    for line in lines:
        renderings = [Rendering(one["output"], one["lines"], one["minor"]) for one in line["renderings"]]
        found = judged(line["text"], "helm")
        told += len(found)
        rules.update(one.rule for one in found)
        assert [*lies(found, renderings, is_on_version(line["text"]))] == [], line["text"]
    assert told > 2 * len(lines)
    assert len(rules) > 15


def test_what_is_recorded_is_varied() -> None:
    """It has every kind of action, each with every kind of trim marker, and templates that are written in many ways."""
    lines = [*recording.read(ANSWERS)][1:]
    every = "".join(line["text"] for line in lines)
    for word in ("if", "else if", "else", "with", "range", "end", "define", "include", "toYaml", "$x :=", "/*"):
        assert f"{{{{- {word}" in every
    for word in ("quote", "squote", "default", "printf", "semverCompare", "Capabilities.APIVersions", "| nindent"):
        assert word in every
    assert "{{ end -}}" in every
    assert "{{ if" in every
    assert sum(len(line["renderings"]) > 3 for line in lines) > len(lines) / 2


@given(integers(0, 2**32))
@settings(deadline=None, max_examples=40)
def test_nothing_that_is_written_belies_what_is_said(seed: int) -> None:
    """The writer knows what its templates write: helm has confirmed all that is recorded."""
    dice = Random(seed)
    writer = Writer(dice)
    template = writer.template(dice.choice(objects()))
    found = judged(template.text, "helm")
    renderings = [Rendering(*template.output(choice), choice.minor) for choice in writer.choices(8)]
    assert [*lies(found, renderings, is_on_version(template.text))] == [], template.text


def test_a_lie_is_noticed() -> None:
    text = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\nspec:\n  paralelism: 1\n"
    [found] = [one for one in judged(text, "helm") if one.rule == "unknown-field"]
    right = Rendering(text.replace("paralelism", "parallelism"), [1, 2, 3, 4, 5, 6], "1.37")
    assert [one for one, _ in lies([found], [right], False)] == [found]
    elsewhere = right._replace(lines=[1, 2, 3, 4, 5, 0])
    wrong = right._replace(output=text)
    assert [*lies([found], [elsewhere, wrong], False)] == []
