"""describe.py: types in words, defaults, values, minors and gates; and the file that the words come from."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from joblint.kube.minors import BundleError, bundle
from joblint.kube.minors.meaning import Choice, Default, Description, Gated, describe, in_words
from joblint.kube.minors.minor import MINORS
from tests.support import BAD

ROOT = Path(__file__).parents[2]


def described(type_: str, field: str | None, *minors: int) -> Description:
    found = describe(type_, field, minors or MINORS)
    assert found is not None
    return found


class TestDescribe:
    def test_a_field(self) -> None:
        found = described("JobSpec", "backoffLimit", 37)
        assert found.text.startswith("How many failed Pods")
        assert found.type == "whole number"
        assert found.default == Default(6, "2147483647 where `backoffLimitPerIndex` is set")
        assert (found.values, found.known, found.gates) == ((), MINORS, ())
        assert (found.since, found.until) == (None, None)

    def test_a_type(self) -> None:
        found = described("JobSpec", None, 37)
        assert found.text == bundle.fields()["types"]["JobSpec"]["."]["text"]
        assert (found.type, found.default, found.values, found.known, found.gates) == ("JobSpec", None, (), MINORS, ())

    def test_a_type_without_fields(self) -> None:
        assert described("WorkloadPodGroupAllDisruptionMode", None, 37).known == (37,)

    def test_a_type_that_is_gone(self) -> None:
        found = described("v1beta1.CronJobSpec", None, 37)
        assert (found.since, found.until) == (None, 24)

    @pytest.mark.parametrize(
        ("type_", "field"), [("JobSpec", "nope"), ("Nope", "spec"), ("Nope", None), ("JobSpec", ".")]
    )
    def test_what_there_is_not(self, type_: str, field: str | None) -> None:
        assert describe(type_, field, MINORS) is None

    @pytest.mark.parametrize("minor", [0, 20, 38])
    def test_an_unknown_minor(self, minor: int) -> None:
        with pytest.raises(ValueError, match=rf"Kubernetes 1\.{minor} is not one"):
            describe("JobSpec", "suspend", [minor])

    def test_of_no_minor_at_all_it_is_the_newest(self) -> None:
        assert describe("JobSpec", "suspend", []) == describe("JobSpec", "suspend", MINORS)

    def test_a_field_that_only_other_minors_have(self) -> None:
        found = described("PodSpec", "workloadRef", 37)
        assert (found.type, found.known, found.since, found.until) == ("WorkloadReference", (35,), 35, 35)
        assert found.gates == (Gated("GenericWorkload", 35, "Alpha", False),)

    def test_the_type_is_that_of_the_newest_minor_asked(self) -> None:
        assert described("Lifecycle", "preStop", 21, 22).type == "Handler"
        assert described("Lifecycle", "preStop", 22, 23).type == "LifecycleHandler"

    def test_values_are_those_of_the_minors(self) -> None:
        assert [choice.value for choice in described("PodFailurePolicyRule", "action", 25, 26).values] == [
            "Count",
            "FailJob",
            "Ignore",
        ]
        last = described("PodFailurePolicyRule", "action", 25, 37).values[1]
        assert last == Choice("FailIndex", "Gives this index up without more retries. Needs `backoffLimitPerIndex`.")

    def test_gates_minor_for_minor(self) -> None:
        assert described("JobSpec", "managedBy", 29, 30, 32, 35).gates == (
            Gated("JobManagedBy", 30, "Alpha", False, "in a Job"),
            Gated("JobManagedBy", 32, "Beta", True, "in a Job"),
            Gated("JobManagedBy", 35, "GA", True, "in a Job"),
        )

    def test_a_gate_that_is_gone_is_not_told(self) -> None:
        assert described("PodSpec", "os", 24, 27).gates == (Gated("IdentifyPodOS", 24, "Beta", True),)

    def test_gates_that_are_about_a_place_or_a_value(self) -> None:
        assert [gated[0::4] for gated in described("Container", "restartPolicy", 34).gates] == [
            ("ContainerRestartRules", "in `PodSpec.containers`"),
            ("ContainerRestartRules", "in `PodSpec.initContainers`, for all but `Always`"),
            ("SidecarContainers", "in `PodSpec.initContainers`"),
        ]
        assert described("PodFailurePolicyRule", "action", 29).gates[0].only == "in a Job, for `FailIndex`"
        assert described("Container", "lifecycle", 29).gates[0].only == "if it is empty"


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("Container", "Container"),
        ("[]Container", "list of Container"),
        ("[]int32", "list of whole numbers"),
        ("boolean", "true or false"),
        ("intOrString", "whole number or string"),
        ("raw", "anything"),
        ("{}string", "map of strings to strings"),
        ("{}quantity", "map of strings to quantities, such as 500m or 1Gi"),
    ],
)
def test_types_in_words(expression: str, words: str) -> None:
    assert in_words(expression) == words


class TestFile:
    """joblint/_fields.json: made and read like the bundle, but by editors alone."""

    @pytest.fixture
    def checkout(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        package = tmp_path / "joblint"
        package.mkdir()
        shutil.copy(ROOT / "joblint" / "kube" / "minors" / "compile_fields.py", package)
        (tmp_path / "schemas" / "fields").mkdir(parents=True)
        (tmp_path / "schemas" / "features.yaml").write_text("gates: []\n")
        (tmp_path / "schemas" / "fields" / "job.yaml").write_text("Job: {.: Runs., spec: {text: What., default: 1}}\n")
        monkeypatch.setattr(bundle, "PACKAGE", str(package))
        monkeypatch.setattr(bundle, "_HERE", str(package))
        monkeypatch.setattr(bundle, "FIELDS_FILE", str(package / "_fields.json"))
        return tmp_path

    load = staticmethod(bundle.fields.__wrapped__)  # as another process would

    def test_made_in_the_long_form_and_read_where_it_is_fresh(self, checkout: Path) -> None:
        made = {"Job": {".": {"text": "Runs."}, "spec": {"text": "What.", "default": 1}}}
        assert self.load()["types"] == made
        path = checkout / "joblint" / "_fields.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "types": {}}))
        assert self.load()["types"] == {}
        (checkout / "schemas" / "fields" / "job.yaml").touch()
        assert self.load()["types"] == made

    def test_read_as_it_is_where_there_is_no_checkout(self, checkout: Path) -> None:
        assert set(self.load()["types"]) == {"Job"}
        shutil.rmtree(checkout / "schemas")
        assert set(self.load()["types"]) == {"Job"}
        os.unlink(checkout / "joblint" / "_fields.json")
        with pytest.raises(FileNotFoundError, match=r"_fields\.json"):
            self.load()

    @pytest.mark.parametrize(
        "text",
        [
            "- a",
            "A: [",
            "A: x",
            "A: {x: }",
            "A: {x: 1}",
            "A: {x: {default: 1}}",
            "A: {x: {text: 1}}",
            "A: {x: {text: a, other: b}}",
            "A: {x: {text: a, values: [b]}}",
            "A: {x: {text: a, values: {True: b}}}",
            "A: {x: {text: a, values: {b: c}, since: {d: 30}}}",
            "A: {x: {text: a, values: {b: c}, since: {b: '30'}}}",
            "Job: {x: y}",
        ],
    )
    def test_a_broken_file_is_named(self, checkout: Path, text: str) -> None:
        path = checkout / "schemas" / "fields" / "other.yaml"
        path.write_text(text)
        with pytest.raises(BundleError) as raised:
            self.load()
        assert str(raised.value).startswith(f"{path}: ")
        assert not (checkout / "joblint" / "_fields.json").exists()

    def test_a_wheels_file_is_the_same_each_time(self) -> None:
        made = bundle.build_fields(ROOT)
        assert made == bundle.build_fields(str(ROOT))
        assert json.loads(made) == {key: value for key, value in bundle.fields().items() if key != "stamp"}
        assert len(made) < 120_000

    def test_judging_a_manifest_does_not_read_it(self) -> None:
        code = (
            "import sys, joblint; from joblint.kube.minors import bundle;"
            f"found = joblint.lint({BAD!r}); modules = "
            "{'joblint.kube.minors.meaning', 'joblint.kube.minors.compile_fields'};"
            "print(len(found), bundle.fields.cache_info().misses, sorted(modules & set(sys.modules)))"
        )
        run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert run.stdout.split(maxsplit=1)[1] == "0 []\n"
        assert int(run.stdout.split()[0]) > 0
