"""What was left behind, and what never acts: exact places, where the rules stay silent, and what their fixes write."""

import pytest

import joblint
from joblint.engine.fix import apply
from joblint.rule.finding import Finding
from tests.support import cronjob

POD = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: j
spec:
  template:
    metadata:
      annotations:
        %s: "%s"
    spec:
      restartPolicy: Never
      volumes:
      - name: rates
        emptyDir: {}
      - name: %s
        emptyDir: {}
      containers:
      - name: c
        image: registry.example/tool:1
        volumeMounts:
        - name: rates
          mountPath: /rates
"""
MODE = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: j
spec:
  template:
    spec:
      restartPolicy: Never
      volumes:
      - name: v
        secret:
          secretName: s
          defaultMode: %s
      containers:
      - name: c
        image: registry.example/tool:1
        volumeMounts:
        - name: v
          mountPath: /v
"""


def lint(text: str, rule: str, kube_version: str = "1.37") -> list[Finding]:
    return [f for f in joblint.lint(text, extend_select=[rule], kube_version=kube_version) if f.rule == rule]


def places(text: str, rule: str, kube_version: str = "1.37") -> list[tuple[int, int]]:
    return [(f.line, f.column) for f in lint(text, rule, kube_version)]


def fixed(text: str, rule: str) -> str:
    """The text with the fix of the one finding."""
    [found] = lint(text, rule)
    assert found.fix is not None
    return apply(text, [found.fix])


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ('"*/1 * * * *"', [(6, 14)]),
        ('"?/1 * * * *"', [(6, 14)]),
        ('"0 1,3-5/1 * * *"', [(6, 18)]),
        ('"0 0 * JAN-MAR/1 *"', [(6, 20)]),
        ('"0 5/1 * * *"', []),  # from 5 to the end
        ('"0 */10 * * *"', []),
        ('"@every 1h"', []),
        ('"*/1 * * *"', []),  # refused
    ],
)
def test_step_of_one(schedule: str, expected: list[tuple[int, int]]) -> None:
    assert places(cronjob(f"schedule: {schedule}"), "step-of-one") == expected


@pytest.mark.parametrize(
    ("schedule", "better"),
    [
        ('"*/1 */1 * * *"', '"* * * * *"'),
        ("0 */1 * * 1-5/1", "0 * * * 1-5"),
        ("'10-20/1,*/15 * * * *'", "'10-20,*/15 * * * *'"),
        ('" */1 * * * * "', '" * * * * * "'),
    ],
)
def test_a_step_of_one_goes_and_the_rest_stays(schedule: str, better: str) -> None:
    assert fixed(cronjob(f"schedule: {schedule}"), "step-of-one") == cronjob(f"schedule: {better}")


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ('"0 9 * * 1-5"', [(6, 13)]),
        ('"*/5 6-20 * * MON-FRI"', [(6, 13)]),
        ('"0 9 * * 1,2,3,4,5"', [(6, 13)]),
        ('"0 5 * * 1-5"', []),
        ('"0 21 * * 1-5"', []),
        ('"0 * * * 1-5"', []),
        ('"0 9 * * 1-4"', []),
        ('"0 9 * * 0-6"', []),
        ('"0 9 1 * 1-5"', []),
        ('"0 9 * 6 1-5"', []),
        ('"0 9 * * 1-5"\ntimeZone: Etc/UTC', []),
        ('"TZ=Asia/Tokyo 0 9 * * 1-5"', []),
        ('"${SCHEDULE}"', []),
    ],
)
def test_working_hours(schedule: str, expected: list[tuple[int, int]]) -> None:
    assert places(cronjob(f"schedule: {schedule}"), "working-hours-without-time-zone") == expected


def test_working_hours_where_there_is_no_time_zone() -> None:
    text = cronjob('schedule: "0 9 * * 1-5"')
    minors = [f"1.{minor}" for minor in (21, 24, 25, 37)]
    assert [bool(lint(text, "working-hours-without-time-zone", minor)) for minor in minors] == [
        False, False, True, True
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('"*/5 * * * *"\nstartingDeadlineSeconds: 299', []),
        ('"*/5 * * * *"\nstartingDeadlineSeconds: 300', [(7, 28)]),
        ('"0 3 * * 1-5"\nstartingDeadlineSeconds: 259199', []),  # from Friday to Monday
        ('"0 3 * * 1-5"\nstartingDeadlineSeconds: 259200', [(7, 28)]),
        ('"@every 1h"\nstartingDeadlineSeconds: 3600', [(7, 28)]),
        ('"0 0 31 2 *"\nstartingDeadlineSeconds: 3600', []),
        ('"* * *"\nstartingDeadlineSeconds: 3600', []),
    ],
)
def test_idle_starting_deadline(lines: str, expected: list[tuple[int, int]]) -> None:
    assert places(cronjob(f"schedule: {lines}"), "idle-starting-deadline") == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("400", "0400"),
        ("440", "0440"),
        ("444", "0444"),
        ("500", "0500"),
        ("420", ""),
        ("0400", ""),
        ("0o400", ""),
        ("511", ""),
        ("644", ""),  # refused
        ('"400"', ""),  # refused
    ],
)
def test_decimal_file_mode(written: str, expected: str) -> None:
    text = MODE % written
    assert places(text, "decimal-file-mode") == ([(13, 24)] if expected else [])
    if expected:
        assert fixed(text, "decimal-file-mode") == MODE % expected


