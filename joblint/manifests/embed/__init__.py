"""YAML and JSON documents inside texts of other languages, each with a map of its positions."""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from joblint.manifests.embed.block import Block, Unread
from joblint.manifests.languages import LANGUAGES, TEMPLATES
from joblint.manifests.relevance import text_may_hold_job

if TYPE_CHECKING:
    from joblint.manifests.embed.code import CodeBlock


def blocks(text: str, language: str, unread: Unread | None = None) -> Iterator[Block]:
    """Yield the documents inside a text, in order of position; none in an irrelevant text.

    What a limit leaves out is added to `unread`. Raises ValueError for a language that does not embed manifests.
    """
    sign = LANGUAGES[language].sign if language in LANGUAGES else ""
    if sign in text and text_may_hold_job(text, language):
        yield from all_blocks(text, language, unread)


def all_blocks(text: str, language: str, unread: Unread | None = None) -> Iterator[Block]:
    """Yield the documents inside a text, whether it is relevant or not. See blocks()."""
    if language in TEMPLATES:
        from joblint.manifests.template import blocks as templates

        yield from templates.blocks(text, language)
        return
    module, function = _finder(language)
    found: Iterator[Block] = getattr(import_module(module), function)(text, unread=unread)
    yield from found


def code_spans(text: str, language: str) -> list[tuple[int, int]]:
    """Return the spans of all code in a text of prose, in order: from its first character to its last one.

    The module that finds the documents in prose also has a function `code_blocks`, which returns all code.
    """
    code: list[CodeBlock] = import_module(_finder(language)[0]).code_blocks(text)
    return [(one.segments.outer(0), one.segments.outer(max(len(one.segments.text) - 1, 0))) for one in code]


def _finder(language: str) -> tuple[str, str]:
    known = LANGUAGES.get(language)
    if known is None or known.finder is None:
        raise ValueError(f"{language!r} is not a language that embeds manifests")
    return known.finder
