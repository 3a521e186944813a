"""Hovers, completion, outlines, lenses and links over a real connection; what they say is tested in tests/editor."""

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.editor.lsp.session import JOB, Editor, abilities, session
from tests.editor.lsp.test_judging import MOUNTS, READS
from tests.support import GOOD

pytestmark = pytest.mark.asyncio


def at(editor: Editor, name: str, line: int, character: int) -> dict[str, Any]:
    return {"text_document": editor.identifier(name), "position": types.Position(line, character)}


async def test_hover(tmp_path: Path) -> None:
    text = f"# 😀\r\n{GOOD}".replace("restartPolicy: Never", '"restartPolicy": Never').replace(
        "metadata:", "metadata: # 😀"
    )
    async with session(tmp_path, abilities(encodings=["utf-16"])) as editor:
        editor.open("job.yaml", text)
        found = await editor.client.text_document_hover_async(types.HoverParams(**at(editor, "job.yaml", 8, 10)))
        assert found is not None
        assert found.range == types.Range(types.Position(8, 6), types.Position(8, 21))
        assert isinstance(found.contents, types.MarkupContent)
        assert "restartPolicy" in found.contents.value
        nothing = await editor.client.text_document_hover_async(types.HoverParams(**at(editor, "job.yaml", 0, 3)))
        assert nothing is None


async def test_completion(tmp_path: Path) -> None:
    text = GOOD.replace("spec:\n  template", "spec:\n  \n  template")
    async with session(tmp_path, abilities()) as editor:
        editor.open("job.yaml", text)
        params = types.CompletionParams(**at(editor, "job.yaml", 5, 2))
        found = await editor.client.text_document_completion_async(params)
        assert isinstance(found, types.CompletionList)
        items = {item.label: item for item in found.items}
        assert "completions" in items
        assert "template" not in items  # it is there
        edit = items["completions"].text_edit
        assert isinstance(edit, types.TextEdit)
        assert edit.range == types.Range(types.Position(5, 2), types.Position(5, 2))
        assert edit.new_text.startswith("completions:")
        editor.change("job.yaml", "zzz", (5, 2), (5, 2))
        editor.open("empty.yaml", "")
        params = types.CompletionParams(**at(editor, "empty.yaml", 0, 0))
        found = await editor.client.text_document_completion_async(params)
        assert isinstance(found, types.CompletionList)
        assert all(item.insert_text_mode == types.InsertTextMode.AsIs for item in found.items)


async def test_a_client_without_snippets_gets_plain_text(tmp_path: Path) -> None:
    can = abilities()
    assert can.text_document is not None
    assert can.text_document.completion is not None
    assert can.text_document.completion.completion_item is not None
    can.text_document.completion.completion_item.snippet_support = False
    async with session(tmp_path, can) as editor:
        editor.open("empty.yaml", "")
        params = types.CompletionParams(**at(editor, "empty.yaml", 0, 0))
        found = await editor.client.text_document_completion_async(params)
        assert isinstance(found, types.CompletionList)
        assert found.items
        for item in found.items:
            assert item.insert_text_format == types.InsertTextFormat.PlainText
            assert isinstance(item.text_edit, types.TextEdit)
            assert "${" not in item.text_edit.new_text


async def test_symbols_folds_and_lenses_move_with_edits(tmp_path: Path) -> None:
    async with session(tmp_path, abilities()) as editor:
        editor.open("job.yaml", f"{JOB}---\n{GOOD}")
        identifier, ask = editor.identifier("job.yaml"), editor.client

        async def everything() -> tuple[Any, Any, Any]:
            return (
                await ask.text_document_document_symbol_async(types.DocumentSymbolParams(identifier)),
                await ask.text_document_folding_range_async(types.FoldingRangeParams(identifier)),
                await ask.text_document_code_lens_async(types.CodeLensParams(identifier)),
            )

        symbols, folds, lenses = await everything()
        assert [(one.name, one.range.start.line) for one in symbols] == [("hello", 0), ("hello", 12)]
        assert [child.name for child in symbols[0].children] == ["hello"]
        assert folds[0] == types.FoldingRange(0, 10)
        assert [one.range.start.line for one in lenses] == [0, 12]
        assert lenses[0].command.title
        editor.change("job.yaml", "# one\n# two\n", (12, 0), (12, 0))
        symbols, folds, lenses = await everything()
        assert [one.range.start.line for one in symbols] == [0, 14]
        editor.change("job.yaml", "# above\n", (0, 0), (0, 0))
        moved = await everything()
        assert [one.range.start.line for one in moved[0]] == [1, 15]
        assert [one.range.start.line for one in moved[2]] == [1, 15]
        editor.open("fresh.yaml", f"# above\n{JOB}---\n# one\n# two\n{GOOD}")
        identifier = editor.identifier("fresh.yaml")
        assert (await everything())[1:] == moved[1:]


async def test_flat_symbols_for_a_client_without_trees(tmp_path: Path) -> None:
    can = abilities()
    assert can.text_document is not None
    assert can.text_document.document_symbol is not None
    can.text_document.document_symbol.hierarchical_document_symbol_support = False
    async with session(tmp_path, can) as editor:
        editor.open("job.yaml", MOUNTS)
        params = types.DocumentSymbolParams(editor.identifier("job.yaml"))
        found = await editor.client.text_document_document_symbol_async(params)
        assert [(one.name, one.container_name) for one in found or ()] == [  # type: ignore[union-attr]
            ("hello", None),
            ("hello", "hello"),
            ("s", "hello"),
        ]


async def test_definition_and_references(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("# 😀\n" + READS)
    (tmp_path / "other.yaml").write_text(MOUNTS.replace("name: hello", "name: other"))
    async with session(tmp_path, abilities()) as editor:
        editor.open("job.yaml", MOUNTS)

        async def defined(where: dict[str, Any]) -> Any:
            found: Any = await editor.client.text_document_definition_async(types.DefinitionParams(**where))
            assert len(found) == 1
            return found[0]

        mount, use = at(editor, "job.yaml", 12, 31), at(editor, "job.yaml", 15, 28)
        found = await defined(mount)
        assert (found.uri, found.range.start.line) == (editor.uri("job.yaml"), 14)
        found = await defined(use)
        assert (found.uri, found.range.start.line) == (editor.uri("map.yaml"), 4)
        params = types.ReferenceParams(types.ReferenceContext(False), **use)
        places = await editor.client.text_document_references_async(params) or ()
        assert {(one.uri, one.range.start.line) for one in places} == {
            (editor.uri("job.yaml"), 15),
            (editor.uri("other.yaml"), 15),
        }
        editor.open("map.yaml", "#\n#\n" + READS)
        found = await defined(use)
        assert found.range.start.line == 5


async def test_where_nothing_is_to_be_said_nothing_is(tmp_path: Path) -> None:
    async with session(tmp_path, abilities(), {"enable": False}) as editor:
        editor.open("job.yaml", JOB)
        where, identifier, ask = at(editor, "job.yaml", 7, 8), editor.identifier("job.yaml"), editor.client
        assert await ask.text_document_hover_async(types.HoverParams(**where)) is None
        assert await ask.text_document_completion_async(types.CompletionParams(**where)) is None
        assert await ask.text_document_code_lens_async(types.CodeLensParams(identifier)) is None
        assert await ask.text_document_definition_async(types.DefinitionParams(**where)) is None
