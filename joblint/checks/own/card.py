"""A user's card: joblint's own format with the condition in CEL; its mistakes are reported with their place."""

import re
from typing import Any, NamedTuple

from joblint.checks.own.cel import Expression, compile_
from joblint.checks.own.flaw import Wrong
from joblint.checks.own.known import check_expression, check_path
from joblint.checks.own.nodes import entries, listed, plain, struct, text
from joblint.kube.minors import minor as facts
from joblint.kube.minors.versions import known as known_versions
from joblint.kube.minors.versions import parse_versions
from joblint.kube.nearest import did_you_mean
from joblint.manifests.document import Document
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence
from joblint.rule.finding import EFFECTS, SEVERITIES

SELF, OBJECT = "self", "object"
VARIABLES = (SELF, OBJECT)
ROOTS = ("Job", "CronJob", "v1beta1.CronJob")
CAN = ("mistake", "advice")  # the others are facts about the API server
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_STEP = re.compile(r"\.?([A-Za-z0-9$_]+)|\[([^\[\]]+)\]")
_REQUIRED = ("name", "effects", "on", "summary", "condition")
_TEXTS = ("summary", "why", "docs", "source", "message")
_KEYS = (
    *_REQUIRED, "why", "docs", "source", "fix", "severity", "since", "field", "message", "messageExpression", "bad",
    "good",
)  # fmt: skip
_EXAMPLE = {
    "manifest", "line", "old", "kube-version", "feature-gates", "field-validation", "files", "language",
}  # fmt: skip
_RESERVED = ("all", "own", "test", "export", *EFFECTS)
_BETA = "v1beta1."


class Card(NamedTuple):
    """One rule: its name, what it checks, and what must be true there.

    `types` are the Kubernetes types whose values it checks, `field` the steps below a value to the place of a report,
    `since` the oldest minor (27 for 1.27) for which it is checked.
    `content` is all of the card as plain data, `examples` the nodes of its examples, each with whether it is a bad one.
    """

    document: Document
    name: str
    effect: str
    severity: str
    types: tuple[str, ...]
    since: int
    condition: Expression
    field: tuple[str | int, ...]
    message: str
    message_expression: Expression | None
    content: dict[str, Any]
    examples: tuple[tuple[Mapping, bool], ...]


def read_card(document: Document, root: Mapping) -> Card:
    """Return the card in a document. Raises Wrong, and OwnError if CEL is not installed."""
    parts = entries(root)
    for entry in root.entries:
        name = _key(entry)
        if name not in _KEYS:
            raise Wrong(entry.key, f"a card has no key `{name}`{did_you_mean(name, _KEYS)}")
        parts[name] = parts[entry.name]
    for key in _REQUIRED:
        if key not in parts:
            raise Wrong(root, f"`{key}` is required in a card")
    for key in _TEXTS:
        if key in parts:
            text(parts[key], key)
    fix = parts.get("fix")
    if fix is not None and not (isinstance(fix, Scalar) and fix.text == "none"):
        raise Wrong(fix, "a rule in CEL cannot have a fix: use `none`, or remove `fix`")
    message, condition = parts.get("messageExpression"), parts["condition"]
    types, field = _types(parts["on"]), parts.get("field")
    return Card(
        document,
        _name(parts["name"]),
        _effect(parts["effects"]),
        _severity(parts.get("severity")),
        types,
        _since(parts.get("since")),
        _compiled(condition, "condition", types, "BOOL"),
        () if field is None else _field(field, types),
        " ".join(text(parts.get("message", parts["summary"]), "message").split()),
        None if message is None else _compiled(message, "messageExpression", types, "STRING"),
        {_key(entry): plain(entry.value) for entry in root.entries},
        (*_examples(parts.get("bad"), "bad", True), *_examples(parts.get("good"), "good", False)),
    )


def _key(entry: Entry) -> str:
    """Return a key as it is written: to YAML `on` is a boolean."""
    return entry.key.text if isinstance(entry.key, Scalar) else entry.name


def check_name(node: Node, name: str) -> str:
    """Return a rule's name, if it is valid. Raises Wrong."""
    if not _NAME.fullmatch(name):
        raise Wrong(node, "a rule's name must consist of lower-case letters, digits and single hyphens")
    if name in _RESERVED:
        raise Wrong(node, f"`{name}` is a reserved word: choose another name")
    return name


def _name(node: Node) -> str:
    return check_name(node, text(node, "name"))


def _effect(node: Node) -> str:
    words = node.items if isinstance(node, Sequence) else [node]
    if len(words) != 1 or text(words[0], "effects") not in CAN:
        raise Wrong(node, f"`effects` must be one of {', '.join(f'`{word}`' for word in CAN)}")
    return text(words[0], "effects")


def _severity(node: Node | None) -> str:
    if node is None:
        return ""
    if text(node, "severity") not in SEVERITIES:
        raise Wrong(node, f"`severity` must be one of {', '.join(f'`{word}`' for word in SEVERITIES)}")
    return text(node, "severity")


def _since(node: Node | None) -> int:
    if node is None:
        return facts.OLDEST
    try:
        (minor,) = parse_versions(node.text if isinstance(node, Scalar) else "")
    except ValueError:
        raise Wrong(node, f"`since` must be a Kubernetes minor version, such as `1.27`; {known_versions()}") from None
    return minor


def _types(node: Node) -> tuple[str, ...]:
    known = facts.type_names()
    types: list[str] = []
    for one in node.items if isinstance(node, Sequence) else [node]:
        name = text(one, "on")
        if name not in known or name.startswith(_BETA):
            raise Wrong(one, f"`{name}` is not a Kubernetes type in Jobs{did_you_mean(name, known)}")
        types += [word for word in (name, _BETA + name) if word in known]
    if not types:
        raise Wrong(node, "`on` must be a Kubernetes type, such as `Container`")
    return tuple(types)


def _compiled(node: Node, name: str, types: tuple[str, ...], wanted: str) -> Expression:
    expression = compile_(text(node, name), node, VARIABLES, wanted)
    check_expression(expression, {SELF: types, OBJECT: ROOTS})
    return expression


def _field(node: Node, types: tuple[str, ...]) -> tuple[str | int, ...]:
    path = text(node, "field")
    steps: list[str | int] = []
    at = 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None or (at == 0 and step[0].startswith(".")):
            raise Wrong(node, "`field` must be a path below the value, such as `securityContext.runAsNonRoot`", at)
        steps.append(step[1] or (int(step[2]) if step[2].isdigit() else step[2].strip("'\"")))
        at = step.end()
    check_path(node, steps, types)
    return tuple(steps)


def _examples(node: Node | None, name: str, bad: bool) -> list[tuple[Mapping, bool]]:
    examples = []
    for item in listed(node, name):
        if not isinstance(item, Mapping):
            raise Wrong(item, "an example must be a mapping with `manifest`")
        parts = entries(item)
        if "manifest" not in parts:
            raise Wrong(item, "`manifest` is required in an example")
        text(parts["manifest"], "manifest")
        for entry in item.entries:
            if entry.name not in _EXAMPLE:
                raise Wrong(entry.key, f"an example has no key `{entry.name}`{did_you_mean(entry.name, _EXAMPLE)}")
        for other, value in struct(parts.get("files"), "files").items():
            text(value, other)
        examples.append((item, bad))
    return examples
