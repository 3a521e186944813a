"""A file's documents, and the objects in them."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from joblint.kube.gotext import SPACE
from joblint.manifests import relevance
from joblint.manifests.languages import LANGUAGES, TEMPLATES, embeds
from joblint.manifests.source import BOM, Source
from joblint.manifests.yaml.parse import parse
from joblint.manifests.yaml.tree import Mapping, Node, Problem, Scalar, Sequence, target

if TYPE_CHECKING:
    from joblint.manifests.embed.block import Block
    from joblint.manifests.stream import JsonStream

T = TypeVar("T")
_FILLED_IN = "_"  # replaces each character of text that a shell expands
_MAX_LISTS, _MAX_REPEATED = 100, 1_000
_TOO_DEEP = f"Lists are nested more than {_MAX_LISTS} levels deep: deeper items are not checked"
_TOO_MANY = f"aliases repeat more than {_MAX_REPEATED:,} items of Lists: items from here on are not checked"
_BEGINNING = 4096  # characters within which a text that is JSON has its first `{`
_KEPT = 100  # documents of a file that are always kept, whatever is in them
_SEPARATOR = re.compile(r"^---", re.MULTILINE)


class Document:
    """One YAML or JSON document of a file.

    `text` is what is parsed, and the tree's offsets count in it; `outer` turns them into offsets of the file. `block`
    is the fence or heredoc that it is in, None in a YAML or JSON file; `holes` are the spans of `text` that a shell
    expands before Kubernetes reads it. `json`: it is valid JSON. `follows`: it follows something that may have a Job,
    without a `---` between them.
    """

    __slots__ = (
        "_elided",
        "_kind",
        "_known",
        "_origin",
        "_relevant",
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
        self._relevant: bool | None = None
        self._elided: str | None = None
        self._kind: str | None = None

    @property
    def origin(self) -> str:
        """Return the path of the template that the text was rendered from; empty if a person wrote it."""
        if self._origin is None:
            rendered = self.source.rendered
            self._origin = "" if rendered is None else rendered.origin(self.text)
        return self._origin

    @property
    def root(self) -> Node | None:
        """Return the parsed tree; None if it is empty, or if it cannot be parsed, as `problem` says."""
        if self._root is False:
            self._root = None
            if self.problem is None:
                try:
                    self._root = parse(self._elided or "" if self.elided else self.text, self.json)
                    self._check_what_follows()
                except Problem as problem:
                    self._root = self._filled_in()
                    if self._root is None:
                        self.problem = problem
        assert not isinstance(self._root, bool)
        return self._root

    @property
    def elided(self) -> bool:
        """Return whether a text for people shows only a part of the document: `...` or `# other fields omitted`."""
        if self._elided is None:
            self._elided = ""
            if self.block is not None and self.source.language not in TEMPLATES:
                from joblint.manifests.elision import without_elisions

                self._elided = without_elisions(self.text, LANGUAGES[self.source.language].is_prose) or ""
        return self._elided != ""

    def _check_what_follows(self) -> None:
        """Check that what follows a JSON object is an object, as kubectl requires. Raises Problem."""
        root = self._root
        if self.follows and isinstance(root, (Scalar, Sequence)) and getattr(root, "value", "") is not None:
            shown = self.text[root.start : root.start + 20].split("\n", 1)[0].rstrip()
            raise Problem(f"`{shown}` is not allowed after a JSON object", root.start, "remove it")

    def _filled_in(self) -> Node | None:
        """Return the tree if only text that a shell expands makes it invalid YAML, such as a command in backquotes."""
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
        """Forget the tree."""
        self._root = False
        self._known.clear()

    def once(self, make: Callable[[Node], T]) -> T:
        """Return what a function makes of the tree; it is called once while the tree is kept. There must be a tree."""
        if make not in self._known:
            assert self.root is not None
            self._known[make] = make(self.root)
        made: T = self._known[make]
        return made

    @property
    def may_hold_job(self) -> bool:
        """Return whether the text can have a Job, or a part of one if it is embedded. It is not parsed for that."""
        if self._relevant is None:
            self._relevant = relevance.document_may_hold_job(self.text, self.block is not None)
        return self._relevant or self.follows

    def may_hold(self, kind: str) -> bool:
        """Return whether the text can have an object of a kind. It is not parsed for that."""
        if kind not in self.text:
            return False
        if self._kind is None:
            self._kind = relevance.plain_kind(self.text)
        return self._kind in ("", kind)

    def outer(self, offset: int) -> int:
        """Return the offset in the file of an offset in this document."""
        at = self.base + offset
        return at if self.block is None else self.block.segments.outer(at)


def documents(source: Source) -> list[Document]:
    """Return the documents of a file, in order, not parsed yet; for texts of other languages, those embedded in them.

    In a stream of millions of JSON objects, those that nothing can refer to are left out, except for the first few.
    """
    is_plain = not embeds(source.language)
    every = split(source, source.text) if is_plain else _embedded(source)
    kept = [one for number, one in enumerate(every) if number < _KEPT or not _is_idle(one)]
    for index, document in enumerate(kept):
        document.index = index
    return kept


def _is_idle(document: Document) -> bool:
    return document.json and not document.may_hold_job and "kind" not in document.text


def _embedded(source: Source) -> Iterator[Document]:
    """Yield the documents embedded in a text; what a limit leaves out is noted in the source."""
    from joblint.manifests.embed import blocks

    for block in blocks(source.text, source.language, source.unread):
        yield from split(source, block.text, block)


def split(source: Source, text: str, block: "Block | None" = None) -> Iterator[Document]:
    """Split a text into documents as kubectl does before it parses: JSON objects, and YAML at its `---` lines.

    Source: apimachinery pkg/util/yaml/decoder.go, YAMLOrJSONDecoder and YAMLReader.
    """
    if "{" in text[:_BEGINNING]:
        from joblint.manifests.stream import JsonStream, begins_as_json

        if begins_as_json(text):
            yield from _json(source, text, block, JsonStream(text))
            return
    yield from _yaml(source, text, 0, block)


def _json(source: Source, text: str, block: "Block | None", cut: "JsonStream") -> Iterator[Document]:
    """Yield the JSON objects of a text, and what follows them."""
    speaks = False
    for start, end in cut.values:
        document = Document(source, text[start:end], start, block, json=True)
        speaks = speaks or document.may_hold_job
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
    """Yield the documents between the `---` lines of a text, which starts at the offset `base`."""
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
            problem = Problem(f"`{shown}` is not allowed after `---`: kubectl only allows a comment there", at)
            speaks = relevance.document_may_hold_job(piece, block is not None)
    piece = text[start:]
    if problem is not None or (piece and not piece.isspace()):
        yield _document(source, piece, base + start, block, problem, speaks)


def _only_directives(piece: str) -> bool:
    """Return whether a piece has only directives (`%YAML`), which belong to the document after the next `---`."""
    return "%" in piece and all(not line or line[0] in "%#" for line in piece.splitlines())


def _document(
    source: Source, text: str, base: int, block: "Block | None", problem: Problem | None, speaks: bool
) -> Document:
    """Return a document. `speaks`: what the problem is about may have a Job, whatever the document has."""
    if text.startswith(BOM) and problem is None:  # Kubernetes' reader skips one at the start of each document
        text, base = text[1:], base + 1
        if not text.startswith(BOM):
            pass
        elif "\n" not in text.rstrip():
            text, base = text.lstrip(BOM), base + len(text) - len(text.lstrip(BOM))
        else:
            problem = Problem("the document starts with more than 1 byte order mark (U+FEFF)", 0, "remove the others")
    document = Document(source, text, base, block)
    document.problem, document.follows = problem, speaks
    return document


class Manifest:
    """One object of a document: its node, its index among the file's objects (from 0), its apiVersion and its kind.

    `api_version` and `kind` are as written, or as implied by the List that it is in.
    """

    __slots__ = ("api_version", "document", "index", "kind", "node")

    def __init__(self, document: Document, node: Mapping, index: int, api_version: str, kind: str) -> None:
        self.document, self.node, self.index = document, node, index
        self.api_version, self.kind = api_version, kind

    @property
    def what(self) -> str:
        """What it says it is, for people: `batch/v1 Job hello`."""
        said = (self.shown_version, self.shown("kind") or self.kind, self.shown("metadata", "name"))
        return " ".join(word for word in said if word)

    @property
    def shown_version(self) -> str:
        """The `apiVersion` for people: of a template as it is written there."""
        return self.shown("apiVersion") or self.api_version

    def shown(self, *names: str) -> str:
        """A string some fields down for people: of a template as it is written there."""
        text = self.text(*names)
        node = self.field(*names) if self.document.source.language in TEMPLATES else None
        if node is None:
            return text
        from joblint.manifests.template.written import written

        document = self.document
        return written(document.source.language, document.source.text, document.text, document.outer, node)

    def field(self, *names: str) -> Node | None:
        """Return the node at a path of fields, with aliases resolved; None if absent. The last duplicate counts."""
        node: Node | None = self.node
        for name in names:
            node = field(node, name)
        return node

    def text(self, *names: str) -> str:
        """Return the string at a path of fields; empty if it is absent or not a string."""
        node = self.field(*names)
        return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def field(node: Node | None, name: str) -> Node | None:
    """Return a mapping's value for a key as written, with aliases resolved; merge keys are ignored."""
    if isinstance(node, Mapping):
        for entry in reversed(node.entries):
            if entry.name == name:
                return target(entry.value)
    return None


