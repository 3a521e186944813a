"""Odd values for every field of every type that a Job or CronJob can reach, from schemas/.

They have wrong types, or are null, empty, negative, huge, unknown or duplicate.
"""

import itertools
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path as File
from typing import Any

import yaml

from conformance.generate.bases import JOB, base
from conformance.generate.language import Path, Step, applied

HERE = File(__file__).parent
SCHEMAS = HERE.parent.parent / "schemas"
SKIPPED = frozenset(("JobStatus", "CronJobStatus", "ManagedFieldsEntry"))  # the server clears them
TIMES = 2  # how often a type is visited: a Container is in containers and in initContainers
DEEPEST = 16
WRONG: dict[str, tuple[Any, ...]] = {  # values that no reader accepts for that type
    "string": (5, True, 1.5, ["a"], {"a": "b"}),
    "integer": ("5", 1.5, True, [1], {"a": 1}, 9223372036854775808),
    "boolean": ("true", 1, ["a"], {"a": True}),
    "array": ({}, "a", 5, True),
    "object": ([], "a", 5, [{}]),
    "map": ([], "a", {"a": ["b"]}, 5),
    "quantity": ([1], {"a": 1}, True, "x", "1 Gi", "--1"),
    "int-or-string": (1.5, True, [1], {"a": 1}, 2147483648),
    "date-time": (5, "yesterday", "2026-01-01", ["a"]),
}
ODD: dict[str, tuple[Any, ...]] = {  # values that can be read, and may be rejected
    "string": ("", None, "a b", "A_", "-", "x" * 300, "a.b/c", "../a", "naïve", "5"),
    "integer": (0, -1, None, 2147483647, 1, -2147483648),
    "boolean": (True, False, None),
    "array": ([], None, [None]),
    "object": ({}, None, {"unknownField": 1}),
    "map": ({}, None, {"a": None}, {"": ""}, {"a b": "c d"}, {"a": 1}, {"a": "b"}),
    "quantity": ("", "-1", None, 0, 1.5, "1e3", "0.0000000001", 12345678901234567890, "1Ei"),
    "int-or-string": ("", None, 0, -1, 65536, "a b", "80"),
    "date-time": (None, "", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789+14:00"),
}


def manifests(seed: int) -> Iterator[tuple[str, Any]]:
    """Yield (id, manifest): for each field a value of the wrong type, an odd value, and one or two more."""
    number = itertools.count()
    for place, name, schema in fields():
        dice = random.Random(f"{seed} {name} {place}")
        for value in _values(schema, dice):
            kind = "CronJob" if place[0] == "cron" or dice.random() < 0.2 else "Job"
            yield f"types-{next(number):04}", _with(kind, place, value)


def fields() -> Iterator[tuple[Path, str, Any]]:
    """Yield (path below the Job's or CronJob's spec, Type.field, schema) for all minors together."""
    walked: dict[str, int] = {}
    queue: list[tuple[Path, str]] = [(("job",), "JobSpec"), (("cron",), "CronJobSpec")]
    for path, type_ in queue:
        walked[type_] = walked.get(type_, 0) + 1
        if walked[type_] > TIMES or type_ in SKIPPED or len(path) > DEEPEST:
            continue
        for field, schema in sorted(_types()[type_].items()):
            yield (*path, field), f"{type_}.{field}", schema
            below, inner = _inside(schema)
            if inner in _types() and inner != "JobTemplateSpec":
                queue.append(((*path, field, *below), inner))


def _inside(schema: Any) -> tuple[Path, str]:
    """Return the path to the type that a field contains, and that type; "" if it contains none."""
    below: Path = ()
    if "items" in schema:
        below, schema = (0,), schema["items"]
    return below, schema.get("$ref", "").rpartition("/")[2]


@cache
def _types() -> dict[str, dict[str, Any]]:
    """Return the schemas: type -> field -> schema. If minors differ, the newest one that has the field counts."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(SCHEMAS.glob("v1.*.json")):
        for name, schema in json.loads(file.read_text())["$defs"].items():
            if "properties" in schema:
                found.setdefault(name, {}).update(schema["properties"])
    return found


@cache
def _scaffolds() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((HERE / "scaffolds.yaml").read_text())
    return loaded


def _values(schema: Any, dice: random.Random) -> Iterator[Any]:
    sort = _sort(schema)
    if sort not in ODD:
        return
    yield dice.choice(WRONG[sort])
    yield dice.choice(ODD[sort])
    if words := schema.get("examples"):
        yield dice.choice(words)
        yield dice.choice(words).lower()
    elif sort == "array" and (inner := _scaffolds().get(_inside(schema)[1])):
        yield [inner, inner]
    elif sort == "object" and (inner := _scaffolds().get(_inside(schema)[1])):
        yield {**inner, "unknownField": 1}


def _sort(schema: Any) -> str:
    """Return one of the words of WRONG, or another word without values."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name:
        plain = {"int32": "integer", "int64": "integer", "quantity": "quantity", "intOrString": "int-or-string"}
        return {**plain, "time": "date-time", "raw": "raw"}.get(name, "object")
    if "additionalProperties" in schema:
        return "map"
    return next((word for word in schema.get("type", ()) if word != "null"), "raw")


def _with(kind: str, place: Path, value: Any) -> Any:
    """Return a manifest with that value in its place, and with what the surrounding fields need (scaffolds.yaml)."""
    root = ("spec",) if place[0] == "cron" else JOB[kind]
    manifest: Any = base("plain", kind)
    type_ = "CronJobSpec" if place[0] == "cron" else "JobSpec"
    at = root
    for key in place[1:-1]:
        at = (*at, key)
        if not isinstance(key, int):
            below, type_ = _inside(_types()[type_][key])
            scaffold = _scaffolds().get(type_, {})
            try:
                node = _get(manifest, at)
            except LookupError:
                node = None
            if node is None:
                manifest = applied(manifest, (Step(at, "=", [scaffold] if below else scaffold),))
    return applied(manifest, (Step((*root, *place[1:]), "=", value),))


def _get(node: Any, path: Path) -> Any:
    for key in path:
        node = node[key]
    return node
