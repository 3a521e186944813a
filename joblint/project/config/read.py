"""A configuration file to what it says, with the place of every value; and what is wrong with it, with its place."""

import os
from collections.abc import Iterator
from typing import NamedTuple

from joblint.manifests import disk
from joblint.manifests.boundary import inside, tree_of
from joblint.manifests.document import documents
from joblint.manifests.source import NotText, Source, decode
from joblint.manifests.yaml.tree import Mapping, Node, Problem, Scalar, Sequence, target
from joblint.project.config import MAX_BYTES, PYPROJECT, TABLE
from joblint.project.config.keys import FILE, FILES, KEYS, PATHS, PATHS_KIND, PER_PATH, RULES, Key
from joblint.project.config.kinds import Mistake, Value, shown
from joblint.project.config.patterns import Patterns
from joblint.rule.flaw import Flaw
from joblint.rule.near import near

_MOST = 100  # mistakes that are listed: to look for what was meant takes milliseconds for each
_LONGEST = 500  # characters of a message


class _Enough(Exception):
    """There are more mistakes than anybody reads."""


class Given(NamedTuple):
    """A value that somebody gave for a key, and where; `name` as in Value."""

    key: str
    value: str | bool | int | None
    origin: str
    name: str = ""
    line: int = 0
    column: int = 0


class Section(NamedTuple):
    """What holds for some paths; None: for all."""

    paths: Patterns | None
    given: tuple[Given, ...]


class Config(NamedTuple):
    """A configuration as it was read: its path as people see it, its sections, and the mistakes in it."""

    path: str
    sections: tuple[Section, ...]
    wrong: tuple[Flaw, ...]


def read(files: tuple[str, ...], base: str, named: bool = False) -> Config:
    """Read the first of some files; each that lies beside it is a mistake. Paths in it are relative to `base`.

    `named`: somebody named the file, so that it has to be one.
    """
    reader = _Reader(files[0], base, named)
    try:
        root = reader.root()
        if root is None and named and not reader.wrong and files[0].endswith(PYPROJECT):
            reader.wrong.append(Flaw(reader.shown, 0, 0, f"has no table [{'.'.join(TABLE)}]"))
    except (OSError, ValueError, disk.ReadError) as error:
        reader.unreadable(error)
        root = None
    for other in files[1:]:
        message = f"{os.path.basename(files[0])} is beside it: keep one of them"
        reader.wrong.append(Flaw(relative(other), 0, 0, message))
    sections: list[Section] = []
    try:
        sections += reader.sections(root) if root is not None else ()
    except _Enough:
        pass
    wrong = sorted(reader.wrong)
    if wrong and not named and _leads_out(files[0]):
        # It may be a token of the machine that checks a pull request: nothing of it is quoted in a log.
        message = "is a link out of the repository, and not valid; `--config` with its path shows the mistakes"
        wrong = [Flaw(reader.shown, 0, 0, message)]
    return Config(reader.shown, tuple(sections), tuple(wrong))


def _leads_out(path: str) -> bool:
    """Whether a file is a link out of its repository, or to what git keeps in there."""
    real, tree = os.path.realpath(path), tree_of(path)
    return not inside(real, tree) or inside(real, os.path.join(tree, ".git"))


def said(text: str, shown: str, per_path: bool = False) -> tuple[tuple[Given, ...], tuple[Flaw, ...]]:
    """What a text says for all paths that is no file, such as an editor's settings as JSON, and the mistakes in it.

    `shown` is what people call it; with `per_path` it is for some paths, and has the keys of a section.
    """
    reader = _Reader(shown, "")
    reader.shown, reader.source = shown, Source(shown, text)
    root = reader.yaml()
    given: list[Given] = []
    try:
        given += reader.given(root, per_path) if isinstance(root, Mapping) else ()
    except _Enough:
        pass
    wrong = tuple(one._replace(line=0, column=0) for one in reader.wrong)
    return tuple(one._replace(origin=shown, line=0, column=0) for one in given), wrong


def relative(path: str) -> str:
    """A path as people see it: from the current directory."""
    try:
        return os.path.relpath(path)
    except (OSError, ValueError):
        return path


