"""docutils as an independent judge of what is code in reStructuredText."""

import re
from functools import cache
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from joblint.manifests.embed.rst import code_blocks

QUIET = {
    "report_level": 1, "halt_level": 5, "warning_stream": False, "file_insertion_enabled": False, "raw_enabled": False,
    "syntax_highlight": "none", "doctitle_xform": False, "_disable_config": True,
}  # fmt: skip
MARK = "kind:"  # by which what is code is known


@cache
def docutils() -> Any:
    """The module, which takes a while to import."""
    from docutils import core

    return core


def judged(text: str) -> tuple[list[str], int]:
    """The code that docutils finds in a text, and the number of its complaints."""
    document = docutils().publish_doctree(text, settings_overrides=QUIET)
    nodes = document.findall(lambda node: node.tagname == "literal_block" and node.parent.tagname != "system_message")
    return code([node.astext() for node in nodes]), len(document.parse_messages)


def found(text: str) -> list[str]:
    return code([one.segments.text for one in code_blocks(text) if one.info != "other"])


def code(texts: list[str]) -> list[str]:
    """The texts that begin with the mark, as far as they must be the same."""
    plain = (dedent("\n".join(line.rstrip() for line in re.split("\r\n|\r|\n", text))).rstrip() for text in texts)
    return [text for text in plain if text.startswith(MARK)]


SIMPLE = (
    ["text"], ["text", "- more"], ["Title", "====="], ["====", "Title", "===="], ["ab", "::"], ["----"], [">>> x::"],
    ["| line::", "  more"], [".. a comment", "   kind: hidden::", "", "     kind: hidden"], ["..", "", "  text"],
    [".. _target: x", "   y"], [".. [1] note"], [".. |x| replace:: kind"], ["+--+", "| a|", "+--+"], ["__ x"],
    ["====  ====", "kind  a::", "====  ===="], [r"text\::"], ["::", "", "> kind:", "> a"], ["- a", "- b"],
    ["1. x", "2. y"],
    [".. role:: x"], ["term", "  kind: text"], ["``text``::x"], ["(text)"], [":x: y"], ["--opt  text"], ["`a <b>`__"],
)  # fmt: skip
CODE = (
    ["kind: a"], ["kind: b", "", "  c::", "", "    d"], ["kind: \\", "", "- x", ".. code::", "", "   y"],
    ["kind:", ">>> x"],
    ["kind:\tx", "\ty\tz"], ["kind: é \u3000 x", " y"],
)  # fmt: skip
HEADS = (
    ["text::"], ["text", "- more::"], ["::"], ["text ::"], [".. code:: yaml"], [".. code-block:: yaml", "   :name: %"],
    [".. Code-Block::   yaml", "   :class: x", "     y"], [".. sourcecode::", "   yaml"], [r"text \\::"],
    ["text", "::"], ["1. text", "   more::"],
)  # fmt: skip
LEADS = ("- ", "* ", "+   ", "1. ", "#. ", "(i) ", "iv) ", "A. ")


@st.composite
def bodies(draw: st.DrawFn, depth: int = 3) -> list[str]:
    """Some elements with blank lines between them."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(("simple", "code", "nested", "nested") if depth else ("simple", "code")))
        if kind == "simple":
            lines += draw(st.sampled_from(SIMPLE))
        elif kind == "code":
            indent = draw(st.sampled_from(("   ", "     ", "\t", "          ")))
            head = draw(st.sampled_from(HEADS))
            lines += [*head, "", *shifted(draw(st.sampled_from(CODE)), indent if head[0] != "1. text" else "      ")]
        else:
            lines += draw(containers(depth))
        lines += draw(st.sampled_from(([""], ["", " ", ""], ["", "..", ""])))
    return lines


@st.composite
def containers(draw: st.DrawFn, depth: int) -> list[str]:
    inner = draw(bodies(depth - 1))
    lead = draw(st.sampled_from((*LEADS, "quote", ".. note::", ".. container:: x", "term", ":field: x", ".. [#] x")))
    if lead in LEADS:
        return [lead + inner[0], *shifted(inner[1:], " " * len(lead))]
    if lead == "quote":
        return shifted(inner, draw(st.sampled_from(("  ", "    ", " "))))
    return [lead, *([] if lead == "term" else [""]), *shifted(["text", "", *inner], "   ")]


def shifted(lines: list[str], indent: str) -> list[str]:
    """Lines that are indented further, in which each tab still reaches the same column of the line."""
    return [indent + line.expandtabs(8) if line.startswith("\t") else indent + line if line else "" for line in lines]


@settings(max_examples=300)
@given(bodies(), st.sampled_from(("\n", "\r\n", "\r")))
def test_what_docutils_shows_as_code(lines: list[str], newline: str) -> None:
    """In a text that docutils does not complain about, the same is code; otherwise joblint may find more."""
    text = "\n".join(lines) + "\n"
    expected, complaints = judged(text)
    event(f"complaints: {bool(complaints)}, code: {min(len(expected), 3)}")
    read = found(text.replace("\n", newline))
    if complaints:
        assert all(one in read for one in expected)
    else:
        assert read == expected


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        ("text\n.. code:: yaml\n\n   kind: Job\n", 0),
        ("text::\n  kind: Job\n", 1),
        (".. code:: yaml\n   kind: Job\n", 1),
        (":field: text::\n\n  kind: Job\n", 1),
        ("text::\n\n.. code:: yaml\n\n   kind: Job\n", 0),
    ],
)
def test_what_was_plainly_meant_as_code(text: str, complaints: int) -> None:
    assert judged(text) == ([], complaints)
    assert found(text) == ["kind: Job"]
