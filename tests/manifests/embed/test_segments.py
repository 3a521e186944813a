"""The map between an embedded document and the file around it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from joblint.manifests.embed import blocks
from joblint.manifests.embed.segments import Builder, Segments, compose
from tests.manifests.embed.wrapping import (
    FIRST,
    applied,
    check_nested,
    documents,
    edits,
    escape,
    fenced,
    join,
    nested,
    only,
    shell_lines,
)


def inner_edit(outer: str, old: str, new: str, language: str = "markdown") -> str | None:
    """The outer text after `old` has become `new` inside its only block."""
    block = only(outer, language)
    at = block.text.index(old)
    return applied(outer, block.segments.edit(at, at + len(old), new))


def test_identity_is_one_run() -> None:
    segments = Segments.identity("abc\ndef\n")
    assert segments.starts == (0,)
    assert [segments.outer(at) for at in (0, 3, 8)] == [0, 3, 8]
    assert segments.outer_span(2, 5) == (2, 5)
    assert segments.edit(4, 8, "x") == (4, 8, "x")
    assert segments.edit(8, 8, "x") == (8, 8, "x")
    assert segments.edit(3, 3, "") == (3, 3, "")
    assert segments.edit(5, 9, "x") is None


def test_identity_writes_the_files_line_ends() -> None:
    assert Segments.identity("a\r\nb\r\n", "\r\n").edit(3, 3, "x\ny\n") == (3, 3, "x\r\ny\r\n")


def test_shift_counts_from_a_part() -> None:
    outer = "- ```yaml\n  kind: Job\n  ---\n  kind: Job\n  a: b\n  ```\n"
    segments = only(outer).segments.shift(len("kind: Job\n---\n"))
    assert segments.outer(0) == outer.rindex("kind")
    assert segments.shift(10).outer(0) == outer.index("a: b")
    assert segments.outer_span(10, 14) == (outer.index("a: b"), outer.index("a: b") + 4)
    assert applied(outer, segments.edit(10, 15, "c: d\n")) == outer.replace("a: b", "c: d")


def test_compose_of_what_is_cut_twice() -> None:
    inner, outer = Builder("x:ab\ny:cd\n"), Builder("  x:ab\n  y:cd\n")
    inner.add(2, 5)
    inner.add(7, 10)
    outer.add(2, 7)
    outer.add(9, 14)
    composed = compose(inner.build(2, "x:", "\n", "E"), outer.build(0, "  ", "\r\n", "```"))
    assert (composed.text, composed.prefix, composed.newline) == ("ab\ncd\n", "  x:", "\r\n")
    assert composed.stops == ("E", "```")
    assert [composed.outer(at) for at in range(6)] == [4, 5, 6, 11, 12, 13]


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("a: 1\n", "", "> - ```yaml\n>   kind: Job\n>\n>   b: 2\n>   ```\n"),
        ("b: 2\n", "", "> - ```yaml\n>   kind: Job\n>   a: 1\n>\n>   ```\n"),
        ("a: 1", "a: 1\n\nc: 3", "> - ```yaml\n>   kind: Job\n>   a: 1\n>\n>   c: 3\n>\n>   b: 2\n>   ```\n"),
        ("\nb", "\nx: y\nb", "> - ```yaml\n>   kind: Job\n>   a: 1\n>   \n>   x: y\n>   b: 2\n>   ```\n"),
        ("1\n\nb: 2", "1", "> - ```yaml\n>   kind: Job\n>   a: 1\n>   ```\n"),
        ("2\n", "2", "> - ```yaml\n>   kind: Job\n>   a: 1\n>\n>   b: 2\n>   ```\n"),
        ("b: 2\n", "b: 2", "> - ```yaml\n>   kind: Job\n>   a: 1\n>\n>   b: 2\n>   ```\n"),
        ("1", "1\n ```", None),
        ("1", "~~~", "> - ```yaml\n>   kind: Job\n>   a: ~~~\n>\n>   b: 2\n>   ```\n"),
    ],
)
def test_edit_in_a_quoted_list(old: str, new: str, written: str | None) -> None:
    outer = "> - ```yaml\n>   kind: Job\n>   a: 1\n>\n>   b: 2\n>   ```\n"
    assert inner_edit(outer, old, new) == written


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("$(date)", "$HOME `x` \\n \\", "a: \\$HOME \\`x\\` \\n \\\\"),
        ("a: $(date)", "b", "b"),
        ("$(", "$(", None),  # behind it stands the rest of the line, before it nothing lone
        ("x\n", "EOF\n", None),
        ("${Y}", "y", "y"),
        ("${Y}", "$y", None),
        ("Y}", "Z}", None),
        ("$X", "", ""),
        ("}z", "}", None),
        ("z", "", ""),
    ],
)
def test_edit_in_a_heredoc(old: str, new: str, written: str | None) -> None:
    lines = {"a: $(date)": "a: \\$(date)", "x": "x", "b: ${Y}z": "b: ${Y}z", "c: $X": "c: $X"}
    outer = "cat > x.yaml <<EOF\nkind: Job\n" + "\n".join(lines.values()) + "\nEOF\n"
    result = inner_edit(outer, old, new, "shell")
    if written is None and old == "$(":
        assert result == outer
    elif written is None:
        assert result is None
    else:
        assert result is not None
        text = "kind: Job\n" + "\n".join(lines) + "\n"
        assert only(result, "shell").text == text.replace(old, new, 1)
        assert written in result


def test_edit_next_to_an_escape_takes_or_leaves_the_backslash() -> None:
    outer = "cat > x.yaml <<EOF\nkind: Job\na\\$b\n\\$c\nEOF\n"
    assert inner_edit(outer, "a", "x", "shell") == outer.replace("a\\$b", "x\\$b")
    assert inner_edit(outer, "$b", "b", "shell") == outer.replace("\\$b", "b")
    assert inner_edit(outer, "$c", "c", "shell") == outer.replace("\\$c", "c")
    at = only(outer, "shell").text.index("$c")
    assert applied(outer, only(outer, "shell").segments.edit(at, at, "d: ")) == outer.replace("\\$c", "d: \\$c")


def test_edit_joins_a_blank_line_without_prefix_and_the_next() -> None:
    outer = "- ```yaml\n  kind: Job\n\n  ab: 1\n  ```\n"
    at = len(FIRST)
    assert applied(outer, only(outer).segments.edit(at, at + 2, "")) == outer.replace("\n\n  ab", "\n  b")


def test_edit_refuses_half_a_tab() -> None:
    outer = "- ```yaml\n\tkind: Job\n  ```\n"
    (block,) = blocks(outer, "markdown")
    assert block.text == "  kind: Job\n"
    assert [block.segments.outer(at) for at in range(3)] == [10, 10, 11]
    assert block.segments.edit(0, 0, "x") is None
    assert block.segments.edit(1, 6, "x") is None
    assert applied(outer, block.segments.edit(2, 6, "Kind")) == "- ```yaml\n\tKind: Job\n  ```\n"


def test_edit_refuses_a_tab_that_would_be_stripped() -> None:
    outer = "cat > x.yaml <<-EOF\n\tkind: Job\n\ta: 1\n\tEOF\n"
    assert inner_edit(outer, "a: 1", "\ta: 1", "shell") is None
    assert inner_edit(outer, "1", "1\n\n  b: 2", "shell") == outer.replace("1\n", "1\n\n\t  b: 2\n")


@st.composite
def wrapped(draw: st.DrawFn) -> tuple[str, str]:
    """A document, and a Markdown text around it."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    if draw(st.booleans()):
        text = draw(documents())
        lines = draw(fenced(text))
    else:
        text = draw(documents(shell_lines()))
        quoted = draw(st.booleans())
        body = (text if quoted else escape(text)).split("\n")[:-1]
        tabs = draw(st.booleans()) and not any(line.startswith("\t") for line in body)
        command = f"cat {'<<-' if tabs else '<<'}{chr(39) * quoted}END{chr(39) * quoted} > x.yaml"
        body = ["\t" + line for line in [*body, "END"]] if tabs else [*body, "END"]
        lines = draw(fenced("\n".join([command, *body, "ls\n"]), "bash"))
    return text.replace("\n", newline), join(draw(nested(lines)), newline)


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
    newline = "\r\n" if "\r\n" in text else "\n"
    expected = text[:start] + new.replace("\n", newline) + text[end:]
    assert only(result).text in (expected, expected + newline)
    if expected.endswith(newline):
        assert only(result).text == expected
    assert FIRST.strip() in result


