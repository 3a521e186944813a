"""The texts, comments and actions of a Go template, in order, with their places.

Source: Go 1.26, text/template/parse/lex.go (lexText, lexComment, lexInsideAction). What is inside an action is not
taken apart: only strings, character constants and raw strings are, because `}}` in them does not end it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from joblint.manifests.yaml.tree import Problem

TEXT, COMMENT, ACTION = "text", "comment", "action"
SPACE = " \t\r\n"  # what a trim marker takes away

_LEFT, _RIGHT = "{{", "}}"
_TRIM_LEFT = re.compile(r"-[ \t\r\n]")
_COMMENT, _COMMENT_END = "/*", "*/"
# The next thing in an action that matters: a string as a whole, its end, or a quote that opens a string without an end.
_STOP = re.compile(
    r'"(?:\\[^\n]|[^"\\\n])*+"|`[^`]*+`'
    r"|'(?:\\[^\n]|[^'\\\n])*+'"
    r"|(?P<end>(?P<trim>[ \t\r\n]-)?\}\})"
    r"""|(?P<open>["'`])"""
)


class Token(NamedTuple):
    """A piece of a template: its kind, its span with the delimiters, and the span of what is inside them.

    `trims_before` and `trims_after`: the action has a trim marker there, so white space beside it is not output.
    """

    kind: str
    start: int
    end: int
    inner_start: int
    inner_end: int
    trims_before: bool = False
    trims_after: bool = False

    def inside(self, text: str) -> str:
        """Return what the action or comment says, without white space around it."""
        return text[self.inner_start : self.inner_end].strip(SPACE)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a template, which together are all of its text. Raises Problem for what Go cannot lex."""
    at = 0
    while at < len(text):
        start = text.find(_LEFT, at)
        if start < 0:
            start = len(text)
        if start > at:
            yield Token(TEXT, at, start, at, start)
        if start == len(text):
            return
        token = action_at(text, start)
        yield token
        at = token.end


def action_at(text: str, start: int) -> Token:
    """Return the comment or action that begins at an offset."""
    inner = start + len(_LEFT)
    trims = _TRIM_LEFT.match(text, inner) is not None
    inner += 2 * trims
    if text.startswith(_COMMENT, inner):
        return _comment(text, start, inner, trims)
    at = inner
    while True:
        stop = _STOP.search(text, at)
        if stop is None:
            raise Problem("the action `{{` is not closed", start, "add `}}`")
        if stop["open"]:
            raise Problem(f"a string in this action is not closed: {stop['open']}", stop.start(), "close the string")
        if stop["end"]:
            return Token(ACTION, start, stop.end(), inner, stop.start(), trims, stop["trim"] is not None)
        at = stop.end()


def _comment(text: str, start: int, inner: int, trims: bool) -> Token:
    inner += len(_COMMENT)
    close = text.find(_COMMENT_END, inner)
    if close < 0:
        raise Problem("the comment `{{/*` is not closed", start, "add `*/}}`")
    end = _STOP.match(text, close + len(_COMMENT_END))
    if end is None or not end["end"]:
        raise Problem("`}}` must follow the end of a comment directly", close, "write `*/}}`")
    return Token(COMMENT, start, end.end(), inner, close, trims, end["trim"] is not None)
