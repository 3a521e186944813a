"""A file's documents, and the objects in them: which are Jobs, which are nearly, which are none of our business."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from joblint.kube.gotext import SPACE
from joblint.parse import parse
from joblint.source import BOM, Source
from joblint.tree import Mapping, Node, Problem, Scalar, Sequence, target

if TYPE_CHECKING:
    from joblint.embed import Block
    from joblint.stream import Cut

# A document that holds neither is not parsed. Generous: a List, a quoted key and a wrong case are seen too.
T = TypeVar("T")
_FILLED_IN = "_"  # what stands for a character of what a shell fills in
_SPEAKS = re.compile(r"kind\W{1,40}\w{0,40}job|batch/|jobtemplate|completions|parallelism", re.IGNORECASE)
_BEGINNING = 4096  # characters in which a text that is JSON has its first `{`
_SEPARATOR = re.compile(r"^---", re.MULTILINE)


class Document:
    """One YAML or JSON document of a file.

    `text` is what is parsed, and the tree's offsets count in it; `outer` turns them into offsets of the file. `block`
    is the fence or heredoc that it stands in, None in a YAML or JSON file; `holes` are the spans of `text` that a shell
    fills in before Kubernetes reads it. `json`: it is valid JSON. `follows`: it follows something that speaks of Jobs,
    without a `---` between them.
    """

    __slots__ = (
        "_known",
        "_origin",
        "_root",
        "base",
        "block",
        "follows",
        "holes",
        "index",
        "json",
        "problem",
        "source",
        "text",
    )

    def __init__(
        self, source: Source, text: str, base: int, block: "Block | None" = None, *, json: bool = False
    ) -> None:
        self.source, self.text, self.base, self.block, self.json = source, text, base, block, json
        self.follows = False
        end = base + len(text)
        self.holes = tuple((a - base, b - base) for a, b in block.opaque if a < end and b > base) if block else ()
        self.index = 0
        self.problem: Problem | None = None
        self._root: Node | bool | None = False
        self._known: dict[Callable[[Node], Any], Any] = {}
        self._origin: str | None = None

    @property
    def origin(self) -> str:
        """The path of the template that the text was rendered from; empty where it is what a person wrote."""
        if self._origin is None:
            rendered = self.source.rendered
            self._origin = "" if rendered is None else rendered.origin(self.text)
        return self._origin

    @property
    def root(self) -> Node | None:
        """The parsed tree; None where there is none, and where `problem` says why it cannot be read."""
        if self._root is False:
            self._root = None
            if self.problem is None:
                try:
                    self._root = parse(self.text, self.json)
                    self._check_what_follows()
                except Problem as problem:
                    self._root = self._filled_in()
                    if self._root is None:
                        self.problem = problem
        assert not isinstance(self._root, bool)
        return self._root

    def _check_what_follows(self) -> None:
        """After a JSON object kubectl refuses what is no object."""
        root = self._root
        if self.follows and isinstance(root, (Scalar, Sequence)) and getattr(root, "value", "") is not None:
            shown = self.text[root.start : root.start + 20].split("\n", 1)[0].rstrip()
            raise Problem(f"`{shown}` after a JSON object", root.start, "take it out")

    def _filled_in(self) -> Node | None:
        """The tree, where only what a shell fills in is no YAML as it is written: a command in backquotes."""
        pieces, at = [], 0
        for start, end in self.holes:
            start, end = max(start, at), min(end, len(self.text))
            pieces += [self.text[at:start], _FILLED_IN * (end - start)]
            at = max(at, end)
        if not pieces:
            return None
        try:
            return parse("".join([*pieces, self.text[at:]]))
        except Problem:
            return None

    def forget(self) -> None:
        """Let go of the tree."""
        self._root = False
        self._known.clear()

    def once(self, make: Callable[[Node], T]) -> T:
        """What a function makes of the tree, which is asked once as long as the tree is kept; there must be one."""
        if make not in self._known:
            assert self.root is not None
            self._known[make] = make(self.root)
        found: T = self._known[make]
        return found

    @property
    def speaks_of_jobs(self) -> bool:
        """Whether the text could hold a Job; asked before it is parsed."""
        return self.follows or _SPEAKS.search(self.text) is not None

    def outer(self, offset: int) -> int:
        """The offset in the file of an offset in this document."""
        at = self.base + offset
        return at if self.block is None else self.block.segments.outer(at)


def documents(source: Source) -> list[Document]:
    """The documents of a file, in order, none parsed yet. Markdown and shell files give those embedded in them."""
    if source.language in ("yaml", "json"):
        found = list(split(source, source.text))
    else:
        from joblint.embed import blocks

        found = []
        for block in blocks(source.text, source.language):
            found.extend(split(source, block.text, block))
    for index, document in enumerate(found):
        document.index = index
    return found


def split(source: Source, text: str, block: "Block | None" = None) -> Iterator[Document]:
    """Cut a text into documents as kubectl does before it parses: JSON objects, and YAML at its `---` lines.

    Source: apimachinery pkg/util/yaml/decoder.go, YAMLOrJSONDecoder and YAMLReader.
    """
    if "{" in text[:_BEGINNING]:
        from joblint.stream import Cut, begins_as_json

        if begins_as_json(text):
            yield from _json(source, text, block, Cut(text))
            return
    yield from _yaml(source, text, 0, block)


def _json(source: Source, text: str, block: "Block | None", cut: "Cut") -> Iterator[Document]:
    """The JSON objects of a text, and what follows them."""
    speaks = False
    for start, end in cut.values:
        if _SPEAKS.search(text, start, end) or text.find("kind", start, end) >= 0:  # what nobody can refer to is left
            document = Document(source, text[start:end], start, block, json=True)
            speaks = speaks or document.speaks_of_jobs
            yield document
    if cut.problem is not None:
        start = cut.end
        cut.problem.offset -= start
        yield _document(source, text[start:], start, block, cut.problem, speaks)
        return
    for number, document in enumerate(_yaml(source, text[cut.rest :], cut.rest, block)):
        document.follows = speaks and number == 0
        yield document


def _yaml(source: Source, text: str, base: int, block: "Block | None") -> Iterator[Document]:
    """The documents of a text, which begins at `base`, between its `---` lines."""
    start, problem, speaks = 0, None, False
    for mark in _SEPARATOR.finditer(text) if "---" in text else ():
        end = text.find("\n", mark.end())
        end = len(text) if end < 0 else end + 1
        piece = text[start : mark.start()]
        if _only_directives(piece):
            continue
        if problem is not None or (piece and not piece.isspace()):
            yield _document(source, piece, base + start, block, problem, speaks)
        start, problem = end, None
        after = text[mark.end() : end].strip(SPACE)
        if after and not after.startswith("#"):
            shown = after[:40]
            at = mark.end() + text[mark.end() : end].index(after[0]) - end
            problem = Problem(f"`{shown}` after `---`: kubectl takes nothing but a comment there", at)
            speaks = _SPEAKS.search(piece) is not None
    piece = text[start:]
    if problem is not None or (piece and not piece.isspace()):
        yield _document(source, piece, base + start, block, problem, speaks)


def _only_directives(piece: str) -> bool:
    """`%YAML` lines belong to the document after their `---`."""
    return "%" in piece and all(not line or line[0] in "%#" for line in piece.splitlines())


def _document(
    source: Source, text: str, base: int, block: "Block | None", problem: Problem | None, speaks: bool
) -> Document:
    """A document; `speaks`: what the problem is about speaks of Jobs, whatever the document says."""
    if text.startswith(BOM) and problem is None:  # of each document the reader passes over one
        text, base = text[1:], base + 1
        if not text.startswith(BOM):
            pass
        elif "\n" not in text.rstrip():
            text, base = text.lstrip(BOM), base + len(text) - len(text.lstrip(BOM))
        else:
            problem = Problem("U+FEFF, a byte order mark, more than once at the start of a document", 0, "take it out")
    document = Document(source, text, base, block)
    document.problem, document.follows = problem, speaks
    return document


class Manifest:
    """One object of a document: its node, its place among the file's objects (from 0), and what it says it is.

    `api_version` and `kind` are as written, or as the List that holds it implies.
    """

    __slots__ = ("api_version", "document", "index", "kind", "node")

    def __init__(self, document: Document, node: Mapping, index: int, api_version: str, kind: str) -> None:
        self.document, self.node, self.index = document, node, index
        self.api_version, self.kind = api_version, kind

    @property
    def what(self) -> str:
        """What it says it is, for people: `batch/v1 Job hello`."""
        return f"{self.api_version} {self.kind} {self.text('metadata', 'name')}".strip()

    def field(self, *names: str) -> Node | None:
        """The node some fields down, aliases followed; None where one is absent. The last duplicate counts."""
        node: Node | None = self.node
        for name in names:
            node = field(node, name)
        return node

    def text(self, *names: str) -> str:
        """A string some fields down, empty where it is absent or no string."""
        node = self.field(*names)
        return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def field(node: Node | None, name: str) -> Node | None:
    """A mapping's value under a key as written (merge keys not looked through), aliases followed."""
    if isinstance(node, Mapping):
        for entry in reversed(node.entries):
            if entry.name == name:
                return target(entry.value)
    return None


def manifests(document: Document, first: int) -> list[Manifest]:
    """The objects of a document, numbered from `first`; the items of a List one by one, as kubectl flattens them."""
    root = document.root
    return [] if root is None else list(_objects(document, target(root), first, "", "", 0))


def _objects(document: Document, node: Node, first: int, version: str, kind: str, depth: int) -> Iterator[Manifest]:
    if not isinstance(node, Mapping):
        return
    manifest = Manifest(document, node, first, "", "")
    manifest.api_version = manifest.text("apiVersion") or version
    manifest.kind = manifest.text("kind") or kind
    items = manifest.field("items")
    if not manifest.kind.endswith("List") or not isinstance(items, Sequence) or depth > 8:
        yield manifest
        return
    # apimachinery pkg/apis/meta/v1/unstructured: an item that names no kind takes the List's, without "List".
    inner = manifest.kind.removesuffix("List")
    for item in items.items:
        for found in _objects(document, target(item), first, manifest.api_version if inner else "", inner, depth + 1):
            yield found
            first += 1
