"""Ten manifests typed character by character: never an error, and in the end what `joblint check` says."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.editor import Client, Edit, File

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "fixtures"
TYPED = (
    "examples/cleanup.yaml",
    "examples/good.json",
    "examples/pages.yaml",
    "examples/report.yaml",
    "examples/tutorial.md",
    "bad/cronjob.yaml",
    "bad/deploy.sh",
    "bad/patterns.yaml",
    "bad/decoding.yaml",
    "good/queue.yaml",
)
LANGUAGES = {".yaml": "yaml", ".json": "json", ".md": "markdown", ".sh": "shellscript", ".rst": "restructuredtext"}

Place = tuple[str, int, int, int, int, str]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server whose standard error is kept, and must be empty in the end."""
    folder = tmp_path_factory.mktemp("typing")
    with open(folder / "errors", "w+b") as errors:
        client = Client(sys.executable, "-m", "joblint", "lsp", errors=errors)
        client.start(folder)
        client.folder = folder
        yield client
        client.stop()
        assert client.process.returncode == 0
        errors.seek(0)
        assert errors.read() == b""


def checked(path: Path) -> list[Place]:
    """What `joblint check` finds, with lines and characters from 0."""
    command = [sys.executable, "-m", "joblint", "check", "--format", "json", "--exit-zero", path.name]
    said = subprocess.run(command, cwd=path.parent, capture_output=True, check=True).stdout
    return sorted(
        (one["rule"], one["line"] - 1, one["column"] - 1, one["endLine"] - 1, one["endColumn"] - 1, one["message"])
        for one in json.loads(said)["findings"]
    )


def shown(diagnostics: list[dict[str, Any]], text: str) -> list[Place]:
    """Diagnostics, their UTF-16 units as code points."""
    lines = text.split("\n")

    def column(at: dict[str, int]) -> int:
        raw = lines[at["line"]].encode("utf-16-le")[: 2 * at["character"]]
        return len(raw.decode("utf-16-le"))

    return sorted(
        (
            one["code"],
            one["range"]["start"]["line"],
            column(one["range"]["start"]),
            one["range"]["end"]["line"],
            column(one["range"]["end"]),
            one["message"],
        )
        for one in diagnostics
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", TYPED)
def test_every_prefix(client: Client, name: str) -> None:
    text = (FIXTURES / name).read_text()
    path = client.folder / Path(name).name
    path.write_text(text)
    file = File(client, path.as_uri(), "", LANGUAGES[path.suffix])
    line = character = 0
    asked = ("textDocument/hover", "textDocument/completion")
    for number, letter in enumerate(text):
        file.change(Edit(line, character, line, character, letter))
        line, character = (line + 1, 0) if letter == "\n" else (line, character + len(letter.encode("utf-16-le")) // 2)
        file.diagnostics()
        at = {"textDocument": {"uri": file.uri}, "position": {"line": line, "character": character}}
        client.ask(asked[number % 2], at)
        if letter == "\n":
            for method in ("documentSymbol", "foldingRange", "codeLens"):
                client.ask(f"textDocument/{method}", {"textDocument": {"uri": file.uri}})
    file.result = None
    expected = checked(path)
    assert shown(file.diagnostics()["items"], text) == expected
    if name.startswith("bad/"):
        assert expected
