"""What is said of values that are given, that a chart's tests have, and that a schema describes."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.engine.api import lint_sources, make_settings
from joblint.manifests.source import ChartValues, Source
from joblint.manifests.template.schema import Schema, schema_of
from joblint.manifests.yaml.parse import parse
from joblint.manifests.yaml.tree import Mapping, Scalar
from joblint.project.given import layers
from joblint.project.render.values import Values
from joblint.rule.finding import Finding
from tests.engine.test_template_defaults import env
from tests.support import GOOD

PROD = "port: 8080\nname: x\ndebug: false\npolicy: Always\n"
POLICY = GOOD.replace("restartPolicy: Never", "restartPolicy: {{ .Values.policy }}")


def found(
    text: str,
    own: str | None = None,
    files: dict[str, str] | None = None,
    sets: tuple[str, ...] = (),
    tests: dict[str, str] | None = None,
    schema: str | None = None,
    **settings: Any,
) -> list[Finding]:
    """The findings of a template with these values."""
    source = Source("x.tpl", text, "helm")
    source.values = ChartValues(
        (None if own is None else Source("values.yaml", own),),
        tests=tuple(Source(name, one) for name, one in (tests or {}).items()),
        schema=None if schema is None else Source("values.schema.json", schema),
    )
    contents = tuple((name, one.encode()) for name, one in (files or {}).items())
    given_ = layers(Values(contents, sets))
    return lint_sources([source], make_settings(**settings)._replace(given=given_))


def told(findings: list[Finding]) -> list[tuple[str, str, list[tuple[str, int, int]]]]:
    return [
        (one.rule, one.message.partition(":")[0], [(there.path, there.line, there.column) for there in one.related])
        for one in findings
    ]


@pytest.mark.parametrize(
    ("value", "message", "related"),
    [
        ("port", "with the given values (`.Values.port`)", [("prod.yaml", 1, 7)]),
        ("debug", "with the given values (`.Values.debug`)", [("prod.yaml", 3, 8)]),
    ],
)
def test_given_in_a_file(value: str, message: str, related: list[tuple[str, int, int]]) -> None:
    text = env(f"{{{{ .Values.{value} }}}}")
    [one] = found(text, files={"prod.yaml": PROD})
    assert told([one]) == [("wrong-value", message, related)]
    assert (one.line, one.column, one.effect) == (14, 18, "mistake")
    assert text.splitlines()[13][17 : one.end_column - 1] == f"{{{{ .Values.{value} }}}}"
    assert one.fix is not None


def test_given_with_set() -> None:
    [one] = found(env("{{ .Values.port }}"), "port: x\n", sets=("a=1,port=8080",))
    assert told([one]) == [("wrong-value", "with the given values (`.Values.port` from `--set`)", [])]


def test_of_two_places() -> None:
    text = env("{{ .Values.a }}:{{ .Values.b }}").replace("value: ", "valueFrom: ")
    [one] = found(text, "a: x\n", sets=("b=y",))
    assert told([one]) == [
        ("wrong-value", "with the given values (`.Values.a` and `.Values.b` from `--set`)", [("values.yaml", 1, 4)])
    ]


@pytest.mark.parametrize(
    ("files", "sets", "line"),
    [
        ({"a.yaml": "port: x\n"}, (), 0),
        ({"a.yaml": "port: 1\n"}, (), 1),
        ({"a.yaml": "port: x\n", "b.yaml": "\nport: 1\n"}, (), 2),
        ({"a.yaml": "port: 1\n", "b.yaml": "port: x\n"}, (), 0),
        ({"a.yaml": "port: 1\n"}, ("port=x",), 0),
        ({"a.yaml": "port: 1\n"}, ("port=null",), 0),
        ({"a.yaml": "other: 1\n"}, (), -1),
    ],
)
def test_order(files: dict[str, str], sets: tuple[str, ...], line: int) -> None:
    """Later files take precedence, and `--set` most; -1: the default is wrong."""
    rules = [(one.rule, one.related[0].line) for one in found(env("{{ .Values.port }}"), "port: 5\n", files, sets)]
    assert rules == ([] if not line else [("wrong-default", 1)] if line < 0 else [("wrong-value", line)])


def test_without_values_of_the_chart() -> None:
    source = Source("x.tpl", env("{{ .Values.port }}"), "helm")
    settings = make_settings()._replace(given=layers(Values(settings=("port=1",))))
    assert [one.rule for one in lint_sources([source], settings)] == ["wrong-value"]


BRANCH = env("{{ .Values.port }}").replace("        - name: A\n", "        {{- if @ }}\n        - name: A\n") + (
    "        {{- end }}\n"
)


@pytest.mark.parametrize(
    ("condition", "values", "is_found"),
    [
        (".Values.a", "a: false\n", False),
        (".Values.a", "a: true\n", True),
        (".Values.a", "a: ''\n", False),
        (".Values.a", "a: []\n", False),
        (".Values.a", "a: [1]\n", True),
        (".Values.a", "a: {}\n", True),
        (".Values.a", "a: {b: 1}\n", True),
        (".Values.b", "a: false\n", False),
        (".Values.b", "b: {}\n", True),
        ("not .Values.a", "a: true\n", False),
        ("and .Values.a .Values.b", "a: false\n", False),
        ("or .Values.a .Values.b", "a: false\n", False),
        ("or .Values.a .Values.b", "a: false\nb: 1\n", True),
        ('eq .Values.a "x"', "a: z\n", False),
        ('eq .Values.a "x"', "a: x\n", True),
        ('ne .Values.a "x"', "a: x\n", False),
        ("eq .Values.a true", "a: false\n", False),
        ('eq .Values.a "x"', "a: 1\n", True),
        ("eq .Values.a 2", "a: 1\n", True),
        ("$.Values.a.b", "a: {b: false}\n", False),
    ],
)
def test_branch_that_is_not_written_with_the_given_values(condition: str, values: str, is_found: bool) -> None:
    text = BRANCH.replace("@", condition)
    assert len(found(text, files={"a.yaml": f"{values}port: 5\n"})) == is_found
    assert len(found(text, f"{values}port: 5\n")) == 1  # of defaults, what is off may be turned on


def test_values_of_tests() -> None:
    text, tests = POLICY, {"ci/a-values.yaml": "policy: Never\n", "ci/b-values.yaml": "\npolicy: Always\n"}
    assert told(found(text, "policy: Never\n", tests=tests)) == [
        ("wrong-value", "with ci/b-values.yaml (`.Values.policy`)", [("ci/b-values.yaml", 2, 9)])
    ]


def test_each_place_once() -> None:
    tests = {f"ci/{number}-values.yaml": f"port: {number}\n" for number in range(5)}
    assert [one.rule for one in found(env("{{ .Values.port }}"), "port: x\n", tests=tests)] == ["wrong-value"]
    assert [one.rule for one in found(env("{{ .Values.port }}"), "port: 1\n", tests=tests)] == ["wrong-default"]
    assert found(env("{{ .Values.port }}"), "port: x\n", tests=tests, ignore=["wrong-value"]) == []


def test_tests_do_not_tell_defaults_again() -> None:
    """What is wrong by default is not wrong because of a test."""
    tests = {"ci/a-values.yaml": "other: 1\n"}
    assert [
        one.rule for one in found(env("{{ .Values.port }}"), "port: 1\n", tests=tests, ignore=["wrong-default"])
    ] == []


def schema(**properties: Any) -> str:
    return json.dumps({"properties": properties}, indent=1)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"type": "integer"}, "an integer"),
        ({"type": "number"}, "a number"),
        ({"type": "boolean"}, "a boolean"),
        ({"type": ["integer", "null"]}, "an integer"),
        ({"type": "string"}, ""),
        ({"type": ["integer", "string"]}, ""),
        ({"type": "object"}, ""),
        ({}, ""),
        (True, ""),
        ({"anyOf": [{"type": "integer"}]}, ""),
        ({"$ref": "#/definitions/port"}, "an integer"),
        ({"$ref": "#/definitions/loop"}, ""),
        ({"$ref": "https://schemas.example/port.json"}, ""),
        ({"$ref": "#/definitions/none"}, ""),
        ({"$id": "https://schemas.example/", "type": "integer"}, ""),
    ],
)
@pytest.mark.parametrize("own", ["", "port:\n", "port: ''\n", "port: x\n", "port: 5\n"])
def test_type_in_the_schema(declared: Any, said: str, own: str) -> None:
    definitions = {"port": {"type": "integer"}, "loop": {"$ref": "#/definitions/loop"}}
    text = json.dumps({"properties": {"port": declared}, "definitions": definitions}, indent=1)
    findings = [one for one in found(env("{{ .Values.port }}"), own, schema=text) if "refuses" not in one.message]
    if own == "port: 5\n":
        assert [one.rule for one in findings] == ["wrong-default"]
    elif not said or own == "port: x\n":
        assert findings == []
    else:
        [one] = findings
        message = f"`.Values.port` must be {said} (values.schema.json), but `value` must be a string: quote it"
        assert (one.rule, one.message, one.line, one.column) == ("wrong-value", message, 14, 18)
        [there] = one.related
        assert text.splitlines()[there.line - 1].lstrip().startswith('"type": ')


@pytest.mark.parametrize(
    "value",
    ["{{ .Values.port | quote }}", '"{{ .Values.port }}"', '{{ .Values.port | default "x" }}', "{{ .Values.port }}x",
     "{{ .Values.ports }}"],
)  # fmt: skip
def test_type_in_the_schema_that_fits(value: str) -> None:
    assert found(env(value), "", schema=schema(port={"type": "integer"})) == []


def test_integer_that_a_field_needs() -> None:
    text = GOOD.replace("spec:\n", "spec:\n  backoffLimit: {{ .Values.limit }}\n", 1)
    for name in ("integer", "string", "boolean"):
        assert found(text, "", schema=schema(limit={"type": name})) == []


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        (schema(absent={"type": "string"}), False),
        (schema(absent={}), False),
        (schema(other={}), True),
        ('{"required": ["absent"], "properties": {"other": {}}}', False),
        ('{"properties": {"other": {}}, "patternProperties": {"x": {}}}', False),
        ('{"properties": {"other": {}}, "additionalProperties": {"type": "string"}}', False),
        ('{"properties": {"other": {}}, "additionalProperties": false}', True),
        ('{"allOf": [{"properties": {"absent": {}}}], "properties": {"other": {}}}', False),
        ('{"type": "object"}', False),
        ('{"$ref": "#/x", "x": {"properties": {"other": {}}}}', True),
        ('{"$ref": "https://schemas.example/x.json"}', False),
        ("{", True),
        ("[]", True),
    ],
)
def test_value_that_only_the_schema_has(text: str, is_told: bool) -> None:
    findings = found(env("{{ .Values.absent }}"), "a: 1\n", schema=text, select=["missing-value"])
    assert [one.rule for one in findings] == ["missing-value"] * is_told


def test_hostile_schemas() -> None:
    loops = {f"d{number}": {"$ref": f"#/d{number + 1}"} for number in range(1000)}
    deep = '{"properties":{"a":' * 5000 + "{}" + "}}" * 5000
    for text in (json.dumps({"$ref": "#/d0", **loops}), '{"$ref": "#"}', deep, '{"properties": 1}', '{"$ref": {}}'):
        made = schema_of(Source("values.schema.json", text))
        if made is not None:
            assert made.declared(["a"] * 40) is None
            assert made.may_have(["a"] * 40)


WORDS = st.sampled_from(
    ["properties", "$ref", "type", "a", "#/a", "#/properties/a", "required", "allOf", "integer", "$id"]
)
JSON = st.recursive(
    st.one_of(WORDS, st.booleans(), st.none()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(
    st.dictionaries(WORDS, JSON, max_size=5), st.lists(st.sampled_from(["a", "type", "$ref"]), min_size=1, max_size=3)
)
def test_any_schema(content: dict[str, Any], names: list[str]) -> None:
    text = json.dumps(content)
    root = parse(text)
    assert isinstance(root, Mapping)
    made = Schema(root)
    declared = made.declared(names)
    if declared is not None:
        assert made.may_have(names)
        assert text[declared.start : declared.end][0] in '"['


@pytest.mark.parametrize(
    ("declared", "value", "said"),
    [
        ({"type": "integer"}, '"8080"', '`"8080"`, because values.schema.json requires an integer'),
        ({"type": "string"}, "8080", "`8080`, because values.schema.json requires a string"),
        ({"type": ["string", "null"]}, "true", "`true`, because values.schema.json requires null or a string"),
        ({"type": "object"}, "x", '`"x"`, because values.schema.json requires a mapping'),
        ({"type": "boolean"}, "1", "`1`, because values.schema.json requires a boolean"),
        ({"type": "integer"}, "true", "`true`, because values.schema.json requires an integer"),
        ({"type": "number"}, "5", ""),
        ({"type": "integer"}, "5", ""),
        ({"type": ["string", "integer"]}, "5", ""),
        ({"type": "integer"}, '""', ""),
        ({"type": "integer"}, "null", ""),
        ({"type": "any"}, "5", ""),
        ({"type": []}, "5", ""),
        ({"anyOf": [{"type": "string"}]}, "5", ""),
        ({"enum": ["a", "b"]}, "c", ""),
    ],
)
def test_default_that_the_schema_excludes(declared: Any, value: str, said: str) -> None:
    text, content = env("{{ .Values.a | quote }} # {{ .Values.a }}"), schema(a=declared)
    message = f"by default (`.Values.a`): helm refuses {said}"
    findings = found(text, f"\na: {value}\n", schema=content)
    assert [(one.rule, one.message, one.line, one.column, one.fix) for one in findings] == (
        [("wrong-default", message, 14, 18, None)] if said else []
    )
    for one in findings:
        assert [(there.path, there.line) for there in one.related] == [("values.yaml", 2), ("values.schema.json", 4)]


def test_given_value_that_the_schema_excludes() -> None:
    text, content = env("{{ .Values.a | quote }}"), schema(a={"enum": ["x", "y", 1]})
    for values, said in (
        ({"files": {"p.yaml": "a: z\n"}}, "with the given values (`.Values.a`)"),
        ({"sets": ("a=true",)}, "with the given values (`.Values.a` from `--set`)"),
        ({"tests": {"ci/a-values.yaml": "a: z\n"}}, "with ci/a-values.yaml (`.Values.a`)"),
    ):
        [one] = found(text, "a: x\n", schema=content, **values)
        assert one.rule == "wrong-value"
        assert one.message.startswith(f"{said}: helm refuses `")
        assert one.message.endswith("`, because values.schema.json requires one of `x`, `y`, `1`")
    assert found(text, "a: x\n", schema=content, sets=("a=1",)) == []


SCALARS = st.one_of(st.integers(-5, 5), st.booleans(), st.floats(-2, 2), st.text("ab1", max_size=2), st.none())


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["string", "integer", "number", "boolean", "object", "array", "null"])
            | st.lists(st.sampled_from(["string", "integer", "null", "number"]), min_size=1, unique=True),
            "enum": st.lists(SCALARS, min_size=1, max_size=4),
            "minimum": st.integers(-3, 3),
            "not": st.just({}),
        },
    ),
    SCALARS,
)
def test_what_is_excluded_is_not_valid(declared: dict[str, Any], value: Any) -> None:
    """jsonschema is the judge: what joblint says is excluded is."""
    root = parse(schema(a=declared))
    assert isinstance(root, Mapping)
    node = parse(json.dumps({"a": value}))
    assert isinstance(node, Mapping)
    scalar = node.entries[0].value
    assert isinstance(scalar, Scalar)
    if Schema(root).excludes(["a"], scalar.value, True) is not None:
        assert not jsonschema.Draft202012Validator(declared).is_valid(value)
    elif value not in (None, "") and not {"minimum", "not"} & declared.keys():
        assert jsonschema.Draft202012Validator(declared).is_valid(value)


ZERO = GOOD.replace("spec:\n", "spec:\n  {{- if @ }}\n  activeDeadlineSeconds: {{ .Values.a }}\n  {{- end }}\n", 1)


@pytest.mark.parametrize(
    ("condition", "own", "is_found"),
    [
        (".Values.on", "a: 0\n", True),
        (".Values.a", "a: 0\n", False),
        (".Values.a", "a: -1\n", True),
        ("and .Values.on .Values.a", "a: 0\n", False),
        ("gt (int .Values.a) 0", "a: 0\n", False),
        ("ge (int $.Values.a) 0", "a: -1\n", False),
        ("not (kindIs `invalid` .Values.a)", "a: 0\n", False),
        ("gt (int .Values.ab) 0", "a: 0\n", True),
        ("gt (int .Values.b.a) 0", "a: 0\n", True),
        ("eq .Values.a 0", "a: 0\n", False),
        ("ne .Values.a true", "a: 0\n", False),
    ],
)
def test_condition_on_the_value_itself(condition: str, own: str, is_found: bool) -> None:
    assert len(found(ZERO.replace("@", condition), own)) == is_found


@pytest.mark.parametrize(
    ("condition", "is_found"), [(".Values.port", True), (".Values.x", True), ("kindIs `string` .Values.port", False)]
)
def test_condition_on_a_value_of_the_schema(condition: str, is_found: bool) -> None:
    text = BRANCH.replace("@", condition)
    assert len(found(text, "", schema=schema(port={"type": "integer"}))) == is_found
