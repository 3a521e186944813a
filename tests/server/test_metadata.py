"""Labels, annotations, finalizers, owners and managed fields: where the server checks them, and under which path."""

import pytest

from tests.server.manifests import (
    INVALID,
    NOT_SUPPORTED,
    REQUIRED,
    TOO_LONG,
    Said,
    cronjob,
    job,
    pod,
    said,
)

LABEL, ANNOTATION, HANDWRITTEN = "invalid-label", "invalid-annotation", "handwritten-job-label"
META = "invalid-metadata"
LABELS, ANNOTATIONS = "metadata.labels", "metadata.annotations"
LIMIT = 256 << 10


def test_labels_and_annotations() -> None:
    manifest = job(metadata='{name: a, labels: {"a b": x, app: "-x", ok: ""}}')
    assert said(manifest, "1.37") == {(LABEL, LABELS, INVALID, 3, 30), (LABEL, LABELS, INVALID, 3, 45)}
    manifest = job(metadata='{name: a, annotations: {"a b": x, A/b: "-", a/b/c: z}}')
    assert said(manifest, "1.37") == {
        (ANNOTATION, ANNOTATIONS, INVALID, 3, 35),
        (ANNOTATION, ANNOTATIONS, INVALID, 3, 55),
    }


def test_those_of_the_pod_template_have_a_path_of_their_own() -> None:
    wrong = pod(metadata='{annotations: {"-": x}}')
    assert said(job(template=wrong), "1.37") == {(ANNOTATION, "spec.template.annotations", INVALID, 5, 39)}


def test_a_job_without_labels_takes_those_of_its_template() -> None:
    wrong = pod(metadata='{labels: {app: "a b"}}')
    of_template = (LABEL, "spec.template.labels", INVALID, 5, 39)
    assert said(job(template=wrong), "1.37") == {of_template, (LABEL, LABELS, INVALID, 5, 39)}
    assert said(job(template=wrong, metadata="{name: a, labels: {a: b}}"), "1.37") == {of_template}


def test_a_cronjobs_template_is_checked_and_the_metadata_of_its_jobs_is_not() -> None:
    manifest = cronjob().replace(
        "  jobTemplate:\n", '  jobTemplate:\n    metadata: {name: "A B", labels: {"a b": c}}\n'
    )
    assert said(manifest, "1.37") == said(manifest, "1.21") == set()
    manifest = cronjob().replace("template: {", 'template: {metadata: {labels: {app: "a b"}}, ')
    assert said(manifest, "1.37") == {(LABEL, "spec.jobTemplate.spec.template.labels", INVALID, 8, 43)}


@pytest.mark.parametrize(
    ("size", "minor", "fits"),
    [
        (LIMIT - 1, "1.37", True),
        (LIMIT, "1.37", False),
        (LIMIT - 1, "1.21", True),
        (LIMIT - 33, "1.25", True),  # from 1.25 to 1.27 the server adds an annotation of its own to a Job
        (LIMIT - 32, "1.25", False),
        (LIMIT - 1, "1.24", True),
        (LIMIT - 1, "1.27", False),
        (LIMIT - 1, "1.28", True),
    ],
)
def test_size_of_annotations(size: int, minor: str, fits: bool) -> None:
    metadata = "{name: a, annotations: {a: %s}}" % ("x" * size)
    expected = set() if fits else {(ANNOTATION, ANNOTATIONS, TOO_LONG, 3, 21)}
    assert said(job(metadata=metadata), minor) == expected


