"""Messages for a document that libyaml cannot parse; they name the usual cause."""

import re

from joblint.manifests.source import BOM
from joblint.manifests.yaml.tree import QUOTE_IT, Problem

# A plain value at the end of its line, without anything that quotes would change; and what precedes it on the line.
_BARE = re.compile(r"([*@%`][^\s\"\\#]*(?:[ \t]+[^\s\"\\#]+)*)[ \t]*(?:[ \t]#.*)?\r?(?=\n|\Z)")
_KEY = re.compile(r"[ ]*(?:- +)*[A-Za-z][\w.-]*: +|[ ]*(?:- +)+")
# What libyaml expects, in its words and in ours; others are characters in single quotes.
_EXPECTED = {
    "key": "a key",
    "node content": "a value",
    "'-' indicator": "a list item (`- `)",
    "comment or line break": "a comment or a line break",
    "whitespace": "a space",
    "whitespace or line break": "a space or a line break",
    "alphabetic or numeric character": "a letter or digit",
    "digit or '.' character": "a digit or `.`",
    "hexdecimal number": "a hexadecimal number",
    "version number": "a version number",
    "tag URI": "a tag",
}
_UNCLOSED = re.compile("flow|quoted")


def explain(error: Exception, text: str) -> Problem:
    """Return libyaml's error as a Problem: the place, the message, and the likely cause."""
    if isinstance(error, UnicodeEncodeError):
        return Problem("a lone surrogate is not a valid character", error.start)
    mark = getattr(error, "problem_mark", None)
    if mark is None:  # ReaderError: a character that YAML does not allow
        offset = min(int(getattr(error, "position", 0)), max(0, len(text) - 1))
        return (
            Problem(f"the character U+{ord(text[offset]):04X} is not allowed in YAML", offset)
            if text
            else Problem(str(error), 0)
        )
    problem = str(getattr(error, "problem", None) or "this is not valid YAML")
    offset = min(mark.index, len(text))
    at = text.rfind(BOM, 0, offset + 1)
    if at >= 0 and text.count("\n", at, offset) <= 1:
        return Problem("a byte order mark (U+FEFF) is an ordinary character here", at, "remove it")
    context = getattr(error, "context_mark", None)
    opened = context.index if context is not None and _UNCLOSED.search(str(getattr(error, "context", ""))) else -1
    if offset and text.startswith("*", offset - 1) and not text.startswith("*", offset):
        offset -= 1  # libyaml's mark is after the star
    message, hint = _cause(problem, text, offset, opened >= 0)
    explained = Problem(message, offset, hint, opened=opened)
    value = _BARE.match(text, offset) if hint.startswith(QUOTE_IT) else None
    if value and _KEY.fullmatch(text, text.rfind("\n", 0, offset) + 1, offset):
        explained.unquoted = value.span(1)
    return explained


def _cause(problem: str, text: str, offset: int, unclosed: bool) -> tuple[str, str]:
    """Return what is wrong and what to do: in joblint's words if the cause is known, otherwise in libyaml's."""
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    line = text[start : len(text) if end < 0 else end]
    here = text[offset : offset + 1]
    if here == "\t" or "\t" in line[: len(line) - len(line.lstrip())]:
        return "the line is indented with a tab", "YAML only allows spaces"
    if "{{" in line:
        return "the line looks like a template", "render it first, or quote the value"
    if here == "*":
        return "YAML reads a value that starts with `*` as an alias", QUOTE_IT + _quoted(line)
    if "unknown escape" in problem:
        escape = text[offset : offset + 2]
        return f"`{escape}` is not a valid escape in double quotes", f"use single quotes, or write `\\{escape}`"
    if here and here in "@`%":
        return f"an unquoted value cannot start with `{here}`", QUOTE_IT
    if "mapping values are not allowed" in problem:
        return "a `:` is not allowed here", "put a value that contains `: ` in quotes, or check the indentation"
    if _starts_object(line) and not unclosed:
        return "a second object starts here", "is a `---` line missing above it?"
    if "document start" in problem:
        return "a second document starts here", "is a `---` line missing above it?"
    expected = re.match(r"did not find expected (.*)", problem)
    if expected is None:
        return problem, ""
    what = _EXPECTED.get(expected[1], expected[1].replace("'", "`"))
    return f"YAML expects {what} here", "check the indentation, and that quotes and brackets are closed"


def _quoted(line: str) -> str:
    """Return the line's key and value as they should be written: `, such as schedule: "*/5 * * * *"`."""
    found = re.fullmatch(r"\s*(?:- )?([A-Za-z]\w*: +)(\*[^\"\\#]{0,60})(?: #.*)?\r?", line)
    return f', such as `{found[1]}"{found[2].rstrip()}"`' if found else ""


def _starts_object(line: str) -> bool:
    return line.startswith(("apiVersion:", "kind:"))
