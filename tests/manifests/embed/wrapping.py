"""Documents, and the ways in which authors put them into Markdown, reStructuredText and shell files."""

import re

from hypothesis import assume
from hypothesis import strategies as st

from joblint.manifests.embed import blocks
from joblint.manifests.embed.block import Block

FIRST = "kind: Job\n"  # by which a document is known
JOB = f"apiVersion: batch/v1\n{FIRST}"

_CHARACTERS = st.sampled_from("ab0 :-#'\"{}[]>|&*\té😀\u2028")
_LINES = st.text(_CHARACTERS, max_size=12)
_SHELL_CHARACTERS = st.one_of(_CHARACTERS, st.sampled_from("$`\\"))
_SHELL_LINES = st.text(_SHELL_CHARACTERS, max_size=12).filter(lambda line: "```" not in line)


def documents(lines: st.SearchStrategy[str] = _LINES) -> st.SearchStrategy[str]:
    """A text that begins with a manifest's line and ends with a line break."""
    return st.lists(lines, max_size=6).map(lambda lines: FIRST + "".join(line + "\n" for line in lines))


def shell_lines() -> st.SearchStrategy[str]:
    """Lines with characters that a shell would change."""
    return _SHELL_LINES


def escape(text: str) -> str:
    """A text as a here-document wants it in which nothing is to be expanded."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("`", "\\`")


@st.composite
def fenced(draw: st.DrawFn, text: str, info: str = "yaml") -> list[str]:
    """The lines of a fence around a text."""
    run = draw(st.sampled_from(["```", "~~~", "`````"]))
    indent = draw(st.sampled_from(["", " ", "   "]))
    close = run + draw(st.sampled_from(["", "  ", "{{exec}}", " {{ copy }}", "~" if run[0] == "~" else "`"]))
    return [indent + line for line in [run + info, *text.split("\n")[:-1], close]]


@st.composite
def nested(draw: st.DrawFn, lines: list[str]) -> list[str]:
    """Lines inside lists, block quotes and HTML."""
    if draw(st.booleans()):
        lines = ["<details>", "<summary>x</summary>", *lines, "</details>"]
    leads = draw(st.lists(st.sampled_from(["- ", "10. ", "* ", ">", "> ", "-\t", "blank"]), max_size=3))
    if ">" in "".join(leads):  # markdown-it counts tabs wrongly in a quote in a quote
        leads = [lead.replace("\t", " ") for lead in leads]
    for lead in leads:
        if lead == "blank":
            lines = ["text", "", *lines, "", "more"]
        elif lead.startswith(">"):
            # Without its blank, the mark would take the first one of what follows; and tabs are counted from it.
            lead = "> " if any(line[:1] in (" ", "\t") for line in lines) else lead
            lines = [lead + line for line in lines]
        else:
            indent = " \t" if "\t" in lead else " " * len(lead)
            lines = [lead + lines[0], *(indent + line for line in lines[1:])]
    return lines


@st.composite
def literal(draw: st.DrawFn, text: str, label: str = "yaml") -> list[str]:
    """The lines of a code directive or literal block of reStructuredText around a text."""
    heads = [
        [f".. code-block:: {label}"],
        [f"..  sourcecode :: {label}", "   :linenos:"],
        [f".. code:: {label}", "   :caption: x", "      y", "   :name: z"],
        [f".. code-tab:: {label} X", f"   :x: {label}"],
        [".. code-block::", f"   {label}"],
        [f".. highlight:: {label}", "", ".. code-block::"],
        [f".. highlight:: {label}", "   :linenothreshold: 5", "", "Say", "this::"],
        ["::"],
    ]
    indent = draw(st.sampled_from(["   ", "  ", "     ", "\t", "  \t", "\t "]))
    return [*draw(st.sampled_from(heads)), "", *(indent + line if line else "" for line in text.split("\n")[:-1])]


@st.composite
def nested_rst(draw: st.DrawFn, lines: list[str]) -> list[str]:
    """Lines inside lists, quotes, fields and directives of reStructuredText."""
    leads = ["- ", "10. ", "* ", "#. ", "(a) ", "quote", "text", "note", "field", "term", "footnote"]
    for lead in draw(st.lists(st.sampled_from(leads), max_size=3)):
        if lead == "text":
            lines = ["text", "", *lines, "", "more"]
        elif lead == "quote":
            lines = _indented(lines, "    ")
        elif lead == "note":
            lines = [".. note::", "   :class: x", "", *_indented(lines, "   ")]
        elif lead == "field":
            lines = [":a field: text", "", *_indented(lines, "  ")]
        elif lead == "term":
            lines = ["term", "  definition", "", *_indented(lines, "  ")]
        elif lead == "footnote":
            lines = [".. [#x] text", "", *_indented(lines, "   ")]
        else:
            first, *others = lines
            lines = [lead + first, *_indented(others, " " * len(lead))]
    if draw(st.booleans()):  # the same columns with tabs
        lines = [re.sub(r"\A(?: {8})+", lambda blanks: "\t" * (len(blanks[0]) // 8), line) for line in lines]
    return lines


def _indented(lines: list[str], indent: str) -> list[str]:
    return [indent + line.expandtabs(8) if line else "" for line in lines]


def join(lines: list[str], newline: str) -> str:
    return newline.join([*lines, ""])


def held(text: str, language: str = "markdown") -> list[Block]:
    """The blocks of a text, each held against the text."""
    every = list(blocks(text, language))
    for block in every:
        check_map(block, text)
    return every


def only(text: str, language: str = "markdown") -> Block:
    """The one block of a text."""
    (block,) = held(text, language)
    return block


def texts(text: str, language: str = "markdown") -> list[str]:
    """What the blocks of a text hold."""
    return [block.text for block in held(text, language)]


def check_map(block: Block, outer: str) -> None:
    """Every character of a block stands in the outer text where its map says; some blanks are tabs there."""
    for at, character in enumerate(block.text):
        assert outer[block.segments.outer(at)] in (character, "\t" if character == " " else character)


def place(block: Block, outer: str, mark: str) -> tuple[int, int]:
    """The line and column, from 1, in the outer text of the first place of `mark` in a block."""
    at = block.segments.outer(block.text.index(mark))
    return outer.count("\n", 0, at) + 1, at - outer.rfind("\n", 0, at)


def applied(outer: str, edit: tuple[int, int, str] | None) -> str | None:
    return None if edit is None else outer[: edit[0]] + edit[2] + outer[edit[1] :]


def check_nested(text: str, block: Block, outer: str) -> None:
    """Check that a text survives what is around it, and that each of its characters is found there."""
    assert block.text == text
    assert block.opaque == ()
    check_map(block, outer)


@st.composite
def edits(draw: st.DrawFn, text: str) -> tuple[int, int, str]:
    """An edit after the first line of a text that splits no line break."""
    start = draw(st.integers(text.index("\n") + 1, len(text)))
    end = draw(st.integers(start, len(text)))
    assume("\r\n" not in (text[start - 1 : start + 1], text[end - 1 : end + 1]))
    return start, end, draw(st.text(st.sampled_from("a \n$\\`:-"), max_size=5))