def manifests(document: Document, first: int) -> list[Manifest]:
    """Return the objects of a document, numbered from `first`; a List is flattened into its items, as by kubectl.

    What is beyond the limits is noted in the source: aliases can make more objects than there is text.
    """
    root = document.root
    return [] if root is None else _Flattening(document, first).flatten(target(root))


class _Flattening:
    """Collects the objects of a document."""

    def __init__(self, document: Document, first: int) -> None:
        self.document, self.first = document, first
        self.found: list[Manifest] = []
        self.seen: set[int] = set()
        self.repeated = 0

    def flatten(self, root: Node) -> list[Manifest]:
        """Return all objects in a node."""
        self._add(root, ("", ""), 0)
        return self.found

    def _add(self, node: Node, implied: tuple[str, str], depth: int) -> None:
        """Add the objects of a node; `implied` are the apiVersion and kind that its List implies."""
        if not isinstance(node, Mapping):
            return
        manifest = Manifest(self.document, node, self.first + len(self.found), "", "")
        manifest.api_version = manifest.text("apiVersion") or implied[0]
        manifest.kind = manifest.text("kind") or implied[1]
        items = manifest.field("items")
        if not manifest.kind.endswith("List") or not isinstance(items, Sequence):
            self.found.append(manifest)
            return
        # apimachinery pkg/apis/meta/v1/unstructured: an item without a kind gets that of the List, without "List".
        inner = manifest.kind.removesuffix("List")
        for item in items.items:
            if self._is_too_much(item, depth):
                return
            self._add(target(item), (manifest.api_version if inner else "", inner), depth + 1)

    def _is_too_much(self, item: Node, depth: int) -> bool:
        """Return whether an item is beyond the limits; if it is, that is noted in the source."""
        key = id(target(item))
        self.repeated += key in self.seen
        self.seen.add(key)
        why = _TOO_MANY if self.repeated > _MAX_REPEATED else _TOO_DEEP if depth >= _MAX_LISTS else ""
        if why:
            self.document.source.unread.setdefault(why, self.document.outer(item.start))
        return why != ""
