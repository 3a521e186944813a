"""Decide whether a pyproject.toml, or a joblint.yaml without a dot, is a configuration of joblint."""

import os
import re

from joblint.manifests import disk
from joblint.manifests.source import NotText, Source, decode
from joblint.manifests.yaml.tree import Mapping, Problem, target
from joblint.project.config import MAX_BYTES, PYPROJECT, TABLE

_WORD = b"joblint"
# `[tool.joblint]`, `[[tool.joblint.per-path]]` at the start of a line: this decides if the file is not valid TOML.
_HEADER = rb"""(?m)^[ \t]*+\[\[?[ \t]*+["']?tool["']?[ \t]*+\.[ \t]*+["']?joblint["']?[ \t]*+[].]"""
_TOP_LEVEL_KEY = r"""(?m)^(?:\{[ \t]*+)?["']?([A-Za-z][\w-]*)["']?[ \t]*:(?:\s|$)"""
_SEARCHED = 200  # names that are compared with ours; comparing takes a tenth of a millisecond
# Keys that files of other programs also have. `namespace: a` next to `image: b` and `replicas: 1` is not ours.
_COMMON = frozenset(
    ("namespace", "select", "ignore", "severity", "options", "exclude", "rules", "baseline", "format", "values")
)
_OF_OBJECTS = frozenset(("apiVersion", "kind"))
_LONGEST = 40  # characters of a name that are compared
_NEAR = 0.75  # how similar a misspelt key is to one of ours; `include` and `exclude` are at 0.71


def is_configuration(path: str) -> bool:
    """Check whether a pyproject.toml has our table, or a joblint.yaml, .yml or .toml is a configuration.

    A pyproject.toml is one if the TOML reader finds `tool.joblint`, or, where it is not valid TOML, if it has such a
    header. A YAML file is one if it has a key of ours, or nearly: a manifest, a workflow or a CI template may have the
    same name. A key that other programs have as well is not enough next to two that are not ours. A file that cannot be
    read is one only by its name (joblint.toml); a directory never is.
    """
    name = os.path.basename(path)
    if not os.path.isfile(path):
        return False
    try:
        data = disk.read(path)
    except (OSError, ValueError, disk.ReadError):
        return name != PYPROJECT
    if name == PYPROJECT:
        return _has_table(data)
    return name.endswith(".toml") or _has_a_key(data)


def _has_table(data: bytes) -> bool:
    if _WORD not in data:
        return False
    if len(data) <= MAX_BYTES:
        from joblint.project.config import toml

        try:
            return toml.parse(decode(data), *TABLE) is not None
        except (NotText, Problem):
            pass
    return re.search(_HEADER, data) is not None


def _has_a_key(data: bytes) -> bool:
    try:
        names = _names(decode(data))
    except NotText:
        return False
    if not names or not names.isdisjoint(_OF_OBJECTS):
        return False
    from joblint.project.config.keys import KEYS, PER_PATH

    known = [*KEYS, PER_PATH]
    if not names.isdisjoint({*known} - _COMMON):
        return True
    if len(names) > _SEARCHED:
        return False
    ours = [one for name in names if (one := _nearest(name, known))]
    return not _COMMON.issuperset(ours) or 0 < len(names) <= 2 * len(ours)


def _nearest(name: str, known: list[str]) -> str:
    """Return the key of ours that is equal or similar to a name; empty if there is none."""
    from joblint.kube.nearest import nearest

    # In parts: `kubeVersion` is `kube-version`.
    return nearest(re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name[:_LONGEST]), known, cutoff=_NEAR)


def _names(text: str) -> set[str]:
    """Return the top-level keys of all documents of a YAML file; if it does not parse, those that its lines show."""
    from joblint.manifests.document import documents

    names: set[str] = set()
    if len(text) <= MAX_BYTES:
        found = documents(Source("", text))
        roots = [one.root for one in found]  # first: a document is parsed when it is asked for it
        if all(one.problem is None for one in found):
            for root in (target(one) for one in roots if one is not None):
                names |= {entry.name for entry in root.entries} if isinstance(root, Mapping) else set()
            return names
    return set(re.findall(_TOP_LEVEL_KEY, text))
