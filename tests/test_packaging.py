"""joblint installs from wherever people install it from, and brings its schemas and rules along."""

import ast
import re
import shlex
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from joblint._version import __version__
from tests.support import BAD, BAD_PLACE, GOOD, run

BUNDLES = ("_bundle.json", "_fields.json")

# One worker runs all tests that share a build or keep the package index busy.
installs = [pytest.mark.network, pytest.mark.slow, pytest.mark.xdist_group("packaging")]


def install(where: Path, *what: str | Path) -> Path:
    """Make a virtual environment, install into it with this Python's pip; return its folder of programs."""
    run(sys.executable, "-m", "venv", "--without-pip", where, cwd=where.parent)
    programs = where / "bin"
    run(sys.executable, "-m", "pip", "--python", programs / "python", "install", "-q", *what, cwd=where.parent)
    return programs


def clone(repository: Path, folder: Path) -> Path:
    """Clone into a folder, for a test that changes the tree."""
    run("git", "clone", "-q", repository, folder / "clone", cwd=folder)
    return folder / "clone"


def assert_works(programs: Path, folder: Path) -> None:
    """Both commands of an installed joblint tell its version, and what is wrong with one of two manifests."""
    folder = folder / "manifests"
    folder.mkdir()
    (folder / "good.yaml").write_text(GOOD)
    (folder / "bad.yaml").write_text(BAD)
    for command in ([programs / "joblint"], [programs / "python", "-m", "joblint"]):
        assert run(*command, "--version", cwd=folder).split()[:3] == ["joblint", __version__, "tzdata"]
        assert run(*command, "check", "good.yaml", cwd=folder) == ""
        assert BAD_PLACE in run(*command, "check", ".", cwd=folder, status=1)


