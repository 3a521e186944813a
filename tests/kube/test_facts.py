"""facts.py: the merged facts are each minor's own, and `same` never promises too much."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.kube.minors import minor as facts
from joblint.kube.minors.minor import ALL, MINORS, Facts, Guard, bit, minors
from tests.support import load_yaml

ROOT = Path(__file__).parents[2]
SCHEMA = {minor: json.loads((ROOT / "schemas" / f"v1.{minor}.json").read_text()) for minor in MINORS}
STRUCTS = {m: {n: d["properties"] for n, d in s["$defs"].items() if "properties" in d} for m, s in SCHEMA.items()}
FEATURES = load_yaml((ROOT / "schemas" / "features.yaml").read_text())
GATES = {card["name"]: card for card in FEATURES["gates"]}
TYPES = sorted({name for structs in STRUCTS.values() for name in structs})
FIELDS = sorted({(name, f) for structs in STRUCTS.values() for name, fields in structs.items() for f in fields})


def written(expression: str) -> dict[str, Any]:
    """The schema of a type expression: what the tool wrote for it."""
    if expression.startswith("[]"):
        return {"type": ["array", "null"], "items": written(expression[2:])}
    if expression.startswith("{}"):
        return {"type": ["object", "null"], "additionalProperties": written(expression[2:])}
    if expression in ("string", "boolean"):
        return {"type": [expression, "null"]}
    return {"$ref": f"#/$defs/{expression}"}


def bare(schema: dict[str, Any]) -> dict[str, Any]:
    """A field's schema without what says nothing of its type."""
    kept = {k: v for k, v in schema.items() if k != "examples" and not k.startswith("x-kubernetes-")}
    return kept | ({"items": bare(kept["items"])} if "items" in kept else {})


class TestMerge:
    def test_the_minors_are_those_of_the_schemas(self) -> None:
        assert [f"v1.{minor}.json" for minor in MINORS] == sorted(p.name for p in (ROOT / "schemas").glob("v*.json"))

    @pytest.mark.parametrize("minor", MINORS)
    def test_the_structs_of_a_minor_are_its_schema(self, minor: int) -> None:
        mine = Facts(minor)
        for name in TYPES:
            merged = {field: written(expression) for field, (expression, _) in mine.struct(name).items()}
            assert merged == {field: bare(schema) for field, schema in STRUCTS[minor].get(name, {}).items()}, name

    def test_a_mask_has_the_minors_whose_field_has_that_type(self) -> None:
        for name, field in FIELDS:
            own = {minor: bare(STRUCTS[minor].get(name, {}).get(field, {})) for minor in MINORS}
            for minor in MINORS:
                if own[minor]:
                    mask = Facts(minor).struct(name)[field][1]
                    assert minors(mask) == tuple(m for m in MINORS if own[m] == own[minor]), (name, field)
            assert minors(facts.minors_with(name, field)) == tuple(m for m in MINORS if own[m])

    def test_a_struct_is_looked_up_once(self) -> None:
        assert Facts(30).struct("JobSpec") is Facts(30).struct("JobSpec")
        assert Facts(30).struct("NoSuchType") == {}


@pytest.mark.parametrize(
    ("type_", "field", "first", "last"),
    [
        ("JobSpec", "podFailurePolicy", 25, 37),
        ("JobSpec", "ttlSecondsAfterFinished", 21, 37),
        ("JobSpec", "managedBy", 30, 37),
        ("JobSpec", "successPolicy", 30, 37),
        ("JobSpec", "backoffLimitPerIndex", 28, 37),
        ("JobSpec", "scheduling", 37, 37),
        ("CronJobSpec", "timeZone", 24, 37),
        ("v1beta1.CronJobSpec", "schedule", 21, 24),
        ("PodSpec", "os", 23, 37),
        ("PodSpec", "workloadRef", 35, 35),
        ("ObjectMeta", "clusterName", 21, 24),
        ("Container", "restartPolicy", 28, 37),
    ],
)
def test_known_fields(type_: str, field: str, first: int, last: int) -> None:
    assert minors(facts.minors_with(type_, field)) == tuple(range(first, last + 1))


