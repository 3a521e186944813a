"""What the programs beside this file answered, kept in the repository: a header and one question and answer a line."""

import argparse
import gzip
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterable, Iterator
from typing import Any

HERE = pathlib.Path(__file__).parent
NAME = "answers.jsonl.gz"
Line = dict[str, Any]


def ask(folder: pathlib.Path, questions: Iterable[Line], **environment: str) -> list[Line]:
    """Build the Go program in `folder` and put the questions to it; the answers, in their order."""
    program = folder / "bin" / folder.name
    subprocess.run(["go", "build", "-o", str(program), "."], cwd=folder, check=True)
    asked = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(
        [str(program)], input=asked, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **environment}
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def write(path: pathlib.Path, header: Line, lines: Iterable[Line]) -> None:
    """Keep them; the same lines always make the same bytes."""
    text = "".join(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n" for line in (header, *lines))
    path.write_bytes(gzip.compress(text.encode("ascii"), mtime=0))


def read(path: pathlib.Path) -> Iterator[Line]:
    """The header, then the lines."""
    with gzip.open(path, "rt", encoding="ascii") as file:
        for line in file:
            yield json.loads(line)


def refresh(about: str | None, folder: pathlib.Path, asked: list[Line], header: Line, **environment: str) -> list[Line]:
    """A program of `folder`'s that asks again, and keeps the answers; with --check it only compares them.

    `about` is its help. Gives the questions with their answers.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the answers have changed")
    check = parser.parse_args().check
    lines = [{**question, **answer} for question, answer in zip(asked, ask(folder, asked, **environment), strict=True)]
    if check:
        sys.exit([header, *lines] != list(read(folder / NAME)))
    write(folder / NAME, header, lines)
    return lines


def version(folder: pathlib.Path, module: str) -> str:
    """The version of a module that the program in `folder` is built with."""
    words = (folder / "go.mod").read_text().split()
    return words[words.index(module) + 1]


def refused(lines: Iterable[Line]) -> int:
    """How many answers are errors."""
    return sum("error" in line for line in lines)
