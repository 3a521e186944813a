"""The schema for editors and the documentation say what the loader does: all are made of one table."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from joblint.kube.minors.bundle import card, load
from joblint.project.config.keys import KEYS, PER_PATH, RULE_OPTIONS
from joblint.project.config.read import read
from joblint.project.config.schema import schema

ROOT = Path(__file__).parents[3]
GOOD = """\
rules: []
kube-version: [1.30, "1.32-1.33"]
feature-gates: {JobPodReplacementPolicy: true}
field-validation: warn
namespace: batch
values: []
select: all
extend-select: [advice, job]
ignore: []
severity: {missing-ttl: off, advice: warning}
options: {overlapping-runs: {minutes: 30}}
exclude: [vendor/, "!vendor/keep"]
require-reason: true
baseline: .joblint-baseline.json
strict-baseline: false
fail-on: never
fail-on-empty: true
fail-on-unknown-version: false
format: concise
per-path:
- paths: old/
  kube-version: 1.24
  ignore: [unknown-field]
"""
# One mistake each, of those that a schema can tell.
BAD = [
    "ignor: []",
    "kube-version: true",
    "kube-version: []",
    "feature-gates: []",
    "feature-gates: {Foo: true}",
    "feature-gates: {JobPodReplacementPolicy: 'true'}",
    "field-validation: x",
    "select: [x]",
    "select: {}",
    "ignore: [[]]",
    "severity: {advice: x}",
    "severity: {x: error}",
    "severity: []",
    "options: []",
    "options: {x: {}}",
    "options: {overlapping-runs: []}",
    "options: {overlapping-runs: {minute: 1}}",
    "options: {overlapping-runs: {minutes: 0}}",
    "options: {overlapping-runs: {minutes: x}}",
    "options: {overlapping-runs: {minutes: '5'}}",
    "namespace: 1",
    "exclude: [1]",
    "baseline: 1",
    "fail-on: x",
    "fail-on-empty: 1",
    "fail-on-unknown-version: x",
    "per-path: [{paths: a, fail-on-empty: true}]",
    "format: [text]",
    "per-path: {}",
    "per-path: [x]",
    "per-path: [{ignore: []}]",
    "per-path: [{paths: []}]",
    "per-path: [{paths: a, fail-on: error}]",
    "per-path: [{paths: a, per-path: []}]",
    "[]",
]


class _Loader(yaml.SafeLoader):
    """YAML 1.2's words, as editors read it: `off` is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile("true|false"), list("tf"))


def valid(text: str) -> bool:
    return jsonschema.Draft7Validator(schema()).is_valid(yaml.load(text, Loader=_Loader))


def loads(folder: Path, text: str) -> bool:
    (folder / ".joblint.yaml").write_text(text)
    return not read((str(folder / ".joblint.yaml"),), str(folder)).wrong


def test_file() -> None:
    made = json.loads((ROOT / "schemas" / "config.schema.json").read_text())
    assert made == schema(), "run tools/rules/make.py"
    jsonschema.Draft7Validator.check_schema(made)


def test_good(tmp_path: Path) -> None:
    assert valid(GOOD)
    assert loads(tmp_path, GOOD)
    assert {*yaml.safe_load(GOOD)} == {*KEYS, PER_PATH}


@pytest.mark.parametrize("text", BAD)
def test_bad(tmp_path: Path, text: str) -> None:
    assert not valid(text)
    assert not loads(tmp_path, text)


@pytest.mark.parametrize(
    "value", ["1", "true", "text", "[]", "{}", "[text]", "[1]", "null", "off", "{a: b}", "[[]]", "1.5"]
)
@pytest.mark.parametrize("name", [*KEYS, PER_PATH])
def test_types(tmp_path: Path, name: str, value: str) -> None:
    """What the schema refuses the loader refuses; the loader alone knows versions and patterns."""
    text = f"{name}: {value}"
    if name in ("kube-version", "exclude", "baseline", "rules", "namespace", "values"):
        assert valid(text) or not loads(tmp_path, text)
    else:
        assert valid(text) == loads(tmp_path, text)


def test_options() -> None:
    """The cards of rules with options tell of them, and so does the documentation."""
    docs = TestDocs.DOCS
    for rule, own in RULE_OPTIONS.items():
        for name, option in own.items():
            assert f"| `{rule}` | `{name}` | {option.about} | `{option.default}` |" in docs
            assert f"`{name}`" in card(next(c for c in load()["rules"] if c["name"] == rule))["why"]


class TestDocs:
    DOCS = (ROOT / "docs" / "configuration.md").read_text()

    def test_table(self) -> None:
        for row in rows():
            assert row in self.DOCS

    def test_examples(self, tmp_path: Path) -> None:
        found = 0
        for language, text in _fences(self.DOCS):
            if language in ("yaml", "toml"):
                name = (
                    ".joblint.yaml" if language == "yaml" else "pyproject.toml" if "[tool." in text else ".joblint.toml"
                )
                (tmp_path / name).write_text(text)
                config = read((str(tmp_path / name),), str(tmp_path))
                assert not config.wrong
                assert config.sections[0].given
                found += 1
        assert found >= 2


def rows() -> list[str]:
    """The table of keys in the documentation."""
    return [
        f"| `{key.name}` | {key.about} | {', '.join(map('`{}`'.format, key.default))} | {per_path} |"
        for key in KEYS.values()
        for per_path in ["yes" if key.per_path else ""]
    ]


def _fences(text: str) -> list[tuple[str, str]]:
    parts = text.split("```")
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts[1::2]]
