"""Completion outside of Jobs: patterns in an empty document, and the apiVersion and kind of an object.

The document may become anything. So patterns are offered only if it has nothing but the word that is being typed, and
an `apiVersion` or a `kind` only if the object, or the word that is being typed, fits a Job.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from joblint.editor import place
from joblint.editor.completion import DEMANDED, ENUM, FIELD, PATTERN, SNIPPET, Completion, allowed, made
from joblint.editor.patterns import MANIFEST, PATTERNS
from joblint.editor.place import KEY, VALUE, Place
from joblint.editor.write import Writer
from joblint.kube.minors.minor import Facts
from joblint.manifests.document import Document, Manifest, split
from joblint.manifests.kinds import CURRENT, KINDS_OF_VERSION
from joblint.manifests.languages import embeds
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Mapping, Scalar
from joblint.rule.settings import Settings

_KINDS = ("Job", "CronJob")
_BATCH = "batch/"
_WORD = re.compile(r"[\w-]*\Z")
_REST = re.compile(r"[\w-]*")
_SEPARATOR = re.compile(r"^---[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)
_LONGEST = 20  # characters of a word that could become a pattern's name


def outside(
    source: Source, offset: int, found: tuple[Document, int] | None, settings: Settings
) -> Iterator[Completion]:
    """Yield the proposals at an offset that is not in a Job; see complete.complete."""
    if found is None:
        found = _empty(source, offset)
    if found is None:
        return
    document, inner = found
    if _is_empty(document.text):
        yield from _manifests(document, inner, settings)
        return
    manifest = place.object_at(document, inner)
    if manifest is not None and not manifest.node.flow and _at_top(document, inner, manifest):
        yield from _identity(document, inner, manifest, settings)


# -- an empty document


def _empty(source: Source, offset: int) -> tuple[Document, int] | None:
    """Return the empty piece between two separators that an offset is in, as a document."""
    text = source.text
    if embeds(source.language):
        return _empty_block(source, offset)
    if source.language == "json":
        return (Document(source, text, 0), offset) if 0 <= offset <= len(text) and not text.strip() else None
    ends = [(0, 0), *(mark.span() for mark in _SEPARATOR.finditer(text)), (len(text) + 1, 0)]
    for (_, start), (end, _) in pairwise(ends):
        if start <= offset < end and not text[start:end].strip():
            return Document(source, text[start : end if end <= len(text) else None], start), offset - start
    return None


def _empty_block(source: Source, offset: int) -> tuple[Document, int] | None:
    """Return the fence or here-document that an offset is in, even if it has nothing of a Job yet."""
    from joblint.manifests.embed import all_blocks

    for block in all_blocks(source.text, source.language):
        found = place.at(source, offset, list(split(source, block.text, block))) if not block.guess else None
        if found is not None:
            return found
    return None


def _is_empty(text: str) -> bool:
    """Check whether a text has at most one word, apart from comments."""
    lines = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    return len(lines) <= 1 and all(re.fullmatch(r"[\w-]{0,20}\s*", line) for line in lines)


def _manifests(document: Document, offset: int, settings: Settings) -> Iterator[Completion]:
    text = document.text
    word = _WORD.search(text, max(0, offset - _LONGEST), offset)
    rest = _REST.match(text, offset)
    start, end = word.start() if word else offset, rest.end() if rest else offset
    typed = text[start:end]
    if start != text.rfind("\n", 0, offset) + 1 or (text.strip() and not typed and _says_something(text)):
        return
    manifest = Manifest(document, Mapping(0, 0, False), 0, "", "")
    in_json = document.source.language == "json"
    writer = Writer(Place(document, manifest, (), "", KEY, start, end, flow=in_json))
    for pattern in PATTERNS:
        if pattern.what != MANIFEST or not any(_fits(typed, name) for name in (pattern.name, "apiVersion", "kind")):
            continue
        if allowed(pattern.data, pattern.type, (), settings):
            written = (writer.item if in_json else writer.keys)(pattern.data, _match(typed, pattern.name))
            yield made(pattern.name, SNIPPET, written, PATTERN, "pattern", pattern.text)


def _says_something(text: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.split("\n"))


def _fits(typed: str, name: str) -> bool:
    """Check whether a word is the beginning of a name."""
    return name.lower().startswith(typed.lower())


def _match(typed: str, name: str) -> str:
    """Return the text that an editor compares with what is typed."""
    return name if _fits(typed, name) else f"{typed} {name}"


# -- apiVersion and kind


def _at_top(document: Document, offset: int, manifest: Manifest) -> bool:
    """Check whether the cursor's line begins at the column of the object's own keys."""
    text, entries = document.text, manifest.node.entries
    if not entries:
        return False
    first = entries[0].key.start
    column = first - text.rfind("\n", 0, first) - 1
    line = text.rfind("\n", 0, offset) + 1
    before = text[line:offset]
    return line + column <= offset and not before[:column].strip(" -")


def _identity(document: Document, offset: int, manifest: Manifest, settings: Settings) -> Iterator[Completion]:
    entry = place.entry_before(manifest.node, offset)
    if entry is None or not isinstance(entry.value, Scalar):
        return
    line = document.text.rfind("\n", 0, offset) + 1
    if entry.key.start < line:
        if not document.text[line:offset].strip():
            yield from _keys(document, offset, offset, manifest, settings)
    elif entry.key.start <= offset <= entry.key.end:
        yield from _keys(document, entry.key.start, entry.key.end, manifest, settings)
    elif ":" in document.text[entry.key.end : offset] and "#" not in document.text[entry.key.end : offset]:
        node = entry.value if entry.value.start < entry.value.end else None
        start, end = (node.start, node.end) if node else (offset, offset)
        if start <= offset <= end and "\n" not in document.text[start:end]:
            spot = Place(document, manifest, (), "string", VALUE, start, end, manifest.node, entry, node)
            yield from _values(spot, document.text[start:offset], settings)


def _keys(document: Document, start: int, end: int, manifest: Manifest, settings: Settings) -> Iterator[Completion]:
    names = {entry.name for entry in manifest.node.entries}
    line = document.text.rfind("\n", 0, start) + 1
    if "\n" in document.text[start:end]:
        return
    for name, wanted in (("kind", _kinds(manifest, settings)), ("apiVersion", _versions(manifest, "", settings))):
        if name not in names and wanted and document.text[end : end + 1] != ":":
            spot = Place(document, manifest, (), "string", KEY, start, end, column=start - line)
            for value in wanted:
                yield made(f"{name}: {value}", FIELD, Writer(spot).key(name, value), DEMANDED, "required")


def _values(spot: Place, typed: str, settings: Settings) -> Iterator[Completion]:
    name = spot.entry.name if spot.entry else ""
    found: Sequence[str] = ()
    if name == "kind":
        found = _kinds(spot.manifest, settings)
    elif name == "apiVersion":
        found = _versions(spot.manifest, typed, settings)
    for value in found:
        yield made(value, ENUM, Writer(spot).value(value), DEMANDED)


def _kinds(manifest: Manifest, settings: Settings) -> Sequence[str]:
    """Return the kinds of a manifest's apiVersion, if it is one of batch."""
    version = manifest.api_version
    if not version.startswith(_BATCH):
        return ()
    return [kind for kind in _KINDS if (version, kind) in KINDS_OF_VERSION and _served(version, kind, settings)]


def _versions(manifest: Manifest, typed: str, settings: Settings) -> Sequence[str]:
    """Return the apiVersion for a manifest whose kind is a Job's, or whose apiVersion begins like a Job's."""
    kinds = _KINDS if not manifest.kind and typed and _BATCH.startswith(typed[: len(_BATCH)]) else (manifest.kind,)
    return [CURRENT] if any(_served(CURRENT, kind, settings) for kind in kinds if kind in _KINDS) else ()


def _served(version: str, kind: str, settings: Settings) -> bool:
    return all(Facts(minor, settings.gates).served(version, kind) for minor in settings.minors)
