"""Python code whose lines YAML has joined, or whose indentation no Python can read.

Sources: YAML 1.2.2, 6.5 (line folding); the Python Language Reference, 2.1.8 (indentation), the same in all of 3.
"""

from typing import TYPE_CHECKING

from joblint.checks.reading.python import Code, code, parse, tree
from joblint.checks.script.folded import LITERAL
from joblint.kube.names.names import short
from joblint.rule.cure.cure import Restyle
from joblint.rule.registry import rule
from joblint.rule.report import Reports, mistake

if TYPE_CHECKING:
    import ast

    from joblint.rule.context import Context
    from joblint.rule.value import Value

_CLOSING = "pass"  # the shortest block


@rule("folded-script", on="Container")
def folded_python(container: "Value", ctx: "Context") -> Reports:
    """`>` before `import os` and `print(os.uname())` on two lines: `import os print(os.uname())` is no Python."""
    found = code(container, ctx)
    written = _as_written(found) if found is not None else None
    if found is None or written is None:
        return
    meant, read = tree(written), parse(found.text)
    if meant is None or read is None:
        return
    line, outcome = _second(meant), "which no Python can read"
    if isinstance(read, SyntaxError):
        line = max(line, _line_of_error(found, read, ctx))
    elif _statements(read) < _statements(meant):
        outcome = "in which a `#` makes a comment of the rest" if "#" in found.text else "which is another script"
    else:
        return
    start, word = _first_word(found, line)
    sign = "`>`" if found.scalar.style == ">" else "YAML"
    message = f"{sign} makes one line of the lines of this script, {outcome}: write `|`"
    report = found.point(mistake(found.word, message), (start, start + len(word)), "this line is joined to the last")
    cures = (Restyle(found.scalar),) if found.scalar.style == ">" and not found.file else ()
    yield report.cure(LITERAL, *cures, safe=False)


def _as_written(found: Code) -> str | None:
    """The script's lines as they stand in the file; None where YAML joins none of them."""
    from textwrap import dedent

    raw, style = found.document.text[found.scalar.start : found.scalar.end], found.scalar.style
    if "\n" not in raw or style == "|" or (style == '"' and "\\" in raw):
        return None
    first, _, rest = raw.partition("\n")
    if style == ">":
        return dedent(rest)
    if style:
        first, rest = first[1:], rest[:-1]
    written = f"{first}\n{dedent(rest)}"
    return written.replace("''", "'") if style == "'" else written


def _statements(found: "ast.Module") -> int:
    import ast

    return sum(isinstance(node, ast.stmt) for node in ast.walk(found))


def _second(meant: "ast.Module") -> int:
    """The line, from 1, of the first statement that does not begin on the first line."""
    return next((statement.lineno for statement in meant.body if statement.lineno > 1), 1)


def _line_of_error(found: Code, error: SyntaxError, ctx: "Context") -> int:
    """The line of the script as it is written, from 1, that an error lies in; 0 where that is not known."""
    lines = found.text.split("\n")
    number, column = error.lineno or 0, error.offset or 0
    if not 0 < number <= len(lines) or not 0 < column <= len(lines[number - 1]):
        return 0
    at = sum(len(line) + 1 for line in lines[: number - 1]) + column - 1
    start, _ = found.place(at, at + 1, ctx)
    above = found.document.text.count("\n", found.scalar.start, start)
    return above if found.scalar.style == ">" else above + 1


def _first_word(found: Code, line: int) -> tuple[int, str]:
    """Where the first word of a line of the script stands in the document, and the word."""
    start, end = found.scalar.start, found.scalar.end
    lines = found.document.text[start:end].split("\n")
    number = line if found.scalar.style == ">" else line - 1
    raw = lines[number]
    at = start + sum(len(one) + 1 for one in lines[:number]) + len(raw) - len(raw.lstrip())
    return at, (raw.split() or [""])[0]


@rule("misindented-python", on="Container")
def misindented_python(container: "Value", ctx: "Context") -> Reports:
    """A line that is indented though nothing was opened before it, or is not though something was."""
    found = code(container, ctx)
    if found is None:
        return
    text = _dedented(found.text) if found.dedents else found.text
    error = parse(text)
    if type(error) is not IndentationError or "\t" in text or not error.lineno:
        return
    lines, number = text.split("\n"), error.lineno
    if number > len(lines) or not lines[number - 1].strip() or not _is_certain(lines[: number - 1], error.msg):
        return
    if _as_written(found) is not None:
        return  # what YAML did to it is told by folded-script
    raw = found.text.split("\n")
    line = raw[number - 1]
    start = sum(len(one) + 1 for one in raw[: number - 1]) + len(line) - len(line.lstrip())
    word = line.split()[0]
    message = f"Python does not start this script: {_why(error.msg)} at `{short(word)}`"
    yield found.point(mistake(found.word, message), found.place(start, start + len(word), ctx), "Python stops here")


def _dedented(text: str) -> str:
    from textwrap import dedent

    return dedent(text)


def _why(said: str) -> str:
    """Python's own words in fewer."""
    return said.partition(" after ")[0]


def _is_certain(before: list[str], said: str) -> bool:
    """Whether the lines before the error are whole statements that this Python can read, so that any would stop."""
    text = "\n".join(before)
    if said.startswith("expected an indented block"):
        return tree(f"{text}\n{' ' * _deeper(before)}{_CLOSING}\n") is not None and tree(text) is None
    return tree(text) is not None


def _deeper(lines: list[str]) -> int:
    return max((len(line) - len(line.lstrip(" ")) for line in lines), default=0) + 1
