"""The engine and the public API: documents, lists, near misses, several minors in one run."""

import json
from pathlib import Path

import pytest
import yaml

import joblint
from joblint.kube.minors.minor import MINORS
from joblint.kube.minors.versions import parse_versions
from tests.server.test_walk import mutants
from tests.support import GOOD, each_field, in_spec


def said(text: str, **options: object) -> list[tuple[int, int, str]]:
    return [(f.line, f.column, f.rule) for f in joblint.lint(text, **options)]  # type: ignore[arg-type]


def test_a_good_job_is_good_on_every_minor() -> None:
    assert said(GOOD, kube_version="1.21-1.37") == []


def test_every_document_of_a_file_is_judged() -> None:
    bad = in_spec("bad: 1")
    first = GOOD.replace("name: ", "name: a-", 1)
    text = f"# first\n---\n{first}---\n{bad}--- # comment\na: [\nkind: Job\n---\n{bad}"
    findings = joblint.lint(text)
    assert [(f.line, f.column, f.rule) for f in findings] == [
        (20, 3, "unknown-field"), (30, 1, "unreadable-document"), (36, 3, "unknown-field"),
    ]  # fmt: skip
    assert [f.object and f.object.document for f in findings] == [2, None, 4]
    assert [(r.line, r.column) for r in findings[1].related] == [(28, 4)]


def test_text_after_a_separator_is_refused_as_kubectl_does() -> None:
    assert said(f"--- text\n{GOOD}") == [(1, 5, "unreadable-document")]


def test_the_items_of_a_list_are_judged_one_by_one_under_their_own_paths() -> None:
    item = yaml.safe_load(GOOD.replace("- name: hello", "- nome: hello"))
    for kind in ("List", "JobList"):
        version = "v1" if kind == "List" else "batch/v1"
        text = json.dumps({"apiVersion": version, "kind": kind, "items": [yaml.safe_load(GOOD), item]}, indent=1)
        found = [f for f in joblint.lint(text, path="x.json") if f.rule == "unknown-field"]
        assert [f.field for f in found] == ["spec.template.spec.containers[0].nome"]
        assert found[0].object is not None
        assert found[0].object.document == 1


def test_items_of_a_job_list_need_no_kind() -> None:
    item = yaml.safe_load(GOOD.replace("- name: hello", "- nome: hello"))
    del item["kind"], item["apiVersion"]
    text = json.dumps({"apiVersion": "batch/v1", "kind": "JobList", "items": [item]})
    assert "unknown-field" in {f.rule for f in joblint.lint(text)}


@pytest.mark.parametrize(
    ("old", "new", "place", "rule"),
    [
        ("kind: Job", "kind: job", (2, 7), "unknown-kind"),
        ("kind: Job", "kind: Jobs", (2, 7), "unknown-kind"),
        ("kind: Job", "Kind: Job", (2, 1), "unknown-kind"),
        ("apiVersion: batch/v1", "api_Version: batch/v1", (1, 1), "unknown-kind"),
        ("apiVersion: batch/v1", "apiVersion: v1", (1, 13), "unknown-kind"),
        ("apiVersion: batch/v1", "apiVersion: batch/v2", (1, 13), "unknown-kind"),
        ("apiVersion: batch/v1", "apiVersion: extensions/v1beta1", (1, 13), "old-api-version"),
    ],
)
def test_near_misses_are_rejected(old: str, new: str, place: tuple[int, int], rule: str) -> None:
    assert (*place, rule) in said(GOOD.replace(old, new))


@pytest.mark.parametrize("version", ["batch.volcano.sh/v1alpha1", "kubeflow.org/v1", "example.com/v1"])
def test_other_groups_are_left_alone(version: str) -> None:
    assert said(GOOD.replace("batch/v1", version).replace("template", "tasks")) == []


@pytest.mark.parametrize(
    "text", ["kind: CronJob\nimage: x\nresources: {}\nnodeSelector: {}\n", "job: {enabled: true}\n", "- job\n", ""]
)
def test_values_that_only_look_like_a_job_are_left_alone(text: str) -> None:
    assert said(text) == []


def test_a_finding_at_an_anchor_names_the_use() -> None:
    text = GOOD.replace(
        "metadata:\n  name: hello\n", "metadata:\n  name: hello\n  labels: &l {a: 1}\n  annotations: *l\n"
    )
    found = joblint.lint(text)
    assert [(f.line, f.column, f.field) for f in found] == [
        (5, 18, "metadata.annotations[a]"), (5, 18, "metadata.labels[a]"),
    ]  # fmt: skip
    assert [(r.line, r.column) for f in found for r in f.related] == [(6, 16)]


