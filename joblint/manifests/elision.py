"""Elisions, by which the author of a text leaves out parts of a manifest: `...`, `# other fields omitted`, `<snip>`.

Only texts for people leave something out. A YAML file is sent as it is written, and there `...` is an error or the end
of a document. The same is true of a script that is run, except for its comments.
"""

import re
from collections.abc import Iterator

from joblint.manifests.source import indent_of

_HINTS = ("...", "…", "⋮", "snip", "omit", "elided", "left out", "brevity", "rest ", "remainder", "same as", ". . .")
_MORE = ("more", "other", "further", "additional", "remaining")

_DOTS = r"(?:\.{3,}+|…++|⋮|\.(?: \.){2,}+)"
_QUOTED_DOTS = rf"['\"]{_DOTS}['\"]"
_SAID = r"[\w ,'/-]{1,40}"
_WORD = rf"(?:{_DOTS}(?:{_SAID}(?:{_DOTS})?)?|-*\s?snip(?:ped)?\s?-*|omitted|elided|truncated)"
_MARK = (
    rf"(?:{_DOTS}|-+\s?snip\s?-+|\[\s?{_WORD}\s?\]|\(\s?{_WORD}\s?\)|<\s?{_WORD}\s?>|\{{\s?{_DOTS}\s?\}}"
    rf"|{_QUOTED_DOTS}(?=\s?:))"
)
_END = r"[ \t]*,?[ \t]*\Z"
_ITEMS = r"[ \t]*(?:-[ \t]+)*"
# On a separate line, also as an item, as a key, or with a few words: `... 3 more containers`.
_LINE = (
    rf"[ \t]*(?P<own>(?:-[ \t]+)*{_MARK}(?:[ \t]*:[ \t]*(?:{_MARK}|{_QUOTED_DOTS})?|[ \t]+{_SAID}(?:{_DOTS})?)?){_END}"
)
# In place of a value, or after one; `./...` is a value in Go.
_BEFORE = r"""(?:[^\s"'#]++[ \t]+|[^#]*[\]}"'][ \t]+|[^\s"'#/][^\s"'#]*?(?=[.…]))"""
_VALUE = (
    rf"""{_ITEMS}["']?[\w./-]+["']?[ \t]*:[ \t]+{_BEFORE}?(?<![/.…])(?P<own>{_MARK}|(?<=[: ]){_QUOTED_DOTS}){_END}"""
)
_IN_BRACKETS = (
    rf"(?<=[\[{{,])[ \t]*(?P<own>{_MARK}(?:[ \t]*:[ \t]*(?:{_MARK}|{_QUOTED_DOTS}))?)[ \t]*(?:,|(?=[\]}}]|\Z))"
)
_IN_BRACKETS_VALUE = rf"(?<=:)[ \t]+(?P<own>{_MARK}|{_QUOTED_DOTS})(?=[ \t]*[,\]}}])"
_JSON_COMMENT = r"(?:^|(?<=[\s,]))(?:/\*(?P<inside>.*)\*/|//+(?P<said>.*))[ \t]*,?\Z"
_COMMENT = r"(?:^|(?<=[ \t]))#+[ \t]*(?P<said>\S.*)"
_QUOTED = r""""(?:[^"\\]|\\.)*+"|'[^']*+'"""
_BLOCK = r"(?:^|[\s:-])[|>][-+\d]{0,2}[ \t]*(?:#.*)?\Z"

# A comment in place of something.
_PURE = rf"{_MARK}|[-=<\[(]*\s?(?:snip(?:ped)?|omitted|elided|truncated)\s?[-=>\])]*|etc\.?(?:{_DOTS})?"
_LEADING = rf"{_DOTS}[ \t]*[^\s.].{{0,60}}"
_OMITTED = (
    r"(?i)[(\[<]?(?:[\w'/-]+,? ){0,6}(?:omitted|elided|snipped|left out)\b[\w ,-]{0,30}[.)\]>]?"
    r"|.{0,60}\bfor brevity\b.{0,10}"
)
_REST = (
    r"(?i)[(\[<]?(?:the |your )?(?:rest|remainder) (?:of\b.{0,40}|(?:is |stays |remains )?(?:unchanged|the same)|here)"
    r"[.)\]>]?|(?:the )?same as (?:above|before|in)\b.{0,40}"
)
_FURTHER = (
    r"(?i)(?:some |any |and )?(?:more|other|further|additional|remaining) (?:\w+ ){0,2}"
    r"(?:fields?|options?|settings?|config(?:uration)?|specs?|containers?|volumes?|env|variables|values?|keys?|metadata"
    rf"|labels|sections?|properties|parameters|lines|parts|stuff|things|details)(?: \w+){{0,3}}[ \t.]*(?:{_DOTS})?"
)
_LONGEST = 2_000  # characters of a line; longer ones are not written for people


