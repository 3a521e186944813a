"""`--add-ignore`: nothing is found afterwards, a second run changes nothing, and the data is the same."""

import io
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

import joblint
from joblint.engine.suppress.settle import RULES
from joblint.engine.suppress.write import NO_TAIL, Added, Tail, add
from joblint.manifests.source import Source
from joblint.rule.finding import Finding
from tests.cli.program import Program
from tests.support import BAD, GOOD, in_spec

SCRIPT = f"""\
{in_spec("paralelism: 2 # two", "# joblint: ignore[wrong-type] we know", 'completions: "2"')}\
        command:
        - sh
        - -c
        - |-
          echo $(HOME)

          kill -9 $(PID)
        - "echo $(PID)
           and $(XX)"
      - imagge: busybox:1.36
        name: Second
        env: [{{name: A, vallue: x}}, {{name: B,
          vallue: y}}]
"""


pytestmark = pytest.mark.usefixtures("here")


def judge(source: Source) -> list[Finding]:
    return joblint.lint(source.text, path=source.path, language=source.language)


def added(text: str, language: str = "yaml", tail: Tail = NO_TAIL) -> Added:
    """The result, which a second run does not change."""
    source = Source("a", text, language)
    result = add(source, judge(source), judge, tail)
    again = Source("a", result.text, language)
    assert add(again, judge(again), judge, tail).text == result.text
    return result


def data(text: str) -> Any:
    return list(YAML(typ="safe", pure=True).load_all(io.StringIO(text)))


def test_comments_are_written_where_they_can_stand() -> None:
    result = added(SCRIPT)
    assert judge(Source("a", result.text)) == []
    assert data(result.text) == data(SCRIPT)
    changed = [line for line in result.text.split("\n") if line not in SCRIPT.split("\n")]
    assert (
        changed
        == [
            "  paralelism: 2 # two  # joblint: ignore[unknown-field]",
            "        - |-  # joblint: ignore[undefined-reference]",
            "      - imagge: busybox:1.36  # joblint: ignore[missing-image, unknown-field]",
            "        name: Second  # joblint: ignore[invalid-container-name]",
            "        env: [{name: A, vallue: x}, {name: B,  # joblint: ignore[unknown-field]",
            "          vallue: y}]  # joblint: ignore[unknown-field]",
        ]
        or [line for line in changed if "joblint" not in line] == []
    )


def test_above_where_a_scalar_goes_on() -> None:
    text = BAD.replace("paralelism: 2", 'paralelism: "two\n    and more"')
    result = added(text)
    assert result.text == text.replace("  paral", "  # joblint: ignore[unknown-field]\n  paral")


def test_names_are_added_to_a_comment_that_is_there() -> None:
    for text in (
        BAD.replace("paralelism: 2", "paralelism: 2  # joblint: ignore[wrong-type] why"),
        BAD.replace("  paralelism", "  # joblint: ignore[wrong-type] why\n\n  paralelism"),
    ):
        source = Source("a", text)
        result = add(source, judge(source), judge)
        assert result.text == text.replace("[wrong-type]", "[wrong-type, unknown-field]")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_endings_and_a_missing_last_one(end: str) -> None:
    text = (GOOD.rstrip("\n") + "\n        imagge: x").replace("\n", end)
    assert added(text).text == text + "  # joblint: ignore[unknown-field]"


def test_texts_that_embed_manifests() -> None:
    quoted = "".join(f"> {line}\n" for line in f"```yaml\n{BAD}```".split("\n"))
    result = added(f"# T\n\n{quoted}", "markdown")
    assert "\n>   paralelism: 2  # joblint: ignore[unknown-field]\n" in result.text
    below = "".join(f"   {line}\n" for line in BAD.splitlines())
    result = added(f"T\n=\n\n.. code-block:: yaml\n\n{below}", "rst")
    assert "\n     paralelism: 2  # joblint: ignore[unknown-field]\n" in result.text
    tabs = "kubectl apply -f - <<-EOF\n" + "".join(f"\t{line}\n" for line in BAD.splitlines()) + "\tEOF\n"
    assert "\t  paralelism: 2  # joblint: ignore[unknown-field]\n" in added(tabs, "shell").text


@pytest.mark.parametrize(
    "text",
    [
        '{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": 2}\n',
        BAD + "  x: [\n",
        "--- x\n" + BAD,
    ],
)
def test_impossible(text: str) -> None:
    source = Source("a", text)
    result = add(source, judge(source), judge)
    assert (result.text, result.done) == (text, [])
    assert result.impossible == judge(source) != []


