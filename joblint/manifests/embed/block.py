"""A document inside a text of another language, and what is wrong around it."""

from typing import NamedTuple

from joblint.manifests.embed.segments import Segments

Unread = dict[str, int]  # why a limit left something out, and the first offset of the outer text where it did


class FrameFlaw(NamedTuple):
    """Something wrong with the frame of a document: a message, and its span in the outer text."""

    start: int
    end: int
    message: str


class Block(NamedTuple):
    """A document inside another file; its text may have several YAML documents.

    `text` is what Kubernetes' reader would get, `segments` maps its offsets to those of the outer text, and `language`
    is "yaml" or "json". `origin` is "fence" or "indented" in Markdown, "directive" or "literal" in reStructuredText, or
    "heredoc". `info` is the info string of a fence, the language of a directive, or the file that a heredoc is written
    to. `opaque` are the spans of `text` that a shell expands before Kubernetes reads it;
    they are kept as written. `flaws` are what is wrong around it. `guess`: only the content suggests that this is YAML
    or JSON, so it should not be reported if it does not parse.
    """

    text: str
    segments: Segments
    language: str
    origin: str
    info: str = ""
    opaque: tuple[tuple[int, int], ...] = ()
    flaws: tuple[FrameFlaw, ...] = ()
    guess: bool = False
