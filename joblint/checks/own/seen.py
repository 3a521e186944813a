"""An object as CEL sees it: plain data, with everything that the API server fills in, and without empty values.

Source: apiserver pkg/admission/plugin/policy/generic (VersionedObject is what is converted to unstructured data), after
rest.BeforeCreate: it has the defaults and the changes of a Job's strategy (joblint/server/update/live.py).
"""

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from joblint.checks.own.reads import ANY, Path
from joblint.kube.quantity.quantity import BINARY_SUFFIXES, SUFFIXES, Quantity
from joblint.rule.context import Context
from joblint.rule.settings import STRICT
from joblint.rule.value import HIDDEN, Opaque, Value
from joblint.server.update import defaults, live
from joblint.server.update.zero import absent, parts
from joblint.server.verdict import Judge

if TYPE_CHECKING:
    from joblint.checks.own.namespaces import Namespace

Steps = tuple[str | int, ...]
_DECIMAL = {exponent: suffix for suffix, exponent in SUFFIXES.items()}


class Seen:
    """One object in one minor: `root` as values, with those that the server fills in, and `data` as CEL sees it."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._steps: dict[int, Steps] = {}  # to the values that `data` has
        self._hidden: dict[int, list[Path]] = {}
        copy = self.root = _copy(ctx.root, None)
        metadata = copy.data.get("metadata")
        if metadata is not None and isinstance(metadata.data, dict) and "name" not in metadata.data:
            defaults.put(metadata, "name", "string", HIDDEN)  # the server generates it from generateName
        if metadata is not None and isinstance(metadata.data, dict):
            _put_namespace(metadata, ctx.namespace)
        try:
            live.complete(copy, ctx)
        except Opaque:
            pass  # the file does not show a part that others depend on; what was filled in before is kept
        self.data = self._plain(copy, ())
        self.data.setdefault("status", {})
        self.data |= {"apiVersion": ctx.manifest.api_version, "kind": ctx.kind}

    @cached_property
    def refused(self) -> bool:
        """Whether the API server itself rejects the object: then no policy ever sees it."""
        ctx = self._ctx
        judge = Judge(lambda _, effect: effect == "rejected", STRICT, ctx.corpus)
        return any(report.effect == "rejected" for _, report in judge.verdict(ctx.manifest, ctx.kind, ctx.facts))

    @cached_property
    def namespace(self) -> "Namespace":
        """The object's namespace."""
        from joblint.checks.own.namespaces import Namespace

        return Namespace((self.data.get("metadata") or {}).get("namespace") or "", self._ctx)

    def of(self, types: Sequence[str]) -> list[Value]:
        """Return the values of some types, in the order of the file."""
        return [value for value in self.root.walk() if value.type in types and id(value) in self._steps]

    def steps(self, value: Value) -> Steps:
        """Return the path from the object to one of its values, in `data`; an index is a number."""
        return self._steps[id(value)]

    def hidden(self, value: Value | None = None) -> list[Path]:
        """Return the paths below a value (None: the object) to what the file does not show; an index is ANY."""
        top = self.root if value is None else value
        if id(top) not in self._hidden:
            self._hidden[id(top)] = _hidden(top)
        return self._hidden[id(top)]

    def _plain(self, value: Value, steps: Steps) -> Any:
        data: Any = value.data
        if isinstance(data, dict):
            struct = value.type[0] not in "[{"
            always = parts(value.type) if struct else ()
            names = [name for name in data if not struct or name in always or not absent(value, name)]
            data = {name: self._plain(data[name], (*steps, name)) for name in names}
        elif isinstance(data, list):
            data = [self._plain(item, (*steps, number)) for number, item in enumerate(data)]
        elif isinstance(data, Quantity):
            data = canonical(data)
        elif data is HIDDEN:
            data = None
        self._steps[id(value)] = steps
        return data


def _hidden(top: Value) -> list[Path]:
    paths: list[Path] = []
    stack: list[tuple[Value, Path]] = [(top, ())]
    while stack:
        one, path = stack.pop()
        if one.data is HIDDEN:
            paths.append(path)
        elif isinstance(one.data, dict):
            stack.extend((child, (*path, name)) for name, child in one.data.items())
        elif isinstance(one.data, list):
            stack.extend((child, (*path, ANY)) for child in one.data)
    return paths


def _put_namespace(metadata: Value, namespace: str) -> None:
    """Set the namespace of the request, as the server does before admission for an object without one.

    Source: apiserver pkg/endpoints/handlers/create.go, EnsureObjectNamespaceMatchesRequestNamespace.
    """
    written = metadata.get("namespace")
    if written is None or written.data in ("", None):
        defaults.put(metadata, "namespace", "string", namespace)


def _copy(value: Value, parent: Value | None) -> Value:
    made = Value(value.type, value.node, value.key, parent, value.step, value.data)
    made.use = value.use
    if isinstance(value.data, dict):
        made.data = {name: _copy(child, made) for name, child in value.data.items()}
    elif isinstance(value.data, list):
        made.data = [_copy(child, made) for child in value.data]
    return made


def canonical(quantity: Quantity) -> str:
    """Return a quantity as the API server writes it: `1000m` is `1`, and `1024Ki` is `1Mi`.

    Source: apimachinery pkg/api/resource, quantity.go (CanonicalizeBytes), amount.go.
    """
    suffix = next((one for one in BINARY_SUFFIXES if quantity.text.endswith(one)), "")
    if not quantity.digits:
        return "0"
    sign = "-" if quantity.negative else ""
    if suffix:
        number = quantity.value()
        if abs(number) >= 1024 and number * 1000 == quantity.milli():
            return _binary(number)
    digits = quantity.digits.rstrip("0")
    exponent = quantity.exponent + len(quantity.digits) - len(digits)
    down = exponent - exponent % 3
    if "e" in quantity.text or "E" in quantity.text[:-1]:
        return f"{sign}{digits}{'0' * (exponent - down)}{f'e{down}' if down else ''}"
    if down not in _DECIMAL:
        return quantity.text
    return f"{sign}{digits}{'0' * (exponent - down)}{_DECIMAL[down]}"


def _binary(number: int) -> str:
    for suffix, power in reversed(BINARY_SUFFIXES.items()):
        if number % (1 << power) == 0:
            return f"{number >> power}{suffix}"
    return str(number)


class _Last(threading.local):
    """The current object, which all rules see; each thread has its own."""

    ctx: Context | None = None
    seen: Seen | None = None


_last = _Last()


def seen(ctx: Context) -> Seen:
    """Return the current object as CEL sees it."""
    if _last.seen is None or _last.ctx is not ctx:
        _last.ctx, _last.seen = ctx, Seen(ctx)
    return _last.seen