def test_what_is_wrong_with_suppressions_is_left() -> None:
    text = GOOD.replace("image: busybox:1.36", "image: busybox:1.36  # joblint: ignore[nonsense]")
    source = Source("a", text)
    assert add(source, judge(source), judge) == Added(text, [], [])


LINES = (
    "  %: 1", "  %:\n  - a\n  - b", "  %: 'x\n\n    y'", "  %: |\n    a # b\n\n    c\n", "  %: >-\n   a\n   b",
    "  %: {a: 1,\n    b: [x,\n   y]}", "  ? %\n  : 1", "  %: &% {}", "  %: # why\n    a: 1", "  %: plain\n    text",
    '  "%":\n    "x": "y # z"', "  %: !!str 1", "  %:   1   ", "  % :", "  completions: 'a\n    b' # x",
    "  completions: |+\n    a\n\n", "  ? completions\n  : plain\n     text", "  backoffLimit: [1, 'a\n    b',\n   2]",
    "  %: 1 # joblint: ignore[unknown-field] until 2020-01-01 why",
    "  # joblint: ignore[rejected] until 2020-01-01\n  %: 1",
    "  %: 1 # joblint: ignore[advice] until 9999-12-31 why",
)  # fmt: skip
TAILS = (NO_TAIL, Tail("9999-12-31"), Tail("", "we migrate"), Tail("9999-12-30", "we migrate"))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=5, unique_by=lambda line: line.strip(" ?")[:6]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["yaml", "markdown", "shell", "rst"]),
    st.sampled_from(TAILS),
)
def test_nothing_is_found_afterwards_and_the_data_is_the_same(
    lines: list[str], end: str, language: str, tail: Tail
) -> None:
    spec = "\n".join(line.replace("%", f"x{i}") for i, line in enumerate(lines))
    text = BAD.replace("  paralelism: 2", spec)
    whole = {
        "yaml": text,
        "markdown": f"```yaml\n{text}```\n",
        "shell": f"k <<'E'\n{text}E\n",
        "rst": "::\n\n" + "".join(f"  {line}\n" for line in text.splitlines()),
    }[language]
    source = Source("a", whole.replace("\n", end), language)
    before = [finding for finding in judge(source) if finding.rule not in RULES]
    if any(finding.rule == "unreadable-document" for finding in before):
        return
    result = added(source.text, language, tail)
    left = judge(Source("a", result.text, language))
    assert len(result.done) + len(result.impossible) == len(before)
    assert len(left) == len(result.impossible)
    if language == "yaml":
        assert result.impossible == []
        assert data(result.text) == data(source.text)


NOTHING = "joblint: would ignore nothing\n"


