"""What of a Helm chart would read outside of its tree, or ask a network: refused before helm starts.

helm template reads what lies in the chart, through links too (internal/sympath/walk.go), and checks the values with the
chart's JSON schema, whose references it follows to files and URLs (pkg/chartutil/jsonschema.go). It fetches nothing
else: dependencies must be in `charts/`, and `lookup` and `getHostByName` give nothing without a cluster and without
`--enable-dns` (helm 3.11 and later; before, there is only the network that is taken away).
"""

import gzip
import io
import json
import os
import posixpath
import re
import stat
import tarfile
import zlib
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from joblint.disk import not_regular
from joblint.render.bounds import Bounds
from joblint.render.contained import RenderError
from joblint.render.plain import Text, string
from joblint.source import Source
from joblint.tree import Mapping, Sequence, merged

_SCHEMA = "values.schema.json"
_DEPENDENCIES = ("chart.yaml", "requirements.yaml")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_META = re.compile(r"https?://json-schema\.org/(?:(?:draft-0\d|draft/\d{4}-\d\d)/)?schema#?")
_VENDORED = "charts"
_PACKED = (".tgz", ".tar.gz")
_UNPACKED = 100 << 20  # bytes of an archive, as in helm (pkg/chart/loader/archive/archive.go, MaxDecompressedChartSize)


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
    elif name.endswith(_PACKED) and os.path.basename(os.path.dirname(path)) == _VENDORED:
        _Archive(_UNPACKED).check(io.BytesIO(bounds.read(path)), bounds.shown(path))
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


class _Archive:
    """Looks for schemas in a chart that is packed, and in those packed inside it: `left` bytes of all of them."""

    def __init__(self, left: int) -> None:
        self.left = left

    def check(self, packed: IO[bytes], shown: str) -> None:
        """Raises RenderError."""
        try:
            with tarfile.open(fileobj=io.BufferedReader(_Counted(self, packed, shown)), mode="r|") as archive:
                for member in archive:
                    file = archive.extractfile(member) if member.isreg() else None
                    if file is not None:
                        self._check_member(file, member.name.lower(), f"{shown}:{member.name}")
        except (OSError, EOFError, ValueError, zlib.error, tarfile.TarError) as error:
            raise RenderError(f"is not a chart that can be unpacked: {error}", shown) from None

    def _check_member(self, file: IO[bytes], name: str, shown: str) -> None:
        if posixpath.basename(name) == _SCHEMA:
            _check_schema(file.read(), shown)
        elif name.endswith(_PACKED) and posixpath.basename(posixpath.dirname(name)) == _VENDORED:
            self.check(io.BytesIO(file.read()), shown)


class _Counted(io.RawIOBase):
    """Counts what is unpacked while it is read: the headers of an archive can be as large as its files."""

    def __init__(self, archive: _Archive, packed: IO[bytes], shown: str) -> None:
        self.archive, self.file, self.shown = archive, gzip.GzipFile(fileobj=packed), shown

    def readable(self) -> bool:
        """As of a file."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As of a file. Raises RenderError."""
        size = self.file.readinto(buffer)
        self.archive.left -= size
        if self.archive.left < 0:
            raise RenderError(f"unpacks to more than {_UNPACKED >> 20} MiB", self.shown)
        return size


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
