"""Documents in the code directives and literal blocks of reStructuredText."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from joblint.manifests.embed import rst
from joblint.manifests.embed.block import Block, Unread
from joblint.manifests.embed.rst import code_blocks
from tests.manifests.embed import wrapping
from tests.manifests.embed.wrapping import (
    FIRST,
    JOB,
    applied,
    check_nested,
    documents,
    edits,
    escape,
    join,
    literal,
    nested_rst,
    place,
    shell_lines,
)


def only(outer: str) -> Block:
    return wrapping.only(outer, "rst")


def texts(outer: str) -> list[str]:
    return wrapping.texts(outer, "rst")


@pytest.mark.parametrize(
    ("outer", "line", "column"),
    [
        (".. code-block:: yaml\n\n   kind: Job\n", 3, 10),
        (".. code:: yaml\n\n  kind: Job\n", 3, 9),
        ("..  sourcecode ::  YAML\n\n  kind: Job\n", 3, 9),
        (
            ".. Code-Block:: yaml\n   :linenos:\n   :caption: a: b\n     ::\n   :name: x\n\n   kind: Job\n",
            7,
            10,
        ),
        (".. code-block::\n   yaml\n   :name: x\n\n   kind: Job\n", 5, 10),
        (".. code-block:: yaml\n   kind: Job\n", 2, 10),
        (".. code-block:: yaml\n   :linenos:\n   kind: Job\n", 3, 10),
        (".. code-block::\n\n   kind: Job\n", 3, 10),
        (".. code-block:: yaml\n\n\n\n        kind: Job\n\n\ntext\n", 5, 15),
        ("text\n.. code-block:: yaml\n\n   kind: Job\n", 4, 10),
        ("text::\n\n.. code-block:: yaml\n\n   kind: Job\n", 5, 10),
        (".. highlight:: yaml\n\nx::\n\n a\n\nSo::\n\n    kind: Job\n", 9, 11),
        ("text::\n\n   kind: Job\n", 3, 10),
        ("::\n\n kind: Job\n", 3, 8),
        ("two\nlines ::\n\n\n   kind: Job\n\nmore", 5, 10),
        ("text::\n   kind: Job\n", 2, 10),
        ("\ufeff::\n\n kind: Job\n", 3, 8),
        ("::\n\n kind: Job", 3, 8),
        ("::\r\n\r\n kind: Job\r\n\r\nx", 3, 8),
        ("====\nText\n====\n\ntext::\n\n  kind: Job\n", 7, 9),
        ("=====  =====\na      b::\n\n         kind: Job\n=====  =====\n", 4, 16),
        (".. tabs::\n\n   .. tab:: YAML\n\n      .. code-tab:: yaml Title\n\n         kind: Job\n", 7, 16),
        (".. only:: html\n\n   text::\n\n     kind: Job\n", 5, 12),
        (".. [#] A footnote::\n\n     kind: Job\n", 3, 12),
        (".. comment\n.. code:: yaml\n\n   kind: Job\n", 4, 10),
        ("..\n\n  text::\n\n    kind: Job\n", 5, 11),
    ],
)
def test_places(outer: str, line: int, column: int) -> None:
    block = next(block for block in wrapping.held(outer, "rst") if "Job" in block.text)
    assert block.text.strip("\r\n") == "kind: Job"
    assert place(block, outer, "Job") == (line, column)


@pytest.mark.parametrize(
    ("outer", "line", "column"),
    [
        ("- a\n\n  .. code-block:: yaml\n\n     kind: Job\n", 5, 12),
        ("- .. code-block:: yaml\n\n     kind: Job\n- b\n", 3, 12),
        ("- a::\n\n    kind: Job\n\n  b\n", 3, 11),
        ("1. a\n\n   - b::\n\n       kind: Job\n", 5, 14),
        ("#. - a::\n\n       kind: Job\n", 3, 14),
        (".. note::\n\n   .. code-block:: yaml\n      :linenos:\n\n      kind: Job\n", 6, 13),
        (".. note:: See::\n\n      kind: Job\n\n   text\n", 3, 13),
        (".. warning:: See\n   this::\n\n      kind: Job\n", 4, 13),
        ("term\n  definition::\n\n    kind: Job\n", 4, 11),
        (":field: text::\n\n  kind: Job\n", 3, 9),
        (":field: text\n  more::\n\n    kind: Job\n", 4, 11),
        ("    a quote::\n\n      kind: Job\n", 3, 13),
        ("\t.. code-block:: yaml\n\n\t\tkind: Job\n", 3, 9),
        ("-\ta::\n\n\t\tkind: Job\n", 3, 9),
        ("* a\n\n\t.. code-block:: yaml\n\n            kind: Job\n", 5, 19),
        (".. list-table::\n\n   * - a\n     - .. code-block:: yaml\n\n          kind: Job\n", 6, 17),
    ],
)
def test_nested_places(outer: str, line: int, column: int) -> None:
    block = only(outer)
    assert block.text.strip("\n") == "kind: Job"
    assert place(block, outer, "Job") == (line, column)


def test_tabs_become_blanks() -> None:
    outer = "::\n\n\tkind: Job\n\tspec:\n\t  a:\t1\n        \tb: é\t\t# x\n"
    block = only(outer)
    assert block.text == "kind: Job\nspec:\n  a:    1\n        b: é            # x\n"
    assert place(block, outer, "spec") == (4, 2)
    assert place(block, outer, "1") == (5, 7)
    assert place(block, outer, "b:") == (6, 10)
    assert place(block, outer, "#") == (6, 16)


def test_a_tab_that_reaches_into_the_content() -> None:
    outer = "::\n\n    kind: Job\n\ta: 1\n"
    block = only(outer)
    assert block.text == "kind: Job\n    a: 1\n"
    assert place(block, outer, "a: 1") == (4, 2)
    at = block.text.index("a: 1")
    assert block.segments.edit(at, at + 4, "b") == (outer.index("a: 1"), outer.index("a: 1") + 4, "b")
    assert block.segments.edit(at - 1, at + 4, "b") is None


@pytest.mark.parametrize(
    ("outer", "language", "origin", "info", "guess"),
    [
        (".. code-block:: yaml\n\n   {}", "yaml", "directive", "yaml", False),
        ('.. code-block:: json\n\n   {{"kind": "Job"}}\n', "json", "directive", "json", False),
        ('.. code-block:: json5\n\n   {{"kind": "Job"}}\n', "json", "directive", "json5", True),
        (".. code-block:: text\n\n   {}", "yaml", "directive", "text", True),
        (".. code-block::\n\n   {}", "yaml", "directive", "", True),
        (".. highlight:: default\n\n::\n\n   {}", "yaml", "literal", "", True),
        (".. highlight:: yaml\n   :force:\n\n::\n\n   {}", "yaml", "literal", "yaml", False),
        (".. highlight:: json\n\n.. highlight:: none\n\n::\n\n   {}", "yaml", "literal", "none", True),
        (".. highlight:: python\n\n.. code:: yaml\n\n   {}", "yaml", "directive", "yaml", False),
        ("::\n\n   {}", "yaml", "literal", "", True),
        (".. code-block:: yaml\n\n   foo: bar\n\nkind: Job\n", "yaml", "directive", "yaml", False),
        (".. code-block:: bash\n\n   cat <<EOF > x.json\n   {}   EOF\n", "json", "heredoc", "x.json", False),
        ("::\n\n   $ kubectl apply -f - <<EOF\n   {}   EOF\n   created\n", "yaml", "heredoc", "", False),
        (".. prompt:: bash $\n\n   kubectl apply -f - <<EOF\n   {}   EOF\n", "yaml", "heredoc", "", False),
    ],
)
def test_what_a_block_says(outer: str, language: str, origin: str, info: str, guess: bool) -> None:
    block = only(outer.format(JOB.replace("\n", "\n   ").rstrip(" ")))
    assert (block.language, block.origin, block.info, block.guess) == (language, origin, info, guess)


@pytest.mark.parametrize(
    "outer",
    [
        ".. parsed-literal::\n\n{}",
        ".. parsed-literal::\n   :class: x\n\n{}",
        "text\n.. parsed-literal::\n\n{}",
        ".. literalinclude:: job.yaml\n   :language: yaml\n\n{}",
        ".. raw:: html\n\n   ::\n\n{}",
        ".. code-block:: python\n\n{}",
        ".. highlight:: c\n\n::\n\n{}",
        ".. code-block:: yaml+jinja\n\n{}",
        ">>> print('''::\n...\n{}",
        ">>> x = '''\n... apiVersion: batch/v1\n... kind: Job\n... '''\n",
        ".. This is a comment::\n\n{}",
        "..\n   .. code-block:: yaml\n\n{}",
        ".. |job| code-block:: yaml\n\n{}",
        "::\n\n> kind: Job\n> a: b\n",
        "text\n\n{}",
        "Title\n:::::\n\n{}",
        "ab\n::\n\n{}",
        "::::::\n\n{}",
        "text\\::\n\n{}",
        "text ``::`` text\n\n{}",
        "| a line::\n\n{}",
        "::\n\n     $ kubectl get job -o yaml\n{}",
        ".. code-block:: yaml\n\n\n",
        "::",
        "..",
        ".. code-block:: yaml",
        ".. _a target::\n\n{}",
        "Job kind .. code-block:: yaml\n\n{}",
    ],
)
def test_no_documents(outer: str) -> None:
    assert texts(outer.format("".join(f"     {line}\n" for line in JOB.splitlines()))) == []


def test_heredoc_in_a_nested_directive() -> None:
    outer = (
        "1. x\n\n   .. code-block:: bash\n\n      cat <<EOF | kubectl apply -f -\n      kind: Job\n\n"
        "      a: \\$x ${Y} \\\n      z\n      EOF \n"
    )
    block = only(outer)
    assert block.text == "kind: Job\n\na: $x ${Y} z\n"
    assert [block.text[start:end] for start, end in block.opaque] == ["${Y}"]
    assert place(block, outer, "Job") == (6, 13)
    assert place(block, outer, "$x") == (8, 11)
    assert place(block, outer, "z") == (9, 7)
    assert [(outer[flaw.start : flaw.end], flaw.start) for flaw in block.flaws] == [("EOF", outer.index("EOF"))]


def test_several_blocks() -> None:
    outer = "a::\n\n  kind: Job\n  x: 1\nb::\n\n  kind: CronJob\n\n.. code:: yaml\n\n  kind: Job\n"
    outer += "..\n  c::\n\n    kind: Job\n"
    assert texts(outer) == ["kind: Job\nx: 1\n", "kind: CronJob\n", "kind: Job\n"]


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("a: 1\n", "", "- .. code:: yaml\n\n\tkind: Job\n\n\tb: 2\n\ntext\n"),
        ("1", "2\n\nc: 3", "- .. code:: yaml\n\n\tkind: Job\n\ta: 2\n\n\tc: 3\n\n\tb: 2\n\ntext\n"),
        ("b: 2\n", "b: 2\nc: 3\n", "- .. code:: yaml\n\n\tkind: Job\n\ta: 1\n\n\tb: 2\n\tc: 3\n\ntext\n"),
        ("\nb", "\nx: y\nb", "- .. code:: yaml\n\n\tkind: Job\n\ta: 1\n\t\n\tx: y\n\tb: 2\n\ntext\n"),
    ],
)
def test_edits(old: str, new: str, written: str) -> None:
    outer = "- .. code:: yaml\n\n\tkind: Job\n\ta: 1\n\n\tb: 2\n\ntext\n"
    block = only(outer)
    at = block.text.index(old)
    edit = block.segments.edit(at, at + len(old), new)
    assert edit is not None
    assert outer[: edit[0]] + edit[2] + outer[edit[1] :] == written


def plain(text: str) -> str:
    """A text as far as it survives: lines of blanks are empty, and those at the end are left out."""
    lines = ("" if line.isspace() else line for line in text.replace("\r\n", "\n").split("\n"))
    return "\n".join(lines).rstrip("\n") + "\n"


@st.composite
def wrapped(draw: st.DrawFn) -> tuple[str, str]:
    """A document, and a reStructuredText around it."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    if draw(st.booleans()):
        text = plain(draw(documents()).replace("\t", " "))
        lines = draw(literal(text))
    else:
        text = plain(draw(documents(shell_lines())).replace("\t", " "))
        quoted = draw(st.booleans())
        body = (text if quoted else escape(text)).split("\n")[:-1]
        lines = [f"cat <<{chr(39) * quoted}END{chr(39) * quoted} > x.yaml", *body, "END", "ls\n"]
        lines = draw(literal("\n".join(lines), "bash"))
    return text.replace("\n", newline), join(draw(nested_rst(lines)), newline)