@pytest.mark.parametrize(
    ("api_version", "kind", "last"),
    [
        ("batch/v1", "Job", 37),
        ("batch/v1", "CronJob", 37),
        ("batch/v1", "CronJobList", 37),
        ("batch/v1beta1", "CronJob", 24),
        ("batch/v1beta1", "Job", 0),
        ("batch/v2alpha1", "CronJob", 0),
        ("batch/v1", "job", 0),
    ],
)
def test_served(api_version: str, kind: str, last: int) -> None:
    served = [minor for minor in MINORS if Facts(minor).served(api_version, kind)]
    assert served == list(range(21, last + 1))
    assert minors(facts.served_minors(api_version, kind)) == tuple(served)


class TestTypes:
    @pytest.mark.parametrize(
        ("minor", "type_", "field", "expression"),
        [
            (37, "JobSpec", "completions", "int32"),
            (37, "JobSpec", "activeDeadlineSeconds", "int64"),
            (37, "ResourceRequirements", "limits", "{}quantity"),
            (37, "PodSpec", "containers", "[]Container"),
            (37, "ObjectMeta", "labels", "{}string"),
            (37, "ObjectMeta", "creationTimestamp", "time"),
            (37, "ManagedFieldsEntry", "fieldsV1", "raw"),
            (37, "HTTPGetAction", "port", "intOrString"),
            (37, "JobSpec", "suspend", "boolean"),
            (24, "v1beta1.CronJobSpec", "jobTemplate", "v1beta1.JobTemplateSpec"),
            (28, "PersistentVolumeClaimSpec", "resources", "ResourceRequirements"),
            (29, "PersistentVolumeClaimSpec", "resources", "VolumeResourceRequirements"),
            (36, "JobSpec", "scheduling", None),
        ],
    )
    def test_field(self, minor: int, type_: str, field: str, expression: str | None) -> None:
        mine = Facts(minor)
        assert mine.field(type_, field) == expression
        assert mine.same & bit(minor)

    def test_every_type_that_a_field_names_is_known(self) -> None:
        simple = {"string", "boolean", "int32", "int64", "quantity", "intOrString", "time", "raw"}
        for minor in MINORS:
            mine = Facts(minor)
            for name in STRUCTS[minor]:
                for expression, _ in mine.struct(name).values():
                    inner = expression.replace("[]", "").replace("{}", "")
                    assert inner in simple or inner in STRUCTS[minor]

    def test_owners_and_field_names(self) -> None:
        assert facts.owners("parallelism") == ("JobSpec",)
        assert facts.owners("schedule") == ("CronJobSpec", "v1beta1.CronJobSpec")
        assert facts.owners("noSuchField") == ()
        assert "timeZone" in facts.field_names("CronJobSpec")
        assert list(facts.field_names("JobSpec")) == sorted(f for t, f in FIELDS if t == "JobSpec")

    def test_enums(self) -> None:
        assert Facts(37).enum("CronJobSpec", "concurrencyPolicy") == ("Allow", "Forbid", "Replace")
        assert Facts(21).enum("CronJobSpec", "concurrencyPolicy") == ("Allow", "Forbid", "Replace")
        assert Facts(37).enum("PersistentVolumeClaimSpec", "accessModes")[0] == "ReadOnlyMany"
        assert "Count" in Facts(31).enum("PodFailurePolicyRule", "action")
        assert Facts(37).enum("JobSpec", "completions") == ()

    def test_keys_of_lists(self) -> None:
        new = Facts(37)
        assert new.list_keys("PodSpec", "containers") == ("name",)
        assert new.list_keys("Container", "volumeMounts") == ("mountPath",)
        assert new.list_keys("Container", "command") == ()
        assert new.list_keys("ResourceRequirements", "claims") == ("name",)
        assert new.patch_strategy("PodSpec", "volumes") == {"merge", "retainKeys"}
        assert new.patch_strategy("Container", "env") == {"merge"}
        assert new.patch_strategy("Container", "command") == frozenset()


