"""Makes the bundle from rules/ and schemas/. Imported only when it has to be made.

The bundle has, sorted:
- minors: the minors, oldest first; bit i of a mask is the i-th of them;
- types: struct -> field -> [type expression, mask, ...]: one pair for each type that the field has had;
- served: "apiVersion kind" -> mask;
- enums, lists: "Type.field" -> [documented values, mask, ...]; -> [{x-kubernetes keyword: value}, mask, ...];
- gates: name -> {on, known, locked, alpha, beta: masks; guards: [{field, under, ...}]; stages: as in features.yaml};
- others: name of a gate that does not affect Jobs -> [on, known, locked, alpha, beta]: masks;
- dependencies: gate -> {a gate that must be on with it: mask};
- rules: the cards, without why, docs, source and examples.
"""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from joblint.kube.minors import MASKS, RULES, SCHEMAS, Bundle, BundleError

Json = dict[str, Any]
_PREFIX = "v1."
_LISTS = (
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-patch-merge-key",
    "x-kubernetes-patch-strategy",
)
_ADVICE = "advice"


def compile_(root: str) -> Bundle:
    """Return the content of the bundle. Raises BundleError, which names the invalid file."""
    schemas = _schemas(os.path.join(root, SCHEMAS))
    content: Bundle = {"minors": list(schemas), "types": {}, "served": {}, "enums": {}, "lists": {}}
    for bit, schema in enumerate(schemas.values()):
        _add(content, schema, 1 << bit)
    _backfill(content["enums"])
    features = yaml_mapping(os.path.join(root, SCHEMAS, "features.yaml"))
    content["gates"] = {gate["name"]: _gate(gate, list(schemas)) for gate in features["gates"]}
    content["others"] = {gate["name"]: list(_masks(gate, list(schemas)).values()) for gate in features["others"]}
    content["dependencies"] = {
        gate["name"]: {other["gate"]: _ranges(other["minors"], list(schemas)) for other in gate["dependencies"]}
        for gate in (*features["gates"], *features["others"])
        if "dependencies" in gate
    }
    content["rules"] = _rules(os.path.join(root, RULES))
    return content


def _schemas(directory: str) -> dict[int, Json]:
    """Return minor -> its schema, oldest first."""
    names = [name for name in os.listdir(directory) if name.startswith(_PREFIX) and name.endswith(".json")]
    schemas = {}
    for minor in sorted(int(name[len(_PREFIX) : -len(".json")]) for name in names):
        path = os.path.join(directory, f"{_PREFIX}{minor}.json")
        try:
            with open(path, "rb") as file:
                schemas[minor] = json.loads(file.read())
        except ValueError as error:
            raise BundleError(f"{path}: {error}") from error
    return schemas


def _add(content: Bundle, schema: Json, mask: int) -> None:
    """Merge one minor's schema into the content."""
    for branch in schema["anyOf"]:
        version, kind = (branch["properties"][key]["const"] for key in ("apiVersion", "kind"))
        content["served"][f"{version} {kind}"] = content["served"].get(f"{version} {kind}", 0) | mask
    for name, struct in schema["$defs"].items():
        if "properties" not in struct:
            continue
        fields = content["types"].setdefault(name, {})
        for field, value in struct["properties"].items():
            _merge(fields.setdefault(field, []), expression(value), mask)
            if examples := value.get("items", value).get("examples"):
                _merge(content["enums"].setdefault(f"{name}.{field}", []), examples, mask)
            if lists := {key: value[key] for key in _LISTS if key in value}:
                _merge(content["lists"].setdefault(f"{name}.{field}", []), lists, mask)


def _merge(pairs: list[Any], value: Any, mask: int) -> None:
    """Add the mask to the pair that has this value."""
    for index in range(0, len(pairs), 2):
        if pairs[index] == value:
            pairs[index + 1] |= mask
            return
    pairs += [value, mask]


def _backfill(enums: dict[str, list[Any]]) -> None:
    """Use the first documented enum values for older minors as well: Kubernetes documents its enums since 1.24."""
    for pairs in enums.values():
        first = min(range(1, len(pairs), 2), key=lambda index: pairs[index] & -pairs[index])
        pairs[first] |= (pairs[first] & -pairs[first]) - 1


