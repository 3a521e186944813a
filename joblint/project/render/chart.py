"""Copy a Helm chart for helm to render, and refuse what would read other files or the network.

helm template reads all that is in the chart, also through links (internal/sympath/walk.go), including `.git` with the
tokens that CI leaves there. It checks the values with the chart's JSON schemas, and follows their references to files
and URLs (pkg/chartutil/jsonschema.go). It fetches nothing else: only `helm dependency` downloads dependencies
(pkg/downloader), and `lookup` and `getHostByName` return nothing without a cluster and without `--enable-dns` (helm
3.11 and later; with older ones, only the missing network prevents that).

Archives are packed again from what joblint read, so that helm cannot interpret a header in another way.
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

from joblint.manifests.disk import not_regular, reason
from joblint.manifests.source import NotText, Source, decode
from joblint.project.render import revision
from joblint.project.render.bounds import Bounds
from joblint.project.render.contained import RenderError, run, write_copy
from joblint.project.render.values import Values, arguments

_SCHEMA = "values.schema.json"
_IGNORE = ".helmignore"
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_META = re.compile(r"https?://json-schema\.org/(?:(?:draft-0\d|draft/\d{4}-\d\d)/)?schema#?")
_VENDORED = "charts"
_PACKED = (".tgz", ".tar.gz")
_UNPACKED = 100 << 20  # bytes of an archive, as in helm (pkg/chart/loader/archive/archive.go, MaxDecompressedChartSize)
_SPECIAL = frozenset("*?[]\\/!")


class Chart:
    """A chart in the workplace of a run: `copy` is the path of its copy. Raises RenderError."""

    def __init__(self, bounds: Bounds, minor: int, made: str, values: Values | None) -> None:
        """Copy the chart, and the values that are added to its own."""
        self.bounds, self.made = bounds, made
        self.copy = copy_chart(bounds, made)
        words, copies = arguments(values, made) if values is not None else ([], {})
        self._names = {self.copy: bounds.path, **copies}
        self._command = (bounds.program("helm"), "template", self.copy, "--kube-version", f"1.{minor}", *words)

    def render(self) -> bytes:
        """Return what helm makes of the copy as it is now. Raises RenderError, with the paths that the user knows."""
        try:
            return run(self._command, "helm template", self.made, self.bounds.reviewed)
        except RenderError as error:
            for there, here in self._names.items():
                error.args = (self.bounds.in_words(str(error), there, here),)
            raise


def copy_chart(bounds: Bounds, made: str) -> str:
    """Copy a chart into the workplace of a run, and return the path of the copy. Raises RenderError."""
    top = os.path.join(made, "chart")
    ignored = _ignored(bounds)
    todo: list[tuple[str, str, tuple[str, ...]]] = [(bounds.real, top, ())]
    while todo:
        directory, copy, above = todo.pop()
        bounds.count()
        real = os.path.realpath(directory)
        if real in above:
            raise RenderError("is a link to a directory that contains it", bounds.shown(directory))
        try:
            os.mkdir(copy)
            with os.scandir(directory) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            raise RenderError(f"cannot be read: {reason(error)}", bounds.shown(directory)) from None
        for entry in entries:
            target = os.path.join(copy, entry.name)
            if entry.name.lower() != ".git" and entry.name not in ignored and _take(bounds, entry, target):
                todo.append((entry.path, target, (*above, real)))
    return top


def _take(bounds: Bounds, entry: os.DirEntry[str], copy: str) -> bool:
    """Copy a file; return True for a directory, which the caller copies. Raises RenderError."""
    path, shown = entry.path, bounds.shown(entry.path)
    real = os.path.realpath(path)
    if bounds.leaves(real):
        raise RenderError(bounds.link("it", real), shown)
    try:
        mode = os.stat(real).st_mode
    except OSError as error:
        raise RenderError(f"cannot be read: {reason(error)}", shown) from None
    if stat.S_ISDIR(mode):
        return True
    if not stat.S_ISREG(mode):
        raise RenderError(not_regular(mode), shown)
    data, name = bounds.read(path), entry.name.lower()
    if name == _SCHEMA:
        _check_schema(data, shown)
    elif name.endswith(_PACKED) and not name.startswith(("_", ".")) and _is_vendored(os.path.dirname(path)):
        data = _Archive(_UNPACKED).packed_anew(io.BytesIO(data), shown)
    elif bounds.past is not None and bounds.past.earlier and revision.MARK in data:
        data = revision.earlier(data)
    write_copy(copy, data, shown)
    return False


def _is_vendored(directory: str) -> bool:
    return os.path.basename(directory).lower() == _VENDORED


def _ignored(bounds: Bounds) -> frozenset[str]:
    """Return the names of directories that a `.helmignore` excludes, like `.venv`, whose links may lead anywhere.

    Its other patterns are left to helm. If one of them re-includes something, all of them are.
    """
    path = os.path.join(bounds.real, _IGNORE)
    if not os.path.isfile(path) or bounds.leaves(os.path.realpath(path)):
        return frozenset()
    try:
        lines = [line.strip() for line in decode(bounds.read(path)).splitlines()]
    except NotText:
        return frozenset()
    if any(line.startswith("!") or "**" in line for line in lines):
        return frozenset()
    names = (line.removesuffix("/") for line in lines if line.endswith("/") and not line.startswith("#"))
    return frozenset(name for name in names if name and _SPECIAL.isdisjoint(name))


# -- archives


class _Archive:
    """A packed chart, and those packed inside it; `left` is how many bytes they may still unpack to."""

    def __init__(self, left: int) -> None:
        self.left = left

    def packed_anew(self, packed: IO[bytes], shown: str) -> bytes:
        """Return an archive with the same files, whose schemas have been checked. Raises RenderError."""
        made = io.BytesIO()
        try:
            with (
                tarfile.open(fileobj=io.BufferedReader(_Counted(self, packed, shown)), mode="r|") as archive,
                tarfile.open(fileobj=made, mode="w:gz", compresslevel=1) as anew,
            ):
                for member in archive:
                    if member.issparse() or member.size > _UNPACKED:  # a few bytes may claim to be a terabyte
                        raise self.too_large(shown)
                    file = archive.extractfile(member) if member.isreg() else None
                    if file is not None:
                        name = member.name.replace("\\", "/")  # as helm reads it
                        data = self._member(file.read(), name, f"{shown}:{name}")
                        copy = tarfile.TarInfo(name)
                        copy.size = len(data)
                        anew.addfile(copy, io.BytesIO(data))
        except (OSError, EOFError, ValueError, zlib.error, tarfile.TarError) as error:
            raise RenderError(f"cannot be unpacked as a chart: {error}", shown) from None
        return made.getvalue()

    def _member(self, data: bytes, name: str, shown: str) -> bytes:
        base = posixpath.basename(name).lower()
        if base == _SCHEMA:
            _check_schema(data, shown)
        elif base.endswith(_PACKED) and not base.startswith(("_", ".")) and _is_vendored(posixpath.dirname(name)):
            return self.packed_anew(io.BytesIO(data), shown)
        return data

    @staticmethod
    def too_large(shown: str) -> RenderError:
        """Return the error for an archive that is larger than helm would unpack."""
        return RenderError(f"unpacks to more than {_UNPACKED >> 20} MiB", shown)


class _Counted(io.RawIOBase):
    """Counts unpacked bytes while they are read: the headers of an archive can be as large as its files."""

    def __init__(self, archive: _Archive, packed: IO[bytes], shown: str) -> None:
        self.archive, self.file, self.shown = archive, gzip.GzipFile(fileobj=packed), shown

    def readable(self) -> bool:
        """Return True, like a file."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer, like a file. Raises RenderError."""
        size = self.file.readinto(buffer)
        self.archive.left -= size
        if self.archive.left < 0:
            raise self.archive.too_large(self.shown)
        return size


# -- schemas


def _check_schema(data: bytes, shown: str) -> None:
    """Check that a JSON schema has no reference to anything outside of it. Raises RenderError."""
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
        said = f"`{problem[0]}` is outside of this schema: helm would read it from a file or the network"
        raise RenderError(f"line {line}, column {column}: {said}", shown)


def _leads_out(key: str, value: str) -> bool:
    if key in _REFERENCES:
        return not value.startswith("#")
    return key == "$schema" and _META.fullmatch(value) is None