def test_bytes_are_counted() -> None:
    metadata = "{name: a, annotations: {a: %s}}"
    assert said(job(metadata=metadata % ("é" * (LIMIT // 2))), "1.37") == {(ANNOTATION, ANNOTATIONS, TOO_LONG, 3, 21)}
    assert said(cronjob(metadata=metadata % ("x" * (LIMIT - 1))), "1.25") == set()


def test_namespace() -> None:
    assert said(job(metadata="{name: a, namespace: a.b}"), "1.37") == {
        ("invalid-name", "metadata.namespace", INVALID, 3, 32)
    }
    assert said(job(metadata='{name: a, namespace: ""}'), "1.37") == set()


def test_generation() -> None:
    manifest = job(metadata="{name: a, generation: -1}")
    assert said(manifest, "1.21") == {("negative-number", "metadata.generation", INVALID, 3, 33)}
    assert said(manifest, "1.22") == set()  # the server sets it


def test_finalizers() -> None:
    manifest = job(metadata='{name: a, finalizers: [a/b, kubernetes, a, "a b", orphan, foregroundDeletion]}')
    field = "metadata.finalizers"
    assert said(manifest, "1.37") == {
        (META, field, INVALID, 3, 21),  # these two exclude each other
        (META, f"{field}[2]", INVALID, 3, 51),
        (META, f"{field}[3]", INVALID, 3, 54),
        (META, field, INVALID, 3, 54),
    }


OWNERS = (
    "{name: a, ownerReferences: [{apiVersion: a/b/c, kind: '', controller: true}, "
    "{apiVersion: v1, kind: Event, name: e, uid: u, controller: true}]}"
)


def test_owners_have_an_index_and_are_required_from_1_37_on() -> None:
    for minor, index, reason in (("1.36", ("", ""), INVALID), ("1.37", ("[0]", "[1]"), REQUIRED)):
        first, second = (f"metadata.ownerReferences{i}" for i in index)
        assert said(job(metadata=OWNERS), minor) == {
            (META, f"{first}.name", reason, 3, 40),
            (META, f"{first}.uid", reason, 3, 40),
            (META, f"{first}.apiVersion", INVALID, 3, 52),
            (META, f"{first}.kind", reason, 3, 59),
            (META, second, INVALID, 3, 89),
            (META, "metadata.ownerReferences", INVALID, 3, 147),
        }


def test_a_controller_without_a_name_counts_from_1_26_on() -> None:
    first = "{apiVersion: v1, kind: A, uid: u, controller: true}"
    second = "{apiVersion: v1, kind: B, name: b, uid: v, controller: true}"
    manifest = job(metadata=f"{{name: a, ownerReferences: [{first}, {second}]}}")
    nameless = (META, "metadata.ownerReferences.name", INVALID, 3, 40)
    assert said(manifest, "1.25") == {nameless}
    assert said(manifest, "1.26") == {nameless, (META, "metadata.ownerReferences", INVALID, 3, 147)}


@pytest.mark.parametrize(
    ("minor", "unknown", "missing"), [("1.36", INVALID, INVALID), ("1.37", NOT_SUPPORTED, REQUIRED)]
)
def test_managed_fields(minor: str, unknown: str, missing: str) -> None:
    manifest = job(metadata="{name: a, managedFields: [{operation: x, fieldsType: z}, {manager: %s}]}" % ("a" * 129))
    assert said(manifest, minor) == {
        (META, "metadata.managedFields[0].operation", unknown, 3, 49),
        (META, "metadata.managedFields[0].fieldsType", INVALID, 3, 64),
        (META, "metadata.managedFields[1].operation", missing, 3, 69),
        (META, "metadata.managedFields[1].manager", TOO_LONG, 3, 78),
    }


GENERATED: list[tuple[str, str, set[Said]]] = [
    ("job-name: a", "1.37", set()),
    ("job-name: b", "1.37", {(HANDWRITTEN, "spec.template.metadata.labels[job-name]", INVALID, 5, 44)}),
    ("batch.kubernetes.io/job-name: b", "1.26", set()),
    (
        "batch.kubernetes.io/job-name: b",
        "1.27",
        {(HANDWRITTEN, "spec.template.metadata.labels[batch.kubernetes.io/job-name]", INVALID, 5, 64)},
    ),
    (  # the selector asks for this label up to 1.26
        "controller-uid: x",
        "1.26",
        {
            (HANDWRITTEN, "spec.template.metadata.labels[controller-uid]", INVALID, 5, 50),
            ("handwritten-selector", "spec.template.metadata.labels", INVALID, 5, 25),
        },
    ),
    ("controller-uid: x", "1.27", {(HANDWRITTEN, "spec.template.metadata.labels[controller-uid]", INVALID, 5, 50)}),
]


@pytest.mark.parametrize(("label", "minor", "expected"), GENERATED)
def test_labels_that_the_server_sets(label: str, minor: str, expected: set[Said]) -> None:
    assert said(job(template=pod(metadata=f"{{labels: {{{label}}}}}")), minor) == expected


def test_with_a_manual_selector_they_are_free() -> None:
    own = pod(metadata="{labels: {job-name: z, controller-uid: z}}")
    assert said(job("manualSelector: true", "selector: {matchLabels: {job-name: z}}", template=own), "1.37") == set()
