"""From the OpenAPI document of one minor to a JSON Schema of what Job and CronJob use."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ROOT = re.compile(r"^io\.k8s\.api\.batch\.(v\w+)\.((?:Cron)?Job(?:List)?)$")
ENUM = re.compile(
    r'^func schema_(?P<owner>\w+)\(|^\t{5}"(?P<field>[^"]+)": \{$|\tEnum: +\[\]interface\{\}\{(?P<values>[^}]*)\}',
    re.MULTILINE,
)
NULL = "null"
INTEGER_BITS = {"int32": 32, "int64": 64}


def limits(form: str) -> Json:
    """Return the range of an integer of that format."""
    limit = 1 << (INTEGER_BITS[form] - 1)
    return {"minimum": -limit, "maximum": limit - 1}


def integer(form: str) -> Json:
    """Return the schema of an integer of that format."""
    return {"type": ["integer", NULL], "format": form, **limits(form)}


# The texts that the readers of a quantity and of a time accept; corrections.yaml names the sources.
QUANTITY = (
    r"^\s*(?=\S)[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?"
    r"|\.?(?:[numkMGTPE]|[KMGT]i|[eE][+-]?[0-9]+)?)\s*$"
)
TIME = (
    r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d+)?"
    r"(?:Z|[+-](?:[01]\d|2[0-4]):(?:[0-5]\d|60))$"
)
# Types of one value.
SIMPLE: Mapping[str, Json] = {
    **{form: integer(form) for form in INTEGER_BITS},
    "intOrString": {"type": ["integer", "string", NULL], "format": "int-or-string", **limits("int32")},
    "quantity": {"type": ["number", "string", NULL], "format": "quantity", "pattern": QUANTITY},
    "raw": {"x-kubernetes-preserve-unknown-fields": True},
    "time": {"type": ["string", NULL], "format": "date-time", "pattern": TIME},
}
SELF_READ = {"FieldsV1": "raw", "IntOrString": "intOrString", "Quantity": "quantity", "Time": "time"}


def roots(definitions: Json, paths: Json) -> dict[str, str]:
    """Return "apiVersion kind" by definition name for every kind of Job that this minor serves, including lists."""
    found = {}
    for name in definitions:
        match = ROOT.match(name)
        if match:
            version, kind = match.groups()
            plural = kind.removesuffix("List").lower() + "s"
            if f"/apis/batch/{version}/namespaces/{{namespace}}/{plural}" in paths:
                found[name] = f"batch/{version} {kind}"
    return found


def reach(definitions: Json, start: Iterable[str]) -> set[str]:
    """Return the names of all definitions that can be reached from start, including start."""
    seen: set[str] = set()
    todo = list(start)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += references(definitions[name])
    return seen


def references(schema: Any) -> list[str]:
    """Return the names that a schema refers to, at any depth."""
    if isinstance(schema, list):
        return [name for item in schema for name in references(item)]
    if not isinstance(schema, dict):
        return []
    own = [target(schema)] if isinstance(schema.get("$ref"), str) else []
    return own + [name for value in schema.values() for name in references(value)]


def target(schema: Json) -> str:
    """Return the definition that a $ref names, in OpenAPI 2 and 3."""
    return str(schema["$ref"]).rsplit("/", 1)[1]


def short_names(full: Iterable[str]) -> dict[str, str]:
    """Return our short name by definition name: `JobSpec`; `v1beta1.JobSpec` if v1 also has one.

    Takes the names of all minors at once, so that a type has one name in all of them. Raises ValueError for a
    collision.
    """
    parts = {name: tuple(name.rsplit(".", 2)[1:]) for name in full}
    stable = {short for version, short in parts.values() if version == "v1"}
    names = {n: s if v == "v1" or s not in stable else f"{v}.{s}" for n, (v, s) in parts.items()}
    if len(set(names.values())) != len(names):
        raise ValueError(f"two types have the same short name: {sorted(names.values())}")
    return names


class Converter:
    """A converter that creates the schema of one minor.

    needed: the fields that the server really requires, by short type name; names: the short names;
    enums: the result of enums(): the values that Kubernetes documents.
    """

    def __init__(
        self, names: Mapping[str, str], needed: Mapping[str, list[str]], enums: Mapping[tuple[str, str], list[str]]
    ) -> None:
        self.names, self.needed, self.enums = names, needed, enums

    def document(self, minor: int, definitions: Json, served: Mapping[str, str]) -> Json:
        """Return the whole file: the kind is checked first, so that a validator only reports errors for one kind."""
        reached = reach(definitions, served)
        defs = {self.names[n]: self.struct(n, definitions[n]) for n in reached if self.names[n] not in SELF_READ}
        kinds = [(*gvk.split(" "), self.names[name]) for name, gvk in sorted(served.items(), key=lambda item: item[1])]
        return {
            "$schema": DIALECT,
            "title": f"Job and CronJob of Kubernetes 1.{minor}",
            "type": "object",
            "required": ["apiVersion", "kind"],
            "anyOf": [{"properties": _kind(version, kind)} for version, kind, _ in kinds],
            "allOf": [
                {
                    "if": {"properties": _kind(version, kind), "required": ["apiVersion", "kind"]},
                    "then": {"$ref": f"#/$defs/{name}"},
                }
                for version, kind, name in kinds
            ],
            "$defs": {**defs, **SIMPLE},
        }

    def struct(self, name: str, definition: Json) -> Json:
        """Return one Go struct: only its own fields, and null for "no value"."""
        short = self.names[name]
        fields = definition.get("properties", {})
        result: Json = {"type": ["object", NULL], "additionalProperties": False}
        result |= {k: v for k, v in definition.items() if k.startswith("x-kubernetes-")}
        needed = [f for f in self.needed.get(short, []) if f in fields]
        if needed:
            result["required"] = needed
        result["properties"] = {f: self.field(name, f, s) for f, s in sorted(fields.items())}
        return result

    def field(self, owner: str, name: str, schema: Json) -> Json:
        """Return one field; documented values are examples: an enum is checked after decoding, and not everywhere."""
        result = self.value(schema)
        values = self.enums.get((owner.replace("io.k8s", "k8sio", 1).replace(".", "_"), name))
        if values:
            inner = result.get("items", result)
            inner["examples"] = values
        return result

    def value(self, schema: Json) -> Json:
        """Return a value of any type. Raises ValueError for a form that this tool does not know."""
        extra = {k: v for k, v in schema.items() if k.startswith("x-kubernetes-")}
        if "$ref" in schema:
            short = self.names[target(schema)]
            return {"$ref": f"#/$defs/{SELF_READ.get(short, short)}"} | extra
        kind, form = schema.get("type"), schema.get("format")
        if kind == "array":
            return {"type": ["array", NULL], "items": self.value(schema["items"])} | extra
        if kind == "object" and "additionalProperties" in schema:
            return {
                "type": ["object", NULL],
                "additionalProperties": self.value(schema["additionalProperties"]),
            } | extra
        if kind in ("string", "boolean") and form is None:
            return {"type": [kind, NULL]} | extra
        if kind == "integer" and form in INTEGER_BITS:
            return {"$ref": f"#/$defs/{form}"} | extra
        raise ValueError(f"a form that tools/schemas does not know: {schema}")


def _kind(version: str, kind: str) -> Json:
    return {"apiVersion": {"const": version}, "kind": {"const": kind}}


def enums(go: str) -> dict[tuple[str, str], list[str]]:
    """Return the documented values by (definition, such as `k8sio_api_batch_v1_JobSpec`; field).

    go: the text of zz_generated.openapi.go. The published documents do not contain the enums.
    """
    found = {}
    owner = field = ""
    for match in ENUM.finditer(go):
        owner, field = match["owner"] or owner, match["field"] or field
        if match["values"]:
            found[owner, field] = sorted(value for value in json.loads(f"[{match['values']}]") if value)
    return found


def published(definitions: Json, names: Mapping[str, str]) -> set[str]:
    """Return "Type.field" for everything that a document requires of the types in names."""
    return {f"{short}.{f}" for full, short in names.items() for f in definitions.get(full, {}).get("required", ())}


def fields(definitions: Json, names: Mapping[str, str]) -> set[str]:
    """Return "Type.field" for all fields of the types in names."""
    return {f"{short}.{f}" for full, short in names.items() for f in definitions.get(full, {}).get("properties", ())}


def with_required(schema: Json, needed: Mapping[str, list[str]]) -> Json:
    """Return the schema with the corrections of `required` applied again: it is equal if nothing has changed."""
    defs = {name: {k: v for k, v in struct.items() if k != "required"} for name, struct in schema["$defs"].items()}
    for name, struct in defs.items():
        fields = [f for f in needed.get(name, []) if f in struct.get("properties", {})]
        if fields:
            struct["required"] = fields
    return schema | {"$defs": defs}
