"""The feature gates of one minor, read from the Go source of its gate tables."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

CONSTANT = re.compile(r'^\s*(\w+)\s+(?:featuregate\.Feature\s*)?=\s*"(\w+)"', re.MULTILINE)
ENTRY = re.compile(r"^\t((?:\w+\.)?\w+):\s*\{", re.MULTILINE)
SPEC = re.compile(r"\{([^{}]*PreRelease[^{}]*)\}")
PART = re.compile(r"(\w+):\s*([^,{}]+(?:\([^)]*\))?)")
VERSION = re.compile(r'(?:MustParse|MajorMinor)\(\s*"?1[.,]\s*(\d+)"?\s*\)')
COMMENT = re.compile(r"//[^\n]*")


class Stage(NamedTuple):
    """What one minor thinks of a gate."""

    stage: str
    default: bool
    locked: bool


def constants(texts: Iterable[str]) -> dict[str, str]:
    """Go name -> gate name."""
    return {name: value for text in texts for name, value in CONSTANT.findall(text)}


def table(texts: Iterable[str], minor: int) -> dict[str, Stage]:
    """Go name -> its stage in that minor; a gate of a later minor only is left out.

    Reads both shapes: one specification a gate (to 1.30), and a list of them with the version each begins at.
    """
    found: dict[str, Stage] = {}
    for text in texts:
        for name, body in entries(COMMENT.sub("", text)):
            stage = latest(body, minor)
            if stage:
                found[name] = stage
    return found


def entries(text: str) -> Iterator[tuple[str, str]]:
    """(Go name, the text between its braces) of every entry of a gate table."""
    for match in ENTRY.finditer(text):
        depth, end = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        body = text[match.end() - 1 : end]
        if "PreRelease" in body:
            yield match[1], body


def latest(body: str, minor: int) -> Stage | None:
    """The last specification of an entry that has begun by that minor."""
    best: tuple[int, Stage] | None = None
    for spec in SPEC.findall(body):
        begins = VERSION.search(spec)
        start = int(begins[1]) if begins else 0
        if start <= minor and (best is None or start >= best[0]):
            best = start, stage(spec)
    return best[1] if best else None


def stage(spec: str) -> Stage:
    """One specification. Raises KeyError or ValueError where it has a shape that this tool has not met yet."""
    parts = {name: value.strip() for name, value in PART.findall(spec)}
    release = {"Alpha": "Alpha", "Beta": "Beta", "GA": "GA", '""': "GA", "Deprecated": "Deprecated"}
    return Stage(
        release[parts["PreRelease"].rsplit(".", 1)[-1]],
        flag(parts["Default"]),
        flag(parts.get("LockToDefault", "false")),
    )


def flag(text: str) -> bool:
    """A Go boolean."""
    if text not in ("true", "false"):
        raise ValueError(f"not a boolean: {text}")
    return text == "true"