def stage(gate: str, minor: int) -> dict[str, Any]:
    """What features.yaml says of a gate in a minor: the last entry that has begun."""
    begun = [entry for entry in GATES[gate]["stages"] if int(entry["version"][2:]) <= minor]
    return begun[-1] if begun else {}


class TestGates:
    @pytest.mark.parametrize("minor", MINORS)
    def test_the_defaults_are_those_of_features_yaml(self, minor: int) -> None:
        mine = Facts(minor)
        for gate in GATES:
            entry = stage(gate, minor)
            assert mine.known(gate) == ("default" in entry)
            if "default" in entry:
                assert mine.enabled(gate) == entry["default"]
                assert mine.disabled(gate) != entry["default"]
            elif not entry:
                assert not mine.enabled(gate)

    @pytest.mark.parametrize(
        ("gate", "on"),
        [
            ("JobPodFailurePolicy", range(26, 38)),
            ("IndexedJob", range(22, 38)),
            ("TTLAfterFinished", range(21, 38)),
            ("JobManagedBy", range(32, 38)),
            ("WorkloadWithJob", ()),
            ("UserNamespacesStatelessPodsSupport", ()),
        ],
    )
    def test_known_gates(self, gate: str, on: Any) -> None:
        assert [minor for minor in MINORS if Facts(minor).enabled(gate)] == list(on)

    def test_a_removed_gate_is_not_off(self) -> None:
        new = Facts(37)
        assert (new.known("IndexedJob"), new.enabled("IndexedJob"), new.disabled("IndexedJob")) == (False, True, False)
        assert not new.disabled("UserNamespacesStatelessPodsSupport")

    @pytest.mark.parametrize(
        ("minor", "gates", "gate", "on"),
        [
            (25, {"JobPodFailurePolicy": True}, "JobPodFailurePolicy", True),
            (26, {"JobPodFailurePolicy": False}, "JobPodFailurePolicy", False),
            (31, {"JobPodFailurePolicy": False}, "JobPodFailurePolicy", True),  # locked
            (24, {"JobPodFailurePolicy": True}, "JobPodFailurePolicy", False),  # not yet known
            (35, {"JobPodFailurePolicy": False}, "JobPodFailurePolicy", True),  # removed
            (25, {"AllAlpha": True}, "JobPodFailurePolicy", True),
            (25, {"AllAlpha": True, "JobPodFailurePolicy": False}, "JobPodFailurePolicy", False),
            (26, {"AllAlpha": False}, "JobPodFailurePolicy", True),
            (26, {"AllBeta": False}, "JobPodFailurePolicy", False),
            (25, {"AllBeta": True}, "JobPodFailurePolicy", False),
            (26, {"AllBeta": False, "JobPodFailurePolicy": True}, "JobPodFailurePolicy", True),
        ],
    )
    def test_a_users_gates(self, minor: int, gates: dict[str, bool], gate: str, on: bool) -> None:
        assert Facts(minor, gates).enabled(gate) is on

    def test_a_misspelt_gate_is_no_quiet_answer(self) -> None:
        for ask in (Facts(30).enabled, Facts(30).disabled, Facts(30).known):
            with pytest.raises(KeyError):
                ask("JobPodFailurPolicy")

    def test_guards(self) -> None:
        assert facts.guards("JobSpec", "podFailurePolicy") == (Guard("JobPodFailurePolicy", ("Job",)),)
        assert facts.guards("CronJobSpec", "timeZone") == (Guard("CronJobTimeZone"),)
        assert facts.guards("Volume", "image") == (Guard("ImageVolume", takes="element"),)
        assert [g.gate for g in facts.guards("PodSpec", "hostUsers")] == [
            "UserNamespacesStatelessPodsSupport",
            "UserNamespacesSupport",
        ]
        assert {(g.gate, g.under, g.except_) for g in facts.guards("Container", "restartPolicy")} == {
            ("ContainerRestartRules", ("PodSpec.containers",), None),
            ("ContainerRestartRules", ("PodSpec.initContainers",), "Always"),
            ("SidecarContainers", ("PodSpec.initContainers",), None),
        }
        assert facts.guards("JobSpec", "completions") == ()
        assert set(facts.guarded("CronJobSpec")) == {"timeZone"}

    def test_history(self) -> None:
        assert facts.gate_history("JobPodFailurePolicy") == GATES["JobPodFailurePolicy"]["stages"]
        assert facts.gate_history("NoSuchGate") == []


