"""One proposal of completion, and what is allowed in it."""

from collections.abc import Sequence
from typing import NamedTuple

from joblint.editor import draft, offer
from joblint.editor.place import Step
from joblint.editor.write import Written
from joblint.rule.settings import Settings

FIELD, ENUM, REFERENCE, SNIPPET = "field", "enum", "reference", "snippet"
DEMANDED, OPTIONAL, PATTERN = "0", "1", "2"


class Completion(NamedTuple):
    """One proposal: replace [start, end) of the file with `text`.

    `text` is in the snippet syntax of the language server protocol, with the indentation that the file needs; `plain`
    is the same for editors without snippets. What the author has typed is compared with `match`. `kind` is FIELD, ENUM,
    REFERENCE or SNIPPET. `order` is the sort key. `detail` is short, `documentation` is Markdown.
    """

    label: str
    kind: str
    start: int
    end: int
    text: str
    match: str
    order: str
    detail: str = ""
    documentation: str = ""

    @property
    def plain(self) -> str:
        """Return the text without its holes."""
        return draft.plain(self.text)


def allowed(data: draft.Data, type_: str, steps: Sequence[Step], settings: Settings) -> bool:
    """Check whether every field in some data is allowed there."""
    if isinstance(data, list):
        return all(allowed(item, type_[2:], (*steps, Step(type_, 0)), settings) for item in data)
    if not isinstance(data, dict) or type_.startswith("{}"):
        return True
    fields = offer.fields(type_, steps, settings)
    return all(
        name in fields and allowed(value, fields[name], (*steps, Step(type_, name)), settings)
        for name, value in data.items()
    )


def made(label: str, kind: str, written: Written, order: str, detail: str = "", documentation: str = "") -> Completion:
    """Return the completion for a written text."""
    return Completion(label, kind, *written, f"{order}{label}", detail, documentation)
