"""Checks for Python code whose lines are joined by YAML, or whose indentation is invalid.

Sources: YAML 1.2.2, 6.5 (line folding); the Python Language Reference, 2.1.8 (indentation), the same in all of 3.
"""

from typing import TYPE_CHECKING

from joblint.checks.reading.python import Code, code, parse, tree
from joblint.checks.script.folded import LITERAL
from joblint.kube.names.names import short
from joblint.manifests.source import indent_of
from joblint.rule.cure.cure import Restyle
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, mistake

if TYPE_CHECKING:
    import ast

    from joblint.rule.context import Context
    from joblint.rule.value import Value

_CLOSING = "pass"  # the shortest block


@author_rule("folded-script", on="Container")
def folded_python(container: "Value", ctx: "Context") -> Reports:
    """Report `>` before `import os` and `print(os.uname())` on two lines: joined, they are not valid Python."""
    script = code(container, ctx)
    written = _as_written(script) if script is not None else None
    if script is None or written is None:
        return
    meant, read = tree(written), parse(script.text)
    if meant is None or read is None:
        return
    line, outcome = _second(meant), "which is not valid Python"
    if isinstance(read, SyntaxError):
        line = max(line, _line_of_error(script, read, ctx))
    elif _statements(read) < _statements(meant):
        outcome = "in which `#` comments out the rest" if "#" in script.text else "which is a different script"
    else:
        return
    start, word = _first_word(script, line)
    sign = "`>`" if script.scalar.style == ">" else "YAML"
    cure = "use `|`" if script.scalar.style == ">" else "write the script as a `|` block"
    message = f"{sign} joins the script's lines into one, {outcome}; {cure}"
    label = "this line is joined to the previous one"
    report = script.point(mistake(script.word, message), (start, start + len(word)), label)
    cures = (Restyle(script.scalar),) if script.scalar.style == ">" and not script.file else ()
    yield report.cure(LITERAL, *cures, safe=False)


def _as_written(script: Code) -> str | None:
    """Return the script with its lines as in the file; None if YAML joins none of them."""
    from textwrap import dedent

    raw, style = script.document.text[script.scalar.start : script.scalar.end], script.scalar.style
    if "\n" not in raw or style == "|" or (style == '"' and "\\" in raw):
        return None
    first, _, rest = raw.partition("\n")
    if style == ">":
        return dedent(rest)
    if style:
        first, rest = first[1:], rest[:-1]
    written = f"{first}\n{dedent(rest)}"
    return written.replace("''", "'") if style == "'" else written


def _statements(module: "ast.Module") -> int:
    import ast

    return sum(isinstance(node, ast.stmt) for node in ast.walk(module))


def _second(meant: "ast.Module") -> int:
    """Return the line, from 1, of the first statement that does not start on the first line."""
    return next((statement.lineno for statement in meant.body if statement.lineno > 1), 1)


def _line_of_error(script: Code, error: SyntaxError, ctx: "Context") -> int:
    """Return the line of the script as written, from 1, that an error is in; 0 if that is not known."""
    lines = script.text.split("\n")
    number, column = error.lineno or 0, error.offset or 0
    if not 0 < number <= len(lines) or not 0 < column <= len(lines[number - 1]):
        return 0
    at = sum(len(line) + 1 for line in lines[: number - 1]) + column - 1
    start, _ = script.place(at, at + 1, ctx)
    above = script.document.text.count("\n", script.scalar.start, start)
    return above if script.scalar.style == ">" else above + 1


def _first_word(script: Code, line: int) -> tuple[int, str]:
    """Return the position in the document of the first word of a line of the script, and the word."""
    start, end = script.scalar.start, script.scalar.end
    lines = script.document.text[start:end].split("\n")
    number = line if script.scalar.style == ">" else line - 1
    raw = lines[number]
    at = start + sum(len(one) + 1 for one in lines[:number]) + len(raw) - len(raw.lstrip())
    return at, (raw.split() or [""])[0]


@author_rule("misindented-python", on="Container")
def misindented_python(container: "Value", ctx: "Context") -> Reports:
    """Report a line that is indented although no block starts before it, or not indented although one does."""
    script = code(container, ctx)
    if script is None:
        return
    text = _dedented(script.text) if script.dedents else script.text
    error = parse(text)
    if type(error) is not IndentationError or "\t" in text or not error.lineno:
        return
    lines, number = text.split("\n"), error.lineno
    if number > len(lines) or not lines[number - 1].strip() or not _is_certain(lines[: number - 1], error.msg):
        return
    if _as_written(script) is not None:
        return  # folded-script reports what YAML did to it
    raw = script.text.split("\n")
    line = raw[number - 1]
    start = sum(len(one) + 1 for one in raw[: number - 1]) + len(line) - len(line.lstrip())
    word = line.split()[0]
    message = f"Python cannot parse this script: {_why(error.msg)} at `{short(word)}`"
    yield script.point(mistake(script.word, message), script.place(start, start + len(word), ctx), "the error is here")


def _dedented(text: str) -> str:
    from textwrap import dedent

    return dedent(text)


def _why(said: str) -> str:
    """Return Python's error message, shortened."""
    return said.partition(" after ")[0]


def _is_certain(before: list[str], said: str) -> bool:
    """Return whether every Python fails here: the lines before the error are complete, valid statements."""
    text = "\n".join(before)
    if said.startswith("expected an indented block"):
        return tree(f"{text}\n{' ' * _deeper(before)}{_CLOSING}\n") is not None and tree(text) is None
    return tree(text) is not None


def _deeper(lines: list[str]) -> int:
    return max(map(indent_of, lines), default=0) + 1
