"""Mistakes made on purpose: the kinds that people make, in whatever style the text is written."""

from collections.abc import Callable, Iterator

from hypothesis import strategies as st

from joblint.engine.fix import apply
from joblint.manifests.document import Document, documents
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence
from joblint.rule.cure.cure import Add, Cure, Delete, Move, Operation, Put, Quote, Rename
from joblint.rule.cure.edit import fix

MISTAKES = ("misspelt", "case", "value case", "quoted", "unquoted", "moved", "twice", "known", "deleted", "alias")
_TWICE = "written-twice-by-mistake"
_KNOWN = {
    "apiVersion": ("batch/v1beta1", "batch/v2alpha1", "Batch/v1", "batch/V1", "batch"),
    "kind": ("job", "cronjob", "Cronjob", "CronJOb"),
    "restartPolicy": ("Always", "never", "Onfailure", ""),
    "schedule": (
        "TZ=Europe/Paris 0 5 * * *",
        "CRON_TZ=UTC */5 * * * *",
        "0 0 * * 7",
        "0 3 * * 1-7",
        "@Daily",
        "0 24 * * *",
    ),
    "concurrencyPolicy": ("forbid", "FORBID"),
    "imagePullPolicy": ("always", "ifNotPresent"),
    "completionMode": ("indexed", "Indexed"),
    "image": ("",),
    "cpu": (2, "0.5", "100", "500M"),
    "memory": ("1gb", "512mb", "100"),
    "value": (1, 0, True, "yes", 1.0),
    "backoffLimit": (-1, "3"),
}


def mistaken(draw: st.DataObject, text: str, kinds: tuple[str, ...] = MISTAKES) -> str:
    """A YAML or JSON text with one mistake more; the text itself where there is no room for the one drawn."""
    found = [document for document in documents(Source("x.yaml", text)) if isinstance(document.root, Mapping)]
    kind = draw.draw(st.sampled_from(kinds))
    if not found:
        return text
    document = draw.draw(st.sampled_from(found))
    if kind == "alias":
        return _with_alias(draw, text, document)
    entries = list(_entries(document.root))
    operation = _operation(draw, kind, document, entries)
    made = None if operation is None else fix(document, Cure(True, "", (operation,)))
    if made is None:
        return text
    after = apply(text, [made])
    if isinstance(operation, Add):
        after = after.replace(_TWICE, draw.draw(st.sampled_from([e.name for e in _of(operation.owner)])))
    return after


def _with_alias(draw: st.DataObject, text: str, document: Document) -> str:
    """An anchor at a value of one line, and an alias to it in the place of another, or nowhere."""
    values: list[Node] = sorted(
        (entry.value for _, entry in _entries(document.root) if _on_one_line(document.text, entry.value)),
        key=lambda node: node.start,
    )
    if not values or document.text[:1] == "{" or "&again" in text:
        return text
    first: Node = draw.draw(st.sampled_from(values))
    start, end = document.base + first.start, document.base + first.end
    others = [node for node in values if node.start > first.end]
    if others and draw.draw(st.sampled_from((True, True, True, False))):
        other = draw.draw(st.sampled_from(others))
        text = text[: document.base + other.start] + "*again " + text[document.base + other.end :]
    return text[:start] + "&again " + text[start:end] + text[end:]


def _on_one_line(text: str, node: Node) -> bool:
    plain = isinstance(node, Scalar) or getattr(node, "flow", False)
    return (
        plain and node.end > node.start and "\n" not in text[node.start : node.end] and text[node.start] not in "&*!|>"
    )


def _entries(root: Node | None) -> Iterator[tuple[Mapping, Entry]]:
    todo = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, Mapping):
            for entry in node.entries:
                yield node, entry
                todo.append(entry.value)
        elif isinstance(node, Sequence):
            todo += node.items


def _of(owner: Node) -> list[Entry]:
    assert isinstance(owner, Mapping)
    return owner.entries


def _operation(
    draw: st.DataObject, kind: str, document: Document, entries: list[tuple[Mapping, Entry]]
) -> Operation | None:
    """A mistake of a kind as an operation; None where there is no room for it."""
    tests: dict[str, Callable[[Entry], bool]] = {
        "misspelt": lambda e: len(e.name) > 3,
        "case": lambda e: e.name.isascii() and e.name[:1].isalpha(),
        "value case": lambda e: isinstance(e.value, Scalar) and e.value.text.isalpha(),
        "quoted": lambda e: isinstance(e.value, Scalar) and not isinstance(e.value.value, str),
        "unquoted": lambda e: isinstance(e.value, Scalar) and isinstance(e.value.value, str),
        "known": lambda e: e.name in _KNOWN and isinstance(e.value, Scalar),
    }
    wanted = tests.get(kind, _any)
    room = [(owner, entry) for owner, entry in entries if isinstance(entry.key, Scalar) and wanted(entry)]
    if not room:
        return None
    owner, entry = draw.draw(st.sampled_from(room))
    if kind in ("misspelt", "case"):
        name = draw.draw(st.sampled_from(_misspelt(entry.name) if kind == "misspelt" else _cases(entry.name)))
        return Rename(entry.key, name) if name != entry.name else None
    if kind == "moved":
        others = {id(other): other for other, _ in entries if other is not owner}
        if not others:
            return None
        return Move(owner, entry.key, draw.draw(st.sampled_from(list(others.values()))), (entry.name,))
    if kind == "twice":
        return Add(owner, (_TWICE,), draw.draw(st.sampled_from(("again", 1, ["a"]))))
    if kind == "deleted":
        return Delete(owner, entry.key)
    return _of_value(draw, kind, entry)


def _any(_: Entry) -> bool:
    return True


def _of_value(draw: st.DataObject, kind: str, entry: Entry) -> Operation:
    node = entry.value
    assert isinstance(node, Scalar)
    if kind == "known":
        return Put(node, draw.draw(st.sampled_from([x for x in _KNOWN[entry.name] if not isinstance(x, float)])))
    if kind == "value case":
        return Put(node, draw.draw(st.sampled_from(_cases(node.text))))
    if kind == "quoted":
        return Quote(node) if not node.style else Put(node, "1")
    return Put(node, draw.draw(st.sampled_from((0, 8080, True, False, None))))


def _misspelt(name: str) -> list[str]:
    half = len(name) // 2
    return [
        name[:half] + name[half + 1 :],
        name[:half] + name[half] + name[half:],
        name[:-2] + name[-1] + name[-2],
        name + "s",
    ]


def _cases(name: str) -> list[str]:
    snake = "".join("_" + c.lower() if c.isupper() else c for c in name)
    return [name.lower(), name[0].swapcase() + name[1:], snake, snake.replace("_", "-")]