def data_files(root: Path) -> dict[str, bytes]:
    """Every schema and rule card, by its path from the top of the repository."""
    found = [path for top in ("schemas", "rules") for path in sorted((root / top).rglob("*")) if path.is_file()]
    assert {path.suffix for path in found} >= {".json", ".yaml"}
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def built(clean_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel of the tree as it is now."""
    out = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", out, cwd=clean_copy)
    return out


def only(folder: Path, pattern: str) -> Path:
    """Return the one file of that pattern."""
    (path,) = folder.glob(pattern)
    return path


@pytest.mark.xdist_group("packaging")
class TestBuilt:
    """What lies in the files that would be published. Builds without isolation, so needs no network."""

    def test_wheel_holds_the_package_its_data_and_nothing_else(self, built: Path, clean_copy: Path) -> None:
        with zipfile.ZipFile(only(built, "*.whl")) as wheel:
            inside = {name: wheel.read(name) for name in wheel.namelist()}
        tops = {name.split("/")[0] for name in inside}
        assert tops == {"joblint", f"joblint-{__version__}.dist-info"}
        for name, content in data_files(clean_copy).items():
            assert inside[f"joblint/{name}"] == content, name
        for source in (clean_copy / "joblint").rglob("*.py"):
            assert source.relative_to(clean_copy).as_posix() in inside
        for name in BUNDLES:
            assert inside[f"joblint/{name}"].startswith(b"{")
        licences = {f"joblint-{__version__}.dist-info/licenses/{name}" for name in ("LICENSE", "NOTICE")}
        assert licences | {"joblint/py.typed"} <= set(inside)

    def test_sdist_holds_what_git_holds(self, built: Path, clean_copy: Path) -> None:
        with tarfile.open(only(built, "*.tar.gz")) as sdist:
            inside = {member.name.partition("/")[2] for member in sdist.getmembers()}
        tracked = set(run("git", "ls-files", cwd=clean_copy).splitlines())
        assert inside - {"PKG-INFO"} == tracked

    def test_sdist_makes_the_same_wheel(self, built: Path, tmp_path: Path) -> None:
        run("tar", "-xzf", only(built, "*.tar.gz"), cwd=tmp_path)  # tarfile's filters are younger than Python 3.11.0
        tree = only(tmp_path, "joblint-*")
        run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "out", cwd=tree)
        again, first = only(tmp_path / "out", "*.whl"), only(built, "*.whl")
        with zipfile.ZipFile(again) as one, zipfile.ZipFile(first) as other:
            assert [(i.filename, i.CRC) for i in one.infolist()] == [(i.filename, i.CRC) for i in other.infolist()]

    def test_build_leaves_no_bundle_in_the_tree(self, built: Path, clean_copy: Path) -> None:
        assert only(built, "*.whl").exists()
        assert [name for name in BUNDLES if (clean_copy / "joblint" / name).exists()] == []


class TestInstalled:
    """joblint put into a new virtual environment, each time from another source."""

    pytestmark = installs

    def test_wheel(self, built: Path, tmp_path: Path) -> None:
        assert_works(install(tmp_path / "venv", only(built, "*.whl")), tmp_path)

    def test_git_url(self, clean_copy: Path, tmp_path: Path) -> None:
        """The wheel is made from a clone, in the isolated build environment that pyproject.toml asks for."""
        assert_works(install(tmp_path / "venv", f"git+{clean_copy.as_uri()}"), tmp_path)

    def test_editable_reads_rules_beside_the_package(self, clean_copy: Path, tmp_path: Path) -> None:
        tree = clone(clean_copy, tmp_path)
        programs = install(tmp_path / "venv", "-e", tree)
        assert_works(programs, tmp_path)
        assert not list((tmp_path / "venv").glob("lib/python*/site-packages/joblint/"))
        card = only(tree / "rules", "*/unknown-field.yaml")
        card.write_text(re.sub(r"(?m)^summary: .*$", "summary: Edited a moment ago.", card.read_text(), count=1))
        assert "Edited a moment ago." in run(programs / "joblint", "explain", "unknown-field", cwd=tmp_path)

    def test_readme_main_command(self, clean_copy: Path, tmp_path: Path, root: Path) -> None:
        """The first command of the README, word for word, in a fresh clone."""
        shown = run("bash", "-c", readme_commands(root)[0], cwd=clone(clean_copy, tmp_path))
        assert re.search(r"(?m)^fixtures/.*:\d+:\d+: error\[", shown)


def readme_commands(root: Path) -> list[str]:
    """The commands of the README that set everything up: they are the lines that make a virtual environment."""
    return re.findall(r"(?m)^python3 -m venv .*$", (root / "README.md").read_text())


def test_readme_has_one_command_to_run_and_one_to_test(root: Path) -> None:
    main, tests = readme_commands(root)
    assert "joblint check" in main
    assert main.split("&&")[1].split()[-1] == "."
    assert "pytest" in shlex.split(tests.rpartition("&&")[2])[0]


def test_readme_shows_what_joblint_prints(root: Path) -> None:
    """The first example is the file that is shown; tests/test_console.py sees to what is printed below it."""
    readme = (root / "README.md").read_text()
    name = re.findall(r"(?m)^\$ joblint check (fixtures/\S+)\n", readme)[0]
    assert f"```yaml\n{(root / name).read_text()}```\n\n```console\n$ joblint check {name}\n" in readme


def test_ci_takes_the_test_command_from_the_readme(root: Path) -> None:
    script = (root / ".ci" / "run").read_text()
    (pattern,) = re.findall(r"grep -E '(.*)' README\.md", script)
    found = [line for line in (root / "README.md").read_text().splitlines() if re.search(pattern, line)]
    assert found == [readme_commands(root)[1]]
    assert "pytest -" not in script.replace("# ", "")


def test_contributing_names_the_same_test_command(root: Path) -> None:
    assert readme_commands(root)[1] in (root / "CONTRIBUTING.md").read_text()


def test_version_is_the_newest_in_the_changelog(root: Path) -> None:
    headings = re.findall(r"(?m)^## \[?([^\],\s]+)", (root / "CHANGELOG.md").read_text())
    assert __version__ in headings[:2]
    assert headings[0] in ("Unreleased", __version__)


def test_version_command_imports_little() -> None:
    """importlib.metadata alone would cost 30 ms; the rest is what a version does not need."""
    command = [sys.executable, "-X", "importtime", "-m", "joblint", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "joblint.cli" in imported
    assert not imported & {"importlib.metadata", "yaml", "markdown_it", "tree_sitter", "pathspec", "zoneinfo"}


def test_dependencies_are_what_the_package_imports(root: Path) -> None:
    """No dependency is missing, and none is there only for the tests (docutils, jsonschema, ruamel.yaml)."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["lsp"], *extras["cel"]]
    names = {re.split(r"[<>=~! ]", line)[0] for line in lines}
    modules = {"google-re2": "re2", "markdown-it-py": "markdown_it", "pyyaml": "yaml"}
    imported = {top for path in (root / "joblint").rglob("*.py") for top in imports(path)}
    foreign = imported - set(sys.stdlib_module_names) - {"joblint"}
    # tzdata is data, which zoneinfo or importlib.resources reads; colorama comes with click, on Windows only
    assert (foreign | {"tzdata"}) - {"colorama"} == {modules.get(name, name.replace("-", "_")) for name in names}


def imports(path: Path) -> set[str]:
    """Return the top-level names that a module imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.partition(".")[0] for name in plain | parts}
