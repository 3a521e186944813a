"""`--against` with `--render`: a chart or kustomization is rendered as it was, too, and in no other way."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from joblint.project.git import Repository
from joblint.project.git_process import GitError
from joblint.project.git_tree import Tree
from joblint.project.render.bounds import Bounds
from joblint.project.render.contained import RenderError, workplace
from joblint.project.render.stage import Stage
from tests.cli.program import Done, Program
from tests.project.rendering import chart, fake
from tests.support import CRONJOB, GOOD, commit_all, run_git, write

pytestmark = pytest.mark.usefixtures("here")
NEWER = GOOD.replace("busybox:1.36", "busybox:1.37")
JOB = GOOD.replace("busybox:1.36", "busybox:TAG")
RULE = "changed-pod-template"
# Of helm, what is of use here: it prints the templates, with the last tag that files and settings give.
HELM = """
tag, top = "1.36", sys.argv[2]
files = [word.partition("=")[2].strip('"') for word in sys.argv if word.startswith("--values=")]
for text in [open(path).read() for path in [top + "/values.yaml", *files] if os.path.exists(path)]:
    tag = text.partition("tag: ")[2].strip() or tag
for folder, _, names in sorted(os.walk(top)):
    for name in sorted(names):
        if folder.endswith("templates"):
            text = open(os.path.join(folder, name)).read()
            if "fail" in text:
                sys.exit(f"Error: {folder}: failed")
            prints(f"---\\n# Source: app{folder.removeprefix(top)}/{name}\\n" + text.replace("TAG", tag))
"""


@pytest.fixture
def helm(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A helm on the PATH, before all else."""
    folder = tmp_path_factory.mktemp("tools")
    fake(folder, "helm", HELM)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.fixture
def repository(here: Path, helm: Path) -> Path:
    """A repository with a chart, and values for it beside it."""
    chart(here / "charts/app", JOB)
    write(here / "charts/app/values.yaml", "tag: 1.36\n")
    write(here / "prod.yaml", "tag: 1.30\n")
    commit_all(here)
    return here


def places(done: Done) -> list[tuple[str, str]]:
    """The image that each changed Job had, and the one that it has."""
    return re.findall(rf"error\[{RULE}\].*?`busybox:(\S+)`, is now `busybox:(\S+)`", done.out)


def against(joblint: Program, *words: str, old: str = "git:main") -> Done:
    return joblint("check", "--render", "--against", old, *words)


