"""Documents in a block of code of a text for people: the block itself, or the here-documents of its shell code."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from joblint.manifests.embed.block import Block, FrameFlaw, Unread
from joblint.manifests.embed.look import begins_as_yaml, find_heredoc, label_kind, language_of
from joblint.manifests.embed.segments import Segments, compose
from joblint.manifests.relevance import has_manifest_line

if TYPE_CHECKING:
    from joblint.manifests.embed.shell import Budget

_OPTIONS = re.compile(r"(?::[\w-]+:[^\n]*\n)+")  # of a MyST directive
_PROMPTS = {"yaml": "$%>#", "shell": "$%>", "transcript": "$%>#", "plain": "$%>#"}


class CodeBlock(NamedTuple):
    """A code block: its origin (see Block), what it is labelled as (an info string), and its text with a map."""

    origin: str
    info: str
    segments: Segments


def documents(code: CodeBlock, budget: "Budget", unread: Unread) -> Iterator[Block]:
    """Yield the documents of a code block: itself, those of its here-documents, or none."""
    origin, info, segments = code
    kind, text = label_kind(info), segments.text
    labelled = kind in ("yaml", "json", "maybe json")
    if kind == "other" or not text.strip():
        return
    is_shell = kind in _PROMPTS and _may_be_shell(text, kind)
    heredocs = list(_heredocs(code, budget, _PROMPTS[kind], unread)) if is_shell else []
    if heredocs:
        yield from heredocs
    elif labelled:
        options = _OPTIONS.match(text) if info.lstrip().startswith("{") else None
        base = options.end() if options else 0
        language = "yaml" if kind == "yaml" else "json"
        yield Block(text[base:], segments.shift(base), language, origin, info.strip(), guess=kind == "maybe json")
    elif begins_as_yaml(text) and has_manifest_line(text):
        yield Block(text, segments, language_of(text), origin, info.strip(), guess=True)


def _may_be_shell(text: str, kind: str) -> bool:
    """Return whether to search for here-documents: not in a manifest, whose scripts can also have some."""
    at = find_heredoc(text)
    return at is not None and not has_manifest_line(text[:at]) and not (kind == "yaml" and begins_as_yaml(text))


def _heredocs(code: CodeBlock, budget: "Budget", prompts: str, unread: Unread) -> Iterator[Block]:
    """Yield the documents in the here-documents of a code block, with maps to the offsets of the text around it."""
    from joblint.manifests.embed.shell import heredocs

    outer = code.segments
    inner: Unread = {}
    for block in heredocs(outer.text, budget, prompts, inner):
        flaws = tuple(FrameFlaw(*outer.outer_span(flaw.start, flaw.end), flaw.message) for flaw in block.flaws)
        yield block._replace(segments=compose(block.segments, outer), flaws=flaws)
    for why, at in inner.items():
        unread.setdefault(why, outer.outer(at))
