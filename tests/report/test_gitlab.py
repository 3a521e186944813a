"""GitLab's Code Quality report."""

import json
from typing import Any

from hypothesis import given

from joblint.report import Run, gitlab
from tests.report.runs import found, rendered, rich, run, runs


def entries(one: Run) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads("".join(gitlab.report(one)))
    for entry in told:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert entry["location"]["lines"]["begin"] >= 1
    assert len({entry["fingerprint"] for entry in told}) == len(told)  # GitLab shows one of several that are equal
    return told


def test_clean() -> None:
    assert list(gitlab.report(run())) == ["[]\n"]


def test_everything() -> None:
    told = entries(rich())
    assert [(e["check_name"], e["severity"], e["location"]["path"]) for e in told] == [
        ("error", "blocker", "gone.yaml"),
        ("a-rule", "major", "a.yaml"), ("unknown-field", "critical", "a.yaml"), ("a-rule", "info", "b c.yaml"),
    ]  # fmt: skip
    assert told[1]["description"] == "this is wrong (on 1.36)"
    assert told[1]["location"]["lines"] == {"begin": 4, "end": 4}


def test_rendered() -> None:
    (entry,) = entries(rendered())
    assert entry["location"] == {"path": "web/templates/job.yaml", "lines": {"begin": 1}}
    assert entry["description"] == "this is wrong (rendered, line 6 of the output)"


def test_suppressing_one_leaves_the_others_as_they_are() -> None:
    first, second = found(3, 3, 3, 7), found(4, 3, 4, 7)
    equal = {"a.yaml": "\n\nx: 1\nx: 1\n"}
    both = entries(run(first, second, sources=equal))
    one = entries(run(second, sources=equal)._replace(suppressed=[(first, "")]))
    assert [entry["fingerprint"] for entry in one] == [both[1]["fingerprint"]]


@given(runs())
def test_whatever_the_texts_hold(one: Run) -> None:
    found = entries(one)
    assert [entry["check_name"] for entry in found] == ["error", "a-rule"]
    for entry in found:
        entry["description"].encode()
        entry["location"]["path"].encode()
