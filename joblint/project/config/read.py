"""Read a configuration file: its values and the mistakes in it, each with its line and column."""

import os
from collections.abc import Iterator
from typing import NamedTuple

from joblint.kube.nearest import did_you_mean
from joblint.manifests import disk
from joblint.manifests.boundary import inside, tree_of
from joblint.manifests.document import documents
from joblint.manifests.source import NotText, Source, decode
from joblint.manifests.yaml.tree import Mapping, Node, Problem, Scalar, Sequence, target
from joblint.project.config import MAX_BYTES, PYPROJECT, TABLE
from joblint.project.config.keys import FILE, FILES, KEYS, PATHS, PATHS_KIND, PER_PATH, RULES, VALUE_FILES, Key
from joblint.project.config.kinds import MUST_BE, ConfigValue, Mistake, shown
from joblint.project.config.patterns import Patterns
from joblint.rule.flaw import Flaw

_MOST = 100  # mistakes that are listed: finding what was meant takes milliseconds for each
_LONGEST = 500  # characters of a message


class _Enough(Exception):
    """Raised after more mistakes than are listed."""


class Given(NamedTuple):
    """A value that a key was set to, and where; `name` as in ConfigValue."""

    key: str
    value: str | bool | int | None
    origin: str
    name: str = ""
    line: int = 0
    column: int = 0


class Section(NamedTuple):
    """The values for some paths; for all, if `paths` is None."""

    paths: Patterns | None
    given: tuple[Given, ...]


class Config(NamedTuple):
    """A configuration that was read: its path as messages show it, its sections, and the mistakes in it."""

    path: str
    sections: tuple[Section, ...]
    wrong: tuple[Flaw, ...]


def read(files: tuple[str, ...], base: str, named: bool = False) -> Config:
    """Read the first of some files; report each other one as a mistake. Paths in it are relative to `base`.

    `named`: the user named the file, so it is an error if it is not a configuration.
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
        message = f"conflicts with {os.path.basename(files[0])} in the same directory; keep only one of them"
        reader.wrong.append(Flaw(relative(other), 0, 0, message))
    sections: list[Section] = []
    try:
        sections += reader.sections(root) if root is not None else ()
    except _Enough:
        pass
    wrong = sorted(reader.wrong)
    if wrong and not named and _leads_out(files[0]):
        # It may be a token on the machine that checks a pull request: a log must not quote anything from it.
        message = "links to a file outside the repository that is not valid; to list the mistakes, use `--config`"
        wrong = [Flaw(reader.shown, 0, 0, message)]
    return Config(reader.shown, tuple(sections), tuple(wrong))


def _leads_out(path: str) -> bool:
    """Check whether a file is a link out of its repository, or into its `.git`."""
    real, tree = os.path.realpath(path), tree_of(path)
    return not inside(real, tree) or inside(real, os.path.join(tree, ".git"))


def read_text(text: str, shown: str, per_path: bool = False) -> tuple[tuple[Given, ...], tuple[Flaw, ...]]:
    """Return the values and the mistakes in a text that is not a file, such as an editor's settings as JSON.

    `shown` is its name in messages. With `per_path` it is for some paths, and has the keys of a section.
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
    """Return a path as messages show it: relative to the current directory."""
    try:
        return os.path.relpath(path)
    except (OSError, ValueError):
        return path


