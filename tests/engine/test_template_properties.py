"""A Job that a template writes has each finding of the template, whatever its conditions are."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import DataObject, data, sampled_from

from joblint.engine.api import make_settings
from joblint.engine.run import Run
from joblint.engine.suppress.suppressions import ANNOTATION
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import documents, manifests
from joblint.manifests.kinds import kind_of
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import json_size
from joblint.rule.finding import Finding
from tests.engine.dialect_writers import SIGNS, Erb, Jinja, Ytt
from tests.engine.fixes.corpus import cards
from tests.engine.template_writer import Go, choices, lines, templates
from tests.support import plain

_LARGE = 20_000  # bytes: with what aliases repeat
SETTINGS = make_settings(extend_select=["advice"])._replace(verify=False, edits=False)


def judged(text: str, language: str = "helm") -> tuple[list[Finding], list[str]]:
    """What is said of a template, and why parts of it are left alone."""
    source = Source("x.tpl", text, language)
    run = Run(SETTINGS, Corpus([source]))
    run.source(source)
    return run.findings, [one.why for one in run.skipped]


def objects() -> list[dict[str, Any]]:
    """The Jobs of the cards' examples."""
    found = []
    for case in (*cards("bad"), *cards("good")):
        every = [one for document in documents(case.source) for one in manifests(document, 0)]
        value = plain(every[0].node) if len(every) == 1 and kind_of(every[0]) else None
        if (
            isinstance(value, dict)
            and not any(sign in case.text for sign in SIGNS)
            and case.language in ("yaml", "json")
            and json_size(every[0].node) < _LARGE
            and _is_plain(value)
            and ANNOTATION not in case.text  # it does nothing in a text without an action, which is no template
        ):
            found.append(value)
    return found


def bare(text: str) -> list[str]:
    """The lines of a text that are not blank."""
    return [line for line in text.split("\n") if line.strip()]


def _is_plain(value: Any) -> bool:
    """Whether JSON has such values: no dates, no keys that are numbers."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, (str, int, float, bool))


@pytest.mark.parametrize("style", [Go, Jinja, Erb, Ytt], ids=lambda style: style.language)
@given(data())
@settings(deadline=None, max_examples=60)
def test_every_rendering_has_the_findings_of_the_template(style: type[Go], draw: DataObject) -> None:
    value = draw.draw(sampled_from(_objects()))
    written = draw.draw(templates(value, style))
    found, _ = judged(written.text, style.language)
    for choice in choices() if found else ():
        text, numbers = written.output(choice)
        if isinstance(written.style, Jinja) and style.language == "jinja":
            rendered = written.style.rendered(written.text, choice)
            assert bare(rendered) == bare(text)
        there = {(one.rule, one.effect, numbers[one.line - 1]) for one in judged(text)[0]}
        for one in found:
            about = {one.line, *(place.line for place in one.related if place.path == one.path)}
            if about <= set(numbers):
                assert (one.rule, one.effect, one.line) in there, (one, choice, written.text, text)


@pytest.mark.parametrize(
    ("language", "idle"),
    [
        ("helm", "{{- if .a }}\n{{- end }}\n"),
        ("jinja", "{% if a %}\n{% endif %}\n"),
        ("erb", "<% if a %>\n<% end %>\n"),
        ("ytt", "#@ if a:\n#@ end\n"),
    ],
)
def test_template_without_conditions_has_the_findings_of_its_output(language: str, idle: str) -> None:
    """The writer does not hide what it should show."""
    told = 0
    for value in _objects()[::7]:
        text = "".join(f"{line}\n" for line in lines(value, 0))
        plainly = [(one.rule, one.line) for one in judged(text, language)[0]]
        opened = [(one.rule, one.line) for one in judged(text + idle, language)[0]]
        assert opened == plainly
        told += len(plainly)
    assert told > 20


_KNOWN: list[dict[str, Any]] = []


def _objects() -> list[dict[str, Any]]:
    if not _KNOWN:
        _KNOWN.extend(objects())
    return _KNOWN
