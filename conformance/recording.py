"""What the programs beside this file answered, kept in the repository: a header and one question and answer a line."""

import gzip
import json
import os
import pathlib
import subprocess
from collections.abc import Iterable, Iterator
from typing import Any

HERE = pathlib.Path(__file__).parent
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
