"""Settings of the client, configuration files, folders."""

from pathlib import Path

import pytest
from lsprotocol import types

from tests.editor.lsp.session import ALWAYS, JOB, Editor, abilities, session
from tests.support import GOOD, in_spec

pytestmark = pytest.mark.asyncio

SUSPEND = in_spec("suspend: true")
CLEAN, GATED = [], ["gated-field"]  # type: tuple[list[str], list[str]]


async def rules(editor: Editor, name: str) -> list[str]:
    return [rule for rule, *_ in await editor.found(name)]


async def test_settings_of_the_client(tmp_path: Path) -> None:
    settings = {
        "kubeVersion": "1.21",
        "featureGates": {"SuspendJob": True},
        "ignore": ["unfit-restart-policy"],
        "extendSelect": ["missing-ttl"],
        "severity": {"missing-ttl": "error"},
        "select": [],
        "fieldValidation": "",
    }
    async with session(tmp_path, abilities(pull=True), settings) as editor:
        editor.open("job.yaml", SUSPEND.replace("Never", "Always"))
        (found,) = (await editor.pull("job.yaml")).items
        assert (found.code, found.severity) == ("missing-ttl", types.DiagnosticSeverity.Error)


async def test_settings_change(tmp_path: Path) -> None:
    async with session(tmp_path, abilities(pull=True, refresh=True, watch=True)) as editor:
        editor.open("job.yaml", JOB)
        assert await editor.found("job.yaml") == [ALWAYS]
        editor.client.set_configuration({"ignore": ["unfit-restart-policy"]}, section="joblint")
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        for _ in range(50):
            if not await editor.found("job.yaml"):
                break
        assert await editor.found("job.yaml") == []
        assert editor.client.diagnostic_refresh_count >= 2  # at the start, and now
        assert {one.method for one in editor.registered} == {
            "workspace/didChangeConfiguration",
            "workspace/didChangeWatchedFiles",
        }


async def test_a_client_that_sends_its_settings(tmp_path: Path) -> None:
    can = abilities(pull=True, configuration=False)
    async with session(tmp_path, can, options={"kubeVersion": "1.21"}) as editor:
        editor.open("job.yaml", SUSPEND)
        assert await rules(editor, "job.yaml") == GATED
        said = {"joblint": {"featureGates": {"SuspendJob": True}}}
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(said))
        assert await rules(editor, "job.yaml") == CLEAN
        off = {"joblint": {"enable": False}}
        editor.open("bad.yaml", JOB)
        assert await editor.found("bad.yaml") == [ALWAYS]
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(off))
        assert await editor.found("bad.yaml") == []


async def test_wrong_settings_are_told_once_and_the_others_hold(tmp_path: Path) -> None:
    settings = {"kubeVersion": "1.99", "ignore": ["unfit-restart-policy", "no-such-rule"], "featureGates": 3}
    async with session(tmp_path, abilities(pull=True), settings) as editor:
        editor.open("job.yaml", JOB)
        assert await editor.found("job.yaml") == []
        said = [one.message for one in editor.client.messages]
        assert len(said) == 3
        assert any("no-such-rule" in one for one in said)


async def test_gates_that_do_not_fit_are_left_out(tmp_path: Path) -> None:
    settings = {"featureGates": {"SuspendJob": False}}  # locked, or gone, in the newest
    async with session(tmp_path, abilities(pull=True), settings) as editor:
        editor.open("job.yaml", JOB)
        assert await editor.found("job.yaml") == [ALWAYS]
        (said,) = editor.client.messages
        assert "SuspendJob" in said.message


async def test_configuration_files_hold_and_are_watched(tmp_path: Path) -> None:
    file = tmp_path / ".joblint.yaml"
    file.write_text("kube-version: '1.21'\nexclude: [left/]\n")
    async with session(tmp_path, abilities(pull=True, watch=True)) as editor:
        editor.open("job.yaml", SUSPEND)
        editor.open("left/job.yaml", JOB)
        assert await rules(editor, "job.yaml") == GATED
        assert await editor.found("left/job.yaml") == []
        file.write_text("kube-version: '1.37'\n")
        change = types.FileEvent(file.as_uri(), types.FileChangeType.Changed)
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
        assert await rules(editor, "job.yaml") == CLEAN
        assert await editor.found("left/job.yaml") == [ALWAYS]


async def test_without_watching_saving_is_enough(tmp_path: Path) -> None:
    async with session(tmp_path, abilities(pull=True)) as editor:
        editor.open("job.yaml", SUSPEND)
        assert await rules(editor, "job.yaml") == CLEAN
        (tmp_path / ".joblint.yaml").write_text("kube-version: '1.21'\n")
        editor.client.text_document_did_save(types.DidSaveTextDocumentParams(editor.identifier(".joblint.yaml")))
        assert await rules(editor, "job.yaml") == GATED


OWN_RULE = """\
name: mine
effects: [mistake]
on: Job
summary: It is so.
condition: {}
"""


@pytest.mark.parametrize("watch", [True, False])
async def test_own_rules_are_read_anew(tmp_path: Path, watch: bool) -> None:
    pytest.importorskip("cel_expr_python")
    (tmp_path / ".joblint.yaml").write_text("rules: [rules]\n")
    card = tmp_path / "rules" / "mine.yaml"
    card.parent.mkdir()
    card.write_text(OWN_RULE.format("object.kind =="))
    async with session(tmp_path, abilities(pull=True, watch=watch)) as editor:

        async def found_with(condition: str) -> list[str]:
            card.write_text(OWN_RULE.format(condition))
            change = types.FileEvent(card.as_uri(), types.FileChangeType.Changed)
            if watch:
                editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
            else:
                editor.client.text_document_did_save(
                    types.DidSaveTextDocumentParams(editor.identifier("rules/mine.yaml"))
                )
            return await rules(editor, "job.yaml")

        editor.open("job.yaml", GOOD)
        assert await rules(editor, "job.yaml") == []
        assert any("mine.yaml:5:" in one.message for one in editor.client.messages)
        assert await found_with('"false"') == ["mine"]
        assert await found_with('"true"') == []
        assert await found_with('"false"') == ["mine"]


async def test_a_broken_configuration_is_told(tmp_path: Path) -> None:
    (tmp_path / ".joblint.yaml").write_text("kube-version: '1.21'\nignroe: [x]\n")
    async with session(tmp_path, abilities(pull=True)) as editor:
        editor.open("job.yaml", SUSPEND)
        assert await rules(editor, "job.yaml") == GATED
        (said,) = editor.client.messages
        assert ".joblint.yaml:2:1" in said.message


async def test_each_folder_has_its_own(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
    async with session(tmp_path, abilities(pull=True), folders=[old, new]) as editor:
        editor.client.set_configuration({"kubeVersion": "1.21"}, section="joblint", scope_uri=old.as_uri())
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        for name in ("old/job.yaml", "new/job.yaml", "neither.yaml"):
            editor.open(name, SUSPEND)
        for _ in range(50):
            if await rules(editor, "old/job.yaml"):
                break
        assert await rules(editor, "old/job.yaml") == GATED
        assert await rules(editor, "new/job.yaml") == CLEAN
        assert await rules(editor, "neither.yaml") == CLEAN
        gone = types.WorkspaceFoldersChangeEvent([], [types.WorkspaceFolder(old.as_uri(), "old")])
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(gone))
        assert await rules(editor, "old/job.yaml") == CLEAN
