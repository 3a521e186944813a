"""YAML and JSON documents inside texts of other languages, each with a map of its positions."""

from collections.abc import Iterator
from importlib import import_module

from joblint.manifests.embed.block import Block, Unread
from joblint.manifests.languages import LANGUAGES
from joblint.manifests.relevance import text_may_hold_job


def blocks(text: str, language: str, unread: Unread | None = None) -> Iterator[Block]:
    """Yield the documents inside a text, in order of position; none in an irrelevant text.

    What a limit leaves out is added to `unread`. Raises ValueError for a language that does not embed manifests.
    """
    sign = LANGUAGES[language].sign if language in LANGUAGES else ""
    if sign in text and text_may_hold_job(text, language):
        yield from all_blocks(text, language, unread)


def all_blocks(text: str, language: str, unread: Unread | None = None) -> Iterator[Block]:
    """Yield the documents inside a text, whether it is relevant or not. See blocks()."""
    known = LANGUAGES.get(language)
    if known is None or known.finder is None:
        raise ValueError(f"{language!r} is not a language that embeds manifests")
    module, function = known.finder
    found: Iterator[Block] = getattr(import_module(module), function)(text, unread=unread)
    yield from found
