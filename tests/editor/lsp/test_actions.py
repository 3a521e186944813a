"""Quick fixes and the like, as clients ask for them."""

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from joblint.editor.lsp import cures
from joblint.editor.lsp.deltas import edits
from joblint.manifests.source import Source
from tests.editor.lsp.session import Editor, abilities, session
from tests.support import GOOD, in_spec

pytestmark = pytest.mark.asyncio

JOB = GOOD.replace("Never", "onFailure")
TWICE = in_spec('backoffLimit: "3"', of=JOB)
UNSAFE = GOOD.replace("name: hello\nspec", "name: Hello\nspec")


async def applied(editor: Editor, name: str, text: str, action: types.CodeAction) -> str:
    """The text after an action, its edit asked for where it comes later."""
    if action.edit is None:
        action = await editor.client.code_action_resolve_async(action)
    assert action.edit is not None
    assert action.edit.document_changes is not None
    (change,) = action.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (editor.uri(name), editor.versions[name])
    lines = text.split("\n")
    for edit in sorted(change.edits, key=lambda one: one.range.start, reverse=True):  # ASCII: units are characters
        assert isinstance(edit, types.TextEdit)
        start, end = edit.range.start, edit.range.end
        head, tail = (
            lines[start.line][: start.character],
            lines[end.line][end.character :] if end.line < len(lines) else "",
        )
        lines[start.line : end.line + 1] = (head + edit.new_text + tail).split("\n")
    return "\n".join(lines)


def named(actions: list[types.CodeAction], title: str) -> types.CodeAction:
    (found,) = [one for one in actions if title in one.title]
    return found


@pytest.mark.parametrize("later", [True, False])
async def test_what_is_offered_and_what_it_does(tmp_path: Path, later: bool) -> None:
    can = abilities(pull=True)
    assert can.text_document is not None
    assert can.text_document.code_action is not None
    if not later:
        can.text_document.code_action.resolve_support = None
    text = f"{TWICE}---\n{JOB}"
    async with session(tmp_path, can) as editor:
        editor.open("job.yaml", text)
        shown = (await editor.pull("job.yaml")).items
        actions = await editor.actions("job.yaml", 8, shown=shown)
        assert [(one.title, one.kind) for one in actions] == [
            ("Write `OnFailure`", "quickfix"),
            ("Fix all 2 `unfit-restart-policy` findings in this file", "quickfix"),
            ("Ignore `unfit-restart-policy` here, with a reason", "quickfix"),
            ("Apply all safe fixes (joblint)", "source.fixAll.joblint"),
        ]
        assert (actions[1].edit is None) == later
        assert actions[0].is_preferred
        assert actions[0].diagnostics == (shown[1],)
        one = await applied(editor, "job.yaml", text, actions[0])
        assert one == text.replace("onFailure", "OnFailure", 1)
        rule = await applied(editor, "job.yaml", text, actions[1])
        assert rule == text.replace("onFailure", "OnFailure")
        ignored = await applied(editor, "job.yaml", text, actions[2])
        comment = "onFailure  # joblint: ignore[unfit-restart-policy] TODO: say why"
        assert ignored == text.replace("onFailure", comment, 1)
        every = await applied(editor, "job.yaml", text, actions[3])
        assert every == text.replace("onFailure", "OnFailure").replace('"3"', "3")


async def test_a_client_says_which_kinds_it_wants(tmp_path: Path) -> None:
    async with session(tmp_path, abilities(pull=True)) as editor:
        editor.open("job.yaml", JOB)
        for only in ("source.fixAll.joblint", "source.fixAll", "source"):
            (action,) = await editor.actions("job.yaml", 0, [only])
            assert action.kind == "source.fixAll.joblint"
        assert await editor.actions("job.yaml", 7, ["refactor"]) == []
        assert {one.kind for one in await editor.actions("job.yaml", 7, ["quickfix"])} == {"quickfix"}
        assert await editor.actions("job.yaml", 2, ["quickfix"]) == []


async def test_unsafe_fixes_say_so_and_can_be_turned_off(tmp_path: Path) -> None:
    text = GOOD.replace("    spec:\n", "    spec:\n      restartpolicy: Never\n").replace(
        "      restartPolicy: Never\n", ""
    )
    async with session(tmp_path, abilities(pull=True)) as editor:
        editor.open("job.yaml", UNSAFE)
        found = [one for one in await editor.actions("job.yaml", 3) if "(unsafe" in one.title]
        assert found
        assert not any(one.is_preferred for one in found)
        assert not any(one.kind != "quickfix" for one in await editor.actions("job.yaml", 3))
        editor.open("other.yaml", text)
        assert await editor.actions("other.yaml", 7)
    async with session(tmp_path, abilities(pull=True), {"unsafeFixes": False}) as editor:
        editor.open("job.yaml", UNSAFE)
        assert [one.title for one in await editor.actions("job.yaml", 3)] == [
            "Ignore `invalid-name` here, with a reason"
        ]


