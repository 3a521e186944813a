"""The editor shows of a tree what `check` shows of it, and anew when another file of it is edited."""

from pathlib import Path

import pytest

from joblint.cli.inputs import Inputs
from joblint.cli.judge import judge
from joblint.editor.lsp.judging import Bench
from joblint.editor.lsp.library import Library
from joblint.editor.lsp.memory import Memory
from joblint.engine.api import make_settings
from joblint.manifests.languages import language_of
from joblint.manifests.source import Source

SETTINGS = make_settings(extend_select=["neighbours", "delivery"])
JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: crawl-everything-that-anybody-has-written
spec:
  parallelism: 2
  template:
    metadata:
      labels: {app: shop}
    spec:
      restartPolicy: Never
      priorityClassName: batch-queue
      containers:
      - name: crawl
        image: registry.example/tool:1
        envFrom: [{secretRef: {name: crawl-credential}}]
      volumes:
      - name: pages
        persistentVolumeClaim: {claimName: pages}
"""
PLAIN = JOB.replace("    metadata:\n      labels: {app: shop}\n", "")
WEB = "kind: Service\nmetadata: {name: web}\nspec:\n  selector: {%s}\n  ports: [{port: 80}]\n---\nkind: Deployment\n"
WEB += "metadata: {name: web}\nspec: {template: {metadata: {labels: {app: shop}}}}\n"
SERVICE, CLAIM = WEB % "app: shop", "kind: PersistentVolumeClaim\nmetadata: {name: pages}\nspec: {accessModes: [%s]}\n"
TOP = "resources: [%s]\n%s\n"
CASES = {
    "service-selects-job": ({"a/job.yaml": JOB, "a/web.yaml": SERVICE}, "a/web.yaml", WEB % "app: web"),
    "misnamed-reference": (
        {"a/job.yaml": PLAIN, "a/s.yaml": "kind: Secret\nmetadata: {name: crawl-credentials}\n"},
        "a/s.yaml", "kind: Secret\nmetadata: {name: crawl-credential}\n",
    ),
    "priority": (
        {"a/job.yaml": PLAIN, "a/s.yaml": "kind: PriorityClass\nmetadata: {name: batch-queues}\n"},
        "a/s.yaml", "kind: PriorityClass\nmetadata: {name: other}\n",
    ),
    "claim-of-one-node": (
        {"a/job.yaml": PLAIN, "a/c.yaml": CLAIM % "ReadWriteOncePod"}, "a/c.yaml", CLAIM % "ReadWriteMany",
    ),
    "unfit-kustomized-name": (
        {"a/job.yaml": PLAIN, "b/kustomization.yaml": TOP % ("../a/job.yaml", "namePrefix: department-of-all-others-")},
        "b/kustomization.yaml", TOP % ("../a/job.yaml", "namePrefix: others-"),
    ),
    "changing-template": (
        {"a/job.yaml": PLAIN, "b/kustomization.yaml": TOP % ("../a/job.yaml", "commonLabels: {version: '1'}")},
        "b/kustomization.yaml", TOP % ("../a/job.yaml", "commonLabels: {name: '1'}"),
    ),
    "labels by kustomize": (
        {"a/job.yaml": PLAIN, "w/w.yaml": WEB % "",
         "b/kustomization.yaml": TOP % ("../a/job.yaml, ../w/w.yaml", "commonLabels: {tier: web}")},
        "w/w.yaml", WEB % "part: web",
    ),
}  # fmt: skip


class Tree:
    """A library of a directory's files, and a bench."""

    def __init__(self, top: Path, files: dict[str, str]) -> None:
        self.top, self.library, self.bench, self.memory = top, Library(), Bench(SETTINGS), Memory()
        for name, text in files.items():
            (top / name).parent.mkdir(exist_ok=True)
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        (self.top / name).write_text(text)
        self.library.files.pop(str(self.top / name), None)
        self.library.look(str(self.top / name))

    def shown(self) -> list[tuple[str, str, int, int]]:
        path = str(self.top / "a/job.yaml")
        source = Source(path, Path(path).read_text(), "yaml")
        found = self.bench.judge(source, self.library.others(path), self.memory).findings
        return [(f.rule, f.effect, f.line, f.column) for f in found]

    def checked(self) -> list[tuple[str, str, int, int]]:
        inputs = Inputs()
        inputs.read([str(self.top)], "")
        return [(f.rule, f.effect, f.line, f.column) for f in judge(inputs, SETTINGS).findings]


@pytest.mark.parametrize("case", CASES)
def test_the_editor_shows_what_check_shows(case: str, tmp_path: Path) -> None:
    files, other, cured = CASES[case]
    tree = Tree(tmp_path, files)
    first = tree.shown()
    assert len(first) == 1
    assert first == tree.checked() == tree.shown()
    path = str(tmp_path / other)
    tree.library.edited(path, Source(path, cured, language_of(path)))
    assert tree.shown() == []
    tree.library.edited(path, None)
    assert tree.shown() == first
    tree.write(other, cured)
    assert tree.shown() == tree.checked() == []


def test_a_kustomization_that_comes_and_goes_is_heard_of(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"a/job.yaml": PLAIN})
    before = tree.library.kustomizations
    assert tree.shown() == []
    path = str(tmp_path / "kustomization.yaml")
    tree.library.edited(path, Source(path, TOP % ("a/job.yaml", "commonLabels: {version: '1'}"), "yaml"))
    assert tree.library.kustomizations > before
    assert [rule for rule, *_ in tree.shown()] == ["changing-template"]
    tree.library.edited(path, None)
    assert tree.shown() == []


def test_an_open_text_counts_even_where_nothing_is_left_in_it(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"a/job.yaml": JOB, "a/web.yaml": SERVICE})
    first, path = tree.shown(), str(tmp_path / "a/web.yaml")
    assert first
    assert tree.library.edited(path, Source(path, "# gone\n", "yaml"))
    assert tree.shown() == []
    assert tree.library.edited(path, None)
    assert tree.shown() == first


def test_a_closed_file_that_no_walk_found_is_not_taken(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"a/job.yaml": JOB})
    ignored = tmp_path / "a/ignored.yaml"
    ignored.write_text(SERVICE)
    tree.library.read = True
    tree.library.closed(str(ignored))
    assert tree.shown() == []
    assert not tree.library.read


def test_what_other_jobs_mean_is_no_slip_of_the_pen(tmp_path: Path) -> None:
    secret = "kind: Secret\nmetadata: {name: crawl-credentials}\n"
    other = PLAIN.replace("crawl-credential}", "crawl-credentials}").replace("name: crawl-everything", "name: another")
    tree = Tree(tmp_path, {"a/job.yaml": PLAIN, "a/s.yaml": secret})
    assert len(tree.shown()) == 1
    tree.write("a/other.yaml", other)
    assert tree.shown() == tree.checked() == []
