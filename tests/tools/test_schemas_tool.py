"""tools/schemas makes the files of schemas/, and says where they are not as it made them."""

import copy
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from joblint.kube.minors.minor import MINORS
from tools.schemas import corrections, features, gates, make, openapi
from tools.schemas.source import KUBERNETES, Module, Release, versions
from tools.schemas.text import dump

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
SCHEMA = {minor: json.loads((SCHEMAS / f"v1.{minor}.json").read_text()) for minor in MINORS}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SCHEMAS, tmp_path / "schemas"))


def relock(root: Path, name: str) -> None:
    """Put a file's new digest into the lock."""
    lock = json.loads((root / "lock.json").read_text())
    lock["outputs"][name] = make.file_digest(root / name)
    (root / "lock.json").write_text(json.dumps(lock))


class TestCheck:
    def test_the_repository_is_as_locked(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert make.main(["--check"]) == 0
        assert capsys.readouterr().out == f"schemas: {len(MINORS)} minors, as locked\n"

    @pytest.mark.parametrize("name", ["v1.21.json", "v1.37.json", "features.yaml", "SOURCES.md"])
    def test_a_changed_file(self, copied: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        (copied / name).write_text((copied / name).read_text() + " ")
        assert make.main(["--check", "--root", str(copied)]) == 1
        assert capsys.readouterr().out == f"{name}: differs from lock.json\n"

    def test_a_missing_and_an_added_file(self, copied: Path) -> None:
        (copied / "v1.30.json").rename(copied / "v1.38.json")
        assert make.check(copied) == ["v1.30.json: differs from lock.json", "v1.38.json: is not in lock.json"]

    @pytest.mark.parametrize("text", [None, "", "{}", "[]", '{"outputs": {}, "inputs": {"1.21": {}}}'])
    def test_a_broken_lock(self, copied: Path, text: str | None) -> None:
        (copied / "lock.json").unlink()
        if text is not None:
            (copied / "lock.json").write_text(text)
        [problem] = make.check(copied)
        assert problem.startswith("lock.json: ")

    def test_a_schema_that_no_longer_follows_the_corrections(self, copied: Path) -> None:
        schema = SCHEMA[30] | {"$defs": copy.deepcopy(SCHEMA[30]["$defs"])}
        schema["$defs"]["ISCSIVolumeSource"]["required"].append("lun")
        (copied / "v1.30.json").write_text(dump(schema) + "\n")
        relock(copied, "v1.30.json")
        assert make.check(copied) == ["v1.30.json: not what tools/schemas makes now; run --update"]

    def test_features_that_no_longer_follow_the_table_by_hand(self, copied: Path) -> None:
        text = (copied / "features.yaml").read_text().replace("JobSpec.managedBy", "JobSpec.suspend")
        (copied / "features.yaml").write_text(text)
        relock(copied, "features.yaml")
        assert make.check(copied) == ["features.yaml: not what tools/schemas makes now; run --update"]

    def test_the_lock_names_no_place_of_this_machine(self) -> None:
        text = (SCHEMAS / "lock.json").read_text()
        assert "://" not in text
        assert '"/' not in text


def test_update_makes_the_same_files(tmp_path: Path) -> None:
    """Where go and the modules are here; nothing is fetched for it."""
    if shutil.which("go") is None:
        pytest.skip("no go here")
    run = subprocess.run(
        ["python", "tools/schemas/make.py", "--update", "--root", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "CalledProcessError" in run.stderr:
        pytest.skip("the modules of Kubernetes are not here")
    assert run.returncode == 0, run.stderr
    made = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert made == {p.name: p.read_bytes() for p in SCHEMAS.iterdir() if not p.name.endswith(make.OWN)}


class TestGateTables:
    OLD = """
const (
	// a comment with Other: {Default: true, PreRelease: featuregate.Beta}
	JobReady featuregate.Feature = "JobReady"
	Odd      featuregate.Feature = "OddName"
	oddDefault = true
)
var defaults = map[featuregate.Feature]featuregate.FeatureSpec{
	JobReady: {Default: true, PreRelease: featuregate.GA, LockToDefault: true}, // remove in 1.40
	Odd:      {Default: oddDefault, PreRelease: featuregate.Beta},
	genericfeatures.Other: {Default: false, PreRelease: featuregate.Alpha},
}
"""
    NEW = """
	JobReady: {
		{Version: version.MustParse("1.30"), Default: false, PreRelease: featuregate.Alpha},
		{Version: version.MustParse("1.32"), Default: true, PreRelease: featuregate.Beta}, // on
		{Version: version.MustParse("1.35"), Default: true, LockToDefault: true, PreRelease: featuregate.GA},
	},
"""

    def test_the_old_shape(self) -> None:
        assert gates.constants([self.OLD]) == {"JobReady": "JobReady", "Odd": "OddName"}
        assert gates.table([self.OLD], 25) == {
            "JobReady": gates.Stage("GA", True, True),
            "Odd": gates.Stage("Beta", True, False),
            "genericfeatures.Other": gates.Stage("Alpha", False, False),
        }

    @pytest.mark.parametrize(
        ("minor", "stage"),
        [(29, None), (30, ("Alpha", False, False)), (34, ("Beta", True, False)), (36, ("GA", True, True))],
    )
    def test_the_shape_with_versions(self, minor: int, stage: tuple[str, bool, bool] | None) -> None:
        assert gates.table([self.NEW], minor).get("JobReady") == stage

    def test_a_default_that_is_no_boolean_is_not_guessed(self) -> None:
        with pytest.raises(ValueError, match="strange"):
            gates.table(["\tA: {Default: strange, PreRelease: featuregate.Beta},\n"], 30)

    NEEDS = """
	A: {{Version: version.MustParse("1.35"), Default: false, PreRelease: featuregate.Alpha}},
var dependencies = map[featuregate.Feature][]featuregate.Feature{
	A: {B, C}, // D
	genericfeatures.E: {
		genericfeatures.F,
		featuregate.Feature(clientfeatures.G),
	},
	None: {}, // softly {H}
}
	gate.AddDependencies(dependencies)
"""

    def test_dependencies(self) -> None:
        assert gates.dependencies([self.NEEDS, self.OLD]) == {"A": ["B", "C"], "E": ["F", "G"]}

    def test_dependencies_of_another_shape_are_not_guessed(self) -> None:
        with pytest.raises(ValueError, match="no table"):
            gates.dependencies(["\tgate.AddDependencies(others())\n"])

    @pytest.mark.parametrize(
        "text",
        [
            "Enabled(features.A)",
            "string(features.A): true,",
            "Enabled(genericfeatures.A) || on",
            "helper(features.A, x)",
        ],
    )
    def test_a_gate_is_seen_however_it_is_asked_for(self, text: str) -> None:
        assert gates.asked([text]) == {"A"}

    def test_a_history(self) -> None:
        alpha = gates.Stage("Alpha", False, False)
        tables = {34: features.Table({}, {}), 35: features.Table({"A": alpha}, {"A": ["C", "B"]})}
        tables[36] = features.Table({"A": alpha}, {"A": ["B"]})
        assert features.history("A", tables) == {
            "stages": [{"version": "1.35", "stage": "Alpha", "default": False}],
            "dependencies": [{"gate": "B", "minors": "1.35-1.36"}, {"gate": "C", "minors": "1.35"}],
        }

    def test_spans_and_ranges(self) -> None:
        alpha, beta = gates.Stage("Alpha", False, False), gates.Stage("Beta", True, False)
        assert features.spans({21: None, 22: alpha, 23: alpha, 24: beta, 25: None}) == [
            {"version": "1.22", "stage": "Alpha", "default": False},
            {"version": "1.24", "stage": "Beta", "default": True},
            {"version": "1.25", "stage": "Removed"},
        ]
        assert features.ranges([21, 22, 24, 26, 27]) == "1.21-1.22, 1.24, 1.26-1.27"


class TestTool:
    def test_a_short_name_is_the_same_in_all_minors(self) -> None:
        prefix = "io.k8s.api.batch"
        names = openapi.short_names([f"{prefix}.v1.JobSpec", f"{prefix}.v1beta1.JobSpec", f"{prefix}.v1alpha1.Other"])
        assert list(names.values()) == ["JobSpec", "v1beta1.JobSpec", "Other"]

    def test_two_types_of_one_name(self) -> None:
        with pytest.raises(ValueError, match="two types"):
            openapi.short_names(["io.k8s.api.core.v1.A", "io.k8s.api.batch.v1.A"])

    @pytest.mark.parametrize(
        "schema", [{"type": "number"}, {"type": "string", "format": "byte"}, {"type": "object"}, {}]
    )
    def test_a_shape_that_it_has_not_met_is_not_guessed(self, schema: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="does not know"):
            openapi.Converter({}, {}, {}).value(schema)

    @pytest.mark.parametrize(
        ("published", "known", "message"),
        [
            ({"A.new"}, set(), "A.new is published as required"),
            (set(), set(), "Job.spec is in no minor"),
        ],
    )
    def test_corrections_must_fit_the_documents(self, published: set[str], known: set[str], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            corrections.judge(corrections.load(), published, known)

    def test_every_gate_guards_or_changes_something(self) -> None:
        for card in features.by_hand():
            assert card.get("fields") or card.get("affects"), card["name"]

    def test_a_gate_that_nobody_has_judged_stops_the_update(self, tmp_path: Path) -> None:
        source = tmp_path / "pkg/api/pod/util.go"
        source.parent.mkdir(parents=True)
        left_out = yaml.safe_load((Path(features.__file__).parent / features.LEFT_OUT).read_text())
        judged = [*left_out, *(card["name"] for card in features.by_hand())]
        asked = " ".join(f"Enabled(features.{name})" for name in judged)
        source.write_text(asked)
        release = Release(Module(KUBERNETES, "v1.38.0", tmp_path, ""), ())
        features.judge([release])
        source.write_text(f"{asked} Enabled(features.Brand) && // Enabled(features.Comment)\n Enabled(features.New) {{")
        (source.parent / "util_test.go").write_text("Enabled(features.Tested)")
        with pytest.raises(ValueError, match=r"gates\.yaml.*not judged yet: Brand, New$"):
            features.judge([release])
        source.write_text(asked.replace("features.IndexedJob", ""))
        with pytest.raises(ValueError, match=r"gates\.yaml.*no minor asks for them: IndexedJob$"):
            features.judge([release])

    def test_no_gate_is_both_judged_and_left_out(self) -> None:
        content = yaml.safe_load((SCHEMAS / "features.yaml").read_text())
        left_out = yaml.safe_load((Path(features.__file__).parent / features.LEFT_OUT).read_text())
        assert not set(left_out) & {card["name"] for card in content["gates"]}
        assert set(left_out) <= {card["name"] for card in content["others"]}

    def test_every_guarded_field_is_in_some_schema(self) -> None:
        known = {f"{t}.{f}" for s in SCHEMA.values() for t, d in s["$defs"].items() for f in d.get("properties", ())}
        for card in features.by_hand():
            for guard in card.get("fields", []):
                fields = [guard] if isinstance(guard, str) else [guard["field"], *guard.get("under", [])]
                assert set(fields) - {"Job", "CronJob"} <= known, card["name"]

    def test_the_versions_are_those_of_the_oracles(self) -> None:
        oracle = ROOT.parent / "shared" / "conformance" / "oracle" / "versions.txt"
        if not oracle.is_file():
            pytest.skip("no conformance oracle here")
        lines = [line.split() for line in oracle.read_text().splitlines()]
        assert {int(minor[2:]): version for minor, version in lines} == versions()


@pytest.mark.parametrize(
    ("gate", "minor", "stage", "default"),
    [
        ("JobPodFailurePolicy", "1.25", "Alpha", False),
        ("JobPodFailurePolicy", "1.26", "Beta", True),
        ("JobPodFailurePolicy", "1.31", "GA", True),
        ("IndexedJob", "1.21", "Alpha", False),
        ("IndexedJob", "1.22", "Beta", True),
        ("CronJobTimeZone", "1.24", "Alpha", False),
        ("JobManagedBy", "1.32", "Beta", True),
        ("SidecarContainers", "1.28", "Alpha", False),
        ("GitRepoVolumeDriver", "1.33", "Deprecated", False),
    ],
)
def test_known_stages(gate: str, minor: str, stage: str, default: bool) -> None:
    content = yaml.safe_load((SCHEMAS / "features.yaml").read_text())
    [card] = [card for card in content["gates"] if card["name"] == gate]
    [entry] = [entry for entry in card["stages"] if entry["version"] == minor]
    assert (entry["stage"], entry["default"]) == (stage, default)
