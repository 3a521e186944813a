"""Diagnostics, asked for and sent, over a real connection."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.editor.lsp.session import ALWAYS, JOB, abilities, places, session
from tests.support import GOOD, HANG, in_spec

pytestmark = pytest.mark.asyncio


async def test_a_client_that_can_asks(tmp_path: Path) -> None:
    async with session(tmp_path, abilities(pull=True)) as editor:
        provider = editor.result.capabilities.diagnostic_provider
        assert isinstance(provider, types.DiagnosticOptions)
        assert provider.inter_file_dependencies
        assert provider.workspace_diagnostics
        editor.open("job.yaml", JOB)
        report = await editor.pull("job.yaml")
        (found,) = report.items
        assert places(report.items) == [ALWAYS]
        assert found.range.end == types.Position(7, 27)
        assert found.severity == types.DiagnosticSeverity.Error
        assert found.source == "joblint"
        assert found.code_description.href.startswith("https://kubernetes.io/docs/")
        assert (await editor.pull("job.yaml", report.result_id)).kind == "unchanged"
        editor.change("job.yaml", "# above\n", (0, 0))
        moved = await editor.pull("job.yaml", report.result_id)
        assert places(moved.items) == [("unfit-restart-policy", 8, 21)]
        editor.change("job.yaml", GOOD)
        assert (await editor.pull("job.yaml", moved.result_id)).items == ()
        assert editor.client.diagnostics == {}  # never both


async def test_a_client_that_cannot_is_told(tmp_path: Path) -> None:
    async with session(tmp_path) as editor:
        assert editor.result.capabilities.diagnostic_provider is None
        editor.open("job.yaml", JOB)
        found = await editor.pushed()
        assert (found.uri, found.version) == (editor.uri("job.yaml"), 1)
        assert places(found.diagnostics) == [ALWAYS]
        for number in range(5):  # within the debounce, unless the machine is slow: one answer, to the last
            editor.change("job.yaml", f"# {number}\n", (0, 0))
        while found.version != 6:
            found = await editor.pushed()
        assert places(found.diagnostics) == [("unfit-restart-policy", 12, 21)]
        editor.close("job.yaml")
        assert (await editor.pushed()).diagnostics == ()


async def test_where_a_limit_was_reached(tmp_path: Path) -> None:
    async with session(tmp_path, abilities(pull=True)) as editor:
        editor.open(
            "job.yaml", f"{JOB}---\nkind: Job\nx:\n---\n" + "{kind: List, items: [\n" * 101 + "kind: Job" + "]}" * 101
        )
        line = len(JOB.splitlines()) + 4
        for by in range(2):  # what is remembered of documents does not hide it
            *_, found = sorted((await editor.pull("job.yaml")).items, key=lambda one: one.range.start.line)
            assert (found.code, found.severity) == (None, types.DiagnosticSeverity.Warning)
            assert found.message.startswith("Lists are nested more than 100 levels deep")
            assert found.range.start == types.Position(line + by + 101, 0)
            editor.change("job.yaml", "# above\n", (0, 0))


async def test_what_is_said_with_it(tmp_path: Path) -> None:
    twice = (
        GOOD.replace("kind: Job", "kind: Job  # joblint: ignore[unknown-field]") + GOOD.partition("containers:\n")[2]
    )
    volume = GOOD.replace("      containers", "      volumes: [{name: v, gitRepo: {repository: r}}]\n      containers")
    async with session(tmp_path, abilities(pull=True)) as editor:
        editor.open("job.yaml", twice)
        found = {str(one.code): one for one in (await editor.pull("job.yaml")).items}
        assert found["unused-suppression"].tags == (types.DiagnosticTag.Unnecessary,)
        (place,) = found["invalid-container-name"].related_information
        assert place.location.uri == editor.uri("job.yaml")
        assert place.location.range.start == types.Position(9, 8 + len("name: "))
        editor.open("volume.yaml", volume)
        (deprecated,) = (await editor.pull("volume.yaml")).items
        assert deprecated.code == "deprecated-volume"
        assert deprecated.tags == (types.DiagnosticTag.Deprecated,)
        assert deprecated.severity == types.DiagnosticSeverity.Warning


async def test_what_a_client_does_not_know_is_left_out(tmp_path: Path) -> None:
    can = abilities("emacs@v29", pull=True)
    assert can.text_document is not None
    assert can.text_document.publish_diagnostics is not None
    can.text_document.publish_diagnostics.code_description_support = False
    can.text_document.publish_diagnostics.tag_support = None
    text = GOOD.replace("spec:\n  template", "spec:  # joblint: ignore[all]\n  completionMode: Indexed\n  template")
    async with session(tmp_path, can) as editor:
        editor.open("job.yaml", text.replace("ignore[all]", "ignore[wrong-type]"))
        found = (await editor.pull("job.yaml")).items
        assert len(found) == 2
        for one in found:
            assert (one.tags, one.code_description, one.related_information) == (None, None, None)


async def test_minors_are_named_where_it_holds_only_for_some(tmp_path: Path) -> None:
    async with session(tmp_path, abilities(pull=True), {"kubeVersion": "1.21-1.37"}) as editor:
        editor.open("job.yaml", in_spec("suspend: true"))
        (found,) = (await editor.pull("job.yaml")).items
        assert found.message.endswith("on 1.21)")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_positions_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    text = GOOD.replace("restartPolicy: Never", '"restartPolicy": Always') + "# 😀\n"
    text = text.replace("metadata:\n  name: hello", 'metadata: {annotations: {"a": "😀漢é\t"}, nmae: hello}')
    shift = {"utf-8": 4 + 3 + 2, "utf-16": 2 + 1 + 1, "utf-32": 1 + 1 + 1}[encoding]
    at = len('metadata: {annotations: {"a": "\t"}, ') + shift
    async with session(tmp_path, abilities(pull=True, encodings=[encoding])) as editor:
        assert editor.result.capabilities.position_encoding == encoding
        editor.open("job.yaml", text.replace("\n", "\r\n"))
        found = [place for place in await editor.found("job.yaml") if place[0] == "unknown-field"]
        assert found == [("unknown-field", 2, at)]
        editor.change("job.yaml", "nam", (2, at), (2, at + 3))  # `nma` becomes `nam`
        assert not [place for place in await editor.found("job.yaml") if place[0] == "unknown-field"]


async def test_other_languages(tmp_path: Path) -> None:
    fence = f"Say 😀:\n\n> ```yaml\n> {JOB.rstrip().replace(chr(10), chr(10) + '> ')}\n> ```\n"
    script = f"kubectl apply -f - <<EOF\n{JOB}EOF\n"
    document = '{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "😀x"}, "spec": {"a": 1}}'
    async with session(tmp_path, abilities(pull=True, encodings=["utf-16"])) as editor:
        editor.open("a.md", fence, "markdown")
        assert await editor.found("a.md") == [("unfit-restart-policy", 10, 23)]
        editor.open("a.sh", script, "shellscript")
        assert await editor.found("a.sh") == [("unfit-restart-policy", 8, 21)]
        literal = f"Say 😀::\n\n\t{JOB.rstrip().replace(chr(10), chr(10) + chr(9))}\n"
        editor.open("a.rst", literal, "restructuredtext")
        assert await editor.found("a.rst") == [("unfit-restart-policy", 9, 22)]
        editor.open("a.json", document, "json")
        assert ("unknown-field", 0, document.index('"a"') + 1) in await editor.found("a.json")
        editor.open("a.py", JOB, "python")
        assert await editor.found("a.py") == []
        editor.open("untitled", JOB, "yaml")
        assert await editor.found("untitled") == [ALWAYS]


async def test_what_holds_stays_while_a_document_is_half_typed(tmp_path: Path) -> None:
    text = f"{JOB}---\n{JOB.replace('hello', 'other')}"
    async with session(tmp_path, abilities(pull=True)) as editor:
        editor.open("job.yaml", text)
        second = ("unfit-restart-policy", 19, 21)
        assert await editor.found("job.yaml") == [ALWAYS, second]
        editor.change("job.yaml", "  labels\n", (4, 0), (4, 0))  # no colon yet
        found = await editor.found("job.yaml")
        below = ("unfit-restart-policy", 8, 21), ("unfit-restart-policy", 20, 21)
        assert [place for place in found if place[0] != "unreadable-document"] == list(below)
        assert [place[0] for place in found].count("unreadable-document") == 1
        editor.change("job.yaml", "s", (8, 27), (8, 27))  # its own line: nobody knows now
        found = await editor.found("job.yaml")
        assert [place for place in found if place[0] != "unreadable-document"] == [below[1]]
        editor.change("job.yaml", ": {}", (4, 8), (4, 8))
        assert await editor.found("job.yaml") == list(below)


async def test_a_configmap_beside_it_counts(tmp_path: Path) -> None:
    from tests.editor.lsp.test_judging import MOUNTS, READS

    (tmp_path / "map.yaml").write_text(READS)
    async with session(tmp_path, abilities(pull=True, refresh=True)) as editor:
        editor.open("job.yaml", MOUNTS)
        await editor.pull("job.yaml")
        async with asyncio.timeout(HANG):
            while not editor.client.diagnostic_refresh_count:
                await asyncio.sleep(0.05)
        assert await editor.found("job.yaml") == [("index-read-without-indexed", 15, 26)]
        editor.open("map.yaml", READS.replace("INDEX", "SIZE"))
        assert await editor.found("job.yaml") == []
        editor.close("map.yaml")
        assert await editor.found("job.yaml") == [("index-read-without-indexed", 15, 26)]


async def test_closed_files_of_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(JOB)
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "excluded.yaml").write_text(JOB)
    (tmp_path / ".joblint.yaml").write_text("exclude: [excluded.yaml]\n")
    async with session(tmp_path, abilities(pull=True, watch=True)) as editor:
        ask: Any = editor.client.workspace_diagnostic_async
        report = await asyncio.wait_for(ask(types.WorkspaceDiagnosticParams([])), HANG)
        (bad,) = report.items
        assert bad.uri == editor.uri("bad.yaml")
        assert places(bad.items) == [ALWAYS]
        # An answer that would be the same waits for a change.
        known = [types.PreviousResultId(bad.uri, bad.result_id)]
        waiting = asyncio.ensure_future(ask(types.WorkspaceDiagnosticParams(known)))
        await asyncio.sleep(0)  # it is sent
        assert await editor.pull("good.yaml")  # the server has come to the request before this one
        assert not waiting.done()
        (tmp_path / "good.yaml").write_text(JOB)
        (tmp_path / "bad.yaml").write_text(GOOD)
        events = [types.FileEvent(editor.uri(name), types.FileChangeType.Changed) for name in ("good.yaml", "bad.yaml")]
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
        report = await asyncio.wait_for(waiting, HANG)
        assert {one.uri: places(one.items) for one in report.items} == {
            editor.uri("good.yaml"): [ALWAYS],
            editor.uri("bad.yaml"): [],
        }


async def test_a_request_that_is_cancelled_ends(tmp_path: Path) -> None:
    async with session(tmp_path, abilities(pull=True, watch=True)) as editor:
        ask: Any = editor.client.protocol.send_request_async
        params = types.WorkspaceDiagnosticParams([types.PreviousResultId("file:///x.yaml", "nothing")])
        waiting = asyncio.ensure_future(ask(types.WORKSPACE_DIAGNOSTIC, params, "it"))
        await asyncio.sleep(0)  # it is sent
        assert await editor.pull("x.yaml")  # the server has come to the request before this one
        editor.client.cancel_request(types.CancelParams("it"))
        with pytest.raises(Exception, match="cancel"):
            await asyncio.wait_for(waiting, HANG)