def without_elisions(text: str, comments: bool = True) -> str | None:
    """Return a document with blanks in place of its elisions, so that offsets stay the same; None if it has none.

    `comments`: a comment that says that something is left out also counts.
    """
    if not _may_have_elisions(text, comments):
        return None
    lines = text.split("\n")
    elided, blanked = False, list(lines)
    for number, line, in_block in _lines(lines):
        if len(line) > _LONGEST:
            continue
        spans = list(_spans(line.rstrip(), in_block)) if _may_have_mark(line) else []
        if spans and not in_block:
            blanked[number] = _blank(line, spans)
        elided = elided or bool(spans) or (comments and _comment(lines, number, in_block))
    for number in _columns_of_dots(lines):
        elided, blanked[number] = True, " " * len(lines[number])
    return "\n".join(blanked) if elided else None


def _may_have_elisions(text: str, comments: bool) -> bool:
    lower = text.lower()
    if any(hint in lower for hint in _HINTS) or (comments and any(word in lower for word in _MORE)):
        return True
    return re.search(r"(?m)^[ \t]*\.[ \t\r]*$", text) is not None


def _may_have_mark(line: str) -> bool:
    return any(mark in line for mark in ("...", "…", "snip", "⋮", ". . .", "omitted", "elided", "truncated"))


def _lines(lines: list[str]) -> Iterator[tuple[int, str, bool]]:
    """Yield the lines with their numbers, and whether they are in a block scalar."""
    block = -1  # the indentation of the line that opened a block scalar
    for number, line in enumerate(lines):
        indent = indent_of(line)
        inside = block >= 0 and (indent > block or not line.strip())
        if not inside:
            block = indent if ("|" in line or ">" in line) and re.search(_BLOCK, line.rstrip()) else -1
        yield number, line, inside


def _spans(line: str, in_block: bool) -> Iterator[tuple[int, int]]:
    """Yield the spans of the elisions in a line; in a block scalar, only a whole line can be one."""
    hidden = re.sub(_QUOTED, _hide, line)
    comment = re.search(_COMMENT, hidden)
    code = hidden[: comment.start()].rstrip() if comment else hidden
    own = re.match(_LINE, code)
    if own or in_block:
        if own:
            yield own.start("own"), own.end()
        return
    value = re.match(_VALUE, code)
    if value:
        yield value.span("own")
        return
    for pattern in (_IN_BRACKETS, _IN_BRACKETS_VALUE):
        for inner in re.finditer(pattern, code):
            yield inner.start("own"), inner.end()
    aside = re.search(_JSON_COMMENT, hidden) if "//" in hidden or "/*" in hidden else None
    if aside and _says_elided((aside["said"] or aside["inside"] or "").strip()):
        yield aside.span()


def _hide(found: re.Match[str]) -> str:
    """Return a quoted text of the same length without elisions; one that has only dots is kept."""
    if re.fullmatch(_QUOTED_DOTS, found[0]):
        return found[0]
    return re.sub(r"[.…#/\[\]{},]", "_", found[0])


def _blank(line: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        line = line[:start] + " " * (end - start) + line[end:]
    return line


def _comment(lines: list[str], number: int, in_block: bool) -> bool:
    """Return whether a line's comment says that something is left out; in a block scalar, only a line of dots does."""
    line = lines[number].rstrip()
    if "#" not in line:
        return False
    match = re.search(_COMMENT, line if in_block else re.sub(_QUOTED, _hide, line))
    if match is None:
        return False
    said, alone = match["said"], not line[: match.start()].strip()
    if in_block:
        return alone and re.fullmatch(_MARK, said) is not None
    return _says_elided(said) or (alone and re.fullmatch(_FURTHER, said) is not None and _ends_here(lines, number))


def _says_elided(said: str) -> bool:
    return any(re.fullmatch(pattern, said) for pattern in (_PURE, _LEADING, _OMITTED, _REST))


def _ends_here(lines: list[str], number: int) -> bool:
    """Return whether a comment is the last line of its block; otherwise it is a heading."""
    indent = indent_of(lines[number])
    following = next((line for line in lines[number + 1 :] if line.strip()), "")
    return not following or indent_of(following) < indent


def _columns_of_dots(lines: list[str]) -> Iterator[int]:
    """Yield the numbers of lines that are a single dot, if three or more are in a row."""
    run: list[int] = []
    for number, line in enumerate([*lines, "end"]):
        if line.strip() == ".":
            run.append(number)
            continue
        if len(run) >= 3:
            yield from run
        run.clear()
