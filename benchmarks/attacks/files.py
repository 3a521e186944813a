"""Things in a directory that are not ordinary files."""

import os
from collections.abc import Iterator
from pathlib import Path

from benchmarks.attacks.case import BROKEN, CLEAN, FAILED, FOUND, Case

_MANY = 30_000  # misspelled words in a configuration


def cases() -> Iterator[Case]:
    yield Case("FIFO", lambda folder: os.mkfifo(folder / "a.yaml"), CLEAN)
    yield Case("loops of links", _loops, FOUND, "b.yaml:5:1")
    yield Case("names that are not text", _names, FOUND, "\\xff\\n.yaml:5:1")
    yield Case("2,000 directories deep", _deep, -1)
    yield Case("an evil .gitignore", _gitignore, FOUND)
    yield Case("an evil kustomization", _kustomization, FOUND)
    yield Case("a configuration of many feature gates", _gates, FAILED, "not listed")
    yield Case("a configuration of many rules", _rules, FAILED, "not listed")
    yield Case("a configuration of many patterns", _patterns, FOUND, "a.yaml:5:1")
    yield Case("a file of the name of a configuration", _keys, FOUND, "a.yaml:5:1")
    yield Case("a number of many digits", _digits, FAILED, "too many digits")
    yield Case("a configuration that is a link to a secret", _secret, FAILED, "outside the repository", unsaid="s3cret")


def _gates(folder: Path) -> None:
    gates = "".join(f"  JobPodFailurePolic{number}: true\n" for number in range(_MANY))
    (folder / ".joblint.yaml").write_text(f"feature-gates:\n{gates}")


def _rules(folder: Path) -> None:
    (folder / ".joblint.yaml").write_text("ignore:\n" + "".join(f"- unknown-fiel{number}\n" for number in range(_MANY)))


def _patterns(folder: Path) -> None:
    (folder / ".joblint.yaml").write_text("exclude:\n" + "".join(f"- b*c*d*{number}/**/x\n" for number in range(_MANY)))
    (folder / "a.yaml").write_text(BROKEN)


def _keys(folder: Path) -> None:
    (folder / "joblint.yaml").write_text("".join(f"ignor{number}: x\n" for number in range(_MANY)))
    (folder / "a.yaml").write_text(BROKEN)


def _digits(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.joblint]\nkube-version = " + "1" * 500_000)


def _secret(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("[http]\nextraheader = s3cret\n")
    (folder / ".joblint.yaml").symlink_to(".git/config")
    (folder / "a.yaml").write_text(BROKEN)


def _loops(folder: Path) -> None:
    (folder / "a").mkdir()
    (folder / "a" / "up").symlink_to("..")
    (folder / "me.yaml").symlink_to("me.yaml")
    (folder / "b.yaml").write_text(BROKEN)


def _names(folder: Path) -> None:
    for name in (b"\xff\n.yaml", b"\x1b[2J.yaml", b"-rf.yaml", "\u202e.yaml".encode()):
        (folder / os.fsdecode(name)).write_text(BROKEN)


def _deep(folder: Path) -> None:
    here = os.getcwd()
    os.chdir(folder)
    for _ in range(2000):
        os.mkdir("d" * 10)
        os.chdir("d" * 10)
    Path("a.yaml").write_text(BROKEN)
    os.chdir(here)


def _gitignore(folder: Path) -> None:
    (folder / ".gitignore").write_text(
        "*a" * 100 + "b\n" + "**/a*a/" * 100 + "b\n" + "[" * 100_000 + "\n" + "!\n" * 100_000
    )
    (folder / ("a" * 200 + ".yaml")).write_text(BROKEN)


def _kustomization(folder: Path) -> None:
    (folder / "kustomization.yaml").write_text("patches: " + "[" * 100_000)
    (folder / "a.yaml").write_text(BROKEN)