def expression(schema: Json) -> str:
    """Return the type expression of a field's schema: `[]Container`, `{}quantity`, `int32`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    kind = schema["type"][0]
    if kind == "array":
        return "[]" + expression(schema["items"])
    if kind == "object":
        return "{}" + expression(schema["additionalProperties"])
    return str(kind)


def _gate(gate: Json, minors: list[int]) -> Json:
    guards = [{"under": [], **(f if isinstance(f, dict) else {"field": f})} for f in gate.get("fields", [])]
    return {**_masks(gate, minors), "guards": guards, "stages": gate["stages"]}


def _masks(gate: Json, minors: list[int]) -> dict[str, int]:
    """Return the masks of a gate. After it is removed, its last default still applies."""
    result = dict.fromkeys(MASKS, 0)
    for bit, minor in enumerate(minors):
        last: Json = {}
        known = False
        for stage in gate["stages"]:
            if int(stage["version"][2:]) <= minor:
                known = "default" in stage
                last = stage if known else last
        names = ["on"] if last.get("default") else []
        if known:
            names += ["known", last["stage"].lower()] + (["locked"] if last.get("lockToDefault") else [])
        for name in names:
            if name in result:
                result[name] |= 1 << bit
    return result


def _ranges(text: str, minors: list[int]) -> int:
    """Return the mask of "1.21-1.23, 1.27"."""
    mask = 0
    for run in text.split(", "):
        ends = [int(part[2:]) for part in run.split("-")]
        mask |= sum(1 << bit for bit, minor in enumerate(minors) if ends[0] <= minor <= ends[-1])
    return mask


def _rules(directory: str) -> list[Json]:
    """Return the metadata of every card, sorted by name."""
    cards = [_card(path) for path in sorted(_cards(directory))] if os.path.isdir(directory) else []
    taken = {card["group"]: "a group" for card in cards}
    for card in cards:
        for name in (card["name"], *card["aliases"]):
            if name in taken:
                path = os.path.join(directory, card["group"], f"{card['name']}.yaml")
                raise BundleError(f"{path}: the name {name} is already used by {taken[name]}")
            taken[name] = f"the rule {card['name']}"
    return sorted(cards, key=lambda card: str(card["name"]))


def _cards(directory: str) -> Iterator[str]:
    for group in os.listdir(directory):
        inner = os.path.join(directory, group)
        if os.path.isdir(inner) and not group.startswith("."):
            names = (name for name in os.listdir(inner) if name.endswith(".yaml") and not name.startswith("."))
            yield from (os.path.join(inner, name) for name in names)


def _card(path: str) -> Json:
    """Return what the engine needs of one card. Raises BundleError if a part is missing or has the wrong type."""
    content = yaml_mapping(path)
    group, name = os.path.basename(os.path.dirname(path)), os.path.basename(path)[: -len(".yaml")]
    if content.get("name") != name:
        raise BundleError(f"{path}: name is {content.get('name')!r}, but must be that of the file, {name!r}")
    effects, summary = content.get("effects"), content.get("summary")
    if not _strings(effects) or not effects:
        raise BundleError(f"{path}: effects must be a list of names")
    if not isinstance(summary, str) or not summary:
        raise BundleError(f"{path}: summary must be a sentence")
    if not _strings(content.get("aliases", [])):
        raise BundleError(f"{path}: aliases must be a list of names")
    return {
        "name": name,
        "group": group,
        "effects": effects,
        "summary": summary,
        "fix": content.get("fix", "none"),
        "aliases": content.get("aliases", []),
        "default": any(effect != _ADVICE for effect in effects),
    }


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def yaml_mapping(path: str) -> Json:
    """Read a YAML mapping. Raises BundleError if the file does not have one."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with open(path, encoding="utf-8") as file:
            content = yaml.load(file, Loader=loader)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BundleError(f"{path}: {error}") from error
    if not isinstance(content, Mapping):
        raise BundleError(f"{path}: not a mapping")
    return dict(content)
