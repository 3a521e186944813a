"""Suppressions in texts of any kind: what they hide exactly, and comments in odd places."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import joblint
from joblint.engine.api import judge, make_settings
from joblint.engine.suppress.comments import comments
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.source import Source
from joblint.rule.finding import Finding
from tests.engine.suppressing import WRONG
from tests.support import BAD, GOOD

FIELDS = ("completions", "parallelism", "backoffLimit", "suspend")
MISTAKES = [f"  {name}: {value}" for name in (*FIELDS, "completons", "x") for value in ("1", "two", "[]")]


def indented(text: str) -> str:
    return "".join(f"   {line}\n" for line in text.splitlines())


def findings(text: str) -> list[Finding]:
    return judge(make_settings(), Corpus([Source("a.yaml", text)])).findings


@st.composite
def wrong_jobs(draw: st.DrawFn) -> str:
    """A Job with mistakes in lines of its spec."""
    lines = draw(st.lists(st.sampled_from(MISTAKES), min_size=1, max_size=4))
    return GOOD.replace("spec:\n  template", "spec:\n" + "\n".join(lines) + "\n  template", 1)


@given(wrong_jobs(), st.data(), st.booleans())
def test_a_suppression_on_the_line_of_a_finding_hides_exactly_that(text: str, data: st.DataObject, own: bool) -> None:
    before = findings(text)
    if not before:
        return
    chosen = data.draw(st.sampled_from(before))
    lines = text.split("\n")
    comment = f"# joblint: ignore[{chosen.rule}] why"
    if own:
        lines.insert(chosen.line - 1, "  " + comment)
    else:
        lines[chosen.line - 1] += "  " + comment
    result = judge(make_settings(), Corpus([Source("a.yaml", "\n".join(lines))]))
    same = [f for f in before if (f.rule, f.line) == (chosen.rule, chosen.line)]
    assert [(f.rule, f.message) for f, _ in result.suppressed] == [(f.rule, f.message) for f in same]
    shift = [f._replace(line=f.line + (own and f.line >= chosen.line)) for f in before if f not in same]
    assert [(f.rule, f.line, f.message) for f in result.findings] == [(f.rule, f.line, f.message) for f in shift]
    assert {reason for _, reason in result.suppressed} == {"why"}


PIECES = [
    "joblint:", "# joblint: ", "joblint: joblint:", "#joblint:ignore", "ignore[", "unknown-field", "]", "a", ",", ":",
    "ignore-object[all]", "ignore-file[", "<!-- joblint: ignore[all] -->", "-->", "#", "\n", "\r", "\r\n", "  ", "'",
    '"', "- ", "{", "}", "---\n", "|\n", ">", "\t", "\x00", "\u2028", "\ud800", "joblint.dev/ignore: x", "```\n",
    "```yaml\n", "<<EOF\n", "EOF\n", ".. joblint: ignore[all]", "..", "::\n\n",
]  # fmt: skip


@given(st.data(), st.sampled_from(["yaml", "json", "markdown", "shell", "rst"]))
def test_comments_in_odd_places_never_crash(data: st.DataObject, language: str) -> None:
    text = {
        "yaml": BAD,
        "json": '{"apiVersion": "batch/v1", "kind": "Job", "spec": {"paralelism": 2}}\n',
        "markdown": f"<!-- joblint: ignore[all] -->\n\n```yaml\n{BAD}```\n",
        "rst": f".. joblint: ignore[all]\n\n::\n\n{indented(BAD)}",
        "shell": f"kubectl apply -f - <<EOF\n{BAD}EOF\n",
    }[language]
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + "".join(data.draw(st.lists(st.sampled_from(PIECES), max_size=6))) + text[at:]
    source = Source("a", text, language)
    result = judge(make_settings(), Corpus([source]))
    for finding in [*result.findings, *(finding for finding, _ in result.suppressed)]:
        assert (1, 1) <= (finding.line, finding.column) <= (finding.end_line, finding.end_column)
        assert finding.end_line <= len(source.lines)


@given(st.lists(st.sampled_from(PIECES)), st.sampled_from(["markdown", "rst"]))
def test_comments_lie_in_the_text_and_apart(pieces: list[str], language: str) -> None:
    source = Source("a", "".join(pieces), language)
    end = 0
    for comment in comments(source):
        assert end <= comment.start < comment.end <= len(source.text)
        assert re.match(r"#+|<!--|\.\.", source.text[comment.start : comment.end])
        end = comment.end


@pytest.mark.parametrize(
    "line",
    [
        "# joblint: ignore[x] ", "# joblint: ignore[", " # joblint:" + " " * 500, "joblint:", "#\t\t\tjoblint: \t",
        "# joblint: ignore-object[wrong-type]\n", "\n---\n# joblint: ignore-object[wrong-type]",
        "<!-- joblint: ignore[x] -->\n", ".. joblint: ignore[x]\n", " .. joblint: ignore[x]\n\n  x::\n\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["yaml", "markdown", "rst"])
def test_many_comments(line: str, language: str) -> None:
    """Ten thousand of them are read in a moment: nothing is quadratic."""
    text = line * 10_000
    whole = {
        "yaml": text + "\n---\n" + BAD,
        "markdown": f"{text}\n\n```yaml\n{BAD}```\n",
        "rst": f"{text}\n\ntext\n\n::\n\n{indented(BAD)}",
    }[language]
    assert any(finding.rule == WRONG for finding in joblint.lint(whole, language=language))
