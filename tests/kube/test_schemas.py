"""schemas/: each file is a good schema, and says what is known of its minor."""

import copy
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from joblint.kube.minors.minor import MINORS
from tools.schemas import openapi

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
CASES = ROOT.parent / "shared" / "conformance" / "cases"
TEXTS = {minor: (SCHEMAS / f"v1.{minor}.json").read_text() for minor in MINORS}
SCHEMA = {minor: json.loads(text) for minor, text in TEXTS.items()}
VALIDATOR = {minor: jsonschema.Draft202012Validator(schema) for minor, schema in SCHEMA.items()}

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

JOB: dict[str, Any] = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {"name": "a"},
    "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}},
}
CRON_JOB: dict[str, Any] = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": {"name": "a"},
    "spec": {"schedule": "@daily", "jobTemplate": {"spec": JOB["spec"]}},
}


def changed(manifest: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with the value at a dotted path; `...` removes what stands there."""
    made = copy.deepcopy(manifest)
    *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
    holder: Any = made
    for step in way:
        holder = holder.setdefault(step, {}) if isinstance(holder, dict) else holder[step]
    if value is ...:
        del holder[last]
    else:
        holder[last] = value
    return made


POD = "spec.template.spec"
CONTAINER = f"{POD}.containers.0"
ALL = (21, 37)


class TestFiles:
    def test_there_is_one_for_each_minor(self) -> None:
        assert sorted(path.name for path in SCHEMAS.glob("v*.json")) == [f"v1.{minor}.json" for minor in MINORS]

    @pytest.mark.parametrize("minor", MINORS)
    def test_it_is_a_schema_whose_references_hold(self, minor: int) -> None:
        schema = SCHEMA[minor]
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == openapi.DIALECT
        assert set(openapi.references(schema)) <= set(schema["$defs"])

    @pytest.mark.parametrize("minor", MINORS)
    def test_it_holds_nothing_that_no_job_reaches(self, minor: int) -> None:
        schema = SCHEMA[minor]
        kinds = [branch["then"]["$ref"].rsplit("/", 1)[1] for branch in schema["allOf"]]
        assert openapi.reach(schema["$defs"], kinds) | set(openapi.SIMPLE) == set(schema["$defs"])

    @pytest.mark.parametrize("minor", MINORS)
    def test_it_has_no_prose(self, minor: int) -> None:
        assert '"description"' not in TEXTS[minor]

    def test_the_repository_stays_small(self) -> None:
        assert sum(path.stat().st_size for path in SCHEMAS.iterdir()) < 1_200_000


class TestAccepts:
    @pytest.mark.parametrize(
        ("manifest", "minors"),
        [
            (JOB, ALL),
            (CRON_JOB, ALL),
            (CRON_JOB | {"apiVersion": "batch/v1beta1"}, (21, 24)),
            (changed(JOB, "metadata.labels", None), ALL),
            (changed(JOB, f"{CONTAINER}.resources", {"limits": {"cpu": 1, "memory": "1Gi", "a/b": 0.5}}), ALL),
            (changed(JOB, f"{CONTAINER}.livenessProbe", {"httpGet": {"port": "http"}}), ALL),
            (
                changed(JOB, f"{CONTAINER}.livenessProbe", {"httpGet": {"port": 80, "httpHeaders": [{"name": "A"}]}}),
                ALL,
            ),
            (changed(JOB, f"{CONTAINER}.env", [None, {"name": "A", "value": None}]), ALL),
            (changed(JOB, "metadata.creationTimestamp", None), ALL),
            (changed(JOB, "metadata.creationTimestamp", "2024-01-31T12:00:00Z"), ALL),
            (changed(JOB, "metadata.managedFields", [{"fieldsV1": {"f:spec": {}}}]), ALL),
            (changed(JOB, "spec.podFailurePolicy", {"rules": []}), (25, 37)),
            (changed(JOB, "spec.podFailurePolicy", {}), (25, 37)),
            (changed(JOB, "spec.ttlSecondsAfterFinished", 2**31 - 1), ALL),
            (changed(CRON_JOB, "spec.timeZone", "Etc/UTC"), (24, 37)),
            ({"apiVersion": "batch/v1", "kind": "JobList", "items": [JOB | {"status": {}}]}, ALL),
        ],
    )
    def test_in_the_minors_that_know_it(self, manifest: dict[str, Any], minors: tuple[int, int]) -> None:
        taken = [minor for minor in MINORS if VALIDATOR[minor].is_valid(manifest)]
        assert taken == list(range(minors[0], minors[1] + 1))


class TestRefuses:
    @pytest.mark.parametrize(
        ("manifest", "keyword", "place"),
        [
            (changed(JOB, "spec.foo", 1), "additionalProperties", "$.spec"),
            (changed(JOB, f"{CONTAINER}.restartPolicyX", "a"), "additionalProperties", f"$.{POD}.containers[0]"),
            (changed(JOB, "spec.completions", "3"), "type", "$.spec.completions"),
            (changed(JOB, "spec.completions", 2**31), "maximum", "$.spec.completions"),
            (changed(JOB, "spec.suspend", 0), "type", "$.spec.suspend"),
            (
                changed(JOB, f"{CONTAINER}.env", [{"name": "A", "value": 1}]),
                "type",
                f"$.{POD}.containers[0].env[0].value",
            ),
            (
                changed(JOB, f"{CONTAINER}.resources.limits.cpu", True),
                "type",
                f"$.{POD}.containers[0].resources.limits.cpu",
            ),
            (
                changed(JOB, f"{CONTAINER}.resources.limits.cpu", "one"),
                "pattern",
                f"$.{POD}.containers[0].resources.limits.cpu",
            ),
            (changed(JOB, "metadata.creationTimestamp", "2024-01-31"), "pattern", "$.metadata.creationTimestamp"),
            (changed(JOB, "metadata.labels", {"a": 1}), "type", "$.metadata.labels.a"),
            (changed(JOB, POD + ".containers", {}), "type", f"$.{POD}.containers"),
            (changed(JOB, POD + ".restartPolicy", ...), "required", f"$.{POD}"),
            (changed(JOB, f"{CONTAINER}.image", ...), "required", f"$.{POD}.containers[0]"),
            (changed(CRON_JOB, "spec.schedule", ...), "required", "$.spec"),
            (changed(JOB, "spec", ...), "required", "$"),
            (changed(JOB, "kind", "job"), "anyOf", "$"),
            (changed(JOB, "apiVersion", "batch/v2alpha1"), "anyOf", "$"),
            (changed(JOB, "kind", ...), "required", "$"),
        ],
    )
    def test_in_every_minor(self, manifest: dict[str, Any], keyword: str, place: str) -> None:
        for minor in MINORS:
            assert [(e.validator, e.json_path) for e in VALIDATOR[minor].iter_errors(manifest)] == [(keyword, place)]

    @pytest.mark.parametrize("field", ["lun", "secretRef"])
    def test_not_what_only_the_published_document_requires(self, field: str) -> None:
        for schema in SCHEMA.values():
            owner = "ISCSIVolumeSource" if field == "lun" else "ScaleIOVolumeSource"
            assert field in schema["$defs"][owner]["properties"]
            assert field not in schema["$defs"][owner]["required"]

    def test_on_pod_conditions_status_is_not_required(self) -> None:
        for minor in range(25, 38):
            assert SCHEMA[minor]["$defs"]["PodFailurePolicyOnPodConditionsPattern"].get("required", []) == (
                ["type"] if minor > 25 else []
            )


def verdicts(kind: str, minor: int, step: int) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """(id, manifest, what the real code said) of every step-th case that PyYAML reads as Kubernetes does."""
    directory = CASES / kind
    if not directory.is_dir():
        pytest.skip("no conformance cases here")
    with (
        gzip.open(directory / "cases.jsonl.gz", "rt") as cases,
        gzip.open(directory / f"1.{minor}.jsonl.gz", "rt") as said,
    ):
        for number, (case, verdict) in enumerate(zip(map(json.loads, cases), map(json.loads, said), strict=True)):
            if number % step == minor % step:
                try:
                    yield case["id"], json.loads(json.dumps(yaml.load(case["yaml"], LOADER), default=str)), verdict
                except (yaml.YAMLError, ValueError, TypeError):
                    continue


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize(("kind", "step"), [("real", 3), ("made", 20)])
def test_what_the_server_accepts_is_valid(kind: str, step: int, minor: int) -> None:
    compared = 0
    for name, manifest, verdict in verdicts(kind, minor, step):
        if verdict["ok"] and not verdict.get("dropped"):  # what stands below a dropped field is not looked at
            errors = [(e.json_path, e.message) for e in VALIDATOR[minor].iter_errors(manifest)]
            assert not errors, name
            compared += 1
    assert compared > 20