class _Reader:
    """Reads one file."""

    def __init__(self, path: str, base: str, named: bool = False) -> None:
        """`named`: somebody named the file, who is trusted to name rules outside of its tree, too."""
        self.named = named
        self.shown, self.path, self.base = relative(path), path, base
        self.source = Source(self.shown, "")
        self.shift = 0  # of offsets in nodes to those in the file
        self.wrong: list[Flaw] = []

    def unreadable(self, error: Exception) -> None:
        """Note why the file is no text, or cannot be read."""
        place = (error.line, error.column) if isinstance(error, NotText) else (0, 0)
        message = disk.reason(error) if isinstance(error, OSError) else str(error)
        self.wrong.append(Flaw(self.shown, *place, message))

    def root(self) -> Node | None:
        """The root of the configuration; None where there is none. Raises OSError, ValueError, ReadError."""
        data = disk.read(self.path)
        if len(data) > MAX_BYTES:
            raise disk.ReadError(f"larger than the {MAX_BYTES >> 20} MiB that a configuration may have")
        self.source = Source(self.shown, decode(data))
        try:
            if self.path.endswith(".toml"):
                from joblint.project.config import toml

                return toml.parse(self.source.text, *(TABLE if os.path.basename(self.path) == PYPROJECT else ()))
            return self.yaml()
        except Problem as problem:
            hint = f": {problem.hint}" if problem.hint else ""
            self.at(max(-self.shift, problem.offset), problem.message + hint)
            return None

    def yaml(self) -> Node | None:
        """Raises Problem."""
        # Comments alone, above a first `---`, are no document.
        found = [one for one in documents(self.source) if one.root is not None or one.problem is not None]
        if not found:
            return None
        first = found[0]
        if len(found) > 1:
            self.at(found[1].outer(0), "a configuration is one document, and this is a second one")
        self.shift = first.outer(0)
        root = first.root
        if first.problem is not None:
            raise first.problem
        return root

    def at(self, offset: int, message: str) -> None:
        """Note a mistake."""
        if len(message) > _LONGEST:
            message = f"{message[:_LONGEST]}…"
        position = self.source.position(min(len(self.source.text), offset + self.shift))
        if len(self.wrong) == _MOST:
            message = "this mistake and all that follow are not listed: there are too many"
        self.wrong.append(Flaw(self.shown, *position, message))
        if len(self.wrong) > _MOST:
            raise _Enough

    def sections(self, root: Node) -> Iterator[Section]:
        """What holds for all paths, and then what holds for some."""
        node = target(root)
        if not isinstance(node, Mapping):
            if not isinstance(node, Scalar) or node.value is not None:
                self.at(node.start, f"a configuration is a mapping, not {shown(node)}")
            return
        for listed in self.values(node, RULES):
            self.own_rules(listed)  # first, for what follows may name them
        yield Section(None, tuple(self.given(node, False)))
        for part in self.values(node, PER_PATH):
            if isinstance(part, Sequence):
                for item in part.items:
                    yield from self.section(target(item))
            else:
                self.at(part.start, f"`{PER_PATH}` takes a list of sections, not {shown(part)}")

    def values(self, mapping: Mapping, name: str) -> Iterator[Node]:
        """The value of a key, if it is there."""
        yield from [target(entry.value) for entry in mapping.entries if entry.name == name][:1]

    def own_rules(self, node: Node) -> None:
        """Take the user's own rules. What is wrong with them is noted at its place in their files."""
        from joblint.checks import own

        within = "" if self.named else tree_of(self.path)
        for found in FILES.read(node):
            if isinstance(found, Value) and found.value is not None:
                try:
                    flaws = own.load(relative(os.path.join(self.base, str(found.value))), within)
                    self.wrong += flaws
                except own.OwnError as error:
                    self.at(found.node.start, f"`{RULES}`: {error}")

    def section(self, node: Node) -> Iterator[Section]:
        """One section for some paths."""
        if not isinstance(node, Mapping):
            self.at(node.start, f"a section of `{PER_PATH}` is a mapping with `{PATHS}`, not {shown(node)}")
            return
        paths: list[str] = []
        for listed in self.values(node, PATHS):
            for found in PATHS_KIND.read(listed):
                if isinstance(found, Mistake):
                    self.at(found.node.start, _about(PATHS, found))
                elif isinstance(found.value, str):
                    paths.append(found.value)
        if not any(entry.name == PATHS for entry in node.entries):
            self.at(node.start, f"a section of `{PER_PATH}` needs `{PATHS}`: the files that it is for")
        given = tuple(self.given(node, True))
        if paths:
            yield Section(Patterns(paths, self.base, self.shown), given)

    def given(self, mapping: Mapping, per_path: bool) -> Iterator[Given]:
        """The values in a mapping, of keys that exist."""
        seen: set[str] = set()
        for entry in mapping.entries:
            if entry.name in seen:
                self.at(entry.key.start, f"`{entry.name}` stands here twice")
                continue
            seen.add(entry.name)
            key = KEYS.get(entry.name)
            if key is not None and (key.per_path or not per_path):
                yield from self.key(key, target(entry.value))
            elif entry.name != (PATHS if per_path else PER_PATH):
                self.at(entry.key.start, _unknown(entry.name, per_path))

    def key(self, key: Key, node: Node) -> Iterator[Given]:
        """The values of a key."""
        for found in key.kind.read(node):
            if isinstance(found, Value):
                line, column = self.source.position(found.node.start + self.shift)
                value = found.value
                if key.kind in (FILE, FILES) and value is not None:
                    value = relative(os.path.join(self.base, str(value)))
                yield Given(key.name, value, f"{self.shown}:{line}", found.name, line, column)
            else:
                self.at(found.node.start, _about(key.name, found))


def _about(name: str, mistake: Mistake) -> str:
    """A kind's message begins with its verb, a check's with the word it does not know."""
    return f"`{name}` {mistake.message}" if mistake.message.startswith("takes ") else f"`{name}`: {mistake.message}"


def _unknown(name: str, per_path: bool) -> str:
    if per_path and name in KEYS:
        return f"`{name}` holds for a whole run: it cannot stand in a section of `{PER_PATH}`"
    known = [key.name for key in KEYS.values() if key.per_path or not per_path]
    return f"there is no key `{name}`{near(name, [*known, PATHS if per_path else PER_PATH])}"
