"""What a directory can hold besides files."""

import os
from collections.abc import Iterator
from pathlib import Path

from benchmarks.attacks.case import BROKEN, CLEAN, FOUND, Case


def cases() -> Iterator[Case]:
    yield Case("FIFO", lambda folder: os.mkfifo(folder / "a.yaml"), CLEAN)
    yield Case("loops of links", _loops, FOUND, "b.yaml:5:1")
    yield Case("names that are no text", _names, FOUND, "\\xff\\n.yaml:5:1")
    yield Case("2,000 directories deep", _deep, -1)
    yield Case("an evil .gitignore", _gitignore, FOUND)
    yield Case("an evil kustomization", _kustomization, FOUND)


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
