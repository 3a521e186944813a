"""Documents inside Markdown: fenced and indented code blocks, wherever CommonMark allows them and a little beyond.

markdown-it-py's block parser finds them. Five of its rules are our own: `fence` also closes at what tutorials write after
a closing fence, `code` looks for fences that are indented too far, `html` ends where a fence begins, and `paragraph`
does the work of three without keeping the text. Nothing inline is parsed.

Limits: what is nested in more than MAX_NESTING levels (a list counts two) is not read, nor is what comes after MAX_LINES.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from joblint.embed import Block
from joblint.embed.look import begins_as_yaml, has_heredoc, is_manifest, label_kind, language_of
from joblint.embed.segments import Builder, Segments, compose

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

    from joblint.embed.shell import Budget

MAX_NESTING = 40
MAX_LINES = 200_000
