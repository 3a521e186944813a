"""Fields that the server removes: at the highest place that is gone, with what goes with them, and nothing more."""

import pytest

from tests.server.manifests import INVALID, Said, cronjob, job, said

GATED = "gated-field"
SPEC = "spec.template.spec"


def with_pod(*lines: str, image: str = "image: b:1") -> str:
    """A Job in whose pod these lines stand from line 8 on."""
    head = ("template:", "  spec:", "    restartPolicy: Never")
    container = () if any(line.startswith("containers") for line in lines) else (f"containers: [{{name: m, {image}}}]",)
    return job(template="\n  ".join((*head, *(f"    {line}" for line in (*lines, *container)))))


@pytest.mark.parametrize(
    "line", ["suspend: false", "suspend: true", 'completionMode: ""', "completionMode: NonIndexed"]
)
def test_a_pointer_to_nothing_is_dropped_too(line: str) -> None:
    name = line.partition(":")[0]
    assert said(job(line), "1.21") == {(GATED, f"spec.{name}", "dropped", 5, 3)}
    assert said(job(line, "suspend: null"), "1.21", {"IndexedJob": True, "SuspendJob": True}) <= {
        ("invalid-job-setting", "spec.completionMode", "FieldValueNotSupported", 5, 19),
        ("duplicate-key", "spec.suspend", "DuplicateField", 6, 12),
    }


def test_nothing_is_dropped_from_a_cronjobs_template() -> None:
    assert said(cronjob(of_job=("suspend: true", "completionMode: NonIndexed")), "1.21") == set()


def test_an_empty_policy_is_dropped() -> None:
    assert said(job("podFailurePolicy: {}"), "1.25") == {(GATED, "spec.podFailurePolicy", "dropped", 5, 3)}


def test_scheduling() -> None:
    line = "scheduling: {schedulingPolicy: {}, resourceClaims: [{name: A}]}"
    assert said(job(line), "1.36") == {("unknown-field", "spec.scheduling", "UnknownField", 5, 3)}
    assert said(job(line), "1.37") == {(GATED, "spec.scheduling", "dropped", 5, 3)}
    path = "spec.jobTemplate.spec.scheduling"
    assert said(cronjob(of_job=(line,)), "1.37") == {(GATED, path, "dropped", 8, 7)}
    rule = "invalid-scheduling"
    assert said(job(line), "1.37", {"WorkloadWithJob": True, "GenericWorkload": True}) == {
        (rule, "spec.scheduling.schedulingPolicy", INVALID, 5, 16),
        (rule, "spec.scheduling.resourceClaims[0]", INVALID, 5, 56),
        (rule, "spec.scheduling.resourceClaims[0].name", INVALID, 5, 62),
    }


IMAGE = "{name: i, image: {reference: x}}"


def test_an_image_volume_goes_with_its_mounts() -> None:
    mounts = "volumeMounts: [{name: d, mountPath: /d}, {name: i, mountPath: /i}]"
    manifest = with_pod(f"volumes: [{IMAGE}, {{name: d, emptyDir: {{}}}}]", image=f"image: b:1, {mounts}")
    assert said(manifest, "1.34") == {
        (GATED, f"{SPEC}.volumes[0]", "dropped", 8, 17),
        (GATED, f"{SPEC}.containers[0].volumeMounts[1]", "dropped", 9, 83),
    }
    assert said(manifest, "1.35") == set()


def test_where_all_elements_go_the_list_is_gone() -> None:
    manifest = with_pod(f"volumes: [{IMAGE}]", image="image: b:1, volumeMounts: [{name: i, mountPath: /i}]")
    assert said(manifest, "1.34") == {
        (GATED, f"{SPEC}.volumes", "dropped", 8, 7),
        (GATED, f"{SPEC}.containers[0].volumeMounts", "dropped", 9, 42),
    }


CONTAINER = f"{SPEC}.containers[0]"
LIFECYCLES: list[tuple[str, str, set[Said]]] = [
    ("{stopSignal: SIGTERM}", "1.33", {(GATED, f"{CONTAINER}.lifecycle", "dropped", 8, 42)}),
    ("{preStop: {sleep: {seconds: 1}}}", "1.30", set()),
]


@pytest.mark.parametrize(("lifecycle", "minor", "expected"), LIFECYCLES)
def test_lifecycle(lifecycle: str, minor: str, expected: set[Said]) -> None:
    assert said(with_pod(image=f"image: b:1, lifecycle: {lifecycle}"), minor) == expected


def test_a_handler_stays_in_1_29_and_goes_from_1_30_on() -> None:
    manifest = with_pod(image="image: b:1, lifecycle: {preStop: {sleep: {seconds: 1}}}")
    place = f"{CONTAINER}.lifecycle"
    assert (GATED, f"{place}.preStop.sleep", "dropped", 8, 64) in said(manifest, "1.29")
    assert said(manifest, "1.30", {"PodLifecycleSleepAction": False}) == {(GATED, place, "dropped", 8, 42)}


def test_nothing_more_is_said_below_what_is_gone() -> None:
    policy = "podFailurePolicy: {rules: [{action: Foo}]}"
    assert said(job(policy), "1.25") == {(GATED, "spec.podFailurePolicy", "dropped", 5, 3)}


def test_only_the_first_source_of_a_projection_is_looked_at() -> None:
    """The gate's code takes the user out of the first source that is set; the volume is refused for having two."""
    two = "downwardAPI: {items: [{path: l, user: 1}]}, configMap: {name: c, items: [{key: k, path: p, user: 1}]}"
    found = said(with_pod(f"volumes: [{{name: p, projected: {{sources: [{{{two}}}]}}}}]"), "1.37")
    place = f"{SPEC}.volumes[0].projected.sources[0].downwardAPI.items[0].user"
    assert {x for x in found if x[0] == GATED} == {(GATED, place, "dropped", 8, 82)}


def test_twenty_thousand_elements() -> None:
    rules = ", ".join(["{action: FailIndex}"] * 20_000)
    found = said(job(f"podFailurePolicy: {{rules: [{rules}]}}"), "1.28")
    assert len(found) == 20_000
    assert {rule for rule, *_ in found} == {GATED}


def test_an_equal_key_is_told_where_its_value_stands() -> None:
    """Which may be an alias."""
    found = said(job("podFailurePolicy: &p {rules: []}", "podFailurePolicy: *p"), "1.37")
    assert ("duplicate-key", "spec.podFailurePolicy", "DuplicateField", 6, 21) in found


def test_only_the_last_of_two_equal_keys_counts() -> None:
    found = said(job("podFailurePolicy: {}", "podFailurePolicy: {rules: []}"), "1.25")
    assert found == {
        ("duplicate-key", "spec.podFailurePolicy", "DuplicateField", 6, 21),
        (GATED, "spec.podFailurePolicy", "dropped", 6, 3),
    }
    twice = job("suspend: true") + "".join(job("suspend: true").partition("spec:")[1:])
    assert {x for x in said(twice, "1.21") if x[0] == GATED} == {(GATED, "spec.suspend", "dropped", 8, 3)}
