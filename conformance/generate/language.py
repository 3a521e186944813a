"""The small language of the tables in `topics/`: each line is one or more changes of a base manifest.

    path = value            set; missing parents are created
    path += value           append to a list
    -path                   remove
    step & step             both, from left to right
    path = one | two        a manifest for each; with several such steps, one for each combination
    -path | -path           the same
    <a*64>                  anywhere in a value: the text repeated 64 times; # is the number of the repetition, from 0

A path is `pod.containers[0].env`, or `metadata.labels["a.b/c"]`; its first word is a root (see bases.py) or is
below the place that `@ at` names. A value is YAML in flow style. An indented line continues the line before it; a line
that starts with `#` is a comment.
"""

import copy
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import yaml

REPEAT = re.compile(r"<([^<>]*?)\*(\d+)>")
SEGMENT = re.compile(r"\.?([A-Za-z0-9_$-]+)|\[(\d+)\]|\[\"([^\"]*)\"\]")
STEP = re.compile(r"(?P<path>\S+) (?P<sign>\+?=) (?P<value>.*)$")
OPENING, CLOSING = "[{(", "]})"
Path = tuple[str | int, ...]


class Step(NamedTuple):
    """One change: `sign` is "=", "+=" or "-"."""

    path: Path
    sign: str
    value: Any = None


Steps = tuple[Step, ...]


def path(text: str) -> Path:
    """Return ("a", "b", 0, "c.d") for `a.b[0]["c.d"]`. Raises ValueError if the text is not a path."""
    found: list[str | int] = []
    at = 0
    while at < len(text):
        match = SEGMENT.match(text, at)
        if not match:
            raise ValueError(f"not a path: {text!r}")
        found.append(match[1] if match[1] is not None else int(match[2]) if match[2] is not None else match[3])
        at = match.end()
    return tuple(found)


def alternatives(line: str) -> Iterator[Steps]:
    """Yield the alternatives of one line. Raises ValueError if it is not in the language."""
    steps = [list(_step(part.strip())) for part in split(line, "&")]
    for combination in itertools.product(*steps):
        yield tuple(combination)


def _step(text: str) -> Iterator[Step]:
    if text.startswith("-"):
        yield from (Step(path(gone.strip()[1:]), "-") for gone in split(text, "|"))
        return
    match = STEP.match(text)
    if not match:
        raise ValueError(f"not a step: {text!r}")
    for value in split(match["value"], "|"):
        yield Step(path(match["path"]), match["sign"], yaml.safe_load(repeated(value.strip())))


def repeated(text: str) -> str:
    """Return the text with every `<text*times>` expanded."""
    while REPEAT.search(text):
        text = REPEAT.sub(lambda m: "".join(m[1].replace("#", str(i)) for i in range(int(m[2]))), text)
    return text


def split(text: str, sign: str) -> Iterator[str]:
    """Split a text at every ` sign ` that is outside of brackets and quotes."""
    depth, quote, start = 0, "", 0
    for at, character in enumerate(text):
        if quote:
            escaped = quote == '"' and text[at - 1] == "\\"
            quote = "" if character == quote and not escaped else quote
        elif character in "\"'":
            quote = character
        elif character in OPENING or character in CLOSING:
            depth += 1 if character in OPENING else -1
        elif depth == 0 and text[at - 1 : at + 2] == f" {sign} ":
            yield text[start:at]
            start = at + 1
    yield text[start:]


def applied(manifest: Any, steps: Sequence[Step]) -> Any:
    """Return a changed copy of the manifest. Raises LookupError or TypeError if a step does not fit it."""
    changed = copy.deepcopy(manifest)
    for step in steps:
        _apply(changed, step)
    return changed


def _apply(root: Any, step: Step) -> None:
    node = root
    for key, after in itertools.pairwise(step.path):
        node = _entered(node, key, [] if isinstance(after, int) else {})
    last = step.path[-1]
    if step.sign == "-":
        del node[last]
    elif step.sign == "+=":
        _entered(node, last, []).append(copy.deepcopy(step.value))
    elif isinstance(last, int) and last == len(node):
        node.append(copy.deepcopy(step.value))
    else:
        node[last] = copy.deepcopy(step.value)


def _entered(node: Any, key: str | int, empty: Any) -> Any:
    """Return the value under a key; create it if it does not exist."""
    if isinstance(key, int):
        if key == len(node):
            node.append(empty)
    elif node.get(key) is None:
        node[key] = empty
    return node[key]
