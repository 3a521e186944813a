"""Paths as hosts want them."""

import os
from pathlib import Path

import pytest

from joblint.report.places import namer, uri


@pytest.fixture
def repository(here: Path) -> Path:
    (here / ".git").mkdir()
    (here / "sub" / "deep").mkdir(parents=True)
    return here


def test_from_the_top_of_the_repository(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "sub")
    name = namer()
    assert name("a.yaml") == "sub/a.yaml"
    assert name("./deep/../a.yaml") == "sub/a.yaml"
    assert name("../a.yaml") == "a.yaml"
    assert name(str(repository / "a.yaml")) == "a.yaml"


def test_without_a_repository_from_here(here: Path) -> None:
    assert namer()("./sub/a.yaml") == "sub/a.yaml"


def test_outside_as_it_is_given(repository: Path) -> None:
    assert namer()("../a.yaml") == "../a.yaml"
    assert namer()("/etc/a.yaml") == "/etc/a.yaml"
    beside = f"{repository}-beside/a.yaml"  # its name begins as the repository's does
    assert namer()(beside) == beside


def test_what_is_no_path_stays(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "sub")
    name = namer()
    for path in ("<stdin>", "--since main", "--baseline a/b.json", ""):
        assert name(path) == path


def test_through_a_link(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("links") / "to"
    link.symlink_to(repository)
    assert namer()(str(link / "sub" / "a.yaml")) == "sub/a.yaml"


def test_in_a_directory_that_is_gone(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = here / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(FileNotFoundError):
        os.getcwd()
    assert namer()("<stdin>") == "<stdin>"
    monkeypatch.chdir(here)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b c.yaml", "a/b%20c.yaml"),
        ("a:b#c?d%e.yaml", "a%3Ab%23c%3Fd%25e.yaml"),
        ("ä.yaml", "%C3%A4.yaml"),
        ("\udcff.yaml", "%FF.yaml"),
        ("\ud800.yaml", "%ED%A0%80.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
        ("/etc/a.yaml", "file:///etc/a.yaml"),
        ("C:/a.yaml", "file:///C%3A/a.yaml"),
    ],
)
def test_uri(path: str, expected: str) -> None:
    assert uri(path) == expected
