"""What a template writes under each condition, against Go's own execution (conformance/template/README.md)."""

import re
from typing import Any

import pytest

from joblint.manifests.template import HOLE, MORE
from joblint.manifests.template.parse import parse
from joblint.manifests.template.render import write
from joblint.manifests.template.variants import Template
from tests.manifests.template.test_parse import LINES

EXECUTED = [line for line in LINES if "output" in line]


def truth(values: dict[str, Any]) -> dict[str, bool]:
    """What the conditions of the questions are with some values."""
    return {
        **{f".{name}": values[name] for name in "abc"},
        '.v == "w"': values["v"] == "w",
        ".v": True,
        ".l": bool(values["l"]),
    }


def expected(text: str, values: dict[str, Any]) -> str:
    """The output that is expected, with holes."""
    template = Template(text, parse(text))
    known = truth(values)
    assert set(template.atoms) <= set(known), template.atoms
    pieces = write(text, template.nodes, lambda control: template.chosen(control, known))
    for piece in pieces:
        assert not piece.verbatim or text[piece.start : piece.end] == piece.text
    return "".join(piece.text for piece in pieces)


def fits(written: str, output: str) -> bool:
    """Whether an output is what is expected, with any text in place of each hole and of the blanks beside it."""
    first, *rest = re.split(f"\\s*[{HOLE}{MORE}]\\s*", written)
    if not rest:
        return first == output
    if not output.startswith(first) or not output.endswith(rest[-1]):
        return False
    at = len(first)
    for part in rest[:-1]:
        at = output.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return at <= len(output) - len(rest[-1])


@pytest.mark.parametrize("part", range(4))
def test_go_writes_what_is_expected(part: int) -> None:
    exact = 0
    for line in EXECUTED[part::4]:
        written, output = expected(line["text"], line["values"]), line["output"]
        exact += HOLE not in written and MORE not in written
        assert fits(written, output), (line["text"], line["values"], written, output)
    assert exact > 20


def test_most_can_be_executed() -> None:
    assert len(EXECUTED) > 1000
