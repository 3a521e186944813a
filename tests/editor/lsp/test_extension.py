"""editors/vscode and docs/editors.md, held against the server: names of settings and commands, versions, blocks."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from joblint._version import __version__
from joblint.editor.lsp import commands
from joblint.editor.lsp.folders import SECTION, Folder, camel
from joblint.project.config import find
from joblint.project.config.keys import KEYS, NOT_IN_EDITORS
from joblint.rule.finding import SEVERITIES
from tests.editor.lsp.docs import blocks

ROOT = Path(__file__).parents[3] / "editors" / "vscode"
MANIFEST: dict[str, Any] = json.loads((ROOT / "package.json").read_text())
SETTINGS: dict[str, Any] = {
    name.removeprefix(f"{SECTION}."): about
    for name, about in MANIFEST["contributes"]["configuration"]["properties"].items()
}
CLIENT = {"path", "interpreter", "trace.server"}  # settings that the server is not told
EDITOR = {"enable", "configuration", "unsafeFixes", "workspaceDiagnostics"}  # that are no keys of a configuration
DOCS = (ROOT.parents[1] / "docs" / "editors.md").read_text()


def commands_of_the_server() -> set[str]:
    return {commands.FIX_ALL, commands.SET_VERSION, commands.VERSION, commands.IGNORE}


class TestManifest:
    """What the extension's package.json says."""

    def test_settings_are_those_of_the_server(self) -> None:
        assert set(SETTINGS) == {camel(key) for key in KEYS if key not in NOT_IN_EDITORS} | EDITOR | CLIENT

    def test_every_setting_is_explained(self) -> None:
        assert [
            name for name, about in SETTINGS.items() if not {"description", "markdownDescription"} & set(about)
        ] == []

    def test_choices_are_those_of_the_server(self) -> None:
        schema = KEYS["field-validation"].kind.schema()
        assert SETTINGS["fieldValidation"]["enum"] == ["", *schema["enum"]]
        assert SETTINGS["severity"]["additionalProperties"]["enum"] == [*SEVERITIES, "off"]

    def test_version_is_joblints(self) -> None:
        assert MANIFEST["version"] == __version__
        assert f"## {__version__}\n" in (ROOT / "CHANGELOG.md").read_text()

    def test_commands_have_names_of_their_own(self) -> None:
        """The client makes a command of each of the server's: one of the same name would make it fail."""
        mine = {one["command"] for one in MANIFEST["contributes"]["commands"]}
        assert mine
        assert mine & commands_of_the_server() == set()
        sources = "".join(path.read_text() for path in (ROOT / "src").glob("*.ts"))
        assert set(re.findall(r'registerCommand\("([\w.]+)"', sources)) == mine
        asked = set(re.findall(r'\.ask\("([\w.]+)"', sources))
        assert asked
        assert asked <= commands_of_the_server()

    def test_configurations_have_their_schema(self) -> None:
        """By name only those with a dot: joblint.yaml may be a file of something else."""
        (one,) = MANIFEST["contributes"]["yamlValidation"]
        assert one["fileMatch"] == [name for name in find.NAMES if re.fullmatch(r"\.joblint\.ya?ml", name)]
        shipped = one["url"].removeprefix("./")
        assert f"!{shipped}" in (ROOT / ".vscodeignore").read_text().splitlines()
        assert f'copyFileSync("../../schemas/config.schema.json", "{shipped}")' in (ROOT / "esbuild.mjs").read_text()

    def test_lock_names_no_registry(self) -> None:
        lock = json.loads((ROOT / "package-lock.json").read_text())
        assert lock["packages"][""]["devDependencies"] == MANIFEST["devDependencies"]
        assert [name for name, one in lock["packages"].items() if "resolved" in one] == []

    def test_everything_is_pinned(self) -> None:
        versions = [*MANIFEST.get("dependencies", {}).values(), *MANIFEST["devDependencies"].values()]
        assert [one for one in versions if not re.fullmatch(r"\d+\.\d+\.\d+", one)] == []


def taken(tmp_path: Path, settings: Any) -> tuple[str, ...]:
    """The versions that settings of the server make it judge for; whatever it says of them is a failure."""
    said: list[str] = []
    versions, _ = Folder(str(tmp_path), settings, None, said.append).version(str(tmp_path / "job.yaml"))
    assert said == []
    return versions


class TestDocs:
    """The blocks of docs/editors.md for editors that are not tried by a test of their own."""

    def test_helix(self, tmp_path: Path) -> None:
        (block,) = blocks("Helix", "toml")
        said = tomllib.loads(block)
        server = said["language-server"]["joblint"]
        assert [server["command"], *server["args"]] == ["joblint", "lsp"]
        assert all("joblint" in language["language-servers"] for language in said["language"])
        assert taken(tmp_path, server["config"][SECTION]) == ("1.37",)

    def test_zed(self, tmp_path: Path) -> None:
        (block,) = blocks("Zed", "json")
        server = json.loads(block)["lsp"]["yaml-language-server"]
        assert server["binary"] == {"path": "joblint", "arguments": ["lsp"]}
        assert taken(tmp_path, server["settings"][SECTION]) == ("1.37",)

    def test_sublime(self, tmp_path: Path) -> None:
        (block,) = blocks("Sublime Text", "json")
        client = json.loads(block)["clients"]["joblint"]
        assert client["command"] == ["joblint", "lsp"]
        settings = {name.removeprefix(f"{SECTION}."): value for name, value in client["settings"].items()}
        assert taken(tmp_path, settings) == ("1.37",)

    @pytest.mark.parametrize("name", sorted(EDITOR))
    def test_settings_of_the_editor_alone_are_told(self, name: str) -> None:
        assert re.search(rf"^\| `{name}` \|", DOCS, re.MULTILINE)

    def test_keys_that_count_in_an_editor_are_told(self) -> None:
        sentence = DOCS[DOCS.index("They have the names") : DOCS.index("Some are only for the editor")]
        told = set(re.findall(r"`(\w+)`", sentence))
        assert {camel(key) for key in KEYS if key not in NOT_IN_EDITORS} <= told
