"""What Kubernetes itself expands in `command`, `args` and the values of `env`, before a shell sees them.

Source: k8s.io/kubernetes third_party/forked/golang/expansion/expand.go, the same in 1.21 and 1.37. `$(NAME)` becomes
the variable's value if the container has the variable, and is not changed otherwise; `$$` always becomes `$`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Token(NamedTuple):
    """`$(name)` at text[start:end], or an escaped `$$`, whose name is None."""

    start: int
    end: int
    name: str | None


def tokens(text: str) -> Iterator[Token]:
    """Yield the references and escapes that Kubernetes sees in a text. Everything in a reference is its name."""
    if "$(" not in text and "$$" not in text:
        return
    last = text.rfind(")") + 1
    at = 0
    for match in re.compile(r"\$(?:\$|\(([^)]*)\)|.)", re.DOTALL).finditer(text, 0, last):
        at = match.end()
        if match[1] is not None or match[0] == "$$":
            yield Token(match.start(), at, match[1])
    # No reference can end after this: what is left of `$(` is two ordinary characters.
    for match in re.compile(r"\$(.)", re.DOTALL).finditer(text, at):
        if match[0] == "$$":
            yield Token(match.start(), match.end(), None)


def as_shell_sees(text: str) -> str:
    """Return a script as the shell gets it, at the same length: in `$$(`, `$${` and `$$NAME` one `$` becomes a space.

    References are not changed: a shell's grammar reads them as commands, which is good enough if only quotes matter.
    """
    parts, at = [], 0
    for token in tokens(text):
        if token.name is None and re.match(r"[({\w]", text[token.end : token.end + 1]):
            parts += [text[at : token.start], " $"]
            at = token.end
    return "".join([*parts, text[at:]])
