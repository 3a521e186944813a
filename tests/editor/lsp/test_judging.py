"""What is remembered of documents is what would be found anew."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.editor.lsp.judging import Bench
from joblint.editor.lsp.memory import Memory
from joblint.engine.api import judge, make_settings
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.languages import language_of
from joblint.manifests.source import Source
from joblint.project.leave import Leave
from joblint.rule.finding import Finding
from tests.support import GOOD

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = make_settings()
JOB = GOOD.replace("Never", "Always")
READS = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: script
data:
  run.sh: |
    echo $JOB_COMPLETION_INDEX
"""
MOUNTS = f"""\
{GOOD}\
        command: [sh, /s/run.sh]
        volumeMounts: [{{name: s, mountPath: /s}}]
      volumes:
      - name: s
        configMap: {{name: script}}
"""
PIECES = (
    JOB, JOB.replace("hello", "other"), "a: b\n",
    JOB.replace("spec:\n", "spec:\n  unknown: 1 # joblint: ignore[all] x\n"),
    JOB.replace("kind: Job", "kind: Job: x"), "# nothing\n", READS, MOUNTS,
    "apiVersion: batch/v1\nkind: CronJob\nspec:\n  schedule: 1 2 3\n", JOB + "# joblint: ignore[unknown-field]\n",
)  # fmt: skip


def fresh(source: Source, others: list[Source]) -> list[Finding]:
    """What a run of its own finds; a bench proposes fixes, which are tried when somebody asks for one."""
    return judge(Leave().settings(SETTINGS._replace(verify=False)), Corpus([source], others)).findings


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=5), min_size=1, max_size=4))
def test_every_version_of_a_text_is_judged_as_if_it_were_the_first(versions: list[list[str]]) -> None:
    bench, memory = Bench(SETTINGS), Memory()
    for pieces in versions:
        source = Source("x.yaml", "---\n".join(pieces))
        assert bench.judge(source, [], memory).findings == fresh(source, [])
        for document in bench.unknown(source, memory):
            bench.learn(source, document, [], memory)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(PIECES)), min_size=1, max_size=4))
def test_in_markdown_too(pieces: list[tuple[bool, str]]) -> None:
    bench, memory = Bench(SETTINGS), Memory()
    text = ""
    for quoted, piece in pieces:
        block = f"```yaml\n{piece}```\n"
        text = "Read this.\n\n" + text + (block.replace("\n", "\n> ") if quoted else block) + "\n"
        source = Source("x.md", text, "markdown")
        assert bench.judge(source, [], memory).findings == fresh(source, [])


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures").rglob("*.*")), ids=lambda path: path.name)
def test_every_fixture_when_lines_come_before_it(path: Path) -> None:
    if path.suffix not in (".yaml", ".md", ".sh", ".json"):
        pytest.skip("no manifest")
    text = path.read_bytes().decode("utf-8", "replace")
    bench, memory = Bench(SETTINGS), Memory()
    language = language_of(str(path))
    for shift in ("", "# a line more\n" if language != "json" else "\n"):
        source = Source(str(path), shift + text, language)
        assert bench.judge(source, [], memory).findings == fresh(source, [])


def test_what_stands_in_another_file_counts_when_it_changes() -> None:
    bench, memory, job = Bench(SETTINGS), Memory(), Source("job.yaml", MOUNTS)
    assert bench.judge(job, [], memory).findings == []
    others = [Source("map.yaml", READS)]
    (found,) = bench.judge(job, others, memory).findings
    assert (found.rule, found.line) == ("index-read-without-indexed", 16)
    outcome = bench.judge(job, [Source("map.yaml", READS.replace("INDEX", "SIZE"))], memory)
    assert outcome.findings == []
    assert not outcome.apart
    assert bench.judge(Source("x.yaml", JOB), [], Memory()).apart


def test_what_the_file_of_a_script_suppresses_is_not_shown_where_the_script_is_used() -> None:
    bench, memory, job = Bench(SETTINGS), Memory(), Source("job.yaml", MOUNTS)
    for comment, found in (("", 1), ("  # joblint: ignore[index-read-without-indexed]", 0), ("", 1)):
        script = Source("script.yaml", READS.replace("run.sh: |", f"run.sh: |{comment}"))
        assert len(bench.judge(job, [script], memory).findings) == found


def test_memory_holds_two_versions_and_no_more() -> None:
    bench, memory = Bench(SETTINGS), Memory()
    for number in range(9):
        bench.judge(Source("x.yaml", f"# {number}\n{JOB}"), [], memory)
    assert len(memory._last) == 1
    assert memory._now == {}


def test_a_bug_in_one_document_does_not_hide_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from joblint.server.verdict import Judge

    verdict = Judge.verdict

    def broken(self: Judge, manifest: object, *rest: object) -> object:
        if "other" in manifest.document.text:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return verdict(self, manifest, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Judge, "verdict", broken)
    source = Source("x.yaml", "---\n".join([JOB.replace("hello", "other"), JOB]))
    assert [one.line for one in Bench(SETTINGS).judge(source, [], Memory()).findings] == [20]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_suppression_ends_while_a_text_is_open() -> None:
    """What is remembered of the document stays; the day is asked each time."""
    days = iter(("2027-03-01", "2027-03-02"))
    bench, memory = Bench(SETTINGS._replace(today=lambda: next(days))), Memory()
    text = GOOD.replace("spec:\n", "spec:\n  unknown: 1 # joblint: ignore[unknown-field] until 2027-03-01\n", 1)
    found = [bench.judge(Source("x.yaml", text), [], memory).findings for _ in range(2)]
    assert [[one.rule for one in each] for each in found] == [[], ["unknown-field", "expired-suppression"]]
