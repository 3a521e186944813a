"""Jobs beside other objects: what counts as beside, what is let be, and what other kinds of files say."""

from pathlib import Path

import pytest

from joblint.engine.api import judge, lint_sources, make_settings
from joblint.engine.run import Run
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Manifest
from joblint.manifests.source import Source
from joblint.rule.finding import Finding
from tests.support import CRONJOB, GOOD, in_spec, named, service

LABELLED = GOOD.replace("  template:\n", "  template:\n    metadata:\n      labels: {app: shop}\n")
JOB = named("crawl", LABELLED) + "        envFrom:\n        - %s\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n"
TYPO, RIGHT = "crawl-credential", "crawl-credentials"
REF = "secretRef: {name: %s}"


def said(*sources: Source, whole: bool = True, select: tuple[str, ...] = ("neighbours",)) -> list[tuple[str, int]]:
    run = Run(make_settings(select=select), Corpus(sources, whole=whole))
    return [(f.rule, f.line) for f in run.result().findings]


def job(name: str) -> str:
    return JOB % (REF % name)


def test_a_slip_of_the_pen_names_what_is_there() -> None:
    found = lint_sources([Source("job.yaml", job(TYPO)), Source("s.yaml", SECRET % RIGHT)], make_settings())
    (finding,) = found
    assert isinstance(finding, Finding)
    assert (finding.rule, finding.effect, finding.line, finding.column) == ("misnamed-reference", "mistake", 15, 29)
    assert [(r.path, r.line, r.column) for r in finding.related] == [("s.yaml", 4, 9)]
    assert finding.fix is not None
    assert not finding.fix.safe


@pytest.mark.parametrize("path", ["b/job.yaml", "b\\job.yaml"])
def test_beside_is_the_same_directory(path: str) -> None:
    main, other = Source(path, job(TYPO)), SECRET % RIGHT
    assert said(main, Source(path.replace("job", "s"), other)) == [("misnamed-reference", 15)]
    assert said(main, Source("a/s.yaml", other)) == []
    assert said(main, Source("s.yaml", other)) == []


def test_a_directory_that_was_not_given_whole_says_nothing() -> None:
    assert said(Source("job.yaml", job(TYPO)), Source("s.yaml", SECRET % RIGHT), whole=False) == []
    together = Source("job.yaml", f"{job(TYPO)}---\n{SECRET % RIGHT}")
    assert said(together, whole=False) == [("misnamed-reference", 15)]


@pytest.mark.parametrize(
    "beside",
    [
        "",  # nothing of that kind
        SECRET % "other",
        SECRET % "crawl-credential-2",
        f"{SECRET % RIGHT}---\n{SECRET % TYPO}",
        f"{SECRET % RIGHT}---\nkind: ServiceAccount\nmetadata: {{name: a}}\nsecrets: [{{name: {RIGHT}}}]\n",
        f"{SECRET % RIGHT}---\nsecretGenerator:\n- name: {TYPO}\n",
        (SECRET % RIGHT).replace("Secret", "ConfigMap"),
    ],
)
def test_what_may_be_meant_is_let_be(beside: str) -> None:
    assert said(Source("job.yaml", job(TYPO)), Source("s.yaml", beside)) == []


def test_an_optional_reference_may_be_missing() -> None:
    text = JOB % f"secretRef: {{name: {TYPO}, optional: true}}"
    assert said(Source("job.yaml", text), Source("s.yaml", SECRET % RIGHT)) == []


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("crawl-config", "crawl-configs", True), ("crawl-config", "crawlconfig", True),
        ("crawl-confgi", "crawl-config", True), ("app-staging", "app-stabing", True),
        ("app-dev", "app-deb", False), ("job-1", "job-2", False), ("worker-10a", "worker-11a", False),
        ("a", "b", False), ("crawl-config", "crawl-secret", False), ("crawl", "crawl-x", False), ("x", "", False),
    ],
)  # fmt: skip
def test_slips(one: str, other: str, slip: bool) -> None:
    from joblint.checks.neighbours.references import is_slip

    assert is_slip(one, other) == is_slip(other, one) == slip if other else not is_slip(one, other)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_a_service_for_a_workload_takes_the_job_too(kind: str) -> None:
    assert said(Source("job.yaml", job(RIGHT)), Source("s.yaml", service(kind=kind))) == [("service-selects-job", 8)]


