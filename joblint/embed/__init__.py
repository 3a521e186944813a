"""YAML and JSON documents inside Markdown and shell files, each with a map of its positions.

Nothing here knows Kubernetes beyond the words that make a text worth reading.
"""

from collections.abc import Iterator
from typing import NamedTuple

from joblint.embed.segments import Segments

# In lower case. A text with none of them speaks of no Job, and of no part of one.
_WORDS = (
    "job", "batch/v", "completion", "parallelism", "backofflimit", "failedindexes", "deadlineseconds", "ttlseconds",
    "failurepolicy", "successpolicy", "replacementpolicy", "concurrencypolicy",
)  # fmt: skip


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


def relevant(text: str, language: str) -> bool:
    """Whether a "markdown" or "shell" text can hold a Job manifest or a part of one; cheap, and generous."""
    if language == "shell" and "<<" not in text:
        return False
    lower = text.lower()
    if not any(word in lower for word in _WORDS):
        return False
    from joblint.embed.look import speaks_of_jobs

    return speaks_of_jobs(lower)


def blocks(text: str, language: str) -> Iterator[Block]:
    """The documents inside a "markdown" or "shell" text, in order of position; none in an irrelevant text.

    Raises ValueError for another language.
    """
    if language not in ("markdown", "shell"):
        raise ValueError(f"no documents are looked for inside {language!r}")
    if not relevant(text, language):
        return
    if language == "markdown":
        from joblint.embed.markdown import fences

        yield from fences(text)
    else:
        from joblint.embed.shell import Budget, heredocs

        yield from heredocs(text, Budget())
