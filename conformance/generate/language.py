"""The little language that the tables of `topics/` are written in: one line, one change of a base manifest, or several.

    path = value            set; what lies on the way is made
    path += value           append to a list
    -path                   remove
    step & step             both, from left to right
    path = one | two        a manifest for each; with more such steps, one for each combination
    -path | -path           likewise
    <a*64>                  anywhere in a value: that text so many times over, # being the number of the time, from 0

A path is `pod.containers[0].env`, or `metadata.labels["a.b/c"]`; its first word is a root (see bases.py) or stands
below the place that `@ at` names. A value is YAML in flow style. A line that is indented goes on with the one before;
one that starts with `#` is a comment.
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
    """`a.b[0]["c.d"]` -> ("a", "b", 0, "c.d"). ValueError where it is none."""
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
    """All that one line says. ValueError where it is not in the language."""
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
    """With every `<text*times>` written out."""
    while REPEAT.search(text):
        text = REPEAT.sub(lambda m: "".join(m[1].replace("#", str(i)) for i in range(int(m[2]))), text)
    return text


def split(text: str, sign: str) -> Iterator[str]:
    """At every ` sign ` that stands in no bracket and no quotes."""
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
    """A copy of the manifest, changed. LookupError or TypeError where a step does not fit it."""
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
    """The value under a key, made where there is none."""
    if isinstance(key, int):
        if key == len(node):
            node.append(empty)
    elif node.get(key) is None:
        node[key] = empty
    return node[key]
