"""What is wrong with a document that libyaml cannot read, in words that name the usual cause."""

import re

from joblint.tree import Problem

_UNCLOSED = re.compile("flow|quoted")


def explain(error: Exception, text: str) -> Problem:
    """libyaml's error as a Problem: where, what, and the likely cause."""
    if isinstance(error, UnicodeEncodeError):
        return Problem("a lone surrogate, which is no character", error.start)
    mark = getattr(error, "problem_mark", None)
    if mark is None:  # ReaderError: a character that YAML does not allow
        offset = min(int(getattr(error, "position", 0)), max(0, len(text) - 1))
        return (
            Problem(f"the character U+{ord(text[offset]):04X} is not allowed in YAML", offset)
            if text
            else Problem(str(error), 0)
        )
    problem = str(getattr(error, "problem", None) or "this is not YAML")
    offset = min(mark.index, len(text))
    context = getattr(error, "context_mark", None)
    opened = context.index if context is not None and _UNCLOSED.search(str(getattr(error, "context", ""))) else -1
    return Problem(problem, offset, _hint(problem, text, offset), opened=opened)


def _hint(problem: str, text: str, offset: int) -> str:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : len(text) if end < 0 else end]
    if text.startswith("\t", offset) or "\t" in line[: len(line) - len(line.lstrip())]:
        return "YAML cannot be indented with tabs: use spaces"
    if "{{" in line:
        return "this looks like a template: render it first, or quote the value"
    if text.startswith("*", offset - 1) or text.startswith("*", offset):
        return "a value that starts with `*` is an alias to YAML: put it in quotes"
    if "unknown escape" in problem:
        return "a backslash in double quotes starts an escape: use single quotes, or write it twice"
    if text[offset : offset + 1] in ("@", "`"):
        return "a value cannot start with this character: put it in quotes"
    if "mapping values are not allowed" in problem:
        return "`: ` inside a value: put the value in quotes, or check the indentation"
    if "document start" in problem or _starts_object(line):
        return "is a line `---` missing above this one?"
    return "check the indentation, and that quotes and brackets are closed" if "expected" in problem else ""


def _starts_object(line: str) -> bool:
    return line.startswith(("apiVersion:", "kind:"))
