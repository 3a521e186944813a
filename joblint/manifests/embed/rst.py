"""Documents inside reStructuredText: in code directives and literal blocks, and in the here-documents of shell code.

docutils is not used: it gives no columns, and it executes directives. The rules are those of its states.py, as far as
code is concerned. What belongs to a directive, a comment or a literal block is the lines below it that are indented
further. So each block is found from its own line, whatever it is nested in, and a line is read only once. A tab
continues to the next multiple of eight, also inside code, where it becomes blanks.

joblint also reads what docutils reports, or silently shows as text, but was plainly meant as code: a directive directly
below a paragraph, code without a blank line before it, and code below the `::` of a field or an admonition.

Not read: comments, the cells of tables with a grid, directives whose content is not code of a language (`_HIDDEN`),
doctest blocks, quoted literal blocks, and the files that `literalinclude` and `include` name.

Limit, which is reported: MAX_LINES lines (also counted: markers of lists, and tabs in code) that are code, comments or
the paragraphs before them. Other text is skipped, so that the time is linear in its length.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from joblint.manifests.embed.block import Block, Unread
from joblint.manifests.embed.code import CodeBlock, documents
from joblint.manifests.embed.segments import Builder, Segments, newline_at, plain_breaks

MAX_LINES = 400_000
_TOO_LONG = f"more than {MAX_LINES:,} lines of code, comments and paragraphs before them: the rest is not checked"

_TAB = 8
_ANY = ("default", "guess")  # languages of Sphinx that say nothing
_OTHER = "other"  # the label of what is hidden, or shown as it is without being code
_CODE = frozenset(("code", "code-block", "code-tab", "prompt", "sourcecode"))
_HIDDEN = frozenset(
    ("blockdiag", "csv-table", "digraph", "doctest", "graph", "graphviz", "include", "ipython", "jinja",
     "literalinclude", "math", "mermaid", "parsed-literal", "plantuml", "productionlist", "program-output", "raw",
     "testcleanup", "testcode", "testoutput", "testsetup", "uml")
)  # fmt: skip
_ADMONITIONS = frozenset(  # the text after `::` is the first paragraph of their content
    ("attention", "caution", "danger", "error", "hint", "important", "note", "seealso", "tip", "warning")
)
_RULE = 4  # a line of punctuation with fewer characters is text, unless it underlines a title that is short as well
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")

_MAY_MATTER = re.compile(r"(?m)::[ \t]*$|(?:^|(?<=[ \t]))\.\.(?=[ \t]|$)")
_BLANK = ("\n\n", "\n \n")  # the latter is what `plain_breaks` makes of two line breaks with a carriage return
_BLANKS = re.compile(r"(?:[ \t]*\n)+")
_INDENT = re.compile(r"[ \t]*")
_ENUMERATOR = r"(?:[0-9]{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]{2,12}|#)"
_MARKER = re.compile(rf"(?:[-+*•‣⁃]|\({_ENUMERATOR}\)|{_ENUMERATOR}[.)])(?:[ \t]+|$)")
_FIELD = re.compile(r":(?![: \t])(?:[^:\\]|\\.|:(?![ \t`]|$)){1,200}+(?<![ \t]):(?:[ \t]+|$)")
_FOOTNOTE = re.compile(r"\.\.[ \t]+\[[^\]]{1,200}\](?:[ \t]+|$)")
_DIRECTIVE = re.compile(r"\.\.[ \t]+(?P<name>[^\W_](?:[-._+:]?[^\W_]){0,60}) ?::(?:[ \t]+|$)(?P<argument>.*)")
_EXPLICIT = re.compile(r"\.\.(?:[ \t]+|$)(?P<said>.*)")
_TARGET = re.compile(r"_(?![ \t]|$)")
_VERBATIM = re.compile(r"(?:>>>|\|)(?:[ \t]|$)")  # doctest blocks and line blocks, up to the next blank line
_OPTION = re.compile(r":[\w-]+:(?:[ \t]|$)")
_WORD = re.compile(r"[\w.+-]+[ \t]*\Z")


class _Line(NamedTuple):
    """A line: its start, its end before the line break, and the offset and column of its first character of text.

    `after` is where the next line starts. A blank line has its text at its end. Columns count from 0.
    """

    start: int
    end: int
    at: int
    column: int
    after: int

    @property
    def blank(self) -> bool:
        """Return whether the line has only blanks."""
        return self.at >= self.end


class _Text(NamedTuple):
    """Some text that may continue in the next line: a paragraph, or the title of a section.

    Its lines are in `column`, or if that is -1, in any column after `floor`. A literal block that belongs to it is
    indented further than `floor`. `first` is its first line if there is no other yet, otherwise empty.
    """

    column: int
    floor: int
    first: str


class _Region(NamedTuple):
    """The lines that belong to something: from the first to after the last that is not blank, and their least column.

    `after` is where the next line that is not blank starts. The region may be empty.
    """

    start: int
    end: int
    indent: int
    after: int


def literals(text: str, unread: Unread | None = None) -> Iterator[Block]:
    """Yield the documents in a reStructuredText in order, including those in the here-documents of its shell code."""
    from joblint.manifests.embed.shell import Budget

    budget, unread = Budget(), {} if unread is None else unread
    for code in code_blocks(text, unread):
        yield from documents(code, budget, unread)


def code_blocks(text: str, unread: Unread | None = None) -> list[CodeBlock]:
    """Return the code of a text, in order, and what is hidden or shown as it is. See the module about limits."""
    return _Reader(text, {} if unread is None else unread).read()


class _Reader:
    """Reads a text from its start to its end. `source` is the text with plain line feeds.

    `default` is the language of code that does not name one: that of the last `highlight` directive.
    """

    def __init__(self, text: str, unread: Unread) -> None:
        self.text, self.source, self.unread = text, plain_breaks(text), unread
        self.found: list[CodeBlock] = []
        self.default = ""
        self.left = MAX_LINES

    def read(self) -> list[CodeBlock]:
        """Return the code blocks, in order."""
        at = 0
        while match := _MAY_MATTER.search(self.source, at):
            blanks = ((self.source.rfind(blank, at, match.start()), len(blank)) for blank in _BLANK)
            at = max((found + length for found, length in blanks if found >= 0), default=at)
            while at <= match.start():
                at = self._read_text(at)
        return self.found

    def _spend(self, cost: int, at: int) -> bool:
        """Return whether some more lines may be read; note where they may not."""
        self.left -= cost
        if self.left < 0:
            self.unread.setdefault(_TOO_LONG, at)
        return self.left >= 0

    def _line(self, start: int) -> _Line:
        """Return the line that starts at an offset."""
        end = self.source.find("\n", start)
        after = end + 1
        if end < 0:
            after = end = len(self.source)
        indent = _INDENT.match(self.source, start, end)
        at = indent.end() if indent else start
        if at < end and self.source[at].isspace() and self.source[at:end].isspace():
            at = end
        return _Line(start, end, at, self._column(start, at, 0), after)

    def _column(self, start: int, at: int, column: int) -> int:
        """Return the column of an offset, if `start`, an offset in the same line, is in `column`."""
        if self.source.find("\t", start, at) < 0:
            return column + at - start
        for character in self.source[start:at]:
            column += _TAB - column % _TAB if character == "\t" else 1
        return column

    def _read_text(self, at: int) -> int:
        """Read up to the next blank line, or to the end of the first block; return where the next line starts."""
        text: _Text | None = None
        while at < len(self.source):
            line = self._line(at)
            if line.blank:
                return line.after
            if not self._spend(1, at):
                break
            if text is not None and _continues(text, line):
                place, floor = line.at, line.column
                text = _Text(floor, floor, "") if not self._underlines(text, line) else None
                block = self._directive_at(place, line, floor)
            else:
                place, column, floor = self._markers(line)
                text = _Text(column, floor, self._said(place, line))
                block = self._explicit(place, line, floor)
            if block is not None:
                return block
            at = line.after
            if text is not None and text.first and _is_rule(text.first, _RULE):
                text = None
            elif text is not None and self._leads_to_literal(text, place, line):
                return self._literal(text, at)
        return len(self.source)

    def _said(self, place: int, line: _Line) -> str:
        """Return the rest of a line."""
        return self.source[place : line.end].rstrip()

    def _underlines(self, text: _Text, line: _Line) -> bool:
        """Return whether a line makes the first line of a text the title of a section."""
        return bool(text.first) and _is_rule(self._said(line.at, line), len(text.first))

    def _leads_to_literal(self, text: _Text, place: int, line: _Line) -> bool:
        """Return whether a line of text is its last one, and ends with `::`."""
        said = self._said(place, line)
        before = said.removesuffix("::")
        if said == before or (len(before) - len(before.rstrip("\\"))) % 2:  # the first colon may be escaped
            return False
        following = self._line(line.after)
        if following.blank or not _continues(text, following):
            return True
        return _DIRECTIVE.match(self.source, following.at, following.end) is not None

    def _markers(self, line: _Line) -> tuple[int, int, int]:
        """Return the offset after the markers at the start of a line, its column, and the column that it belongs to.

        After the name of a field or a footnote, the column is -1: only the next lines show how they are indented.
        """
        place, column, floor, free = line.at, line.column, line.column, False
        while place < line.end:
            match = _MARKER.match(self.source, place, line.end)
            if match is None:
                match = _FIELD.match(self.source, place, line.end) or _FOOTNOTE.match(self.source, place, line.end)
                if match is None:
                    break
                free = True
            column = self._column(place, match.end(), column)
            place = match.end()
            floor = floor if free else column
            if not self._spend(1, line.start):
                break
        return place, -1 if free else column, floor

    def _explicit(self, place: int, line: _Line, floor: int) -> int | None:
        """Read markup that starts with `..`, or verbatim text; return where the next line to read starts, or None."""
        if _VERBATIM.match(self.source, place, line.end):
            return self._verbatim(line, "")
        explicit = _EXPLICIT.match(self.source, place, line.end)
        if explicit is None:
            return None
        block = self._directive_at(place, line, floor)
        if block is not None:
            return block
        said = explicit["said"].strip()
        if _TARGET.match(said) or (not said and self._line(line.after).blank):
            return line.after
        return self._hidden(line.after, floor)

    def _verbatim(self, line: _Line, quote: str) -> int:
        """Leave out lines up to the next blank one; with `quote`, only those in the same column that start with it."""
        start, column, end = line.start, line.column, line.after
        while end < len(self.source) and self._spend(1, end):
            line = self._line(end)
            if line.blank or (quote and (line.column != column or self.source[line.at] != quote)):
                break
            end = line.after
        self._keep_other(start, end)
        return end

    def _directive_at(self, place: int, line: _Line, floor: int) -> int | None:
        """Read a directive; return where the next line to read starts, in its content or after it, or None."""
        directive = _DIRECTIVE.match(self.source, place, line.end)
        if directive is None:
            return None
        name, argument = directive["name"].lower(), directive["argument"].strip()
        if name in _CODE:
            return self._code(argument, line.after, floor)
        if name in _HIDDEN:
            return self._hidden(line.after, floor)
        if name == "highlight":
            self.default = _label(argument)
        elif name in _ADMONITIONS and argument:
            text = _Text(-1, floor, "")
            return self._literal(text, line.after) if self._leads_to_literal(text, place, line) else line.after
        return line.after

    def _code(self, label: str, at: int, floor: int) -> int:
        """Read the options and the content of a code directive from an offset on; return where the next line starts."""
        option = -1  # the column of the last option, which may continue in the next lines
        line = self._line(at)
        if not label and line.column > floor and _WORD.match(self.source, line.at, line.end):
            label = self._said(line.at, line)
            line = self._line(line.after)
        while not line.blank and line.column > floor and self._spend(1, line.start):
            if _OPTION.match(self.source, line.at, line.end):
                option = line.column
            elif not 0 <= option < line.column:
                break
            line = self._line(line.after)
        region = self._region(line.start, floor)
        self._keep("directive", _label(label) or self.default, region)
        return region.after

    def _hidden(self, at: int, floor: int) -> int:
        """Leave out what is indented further than `floor`; return where the next line starts."""
        region = self._region(at, floor)
        self._keep_other(region.start, region.end)
        return region.after

    def _literal(self, text: _Text, at: int) -> int:
        """Read the literal block after a paragraph from an offset on; return where the next line starts."""
        region = self._region(at, text.floor)
        if region.start < region.end and text.column < 0:
            deeper = self._region(at, region.indent)  # than the other text of the field, if there is any
            region = deeper if deeper.start < deeper.end else region
        if region.start < region.end:
            self._keep("literal", self.default, region)
        elif region.after < len(self.source):
            line = self._line(region.after)
            quote = self.source[line.at]
            if (
                line.column == text.floor
                and quote in _PUNCTUATION
                and not _EXPLICIT.match(self.source, line.at, line.end)
            ):
                return self._verbatim(line, quote)
        return region.after

    def _region(self, at: int, floor: int) -> _Region:
        """Return the lines from an offset on that are blank or indented further than `floor`."""
        start, end, indent = at, at, -1
        while at < len(self.source):
            blanks = _BLANKS.match(self.source, at)
            line = self._line(blanks.end() if blanks else at)
            at = line.start
            if line.blank:
                at = line.after
                continue
            if line.column <= floor:
                break
            start = line.start if indent < 0 else start
            indent = line.column if indent < 0 else min(indent, line.column)
            if not self._spend(1 + (self.source.count("\n", end, at) if end > start else 0), start):
                return _Region(start, start, 0, len(self.source))
            at = end = line.after
        return _Region(start, end, indent, at)

    def _keep(self, origin: str, label: str, region: _Region) -> None:
        """Keep code: the lines of a region without their common indentation."""
        if region.start < region.end and self._spend(self.source.count("\t", region.start, region.end), region.start):
            self.found.append(CodeBlock(origin, label, self._segments(region)))

    def _keep_other(self, start: int, end: int) -> None:
        """Keep lines as what is not code of a language that joblint reads."""
        if start < end:
            builder = Builder(self.text)
            builder.add(start, end)
            self.found.append(CodeBlock("literal", _OTHER, builder.build(start, "", "\n", "")))

    def _segments(self, region: _Region) -> Segments:
        """Return the text of the lines of a region without their common indentation, with its map."""
        builder = Builder(self.text)
        first = line = self._line(region.start)
        while line.start < region.end:
            self._add(builder, line, region.indent)
            line = self._line(line.after)
        at, column = self._skip(first, region.indent)
        prefix = self.source[first.start : at] if column == region.indent else " " * region.indent
        return builder.build(first.start, prefix, newline_at(self.text, first.end), "")

    def _add(self, builder: Builder, line: _Line, indent: int) -> None:
        """Add a line after its indentation, with blanks in place of tabs; a blank one as an empty line."""
        end = line.end - self.text.endswith("\r\n", max(line.end - 1, 0), line.end + 1)
        at = end
        if not line.blank:
            at, column = self._skip(line, indent)
            if column > indent:
                builder.blanks(column - indent, at - 1)
            while (tab := self.source.find("\t", at, end)) >= 0:
                builder.add(at, tab)
                column += tab - at
                width = _TAB - column % _TAB
                builder.blanks(width, tab)
                column, at = column + width, tab + 1
        builder.add(at, min(line.end + 1, len(self.text)))

    def _skip(self, line: _Line, indent: int) -> tuple[int, int]:
        """Return where a line continues after some columns, and in which column: a tab may lead further."""
        at, column = line.start, 0
        while column < indent:
            column += _TAB - column % _TAB if self.source[at] == "\t" else 1
            at += 1
        return at, column


def _continues(text: _Text, line: _Line) -> bool:
    """Return whether the line after a text, which is not blank, belongs to it."""
    return line.column > text.floor if text.column < 0 else line.column == text.column


def _is_rule(line: str, width: int) -> bool:
    """Return whether a line is one character of punctuation, repeated, that is not too short for a text of a width."""
    return line[0] in _PUNCTUATION and len(line) >= min(width, _RULE) and not line.strip(line[0])


def _label(written: str) -> str:
    """Return the label of a directive, empty if it says nothing."""
    return "" if written.lower() in _ANY else written