@pytest.mark.parametrize(
    "service",
    [
        service(kind="Pod"),  # nobody else is meant
        service().replace("selector: {app: shop}", "selector: {app: shop, part: web}"),
        service().replace("selector: {app: shop}", "selector: {}"),
        service().replace("port: 80", "port: 80, targetPort: http"),
        service().replace("  ports", "  clusterIP: None\n  ports"),
        service().replace("  ports", "  type: ExternalName\n  ports"),
        service().replace("name: shop\n", "name: shop\n  namespace: web\n"),
    ],
)
def test_other_services(service: str) -> None:
    assert said(Source("job.yaml", job(RIGHT)), Source("s.yaml", service)) == []


def test_two_of_a_name() -> None:
    one, two = job("a-config"), job("b-config")
    assert said(Source("job.yaml", f"{one}---\n{two}")) == [("duplicate-object", 19 + 1)]
    assert said(Source("job.yaml", f"{one}---\n{one}")) == []
    assert said(Source("job.yaml", one), Source("other.yaml", two)) == []
    assert said(Source("job.md", f"```yaml\n{one}```\n\n```yaml\n{two}```\n", "markdown")) == []


@pytest.mark.parametrize(
    ("path", "comment", "effect"),
    [
        ("job.yaml", "", "mistake"), ("job.yaml", "# the crawler of the second shop\n", "mistake"),
        ("job.yaml", "# or:\n", "advice"), ("job.yaml", "# Alternative: with a config\n", "advice"),
        ("a/job_test.yaml", "", "advice"), ("jobs.expected.yaml", "", "advice"), ("tests/job.yaml", "", "mistake"),
        ("contest.yaml", "", "mistake"),
    ],
)  # fmt: skip
def test_two_to_choose_from_are_advice(path: str, comment: str, effect: str) -> None:
    text = f"{job('a-config')}---\n{comment}{job('b-config')}"
    found = lint_sources([Source(path, text)], make_settings(select=["duplicate-object"]))
    assert [(f.effect, f.line) for f in found] == [(effect, 20 + bool(comment))]


def test_two_of_a_name_in_json_and_in_a_list() -> None:
    import json

    def item(config: str, name: str = "crawl", version: str = "batch/v1") -> dict[str, object]:
        template = {"spec": {"containers": [{"name": "crawl", "image": config}]}}
        return {"apiVersion": version, "kind": "Job", "metadata": {"name": name}, "spec": {"template": template}}

    def found(*items: dict[str, object]) -> list[tuple[str, int]]:
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
        return said(Source("job.json", text, "json"), select=("duplicate-object",))

    assert found(item("a"), item("b")) == [("duplicate-object", 1)]
    assert found(item("a"), item("a")) == []
    assert found(item("a"), item("b", "index")) == []


def test_two_of_a_name_behind_two_of_another_kind() -> None:
    crons = f"{named('crawl', CRONJOB)}---\n{named('crawl-2', CRONJOB)}---\n"
    found = said(Source("job.yaml", f"{crons}{GOOD}---\n{in_spec('suspend: true')}"), select=("duplicate-object",))
    assert found == [("duplicate-object", 46)]


