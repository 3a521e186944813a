"""`--render`, and outputs of helm and kustomize that come through a pipe: findings name the template."""

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.manifests.origin import Rendered, piped
from tests.cli.program import Program
from tests.project.rendering import CHART, TEMPLATE, chart, fake
from tests.support import BAD, GOOD, named, write

PIPED = (
    f"---\n# Source: app/templates/good.yaml\n{named('hello-first')}"
    f"---\n# Source: app/charts/sub/templates/bad.yaml\n{BAD}"
)
BUILT = BAD.replace(
    "metadata:\n", "metadata:\n  annotations:\n    config.kubernetes.io/origin: |\n      path: ../base/job.yaml\n"
)

pytestmark = pytest.mark.usefixtures("here")


def found(out: str) -> list[tuple[str, str, int, str, object]]:
    """Of a JSON report: path, origin, line, rule and fix of each finding."""
    keys = ("path", "origin", "line", "rule", "fix")
    return [tuple(one[key] for key in keys) for one in json.loads(out)["findings"]]


class TestPiped:
    """What comes through a pipe tells its templates itself."""

    def test_helm(self, joblint: Program) -> None:
        done = joblint("check", "--format", "json", "-", stdin=PIPED.encode())
        assert done.code == 1
        assert found(done.out) == [("<stdin>", "app/charts/sub/templates/bad.yaml", 21, "unknown-field", None)]

    def test_kustomize(self, joblint: Program) -> None:
        done = joblint("check", "--format", "json", "-", stdin=BUILT.encode())
        assert found(done.out) == [("<stdin>", "../base/job.yaml", 9, "unknown-field", None)]

    def test_concise(self, joblint: Program) -> None:
        done = joblint("check", "-", stdin=PIPED.encode())
        place = "app/charts/sub/templates/bad.yaml (rendered, line 21 of the output)"
        assert done.out.startswith(f"{place}: error[unknown-field] ")

    def test_text(self, joblint: Program) -> None:
        done = joblint("check", "--format", "text", "-", stdin=PIPED.encode())
        place = "app/charts/sub/templates/bad.yaml (rendered, line 21 of the output)"
        assert f"\n  --> {place}\n" in done.out
        assert "\n21 |   paralelism: 2\n   |   ^^^^^^^^^^\n" in done.out

    def test_never_fixed(self, joblint: Program) -> None:
        done = joblint("fix", "-", stdin=PIPED.encode())
        assert (done.code, done.out) == (1, PIPED)
        assert "bad.yaml (rendered, line 21 of the output): error[unknown-field]" in done.err

    def test_document_that_does_not_parse(self, joblint: Program) -> None:
        broken = "---\n# Source: app/templates/x.yaml\nkind: Job\napiVersion: batch/v1\na: [\n"
        done = joblint("check", "--format", "json", "-", stdin=broken.encode())
        assert [(origin, rule) for _, origin, _, rule, _ in found(done.out)] == [
            ("app/templates/x.yaml", "unreadable-document")
        ]

    def test_suppression_of_no_use(self, joblint: Program) -> None:
        comment = "kind: Job # joblint: ignore[unknown-field] no reason"
        text = PIPED.replace("kind: Job", comment, 1)
        done = joblint("check", "--format", "json", "-", stdin=text.encode())
        assert [(origin, line) for _, origin, line, _, _ in found(done.out)] == [
            ("app/templates/good.yaml", 4),
            ("app/charts/sub/templates/bad.yaml", 21),
        ]

    @pytest.mark.parametrize(
        "comment", ["# Source: https://example.org/x.yaml", "# Source: my own", "# source: a/templates/b"]
    )
    def test_other_comments_are_none(self, joblint: Program, comment: str) -> None:
        done = joblint("check", "--format", "json", "-", stdin=f"{comment}\n{BAD}".encode())
        assert [(path, origin, line) for path, origin, line, _, _ in found(done.out)] == [("<stdin>", "", 7)]
        assert found(done.out)[0][4] is not None

    def test_a_file_keeps_its_lines_and_fixes(self, joblint: Program, tmp_path: Path) -> None:
        write(tmp_path / "out.yaml", PIPED)
        done = joblint("check", "--format", "json", "out.yaml")
        (path, origin, line, _, fix), *_ = found(done.out)
        assert (path, origin, line) == ("out.yaml", "", 21)
        assert fix is not None

    def test_a_named_standard_input_is_a_file(self, joblint: Program) -> None:
        done = joblint("check", "--stdin-filename", "out.yaml", "-", stdin=PIPED.encode())
        assert done.out.startswith("out.yaml:21:3: ")


