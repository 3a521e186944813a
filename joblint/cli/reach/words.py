"""The names in files. Thousands of files are searched, so a file that cannot have a name is not parsed.

A name may be written with escapes (`"j\\x6fb"`, a continued line): a file that may have escapes may have every name.
"""

import re
from collections.abc import Collection, Iterator

from joblint.manifests.corpus.corpus import CONFIG_MAP, REFERRED
from joblint.manifests.document import Document, documents, manifests
from joblint.manifests.source import NotText, Source, decode
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence, target
from joblint.project.charts import NOT_READ, language_in_tree

DEFINED, USED = REFERRED[0], CONFIG_MAP.encode()
_AROUND = frozenset(("configmap", "configmapref", "configmapkeyref"))
_ESCAPED = re.compile(rb"\\(?:x[2-7]|u00[2-7]|U000000[2-7])")
_CONTINUED = re.compile(rb"\\+(?:\xc2\x85|\xe2\x80[\xa8\xa9]|\s)[\s>]*")
_PLAIN = re.compile(r"[\w./ -]+", re.ASCII)
_MERGE = "<<"


def may_say(data: bytes, words: Collection[bytes]) -> bool:
    """Return whether a file may have one of some words, however it is written."""
    if any(word in data for word in words) or _is_wide(data):
        return True
    if b"\\" not in data:
        return False
    return _ESCAPED.search(data) is not None or any(word in _CONTINUED.sub(b"", data) for word in words)


def is_searchable(name: str) -> bool:
    """Return whether a name is written the same with and without quotes."""
    return _PLAIN.fullmatch(name) is not None


def may_use(data: bytes) -> bool:
    """Return whether a file may refer to ConfigMaps, or have one."""
    return USED in data or (b"\\" in data and may_say(data, (USED,))) or _is_wide(data)


def may_be_referred_to(data: bytes) -> bool:
    """Return whether a file may have an object of a kind that Jobs refer to by name."""
    return (  # faster than a loop over REFERRED, and called for every file
        b"ConfigMap" in data
        or b"Secret" in data
        or b"ServiceAccount" in data
        or b"PersistentVolumeClaim" in data
        or b"PriorityClass" in data
    )


def used(real: str, data: bytes) -> set[str]:
    """Return the names of the ConfigMaps that the Jobs of a file may refer to."""
    found: set[str] = set()
    if may_use(data):
        for document in _documents(real, data):
            if document.may_hold_job and document.root is not None:
                found.update(_names(document.root, everywhere=_MERGE in document.text))
    return found


def defined(real: str, data: bytes) -> set[str]:
    """Return the names of the ConfigMaps in a file."""
    found: set[str] = set()
    if DEFINED.encode() in data or _is_wide(data):
        for document in _documents(real, data):
            if document.may_hold(DEFINED):
                each = (one for one in manifests(document, 0) if one.kind == DEFINED)
                found.update(one.text("metadata", "name") for one in each)
    return found - {""}


def _is_wide(data: bytes) -> bool:
    """Return whether a file may be UTF-16 or UTF-32."""
    return data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]


def _documents(path: str, data: bytes) -> list[Document]:
    language = language_in_tree(path, data)
    if language == NOT_READ:
        return []
    try:
        return documents(Source(path, decode(data), language))
    except NotText:
        return []


def _names(root: Node, everywhere: bool) -> Iterator[str]:
    """Yield the names in references to ConfigMaps, or with `everywhere` the values of all keys `name`."""
    todo = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Sequence):
            todo += node.items
        elif isinstance(node, Mapping):
            for entry in node.entries:
                todo.append(entry.value)
                value = target(entry.value)
                if everywhere and entry.name == "name":
                    yield from _text(value)
                elif entry.name.lower() in _AROUND and isinstance(value, Mapping):
                    for inner in value.entries:
                        yield from _text(target(inner.value)) if inner.name == "name" else ()


def _text(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar) and isinstance(node.value, str) and node.value:
        yield node.value