def test_a_part_of_an_object_is_none() -> None:
    patch = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: crawl\nspec:\n  parallelism: 2\n"
    assert said(Source("job.yaml", f"{job('a-config')}---\n{patch}")) == []


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        ("env: [{name: A, valueFrom: {secretKeyRef: {name: %s, key: a}}}]", "Secret"),
        ("env: [{name: A, valueFrom: {configMapKeyRef: {name: %s, key: a}}}]", "ConfigMap"),
        ("envFrom: [{configMapRef: {name: %s}}]", "ConfigMap"),
        ("volumes: [{name: v, secret: {secretName: %s}}]", "Secret"),
        ("volumes: [{name: v, configMap: {name: %s}}]", "ConfigMap"),
        ("volumes: [{name: v, persistentVolumeClaim: {claimName: %s}}]", "PersistentVolumeClaim"),
        ("volumes: [{name: v, projected: {sources: [{secret: {name: %s}}]}}]", "Secret"),
        ("volumes: [{name: v, projected: {sources: [{configMap: {name: %s}}]}}]", "ConfigMap"),
        ("imagePullSecrets: [{name: %s}]", "Secret"), ("serviceAccountName: %s", "ServiceAccount"),
        ("serviceAccount: %s", "ServiceAccount"), ("priorityClassName: %s", "PriorityClass"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["yaml", "json"])
def test_each_way_to_refer(reference: str, kind: str, language: str) -> None:
    import json

    lines = (JOB % "configMapRef: {name: other, optional: true}").splitlines()
    at = 12 if reference.startswith("env") else 9  # lines: behind the image, or before the containers
    if reference.startswith("envFrom"):
        lines = lines[:13]
        at = 13
    lines.insert(at, (" " * (8 if reference.startswith("env") else 6)) + reference % TYPO)
    other = json.dumps({"apiVersion": "v1", "kind": kind, "metadata": {"name": RIGHT}})
    if language == "yaml":
        other = f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {RIGHT}\n"
    found = lint_sources(
        [Source("job.yaml", "\n".join(lines) + "\n"), Source(f"s.{language}", other, language)],
        make_settings(select=["misnamed-reference"]),
    )
    assert [(f.rule, f.effect, f.line) for f in found] == [("misnamed-reference", "mistake", at + 1)]
    assert found[0].fix is not None
    assert [edit.text for edit in found[0].fix.edits] == [RIGHT]


def test_what_stands_elsewhere_in_the_tree_may_be_meant() -> None:
    sources = [Source("a/job.yaml", job(TYPO)), Source("a/s.yaml", SECRET % RIGHT), Source("b/s.yaml", SECRET % TYPO)]
    assert said(*sources[:2]) == [("misnamed-reference", 15)]
    assert said(*sources) == []


def test_each_of_many_is_told() -> None:
    text = "---\n".join(job(f"config-{number}") for number in range(300))
    assert len(said(Source("job.yaml", text))) == 299


@pytest.mark.parametrize("whole", [True, False])
def test_the_program_looks_beside_in_a_directory_alone(tmp_path: Path, whole: bool) -> None:
    from joblint.cli.inputs import Inputs
    from joblint.cli.judge import judge

    (tmp_path / "job.yaml").write_text(job(TYPO))
    (tmp_path / "secret.yaml").write_text(SECRET % RIGHT)
    inputs = Inputs()
    inputs.read([str(tmp_path)] if whole else [str(tmp_path / "job.yaml"), str(tmp_path / "secret.yaml")], "")
    found = judge(inputs, make_settings()).findings
    assert [f.rule for f in found] == (["misnamed-reference"] if whole else [])


def test_many_jobs_share_one_look_at_the_services(monkeypatch: pytest.MonkeyPatch) -> None:
    from joblint.checks.neighbours import neighbours

    asked: list[Manifest] = []
    plain = neighbours.takes_all

    def counted(service: Manifest) -> bool:
        asked.append(service)
        return plain(service)

    monkeypatch.setattr(neighbours, "takes_all", counted)
    labelled = GOOD.replace("  template:\n", "  template:\n    metadata: {labels: {app: shop}}\n", 1)
    text = "---\n".join([*(named(f"job-{n}", labelled) for n in range(30)), service()])
    found = judge(make_settings(select=["service-selects-job"]), Corpus([Source("a.yaml", text)])).findings
    assert len(found) == 30
    assert len(asked) == 1