async def test_a_client_without_versions_gets_plain_changes(tmp_path: Path) -> None:
    async with session(tmp_path, abilities(pull=True, versions=False)) as editor:
        editor.open("job.yaml", JOB)
        (action,) = await editor.actions("job.yaml", 7, ["source.fixAll.joblint"])
        action = action if action.edit else await editor.client.code_action_resolve_async(action)
        assert action.edit is not None
        assert action.edit.document_changes is None
        assert action.edit.changes is not None
        (edit,) = action.edit.changes[editor.uri("job.yaml")]
        assert edit == types.TextEdit(types.Range(types.Position(7, 21), types.Position(7, 22)), "O")


async def test_json_takes_no_comment(tmp_path: Path) -> None:
    text = '{"apiVersion": "batch/v1", "kind": "Job", "spec": {"completionss": 1}}'
    async with session(tmp_path, abilities(pull=True)) as editor:
        editor.open("job.json", text, "json")
        assert not [one for one in await editor.actions("job.json", 0) if "Ignore" in one.title]


async def test_commands(tmp_path: Path) -> None:
    asked: list[types.ApplyWorkspaceEditParams] = []
    async with session(tmp_path, abilities(pull=True)) as editor:

        @editor.client.feature(types.WORKSPACE_APPLY_EDIT)
        def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            asked.append(params)
            return types.ApplyWorkspaceEditResult(True)

        editor.open("job.yaml", JOB)
        assert (await editor.command("joblint.fixAll", editor.uri("job.yaml")))["applied"]
        assert asked[0].edit.document_changes
        about = {"uri": editor.uri("job.yaml"), "rule": "unfit-restart-policy", "line": 7, "reason": "a test\nof it"}
        assert (await editor.command("joblint.ignore", about))["applied"]
        assert asked[1].edit.document_changes
        (edit,) = asked[1].edit.document_changes[0].edits  # type: ignore[union-attr]
        assert edit.new_text == "  # joblint: ignore[unfit-restart-policy] a test of it"  # type: ignore[union-attr]
        assert await editor.command("joblint.fixAll", "file:///nobody.yaml") is None
        assert await editor.command("joblint.fixAll") is None
        assert await editor.command("joblint.ignore", 3) is None
        version = await editor.command("joblint.kubeVersion", editor.uri("job.yaml"))
        assert (version["versions"], version["origin"]) == (["1.37"], "default")
        assert version["choices"][0] == "1.37"
        assert (await editor.command("joblint.setKubeVersion", "1.9"))["error"]
        editor.change("job.yaml", in_spec("suspend: true"))
        assert await editor.found("job.yaml") == []
        assert (await editor.command("joblint.setKubeVersion", "1.21"))["chosen"] == "1.21"
        assert [rule for rule, *_ in await editor.found("job.yaml")] == ["gated-field"]
        assert (await editor.command("joblint.kubeVersion", editor.uri("job.yaml")))["versions"] == ["1.21"]
        await editor.command("joblint.setKubeVersion", "")
        assert await editor.found("job.yaml") == []


async def test_a_half_typed_document_offers_nothing_that_was_found_before(tmp_path: Path) -> None:
    async with session(tmp_path, abilities(pull=True)) as editor:
        editor.open("job.yaml", JOB)
        await editor.pull("job.yaml")
        editor.change("job.yaml", "  labels\n", (4, 0), (4, 0))
        assert ("unfit-restart-policy", 8, 21) in await editor.found("job.yaml")
        assert await editor.actions("job.yaml", 8) == []


async def test_a_fix_that_brings_in_something_else_or_cures_nothing_is_not_offered() -> None:
    await asyncio.sleep(0)
    from joblint.rule.finding import Edit, Finding, Fix

    bad = Finding("r", "rejected", "error", "m", "x", 1, 1, 1, 2, fix=Fix(False, "f", (Edit(0, 1, "b"),)))
    worse = bad._replace(rule="other", fix=None)
    source = Source("x", "a")
    assert cures.one(source, bad, lambda text: [bad] if text.text == "a" else [worse]) == []
    assert cures.one(source, bad, lambda text: [bad] if text.text == "a" else []) == edits("a", "b")
    safe = bad._replace(fix=bad.fix and bad.fix._replace(safe=True))
    assert cures.one(source, safe, lambda text: [safe] if text.text == "a" else [worse]) == []
    assert cures.one(source, safe, lambda text: [safe]) == []
