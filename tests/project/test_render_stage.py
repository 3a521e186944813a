"""What of a kustomization kustomize gets to see: copies of files of the tree, and no way to anything else."""

import base64
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.manifests.boundary import inside
from joblint.project.render.bounds import Bounds
from joblint.project.render.contained import RenderError, workplace
from joblint.project.render.remote import is_remote
from joblint.project.render.stage import Stage
from tests.cli.program import Program
from tests.project.rendering import fake
from tests.support import BAD, GOOD, write

pytestmark = pytest.mark.usefixtures("here")
real = pytest.mark.skipif(not (shutil.which("kustomize") or shutil.which("kubectl")), reason="kustomize is not here")

REMOTE = [
    "https://example.com/x.yaml", "HTTPS://example.com/x.yaml", "http://127.0.0.1:18099/x.yaml", "http://[::1]/x",
    "file:///nowhere/x?ref=--upload-pack=touch canary", "FILE:///x", "ssh://git@host/org/repo", "ssh:host",
    "git@github.com:org/repo", "git@host:org/repo.git//sub?ref=main", "user@host/org/repo", "a@b/c/d",
    "github.com/org/repo", "GitHub.com/org/repo//sub?ref=v1", "github.com:org/repo", "gh:org/repo",
    "git::https://host/org/repo", "GIT::ssh://x", "git::git::x", "git://host/org/repo", "git+ssh://host/x",
    "https://org@dev.azure.com/org/project/_git/repo//x", "gitlab.com/org/repo", "bitbucket.org/org/repo.git",
    "s3::https://s3.amazonaws.com/x", "hg::http://x", "ext::sh -c touch%20x", " https://example.com/x", "oci://x/y",
    "data:text/plain,x", "ftp://x/y",
]  # fmt: skip


def staged(path: str = "k") -> dict[str, str]:
    """The files of a stage for a kustomization, by their path in the tree. Raises RenderError."""
    with workplace() as made:
        stage = Stage(Bounds(path), made)
        stage.take_all()
        found = {}
        for folder, _, names in os.walk(stage.tree):
            for name in names:
                whole = os.path.join(folder, name)
                assert not os.path.islink(whole)
                found[os.path.relpath(whole, stage.tree)] = Path(whole).read_text()
        return found


def refused(path: str = "k") -> tuple[str, str]:
    """Of what error, and of which file, a kustomization is refused for."""
    with pytest.raises(RenderError) as caught:
        staged(path)
    return caught.value.path, str(caught.value)


def kustomization(tmp_path: Path, text: str, folder: str = "k") -> None:
    write(tmp_path / folder / "kustomization.yaml", text)


FIELDS = {
    "resources": "resources: ['{}']", "bases": "bases:\n- '{}'", "components": "components: ['{}']",
    "crds": "crds: ['{}']", "configurations": "configurations: ['{}']", "openapi": "openapi: {{path: '{}'}}",
    "generators": "generators: ['{}']", "transformers": "transformers: ['{}']", "validators": "validators: ['{}']",
    "files": "configMapGenerator:\n- files: ['{}']", "keyed": "configMapGenerator:\n- files: ['a={}']",
    "envs": "secretGenerator:\n- envs: ['{}']", "env": "secretGenerator:\n- env: '{}'",
    "patch path": "patches:\n- path: '{}'", "patch": "patches: ['{}']", "json": "patchesJson6902: [{{path: '{}'}}]",
    "strategic": "patchesStrategicMerge: ['{}']", "replacements": "replacements: [{{path: '{}'}}]",
    "other case": "Resources: ['{}']", "a long s": "re\\u017fources: ['{}']", "merged": "<<: {{resources: ['{}']}}",
    "alias": "commonLabels: {{a: &a '{}'}}\nresources: [*a]",
}  # fmt: skip


