"""Scripts in Python: `python3 -c CODE`, and files of a ConfigMap of the same manifests.

They are parsed by the grammar of the Python that joblint runs on. So a text that cannot be parsed is not reported for
that reason: it may be Python 2 or a newer version. Python's parser (`ast`) is only imported for such a script.
"""

import re
from functools import lru_cache
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from joblint.checks.reading.mounted import mounted
from joblint.checks.reading.place import mentions, place_in
from joblint.checks.reading.script import LONGEST, PYTHON, basename, program
from joblint.manifests.corpus.corpus import CONFIG_MAP
from joblint.manifests.document import Document
from joblint.manifests.yaml.tree import Node, Scalar
from joblint.rule.report import Report
from joblint.rule.value import Value

if TYPE_CHECKING:
    import ast

    from joblint.rule.context import Context

_DEDENTS = 14  # the 3.x from which on `-c` removes the indentation that all lines share (3.14, What's New)


class Code(NamedTuple):
    """A script: the word that contains it or names its file, its text as Python gets it, and where it is written.

    `file` says that it is in a ConfigMap, which may be in another file.
    """

    word: Value
    text: str
    file: bool
    document: Document
    scalar: Scalar
    container: Value

    def point(self, report: Report, span: tuple[int, int], message: str) -> Report:
        """Make a report point to a span of the document's text; for a script in a ConfigMap as its second place."""
        if self.file:
            report.script = (self.document, Node(*span), message)
        else:
            report.node = span
        return report

    def place(self, start: int, end: int, ctx: "Context") -> tuple[int, int]:
        """Return the document's span of a part of the text."""
        if not self.file:
            return place_in(self.word, (start, end), ctx)
        from joblint.checks.reading.content import Content

        return Content(self.document.text, self.scalar).span(start, end)

    @property
    def dedents(self) -> bool:
        """Whether Python may remove the indentation that all lines share: it does so for `-c` since 3.14."""
        command = program(self.container)
        names = (command.name, self.container.text("image"))
        minors = [match[1] for name in names if (match := re.search(r"(?:\A|/)python:?3\.(\d+)", name))]
        return not self.file and not any(int(minor) < _DEDENTS for minor in minors)


def code(container: Value, ctx: "Context") -> Code | None:
    """Return the Python script that a container runs, None if the files show none. Raises Opaque."""
    if not mentions(ctx, "python") and not mentions(ctx, CONFIG_MAP):
        return None
    command = program(container)
    inline = next((text.value for text in command.texts if text.language == "python"), None)
    if inline is not None:
        names = [basename(str(value.scalar())) for value in command.argv if not value.opaque]
        node = inline.node
        whole = isinstance(node, Scalar) and node.text == inline.data and len(node.text) <= LONGEST
        if not whole or not any(re.fullmatch(PYTHON, name) for name in names):
            return None
        assert isinstance(node, Scalar)
        return Code(inline, node.text, False, ctx.manifest.document, node, container)
    file = mounted(container, ctx, "python")
    if file is None or len(file.text) > LONGEST:
        return None
    return Code(file.word, file.text, True, file.manifest.document, file.scalar, container)


@lru_cache(maxsize=2)
def parse(text: str) -> "ast.Module | SyntaxError | None":
    """Return a text parsed by Python, or its syntax error; None if Python gives neither.

    The last results are kept: several rules ask for the same script in a row.
    """
    import ast
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `"\d"`
        try:
            return ast.parse(text)
        except SyntaxError as error:
            return error
        except (ValueError, RecursionError, MemoryError, OverflowError):
            return None


def tree(text: str) -> "ast.Module | None":
    """Return a text parsed by Python, None if it cannot be parsed."""
    parsed = parse(text)
    return None if parsed is None or isinstance(parsed, SyntaxError) else parsed


def offset(text: str, line: int, column: int) -> int:
    """Return the position in a text of a line, from 1, and a column, in bytes, of Python's parser.

    Inside an f-string Python before 3.12 may give a wrong position: the result is then somewhere in the text.
    """
    lines = list(StringIO(text, newline=""))  # they end where Python ends them: at `\n`, `\r\n` and `\r`
    before = "".join(lines[line - 1 : line]).encode(errors="replace")[:column]
    return sum(map(len, lines[: line - 1])) + len(before.decode(errors="replace"))
