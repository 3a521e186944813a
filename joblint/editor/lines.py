"""Read the lines of a text that is still being typed: blanks, keys, and the ends of scalars."""

from joblint.editor import flow
from joblint.manifests.yaml.scalar import BadTag, resolve
from joblint.manifests.yaml.tree import Scalar

_BLANK = " \t\r"
ENDS = ("", "\n", "\r", " ", "\t")  # what may follow a dash or a colon
_LOOK = 50  # lines that a quoted scalar may have


class Lines:
    """The lines of a text. All offsets are those of the text; `end` is the end of a line."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def block(self, at: int, end: int, column: int) -> tuple[Scalar, int]:
        """Return a block scalar, made of the lines indented further than its key, and the offset after it."""
        text, size, stop = self.text, len(self.text), end
        line = end + 1
        while line < size:
            close = self.line_end(line)
            start = self.skip(line, close)
            if start < close:
                if start - line <= column:
                    break
                stop = close
            line = close + 1
        body = text[end + 1 : stop]
        return Scalar(at, max(stop, at + 1), body, body, text[at]), line

    def quoted(self, at: int, end: int, column: int) -> tuple[Scalar, int]:
        """Return a quoted scalar and the offset after it; one that is not closed ends with its line."""
        limit = end
        for _ in range(_LOOK):
            after = flow.quote_end(self.text, at, limit)
            if after:
                return flow.quoted(self.text, at, after), after
            if limit >= len(self.text):
                break
            close = self.line_end(limit + 1)
            start = self.skip(limit + 1, close)
            if start < close and start - limit - 1 <= column:
                break
            limit = close
        return flow.quoted(self.text, at, end), end

    def line_end(self, at: int) -> int:
        """Return the end of the line that an offset is in."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def skip(self, at: int, end: int) -> int:
        """Return the offset after blanks."""
        text = self.text
        while at < end and text[at] in _BLANK:
            at += 1
        return at

    def properties(self, at: int, end: int) -> int:
        """Return where the node itself begins, after its anchor and tag."""
        while at < end and self.text[at] in "&!":
            while at < end and self.text[at] not in _BLANK:
                at += 1
            at = self.skip(at, end)
        return at

    def key(self, at: int, end: int) -> tuple[Scalar | None, int]:
        """Return the key that begins here (None if there is none), and the offset after its colon."""
        text = self.text
        if at < end and text[at] in "'\"":
            after = flow.quote_end(text, at, end)
            colon = self.skip(after, end) if after else end
            if after and colon < end and text[colon] == ":" and text[colon + 1 : colon + 2] in ENDS:
                return flow.quoted(text, at, after), colon + 1
            return None, at
        if at >= end or text[at] in "[]{},#|>%@`*":
            return None, at
        stop = self.plain_end(at, end)
        colon = text.find(":", at, stop)
        while colon >= 0:
            if text[colon + 1 : colon + 2] in ENDS:
                return self.plain(at, at + len(text[at:colon].rstrip(_BLANK))), colon + 1
            colon = text.find(":", colon + 1, stop)
        return None, at

    def plain_end(self, at: int, end: int) -> int:
        """Return the end of a plain scalar on one line: before a comment, and without blanks."""
        comment = self.text.find(" #", at, end)
        return at + len(self.text[at : end if comment < 0 else comment].rstrip(_BLANK))

    def plain(self, start: int, end: int) -> Scalar:
        """Return a plain scalar, with its value."""
        content = self.text[start:end]
        try:
            return Scalar(start, end, resolve(content), content, "")
        except BadTag:
            return Scalar(start, end, content, content, "")