class TestCharts:
    def test_a_template_that_has_changed(self, repository: Path, joblint: Program) -> None:
        assert against(joblint, "charts/app").code == 0
        write(repository / "charts/app/templates/job.yaml", NEWER)
        done = against(joblint, "charts/app", "--format", "json")
        (found,) = json.loads(done.out)["findings"]
        assert (found["rule"], found["path"]) == (RULE, "charts/app/templates/job.yaml")
        assert [(one["path"], one["line"]) for one in found["related"]] == [("main:charts/app", 13)]
        assert against(joblint, "charts/app").err == "1 error in 1 file (1 Job, 1 also in git:main, Kubernetes 1.37)\n"

    def test_a_value_that_has_changed(self, repository: Path, joblint: Program) -> None:
        write(repository / "charts/app/values.yaml", "tag: 1.37\n")
        assert places(against(joblint, "charts/app")) == [("1.36", "1.37")]

    def test_files_with_values_are_those_of_then(self, repository: Path, joblint: Program) -> None:
        words = ["charts/app", "--values", "prod.yaml"]
        assert against(joblint, *words).code == 0
        write(repository / "prod.yaml", "tag: 1.31\n")
        assert places(against(joblint, *words)) == [("1.30", "1.31")]
        os.chdir(repository / "charts")
        assert places(against(joblint, "app", "--values", "../prod.yaml")) == [("1.30", "1.31")]

    def test_a_file_with_values_that_is_new_counts_as_it_is(self, repository: Path, joblint: Program) -> None:
        write(repository / "new.yaml", "tag: 1.31\n")
        assert against(joblint, "charts/app", "--values", "new.yaml").code == 0

    def test_values_of_two_commits(self, repository: Path, joblint: Program) -> None:
        """Each with its own."""
        write(repository / "prod.yaml", "tag: 1.32\n")
        commit_all(repository)
        assert against(joblint, "charts/app", "--values", "prod.yaml").code == 0
        done = against(joblint, "charts/app", "--values", "prod.yaml", old="git:main~1")
        assert places(done) == [("1.30", "1.32")]

    def test_a_chart_that_was_not_there(self, repository: Path, joblint: Program) -> None:
        """Its Job has the name of another's: each chart is compared with itself."""
        chart(repository / "charts/new", NEWER)
        done = against(joblint, "charts/new", "charts/app")
        assert done.code == 0
        assert done.err == (
            "joblint: charts/new is not a chart or kustomization at main: all its objects are checked as new\n"
            "no problems in 2 files (2 Jobs, 1 also in git:main, Kubernetes 1.37)\n"
        )
        assert against(joblint, "-q", "charts/new").err == ""

    def test_a_chart_that_did_not_render(self, repository: Path, joblint: Program) -> None:
        write(repository / "charts/app/templates/job.yaml", "fail")
        commit_all(repository)
        write(repository / "charts/app/templates/job.yaml", JOB)
        done = against(joblint, "charts/app")
        assert done.code == 2
        said = "joblint: main:charts/app: `helm template` failed: Error: main:charts/app/templates: failed\n"
        assert done.err.startswith(said)

    def test_what_git_ignores_was_fetched_for_the_same_lock(self, repository: Path, joblint: Program) -> None:
        """The charts that it depends on are not in git."""
        app = repository / "charts/app"
        write(repository / ".gitignore", "charts/*/charts\n")
        write(app / "Chart.lock", "digest: 1\n")
        commit_all(repository)
        chart(app / "charts/sub", CRONJOB)
        chart(app / "charts/other", GOOD.replace("name: hello", "name: other"))
        done = against(joblint, "charts/app")
        assert "3 also in git:main" in done.err
        write(app / "Chart.lock", "digest: 2\n")
        assert "1 also in git:main" in against(joblint, "charts/app").err

    @pytest.mark.skipif(shutil.which("helm") is None, reason="helm is not here")
    @pytest.mark.parametrize(
        ("name", "matched"),
        [
            ("app-{{ .Release.Revision }}", 0),
            ('{{ printf "app-%d" (int $.Release.Revision) }}', 0),
            ('{{ include "app.jobName" . }}', 0),
            ('{{ include "app.other" . }}', 1),
            ("{{ $jobName }}", 0),
            ("app", 1),
        ],
    )
    def test_a_name_with_the_number_of_the_release(self, here: Path, joblint: Program, name: str, matched: int) -> None:
        """Helm counts, so it is another Job after each upgrade. `helm template` does not: elsewhere nothing changes."""
        first = '{{- $jobName := printf "app-%d" $.Release.Revision }}\n'
        text = first + GOOD.replace("name: hello", f"name: {name}\n  labels: {{n: 'r{{{{ .Release.Revision }}}}'}}", 1)
        chart(here / "app", text.replace("busybox:1.36", "busybox:{{ .Values.tag }}"))
        helpers = "".join(
            f'{{{{- define "app.{word}" -}}}}\n{word.lower()}-{{{{ .Release.Revision }}}}\n{{{{- end }}}}\n'
            for word in ("jobName", "other")
        )
        write(here / "app/templates/_helpers.tpl", helpers)
        write(here / "app/values.yaml", "tag: '1.36'\n")
        commit_all(here)
        assert f"{matched} also in git:main" in against(joblint, "app").err
        assert against(joblint, "app").code == 0
        write(here / "app/values.yaml", "tag: '1.37'\n")
        assert len(places(against(joblint, "app"))) == matched

    def test_files_besides(self, repository: Path, joblint: Program) -> None:
        write(repository / "job.yaml", GOOD.replace("name: hello", "name: plain"))
        commit_all(repository)
        write(repository / "job.yaml", NEWER.replace("name: hello", "name: plain"))
        write(repository / "charts/app/values.yaml", "tag: 1.38\n")
        assert places(against(joblint, "charts/app", "job.yaml")) == [("1.36", "1.38"), ("1.36", "1.37")]

    def test_another_directory(self, repository: Path, joblint: Program) -> None:
        chart(repository / "old", JOB)
        write(repository / "charts/app/values.yaml", "tag: 1.38\n")
        assert places(against(joblint, "charts/app", old="old")) == [("1.36", "1.38")]
        assert against(joblint, "charts/app", old="nothing").code == 2

    def test_no_such_revision(self, repository: Path, joblint: Program) -> None:
        done = against(joblint, "charts/app", old="git:gone")
        assert done.code == 2
        assert "--against git:gone: unknown revision `gone`" in done.err

    def test_no_repository(self, here: Path, helm: Path, joblint: Program) -> None:
        chart(here / "app", JOB)
        done = against(joblint, "app")
        assert done.code == 2
        assert done.err.startswith("joblint: --against git:main: app: not in a git repository")


