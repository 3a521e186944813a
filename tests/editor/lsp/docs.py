"""The configurations of docs/editors.md, so that what is tried is what people copy."""

import re
from pathlib import Path

_DOCS = Path(__file__).parents[3] / "docs" / "editors.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(editor: str, language: str) -> list[str]:
    """The code blocks of a language below an editor's heading, in order."""
    (section,) = re.findall(rf"^## {re.escape(editor)}\n(.*?)(?=^## |\Z)", _DOCS.read_text(), re.MULTILINE | re.DOTALL)
    return [text for name, text in _BLOCK.findall(section) if name == language]
