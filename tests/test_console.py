"""README.md and the pages of docs/ show what joblint prints. `python -m tests.console` writes them anew."""

import re

import pytest

from tests.console import COLUMNS, PAGES, ROOT, Block, agree, blocks, run

BLOCKS = [block for page in PAGES for block in blocks(page)]
NOT_RUN: list[str] = []  # first lines of the blocks that cannot be run


@pytest.mark.parametrize("block", [one for one in BLOCKS if one.is_run], ids=lambda one: f"{one.page}:{one.text[2:50]}")
def test_block(block: Block) -> None:
    if block.page == "docs/own-rules.md":
        pytest.importorskip("cel_expr_python")
    for (command, written), printed in zip(block.commands, run(block), strict=True):
        assert agree(written, printed), "\n".join([f"$ {command}", *printed])


def test_every_command_with_output_is_in_such_a_block() -> None:
    """Another language of a block would hide it from this test."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        assert len(re.findall(r"^\$ ", text, re.MULTILINE)) == sum(
            block.text.startswith("$ ") + block.text.count("\n$ ") for block in BLOCKS if block.page == page
        )
    assert len(BLOCKS) >= 15


def test_those_that_are_not_run() -> None:
    assert [block.text.split("\n")[0] for block in BLOCKS if not block.is_run] == NOT_RUN


@pytest.mark.parametrize(
    ("written", "printed", "expected"),
    [
        ("a b", "a b", True),
        ("a", "a b", False),
        ("a ...", "a b c", True),
        ("a ...", "a", False),
        ("a ... c", "a b c", True),
        ("a ... c", "a b d", False),
        ("... c", "a b c", True),
        ("a ... c ... e", "a b c d e", True),
        ("a ... c ... e", "a b d e", False),
    ],
)
def test_agree(written: str, printed: str, expected: bool) -> None:
    assert agree(written.split(), printed.split()) is expected


def test_no_line_is_too_wide_for_the_terminal() -> None:
    """But for those that are never broken: of the formats for programs, and concise."""
    for block in BLOCKS:
        for command, written in block.commands:
            if "--format" not in command:
                assert [line for line in written if len(line) > COLUMNS and ":" not in line.split(" ")[0]] == []