@given(wrapped())
def test_text_and_positions_survive_nesting(case: tuple[str, str]) -> None:
    text, outer = case
    check_nested(text, only(outer), outer)


@given(wrapped(), st.data())
def test_edits_give_what_is_then_read(case: tuple[str, str], data: st.DataObject) -> None:
    text, outer = case
    start, end, new = data.draw(edits(text))
    result = applied(outer, only(outer).segments.edit(start, end, new))
    assume(result is not None)
    assert result is not None
    assert plain(only(result).text) == plain(text[:start] + new + text[end:])
    assert FIRST.strip() in result


PARTS = (
    "::", "..", ".. ", "code-block:: yaml", ".. code:: yaml\n\n", "note::", "highlight:: yaml", "kind: Job\n", "\n",
    "\n\n", "  ", "    ", "\t", "- ", "1. ", ":a: ", ">>> ", "| ", "====\n", "text", "::\n\n", "\r\n", "\r", ".. [1] ",
    ".. _x:", "parsed-literal::", "\\", "\f", "\ufeff", "\u2028", "\0", "\ud800", "é", "```yaml\n", "<<EOF\n",
    "EOF\n", "   :x:\n",
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=30).map("".join))
def test_any_text_is_read(text: str) -> None:
    end = 0
    for code in code_blocks(text):
        segments = code.segments
        places = [segments.outer(at) for at in range(len(segments.text))]
        assert places == sorted(places)
        assert end <= places[0] <= places[-1] < len(text)
        assert all(text[at] in (character, "\t") for at, character in zip(places, segments.text, strict=True))
        end = places[-1] + 1


