"""The code blocks of a Markdown text, fenced and indented, as in CommonMark and slightly more.

markdown-it-py's block parser finds them; joblint replaces four of its rules. `fence` also accepts what tutorials write
after a closing fence. `code` accepts fences that are indented too far: MDX has no indented code, and the tabs and
admonitions of MkDocs indent by four. `html` ends where a fence starts, because many authors leave out the blank line
after `<summary>`. `paragraph` keeps no text, and also does the work of `lheading`. Inline content and link reference
definitions are not parsed: nothing here depends on them.

A text is read piece by piece, so that the time is linear in its length: joblint/manifests/embed/pieces.py splits it
where no block continues, and leaves out pieces without code that could have a Job.

Limits, which are reported: a quote or list nested deeper than MAX_NESTING levels (a list counts as two) is read as a
paragraph, and the parser reads at most MAX_LINES lines of all pieces together.
"""

import re
from typing import TYPE_CHECKING

from joblint.manifests.embed.code import CodeBlock
from joblint.manifests.embed.pieces import Fence, Piece, closes, find_fence_end, find_html_end, pieces
from joblint.manifests.embed.segments import Builder, newline_at, plain_breaks

if TYPE_CHECKING:
    from markdown_it.main import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

    from joblint.manifests.embed.block import Unread

MAX_NESTING = 20
MAX_LINES = 400_000
_TOO_DEEP = f"quotes and lists are nested more than {MAX_NESTING} levels deep: deeper content is not checked"
_TOO_LONG = f"more than {MAX_LINES:,} lines of lists, quotes and indented code: the rest of this file is not checked"

_RULES = ("code", "fence", "blockquote", "hr", "list", "html_block", "heading", "paragraph")
_INTERRUPTERS = frozenset("`~>#<*+-_0123456789")  # first characters of a line that can end a paragraph
_RAW_HTML = ("<!", "<?", "<script", "<pre", "<style", "<textarea")  # ends at its own tag, not at a blank line
_ADMONITIONS = ("!!! ", "??? ", "???+ ", '=== "')  # of MkDocs: their content is indented by four, without a blank line


def code_blocks(text: str, unread: "Unread | None" = None) -> list[CodeBlock]:
    """Return the code blocks of a text, in order, except for indented ones that cannot have a manifest.

    What a limit leaves out is added to `unread`.
    """
    return _Reader(text, plain_breaks(text), {} if unread is None else unread).read()


class _Reader:
    """Reads a text piece by piece. `source` is the text with plain line feeds."""

    def __init__(self, text: str, source: str, unread: "Unread") -> None:
        self.text, self.source, self.unread = text, source, unread
        self.found: list[CodeBlock] = []
        self.left = MAX_LINES
        self.finder: Finder | None = None
        self.parser: MarkdownIt | None = None

    def read(self) -> list[CodeBlock]:
        """Return the code blocks, in order."""
        at = 0
        while at < len(self.source):
            for piece in pieces(self.source, at):
                at = piece.end
                if isinstance(piece, Fence):
                    self._fence(piece)
                elif (end := self._parse(piece)) > at:
                    at = end
                    break  # what starts there continues after the piece
            else:
                break
        return self.found

    def _fence(self, fence: Fence) -> None:
        """Keep a fence that is not indented and not in another block: its content is the text unchanged."""
        if fence.first >= fence.last:
            return
        builder = Builder(self.text)
        builder.add(fence.first, fence.last)
        newline = newline_at(self.text, self.source.find("\n", fence.first))
        self.found.append(CodeBlock("fence", fence.info, builder.build(fence.first, "", newline, fence.run)))

    def _parse(self, piece: Piece) -> int:
        """Read a piece together with what continues it, and return where that ends."""
        finder = self._find(piece)
        if finder is None or finder.open is None:
            return piece.end
        run, at, before = finder.open
        if not run:
            return max(find_html_end(self.source, at), piece.end)
        end = find_fence_end(self.source, run, at)[1]
        if end > piece.end:
            del self.found[len(self.found) - len(finder.found) + before :]
            self._find(Piece(self.source.rfind("\n", 0, at - 1) + 1, end))
        return max(end, piece.end)

    def _find(self, piece: Piece) -> "Finder | None":
        source = self.source[piece.start : piece.end]
        self.left -= source.count("\n") + 1
        if self.left < 0:
            self._note(piece.start, _TOO_LONG)
            return None
        if self.finder is None:
            self.finder = Finder(self.text)
            self.parser = make_parser(self.finder)
        finder = self.finder
        finder.begin(piece.start)
        assert self.parser is not None
        self.parser.block.parse(source, self.parser, {}, _Nothing())
        self.found += finder.found
        if finder.deep is not None:
            self._note(finder.deep, _TOO_DEEP)
        return finder

    def _note(self, at: int, why: str) -> None:
        if why not in self.unread:
            self.unread[why] = len(self.source) - len(self.source[at:].lstrip("\n"))


