"""What Kubernetes itself expands in `command`, `args` and the values of `env`, before any shell sees them.

Source: k8s.io/kubernetes third_party/forked/golang/expansion/expand.go, the same in 1.21 and 1.37. `$(NAME)` becomes
the variable's value where the container has it, and stays as it is where not; `$$` becomes `$`, whatever follows.
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
    """The references and escapes that Kubernetes sees in a text. All that stands in a reference is its name."""
    if "$(" not in text and "$$" not in text:
        return
    last = text.rfind(")") + 1
    at = 0
    for match in re.compile(r"\$(?:\$|\(([^)]*)\)|.)", re.DOTALL).finditer(text, 0, last):
        at = match.end()
        if match[1] is not None or match[0] == "$$":
            yield Token(match.start(), at, match[1])
    # No reference can end here any more: what is left of `$(` is two characters like others.
    for match in re.compile(r"\$(.)", re.DOTALL).finditer(text, at):
        if match[0] == "$$":
            yield Token(match.start(), match.end(), None)


def as_shell_sees(text: str) -> str:
    """A script as Kubernetes hands it to the shell, as long as before: of `$$(`, `$${` and `$$NAME` one `$` is a blank.

    References stay as they are: a shell's grammar takes them for commands, which does where only quotes matter.
    """
    parts, at = [], 0
    for token in tokens(text):
        if token.name is None and re.match(r"[({\w]", text[token.end : token.end + 1]):
            parts += [text[at : token.start], " $"]
            at = token.end
    return "".join([*parts, text[at:]])
