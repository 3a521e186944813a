"""YAML and JSON documents inside Markdown and shell files, each with a map of its positions."""

from collections.abc import Iterator

from joblint.manifests.embed.block import Block, Unread
from joblint.manifests.relevance import text_may_hold_job


def blocks(text: str, language: str, unread: Unread | None = None) -> Iterator[Block]:
    """Yield the documents inside a "markdown" or "shell" text, in order of position; none in an irrelevant text.

    What a limit leaves out is added to `unread`. Raises ValueError for another language.
    """
    if language not in ("markdown", "shell"):
        raise ValueError(f"the language must be markdown or shell, not {language!r}")
    if (language == "shell" and "<<" not in text) or not text_may_hold_job(text, language):
        return
    if language == "markdown":
        from joblint.manifests.embed.markdown import fences

        yield from fences(text, unread)
    else:
        from joblint.manifests.embed.shell import Budget, heredocs

        yield from heredocs(text, Budget(), unread=unread)