class TestHosts:
    """A host's report names the template, and no line of it."""

    def report(self, joblint: Program, format_: str) -> str:
        return joblint("check", "--format", format_, "-", stdin=PIPED.encode()).out

    def test_github(self, joblint: Program) -> None:
        properties = self.report(joblint, "github").split("::")[1].split(" ", 1)[1]
        assert properties == "title=joblint%3A unknown-field,file=app/charts/sub/templates/bad.yaml"

    def test_gitlab(self, joblint: Program) -> None:
        (entry,) = json.loads(self.report(joblint, "gitlab"))
        assert entry["location"] == {"path": "app/charts/sub/templates/bad.yaml", "lines": {"begin": 1}}

    def test_sarif(self, joblint: Program) -> None:
        (result,) = json.loads(self.report(joblint, "sarif"))["runs"][0]["results"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "app/charts/sub/templates/bad.yaml"
        assert "region" not in place
        assert "fixes" not in result

    def test_junit(self, joblint: Program) -> None:
        out = self.report(joblint, "junit")
        assert 'name="unknown-field at 21:3 of app/charts/sub/templates/bad.yaml"' in out
        assert 'file="app/charts/sub/templates/bad.yaml" time=' in out

    def test_checkstyle(self, joblint: Program) -> None:
        out = self.report(joblint, "checkstyle")
        assert '<file name="app/charts/sub/templates/bad.yaml">\n    <error line="0" severity=' in out

    def test_markdown(self, joblint: Program) -> None:
        assert "`app/charts/sub/templates/bad.yaml (rendered, line 21 of the output)`" in self.report(
            joblint, "markdown"
        )

    def test_fingerprint_is_of_the_template(self, joblint: Program) -> None:
        def fingerprint(text: str) -> str:
            done = joblint("check", "--format", "json", "-", stdin=text.encode())
            return str(json.loads(done.out)["findings"][0]["fingerprint"])

        moved = PIPED.replace("bad.yaml", "other.yaml")
        assert fingerprint(PIPED) == fingerprint(f"# one more line\n{PIPED}") != fingerprint(moved)


class TestRender:
    """Programs that only seem to be helm and kustomize."""

    def test_helm(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "charts" / "x")
        fake(tools, "helm", f"json.dump(sys.argv[1:], open({str(tools / 'said')!r}, 'w'))\nprints({PIPED!r})")
        done = joblint("check", "--render", "--kube-version", "1.24,1.29", "--format", "json", "charts/x")
        assert found(done.out) == [("charts/x", "charts/x/charts/sub/templates/bad.yaml", 21, "unknown-field", None)]
        command, copy, *options = json.loads((tools / "said").read_text())
        assert (command, options) == ("template", ["--kube-version", "1.29"])
        assert os.path.basename(copy) == "chart"
        assert not os.path.exists(copy)

    def test_kube_version_of_the_chart(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "x")
        write(tmp_path / "x" / ".joblint.yaml", "kube-version: '1.25'\n")
        fake(tools, "helm", f"prints({PIPED!r}.replace('hello', 'v' + sys.argv[-1]))")
        done = joblint("check", "--render", "--format", "json", "x")
        assert json.loads(done.out)["findings"][0]["object"]["name"] == "v1.25-first"
        assert json.loads(done.out)["kubeVersions"] == ["1.25"]

    @pytest.mark.parametrize(("program", "arguments"), [("kustomize", ["build"]), ("kubectl", ["kustomize"])])
    def test_kustomize(self, joblint: Program, tools: Path, tmp_path: Path, program: str, arguments: list[str]) -> None:
        write(tmp_path / "k" / "over" / "kustomization.yaml", "resources: [../base]\n")
        write(tmp_path / "k" / "base" / "kustomization.yaml", "resources: [job.yaml]\n")
        write(tmp_path / "k" / "base" / "job.yaml", BAD)
        # What a real one does: paths are told from the kustomization that is built.
        fake(
            tools,
            program,
            f"""
            assert sys.argv[1:-1] == {arguments!r}
            around = json.load(open(os.path.join(sys.argv[-1], "kustomization.yaml")))
            assert around["buildMetadata"] == ["originAnnotations"]
            prints({BUILT!r}.replace("../base", os.path.join(around["resources"][0], "../base")))
            """,
        )
        done = joblint("check", "--render", "--format", "json", "k/over")
        assert found(done.out) == [("k/base/job.yaml", "", 6, "unknown-field", None)]
        assert json.loads(done.out)["findings"][0]["output"] == "k/over:9:3"

    def test_kustomize_without_origins(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        write(tmp_path / "k" / "kustomization.yaml", "resources: []\n")
        fake(tools, "kustomize", f"sys.exit(1) if 'around' in sys.argv[2] else prints({BAD!r})")
        done = joblint("check", "--render", "--format", "json", "k")
        assert found(done.out) == [("k", "k", 6, "unknown-field", None)]

    def test_other_paths_are_read(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "x")
        write(tmp_path / "plain" / "bad.yaml", BAD)
        fake(tools, "helm", f"prints({PIPED!r})")
        done = joblint("check", "--render", "--format", "json", "x", "plain", "-", stdin=GOOD.encode())
        assert [path for path, *_ in found(done.out)] == ["plain/bad.yaml", "x"]
        assert json.loads(done.out)["summary"]["files"] == 3

    def test_nothing_else_is_read(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "x", BAD)
        fake(tools, "helm", f"prints({GOOD!r})")
        assert joblint("check", "--render", "x").code == 0
        assert joblint("check", "--render", ".").code == 1  # `.` is no chart: what lies below it is not rendered

    def test_excluded(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "x")
        done = joblint("check", "--render", "-v", "--exclude", "x/", "x")
        assert done.code == 0
        assert "x: left alone: is excluded by --exclude" in done.err

    def test_fix_changes_nothing(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "x")
        fake(tools, "helm", f"prints({PIPED!r})")
        done = joblint("fix", "--render", "x")
        assert done.code == 1
        assert (tmp_path / "x" / "templates" / "job.yaml").read_text() == TEMPLATE

    def test_baseline(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        """What is known stays known when the output has other lines."""
        chart(tmp_path / "x")
        fake(tools, "helm", f"prints({PIPED!r})")
        assert joblint("check", "--render", "--write-baseline=b.json", "x").code == 0
        fake(tools, "helm", f"prints('# one more' + chr(10) + {PIPED!r})")
        assert joblint("check", "--render", "--baseline", "b.json", "x").code == 0
        fake(tools, "helm", f"prints({PIPED!r}.replace('bad.yaml', 'other.yaml'))")
        assert joblint("check", "--render", "--baseline", "b.json", "x").code == 0  # the template was renamed
        fake(tools, "helm", f"prints({PIPED!r}.replace('paralelism', 'paralellism'))")
        assert joblint("check", "--render", "--baseline", "b.json", "x").code == 1

    def test_no_comment_is_added(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "x")
        fake(tools, "helm", f"prints({PIPED!r})")
        assert joblint("check", "--render", "--add-ignore", "x").code == 1


class TestTrouble:
    """What goes wrong is told, and makes the exit code 2."""

    def test_no_helm(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "x")
        done = joblint("check", "--render", "x")
        assert (done.code, done.err) == (2, "joblint: x: cannot be rendered: `helm` is not on the PATH\n")

    def test_no_kustomize(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        write(tmp_path / "x" / "kustomization.yml", "resources: []\n")
        done = joblint("check", "--render", "x")
        assert done.code == 2
        assert "neither `kustomize` nor `kubectl` is on the PATH" in done.err

    def test_failure(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "x")
        write(tmp_path / "bad.yaml", BAD)
        fake(tools, "helm", "sys.exit('Error: no\\n  image')")
        done = joblint("check", "--render", "x", "bad.yaml")
        assert done.code == 2
        assert "joblint: x: `helm template` failed: Error: no image\n" in done.err
        assert done.out.startswith("bad.yaml:6:3: ")  # the rest is judged all the same

    def test_exit_zero_does_not_hide_it(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "x")
        assert joblint("check", "--render", "--exit-zero", "x").code == 2

    def test_cannot_be_run(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "x")
        (tools / "helm").write_bytes(b"\x7fELF")
        (tools / "helm").chmod(0o755)
        assert "`helm template` cannot be run: " in joblint("check", "--render", "x").err

    def test_not_text(self, joblint: Program, tools: Path, tmp_path: Path) -> None:
        chart(tmp_path / "x")
        fake(tools, "helm", "sys.stdout.buffer.write(b'apiVersion: batch/v1\\nkind: Job\\nx: \\xff\\n')")
        done = joblint("check", "--render", "--format", "json", "x")
        assert [(path, line, rule) for path, _, line, rule, _ in found(done.out)] == [("x", 3, "unreadable-document")]


UNREADABLE = BAD + "        args: {{ .Values.sign }}\n          clean: all\n"


class TestLeftAlone:
    """Without --render a chart or a kustomization is skipped, and that is told."""

    def test_chart(self, joblint: Program, tmp_path: Path) -> None:
        chart(tmp_path / "charts" / "x", UNREADABLE)
        hint = "joblint: some templates of the Helm chart charts/x cannot be read without values;"
        for path in (".", "charts/x", "charts/x/templates/job.yaml"):
            done = joblint("check", path)
            assert done.code == 0
            assert done.err.startswith(hint)
        assert joblint("check", "-q", ".").err == ""

    def test_template_that_can_be_read(self, joblint: Program, tmp_path: Path) -> None:
        chart(tmp_path)
        done = joblint("check")
        assert (done.code, done.out.partition("]")[0]) == (1, "templates/job.yaml:6:3: error[unknown-field")
        assert "joblint:" not in done.err

    def test_many_charts(self, joblint: Program, tmp_path: Path) -> None:
        for name in "abcd":
            chart(tmp_path / name, UNREADABLE)
        assert (
            "templates of 4 Helm charts (a, b, c, ...) cannot be read without values; to check them, use --render"
            in joblint("check").err
        )

    def test_chart_from_inside(self, joblint: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        chart(tmp_path, UNREADABLE)
        monkeypatch.chdir(tmp_path / "templates")
        assert "joblint: some templates of the Helm chart .. cannot be read" in joblint("check").err

    def test_kustomization(self, joblint: Program, tmp_path: Path) -> None:
        write(tmp_path / "k" / "kustomization.yaml", "resources: [job.yaml]\n")
        write(tmp_path / "k" / "job.yaml", BAD)
        done = joblint("check", "-v", "k")
        assert done.out.startswith("k/job.yaml:6:3: ")
        assert "k: left alone: as a kustomization: its files are checked one by one; --render" in done.err


class TestRealTools:
    """The programs themselves, where they are."""

    @pytest.mark.skipif(shutil.which("helm") is None, reason="helm is not here")
    def test_helm(self, joblint: Program, tmp_path: Path) -> None:
        chart(tmp_path / "a")
        chart(tmp_path / "a" / "charts" / "sub")
        write(tmp_path / "a" / "charts" / "sub" / "Chart.yaml", CHART.replace("app", "sub"))
        done = joblint("check", "--render", "--kube-version", "1.30", "--format", "json", "a")
        assert done.code == 1, done.err
        line = TEMPLATE.split("\n").index("  paralelism: 2") + 1
        places = [place[:3] for place in found(done.out)]
        assert places == [("a/charts/sub/templates/job.yaml", "", line), ("a/templates/job.yaml", "", line)]
        assert {one["object"]["name"] for one in json.loads(done.out)["findings"]} == {"release-name-30"}

    @pytest.mark.skipif(shutil.which("helm") is None, reason="helm is not here")
    def test_helm_fails(self, joblint: Program, tmp_path: Path) -> None:
        chart(tmp_path / "a", "{{ fail `no image` }}")
        done = joblint("check", "--render", "a")
        assert done.code == 2
        assert "joblint: a: `helm template` failed: " in done.err
        assert "no image" in done.err

    @pytest.mark.skipif(not (shutil.which("kustomize") or shutil.which("kubectl")), reason="kustomize is not here")
    @pytest.mark.parametrize("named", ["k/over", "./k/over/", "absolute"])
    def test_kustomize(self, joblint: Program, tmp_path: Path, named: str) -> None:
        write(tmp_path / "k" / "base" / "job.yaml", BAD)
        write(tmp_path / "k" / "base" / "kustomization.yaml", "resources: [job.yaml]\n")
        write(tmp_path / "k" / "over" / "kustomization.yaml", "resources: [../base]\nnamePrefix: x-\n")
        path = str(tmp_path / "k" / "over") if named == "absolute" else named
        done = joblint("check", "--render", "--format", "json", path)
        assert done.code == 1, done.err
        base = os.path.join(str(tmp_path) if named == "absolute" else "", "k/base/job.yaml")
        line = BAD.split("\n").index("  paralelism: 2") + 1
        assert [place[:4] for place in found(done.out)] == [(base, "", line, "unknown-field")]
        assert json.loads(done.out)["findings"][0]["object"]["name"] == "x-hello"


@given(st.text())
def test_any_text_has_an_origin_or_none(text: str) -> None:
    """Nothing that a pipe brings can break it, and what is no output has no origin."""
    rendered = piped(text)
    assert rendered is None or rendered.origin(text) == Rendered().origin(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Zl", "Zp", "Zs"]), min_size=1))
def test_the_path_that_helm_tells(name: str) -> None:
    text = f"# Source: app/templates/{name}\nkind: Job\n"
    rendered = piped(text)
    assert rendered is not None
    assert rendered.origin(text) == f"app/templates/{name}"
