"""The recorded answers of the Go programs in this folder: a header, then one question and answer per line."""

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
    """Build the Go program in `folder`, ask it the questions, and return the answers in the same order."""
    program = folder / "bin" / folder.name
    subprocess.run(["go", "build", "-o", str(program), "."], cwd=folder, check=True)
    asked = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(
        [str(program)], input=asked, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **environment}
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def write(path: pathlib.Path, header: Line, lines: Iterable[Line]) -> None:
    """Write the answers; the same lines always produce the same bytes."""
    text = "".join(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n" for line in (header, *lines))
    path.write_bytes(gzip.compress(text.encode("ascii"), mtime=0))


def read(path: pathlib.Path) -> Iterator[Line]:
    """Yield the header, then the lines."""
    with gzip.open(path, "rt", encoding="ascii") as file:
        for line in file:
            yield json.loads(line)


def refresh(about: str | None, folder: pathlib.Path, asked: list[Line], header: Line, **environment: str) -> list[Line]:
    """Run the command that asks the program in `folder` again and keeps its answers; --check only compares them.

    `about` is the help text. Returns the questions with their answers.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if the answers have changed")
    check = parser.parse_args().check
    lines = [{**question, **answer} for question, answer in zip(asked, ask(folder, asked, **environment), strict=True)]
    if check:
        sys.exit([header, *lines] != list(read(folder / NAME)))
    write(folder / NAME, header, lines)
    return lines


def version(folder: pathlib.Path, module: str) -> str:
    """Return the version of a module that the program in `folder` is built with."""
    words = (folder / "go.mod").read_text().split()
    return words[words.index(module) + 1]


def refused(lines: Iterable[Line]) -> int:
    """Return how many answers are errors."""
    return sum("error" in line for line in lines)
