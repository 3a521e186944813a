"""Scripts in Python: `python3 -c CODE`, and files of a ConfigMap of the same manifests.

They are read by the grammar of the Python that joblint runs on. So a text that it cannot read is no finding of its own:
it may be Python 2, or a newer one. Python is imported into Python (`ast`) only where there is such a script.
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

_DEDENTS = 14  # the 3.x from which on `-c` takes away what all lines are indented by (3.14, What's New)


class Code(NamedTuple):
    """A script: the word that is it or names its file, its text as Python gets it, and where it is written.

    `file` says that it is one of a ConfigMap, which may be another file's.
    """

    word: Value
    text: str
    file: bool
    document: Document
    scalar: Scalar
    container: Value

    def point(self, report: Report, span: tuple[int, int], message: str) -> Report:
        """Let a report stand at a span of the document's text; in a file of a ConfigMap that is the other place."""
        if self.file:
            report.script = (self.document, Node(*span), message)
        else:
            report.node = span
        return report

    def place(self, start: int, end: int, ctx: "Context") -> tuple[int, int]:
        """The document's span of a part of the text."""
        if not self.file:
            return place_in(self.word, (start, end), ctx)
        from joblint.checks.reading.content import Content

        return Content(self.document.text, self.scalar).span(start, end)

    @property
    def dedents(self) -> bool:
        """Whether Python may take away what all lines are indented by: it does so for `-c` since 3.14."""
        found = program(self.container)
        names = (found.name, self.container.text("image"))
        minors = [match[1] for name in names if (match := re.search(r"(?:\A|/)python:?3\.(\d+)", name))]
        return not self.file and not any(int(minor) < _DEDENTS for minor in minors)


def code(container: Value, ctx: "Context") -> Code | None:
    """The Python script that a container runs, None where it runs none that the files show. Raises Opaque."""
    if not mentions(ctx, "python") and not mentions(ctx, CONFIG_MAP):
        return None
    found = program(container)
    inline = next((text.value for text in found.texts if text.language == "python"), None)
    if inline is not None:
        names = [basename(str(value.scalar())) for value in found.argv if not value.opaque]
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
    """A text as Python reads it, or why it does not; None where it cannot be told.

    The last answers are kept: several rules ask for the same script in a row.
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
    """A text as Python reads it, None where it cannot be read."""
    found = parse(text)
    return None if found is None or isinstance(found, SyntaxError) else found


def offset(text: str, line: int, column: int) -> int:
    """Where a place of Python's grammar stands in a text: lines are counted from 1, columns in bytes.

    Inside an f-string Python before 3.12 may name a place that is none: what it means is then somewhere in the text.
    """
    lines = list(StringIO(text, newline=""))  # where Python ends them: at `\n`, `\r\n` and `\r`
    before = "".join(lines[line - 1 : line]).encode(errors="replace")[:column]
    return sum(map(len, lines[: line - 1])) + len(before.decode(errors="replace"))