class TestRemote:
    @pytest.mark.parametrize("url", REMOTE)
    def test_each_spelling(self, tmp_path: Path, url: str) -> None:
        kustomization(tmp_path, f"resources:\n- '{url}'\n")
        path, said = refused()
        assert path == "k/kustomization.yaml"
        assert said.startswith("line 2, column 3: `")
        assert "` is remote: --render works without a network" in said

    @pytest.mark.parametrize("field", FIELDS)
    @pytest.mark.parametrize("url", ["https://example.com/x", "HTTP://127.0.0.1/x"])
    def test_each_field(self, tmp_path: Path, field: str, url: str) -> None:
        text = FIELDS[field].format(url)
        kustomization(tmp_path, text.encode().decode("unicode_escape"))
        assert "is remote" in refused()[1]

    @pytest.mark.parametrize("field", FIELDS)
    def test_a_directory_of_that_name_changes_nothing(self, tmp_path: Path, field: str) -> None:
        kustomization(tmp_path, "resources: []", "k/https:/example.com")
        kustomization(tmp_path, FIELDS[field].format("https://example.com").encode().decode("unicode_escape"))
        assert "is remote" in refused()[1]

    @pytest.mark.parametrize(
        "written",
        [
            '"\\x68ttps://example.com/x"', f"!!binary {base64.b64encode(b'https://example.com/x').decode()}",
            ">-\n  https://example.com/x", "!!str https://example.com/x", "&a https://example.com/x",
        ],
    )  # fmt: skip
    def test_however_it_is_written(self, tmp_path: Path, written: str) -> None:
        kustomization(tmp_path, f"resources:\n- {written}\n")
        assert "`https://example.com/x` is remote" in refused()[1]

    def test_json_and_utf_16(self, tmp_path: Path) -> None:
        (tmp_path / "k").mkdir()
        text = json.dumps({"resources": ["https://example.com/x"]})
        (tmp_path / "k" / "Kustomization").write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
        assert refused()[0] == "k/Kustomization"

    @pytest.mark.parametrize("field", ["resources", "bases", "components"])
    def test_in_what_it_leads_to(self, tmp_path: Path, field: str) -> None:
        kustomization(tmp_path, f"{field}: [../a]")
        kustomization(tmp_path, "kind: Component\nresources: [../b]", "a")
        kustomization(tmp_path, "patches:\n- path: https://example.com/x", "b")
        path, said = refused()
        assert (path, said.partition(": ")[0]) == ("b/kustomization.yaml", "line 2, column 9")

    def test_kustomize_is_not_started(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        fake(tools, "kustomize", f"open({str(tools / 'started')!r}, 'w')")
        kustomization(tmp_path, "resources:\n- file:///x?ref=--upload-pack=touch canary\n")
        done = joblint("check", "--render", "k")
        assert done.code == 2
        assert done.err.startswith("joblint: k/kustomization.yaml: line 2, column 3: `file:///x?ref=")
        assert not (tools / "started").exists()

    def test_what_is_a_path(self) -> None:
        for path in ("base", "../base", "./a:b", "a/b:c", "a@b.yaml", "C:\\x", "github.company/x", "a/github.com/b"):
            assert not is_remote(path), path


FUNCTION = "config.kubernetes.io/function"


class TestPlugins:
    INLINE = "{}: ['{}']"
    FILE = "transformers: [t.yaml]"

    def config(self, **fields: object) -> str:
        return json.dumps({"apiVersion": "builtin", "metadata": {"name": "x"}, **fields})

    REFUSED = (
        ({"kind": "PatchTransformer", "path": "https://x/y"}, "is remote"),
        ({"kind": "PatchTransformer", "Path": "https://x/y"}, "is remote"),
        ({"kind": "PatchJson6902Transformer", "path": "../../../x"}, "is outside of"),
        ({"kind": "PatchStrategicMergeTransformer", "paths": ["http://x"]}, "is remote"),
        ({"kind": "ReplacementTransformer", "replacements": [{"path": "http://x"}]}, "is remote"),
        ({"kind": "ConfigMapGenerator", "files": ["a=http://x"]}, "is remote"),
        ({"kind": "SecretGenerator", "envs": ["http://x"]}, "is remote"),
        ({"kind": "ValueAddTransformer", "targetFilePath": "http://x"}, "is remote"),
        ({"kind": "HelmChartInflationGenerator", "name": "x"}, "Helm charts in a kustomization"),
        ({"kind": "Unheard"}, "is not a built-in kustomize plugin"),
        ({"apiVersion": "example.com/v1", "kind": "PatchTransformer"}, "others start programs"),
        ({"apiVersion": None, "metadata": {"annotations": {FUNCTION: "exec: {path: sh}"}}}, "others start programs"),
        ({"kind": "List", "apiVersion": "v1", "items": []}, "others start programs"),
    )  # fmt: skip

    @pytest.mark.parametrize(("fields", "said"), REFUSED)
    @pytest.mark.parametrize("field", ["generators", "transformers", "validators"])
    def test_refused(self, tmp_path: Path, fields: dict[str, object], said: str, field: str) -> None:
        config = self.config(**fields)
        kustomization(tmp_path, json.dumps({field: [config]}))
        path, told = refused()
        assert (path, said in told) == ("k/kustomization.yaml", True), told
        kustomization(tmp_path, json.dumps({field: ["t.yaml"]}))
        write(tmp_path / "k" / "t.yaml", f"# the first\n---\n{self.config(kind='LabelTransformer')}\n---\n{config}\n")
        path, told = refused()
        assert (path, told.partition(",")[0], said in told) == ("k/t.yaml", "line 5", True), told

    def test_a_directory_of_them(self, tmp_path: Path) -> None:
        """They read their files from where they are used."""
        kustomization(tmp_path, "transformers: [../t]")
        kustomization(tmp_path, "resources: [t.yaml]", "t")
        write(tmp_path / "t" / "t.yaml", self.config(kind="PatchTransformer", path="p.yaml"))
        assert "`p.yaml` does not exist" in refused()[1]
        write(tmp_path / "k" / "p.yaml", "x")
        assert json.loads(staged()["t/t.yaml"])["path"] == "./p.yaml"

    def test_a_directory_that_makes_them(self, tmp_path: Path) -> None:
        """What a kustomization makes of a configuration is not known before."""
        kustomization(tmp_path, "transformers: [../t]")
        kustomization(tmp_path, "resources: [t.yaml]\npatches: [{path: p.yaml}]", "t")
        assert refused() == (
            "t/kustomization.yaml",
            "line 2, column 1: --render does not support `patches` in a directory of plugins",
        )


class TestTree:
    """No repository here: the tree is the current directory."""

    @pytest.mark.parametrize("field", [name for name in FIELDS if name != "keyed"])
    def test_outside(self, tmp_path: Path, field: str) -> None:
        write(tmp_path.parent / "secret", "x")
        kustomization(tmp_path, "resources: []", "../elsewhere")
        for path in ("../../secret", "../../elsewhere", "/etc/hosts", f"{tmp_path.parent}/secret", "../../nothing"):
            kustomization(tmp_path, FIELDS[field].format(path).encode().decode("unicode_escape"))
            assert "is outside of" in refused()[1], path

    @pytest.mark.parametrize("field", [name for name in FIELDS if name != "keyed"])
    def test_links(self, tmp_path: Path, field: str) -> None:
        write(tmp_path.parent / "secret", "x")
        kustomization(tmp_path, "resources: []", "../elsewhere")
        (tmp_path / "k").mkdir()
        (tmp_path / "k" / "file").symlink_to(tmp_path.parent / "secret")
        (tmp_path / "k" / "directory").symlink_to(tmp_path.parent / "elsewhere")
        for path in ("file", "directory", "directory/kustomization.yaml"):
            kustomization(tmp_path, FIELDS[field].format(path).encode().decode("unicode_escape"))
            assert "is a link out of" in refused()[1], path

    def test_the_kustomization_is_a_link(self, tmp_path: Path) -> None:
        write(tmp_path.parent / "secret.yaml", "resources: []")
        (tmp_path / "k").mkdir()
        (tmp_path / "k" / "kustomization.yaml").symlink_to(tmp_path.parent / "secret.yaml")
        path, said = refused()
        assert (path, "is a link out of" in said) == ("k/kustomization.yaml", True)

    def test_links_inside(self, tmp_path: Path) -> None:
        kustomization(tmp_path, "resources: [link, file.yaml]")
        kustomization(tmp_path, "namePrefix: a-", "base")
        write(tmp_path / "base" / "job.yaml", GOOD)
        (tmp_path / "k" / "link").symlink_to("../base")
        (tmp_path / "k" / "file.yaml").symlink_to("../base/job.yaml")
        found = staged()
        assert json.loads(found["k/kustomization.yaml"]) == {"resources": ["./../base", "./file.yaml"]}
        assert found["k/file.yaml"] == GOOD

    def test_of_a_repository(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its top, wherever joblint is started."""
        (tmp_path / "r" / ".git").mkdir(parents=True)
        kustomization(tmp_path, "resources: [../../base]", "r/over/k")
        kustomization(tmp_path, "namePrefix: a-", "r/base")
        monkeypatch.chdir(tmp_path / "r" / "over" / "k")
        assert set(staged(".")) == {"over/k/kustomization.yaml", "base/kustomization.yaml"}
        kustomization(tmp_path, "resources: [../../../base]", "r/over/k")
        kustomization(tmp_path, "namePrefix: a-", "base")
        assert "is outside of" in refused(".")[1]

    def test_no_fifo_is_opened(self, tmp_path: Path) -> None:
        kustomization(tmp_path, "resources: [a.yaml]")
        os.mkfifo(tmp_path / "k" / "a.yaml")
        assert refused()[1] == "line 1, column 13: `a.yaml` must be a file, but is not a regular file"
        (tmp_path / "k" / "kustomization.yaml").unlink()
        os.mkfifo(tmp_path / "k" / "kustomization.yaml")
        assert "is a FIFO" in refused()[1]

    @pytest.mark.parametrize(
        ("file", "named"),
        [
            ("kustomization.yaml", "kustomization.yaml"),
            ("Kustomization", "./Kustomization"),
            ("kustomization.yml", "../k/kustomization.yml"),
        ],
    )
    def test_no_copy_takes_the_place_of_a_kustomization(self, tmp_path: Path, file: str, named: str) -> None:
        write(tmp_path / "k" / file, f"configMapGenerator: [{{files: ['{named}']}}]")
        assert "is a kustomization: name its directory instead" in refused()[1]


class TestBounds:
    def test_levels(self, tmp_path: Path) -> None:
        kustomization(tmp_path, "commonAnnotations: " + "[" * 200 + "]" * 200)
        assert "nested more than 100 levels deep" in refused()[1]

    def test_a_bomb(self, tmp_path: Path) -> None:
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
        kustomization(tmp_path, "\n".join(lines))
        assert "its values are too large" in refused()[1]

    @pytest.mark.parametrize("path", ["../.git/config", "../sub/.git/config", "../.GIT/config", "link"])
    def test_what_git_keeps(self, tmp_path: Path, path: str) -> None:
        """CI leaves its token there."""
        for folder in (".git", "sub/.git", ".GIT"):
            write(tmp_path / folder / "config", "x")
        kustomization(tmp_path, f"configMapGenerator: [{{name: a, files: [{path}]}}]")
        (tmp_path / "k" / "link").symlink_to("../.git/config")
        assert "into a `.git` directory, which joblint does not read" in refused()[1]

    def test_a_field_that_is_set_twice(self, tmp_path: Path) -> None:
        """As kustomize has it: the last one counts."""
        kustomization(tmp_path, "namespace: a\nnamespace: b\n")
        assert json.loads(staged()["k/kustomization.yaml"]) == {"namespace": "b"}

    def test_loops(self, tmp_path: Path) -> None:
        kustomization(tmp_path, "resources: [../a]")
        kustomization(tmp_path, "resources: [../k]", "a")
        assert set(staged()) == {"k/kustomization.yaml", "a/kustomization.yaml"}

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("a: [", "line 1, column "), ("- a", "must be a mapping"), ("", "must be a mapping"),
            ("unheard: 1", "line 1, column 1: `unheard` is not a field of a kustomization"),
            ("resources: []\nResources: []", "line 2, column 1: `resources` is set twice"),
            ("helmCharts: [{name: a}]", "line 1, column 13: Helm charts in a kustomization are not rendered"),
            ("helmChartInflationGenerator: [{name: a}]", "line 1, column 30: Helm charts in a kustomization"),
            ("resources: [nothing.yaml]", "line 1, column 13: `nothing.yaml` does not exist"),
            ("resources: ['']", "is not a valid path"), ("resources: [\"a\\0b\"]", "is not a valid path"),
            ("components: [a.yaml]", "does not exist"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_told(self, tmp_path: Path, text: str, said: str) -> None:
        kustomization(tmp_path, text)
        path, told = refused()
        assert (path, said in told) == ("k/kustomization.yaml", True), told

    def test_several(self, tmp_path: Path) -> None:
        kustomization(tmp_path, "resources: []")
        write(tmp_path / "k" / "Kustomization", "resources: []")
        assert refused()[1] == (
            "cannot be rendered: it has more than one kustomization: kustomization.yaml, Kustomization"
        )


class TestCopy:
    """What is allowed comes out as it was meant."""

    TEXT = """\
# all that reads a file
resources: [job.yaml, ../base]
components:
- ../component
namePrefix: yes-
commonLabels: {a: "1", b: y}
configMapGenerator:
- name: c
  files: [conf.ini, key=conf.ini]
  envs: [.env]
patches:
- path: patch.yaml
- patch: |-
    kind: Job
    metadata: {name: x}
patchesStrategicMerge:
- patch.yaml
- |-
  kind: Job
  metadata: {name: x}
- '{"kind": "Job"}'
transformers:
- |-
  apiVersion: builtin
  kind: PrefixTransformer
  metadata: {name: x}
  prefix: "on"
"""

    def test_values(self, tmp_path: Path) -> None:
        kustomization(tmp_path, self.TEXT)
        kustomization(tmp_path, "kind: Component", "component")
        kustomization(tmp_path, "resources: []", "base")
        for name in ("job.yaml", "conf.ini", ".env", "patch.yaml"):
            write(tmp_path / "k" / name, f"# {name}: as it is\n")
        found = staged()
        assert found["k/conf.ini"] == "# conf.ini: as it is\n"
        got = json.loads(found["k/kustomization.yaml"])
        assert json.loads(got.pop("transformers")[0]) == {
            "apiVersion": "builtin", "kind": "PrefixTransformer", "metadata": {"name": "x"}, "prefix": "on",
        }  # fmt: skip
        inline = "kind: Job\nmetadata: {name: x}"
        assert got == {
            "resources": ["./job.yaml", "./../base"],
            "components": ["./../component"],
            "namePrefix": "yes-",
            "commonLabels": {"a": "1", "b": True},
            "configMapGenerator": [{"name": "c", "files": ["./conf.ini", "key=./conf.ini"], "envs": ["./.env"]}],
            "patches": [{"path": "./patch.yaml"}, {"patch": inline}],
            "patchesStrategicMerge": ["./patch.yaml", inline, '{"kind": "Job"}'],
        }

    @real
    def test_with_the_program(self, joblint: Program, tmp_path: Path) -> None:
        kustomization(
            tmp_path,
            """\
resources: [job.yaml, ../base]
components: [../component]
nameSuffix: -x
configMapGenerator: [{name: c, files: [conf.ini, key=conf.ini], envs: [.env]}]
patches: [{path: patch.yaml}]
transformers: [t.yaml]
""",
        )
        kustomization(
            tmp_path, "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\n", "component"
        )
        kustomization(tmp_path, "resources: [bad.yaml]\n", "base")
        write(tmp_path / "base" / "bad.yaml", BAD.replace("name: hello\nspec", "name: bad\nspec"))
        for name, text in (("conf.ini", "x"), (".env", "A=b\n"), ("job.yaml", GOOD)):
            write(tmp_path / "k" / name, text)
        patch = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: hello}\nspec: {backofflimit: 3}\n"
        write(tmp_path / "k" / "patch.yaml", patch)
        config = "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: t}\nprefix: p-\n"
        write(tmp_path / "k" / "t.yaml", f"{config}fieldSpecs: [{{path: metadata/name}}]\n")
        done = joblint("check", "--render", "--format", "json", "k")
        assert done.code == 1, done.err
        found = json.loads(done.out)["findings"]
        assert {one["rule"] for one in found} == {"unknown-field"}
        assert sorted((one["object"]["name"], one["path"], one["origin"]) for one in found) == [
            ("p-c-bad-x", "base/bad.yaml", ""),
            ("p-c-hello-x", "k", "k/job.yaml"),  # the patch wrote it
        ]

    @real
    def test_messages_name_the_files_as_the_user_does(self, joblint: Program, tmp_path: Path) -> None:
        kustomization(tmp_path, "resources: [../base]\n")
        kustomization(tmp_path, "resources: [broken.yaml]\n", "base")
        write(tmp_path / "base" / "broken.yaml", "a: [\n")
        done = joblint("check", "--render", "k")
        assert done.code == 2
        assert "joblint-" not in done.err
        assert f"{os.path.realpath(tmp_path)}/base" in done.err


PATHS = st.one_of(
    st.sampled_from(REMOTE),
    st.lists(st.sampled_from(("..", ".", "k", "a.yaml", "link", "out", "", "x:y", "http:", "a@b"))).map("/".join),
    st.text(max_size=12),
)  # fmt: skip


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("tree")
    (top / ".git").mkdir()
    kustomization(top, "resources: []", "k/k")
    for name in ("a.yaml", "x:y", "a@b"):
        write(top / "k" / name, GOOD)
    (top / "k" / "link").symlink_to(".")
    (top / "k" / "out").symlink_to("..")
    (top / "out").symlink_to("..")
    return top


MAY_BE_TEXT = ("patch", "strategic", "generators", "transformers", "validators")
ONLY_PATHS = [name for name in FIELDS if name not in ("a long s", "merged", "alias", "other case")]


@given(st.sampled_from(ONLY_PATHS), PATHS)
def test_any_path_is_refused_or_stays_inside(tree: Path, field: str, path: str) -> None:
    """Whatever is written comes out as a path that begins with `./` and leads to a file of the copy, or as a text."""
    keyed, text = "'a={}'" in FIELDS[field], FIELDS[field].replace("'a={}'", "'{}'").replace("'{}'", "{}")
    text = text.format(json.dumps(f"a={path}" if keyed else path))
    (tree / "k" / "kustomization.yaml").write_text(text)
    with workplace() as made:
        stage = Stage(Bounds(str(tree / "k")), made)
        try:
            stage.take_all()
        except RenderError:
            return
        for value in filter(None, _strings(json.loads(Path(stage.top, "kustomization.yaml").read_text()))):
            written = value.rpartition("=")[2]
            if not written.startswith("./"):
                assert field in MAY_BE_TEXT
                assert not re.match(r"\s*https?:", value, re.IGNORECASE)
                continue
            whole = os.path.normpath(os.path.join(stage.top, written))
            assert inside(whole, stage.tree)
            assert os.path.lexists(whole)


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in _strings(one)]
    return [text for one in value for text in _strings(one)] if isinstance(value, list) else []