class TestProgram:
    def test_files(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(SCRIPT)
        (here / "b.md").write_text(f"```yaml\n{BAD}```\n")
        (here / "a.yaml").chmod(0o640)
        done = joblint("check", "--add-ignore", ".")
        assert (done.code, done.out) == (0, "")
        assert "in 2 files" in done.err
        texts = [(here / name).read_text() for name in ("a.yaml", "b.md")]
        assert (here / "a.yaml").stat().st_mode & 0o777 == 0o640
        done = joblint("check", "--add-ignore")
        assert (done.code, done.out) == (0, "")
        assert [(here / name).read_text() for name in ("a.yaml", "b.md")] == texts

    def test_of_some_rules(self, here: Path, joblint: Program) -> None:
        text = BAD.replace("paralelism: 2", "paralelism: 2\n  completions: x")
        (here / "a.yaml").write_text(text)
        done = joblint("check", "--add-ignore=wrong-type,schedule", "a.yaml")
        assert done.code == 1
        assert (here / "a.yaml").read_text() == text.replace(": x", ": x  # joblint: ignore[wrong-type]")

    def test_advice(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(GOOD)
        assert joblint("check", "--extend-select", "advice", "--add-ignore").code == 0
        assert "0 info" not in joblint("check", "--extend-select", "advice", "--fail-on", "info").err
        assert joblint("check", "--extend-select", "advice", "--fail-on", "info").code == 0
        assert joblint("check").code == 0

    def test_what_cannot_be_is_told(self, here: Path, joblint: Program) -> None:
        (here / "a.json").write_text(
            '{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": 2}\n'
        )
        done = joblint("check", "--add-ignore")
        assert done.code == 1
        assert "joblint: a.json:1:78: not ignored: wrong-type: no comment is possible there" in done.err

    def test_what_cannot_be_read_has_no_annotation_either(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(BAD.replace("  template:", "\ttemplate:"))
        done = joblint("check", "--add-ignore")
        assert done.code == 1
        assert "not ignored: unreadable-document: no comment is possible there\n" in done.err

    def test_only_what_is_not_in_the_baseline(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(BAD)
        assert joblint("check", "--write-baseline", "known.json").code == 0
        (here / "b.yaml").write_text(BAD)
        assert joblint("check", "--baseline", "known.json", "--add-ignore").code == 0
        assert (here / "a.yaml").read_text() == BAD
        assert "joblint: ignore" in (here / "b.yaml").read_text()

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything can be written to")
    def test_a_file_that_cannot_be_written(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(BAD)
        (here / "a.yaml").chmod(0o400)
        assert joblint("check", "--add-ignore").code == 2
        assert (here / "a.yaml").read_text() == BAD

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--add-ignore=nonsense"],
            ["--add-ignore", "--fix"],
            ["--add-ignore", "-"],
            ["--add-ignore", "--no-suppressions"],
        ],
    )
    def test_wrong_usage(self, joblint: Program, arguments: list[str]) -> None:
        assert joblint("check", *arguments).code == 2

    def test_suppressions_left_out_of_account(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(BAD.replace("paralelism: 2", "paralelism: 2  # joblint: ignore[unknown-field]"))
        done = joblint("check")
        assert (done.code, "1 suppressed" in done.err) == (0, True)
        done = joblint("check", "--no-suppressions")
        assert (done.code, "suppressed" in done.err) == (1, False)


class TestNothing:
    """What is not done is told; where a path cannot be read, nothing is done."""

    @pytest.mark.parametrize("word", ["missing-image", "schedule", "rejected", "unknown-field,wrong-type"])
    def test_a_rule_that_is_not_behind_the_sign(self, here: Path, joblint: Program, word: str) -> None:
        (here / "a.yaml").write_text(BAD)
        done = joblint("check", "--add-ignore", word, "a.yaml")
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            "joblint: --add-ignore: nothing was written: some paths could not be read\n"
            f"joblint: {word}: no such file or directory; to suppress `{word}`, write `--add-ignore={word}`\n"
        )
        assert (here / "a.yaml").read_text() == BAD

    def test_another_path_that_is_not_there(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(BAD)
        done = joblint("check", "--add-ignore", "a.yaml", "gone.yaml")
        assert (done.code, (here / "a.yaml").read_text()) == (2, BAD)
        assert done.err.endswith("joblint: gone.yaml: no such file or directory\n")

    def test_a_file_of_that_name(self, here: Path, joblint: Program) -> None:
        (here / "schedule").write_text(BAD)
        assert joblint("check", "--add-ignore", "schedule").code == 0
        assert "joblint: ignore[unknown-field]" in (here / "schedule").read_text()

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            ((), ""),
            (("--reason", "x"), "--reason does"),
            (("--until", "9999-12-31"), "--until does"),
            (("--reason", "x", "--until", "9999-12-31"), "--reason and --until do"),
        ],
    )
    def test_what_is_suppressed_already(self, here: Path, joblint: Program, words: tuple[str, ...], why: str) -> None:
        text = BAD.replace("paralelism: 2", "paralelism: 2  # joblint: ignore[unknown-field]")
        (here / "a.yaml").write_text(text)
        more = f": 1 finding is already suppressed, and {why} not change those comments" if why else ""
        for diff, would in ((), "ignored"), (("--diff",), "would ignore"):
            done = joblint("check", "--add-ignore", *words, *diff)
            assert (done.code, done.err.splitlines()[0]) == (0, f"joblint: {would} nothing{more}")
        assert (here / "a.yaml").read_text() == text

    @pytest.mark.parametrize("diff", [(), ("--diff",)])
    def test_what_is_wrong_with_suppressions(self, here: Path, joblint: Program, diff: tuple[str, ...]) -> None:
        (here / "a.yaml").write_text(in_spec("parallelism: 2  # joblint: ignore[unknown-field]"))
        done = joblint("check", "--add-ignore", *diff)
        assert (
            "joblint: a.yaml:6:19: not ignored: unused-suppression: a comment cannot suppress this; "
            "correct or remove the suppression\n"
        ) in done.err
        assert "not ignored" not in joblint("check", "--add-ignore=rejected", *diff).err


class TestDiff:
    """`--add-ignore --diff` shows the comments, and writes none."""

    def test_it_is_one_that_patch_takes(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(BAD)
        done = joblint("check", "--add-ignore", "--diff")
        assert (done.code, done.err) == (1, "joblint: would ignore 1 finding in 1 file\n")
        assert "\n-  paralelism: 2\n+  paralelism: 2  # joblint: ignore[unknown-field]\n" in done.out
        assert (here / "bad.yaml").read_text() == BAD
        subprocess.run(["git", "apply", "-p0", "-"], input=done.out, text=True, check=True)
        patched = (here / "bad.yaml").read_text()
        (here / "bad.yaml").write_text(BAD)
        assert joblint("check", "--add-ignore").code == 0
        assert (here / "bad.yaml").read_text() == patched

    def test_only_what_is_named(self, here: Path, joblint: Program) -> None:
        (here / "bad.yaml").write_text(BAD)
        assert joblint("check", "--add-ignore=missing-image", "--diff") == (0, "", NOTHING)

    def test_nothing_to_change(self, here: Path, joblint: Program) -> None:
        (here / "good.yaml").write_text(GOOD)
        assert joblint("check", "--add-ignore", "--diff") == (0, "", NOTHING)

    @pytest.mark.parametrize("word", [("--format", "json"), ("--statistics",), ("--output", "json=x")])
    def test_there_is_no_report(self, joblint: Program, word: tuple[str, ...]) -> None:
        assert joblint("check", "--add-ignore", "--diff", *word).code == 2

    def test_diff_alone_shows_nothing(self, joblint: Program) -> None:
        done = joblint("check", "--diff")
        assert (done.code, "--diff requires --fix or --add-ignore" in done.err) == (2, True)


class TestDateAndReason:
    def test_are_written(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(BAD)
        arguments = ("--add-ignore", "--until", "9999-12-31", "--reason", " we  migrate ")
        done = joblint("check", *arguments, "a.yaml")
        assert (done.code, done.out) == (0, "")
        assert "  # joblint: ignore[unknown-field] until 9999-12-31 we migrate\n" in (here / "a.yaml").read_text()

    def test_an_ended_one_is_renewed(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(in_spec("paralelism: 2 # joblint: ignore[unknown-field] until 2020-01-01 why"))
        assert joblint("check", "a.yaml").out.count("[expired-suppression]") == 1
        assert joblint("check", "--add-ignore", "--until", "9999-12-31", "a.yaml").code == 0
        assert "# joblint: ignore[unknown-field] until 9999-12-31 why\n" in (here / "a.yaml").read_text()

    def test_a_demanded_reason(self, here: Path, joblint: Program) -> None:
        (here / "a.yaml").write_text(BAD)
        (here / ".joblint.yaml").write_text("per-path: [{paths: a.yaml, require-reason: true}]\n")
        done = joblint("check", "--add-ignore", "a.yaml")
        assert (done.code, done.out) == (2, "")
        assert done.err == "joblint: --add-ignore: `require-reason` is set: write the reason, --reason TEXT\n"
        assert (here / "a.yaml").read_text() == BAD
        assert joblint("check", "--add-ignore", "--reason", "known", "a.yaml").code == 0
        (here / "a.yaml").write_text(BAD)
        assert joblint("check", "--add-ignore", "--no-require-reason", "a.yaml").code == 0
        assert joblint("check", "a.yaml").code == 1

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--until", "9999-12-31"], "--until requires --add-ignore"),
            (["--reason", "x"], "--reason requires --add-ignore"),
            (["--add-ignore", "--until", "2020-01-01"], "2020-01-01 has passed (days are in UTC)"),
            (["--add-ignore", "--until", "9999-02-30"], "`9999-02-30` is not in the calendar; write YYYY-MM-DD"),
            (["--add-ignore", "--until", "soon"], "`soon` is not a date; write YYYY-MM-DD"),
            (["--add-ignore", "--reason", " "], "the reason must be a printable text"),
            (["--add-ignore", "--reason", "a\x1b[31m"], "the reason must be a printable text"),
            (["--add-ignore", "--reason", "x" * 401], "the reason must have at most 400 characters"),
            (["--add-ignore", "--reason", "until 2020-01-01"], "the reason must not contain `joblint:`, or begin with"),
            (
                ["--add-ignore", "--reason", "x # joblint: ignore[all]"],
                "the reason must not contain `joblint:`, or begin with",
            ),
        ],
    )
    def test_wrong_usage(self, joblint: Program, arguments: list[str], said: str) -> None:
        done = joblint("check", *arguments)
        assert done.code == 2
        assert said in " ".join(done.err.split())
