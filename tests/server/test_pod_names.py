"""What becomes of a name: its length and its dots, for CronJobs, Jobs and Indexed Jobs, generated names included."""

import pytest

from tests.server.manifests import INVALID, REQUIRED, Said, cronjob, job, pod, said

INDEXED = ("completions: 10", "completionMode: Indexed")
NAME, LONG, DOTS, WRONG = "metadata.name", "name-too-long", "name-not-dns-label", "invalid-name"
LABELS = "spec.template.labels"


def named(length: int, field: str = "name") -> str:
    return f"{{{field}: {'x' * length}}}"


@pytest.mark.parametrize(("metadata", "column"), [(named(52), 0), (named(53), 18)])
def test_cronjob(metadata: str, column: int) -> None:
    expected = {(LONG, NAME, INVALID, 3, column)} if column else set()
    for version, minor in (("batch/v1", "1.37"), ("batch/v1", "1.21")):
        assert said(cronjob(metadata=metadata, version=version), minor) == expected


@pytest.mark.parametrize(("length", "wrong"), [(47, False), (48, True), (200, True)])
def test_cronjob_with_a_generated_name(length: int, wrong: bool) -> None:
    expected = {(LONG, NAME, INVALID, 3, 26)} if wrong else set()
    assert said(cronjob(metadata=named(length, "generateName")), "1.37") == expected


def test_a_generated_name_of_a_job_always_fits() -> None:
    assert said(job(metadata=named(200, "generateName")), "1.37") == set()
    assert said(job(*INDEXED, metadata=named(58, "generateName")), "1.37") == {(LONG, NAME, INVALID, 3, 26)}


JOBS: list[tuple[str, tuple[str, ...], str, set[Said]]] = [
    ("{name: %s}" % ("x" * 63), (), "1.37", set()),
    ("{name: %s}" % ("x" * 64), (), "1.37", {(LONG, LABELS, INVALID, 3, 18)}),
    ("{name: %s}" % ("x" * 64), (), "1.21", {(LONG, LABELS, INVALID, 3, 18)}),
    ("{name: %s}" % ("x" * 64), ("manualSelector: true", "selector: {}"), "1.37", {(DOTS, NAME, "warned", 3, 18)}),
    ("{name: %s}" % ("x" * 61), INDEXED, "1.37", set()),
    ("{name: %s}" % ("x" * 62), INDEXED, "1.37", {(LONG, NAME, INVALID, 3, 18)}),
    ("{name: %s}" % ("x" * 62), INDEXED, "1.22", {(LONG, NAME, INVALID, 3, 18)}),
    ("{name: %s}" % ("x" * 63), ("completions: 0", "completionMode: Indexed"), "1.37", set()),
    ("{name: a.b}", (), "1.26", set()),
    ("{name: a.b}", (), "1.27", {(DOTS, NAME, "warned", 3, 18)}),
    ("{name: a.b}", INDEXED, "1.26", {(DOTS, NAME, INVALID, 3, 18)}),
    ("{name: a.b}", INDEXED, "1.37", {(DOTS, NAME, INVALID, 3, 18)}),
    ("{name: A}", (), "1.37", {(WRONG, NAME, INVALID, 3, 18)}),
    ("{name: -a}", (), "1.37", {(WRONG, NAME, INVALID, 3, 18), (WRONG, LABELS, INVALID, 3, 18)}),
    ("{name: %s}" % ("x" * 254), (), "1.37", {(WRONG, NAME, INVALID, 3, 18), (LONG, LABELS, INVALID, 3, 18)}),
    ("{}", (), "1.37", {(WRONG, NAME, REQUIRED, 3, 1)}),
    ("{}", INDEXED, "1.37", {(WRONG, NAME, REQUIRED, 3, 1), (WRONG, NAME, INVALID, 3, 1)}),
    ("{generateName: A}", (), "1.37", {(WRONG, f"metadata.{f}", INVALID, 3, 26) for f in ("name", "generateName")}),
    ("{generateName: a-}", (), "1.37", set()),
    ("{generateName: a.}", (), "1.26", {(WRONG, "metadata.generateName", INVALID, 3, 26)}),
    ("{generateName: a.-}", (), "1.26", {(WRONG, NAME, INVALID, 3, 26)}),  # two characters are masked, not one
]


@pytest.mark.parametrize(("metadata", "spec", "minor", "expected"), JOBS)
def test_job(metadata: str, spec: tuple[str, ...], minor: str, expected: set[Said]) -> None:
    assert said(job(*spec, metadata=metadata), minor) == expected


def test_dots_in_a_cronjobs_name() -> None:
    assert said(cronjob(metadata="{name: a.b}"), "1.26") == set()
    assert said(cronjob(metadata="{name: a.b}"), "1.27") == {(DOTS, NAME, "warned", 3, 18)}


def test_whoever_writes_the_label_is_told_of_the_label() -> None:
    legacy = pod(metadata="{labels: {job-name: x}}")
    field = "spec.template.metadata.labels[job-name]"
    written = ("handwritten-job-label", field, INVALID, 5, 44)
    assert said(job(metadata=named(64), template=legacy), "1.26") == {written}
    # From 1.27 on there is a second label with the name.
    assert said(job(metadata=named(64), template=legacy), "1.27") == {written, (LONG, LABELS, INVALID, 3, 18)}


def test_the_last_index_counts() -> None:
    for completions, wrong in ((10, False), (11, True)):
        manifest = job(f"completions: {completions}", "completionMode: Indexed", metadata=named(61))
        assert said(manifest, "1.37") == ({(LONG, NAME, INVALID, 3, 18)} if wrong else set())


def test_no_metadata_at_all() -> None:
    manifest = job().replace("metadata: {name: a}\n", "")
    assert said(manifest, "1.37") == {(WRONG, NAME, REQUIRED, 1, 1)}
