"""How bash reads the body of a here-document.

The rules are those of Bash's manual, "Here Documents": if no part of the delimiter is quoted, a backslash before a `$`,
a backquote, a backslash or the end of the line is removed, and parameters, commands and arithmetic are expanded; `<<-`
removes the leading tabs of each line. Lines are joined first, so a line that continues another keeps its tabs.
"""

import re

from joblint.manifests.embed.segments import Builder, Segments

_SPECIAL = re.compile(r"[\\$`\n]")
_LINE_END = re.compile(r"\r?\n")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_BRACKETS = {"(": ")", "{": "}", "[": "]"}
_IN_CODE = re.compile(r"""[\\$`"'()\[\]}]""")
_FIRST_TABS = re.compile(r"(?:[ \t\r]*\n)*(\t*)")
_CONTINUED = re.compile(r"(?<!\\)(?:\\\\)*\\(?=\r?\n\Z)")
_FILLED_IN = re.compile(r"\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*\})")
_ESCAPED = "$`\\"


class Frame:
    """How a body is written: its span, its delimiter and whether that is quoted, `<<-`, and a continuation prompt."""

    __slots__ = ("delimiter", "end", "prompt", "quoted", "start", "tabs")

    def __init__(self, start: int, end: int, delimiter: str, *, quoted: bool, tabs: bool, prompt: str = "") -> None:
        self.start, self.end, self.delimiter = start, end, delimiter
        self.quoted, self.tabs, self.prompt = quoted, tabs, prompt


def decode(text: str, frame: Frame) -> Segments:
    """Return the text that a command reads from a here-document, with its map; what bash expands is `frozen`."""
    builder, frozen = Builder(text), []
    at = _content(text, frame, frame.start)
    while at < frame.end:
        match = None if frame.quoted else _SPECIAL.search(text, at, frame.end)
        special = match.start() if match else frame.end
        at = _copy(builder, frame, at, special)
        if special == frame.end:
            break
        begin = builder.length
        at, opaque = _special(builder, frame, special)
        if opaque:
            frozen.append((begin, builder.length))
    newline = "\r\n" if text.endswith("\r\n", frame.start, text.find("\n", frame.start) + 1) else "\n"
    segments = builder.build(frame.start, _prefix(text, frame), newline, frame.delimiter)
    escapes = "" if frame.quoted else _ESCAPED
    return segments._replace(frozen=tuple(frozen), escapes=escapes, bare="\t" if frame.tabs else "")


def filled_in(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans that `envsubst` replaces: `$NAME` and `${NAME}`."""
    return tuple(match.span() for match in _FILLED_IN.finditer(text))


def expansion_end(text: str, at: int, end: int) -> int | None:
    """Return where the expansion that starts at a `$` or a backquote ends; None if that is an ordinary character.

    One that is never closed reaches to `end`.
    """
    if text[at] == "`":
        return _backquote_end(text, at + 1, end)
    following = text[at + 1] if at + 1 < end else ""
    if following in _BRACKETS:
        return _closed(text, at + 2, end, _BRACKETS[following])
    name = _NAME.match(text, at + 1, end)
    return name.end() if name else None


def _special(builder: Builder, frame: Frame, at: int) -> tuple[int, bool]:
    """Copy what a special character starts; return where the text continues, and whether bash expands it."""
    text = builder.source
    if text[at] == "\n":
        builder.add(at, at + 1)
        return _content(text, frame, at + 1), False
    if text[at] != "\\":
        end = expansion_end(text, at, frame.end)
        return _copy(builder, frame, at, end or at + 1), end is not None
    joined = _LINE_END.match(text, at + 1, frame.end)
    if joined:
        return _continued(text, frame, joined.end()), False
    if at + 1 < frame.end and text[at + 1] in _ESCAPED:
        if builder.length == 0 or builder.parts[-1].endswith("\n"):
            builder.mark(at)  # the line starts here, before its backslash
        builder.add(at + 1, at + 2)
        return at + 2, False
    builder.add(at, at + 1)
    return at + 1, False


def _copy(builder: Builder, frame: Frame, at: int, end: int) -> int:
    """Copy a span without the prefixes of its lines and without line breaks after a backslash; return its end."""
    text = builder.source
    if frame.quoted and not (frame.tabs or frame.prompt):
        builder.add(at, end)
        return end
    while at < end:
        stop = text.find("\n", at, end) + 1 or end
        joined = None if frame.quoted else _CONTINUED.search(text[at:stop])
        if joined:
            builder.add(at, at + joined.end() - 1)
            at = _continued(text, frame, stop)
        else:
            builder.add(at, stop)
            at = _content(text, frame, stop) if text[stop - 1] == "\n" else stop
    return at


def _content(text: str, frame: Frame, at: int) -> int:
    """Return where the content of the line that starts at an offset starts."""
    at = _continued(text, frame, at)
    while frame.tabs and at < frame.end and text[at] == "\t":
        at += 1
    return at


def _continued(text: str, frame: Frame, at: int) -> int:
    """Return where a line continues after the prompt that a transcript shows."""
    prompt = frame.prompt
    if prompt and text.startswith(prompt, at):
        return at + len(prompt)
    return at + 1 if prompt and text.startswith(">", at) else at


def _prefix(text: str, frame: Frame) -> str:
    """Return the prefix of a new line: the prompt, and the tabs of the first line that has content."""
    tabs = _FIRST_TABS.match(text, frame.start, frame.end) if frame.tabs else None
    return frame.prompt + (tabs[1] if tabs else "")


def _backquote_end(text: str, at: int, end: int) -> int:
    while at < end and text[at] != "`":
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, end)


def _closed(text: str, at: int, end: int, closer: str) -> int:
    """Return where the bracket around `at` closes; quotes and brackets inside it are followed without recursion."""
    stack = [closer]
    while stack:
        match = _IN_CODE.search(text, at, end)
        if not match:
            return end
        at, character, inside = match.end(), match[0], stack[-1]
        if character == "\\":
            at += 1
        elif character == inside:
            stack.pop()
        elif character == "`":
            at = _backquote_end(text, at, end)
        elif character == '"':
            stack.append('"')
        elif character == "$" and text[at : at + 1] in ("(", "{", "["):
            stack.append(_BRACKETS[text[at]])
            at += 1
        elif character == "'" and inside == ")":
            at = text.find("'", at, end) + 1 or end
        elif character in "([" and inside == _BRACKETS[character]:
            stack.append(inside)
    return min(at, end)
