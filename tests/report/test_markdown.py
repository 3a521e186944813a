"""Markdown, read back by a parser of it."""

import re
from html import unescape

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from joblint.report import Note, Run, markdown
from joblint.report.places import namer
from joblint.report.visible import visible
from tests.report.runs import HOSTILE, found, rendered, rich, run, runs

LIMIT = 65_536  # characters of a comment on GitHub
PARSER = MarkdownIt("gfm-like", {"linkify": False}).enable("table")
_CODE = re.compile(r"<code>.*?</code>", re.DOTALL)


def html(one: Run) -> str:
    made = PARSER.render("".join(markdown.report(one)))
    assert isinstance(made, str)
    return made


def cells(one: Run) -> list[list[str]]:
    """The rows of the first table as HTML."""
    table = html(one).partition("</table>")[0]
    return [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in table.split("<tr>")[2:]]


def words(part: str) -> str:
    """What a reader sees."""
    return unescape(re.sub(r"</?code>", "", part))


def test_clean() -> None:
    assert list(markdown.report(run())) == ["### joblint: no problems in 14 files (20 Jobs, Kubernetes 1.37)\n"]


def test_to_the_letter() -> None:
    assert "".join(markdown.report(rich())) == (
        "### joblint: 1 error, 1 warning, 1 info in 2 of 14 files (20 Jobs, Kubernetes 1.36-1.37; 2 suppressed)\n"
        "\n"
        "| Severity | Place | Rule | Message |\n"
        "|---|---|---|---|\n"
        "| error | `a.yaml:6:3` | `unknown-field` | this is wrong; did you mean `y`? |\n"
        "| warning | `a.yaml:4:3` | `a-rule` | this is wrong (on 1.36) |\n"
        "| info | `b c.yaml:1:1` | `a-rule` | this is wrong |\n"
        "\n"
        "<details><summary>By rule</summary>\n"
        "\n"
        "| Findings | Rule | Effect | Fix |\n"
        "|---:|---|---|---|\n"
        "| 1 | `unknown-field` | rejected | 1 fixable |\n"
        "| 1 | `a-rule` | mistake |  |\n"
        "| 1 | `a-rule` | advice | 1 with --unsafe-fixes |\n"
        "\n"
        "</details>\n"
        "\n"
        "Errors:\n"
        "\n"
        "- `gone.yaml`: no such file\n"
    )


def test_rendered() -> None:
    ((_, place, _, _),) = cells(rendered())
    assert words(place) == "web/templates/job.yaml (rendered, line 6 of the output)"


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_a_text_is_shown_as_it_is(text: str) -> None:
    for said in (text, f"the value `{text}` is wrong", f"{text} stands here"):
        ((_, place, _, told),) = cells(run(found(1, 1, 1, 2, path=text, message=said), sources={}))
        quoted = said.count("`") % 2 == 0  # else nobody knows what is quoted, and they all stay
        assert words(told).strip() == (visible(said).replace("`", "") if quoted else visible(said)).strip()
        assert words(place) == visible(f"{namer()(text)}:1:1")


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("use `a` or `b`", "use `a` or `b`"),
        ("`a|b` and ` c`", "<code>a&#124;b</code> and <code> c</code>"),
        ("a`b", "<code>a&#96;b</code>"),
        ("@all see #1", "<code>@</code>all see <code>#</code>1"),
        ("https://a www.b", "https<code>://</code>a <code>www.</code>b"),
        ("x" * 401, "x" * 400 + "..."),
        ("", ""),
    ],
)
def test_message(message: str, told: str) -> None:
    assert markdown.message(message) == told


@pytest.mark.parametrize("character", ["x", "|", "@"])
def test_never_longer_than_a_comment_may_be(character: str) -> None:
    findings = [found(1, n, 1, n + 1, message=character * 1000) for n in range(1, 2000)]
    errors = [Note(character * 1000, character * 1000) for _ in range(2000)]
    report = "".join(markdown.report(run(*findings)._replace(errors=errors)))
    assert len(report) < LIMIT
    shown = report.count("| error |")
    assert 0 < shown < 1999
    assert f"\nAnd {1999 - shown:,} more.\n" in report


@given(runs())
def test_whatever_the_texts_hold(one: Run) -> None:
    whole = html(one)
    ((severity, _, rule, _),) = cells(one)
    assert (severity, rule) == (one.findings[0].severity, "<code>a-rule</code>")
    tags = set(re.findall(r"<(\w+)", _CODE.sub("", whole)))
    assert tags <= {"h3", "table", "thead", "tbody", "tr", "th", "td", "p", "ul", "li"}
    seen = _CODE.sub("", whole)
    assert not re.search(r"[@#]|://|www\.", unescape(seen))
