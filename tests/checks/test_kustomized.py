"""What the kustomizations of a tree make of its Jobs: names, labels and templates, where that is plain."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.engine.api import judge, make_settings
from joblint.engine.run import Run
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.corpus.kustomized import Kustomized
from joblint.manifests.source import Source
from tests.support import CRONJOB, GOOD, named, service

NAME, LABELS, CHANGING = "unfit-kustomized-name", "service-selects-job", "changing-template"
COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"


def said(files: dict[str, str], *, whole: bool = True) -> list[tuple[str, str, int]]:
    sources = [Source(path, text) for path, text in files.items()]
    run = Run(make_settings(select=[NAME, LABELS, CHANGING]), Corpus(sources, whole=whole))
    return [(f.rule, f.path, f.line) for f in run.result().findings]


def job(name: str = "crawl", kind: str = "Job", annotations: str = "{}") -> str:
    reads = "envFrom: [{configMapRef: {name: settings}}]\n"
    text = f"{CRONJOB}            {reads}" if kind == "CronJob" else f"{GOOD}        {reads}"
    return named(name, text).replace("\nspec:", f"\n  annotations: {annotations}\nspec:", 1)


def shop(selector: str) -> str:
    return service(selector, labels="{part: web}")


def kustomization(*lines: str, of: str = "job.yaml") -> str:
    return "\n".join((f"resources: [{of}]", *lines, ""))


@pytest.mark.parametrize(
    ("kind", "length", "lines", "found"),
    [
        ("Job", 60, ("namePrefix: ab-",), False), ("Job", 61, ("namePrefix: ab-",), True),
        ("Job", 60, ("nameSuffix: -abc",), True), ("Job", 58, ("namePrefix: ab-", "nameSuffix: -ab"), True),
        ("CronJob", 49, ("namePrefix: ab-",), False), ("CronJob", 50, ("namePrefix: ab-",), True),
        ("Job", 5, ("namePrefix: Ab-",), True), ("Job", 5, ("nameSuffix: _b",), True),
        ("Job", 5, ("nameSuffix: '-'",), True),
        ("Job", 5, ("nameSuffix: -v1.2",), False), ("Job", 70, ("namePrefix: ab-",), False),
    ],
)  # fmt: skip
def test_names(kind: str, length: int, lines: tuple[str, ...], found: bool) -> None:
    files = {"a/job.yaml": job("x" * length, kind), "a/kustomization.yaml": kustomization(*lines)}
    assert said(files) == ([(NAME, "a/job.yaml", 4)] if found else [])


def test_an_index_belongs_to_the_name() -> None:
    text = job("x" * 55).replace("  template:", "  completionMode: Indexed\n  completions: 1000\n  template:", 1)
    long = {"job.yaml": text, "kustomization.yaml": kustomization("namePrefix: abcde-")}
    assert said(long) == [(NAME, "job.yaml", 4)]
    assert said({**long, "kustomization.yaml": kustomization("namePrefix: abc-")}) == []
    assert said({**long, "kustomization.yaml": kustomization("nameSuffix: .a")}) == [(NAME, "job.yaml", 4)]


@pytest.mark.parametrize("top", ["", "C:\\x\\", "./", "../../", "/x/", "a/../"])
def test_a_name_through_a_tree(top: str) -> None:
    files = {
        "base/job.yaml": job("x" * 40),
        "base/kustomization.yaml": kustomization("namePrefix: abcdefgh-"),
        "over/kustomization.yml": kustomization("nameSuffix: -abcdefgh", of="../base"),
        "top/kustomization.yaml": kustomization("components: [../part]", of="../over/"),
        "part/kustomization.yaml": f"{COMPONENT}namePrefix: abcdefgh-\n",
    }
    files = {top + path.replace("/", "\\" if "\\" in top else "/"): text for path, text in files.items()}
    (found,) = said(files)
    assert (found[0], found[2]) == (NAME, 4)
    assert said(files, whole=False) == []
    assert said({path: text.replace("[../part]", "[]") for path, text in files.items()}) == []


def test_each_place_is_shown() -> None:
    sources = [Source("job.yaml", job("x" * 60)), Source("kustomization.yaml", kustomization("namePrefix: abcd-"))]
    (found,) = judge(make_settings(select=[NAME]), Corpus(sources)).findings
    assert (found.effect, found.column) == ("mistake", 9)
    assert [(r.path, r.line, r.column) for r in found.related] == [("kustomization.yaml", 2, 13)]


@pytest.mark.parametrize(
    ("selector", "lines", "found"),
    [
        ("{}", ("commonLabels: {app: shop}",), True),
        ("{app: shop}", ("commonLabels: {app: shop}",), True),
        ("{part: web}", ("commonLabels: {app: shop}",), False),
        ("{app: other}", ("labels: [{pairs: {app: shop}, includeSelectors: true}]",), True),  # overwritten
        ("{}", ("labels: [{pairs: {app: shop}, includeTemplates: true}]",), False),
        ("{app: shop}", ("labels: [{pairs: {app: shop}, includeTemplates: true}]",), True),
        ("{app: shop}", ("labels: [{pairs: {app: shop}}]",), False),
        ("{}", ("commonLabels: {app: shop}", "transformers: [t.yaml]"), False),
        ("{}", ("commonLabels: {app: shop}", "patches: [{path: p.yaml, target: {kind: Service}}]"), False),
        ("{}", ("commonLabels: {app: shop}", "patches: [{path: p.yaml, target: {kind: Deployment}}]"), True),
        ("{}", ("commonLabels: {app: shop}", "patchesStrategicMerge: [p.yaml]"), False),
        ("{}", ("commonLabels: {app: shop}", "patchesStrategicMerge: [q.yaml]"), True),
    ],
)  # fmt: skip
def test_labels(selector: str, lines: tuple[str, ...], found: bool) -> None:
    files = {
        "job.yaml": job(),
        "shop/shop.yaml": shop(selector),
        "p.yaml": "kind: Service\nmetadata: {name: shop}\nspec: {selector: {part: web}}\n",
        "q.yaml": "kind: Deployment\nmetadata: {name: shop}\nspec: {selector: {part: web}}\n",
        "kustomization.yaml": kustomization(*lines, of="job.yaml, shop/shop.yaml"),
    }
    assert said(files) == ([(LABELS, "job.yaml", 7)] if found else [])


def test_namespaces_are_those_of_kustomize() -> None:
    service = shop("{}").replace("name: shop\n", "name: shop\n  namespace: web\n")
    files = {"job.yaml": job(), "shop.yaml": service}
    top = kustomization("commonLabels: {app: shop}", of="job.yaml, shop.yaml")
    assert said({**files, "kustomization.yaml": top}) == []
    assert said({**files, "kustomization.yaml": f"{top}namespace: web\n"}) == [(LABELS, "job.yaml", 7)]


@pytest.mark.parametrize(
    ("text", "lines", "found"),
    [
        (job(), ("configMapGenerator: [{name: settings}]",), [13]),
        (job(), ("configMapGenerator: [{name: other}]",), []),
        (job(), ("secretGenerator: [{name: settings}]",), []),
        (job(), ("configMapGenerator: [{name: settings, options: {disableNameSuffixHash: true}}]",), []),
        (job(), ("configMapGenerator: [{name: settings}]", "generatorOptions: {disableNameSuffixHash: true}"), []),
        (job(kind="CronJob"), ("configMapGenerator: [{name: settings}]",), []),
        (job(annotations="{helm.sh/hook: pre-upgrade}"), ("configMapGenerator: [{name: settings}]",), []),
        (job(annotations="{argocd.argoproj.io/sync-options: 'Force=true,Replace=true'}"),
         ("configMapGenerator: [{name: settings}]",), []),
        (job().replace("spec:\n", "spec:\n  ttlSecondsAfterFinished: 60\n", 1), ("commonLabels: {version: '1'}",), []),
        (job(), ("commonLabels: {app.kubernetes.io/version: '1'}",), [7]),
        (job(), ("labels: [{pairs: {app.kubernetes.io/version: '1'}}]",), []),
        (job(), ("commonLabels: {app.kubernetes.io/name: shop}",), []),
    ],
)  # fmt: skip
def test_templates(text: str, lines: tuple[str, ...], found: list[int]) -> None:
    files = {"job.yaml": text, "kustomization.yaml": kustomization(*lines)}
    assert said(files) == [(CHANGING, "job.yaml", line) for line in found]


def test_what_is_generated_beside() -> None:
    files = {
        "job/job.yaml": job(),
        "job/kustomization.yaml": kustomization(),
        "map/kustomization.yaml": "configMapGenerator: [{name: settings}]\n",
        "kustomization.yaml": kustomization(of="job, map"),
    }
    assert said(files) == [(CHANGING, "job/job.yaml", 13)]


@pytest.mark.parametrize(
    "text", ["", "a", "[]", "resources: job.yaml", "resources: [{a: b}, 1, null]", "a: b: c", "{", "&a [*a]"]
)
def test_what_is_no_kustomization_is_let_be(text: str) -> None:
    files = {
        "job.yaml": job("x" * 60),
        "kustomization.yaml": f"{text}\n# namePrefix",
        "a/kustomization.yaml": "namePrefix: 1",
    }
    assert said(files) == []


def test_kustomizations_in_a_circle_and_in_a_long_row_end() -> None:
    circle = {
        "a/kustomization.yaml": kustomization("namePrefix: abcdefg-", of="../b"),
        "b/kustomization.yaml": kustomization(of="../a, ../job.yaml"),
        "job.yaml": job("x" * 60),
    }
    assert said(circle) == [(NAME, "job.yaml", 4)]
    row = {f"{n}/kustomization.yaml": kustomization("namePrefix: a-", of=f"../{n + 1}, job.yaml") for n in range(2000)}
    assert (NAME, "0/job.yaml", 4) not in said({**row, "0/job.yaml": job("x" * 60)})


def test_a_tree_whose_kustomizations_reach_more_and_more_is_given_up() -> None:
    sources = [Source("f.yaml", "a: b")]
    for n in range(40):  # each has the files of the one before twice
        below = "f.yaml" if n == 0 else f"../{n - 1}, ../{n - 1}/."
        sources.append(Source(f"{n}/kustomization.yaml", kustomization("namePrefix: a-", of=below)))
    reached = Kustomized(sources)
    assert len(reached.reach("39").files) < 200_000


_LINES = st.lists(
    st.sampled_from(
        ("namePrefix: a-", "nameSuffix: -b", "commonLabels: {a: b}", "resources: [../a, ../b, job.yaml]",
         "components: [../c]", "labels: [{pairs: {c: d}, includeSelectors: true}]", "bases: [../c, .]",
         "patches: [{patch: x}]", "]", "kind: Component")
    ),
    max_size=5,
)  # fmt: skip


@given(st.lists(_LINES, min_size=3, max_size=3))
def test_no_kustomization_wakes_a_bug(written: list[list[str]]) -> None:
    files = {f"{name}/kustomization.yaml": "\n".join(lines) for name, lines in zip("abc", written, strict=True)}
    said({"a/job.yaml": job("x" * 60), "b/job.yaml": job(kind="CronJob"), **files})


def test_the_program_reads_what_kustomizations_put_together(tmp_path: Path) -> None:
    from joblint.cli.inputs import Inputs
    from joblint.cli.judge import judge

    both = "../jobs/job.yaml, ../web/shop.yaml"
    for name, text in {
        "jobs/job.yaml": job("x" * 60),
        "web/shop.yaml": shop("{}"),
        "all/kustomization.yaml": kustomization("commonLabels: {app: shop}", "namePrefix: ab-", of=both),
    }.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)

    def found() -> list[tuple[str, int]]:
        inputs = Inputs()
        inputs.read([str(tmp_path)], "")
        return [(f.rule, f.line) for f in judge(inputs, make_settings()).findings]

    assert found() == [(LABELS, 7)]
    longer = (tmp_path / "all/kustomization.yaml").read_text().replace("ab-", "abcd-")
    (tmp_path / "all/kustomization.yaml").write_text(longer)
    assert found() == [(NAME, 4), (LABELS, 7)]


def test_one_component_of_many_is_gathered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    gathered: list[int] = []
    plain = Kustomized._gathered

    def counted(self: Kustomized, *about: object) -> object:
        found = plain(self, *about)  # type: ignore[arg-type]
        gathered.append(len(found.files))
        return found

    monkeypatch.setattr(Kustomized, "_gathered", counted)
    many = ", ".join(f"f{number}.yaml" for number in range(20_000))
    files = {f"d{number}/kustomization.yaml": "components: [../k]\n" for number in range(40)}
    files["k/kustomization.yaml"] = f"{COMPONENT}resources: [{many}]\n"
    Kustomized(Source(path, text) for path, text in files.items()).of("k/f1.yaml")
    assert sum(gathered) <= 100_000


def test_a_resource_that_is_there_twice_counts_once() -> None:
    files = {"k/kustomization.yaml": kustomization("namePrefix: a", of="a.yaml, ./a.yaml, a.yaml")}
    found = Kustomized(Source(path, text) for path, text in files.items()).of("k/a.yaml")
    assert len(found) == 1
