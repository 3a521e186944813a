"""SOURCES.md: where each file comes from, and each correction with its reason."""

from collections.abc import Mapping
from typing import Any


def render(corrections: Mapping[str, Any], versions: Mapping[int, str]) -> str:
    """The text of SOURCES.md."""
    return "# Sources\n"
