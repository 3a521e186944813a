"""What stands on the lines of a text that is still being typed: blanks, keys, and where a scalar ends."""

from joblint.editor import flow
from joblint.manifests.yaml.scalar import BadTag, resolve
from joblint.manifests.yaml.tree import Scalar

_BLANK = " \t\r"
ENDS = ("", "\n", "\r", " ", "\t")  # what may stand behind a dash or a colon
_LOOK = 50  # lines that a quoted scalar may have


class Lines:
    """The lines of a text; all offsets are those of the text, `end` is that of a line."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def block(self, at: int, end: int, column: int) -> tuple[Scalar, int]:
        """A block scalar: the lines that stand further to the right than its key."""
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
        """A quoted scalar; one that is not closed ends with its line."""
        limit = end
        for _ in range(_LOOK):
            behind = flow.quote_end(self.text, at, limit)
            if behind:
                return flow.quoted(self.text, at, behind), behind
            if limit >= len(self.text):
                break
            close = self.line_end(limit + 1)
            start = self.skip(limit + 1, close)
            if start < close and start - limit - 1 <= column:
                break
            limit = close
        return flow.quoted(self.text, at, end), end

    def line_end(self, at: int) -> int:
        """Where the line that has an offset ends."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def skip(self, at: int, end: int) -> int:
        """Where the blanks end."""
        text = self.text
        while at < end and text[at] in _BLANK:
            at += 1
        return at

    def properties(self, at: int, end: int) -> int:
        """Where the node itself begins, behind its anchor and tag."""
        while at < end and self.text[at] in "&!":
            while at < end and self.text[at] not in _BLANK:
                at += 1
            at = self.skip(at, end)
        return at

    def key(self, at: int, end: int) -> tuple[Scalar | None, int]:
        """The key that begins here, and the offset behind its colon; None where there is none."""
        text = self.text
        if at < end and text[at] in "'\"":
            behind = flow.quote_end(text, at, end)
            colon = self.skip(behind, end) if behind else end
            if behind and colon < end and text[colon] == ":" and text[colon + 1 : colon + 2] in ENDS:
                return flow.quoted(text, at, behind), colon + 1
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
        """Where a plain scalar on one line ends: before a comment, and without blanks."""
        comment = self.text.find(" #", at, end)
        return at + len(self.text[at : end if comment < 0 else comment].rstrip(_BLANK))

    def plain(self, start: int, end: int) -> Scalar:
        """A plain scalar, with its value."""
        content = self.text[start:end]
        try:
            return Scalar(start, end, resolve(content), content, "")
        except BadTag:
            return Scalar(start, end, content, content, "")
