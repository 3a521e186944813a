"""A Job's selector, written and generated."""

import pytest

from tests.server.manifests import (
    FORBIDDEN,
    INVALID,
    NOT_SUPPORTED,
    REQUIRED,
    Said,
    cronjob,
    job,
    pod,
    said,
)

HANDWRITTEN, SYNTAX = "handwritten-selector", "invalid-selector"
SELECTOR, LABELS = "spec.selector", "spec.template.metadata.labels"
APP, OTHER = pod(metadata="{labels: {app: x}}"), pod(metadata="{labels: {app: z}}")
MANUAL, BY_APP = "manualSelector: true", "selector: {matchLabels: {app: x}}"
EXPRESSIONS = (
    "selector: {matchExpressions: [{key: x, operator: DoesNotExist}, {key: job-name, operator: In, values: [a]}]}"
)

CASES: list[tuple[tuple[str, ...], str, set[Said]]] = [
    ((BY_APP,), APP, {(HANDWRITTEN, SELECTOR, INVALID, 5, 3)}),
    ((BY_APP,), OTHER, {(HANDWRITTEN, SELECTOR, INVALID, 5, 3), (HANDWRITTEN, LABELS, INVALID, 6, 25)}),
    ((BY_APP,), pod(), {(HANDWRITTEN, SELECTOR, INVALID, 5, 3), (HANDWRITTEN, LABELS, INVALID, 5, 3)}),
    (("selector: {}",), pod(), set()),
    (("selector: {matchLabels: {job-name: a}}",), pod(), set()),
    (
        ("selector: {matchLabels: {controller-uid: a}}",),
        pod(),
        {(HANDWRITTEN, SELECTOR, INVALID, 5, 3), (HANDWRITTEN, LABELS, INVALID, 5, 3)},
    ),
    (
        (EXPRESSIONS,),
        pod(),
        set(),
    ),
    ((MANUAL, BY_APP), APP, set()),
    ((MANUAL, BY_APP), OTHER, {(HANDWRITTEN, LABELS, INVALID, 7, 25)}),
    ((MANUAL, "selector: {matchExpressions: [{key: app, operator: NotIn, values: [z]}]}"), APP, set()),
    (
        (MANUAL, "selector: {matchExpressions: [{key: app, operator: Exists}]}"),
        pod(),
        {(HANDWRITTEN, LABELS, INVALID, 6, 3)},
    ),
    ((MANUAL,), pod(), {(HANDWRITTEN, SELECTOR, REQUIRED, 5, 3), (HANDWRITTEN, LABELS, INVALID, 5, 3)}),
    ((MANUAL,), APP, {(HANDWRITTEN, SELECTOR, REQUIRED, 5, 3), (HANDWRITTEN, LABELS, INVALID, 6, 25)}),
    (("manualSelector: false",), pod(), set()),
]


@pytest.mark.parametrize("minor", ["1.21", "1.26", "1.27", "1.37"])
@pytest.mark.parametrize(("spec", "template", "expected"), CASES)
def test_selector(spec: tuple[str, ...], template: str, expected: set[Said], minor: str) -> None:
    assert said(job(*spec, template=template), minor) == expected


WRONG = (
    'selector: {matchLabels: {"a b": "-"}, matchExpressions: [{key: "", operator: In}, {key: a, operator: Exists, '
    'values: [x]}, {key: a, operator: ">"}, {key: a/, operator: NotIn, values: ["a b", c]}, {}]}'
)


def test_syntax() -> None:
    at = "spec.selector.matchExpressions"
    expected = {
        (SYNTAX, "spec.selector.matchLabels", INVALID, 6, 28),
        (SYNTAX, "spec.selector.matchLabels", INVALID, 6, 35),
        (SYNTAX, f"{at}[0].key", INVALID, 6, 61),
        (SYNTAX, f"{at}[0].values", REQUIRED, 6, 70),
        (SYNTAX, f"{at}[1].values", FORBIDDEN, 6, 112),
        (SYNTAX, f"{at}[2].operator", INVALID, 6, 135),
        (SYNTAX, f"{at}[3].key", INVALID, 6, 157),
        (SYNTAX, f"{at}[4].key", INVALID, 6, 199),
        (SYNTAX, f"{at}[4].operator", INVALID, 6, 199),
    }
    # Whether a selector that is wrong by itself matches is not asked; its values are looked at from 1.26 on.
    assert said(job(MANUAL, WRONG), "1.25") == expected
    assert said(job(MANUAL, WRONG), "1.26") == {*expected, (SYNTAX, f"{at}[3].values[0]", INVALID, 6, 187)}


def test_in_a_cronjob_there_is_none() -> None:
    manifest = cronjob(of_job=(MANUAL, 'selector: {matchLabels: {"a b": c}}'))
    above = "spec.jobTemplate.spec"
    expected = {
        (HANDWRITTEN, f"{above}.manualSelector", NOT_SUPPORTED, 8, 23),
        (HANDWRITTEN, f"{above}.selector", INVALID, 9, 7),
    }
    assert said(manifest, "1.21") == said(manifest, "1.37") == expected
    assert said(cronjob(of_job=("manualSelector: false",)), "1.37") == set()
