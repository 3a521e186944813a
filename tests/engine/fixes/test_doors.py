"""Every edit that is handed out works alone: the text with it can be read, lacks the finding, and has no new one."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from joblint import lint
from joblint.editor.lsp import cures
from joblint.engine.api import judge as judge_corpus
from joblint.engine.api import make_settings
from joblint.engine.fix import apply
from joblint.engine.harm import UNREADABLE, Found, harms
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.source import Source
from joblint.report import Run, sarif
from joblint.report import json as json_report
from joblint.rule.finding import Edit, Finding, Fix
from tests.engine.fixes.test_properties import drawn

PROPOSED = make_settings()._replace(verify=False)

LINES = """\
{
  "apiVersion": "batch/v1",
  "kind": "Job",
  "metadata": {"name": "a"},
  "spec": {
    "template": {
      "imagePullSecrets": [
        {"name": "registry"}
      ],
      "spec": {
        "restartPolicy": "Never",
        "containers": [
          {"name": "a", "image": "a:1"}
        ]
      }
    }
  }
}
"""
FLOW = """\
apiVersion: batch/v1
kind: Job
metadata: {name: a}
spec: {
  parallelism: 1,
  template: {
    restartPolicy: Never,
    spec: {
      containers: [
        {name: a, image: a:1},
        {
          name: b,
          image: envoyproxy/envoy:v1
        }
      ]
    }
  }
}
"""
BLOCK = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: a
spec:
  template:
    imagePullSecrets:
    - name: registry
    spec:
      restartPolicy: Never
      containers:
      - name: a
        image: a:1
      - name: b
        image: envoyproxy/envoy:v1
"""


def findings(text: str, language: str = "yaml") -> list[Finding]:
    """What is found in a text, without trying the fixes."""
    return judge_corpus(PROPOSED, Corpus([Source("x", text, language)])).findings


def unreadable(found: list[Finding]) -> Counter[str]:
    """How many documents cannot be read, by the reason; a fix above them may move them."""
    return Counter(one.message for one in found if one.rule == UNREADABLE)


def check(source: Source, fix: Fix, cured: Finding) -> None:
    """An edit that was handed out works alone."""
    after = Source(source.path, apply(source.text, [fix]), source.language)
    now = findings(after.text, after.language)
    before = findings(source.text, source.language)
    shown = f"{cured.rule}: {fix}\n--- before\n{source.text}\n--- after\n{after.text}"
    if cured.rule != UNREADABLE:
        assert unreadable(now) <= unreadable(before), shown
    assert not harms(Found.of(source, before), Found.of(after, now), [cured]), shown


def handed_out(source: Source) -> Iterator[tuple[Finding, Fix]]:
    """Every edit, from every door."""
    text, path, language = source.text, source.path, source.language
    by_place = {}
    for finding in lint(text, path=path, language=language):
        by_place[finding.rule, finding.line, finding.column, finding.field, finding.message] = finding
        if finding.fix is not None:
            yield finding, finding.fix
    result = judge_corpus(make_settings(), Corpus([source]))
    run = Run(result.findings, {path: source}, [], [], 1, 1, ("1.37",))
    for one in json.loads("".join(json_report.report(run)))["findings"]:
        if one["fix"]:
            key = (one["rule"], one["line"], one["column"], one["field"], one["message"])
            edits = tuple(Edit(e["start"], e["end"], e["text"]) for e in one["fix"]["edits"])
            yield by_place[key], Fix(one["fix"]["safe"], one["fix"]["message"], edits)
    for one, finding in zip(json.loads("".join(sarif.report(run)))["runs"][0]["results"], result.findings, strict=True):
        for fix in one.get("fixes", ()):
            edits = tuple(
                Edit(
                    source.offset(e["deletedRegion"]["startLine"], e["deletedRegion"]["startColumn"]),
                    source.offset(e["deletedRegion"]["endLine"], e["deletedRegion"]["endColumn"]),
                    e["insertedContent"]["text"],
                )
                for e in fix["artifactChanges"][0]["replacements"]
            )
            yield finding, Fix(True, "", edits)

    def judge(given: Source) -> list[Finding]:
        return findings(given.text, given.language)

    for finding in islice((one for one in judge(source) if one.fix), 6):
        edits = tuple(cures.one(source, finding, judge))
        if edits:
            yield finding, Fix(True, "", edits)


def with_comments(text: str) -> Iterator[tuple[str, str]]:
    """A text with a comment at one place more than before, of all places that may have one."""
    for found in re.finditer(r"(?<=[\[{,])|(?=[,\]}])|(?<=\n)|(?=\n)", text):
        at = found.start()
        if 0 < at < len(text) and text[at - 1] != '"':
            for comment in (" # c: {[,\n", "\n  # c\n\n", "\n# c'\n"):
                yield text[:at] + comment + text[at:], f"{at}{comment!r}"


@pytest.mark.parametrize("text", [LINES, FLOW, BLOCK], ids=["json", "flow", "block"])
def test_a_comment_at_any_place_breaks_no_edit(text: str) -> None:
    was = len([one for one in findings(text) if one.fix])
    assert was
    tried = fixable = 0
    for changed, _ in with_comments(text):
        found = lint(changed)
        if any(one.rule == UNREADABLE for one in found):
            continue
        tried += 1
        fixable += sum(one.fix is not None for one in found)
        source = Source("x", changed)
        for finding in found:
            if finding.fix is not None:
                check(source, finding.fix, finding)
                after = apply(changed, [finding.fix])
                assert after.count("# c") == changed.count("# c"), after
    assert tried > 60
    assert fixable > 0.8 * was * tried  # the comments move along, or stay


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_every_door_hands_out_only_what_works(draw: st.DataObject) -> None:
    _, file = drawn(draw)
    source = Source("x", file.text, file.language)
    for finding, fix in handed_out(source):
        event(finding.rule)
        check(source, fix, finding)


def test_a_fix_that_only_helps_with_another_is_not_handed_out() -> None:
    text = BLOCK.replace("imagePullSecrets:\n    - name: registry\n    ", "").replace(
        "spec:\n  template", "spec:\n  completionMod: Indexed\n  completion: 3\n  template"
    )
    fixes = {one.field: one.fix for one in lint(text) if one.rule == "unknown-field"}
    assert fixes["spec.completionMod"] is None
    assert fixes["spec.completion"] is not None


def test_a_list_of_many_objects_is_judged_again_as_often_as_one_has_fixes(monkeypatch: pytest.MonkeyPatch) -> None:
    import joblint.engine.verify

    rounds = []
    real = joblint.engine.verify._try

    def counted(files: Any, run: Any, settings: Any) -> None:
        rounds.append(files)
        real(files, run, settings)

    monkeypatch.setattr(joblint.engine.verify, "_try", counted)
    job = BLOCK.replace("restartPolicy: Never", "restartPolicy: never\n      hostNetwork: 'true'")
    text = "apiVersion: v1\nkind: List\nitems:\n" + ("- " + job.replace("\n", "\n  ").rstrip(" ")) * 40
    found = lint(text)
    assert sum(one.fix is not None for one in found) >= 120
    assert len(rounds) == max(fixes_of(found).values())


def fixes_of(found: list[Finding]) -> dict[int, int]:
    """How many fixes each object has."""
    numbers: dict[int, set[tuple[Edit, ...]]] = {}
    for one in found:
        if one.fix is not None and one.object is not None:
            numbers.setdefault(one.object.document, set()).add(one.fix.edits)
    return {number: len(edits) for number, edits in numbers.items()}