class _Reader:
    """Reads one file."""

    def __init__(self, path: str, base: str, named: bool = False) -> None:
        """If `named` is set, the user named the file, and it may also name rules outside of its tree."""
        self.named = named
        self.shown, self.path, self.base = relative(path), path, base
        self.source = Source(self.shown, "")
        self.shift = 0  # of offsets in nodes to those in the file
        self.wrong: list[Flaw] = []

    def unreadable(self, error: Exception) -> None:
        """Note why the file cannot be read, or is not text."""
        place = (error.line, error.column) if isinstance(error, NotText) else (0, 0)
        message = disk.reason(error) if isinstance(error, OSError) else str(error)
        self.wrong.append(Flaw(self.shown, *place, message))

    def root(self) -> Node | None:
        """Return the root of the configuration; None if there is none. Raises OSError, ValueError, ReadError."""
        data = disk.read(self.path)
        if len(data) > MAX_BYTES:
            raise disk.ReadError(f"a configuration must not be larger than {MAX_BYTES >> 20} MiB")
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
        """Return the root of the YAML document. Raises Problem."""
        # Comments above a first `---` are not a document.
        found = [one for one in documents(self.source) if one.root is not None or one.problem is not None]
        if not found:
            return None
        first = found[0]
        if len(found) > 1:
            self.at(found[1].outer(0), "a configuration must be a single document; this is a second one")
        self.shift = first.outer(0)
        root = first.root
        if first.problem is not None:
            raise first.problem
        return root

    def at(self, offset: int, message: str) -> None:
        """Note a mistake at an offset."""
        if len(message) > _LONGEST:
            message = f"{message[:_LONGEST]}…"
        position = self.source.position(min(len(self.source.text), offset + self.shift))
        if len(self.wrong) == _MOST:
            message = "too many mistakes: this one and those after it are not listed"
        self.wrong.append(Flaw(self.shown, *position, message))
        if len(self.wrong) > _MOST:
            raise _Enough

    def sections(self, root: Node) -> Iterator[Section]:
        """Yield the section for all paths, and then those for some."""
        node = target(root)
        if not isinstance(node, Mapping):
            if not isinstance(node, Scalar) or node.value is not None:
                self.at(node.start, f"a configuration must be a mapping, not {shown(node)}")
            return
        for listed in self.values(node, RULES):
            self.own_rules(listed)  # first, because other keys may name them
        yield Section(None, tuple(self.given(node, False)))
        for part in self.values(node, PER_PATH):
            if isinstance(part, Sequence):
                for item in part.items:
                    yield from self.section(target(item))
            else:
                self.at(part.start, f"`{PER_PATH}` must be a list of sections, not {shown(part)}")

    def values(self, mapping: Mapping, name: str) -> Iterator[Node]:
        """Yield the value of a key, if it is set."""
        yield from [target(entry.value) for entry in mapping.entries if entry.name == name][:1]

    def own_rules(self, node: Node) -> None:
        """Load the user's own rules. Mistakes in them are noted at their places in those files."""
        from joblint.checks import own

        within = "" if self.named else tree_of(self.path)
        for found in FILES.read(node):
            if isinstance(found, ConfigValue) and found.value is not None:
                try:
                    flaws = own.load(relative(os.path.join(self.base, str(found.value))), within)
                    self.wrong += flaws
                except own.OwnError as error:
                    self.at(found.node.start, f"`{RULES}`: {error}")

    def section(self, node: Node) -> Iterator[Section]:
        """Yield one section for some paths."""
        if not isinstance(node, Mapping):
            self.at(node.start, f"a section of `{PER_PATH}` must be a mapping with `{PATHS}`, not {shown(node)}")
            return
        paths: list[str] = []
        for listed in self.values(node, PATHS):
            for found in PATHS_KIND.read(listed):
                if isinstance(found, Mistake):
                    self.at(found.node.start, _about(PATHS, found))
                elif isinstance(found.value, str):
                    paths.append(found.value)
        if not any(entry.name == PATHS for entry in node.entries):
            self.at(node.start, f"`{PATHS}` is required in a section of `{PER_PATH}`: the files that it applies to")
        given = tuple(self.given(node, True))
        if paths:
            yield Section(Patterns(paths, self.base, self.shown), given)

    def given(self, mapping: Mapping, per_path: bool) -> Iterator[Given]:
        """Yield the values in a mapping, of keys that exist."""
        seen: set[str] = set()
        for entry in mapping.entries:
            if entry.name in seen:
                self.at(entry.key.start, f"`{entry.name}` is set twice")
                continue
            seen.add(entry.name)
            key = KEYS.get(entry.name)
            if key is not None and (key.per_path or not per_path):
                yield from self.key(key, target(entry.value))
            elif entry.name != (PATHS if per_path else PER_PATH):
                self.at(entry.key.start, _unknown(entry.name, per_path))

    def key(self, key: Key, node: Node) -> Iterator[Given]:
        """Yield the values of a key."""
        for found in key.kind.read(node):
            if isinstance(found, ConfigValue):
                line, column = self.source.position(found.node.start + self.shift)
                value = found.value
                if key.kind in (FILE, FILES, VALUE_FILES) and value is not None:
                    value = relative(os.path.join(self.base, str(value)))
                yield Given(key.name, value, f"{self.shown}:{line}", found.name, line, column)
            else:
                self.at(found.node.start, _about(key.name, found))


def _about(name: str, mistake: Mistake) -> str:
    """Return the message of a mistake with the key's name before it."""
    return f"`{name}` {mistake.message}" if mistake.message.startswith(MUST_BE) else f"`{name}`: {mistake.message}"


def _unknown(name: str, per_path: bool) -> str:
    if per_path and name in KEYS:
        return f"`{name}` applies to the whole run: it is not allowed in a section of `{PER_PATH}`"
    known = [key.name for key in KEYS.values() if key.per_path or not per_path]
    return f"unknown key `{name}`{did_you_mean(name, [*known, PATHS if per_path else PER_PATH])}"
