"""What differs between the languages of templates. A new one is a record of this in a module of its own."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import NamedTuple

from joblint.manifests.languages import LANGUAGES
from joblint.manifests.template.conditions import Formula
from joblint.manifests.template.lex import Token
from joblint.manifests.template.parse import Branch, Node


class Dialect(NamedTuple):
    """How the templates of a language are read.

    `refusal` is the message about one that cannot be read. `tokens` cuts a text into tokens, `action_at` returns the
    one that begins at an offset, and `parse` the tree; all raise Problem. `read` makes a formula of a condition, as
    written, in a scope; `scope` returns the scope inside a branch: from the outer one, the kind of the control
    structure, the branch and the text. `reassigned` returns the variables that do not mean the same everywhere. `plain`
    returns what is written for the inside of an action if that is known. `marks` is how an action that inserts
    something begins and ends, and `signs` is how actions begin. `idle` matches a line that writes nothing. `unsure`
    matches what may be written with other white space than here, so that what is not YAML may be right; empty if
    nothing is.
    """

    refusal: str
    tokens: Callable[[str], Iterator[Token]]
    action_at: Callable[[str, int], Token]
    parse: Callable[[str], list[Node]]
    read: Callable[[str, str], Formula]
    scope: Callable[[str, str, Branch, str], str]
    reassigned: Callable[[str], frozenset[str]]
    plain: Callable[[str], str | None]
    marks: tuple[str, str]
    signs: tuple[str, ...]
    idle: str
    unsure: str


@cache
def dialect_of(language: str) -> Dialect:
    """Return how the templates of a language are read. Raises ValueError for a language that has none."""
    known = LANGUAGES.get(language)
    if known is None or not known.dialect:
        raise ValueError(f"{language!r} is not a language of templates")
    found: Dialect = import_module(known.dialect).DIALECT
    return found