def make_parser(finder: "Finder") -> "MarkdownIt":
    """Return the block parser with joblint's rules."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero", {"html": True, "maxNesting": MAX_NESTING + 2})
    ruler = parser.block.ruler
    interrupts = ["paragraph", "blockquote"]
    ruler.at("code", finder.code)
    ruler.at("fence", finder.fence, {"alt": [*interrupts, "list"]})
    ruler.at("blockquote", finder.blockquote, {"alt": [*interrupts, "list"]})
    ruler.at("list", finder.list, {"alt": interrupts})
    ruler.at("html_block", finder.html, {"alt": interrupts})
    ruler.at("paragraph", finder.paragraph)
    ruler.enableOnly(_RULES)
    return parser


class _Nothing(list["Token"]):
    """A list that discards the tokens of a text, because they are not needed."""

    def append(self, _token: "Token") -> None:
        """Discard the token."""


class Finder:
    """The rules that find code blocks in a piece of a text.

    `base` is the offset in the text of the parser's first character. `open`: a fence (its run) or HTML ("") outside of
    other blocks that does not end in the piece; with the offset of its content, and how many code blocks were found
    before it. `deep`: where the nesting is too deep.
    """

    __slots__ = ("base", "deep", "found", "open", "rules", "text")

    def __init__(self, text: str) -> None:
        from markdown_it import rules_block

        self.text, self.rules = text, rules_block
        self.begin(0)

    def begin(self, base: int) -> None:
        """Start a piece."""
        self.base = base
        self.found: list[CodeBlock] = []
        self.open: tuple[str, int, int] | None = None
        self.deep: int | None = None

    def blockquote(self, state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        """Apply the block rule for a quote, unless it is nested too deep."""
        return self._fits(state, start, silent, 1) and self.rules.blockquote(state, start, end, silent)

    def list(self, state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        """Apply the block rule for a list, unless it is nested too deep."""
        return self._fits(state, start, silent, 2) and self.rules.list_block(state, start, end, silent)

    def _fits(self, state: "StateBlock", start: int, silent: bool, levels: int) -> bool:
        """Return whether there is room for more levels; if a quote or list needs them and there is not, note that."""
        if silent or state.level + levels < MAX_NESTING:
            return True
        begin = state.bMarks[start] + state.tShift[start]
        if self.deep is None and re.match(r">|(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]|$)", state.src[begin : begin + 11]):
            self.deep = self.base + begin
        return False

    def fence(self, state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        """Apply the block rule for a fence, which ends at its closing fence, with its container or with the text."""
        opener = None if state.is_code_block(start) else _opener(state, start)
        if opener is None:
            return False
        if not silent:
            run, info = opener
            line, closed = _fence_end(state, run, start, end)
            state.line = line + closed
            if not closed and self._goes_on(state, line):
                self.open = run, self.base + min(state.eMarks[start] + 1, len(state.src)), len(self.found)
            self._take(state, ("fence", info), start, (start + 1, line), run)
        return True

    def code(self, state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        """Apply the block rule for lines that are indented by four or more, or the fences in them."""
        if not state.is_code_block(start):
            return False
        line = state.line = start + 1
        while line < end and (state.isEmpty(line) or state.is_code_block(line)):
            line += 1
            if not state.isEmpty(line - 1):
                state.line = line
        if not self._indented_fences(state, start, state.line):
            self._take(state, ("indented", ""), start, (start, state.line), "")
        return True

    def html(self, state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        """Apply the block rule for HTML; HTML that ends at a blank line also ends at a fence."""
        if not self.rules.html_block(state, start, end if silent else start + 1, silent):
            return False
        begin = state.bMarks[start] + state.tShift[start]
        if not silent and state.src[begin : begin + 10].lower().startswith(_RAW_HTML):
            self.rules.html_block(state, start, end, silent)
            if self._goes_on(state, state.line):
                self.open = "", self.base + begin, len(self.found)
        elif not silent:
            line = start + 1
            while line < end and not (state.isEmpty(line) or _outdented(state, line) or _opener(state, line)):
                line += 1
            state.line = line
        return True

    def paragraph(self, state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        """Apply the block rule for a paragraph, which is everything else, including underlined headings."""
        interrupters = state.md.block.ruler.getRules("paragraph")
        outer_type, state.parentType = state.parentType, "paragraph"
        line = start + 1
        if not state.src.startswith(_ADMONITIONS, state.bMarks[start] + state.tShift[start]):
            while line < state.lineMax and not state.isEmpty(line):
                if 0 <= state.sCount[line] <= state.blkIndent + 3:
                    if line < end and _is_underline(state, line):
                        line += 1
                        break
                    first = state.src[state.bMarks[line] + state.tShift[line]]
                    if first in _INTERRUPTERS and any(rule(state, line, state.lineMax, True) for rule in interrupters):
                        break
                line += 1
        state.line = line
        state.parentType = outer_type
        return True

    def _goes_on(self, state: "StateBlock", line: int) -> bool:
        """Return whether a block that ends at a line, outside of other blocks, may continue after the piece."""
        return not state.level and line >= state.lineMax

    def _indented_fences(self, state: "StateBlock", start: int, end: int) -> bool:
        """Keep the fences that are indented too far but are closed, and return whether there was one."""
        line, taken = start, False
        while line < end:
            opener = _opener(state, line)
            if opener:
                run, info = opener
                close = next((at for at in range(line + 1, end) if _closes(state, run, line, at, end)), None)
                if close is None:
                    break
                self._take(state, ("fence", info), line, (line + 1, close), run)
                line, taken = close, True
            line += 1
        return taken

    def _take(self, state: "StateBlock", what: tuple[str, str], opener: int, lines: tuple[int, int], run: str) -> None:
        """Keep a code block whose content is `lines`; the prefix of the `opener` line is the prefix of each of them."""
        first, last = lines
        if first >= last:
            return
        columns = state.sCount[opener] if run else state.blkIndent + 4
        builder = Builder(self.text)
        for line in range(first, last):
            at, blanks = _content(state, line, columns)
            if blanks:
                builder.blanks(blanks, self.base + at - 1)
            end = self.base + state.eMarks[line]
            at = min(self.base + at, end - self.text.endswith("\r\n", end - 1, end + 1))  # indent ends before `\r\n`
            builder.add(at, min(end + 1, len(self.text)))
        at = state.bMarks[opener] + state.tShift[opener] if run else _content(state, opener, columns)[0]
        prefix = state.src[state.src.rfind("\n", 0, at) + 1 : at]
        head = self.base + state.src.rfind("\n", 0, state.bMarks[first]) + 1
        segments = builder.build(head, _repeatable(prefix), newline_at(self.text, self.base + state.eMarks[first]), run)
        self.found.append(CodeBlock(*what, segments))


def _outdented(state: "StateBlock", line: int) -> bool:
    """Return whether a line has less indent than its container requires."""
    return state.sCount[line] < state.blkIndent


def _opener(state: "StateBlock", line: int) -> tuple[str, str] | None:
    """Return the run of a line that opens a fence, and its info string; None if it does not open one."""
    begin, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    if not state.src.startswith(("```", "~~~"), begin):
        return None
    behind = state.skipCharsStr(begin, state.src[begin])
    info = state.src[behind:end]
    return None if "`" in info and state.src[begin] == "`" else (state.src[begin:behind], info)


def _fence_end(state: "StateBlock", run: str, start: int, end: int) -> tuple[int, bool]:
    """Return the line after a fence's content, and whether it is the closing fence."""
    for line in range(start + 1, end):
        if _outdented(state, line) and not state.isEmpty(line):
            return line, False  # the list item ends here
        if not state.is_code_block(line) and _closes(state, run, start, line, end):
            return line, True
    return end, False


