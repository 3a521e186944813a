"""What is a configuration, and what only has the word joblint in it, or the name."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.project.config.find import configurations
from joblint.project.config.inforce import Configuration
from joblint.project.config.read import Config, read
from joblint.project.config.recognize import is_configuration

PINS = [
    '[project]\ndependencies = [\n  "joblint==0.1.0",\n]\n',
    '[project.optional-dependencies]\ndev = ["joblint"]\n',
    '[project]\nname = "joblint"\n',
    '[tool.poetry.dependencies]\njoblint = "^0.1"\n',
    '[tool.poetry.dependencies]\njoblint = {version = "^0.1", extras = ["lsp"]}\n',
    '[tool.poetry.group.dev.dependencies.joblint]\nversion = "^0.1"\n',
    '[project.scripts]\njoblint = "joblint.cli:main"\n',
    '[dependency-groups]\ndev = ["joblint"]\njoblint = ["x"]\n',
    "# [tool.joblint]\n[tool.other]\nx = 1\n",
    '[tool.other]\nx = """\n[tool.joblint]\nselect = []\n"""\n',
    "[tool.other]\nx = '''\n[tool.joblint]\n'''\n",
    "[tool]\nother = {joblint = 1}\n",
    "[tools.joblint]\nx = 1\n",
    "[tool.joblint-extra]\nx = 1\n",
    '[tool.uv.sources]\njoblint = { path = "../joblint" }\n',
    "[joblint]\nselect = []\n",
    "[x.tool.joblint]\nselect = []\n",
    "joblint = 1\nx = [\n",  # not valid TOML, and not plainly ours
    'joblint = "x"\n[tool.other]\n[tool.other]\n',
]
TABLES = [
    "[tool.joblint]\nfail-on = 'error'\n",
    " [ tool . joblint ] # ours\nfail-on = 'error'\n",
    '[tool."joblint"]\nfail-on = "error"\n',
    "['tool'.'joblint']\nfail-on = 'error'\n",
    "tool.joblint.fail-on = 'error'\n",
    "[tool]\njoblint.fail-on = 'error'\n",
    "[tool]\njoblint = {fail-on = 'error'}\n",
    "tool = {joblint = {fail-on = 'error'}}\n",
    "tool.joblint = {fail-on = 'error'}\n",
    '[project]\ndependencies = ["joblint"]\n[tool.joblint]\nfail-on = "error"\n',
    "\ufeff[tool.joblint]\r\nfail-on = 'error'\r\n",
]


def config(folder: Path) -> Config:
    return read(tuple(configurations(str(folder))), str(folder))


@pytest.mark.parametrize("text", PINS)
def test_a_pin_is_no_table(here: Path, text: str) -> None:
    (here / ".git").mkdir()
    (here / ".joblint.yaml").write_text("fail-on: info\n")
    (here / "pyproject.toml").write_text(text)
    (here / "sub").mkdir()
    (here / "sub" / "pyproject.toml").write_text(text)
    for path in ("a.yaml", "sub/a.yaml"):
        configuration = Configuration()
        assert configuration.said(path).config == ".joblint.yaml"
        assert not configuration.wrong


@pytest.mark.parametrize("text", TABLES)
def test_a_table(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text, newline="")
    found = config(tmp_path)
    assert not found.wrong
    ((given,),) = (section.given for section in found.sections)
    assert (given.key, given.value) == ("fail-on", "error")
    assert given.line == next(n for n, line in enumerate(text.splitlines(), 1) if "fail-on" in line)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("[tool.joblint]\nignor = []\n", 2, 1, "unknown key `ignor`; did you mean `ignore`?"),
        ("tool.joblint.ignor = []\n", 1, 14, "unknown key `ignor`; did you mean `ignore`?"),
        ("[tool]\njoblint = 'x'\n", 2, 11, "a configuration must be a mapping, not `x`"),
        ("[[tool.joblint]]\nselect = []\n", 1, 1, "a configuration must be a mapping, not a list"),
    ],
)
def test_a_mistake_in_a_table(tmp_path: Path, text: str, line: int, column: int, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert [(one.line, one.column, one.message) for one in config(tmp_path).wrong] == [(line, column, message)]


@pytest.mark.parametrize("text", ["[tool.joblint]\nx = [\n", "x = \n[[tool.joblint.per-path]]\n", "[tool.'joblint'\n"])
def test_what_is_not_toml_counts_where_it_plainly_is_ours(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    if text.endswith("'joblint'\n"):
        assert configurations(str(tmp_path)) == []
    else:
        (wrong,) = config(tmp_path).wrong
        assert wrong.message.startswith("not valid TOML")


NAMES = [".joblint.yaml", ".joblint.yml", ".joblint.toml", "joblint.yaml", "joblint.yml", "joblint.toml"]


@pytest.mark.parametrize("name", NAMES)
def test_names(here: Path, name: str) -> None:
    text = "fail-on = 'error'\n" if name.endswith(".toml") else "fail-on: error\n"
    (here / name).write_text(text)
    assert Configuration().said("a.yaml").config == name


@pytest.mark.parametrize("first", range(len(NAMES)))
@pytest.mark.parametrize("second", range(len(NAMES)))
def test_two_in_one_directory(here: Path, first: int, second: int) -> None:
    if first >= second:
        return
    for name in (NAMES[first], NAMES[second]):
        (here / name).write_text("fail-on = 'error'\n" if name.endswith(".toml") else "fail-on: error\n")
    configuration = Configuration()
    assert configuration.said("a.yaml").config == NAMES[first]
    assert [str(one) for one in configuration.wrong] == [
        f"{NAMES[second]}: error: conflicts with {NAMES[first]} in the same directory; keep only one of them"
    ]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("kube-version: 1.30\n", True),
        ("{kube-version: 1.30}", True),
        ("# ours\n---\nignore: []\n", True),
        ("kube_version: 1.30\n", True),
        ("ignor: []\n", True),
        ("exclude: [\n", True),
        ("exclude: a\n---\nx: 1\n", True),
        ("apiVersion: batch/v1\nkind: Job\nmetadata: {name: joblint}\n", False),
        ("kind: Job\nselect: x\n", False),
        ("a: 1\n---\napiVersion: v1\nselect: x\n", False),
        ("- kube-version\n", False),
        ("name: joblint\non: [push]\njobs:\n  a: {runs-on: x, steps: []}\npermissions: {}\n", False),
        ("spec: {inputs: {}}\n---\njoblint:\n  script: [joblint check]\n  rules: []\n", False),
        ("include: [x]\nstages: [test]\nvariables: {}\nworkflow: {}\ndefault: {}\n", False),
        ("services: {a: {image: b}}\nversion: '3'\nvolumes: {}\n", False),
        ("kind: Job\nselect: [\n", False),
        ("{{ if x }}\nkind: Job\n{{ end }}\n", False),
        ('{"kube-version": "1.30"}', True),
        ('{"kube-version": "1.30", select: [}', True),
        ("kubeVersion: 1.30\n", True),
        ("perPath: []\n", True),
        ("namespace: a\n", True),
        ("ignore: [a]\nfoo: 1\n", True),  # half of it is ours
        ("kube-version: 1.30\n" + "".join(f"k{n}: 1\n" for n in range(1000)), True),
        ("#" * (2 << 20) + "\nkube-version: 1.30\n", True),
        ("namespace: a\nimage: b\nreplicas: 1\n", False),  # values of a chart, named after what it installs
        ("format: a\nrules: [b]\nname: c\non: d\nselect: e\nx: 1\ny: 1\nz: 1\nw: 1\n", False),
        ("exclude: a\n" + "".join(f"k{n}: 1\n" for n in range(50_000)), False),
        ("", False),
        ("# nothing\n", False),
        ("text", False),
    ],
)
def test_a_file_of_the_name(tmp_path: Path, text: str, counts: bool) -> None:
    for name in ("joblint.yaml", "joblint.yml"):
        path = tmp_path / name
        path.write_text(text)
        assert is_configuration(str(path)) is counts


def test_what_is_not_a_file(tmp_path: Path) -> None:
    for name in ("joblint.yaml", "joblint.toml"):
        (tmp_path / name).mkdir()
    (tmp_path / "joblint.yml").symlink_to("joblint.yml")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pyproject.toml")
    assert configurations(str(tmp_path)) == []


def test_bytes(tmp_path: Path) -> None:
    (tmp_path / "joblint.yaml").write_bytes(b"select: \xff\n")
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.joblint]\nx = '\xff'\n")
    assert configurations(str(tmp_path)) == [str(tmp_path / "pyproject.toml")]


@given(st.lists(st.sampled_from([*PINS, *TABLES, "[", "]", '"""', "'''", "joblint", "[tool.joblint]", "\n", "="])))
def test_whatever_it_holds(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    """It is taken for one or not, and what is taken can be read, or says what is wrong."""
    folder = tmp_path_factory.mktemp("p")
    (folder / "pyproject.toml").write_text("".join(parts))
    if configurations(str(folder)):
        found = config(folder)
        assert found.sections or found.wrong
