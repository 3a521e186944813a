"""YAML and JSON documents inside Markdown and shell files, each with a map of its positions."""

from collections.abc import Iterator
from typing import NamedTuple

from joblint.manifests.embed.segments import Segments
from joblint.manifests.relevance import text_may_hold_job

Unread = dict[str, int]  # why a limit left something out, and the first offset of the outer text where it did


class Flaw(NamedTuple):
    """What is wrong with the frame of a document: a message, and its span in the outer text."""

    start: int
    end: int
    message: str


class Block(NamedTuple):
    """A document that stands inside another file; its text may hold several YAML documents.

    `text` is what Kubernetes' reader would get, `segments` leads from its offsets to those of the outer text, and
    `language` is "yaml" or "json". `origin` is "fence", "indented" or "heredoc", and `info` is the fence's info string
    or the file that the heredoc is written to. `opaque` are the spans of `text` that a shell fills in before Kubernetes
    reads it; they stay as they are written. `flaws` are what is wrong around it. `guess`: nothing but the content says
    that this is YAML or JSON, so a reader should not complain where it is none.
    """

    text: str
    segments: Segments
    language: str
    origin: str
    info: str = ""
    opaque: tuple[tuple[int, int], ...] = ()
    flaws: tuple[Flaw, ...] = ()
    guess: bool = False


def blocks(text: str, language: str, unread: Unread | None = None) -> Iterator[Block]:
    """The documents inside a "markdown" or "shell" text, in order of position; none in an irrelevant text.

    `unread` gets what a limit left out.

    Raises ValueError for another language.
    """
    if language not in ("markdown", "shell"):
        raise ValueError(f"no documents are looked for inside {language!r}")
    if (language == "shell" and "<<" not in text) or not text_may_hold_job(text, language):
        return
    if language == "markdown":
        from joblint.manifests.embed.markdown import fences

        yield from fences(text, unread)
    else:
        from joblint.manifests.embed.shell import Budget, heredocs

        yield from heredocs(text, Budget(), unread=unread)
