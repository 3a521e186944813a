"""Documents inside Markdown: code blocks that are labelled as YAML or JSON or look like it, and shell code."""

from collections.abc import Iterator

from joblint.manifests.embed.block import Block, Unread
from joblint.manifests.embed.code import documents
from joblint.manifests.embed.commonmark import code_blocks


def fences(text: str, unread: Unread | None = None) -> Iterator[Block]:
    """Yield the documents in a Markdown text in order, including those in the here-documents of its shell code."""
    from joblint.manifests.embed.shell import Budget

    budget, unread = Budget(), {} if unread is None else unread
    for code in code_blocks(text, unread):
        yield from documents(code, budget, unread)
