"""`check` on templates outside of charts: which files are templates of what, and what is said of them."""

import json
import re
import shutil
from pathlib import Path

import pytest

import joblint as library
from joblint.manifests.languages import language_of
from joblint.manifests.template import HOLE, MORE
from joblint.manifests.template.dialect import dialect_of
from joblint.manifests.template.lex import TEXT
from joblint.project.charts import NOT_READ, language_in_tree, language_of_text
from tests.cli.program import Program, in_process
from tests.project.rendering import CHART
from tests.support import BAD, GOOD, commit_all, write

_MARK = re.compile(r"# <- ([\w-]+)$", re.MULTILINE)
HOLES = {"job.yaml.tmpl": "{{ .x }}", "job.yaml.j2": "{{ x }}", "job.yaml.erb": "<%= x %>"}
YTT = "#@ data.values.x"


@pytest.fixture
def joblint(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    monkeypatch.chdir(tmp_path)
    return in_process(monkeypatch, capfd)


class TestLanguage:
    @pytest.mark.parametrize(
        ("name", "text", "language"),
        [
            ("a.yaml.tmpl", "{{ .x }}", "gotmpl"),
            ("a.yml.gotmpl", "{{ .x }}", "gotmpl"),
            ("a.json.tpl", "{{ .x }}", "gotmpl"),
            ("A.YAML.J2", "{{ x }}", "jinja"),
            ("a.yml.jinja", "{% if x %}", "jinja"),
            ("a.json.jinja2", "{# x #}", "jinja"),
            ("a.yaml.erb", "<%= x %>", "erb"),
            ("a.yaml.tmpl", "a: ${X}", "yaml"),
            ("a.json.tmpl", "{}", "json"),
            ("a.yaml.j2", "a: {b: 1}", "yaml"),
            ("a.json.erb", "{}", "json"),
            ("a.yaml.tpl", "%{ if x }\na: {{ b }}\n%{ endif }", NOT_READ),
            ("job.j2", "{{ x }}", "jinja"),
            ("job.erb", "<%= x %>", "erb"),
            ("job.tmpl", "{{ x }}", "gotmpl"),
            ("nginx.conf.j2", "{{ x }}", NOT_READ),
            ("notes.md.erb", "<%= x %>", NOT_READ),
            ("a.tpl", "{{ x }}", NOT_READ),
            ("a.yaml", "{{ x }}", "yaml"),
        ],
    )
    def test_of_a_file(self, name: str, text: str, language: str) -> None:
        assert language_in_tree(f"x/{name}", text) == language_in_tree(f"x/{name}", text.encode()) == language

    def test_in_a_chart(self, tmp_path: Path) -> None:
        write(tmp_path / "Chart.yaml", CHART)
        templates = str(tmp_path / "templates")
        assert language_in_tree(f"{templates}/a.yaml.tpl", "{{ x }}") == "helm"
        assert language_in_tree(f"{templates}/a.yaml.j2", "{{ x }}") == "jinja"

    def test_in_an_editor(self) -> None:
        assert language_of_text("yaml", "x/a.yaml.j2", "{{ x }}") == "jinja"
        assert language_of_text("jinja", "x/a.txt", "{{ x }}") == "jinja"
        assert language_of_text("jinja", "x/a.yaml", "a: b") == "yaml"

    def test_of_a_library_call(self) -> None:
        assert language_of("x/job.j2") == "jinja"
        assert language_of("x/job.yaml.tpl") == "gotmpl"
        assert language_of("x/job.tpl") == "helm"


@pytest.mark.parametrize(("name", "hole"), HOLES.items())
def test_found_in_a_directory_and_named_as_written(joblint: Program, tmp_path: Path, name: str, hole: str) -> None:
    write(tmp_path / "a" / name, BAD.replace("name: hello", f"name: {hole}-x", 1))
    done = joblint("check", "--format", "json")
    [finding] = json.loads(done.out)["findings"]
    assert (finding["path"], finding["rule"], finding["line"]) == (f"a/{name}", "unknown-field", 6)
    assert finding["object"]["name"] == f"{hole}-x"
    assert HOLE not in done.out + done.err


@pytest.mark.parametrize(("name", "hole"), HOLES.items())
def test_left_alone(joblint: Program, tmp_path: Path, name: str, hole: str) -> None:
    write(tmp_path / name, hole.replace("x", "(").replace("}}", "").replace("%>", "") + "\n" + BAD)
    said = joblint("check", "--verbose").err
    assert re.search(
        rf"{name}:1: left alone: this document (?:is not a valid|cannot be read as an?) \w+ template: ", said
    )


@pytest.mark.parametrize(("name", "hole"), HOLES.items())
def test_not_yaml_before_it_is_rendered(joblint: Program, tmp_path: Path, name: str, hole: str) -> None:
    write(tmp_path / name, BAD.replace("spec:\n", f"spec: {hole}\n", 1))
    done = joblint("check", "--verbose")
    assert "cannot be read before it is rendered" in done.err
    assert "unreadable-document" not in done.out


def test_ytt_is_found_in_a_directory(joblint: Program, tmp_path: Path) -> None:
    write(tmp_path / "job.yaml", BAD.replace("name: hello", f"name: {YTT}", 1))
    [finding] = json.loads(joblint("check", "--format", "json").out)["findings"]
    assert (finding["rule"], finding["line"], finding["object"]["name"]) == ("unknown-field", 6, YTT)


def test_a_patch(joblint: Program, tmp_path: Path) -> None:
    text = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {{ .x }}\nspec:\n  paralelism: 1\n"
    write(tmp_path / "patches" / "job.yaml.tmpl", text)
    done = joblint("check", "--verbose", "--format", "concise")
    assert done.out.count("error") == 1
    assert "is a patch, by its file name or directory" in done.err


def test_against_compares_no_templates(joblint: Program, tmp_path: Path) -> None:
    for name, hole in HOLES.items():
        write(tmp_path / name, f"# {hole}\n" + GOOD)
    commit_all(tmp_path)
    for name in HOLES:
        path = tmp_path / name
        path.write_text(path.read_text().replace("spec:\n", "spec:\n  completions: 2\n", 1))
    assert "changed-completions" not in joblint("check", "--against", "git:HEAD", "--format", "concise").out


def test_since_reports_what_is_new(joblint: Program, tmp_path: Path) -> None:
    write(tmp_path / "job.yaml.j2", BAD.replace("hello", "{{ x }}"))
    commit_all(tmp_path)
    assert joblint("check", "--since", "HEAD").out == ""
    path = tmp_path / "job.yaml.j2"
    path.write_text(path.read_text().replace("spec:\n", "spec:\n  {% if a %}\n  complettions: 1\n  {% endif %}\n", 1))
    assert joblint("check", "--since", "HEAD", "--format", "concise").out.count("unknown-field") == 1


@pytest.mark.parametrize(
    ("name", "comment"),
    [
        ("a.yaml.tmpl", "{{/* joblint: ignore[unknown-field] why */}}"),
        ("a.yaml.j2", "{# joblint: ignore[unknown-field] why #}"),
        ("a.yaml.j2", "{#- joblint: ignore[unknown-field] why #}"),
        ("a.yaml.j2", "{# joblint: ignore[unknown-field] #}\n{% if a %}{% endif %}"),
        ("a.yaml.j2", "# joblint: ignore[unknown-field]"),
        ("a.ytt.yaml", "#! joblint: ignore[unknown-field] why"),
        ("a.yaml.erb", "<%# joblint: ignore[unknown-field] why %>"),
        ("a.yaml.erb", "<%# joblint: ignore[unknown-field] why -%>\n<% a = 1 -%>"),
    ],
)
def test_suppressions(name: str, comment: str) -> None:
    text = BAD.replace("  paralelism", f"{comment}\n  paralelism")
    assert library.lint(text, path=name) == []
    assert [one.rule for one in library.lint(text.replace("joblint", "jobline"), path=name)] == ["unknown-field"]
    unused = GOOD.replace("spec:\n", f"{comment}\nspec:\n", 1)
    assert [one.rule for one in library.lint(unused, path=name)] == ["unused-suppression"]


def copied(root: Path, tmp_path: Path) -> list[Path]:
    """A copy of our own templates, in the current directory."""
    shutil.copytree(root / "fixtures" / "templates", tmp_path, dirs_exist_ok=True)
    return sorted(path for path in Path().rglob("*.*") if path.is_file())


def test_our_own_templates(joblint: Program, root: Path, tmp_path: Path) -> None:
    """What is marked in `wrong` is found, and nothing else; in `right` there is nothing to find."""
    paths = copied(root, tmp_path)
    done = joblint("check", "--format", "json", "--verbose")
    found = [(one["path"], one["line"], one["rule"]) for one in json.loads(done.out)["findings"]]
    marked = [
        (str(path), number, rule)
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for rule in _MARK.findall(line)
    ]
    assert sorted(found) == sorted(marked)
    assert len(marked) > 10
    assert "3 suppressed" in joblint("check", "--format", "concise").err
    assert {path.suffix for path in paths} == {".j2", ".erb", ".tmpl", ".yaml"}
    assert "left alone" not in done.err
    assert HOLE not in done.out
    assert MORE not in done.out


def test_fixes_of_our_own_templates(joblint: Program, root: Path, tmp_path: Path) -> None:
    """`joblint fix` leaves all actions as they are, in their order."""
    paths = copied(root, tmp_path)
    before = {path: path.read_text() for path in paths}
    assert joblint("fix", "--unsafe-fixes", ".").code == 1
    changed = {path for path in paths if path.read_text() != before[path]}
    assert {path.parts[0] for path in changed} == {"wrong"}
    assert len(changed) == 4
    for path in paths:
        assert actions(str(path), path.read_text()) == actions(str(path), before[path])


def actions(path: str, text: str) -> list[str]:
    """The actions of a template."""
    cut = dialect_of(language_in_tree(path, text)).tokens
    return [text[one.start : one.end] for one in cut(text) if one.kind != TEXT]