Question = Callable[[Facts], object]
FIELD = st.sampled_from([*FIELDS, ("JobSpec", "noSuchField"), ("NoSuchType", "spec")])
QUESTION: st.SearchStrategy[tuple[str, tuple[Any, ...]]] = st.one_of(
    st.tuples(st.just("field"), FIELD),
    st.tuples(st.just("enum"), FIELD),
    st.tuples(st.just("list_keys"), FIELD),
    st.tuples(st.just("patch_strategy"), FIELD),
    st.tuples(st.sampled_from(["enabled", "disabled", "known"]), st.tuples(st.sampled_from(sorted(GATES)))),
    st.tuples(st.just("since"), st.tuples(st.sampled_from(MINORS))),
    st.tuples(
        st.just("served"),
        st.tuples(st.sampled_from(["batch/v1", "batch/v1beta1", "v1"]), st.sampled_from(["Job", "CronJob", "JobList"])),
    ),
)
USER_GATES = st.dictionaries(st.sampled_from([*sorted(GATES), "AllAlpha", "AllBeta"]), st.booleans(), max_size=3)


class TestSame:
    @given(st.sampled_from(MINORS), st.lists(QUESTION, max_size=8), USER_GATES)
    def test_every_minor_in_it_gives_the_same_answers(
        self, minor: int, questions: list[tuple[str, tuple[Any, ...]]], gates: dict[str, bool]
    ) -> None:
        mine = Facts(minor, gates)
        answers = [getattr(mine, name)(*asked) for name, asked in questions]
        assert mine.same & bit(minor)
        assert not mine.same & ~ALL
        for other in minors(mine.same):
            theirs = Facts(other, gates)
            assert [getattr(theirs, name)(*asked) for name, asked in questions] == answers
            assert theirs.same == mine.same

    @given(st.sampled_from(MINORS), FIELD)
    def test_one_answer_about_a_field_promises_all_that_it_can(self, minor: int, asked: tuple[str, str]) -> None:
        mine = Facts(minor)
        answer = mine.field(*asked)
        assert minors(mine.same) == tuple(m for m in MINORS if Facts(m).field(*asked) == answer)

    def test_reset(self) -> None:
        mine = Facts(30)
        assert mine.since(30)
        assert minors(mine.same) == tuple(range(30, 38))
        mine.reset()
        assert mine.same == ALL

    def test_what_does_not_depend_on_the_minor_does_not_narrow(self) -> None:
        mine = Facts(21)
        mine.minors_with("JobSpec", "managedBy")
        mine.served_minors("batch/v1beta1", "CronJob")
        mine.owners("schedule")
        mine.field_names("JobSpec")
        mine.guarded("JobSpec")
        mine.struct("JobSpec")
        assert mine.same == ALL

    def test_an_unknown_field_names_the_minors_that_have_it(self) -> None:
        mine = Facts(24)
        assert minors(mine.unknown("JobSpec", "managedBy")) == tuple(range(30, 38))
        assert minors(mine.same) == tuple(range(21, 30))
        assert mine.unknown("JobSpec", "noSuchField") == 0
        assert minors(mine.same) == tuple(range(21, 30))


@pytest.mark.parametrize("minor", [20, 38, 0, -1])
def test_a_minor_out_of_range(minor: int) -> None:
    with pytest.raises(ValueError, match=r"1\.21 to 1\.37"):
        Facts(minor)


def test_the_import_reads_no_data() -> None:
    code = (
        "import sys\n"
        "sys.addaudithook(lambda name, args: print(args[0]) if name == 'open' and 'json' in str(args[0]) else None)\n"
        "import joblint.kube.minors.minor\n"
        "print('imported', 'json' in sys.modules, 'joblint.kube.minors.bundle' in sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "imported False False\n"
