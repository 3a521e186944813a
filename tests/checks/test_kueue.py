"""What Kueue reads from the labels of Jobs, in the wrong places."""

import pytest

import joblint
from tests.support import CRONJOB, GOOD

RULE, QUEUE = "misplaced-kueue-label", "kueue.x-k8s.io/queue-name"


def said(text: str, *rules: str) -> list[tuple[str, int, int]]:
    return [(f.rule, f.line, f.column) for f in joblint.lint(text, select=rules or (RULE,))]


def with_metadata(group: str, key: str = QUEUE, of: str = GOOD) -> str:
    return of.replace("  name: hello\nspec:", f"  name: hello\n  {group}:\n    {key}: a\nspec:", 1)


def in_template(group: str, of: str, key: str = QUEUE) -> str:
    """With metadata in the template that the first `spec` below has beside it."""
    start, end = of.rindex("    spec:\n      template:") if of is CRONJOB else of.rindex("    spec:"), "    "
    return f"{of[:start]}{end}metadata:\n{end}  {group}:\n{end}    {key}: a\n{of[start:]}"


@pytest.mark.parametrize("key", [QUEUE, "kueue.x-k8s.io/priority-class", "kueue.x-k8s.io/max-exec-time-seconds"])
def test_a_label_that_is_an_annotation(key: str) -> None:
    assert said(with_metadata("annotations", key)) == [(RULE, 6, 5 + len(key) + 2)]
    assert said(with_metadata("labels", key)) == []


@pytest.mark.parametrize("group", ["labels", "annotations"])
def test_on_a_cronjob(group: str) -> None:
    assert said(with_metadata(group, of=CRONJOB)) == [(RULE, 6, 5 + len(QUEUE) + 2)]


def test_in_a_job_template() -> None:
    assert said(in_template("labels", CRONJOB)) == []
    assert len(said(in_template("annotations", CRONJOB))) == 1


def test_in_a_pod_template() -> None:
    assert said(in_template("labels", GOOD)) == []
    assert len(said(in_template("annotations", GOOD))) == 1


def test_once_for_a_key_and_not_beside_the_right_one() -> None:
    both = with_metadata("annotations", of=in_template("annotations", CRONJOB))
    assert len(said(both)) == 1
    assert said(with_metadata("labels", of=in_template("labels", CRONJOB))) == []


def test_the_annotation_keeps_no_job_out_of_left_suspended() -> None:
    suspended = GOOD.replace("\nspec:\n", "\nspec:\n  suspend: true\n", 1)
    found = said(with_metadata("annotations", of=suspended), RULE, "left-suspended")
    assert [rule for rule, *_ in found] == [RULE, "left-suspended"]
    assert said(with_metadata("labels", of=suspended), RULE, "left-suspended") == []


@pytest.mark.parametrize("value", ["${QUEUE}", '""', "null", "a/b", '"' + "x" * 64 + '"', "[a]", "5"])
def test_odd_values_crash_nothing(value: str) -> None:
    for of in (GOOD, CRONJOB):
        for group in ("labels", "annotations"):
            joblint.lint(with_metadata(group, of=of).replace(f"{QUEUE}: a", f"{QUEUE}: {value}"))