def test_bytes_that_are_no_text_are_a_finding() -> None:
    assert said(b"a: \xff") == [(1, 4, "unreadable-document")]  # type: ignore[arg-type]


def test_a_minor_and_a_range_say_the_same() -> None:
    """One run over all minors must say for each minor what a run on that minor alone says."""
    for manifest in mutants(40, 7):
        text = json.dumps(manifest, indent=1)
        together = joblint.lint(text, settings=each_field("1.21-1.37"))
        for minor in MINORS:
            alone = {
                (f.rule, f.effect, f.field, f.reason, f.line, f.column)
                for f in joblint.lint(text, kube_version=f"1.{minor}")
            }
            held = {
                (f.rule, f.effect, f.field, f.reason, f.line, f.column)
                for f in together
                if f"1.{minor}" in f.kube_versions
            }
            assert held == alone, (minor, text)


@pytest.mark.parametrize(
    ("words", "minors"),
    [
        (None, (37,)), ("1.29", (29,)), ("v1.29.3-gke.1", (29,)), ("1.29.3+k3s1", (29,)), (["1.30", "1.28"], (28, 30)),
        ("1.24-1.26", (24, 25, 26)), ("1.24..1.25,1.30", (24, 25, 30)), (" 1.21 , v1.22", (21, 22)),
    ],
)  # fmt: skip
def test_versions_as_people_write_them(words: str | list[str] | None, minors: tuple[int, ...]) -> None:
    assert parse_versions(words) == minors


@pytest.mark.parametrize(
    "words", ["1.20", "1.58", "1.380", "1.99", "2.0", "latest", "1.30-1.21", "", "1.x", "1.21-1.99", ","]
)
def test_versions_that_do_not_exist_name_what_is_known(words: str) -> None:
    with pytest.raises(ValueError, match=r"1\.21 to 1\.37|empty range"):
        parse_versions(words)


def test_unknown_selectors_and_gates_are_value_errors() -> None:
    with pytest.raises(ValueError, match="did you mean `unknown-field`"):
        joblint.lint(GOOD, select=["unknown-fields"])
    with pytest.raises(ValueError, match="NoSuchGate"):
        joblint.lint(GOOD, feature_gates={"NoSuchGate": True})


def test_selection_replaces_adds_and_ignores() -> None:
    text = in_spec("bad: 1", "backoffLimit: -1")
    whole = {f.rule for f in joblint.lint(text)}
    assert "unknown-field" in whole
    assert {f.rule for f in joblint.lint(text, select=["unknown-field"])} == {"unknown-field"}
    assert {f.rule for f in joblint.lint(text, ignore=["unknown-field"])} == whole - {"unknown-field"}
    assert {f.rule for f in joblint.lint(text, select=["unknown-field"], extend_select=["rejected"])} == whole


def test_gates_change_the_verdict() -> None:
    text = in_spec("managedBy: example.com/x")
    assert [(f.effect, f.field) for f in joblint.lint(text, kube_version="1.30")] == [("dropped", "spec.managedBy")]
    assert joblint.lint(text, kube_version="1.30", feature_gates={"JobManagedBy": True}) == []


def test_markdown_fragments_are_judged_as_far_as_is_safe() -> None:
    text = "# x\n\n```yaml\nspec:\n  completions: ten\n  parallelism: 2\n```\n\n```yaml\ncompletions: 3\n```\n"
    assert [(f.line, f.column, f.rule, f.field) for f in joblint.lint(text, path="x.md")] == [
        (5, 16, "wrong-type", "spec.completions")
    ]


SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


@pytest.mark.skipif(not SEEDS.exists(), reason="../shared is not there")
def test_misplaced_fields_of_a_tutorial() -> None:
    path = SEEDS / "003.md"
    found = [f for f in joblint.lint(path.read_text(), path=str(path)) if f.effect == "rejected"]
    assert [(f.line, f.column, f.rule) for f in found] == [(16, 7, "unknown-field"), (17, 7, "unknown-field")]
    assert all("2 levels up" in f.message for f in found)


def test_sources_are_judged_together() -> None:
    settings = joblint.make_settings("1.29", select=["unknown-field"])
    sources = [joblint.Source("b.yaml", GOOD.replace("metadata:", "meta:")), joblint.Source("a.yaml", GOOD)]
    assert [(f.path, f.line, f.kube_versions) for f in joblint.lint_sources(sources, settings)] == [
        ("b.yaml", 3, ("1.29",))
    ]