class TestTree:
    """What is written of a commit."""

    def written(self, top: Path, directory: str, kind: str) -> Path:
        tree = Tree(repository := Repository(str(top)), repository.commit("HEAD"))
        into = top.parent / "into"
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir()
        tree.write(tree.of_chart(directory) if kind == "chart" else tree.of_kustomization(directory), str(into))
        return into

    def test_what_a_kustomization_reads(self, here: Path) -> None:
        """As much as is staged of the files that are there: every field that names files, spaces, links, plugins."""
        top = here / "top"
        write(top / "base/kustomization.yml", "resources: [job.yaml, ./cron/, ../other.yaml]\ncrds: [crd.json]\n")
        write(top / "base/cron/Kustomization", "resources:\n- 'a job.yaml'\n- &a job.yaml\n- *a\n")
        for name in ("base/job.yaml", "base/cron/a job.yaml", "base/cron/job.yaml", "other.yaml", "far/x.yaml"):
            write(top / name, GOOD)
        write(top / "base/crd.json", "{}")
        write(
            top / "over/kustomization.yaml",
            "bases: [../base, ../linked]\ncomponents: ['../parts/one']\n"
            "configMapGenerator:\n- name: a\n  files: [a.txt, b=conf/b c.txt, 'x=y=z.txt']\n  envs: [./e.env]\n"
            "secretGenerator: [{name: s, env: e.env}]\n"
            "patches: [{path: p/one.yaml}, {patch: '- op: add'}]\npatchesStrategicMerge: [p/two.yaml]\n"
            "replacements: [{path: r.yaml}]\nopenapi: {path: schema.json}\nconfigurations: [conf.yaml]\n"
            "generators: [plugin.yaml, plugins]\ntransformers:\n- |-\n  apiVersion: builtin\n"
            "  kind: PatchTransformer\n  metadata: {name: x}\n  path: p/three.yaml\n",
        )
        for name in (
            "a.txt",
            "conf/b c.txt",
            "y=z.txt",
            "e.env",
            "r.yaml",
            "schema.json",
            "conf.yaml",
            "v.txt",
            "w.txt",
        ):
            write(top / "over" / name, "a=b\n" if name.endswith(".env") else "{}\n")
        for name in ("one", "two", "three"):
            write(top / f"over/p/{name}.yaml", "{}\n")
        generator = "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: g}\nfiles: [FILE]\n"
        write(top / "over/plugin.yaml", generator.replace("FILE", "v.txt"))
        write(top / "over/plugins/kustomization.yaml", "resources: [g.yaml]\n")
        write(top / "over/plugins/g.yaml", generator.replace("FILE", "w.txt"))
        write(top / "parts/one/kustomization.yaml", "kind: Component\npatches: [{path: ../p.yaml}]\n")
        write(top / "parts/p.yaml", "{}\n")
        write(top / "far/kustomization.yaml", "resources: [x.yaml]\n")
        (top / "linked").symlink_to("far", target_is_directory=True)
        write(top / "unrelated.yaml", GOOD)
        commit_all(top)
        into = self.written(top, "over", "kustomization")
        assert staged(into / "over", into) == staged(top / "over", top)
        assert len(staged(top / "over", top)) == 27
        assert not (into / "unrelated.yaml").exists()

    def test_a_chart_with_links(self, here: Path) -> None:
        top = here / "top"
        chart(top / "app")
        write(top / "shared/a.tpl", "a")
        write(top / "shared/more/b.tpl", "b")
        (top / "app/templates/shared").symlink_to("../../shared")
        (top / "shared/more/c.tpl").symlink_to("../../c.tpl")
        write(top / "c.tpl", "c")
        write(top / "unrelated", "")
        commit_all(top)
        into = self.written(top, "app", "chart")
        assert (into / "app/templates/shared/more/b.tpl").read_text() == "b"
        assert (into / "app/templates/shared/more/c.tpl").read_text() == "c"
        assert sorted(os.listdir(into)) == ["app", "c.tpl", "shared"]

    def test_nothing_is_filtered(self, here: Path) -> None:
        """A checkout, and git archive, would do what attributes say."""
        top = here / "top"
        chart(top / "app", "$Id$ $Format:%H$ \r\n")
        write(top / ".gitattributes", "* filter=a ident export-subst export-ignore eol=lf\n")
        commit_all(top)
        run_git("config", "filter.a.smudge", f"touch {here}/canary", cwd=top)
        into = self.written(top, "app", "chart")
        tree = Tree(repository := Repository(str(top)), repository.commit("HEAD"))
        ((_, data),) = tree.read(["app/templates/job.yaml"])
        assert (into / "app/templates/job.yaml").read_bytes() == data
        assert not (here / "canary").exists()

    def test_links_lead_nowhere_else(self, here: Path) -> None:
        """They are written, and refused where they are looked at: no byte behind one is read."""
        top = here / "top"
        write(here / "secret", "token")
        for number, target in enumerate(
            (str(here / "secret"), "../../../secret", "/proc/self/environ", "../.git/config")
        ):
            shutil.rmtree(top, ignore_errors=True)
            write(top / "k/kustomization.yaml", "configMapGenerator: [{name: a, files: [link]}]\n")
            (top / "k/link").symlink_to(target)
            commit_all(top)
            into = self.written(top, "k", "kustomization")
            with pytest.raises(RenderError) as caught:
                staged(into / "k", into)
            assert caught.value.path.endswith("k/kustomization.yaml"), number
            assert "`link` " in str(caught.value)

    def test_a_tree_that_was_made_by_hand(self, here: Path) -> None:
        """Paths that lead up, into `.git`, and below a link: written nowhere else."""
        top = here / "top"
        chart(top / "app")
        commit_all(top)
        tree = Tree(repository := Repository(str(top)), repository.commit("HEAD"))
        blob = tree.names["app/Chart.yaml"]
        odd = ("app/../../out", "app/.git/config", "app/.GIT/hooks/x", "app//x", "app/a\\..\\x", "app/c:x", "app/./x")
        tree.names.update(dict.fromkeys((*odd, "app/up/in", "app/up2/deep"), blob))
        tree.links.update({"app/up": str(here), "app/up2/deep": str(here), "app/up2": str(here)})
        tree.names.update(dict.fromkeys(tree.links, blob))
        into = here / "into"
        into.mkdir()
        before = {path for path in here.rglob("*") if into not in path.parents}
        tree.write(tree.names, str(into))
        assert {path for path in here.rglob("*") if into not in path.parents} == before
        assert (into / "app/up/in").is_file()
        assert not (into / "app/up").is_symlink()
        assert {path.name for path in into.rglob("*") if path.is_file()} == {"Chart.yaml", "job.yaml", "in"}

    def test_too_much(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from joblint.project import git_tree

        top = here / "top"
        chart(top / "app")
        commit_all(top)
        monkeypatch.setattr(git_tree, "MAX_BYTES", 10)
        with pytest.raises(RenderError, match="its files are larger than"):
            self.written(top, "app", "chart")
        monkeypatch.setattr(git_tree, "MAX_FILES", 1)
        with pytest.raises(RenderError, match="it has more than 1 files"):
            self.written(top, "app", "chart")
        monkeypatch.setattr(git_tree, "_MAX_LISTED", 1)
        with pytest.raises(GitError, match="more files than joblint reads"):
            self.written(top, "app", "chart")


def staged(path: Path, tree: Path) -> dict[str, str]:
    """What a stage has of a kustomization, by its path in the tree. Raises RenderError."""
    (tree / ".git").mkdir(exist_ok=True)  # the tree's end
    with workplace() as made:
        stage = Stage(Bounds(str(path)), made)
        stage.take_all()
        return {
            os.path.relpath(os.path.join(folder, name), stage.tree): Path(folder, name).read_text()
            for folder, _, names in os.walk(stage.tree)
            for name in names
        }


@pytest.mark.skipif(shutil.which("helm") is None, reason="helm is not here")
def test_with_helm(here: Path, joblint: Program) -> None:
    chart(here / "app", GOOD.replace("busybox:1.36", "busybox:{{ .Values.tag }}"))
    write(here / "app/values.yaml", "tag: '1.36'\n")
    commit_all(here)
    assert against(joblint, "app").code == 0
    write(here / "app/values.yaml", "tag: '1.37'\n")
    assert places(against(joblint, "app")) == [("1.36", "1.37")]
    assert against(joblint, "app", "--set-string", "tag=1.40").code == 0


@pytest.mark.skipif(shutil.which("kustomize") is None, reason="kustomize is not here")
def test_with_kustomize(here: Path, joblint: Program) -> None:
    """A hash in the name of a ConfigMap changes the Job that reads it, which the server refuses."""
    write(
        here / "base/job.yaml",
        GOOD.replace("image: busybox:1.36", "image: a\n        envFrom: [{configMapRef: {name: conf}}]"),
    )
    write(here / "base/conf.env", "depth=3\n")
    generated = "resources: [job.yaml]\nconfigMapGenerator: [{name: conf, envs: [conf.env]}]\n"
    write(here / "base/kustomization.yaml", generated)
    write(here / "over/kustomization.yaml", "resources: [../base]\nnamePrefix: prod-\n")
    commit_all(here)
    assert against(joblint, "over").code == 0
    write(here / "base/conf.env", "depth=4\n")
    done = against(joblint, "over")
    assert (done.code, done.out.count(f"error[{RULE}]")) == (1, 1)
    assert done.out.startswith("base/job.yaml (rendered, line ")
    write(here / "over/kustomization.yaml", "resources: [../base]\nnamePrefix: next-\n")
    assert "0 also in git:main" in against(joblint, "over").err
