"""The three-way strategic merge that `kubectl apply` does with an object on the server.

Fields that only the old manifest has are removed, fields that only the server set stay, and the new manifest takes
precedence. Lists of objects are merged by their key if Kubernetes says so, all others are replaced.
Source: apimachinery pkg/util/strategicpatch/patch.go (CreateThreeWayMergePatch with overwrite, StrategicMergePatch),
which make a patch and apply it; the merge here does both steps at once.
"""

from collections.abc import Callable

from joblint.kube.minors.minor import Facts
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, merged, target
from joblint.rule.report import place
from joblint.rule.value import Value
from joblint.server.update.changed import changes

_MERGE, _REPLACE, _RETAIN_KEYS = "merge", "replace", "retainKeys"


def merge(live: Value | None, new: Value, facts: Facts) -> tuple[Value, dict[str, list[Value]]]:
    """Return the merged object, and its structs by type. The live and the new object are not changed.

    Without a live object, the result is the new one: the body of a PUT.

    Values from the new manifest keep their place in it; values that stay from the live object get the place of the
    struct that they are in.
    """
    root = _Merge(facts).value(live, new, None, "")
    by_type: dict[str, list[Value]] = {}
    for value in root.walk():
        if value.type[0] not in "[{" and isinstance(value.data, dict):
            by_type.setdefault(value.type, []).append(value)
    return root, by_type


class _Merge:
    """A merge of values.

    `added`, below: the new value is added to what is there, and no earlier manifest is considered.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def value(
        self,
        live: Value | None,
        new: Value,
        parent: Value | None,
        step: str | int,
        *,
        retain: bool = False,
        added: bool = False,
    ) -> Value:
        """Return the merge of two values. `retain`: what the new one does not have is removed, whoever has set it."""
        made = Value(new.type, new.node, new.key, parent, step, new.data)
        made.use = new.use
        if live is not None and live.data.__class__ is not new.data.__class__:
            live = None
        if isinstance(new.data, dict):
            made.data = {}
            self._entries(live, new, made, retain, added)
        elif isinstance(new.data, list):
            made.data = []
            self._list(live, new, made, added)
        return made

    def _entries(self, live: Value | None, new: Value, made: Value, retain: bool, added: bool) -> None:
        nulls = _named(new.node, _is_null)
        for name, child in new.data.items():
            if name not in nulls:
                whole = _REPLACE in self._strategy(new, name)
                before = None if live is None or whole else live.data.get(name)
                made.data[name] = self.value(before, child, made, name, added=added)
        if live is None or (retain and not added):
            return
        gone = nulls if added else nulls | _named(live.node)
        for name, child in live.data.items():
            if name not in made.data and name not in gone:
                made.data[name] = _leftover(child, made, name)

    def _strategy(self, owner: Value, name: str) -> frozenset[str]:
        return self._facts.patch_strategy(owner.type, name) if owner.type[0] not in "[{" else frozenset()

    def _list(self, live: Value | None, new: Value, made: Value, added: bool) -> None:
        strategy: frozenset[str] = frozenset()
        keys: tuple[str, ...] = ()
        if live is not None and live.data and new.parent is not None and isinstance(new.step, str):
            strategy = self._strategy(new.parent, new.step)
            keys = self._facts.list_keys(new.parent.type, new.step) if _MERGE in strategy else ()
        if live is None or not keys:
            for i, item in enumerate(new.data):
                made.data.append(self.value(None, item, made, i))
            return
        befores, afters = _by_key(live, keys[0]), _by_key(new, keys[0])
        for key, items in afters.items():
            self._equals(befores.get(key, []), items, made, _RETAIN_KEYS in strategy, added)
        for key, items in befores.items() if added else ():
            if key not in afters:
                made.data.extend(_leftover(item, made, 0) for item in items)
        for i, item in enumerate(made.data):
            item.step = i

    def _equals(self, befores: list[Value], afters: list[Value], made: Value, retain: bool, added: bool) -> None:
        """Merge the elements of a list that have the same key: usually one on either side."""
        if len(afters) == 1 and len(befores) < 2:
            before = befores[0] if befores else None
            made.data.append(self.value(before, afters[0], made, 0, retain=retain, added=added))
        else:
            made.data.extend(self._several(befores, afters, made, retain, added))

    def _several(
        self, befores: list[Value], afters: list[Value], made: Value, retain: bool, added: bool
    ) -> list[Value]:
        """Return the merge of several elements: kubectl compares the last with the last, and so on.

        (It sorts by key, which reverses equal elements.) Elements that differ or are new change the first one on the
        server. If some were removed, all are.
        """
        if len(befores) > len(afters) and not added:
            return []
        results = {id(before): _leftover(before, made, 0) for before in befores}
        patches: list[tuple[Value, set[str]]] = []
        for i, item in enumerate(afters if added else reversed(afters)):
            before = befores[-1 - i] if i < len(befores) and not added else None
            gone = set() if before is None else _named(before.node) - _named(item.node)
            if before is None or gone or _differ(before, item):
                patches.append((item, gone))
            else:
                results[id(before)] = self.value(before, item, made, 0, retain=retain)
        first, rest = next(iter(results.values()), None), list(results.values())[1:]
        for item, gone in patches:
            first = self.value(first, item, made, 0, added=True)
            for name in gone:
                first.data.pop(name, None)
        return rest if first is None else [first, *rest]


def _differ(before: Value, after: Value) -> bool:
    """Return whether kubectl finds that an element has changed."""
    if not isinstance(before.data, dict) or not isinstance(after.data, dict):
        return True
    return any(any(changes(before.data.get(name), child, after, name)) for name, child in after.data.items())


def _leftover(value: Value, parent: Value, step: str | int) -> Value:
    """Return a copy of a value that is not in the new manifest, at its owner's place."""
    at = place(parent)
    made = Value(value.type, Node(at.start, at.end), None, parent, step, value.data)
    if isinstance(value.data, dict):
        made.data = {}
        for name, child in value.data.items():
            made.data[name] = _leftover(child, made, name)
    elif isinstance(value.data, list):
        made.data = []
        for i, child in enumerate(value.data):
            made.data.append(_leftover(child, made, i))
    return made


def _by_key(listed: Value, key: str) -> dict[str, list[Value]]:
    by_key: dict[str, list[Value]] = {}
    for item in listed.data:
        by_key.setdefault(_key(item, key), []).append(item)
    return by_key


def _key(item: Value, name: str) -> str:
    """Return the text that identifies an element on the other side; for an opaque one, how it is written."""
    value = item.data.get(name) if isinstance(item.data, dict) else None
    if value is None:
        return ""
    return f"\0{getattr(value.node, 'text', '')}" if value.opaque else str(value.data)


def _named(node: Node, which: Callable[[Node], bool] = lambda _: True) -> set[str]:
    """Return the keys of a mapping, including those of merge keys; of equal keys, the last counts."""
    if not isinstance(node, Mapping):
        return set()
    last = {entry.name: which(entry.value) for entry, _ in merged(node)}
    return {name for name, counts in last.items() if counts}


def _is_null(raw: Node) -> bool:
    node = target(raw)
    return isinstance(node, Scalar) and node.value is None
