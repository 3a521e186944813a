"""What of a Helm chart would read outside of its tree, or ask a network: refused before helm starts.

helm template reads what lies in the chart, through links too (internal/sympath/walk.go), and checks the values with the
chart's JSON schema, whose references it follows to files and URLs (pkg/chartutil/jsonschema.go). It fetches nothing
else: dependencies must be in `charts/`, and `lookup` and `getHostByName` give nothing without a cluster and without
`--enable-dns` (helm 3.11 and later; before, there is only the network that is taken away).
"""

import json
import os
import re
import stat
import tarfile
from typing import Any
from urllib.parse import unquote, urlsplit

from joblint.disk import not_regular
from joblint.render.bounds import MAX_BYTES, Bounds
from joblint.render.contained import RenderError
from joblint.render.plain import Text, string
from joblint.source import Source
from joblint.tree import Mapping, Sequence, merged

_SCHEMA = "values.schema.json"
_DEPENDENCIES = ("chart.yaml", "requirements.yaml")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_META = re.compile(r"https?://json-schema\.org/(?:draft-0[3-7]|draft/20(?:19-09|20-12))/schema#?")
_VENDORED = "charts"


def check_chart(bounds: Bounds) -> None:
    """Look at all files of a chart. Raises RenderError."""
    todo, seen = [bounds.real], {bounds.real}
    while todo:
        directory = todo.pop()
        try:
            with os.scandir(directory) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            raise RenderError(f"cannot be read: {error.strerror}", bounds.shown(directory)) from None
        for entry in entries:
            bounds.count()
            real = _check_entry(bounds, entry)
            if real and real not in seen:
                seen.add(real)
                todo.append(real)


def _check_entry(bounds: Bounds, entry: os.DirEntry[str]) -> str:
    """The real path of a directory to look into; empty for a file. Raises RenderError."""
    path, real = entry.path, entry.path
    if entry.is_symlink():
        real = os.path.realpath(path)
        if bounds.leaves(real):
            raise RenderError(bounds.link("it"), bounds.shown(path))
    try:
        mode = os.stat(real).st_mode
    except OSError:
        return ""  # a link that leads nowhere, which helm says itself
    if stat.S_ISDIR(mode):
        return "" if entry.name == ".git" else real
    if not stat.S_ISREG(mode):
        raise RenderError(not_regular(mode), bounds.shown(path))
    name = entry.name.lower()
    if name == _SCHEMA:
        _check_schema(bounds.read(path), bounds.shown(path))
    elif name in _DEPENDENCIES:
        _check_dependencies(bounds, path)
    elif name.endswith((".tgz", ".tar.gz")) and os.path.basename(os.path.dirname(path)) == _VENDORED:
        _check_archive(path, bounds.shown(path))
    return ""


def _check_dependencies(bounds: Bounds, path: str) -> None:
    """That no `repository: file://…` is outside of the tree. What helm cannot read, it says itself."""
    text = Text(source := bounds.source(path), source.text)
    root = text.root()
    entries = merged(root) if isinstance(root, Mapping) else ()
    lists = [entry.value for entry, _ in entries if entry.name.casefold() == "dependencies"]
    for item in [item for one in lists if isinstance(one, Sequence) for item in one.items]:
        for entry, _ in merged(item) if isinstance(item, Mapping) else ():
            url = string(entry.value) if entry.name.casefold() == "repository" else None
            if url and url.lower().startswith("file:"):
                where = unquote(urlsplit(url).netloc + urlsplit(url).path)
                whole = os.path.normpath(os.path.join(os.path.dirname(path), where))
                if bounds.leaves(whole) or bounds.leaves(os.path.realpath(whole)):
                    said = f"`{url}` is outside of {bounds.tree}, which is all that --render reads"
                    raise text.refuse(entry.value, said)


# -- schemas


def _check_archive(path: str, shown: str) -> None:
    """Look for schemas in a chart that is packed. Raises RenderError."""
    total = 0
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                total += member.size
                if total > MAX_BYTES:
                    raise RenderError(f"unpacks to more than {MAX_BYTES >> 20} MiB", shown)
                if member.isreg() and member.name.lower().endswith(_SCHEMA):
                    file = archive.extractfile(member)
                    if file is not None:
                        _check_schema(file.read(), f"{shown}:{member.name}")
    except (OSError, EOFError, ValueError, tarfile.TarError) as error:
        raise RenderError(f"is not a chart that can be unpacked: {error}", shown) from None


def _check_schema(data: bytes, shown: str) -> None:
    """That a JSON schema has no reference that leads out of it. Raises RenderError."""
    text = data.decode("utf-8-sig", "replace")
    problem: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        for key, value in pairs:
            if isinstance(value, str) and not problem and _leads_out(key, value):
                problem.append(value)

    try:
        json.loads(text, object_pairs_hook=look)
    except (ValueError, RecursionError) as error:
        raise RenderError(f"is not valid JSON: {' '.join(str(error).split())}", shown) from None
    if problem:
        at = max(text.find(json.dumps(problem[0])), text.find(f'"{problem[0]}"'), 0)
        line, column = Source("", text).position(at)
        said = f"`{problem[0]}` is outside of this schema: helm would read it from a file or a network"
        raise RenderError(f"line {line}, column {column}: {said}", shown)


def _leads_out(key: str, value: str) -> bool:
    if key in _REFERENCES:
        return not value.startswith("#")
    return key == "$schema" and _META.fullmatch(value) is None