def test_nothing_for_another_language() -> None:
    with pytest.raises(ValueError, match="toml"):
        list(blocks("kind: Job", "toml"))


_BEGINNINGS = st.sampled_from(
    [
        "",
        "```yaml\nkind: Job\n",
        "cat <<EOF\nkind: Job\n",
        "> - ```sh\n>   cat <<E\n>   kind: Job\n",
        "- ::\n\n    kind: Job\n",
        ".. code:: sh\n\n\tcat <<E\n\tkind: Job\n",
    ]
)
_WORDS = """kind: Job|```|```yaml|~~~|1.|<<EOF|cat|EOF|<<-'A'|A|E|\\|$x|$(|)|`|'|"| kubectl apply -f -|> x.yaml|<div>
<!--|-->|{{x}}|#|é😀|\ufeff|\0|\ud800|;|=== "|{|}|bash|$ |\u2028|$((|<<"|\f|::|..|.. code:: yaml""".replace(
    "\n", "|"
).split("|")
_TOKENS = st.sampled_from([*_WORDS, "    ", "\t", "> ", "- ", "\n", "\n", "\r\n", "\r", "|"])


@given(_BEGINNINGS, st.lists(_TOKENS, max_size=40), st.sampled_from(["markdown", "shell", "rst"]), st.data())
def test_any_text_is_read(beginning: str, tokens: list[str], language: str, data: st.DataObject) -> None:
    outer = "".join([beginning, *tokens, "\nkind: Job <<"])
    last = 0
    for block in blocks(outer, language):
        segments, length = block.segments, len(block.text)
        places = [segments.outer(at) for at in range(length + 1)]
        assert places == sorted(places)
        assert last <= places[0] <= places[-1] <= len(outer)
        last = places[0]
        for at, character in enumerate(block.text):
            assert outer[places[at]] in (character, "\t")  # what is left of a tab are blanks
        start = data.draw(st.integers(0, length))
        end = data.draw(st.integers(start, length))
        edit = segments.edit(start, end, data.draw(st.sampled_from(["", "a", "a\n", "\n", "$x", "\\"])))
        assert edit is None or 0 <= edit[0] <= edit[1] <= len(outer)
        assert all(0 <= a < b <= length for a, b in block.opaque)
        assert all(0 <= flaw.start < flaw.end <= len(outer) for flaw in block.flaws)
