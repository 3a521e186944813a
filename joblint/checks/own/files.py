"""The files of users' rules, and what is in them: cards, policies, and objects that policies use as parameters."""

import os
from collections.abc import Iterator

from joblint.checks.own.card import Card, read_card
from joblint.checks.own.flaw import OwnError, Wrong, flaw
from joblint.checks.own.nodes import Objects
from joblint.checks.own.objects import POLICY, check_objects, flattened
from joblint.checks.own.policy import Policy, read_policies
from joblint.manifests import disk
from joblint.manifests.boundary import inside, tree_of
from joblint.manifests.document import Document, split
from joblint.manifests.source import NotText, Source, decode
from joblint.manifests.yaml.tree import Mapping, Problem, Scalar, target
from joblint.rule.flaw import Flaw
from joblint.rule.own import OWN

MAX_BYTES = 1 << 20  # of a file of rules
_SUFFIXES = (".yaml", ".yml", ".json")
_MAX_FILES = 1000
_MAX_DIRECTORIES = 10_000
_MAX_RULES = 1000

Rule = Card | Policy


def check_place(path: str, within: str) -> str:
    """Return the real path of the tree that rules are in: `within`, or that of the path as it is written.

    Raises OwnError if the path leads out of it: the messages of a rule may show to everyone what the rule reads.
    """
    tree = within or tree_of(path)
    real = os.path.realpath(path)
    if inside(real, tree) or (not within and path.startswith(disk.STREAMS)):
        return tree
    if within:
        raise OwnError(f"{path}: outside of {tree}; a configuration can only use rules in its tree, so use --rules")
    raise OwnError(f"{path}: a link to {real}, which is outside of {tree}; use the real path")


def read(path: str, tree: str = "") -> tuple[list[Rule], list[Flaw]]:
    """Return the rules in a file, or in a directory and all below it, and what is wrong with them.

    No link may lead out of `tree`, a real path. Objects that no rule uses are noted (rule/own.py). Raises OwnError.
    """
    tree = tree or check_place(path, "")
    own_rules: list[Rule] = []
    flaws: list[Flaw] = []
    objects: Objects = []
    for name in _names(path):
        for document in _documents(name, flaws, "" if name == path else tree):
            try:
                root = _root(document)
                if root is None:
                    continue
                if _kind(root):
                    objects += flattened(document, root)
                else:
                    own_rules.append(read_card(document, root))
            except Wrong as wrong:
                flaws.append(flaw(document, wrong.node, wrong.message, wrong.offset))
            except Problem as problem:
                flaws.append(_unreadable(document, problem))
    idle = check_objects(objects, flaws)
    own_rules += read_policies(objects, flaws)
    if not own_rules and not flaws:
        if not idle:
            raise OwnError(f"{path}: no rules found, neither a card nor a {POLICY}")
        flaws += [flaw(document, node, why) for document, node, why in idle]
    if len(own_rules) > _MAX_RULES:
        raise OwnError(f"{path}: more than {_MAX_RULES} rules")
    for document, node, why in idle:
        one = flaw(document, node, why)
        OWN.note_left(f"{one.path}:{one.line}:{one.column}", why)
    return own_rules, flaws


def _names(path: str) -> Iterator[str]:
    if not os.path.isdir(path):
        if not os.path.exists(path):
            raise OwnError(f"{path}: no such file or directory")
        yield path
        return
    count = 0
    for number, (directory, inner, names) in enumerate(os.walk(path)):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        if number >= _MAX_DIRECTORIES:
            raise OwnError(f"{path}: more than {_MAX_DIRECTORIES} directories; use only the directory of the rules")
        for name in sorted(names):
            if name.endswith(_SUFFIXES) and not name.startswith("."):
                count += 1
                if count > _MAX_FILES:
                    raise OwnError(f"{path}: more than {_MAX_FILES} files; use only the directory of the rules")
                yield os.path.join(directory, name)


def _documents(path: str, flaws: list[Flaw], tree: str) -> list[Document]:
    """Return the documents of a file, which must be in `tree`, if that is not empty."""
    try:
        real = os.path.realpath(path)
        if tree and not inside(real, tree):
            raise disk.ReadError(f"a link to {real}, which is outside of {tree}")
        data = disk.read(path)
        if len(data) > MAX_BYTES:
            raise disk.ReadError(f"larger than {MAX_BYTES >> 20} MiB, the limit for a file of rules")
        source = Source(path, decode(data))
        return list(split(source, source.text))
    except OSError as error:
        flaws.append(Flaw(path, 0, 0, disk.reason(error)))
    except disk.ReadError as error:
        flaws.append(Flaw(path, 0, 0, str(error)))
    except NotText as error:
        flaws.append(Flaw(path, error.line, error.column, error.reason))
    return []


def _root(document: Document) -> Mapping | None:
    """Return the mapping of a document; None if the document is empty. Raises Problem and Wrong."""
    root = document.root
    if document.problem is not None:
        raise document.problem
    if root is None:
        return None
    node = target(root)
    if isinstance(node, Mapping):
        return node
    if isinstance(node, Scalar) and node.value is None:
        return None
    raise Wrong(node, "a card must be a mapping")


def _kind(root: Mapping) -> bool:
    """Return whether it is a Kubernetes object, not a card."""
    return any(entry.name in ("kind", "apiVersion") for entry in root.entries)


def _unreadable(document: Document, problem: Problem) -> Flaw:
    message = f"{problem.message}: {problem.hint}" if problem.hint else problem.message
    at = max(0, min(document.base + problem.offset, len(document.source.text)))
    return Flaw(document.source.path, *document.source.position(at), message)
