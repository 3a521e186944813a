"""Our walk over the nodes against the `jsonschema` library: the same places are wrong, on every fixture and minor."""

import copy
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from joblint.kube.minors.minor import MINORS, Facts
from joblint.manifests.kinds import KINDS_OF_VERSION
from joblint.manifests.yaml.parse import parse
from joblint.manifests.yaml.tree import MAX_BYTES
from joblint.server.decode.decode import Decoder
from tests.support import load_yaml

ROOT = Path(__file__).parents[2]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
REPLACEMENTS: list[Any] = [
    None,
    True,
    5,
    -1,
    1.5,
    10**10,
    10**20,
    "",
    "text",
    [],
    {},
    [1],
    ["x"],
    {"x": 1},
    [{}],
    [None],
]


@cache
def base() -> list[dict[str, Any]]:
    """Manifests that use nearly every field."""
    found: list[dict[str, Any]] = load_yaml((ROOT / "tests" / "data" / "everything.yaml").read_text())
    return found


def manifests() -> Iterator[dict[str, Any]]:
    """Every Job and CronJob in fixtures/ and in the cards, as libyaml reads them."""
    texts = [p.read_text() for p in sorted((ROOT / "fixtures").rglob("*.yaml"))]
    for card in sorted((ROOT / "rules").rglob("*.yaml")):
        content = load_yaml(card.read_text())
        texts.extend(e["manifest"] for side in ("bad", "good") for e in content.get(side, []) if "manifest" in e)
    for text in texts:
        try:
            found = list(yaml.load_all(text, LOADER))
        except (yaml.YAMLError, ValueError):
            continue
        for document in found:
            if isinstance(document, dict) and document.get("kind") in ("Job", "CronJob"):
                yield json.loads(json.dumps(document, default=str))


def mutants(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Copies of manifests that use nearly every field, each with a few values replaced or keys added."""
    chance = random.Random(seed)
    for _ in range(count):
        made = json.loads(json.dumps(chance.choice(base())))
        for _ in range(chance.randint(1, 4)):
            holder = chance.choice(list(_holders(made["spec"])))
            if isinstance(holder, dict) and chance.random() < 0.3:
                holder[chance.choice(["unknown", "Name", "completions", "spec"])] = copy.deepcopy(
                    chance.choice(REPLACEMENTS)
                )
            elif holder:
                key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
                holder[key] = copy.deepcopy(chance.choice(REPLACEMENTS))
        yield made


def _holders(value: Any) -> Iterator[Any]:
    if isinstance(value, (dict, list)):
        yield value
        for child in value.values() if isinstance(value, dict) else value:
            yield from _holders(child)


def ours(manifest: dict[str, Any], minor: int) -> set[tuple[str, str]]:
    text = json.dumps(manifest)
    node = parse(text)
    assert node is not None
    decoder = Decoder(Facts(minor), text)
    decoder.decode(node, KINDS_OF_VERSION[manifest["apiVersion"], manifest["kind"]])
    return {(rule, plain(report.field)) for rule, report in decoder.reports if rule in ("unknown-field", "wrong-type")}


def theirs(manifest: dict[str, Any], minor: int) -> set[tuple[str, str]]:
    found = set()
    for error in validator(minor).iter_errors(manifest):
        path = [str(p) for p in error.absolute_path]
        if error.validator == "additionalProperties":
            extra = set(error.instance) - set(error.schema["properties"])
            found |= {("unknown-field", plain(".".join([*path, name]))) for name in extra}
        elif error.validator in ("type", "minimum", "maximum"):
            found.add(("wrong-type", plain(".".join(path))))
    return found


def plain(path: str) -> str:
    return path.replace("[", ".").replace("]", "")


def _special(manifest: dict[str, Any]) -> bool:
    """Holds what the walk leaves alone (`${X}`), which a schema cannot, or is too large to be sent at all."""
    text = json.dumps(manifest)
    return "${" in text or "{{" in text or len(text) > MAX_BYTES


@cache
def validator(minor: int) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads((ROOT / "schemas" / f"v1.{minor}.json").read_text()))


@cache
def whole() -> list[dict[str, Any]]:
    """The manifests that our walk and a schema see alike."""
    return [manifest for manifest in manifests() if not _special(manifest)]


@pytest.mark.parametrize("minor", MINORS)
def test_the_walk_agrees_on_every_fixture(minor: int) -> None:
    compared = 0
    for manifest in whole():
        if (manifest.get("apiVersion"), manifest["kind"]) in KINDS_OF_VERSION:
            if not Facts(minor).served(manifest["apiVersion"], manifest["kind"]):
                continue
            assert ours(manifest, minor) == theirs(manifest, minor), manifest
            compared += 1
    assert compared > len(whole()) // 2


@pytest.mark.parametrize("minor", MINORS)
def test_the_walk_agrees_on_mutants(minor: int) -> None:
    wrong = 0
    for manifest in mutants(60, minor):
        expected = theirs(manifest, minor)
        assert ours(manifest, minor) == expected, json.dumps(manifest)
        wrong += bool(expected)
    assert wrong > 20