@pytest.mark.parametrize(
    ("annotation", "value", "name", "expected"),
    [
        ("example.com/owner", "data", "work", [(15, 9)]),
        ("sidecar.istio.io/userVolumeMount", "work", "work", []),
        ("example.com/owner", "data", "istio-token", []),
        ("example.com/owner", "data", "gke-gcsfuse-cache", []),
        ("example.com/owner", "data", "${VOLUME}", []),
    ],
)
def test_unmounted_volume(annotation: str, value: str, name: str, expected: list[tuple[int, int]]) -> None:
    assert places(POD % (annotation, value, name), "unmounted-volume") == expected


def test_a_volume_may_serve_a_key_of_a_file_or_a_device() -> None:
    text = POD % ("example.com/owner", "data", "work")
    device = "        volumeDevices:\n        - name: work\n          devicePath: /dev/work\n"
    assert lint(text + device, "unmounted-volume") == []
    key = "        env:\n        - name: A\n          valueFrom: {fileKeyRef: {volumeName: work, path: a, key: A}}\n"
    assert lint(text + key, "unmounted-volume") == []


def test_the_last_unmounted_volume_takes_the_list_with_it() -> None:
    text = MODE.replace("        volumeMounts:\n        - name: v\n          mountPath: /v\n", "") % "0400"
    assert "volumes" not in fixed(text, "unmounted-volume")


@pytest.mark.parametrize(("schedule", "expected"), [("0 3 * * *", [(6, 12)]), ("0 0 31 2 *", []), ("x", [(6, 12)])])
def test_a_suspended_cronjob_that_is_never_due_is_started_by_hand(
    schedule: str, expected: list[tuple[int, int]]
) -> None:
    pod = "{restartPolicy: Never, containers: [{name: a, image: x}]}"
    spec = f"spec:\n  suspend: true\n  schedule: '{schedule}'\n  jobTemplate: {{spec: {{template: {{spec: {pod}}}}}}}\n"
    text = f"apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: a\n{spec}"
    assert places(text, "left-suspended") == expected


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ("", [(6, 12)]),
        ("  labels: {kueue.x-k8s.io/queue-name: main}\n", []),
        ("  annotations: {volcano.sh/queue-name: main}\n", []),
    ],
)
def test_a_suspended_job_in_a_queue_is_let_be(metadata: str, expected: list[tuple[int, int]]) -> None:
    text = MODE.replace("  name: j\nspec:\n", f"  name: j\n{metadata}spec:\n  suspend: true\n", 1) % "0400"
    assert places(text, "left-suspended") == expected


def test_what_a_cluster_wrote_is_taken_out_with_what_it_leaves_empty() -> None:
    text = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  creationTimestamp: null
  name: j
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: "{}"
    example.com/owner: data
spec:
  schedule: "5 4 * * *"
  jobTemplate:
    metadata:
      creationTimestamp: null
    spec:
      template:
        metadata:
          creationTimestamp: null
          labels: {app: j}
        spec:
          restartPolicy: Never
          containers:
          - {name: c, image: "registry.example/tool:1"}
status: {}
"""
    found = lint(text, "exported-object")
    assert [(f.line, f.column, f.field) for f in found] == [
        (4, 3, "metadata.creationTimestamp"),
        (7, 5, "metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]"),
        (12, 5, "spec.jobTemplate.metadata"),
        (17, 11, "spec.jobTemplate.spec.template.metadata.creationTimestamp"),
        (23, 1, "status"),
    ]
    gone = {4, 7, 12, 13, 17, 23}
    kept = "".join(line for number, line in enumerate(text.splitlines(True), 1) if number not in gone)
    assert apply(text, [f.fix for f in found if f.fix]) == kept


@pytest.mark.parametrize(
    ("rule", "lines", "better"),
    [
        ("uneven-step", '"*/120 * * * *"', '"0 */2 * * *"'),
        ("uneven-step", '"*/1440 * * * 1-5"', '"0 0 * * 1-5"'),
        ("impossible-date", '"0 0 30 2 *"', '"0 0 30 2 *"\nsuspend: true'),
        ("impossible-date", '"0 22 31 4,6,9,11 *"', '"0 22 30 4,6,9,11 *"'),
        ("overlapping-runs", '"*/5 * * * *"', '"*/5 * * * *"\nconcurrencyPolicy: Forbid'),
        (
            "short-starting-deadline",
            '"5 * * * *"\nstartingDeadlineSeconds: 3',
            '"5 * * * *"\nstartingDeadlineSeconds: 10',
        ),
        ("short-starting-deadline", '"5 * * * *"\nstartingDeadlineSeconds: 0', '"5 * * * *"'),
    ],
)
def test_fixes_of_schedules_and_deadlines(rule: str, lines: str, better: str) -> None:
    assert fixed(cronjob(f"schedule: {lines}"), rule) == cronjob(f"schedule: {better}")


@pytest.mark.parametrize("schedule", ['"*/90 * * * *"', '"*/300 * * * *"', '"*/120 8-18 * * *"', '"5/120 * * * *"'])
def test_a_step_beyond_the_hour_that_no_step_of_hours_replaces(schedule: str) -> None:
    [found] = lint(cronjob(f"schedule: {schedule}"), "uneven-step")
    assert (found.effect, found.fix) == ("mistake", None)