def _closes(state: "StateBlock", run: str, start: int, line: int, end: int) -> bool:
    """Return whether a line closes the fence that starts at `start`."""
    begin = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(run, begin):
        return False
    tail = state.src[state.skipCharsStr(begin, run[0]) : state.eMarks[line]].strip()
    goes_before = line - 1 > start and not state.isEmpty(line - 1)
    return closes(tail, goes_before, line + 1 >= end or state.isEmpty(line + 1))


def _content(state: "StateBlock", line: int, columns: int) -> tuple[int, int]:
    """Return where a line's content starts after `columns` of indent, and the blanks left of a tab that goes further.

    Indent is counted as in CommonMark: a tab goes to the next multiple of four from the start of the line.
    """
    at, column = state.bMarks[line], 0
    text = at + state.tShift[line]  # after a list marker
    while column < columns and at < state.eMarks[line]:
        if state.src[at] == "\t":
            column += 4 - (column + state.bsCount[line]) % 4
        elif state.src[at] == " " or at < text:
            column += 1
        else:
            break
        at += 1
    return at, max(column - columns, 0)


def _is_underline(state: "StateBlock", line: int) -> bool:
    """Return whether a line turns the paragraph before it into a heading."""
    if _outdented(state, line):
        return False
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip(" \t")
    return text[:1] in ("-", "=") and not text.strip(text[0])


def _repeatable(prefix: str) -> str:
    """Return the prefix of an opener line for the lines that follow: it keeps quote marks, but not list markers."""
    prefix = re.sub(r"[^\s>]", " ", prefix)
    return prefix + " " if prefix.endswith(">") else prefix