@given(st.lists(st.sampled_from(PARTS), max_size=20).map("".join), st.lists(st.sampled_from(PARTS), max_size=20))
def test_what_precedes_a_section_has_no_effect(before: str, parts: list[str]) -> None:
    """A title and a line at the margin end whatever was open: nothing is remembered but the default language."""
    section = "\n\ntext\n\n" + "".join(parts).replace("highlight", "x").replace("\ufeff", "")
    whole = [code.segments.text for code in code_blocks(before.replace("highlight", "x") + section)]
    own = [code.segments.text for code in code_blocks(section)]
    assert whole[len(whole) - len(own) :] == own


END = "text::\n\n  kind: Job\n"


def unread(outer: str) -> list[int]:
    noted: Unread = {}
    code_blocks(outer, noted)
    return list(noted.values())


@pytest.mark.parametrize(
    "line", ["a\n", "a kind of job\n", "\n", "- a job\n", "a::b\n\n", "x\r\n\r\n", "> a job\n", "# job\n\n", ":a: b\n"]
)
def test_a_long_text_is_read_to_its_end(line: str) -> None:
    outer = END + "\n" + line * 200_000 + "\n" + END
    assert texts(outer) == ["kind: Job\n"] * 2
    assert unread(outer) == []


@pytest.mark.parametrize("part", ["::\n\n  kind: x\n", "a::\n", "..\n  x\n", "::\n\n  kind:\tx\n", "- - - a::\n"])
def test_too_much_is_noted(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(rst, "MAX_LINES", 100)
    outer = END + "\n" + part * 100
    assert texts(outer)[:1] == ["kind: Job\n"]
    assert len(texts(outer)) < 60
    (at,) = unread(outer)
    assert len(END) < at < len(outer)


@pytest.mark.parametrize(
    ("outer", "count"),
    [
        ("a::\n" * 100_000, 0),
        ("a::\n\n" * 100_000, 0),
        ("- " * 200_000 + "::\n\n kind: Job\n", 0),
        (":a: " * 200_000 + "::\n", 0),
        ("::\n\n" + "\t" * 100_000 + "kind: Job\n", 1),
        ("::\n\n\tkind:" + "\t" * 100_000 + "x\n", 1),
        ("a\n" * 200_000 + "b::\n\n  kind: Job\n", 1),
        ("".join(" " * i + "..\n" for i in range(1_000)), 1),
        ("".join(" " * i + ".. note:: a::\n\n" for i in range(1_000)), 1),
        ("".join(" " * i + ":a: b::\n\n" for i in range(1_000)), 1),
        ("::\n" + "\n" * 1_000_000 + "  kind\n", 1),
        (":" * 1_000_000, 0),
        ("\\" * 1_000_000 + "::\n", 0),
        ("::\n\n" + "> a\n" * 100_000, 1),
        (".. " + "a" * 1_000_000 + "::\n", 0),
        (":" + "a" * 1_000_000 + "\n..\n", 0),
        (".. [" + "a" * 1_000_000 + "\n", 0),
        (".. code::\n" + "  :a:\n" * 100_000, 0),
        ("::" + " " * 300_000 + ":: " * 300_000, 0),
        ("\0\ud800\u2028::\n\x0c", 0),
    ],
)
def test_hostile_texts_end(outer: str, count: int) -> None:
    assert len(code_blocks(outer)) == count
