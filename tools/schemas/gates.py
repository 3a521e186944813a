"""The feature gates of one minor, read from the Go source of its gate tables."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

CONSTANT = re.compile(r'^\s*(\w+)\s+(?:(?:featuregate\.)?Feature\s*)?=\s*"(\w+)"', re.MULTILINE)
ENTRY = re.compile(r"^\t+((?:\w+\.)?\w+):\s*\{", re.MULTILINE)
SPEC = re.compile(r"\{([^{}]*PreRelease[^{}]*)\}")
PART = re.compile(r"(\w+):\s*([^,{}]+(?:\([^)]*\))?)")
VERSION = re.compile(r'(?:MustParse|MajorMinor)\(\s*"?1[.,]\s*(\d+)"?\s*\)')
BOOLEAN = re.compile(r"^\s*(\w+)\s*=\s*(true|false)$", re.MULTILINE)
# In any form: Enabled(features.X), string(features.X) as a map's key, an argument of a helper.
READ = re.compile(r"\b\w*features\.([A-Z]\w*)")
NEEDS = re.compile(r"map\[featuregate\.Feature\]\[\]featuregate\.Feature\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
NEED = re.compile(r"^\t([\w.]+):\s*\{([^{}]*)\}", re.MULTILINE)
NEEDED = re.compile(r"(\w+)\)?\s*(?:,|$)")
COMMENT = re.compile(r"//[^\n]*")
STAGES = {"Alpha": "Alpha", "Beta": "Beta", "GA": "GA", '""': "GA", "Deprecated": "Deprecated"}


class Stage(NamedTuple):
    """The state of a gate in one minor."""

    stage: str
    default: bool
    locked: bool


def constants(texts: Iterable[str]) -> dict[str, str]:
    """Return gate names by Go name."""
    return {name: value for text in texts for name, value in CONSTANT.findall(text)}


def table(texts: Iterable[str], minor: int) -> dict[str, Stage]:
    """Return the stage in that minor by Go name; gates that only later minors have are left out.

    Reads both formats: one specification per gate (up to 1.30), and a list of them with the version that each begins
    at.
    """
    plain = [COMMENT.sub("", text) for text in texts]
    flags = {name: value for text in plain for name, value in BOOLEAN.findall(text)}
    found: dict[str, Stage] = {}
    for text in plain:
        for name, body in entries(text):
            stage = latest(body, minor, flags)
            if stage:
                found[name] = stage
    return found


def dependencies(texts: Iterable[str]) -> dict[str, list[str]]:
    """Return, by Go name, the gates that must be on if it is on. The names have no packages.

    Raises ValueError if a text adds dependencies in a form that this tool does not know.
    """
    found: dict[str, list[str]] = {}
    for text in texts:
        tables = NEEDS.findall(COMMENT.sub("", text))
        if "AddDependencies(" in text and not tables:
            raise ValueError("there are dependencies of gates, but no table of dependencies")
        for name, needed in (entry for body in tables for entry in NEED.findall(body)):
            if names := NEEDED.findall(needed):
                found.setdefault(name.rsplit(".", 1)[-1], []).extend(sorted(names))
    return found


def asked(texts: Iterable[str]) -> set[str]:
    """Return the Go names of the gates whose state some Go source asks for."""
    return {name for text in texts for name in READ.findall(COMMENT.sub("", text))}


def entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield (Go name, the text between its braces) for every entry of a gate table."""
    for match in ENTRY.finditer(text):
        depth, end = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        body = text[match.end() - 1 : end]
        if "PreRelease" in body:
            yield match[1], body


def latest(body: str, minor: int, flags: Mapping[str, str]) -> Stage | None:
    """Return the last specification of an entry that applies to that minor; flags: the file's own boolean constants."""
    best: tuple[int, Stage] | None = None
    for spec in SPEC.findall(body):
        begins = VERSION.search(spec)
        start = int(begins[1]) if begins else 0
        if start <= minor and (best is None or start >= best[0]):
            best = start, read(spec, flags)
    return best[1] if best else None


def read(spec: str, flags: Mapping[str, str]) -> Stage:
    """Read one specification. Raises KeyError or ValueError if it has a form that this tool does not know."""
    parts = {name: value.strip() for name, value in PART.findall(spec)}
    stage = STAGES[parts["PreRelease"].rsplit(".", 1)[-1]]
    default, locked = (flag(flags.get(v, v)) for v in (parts["Default"], parts.get("LockToDefault", "false")))
    return Stage(stage, default, locked)


def flag(text: str) -> bool:
    """Read a Go boolean."""
    if text not in ("true", "false"):
        raise ValueError(f"not a boolean: {text}")
    return text == "true"
