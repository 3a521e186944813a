"""ValidatingAdmissionPolicies: whom they are for, what they say, and what cannot be judged without a cluster."""

from pathlib import Path

import pytest

from joblint import own
from joblint.api import make_settings
from joblint.engine import lint_sources
from joblint.source import Source
from tests.own.support import JOB, flaws, found, places

HEAD = """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: jobs.example.com
spec:
"""
BINDING = """\
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: bound
spec:
  policyName: jobs.example.com
"""
MATCH = """\
  matchConstraints:
    resourceRules:
    - apiGroups: [batch]
      apiVersions: [v1]
      operations: [CREATE]
      resources: [jobs]
"""
NEVER = "  validations:\n  - expression: 'false'\n"


def write(folder: Path, text: str, name: str = "policy.yaml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def said(path: str, manifest: str = JOB) -> list[str]:
    return [one.message.removeprefix("policy `jobs.example.com`: ") for one in found(path, manifest)]


def test_a_validation_that_does_not_hold(tmp_path: Path) -> None:
    spec = (
        "  validations:\n  - expression: object.spec.backoffLimit < 6\n    message: retry less\n    reason: Forbidden\n"
    )
    (one,) = found(write(tmp_path, HEAD + MATCH + spec))
    assert (one.rule, one.effect, one.reason) == ("jobs-example-com", "mistake", "Forbidden")
    assert (one.line, one.column, one.field) == (7, 1, "spec.backoffLimit")
    assert one.message == "policy `jobs.example.com`: retry less"


def test_it_is_reported_at_what_it_looks_at(tmp_path: Path) -> None:
    spec = "  validations:\n  - expression: object.metadata.labels.team == 'blue' || object.kind == 'x'\n"
    assert places(write(tmp_path, HEAD + MATCH + spec)) == [(6, 11, "metadata.labels[team]")]


def test_each_validation_is_told_of(tmp_path: Path) -> None:
    spec = "  validations:\n  - expression: 'false'\n    message: one\n  - expression: 'false'\n    message: other\n"
    assert said(write(tmp_path, HEAD + MATCH + spec)) == ["one", "other"]


def test_without_a_message_the_expression_is_told(tmp_path: Path) -> None:
    assert said(write(tmp_path, HEAD + MATCH + NEVER)) == ["failed expression: false"]


@pytest.mark.parametrize(
    ("constraints", "matched"),
    [
        ("", True),
        (MATCH, True),
        (MATCH.replace("[jobs]", "[cronjobs]"), False),
        (MATCH.replace("[jobs]", "['*']"), True),
        (MATCH.replace("[batch]", "[apps]"), False),
        (MATCH.replace("[CREATE]", "[UPDATE]"), False),
        (MATCH.replace("[CREATE]", "['*']"), True),
        (MATCH.replace("[v1]", "[v1beta1]"), True),
        (MATCH.replace("[v1]", "[v1beta1]") + "    matchPolicy: Exact\n", False),
        (MATCH + "      resourceNames: [hello]\n", True),
        (MATCH + "      resourceNames: [other]\n", False),
        (MATCH + "      scope: Cluster\n", False),
        (MATCH + MATCH.split("\n", 1)[1].replace("resourceRules", "excludeResourceRules"), False),
        (MATCH + "    objectSelector:\n      matchLabels: {team: red}\n", True),
        (MATCH + "    objectSelector:\n      matchLabels: {team: blue}\n", False),
        (MATCH + "    namespaceSelector:\n      matchLabels: {kubernetes.io/metadata.name: default}\n", True),
        (MATCH + "    namespaceSelector:\n      matchLabels: {kubernetes.io/metadata.name: other}\n", False),
        (MATCH + "  matchConditions:\n  - name: a\n    expression: object.metadata.name == 'hello'\n", True),
        (MATCH + "  matchConditions:\n  - name: a\n    expression: request.operation == 'UPDATE'\n", False),
    ],
)
def test_whom_it_is_for(tmp_path: Path, constraints: str, matched: bool) -> None:
    assert bool(said(write(tmp_path, HEAD + constraints + NEVER))) == matched


@pytest.mark.parametrize(
    ("spec", "severity"),
    [
        ("validationActions: [Deny]", "error"),
        ("validationActions: [Warn, Audit]", "warning"),
        ("validationActions: [Audit]", "info"),
    ],
)
def test_the_severity_is_that_of_its_action(tmp_path: Path, spec: str, severity: str) -> None:
    from joblint import rules

    assert own.load(write(tmp_path, HEAD + MATCH + NEVER + BINDING + f"  {spec}\n")) == []
    assert rules.OWN["jobs-example-com"]["severity"] == severity


def test_a_binding_narrows(tmp_path: Path) -> None:
    narrow = "  matchResources:\n    objectSelector:\n      matchLabels: {team: blue}\n"
    assert said(write(tmp_path, HEAD + MATCH + NEVER + BINDING + narrow)) == []


def test_parameters_of_several_bindings(tmp_path: Path) -> None:
    spec = "  paramKind: {apiVersion: v1, kind: ConfigMap}\n  validations:\n"
    spec += "  - expression: object.metadata.name in params.data\n"
    spec += "    messageExpression: \"'not in ' + params.metadata.name\"\n"
    bound = "".join(BINDING + f"  paramRef: {{name: {name}}}\n" for name in ("one", "two"))
    params = "".join(
        f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{{data}}}\n"
        for name, data in (("one", ""), ("two", "hello: a"), ("three", ""))
    )
    assert said(write(tmp_path, HEAD + spec + bound + params)) == ["not in one"]


def test_variables_are_made_of_those_above(tmp_path: Path) -> None:
    spec = (
        "  variables:\n"
        "  - {name: pod, expression: object.spec.template.spec}\n"
        "  - {name: names, expression: 'variables.pod.containers.map(c, c.name)'}\n"
        "  - {name: unused, expression: object.absent}\n"
        "  validations:\n"
        "  - expression: \"!('first' in variables.names)\"\n"
        "    messageExpression: variables.names.join(',')\n"
    )
    assert said(write(tmp_path, HEAD + spec)) == ["first,second"]


@pytest.mark.parametrize(("field", "silent"), [("image", True), ("name", False)])
def test_what_is_read_through_a_variable_may_be_hidden(tmp_path: Path, field: str, silent: bool) -> None:
    spec = (
        "  variables:\n  - {name: all, expression: object.spec.template.spec.containers}\n"
        f"  validations:\n  - expression: variables.all.all(c, c.{field} == 'x')\n"
    )
    assert (said(write(tmp_path, HEAD + spec)) == []) == silent


@pytest.mark.parametrize(
    ("policy", "expected"), [("Fail", ['it cannot be evaluated: there is no key "absent"']), ("Ignore", [])]
)
def test_what_cannot_be_evaluated(tmp_path: Path, policy: str, expected: list[str]) -> None:
    spec = f"  failurePolicy: {policy}\n  validations:\n  - expression: object.absent == 1\n"
    assert said(write(tmp_path, HEAD + spec)) == expected


def test_it_sees_what_the_server_fills_in(tmp_path: Path) -> None:
    checks = (
        "object.spec.completionMode == 'NonIndexed'",
        "'batch.kubernetes.io/controller-uid' in object.spec.selector.matchLabels",
        "object.spec.template.spec.containers[0].resources.limits.memory == '1Gi'",
        "object.spec.template.spec.containers[0].imagePullPolicy == 'IfNotPresent'",
        "has(object.metadata.uid) && has(object.status)",
        "oldObject == null && request.operation == 'CREATE' && request.resource.resource == 'jobs'",
        "object.apiVersion == 'batch/v1' && object.kind == 'Job'",
    )
    spec = "  validations:\n" + "".join(f'  - expression: "{check}"\n' for check in checks)
    assert said(write(tmp_path, HEAD + spec)) == []


def test_an_update(tmp_path: Path) -> None:
    spec = (
        "  validations:\n"
        "  - expression: request.operation == 'CREATE' || object.spec.parallelism == oldObject.spec.parallelism\n"
        "    message: it stays as it is\n"
    )
    path = write(tmp_path, HEAD + spec)
    old, new = (JOB.replace("spec:\n", f"spec:\n  parallelism: {number}\n", 1) for number in (1, 2))
    settings = make_settings(select=["own"], rules=[path])
    (one,) = lint_sources([Source("job.yaml", new)], settings, old=[Source("old.yaml", old, "yaml", "job.yaml")])
    assert (one.line, one.column) == (8, 16)
    assert lint_sources([Source("job.yaml", old)], settings, old=[Source("o", old, "yaml", "job.yaml")]) == []


@pytest.mark.parametrize(
    ("spec", "place", "message"),
    [
        ("  validations:\n  - expression: object.a.\n", (7, 26), "Syntax error"),
        ("  validations:\n  - expression: variables.a == 1\n", (7, 27), "there is no variable `a` above this"),
        (
            "  validations:\n  - expression: request.userInfo.username == ''\n",
            (7, 17),
            "`request.userInfo` is of one request",
        ),
        (
            "  validations:\n  - expression: namespaceObject.metadata.name == ''\n",
            (7, 17),
            "`namespaceObject` is the namespace",
        ),
        ("  validations:\n  - expression: params.a == 1\n", (7, 17), "there is no variable or function `params` here"),
        ("  validations:\n  - message: a\n", (7, 5), "needs `expression`"),
        (
            "  paramKind: {apiVersion: v1, kind: ConfigMap}\n" + NEVER,
            (6, 14),
            "its parameters are v1 ConfigMap, and no file",
        ),
        (MATCH + "    namespaceSelector:\n      matchLabels: {team: red}\n", (13, 7), "which labels a namespace has"),
        (MATCH + "    objectSelector:\n      matchLabels: {a b: red}\n", (13, 7), "`objectSelector`: the key"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, spec: str, place: tuple[int, int], message: str) -> None:
    (one,) = flaws(write(tmp_path, HEAD + spec))
    assert one[:2] == place, one
    assert one[2].startswith(message), one


def test_objects_without_a_policy(tmp_path: Path) -> None:
    (one,) = flaws(write(tmp_path, JOB))
    assert one == (1, 1, "neither a card nor a ValidatingAdmissionPolicy, and no policy needs it")


@pytest.mark.parametrize(
    ("groups", "resources", "passed"),
    [
        ("[apps]", "[deployments]", True),
        ("[batch]", "[jobs/status]", True),
        ("['']", "[pods]", True),
        ("[apps, batch]", "[deployments, cronjobs]", False),
        ("['*']", "['*']", False),
        ("['*']", "['*/*']", False),
    ],
)
def test_one_for_other_kinds_is_passed_over(tmp_path: Path, groups: str, resources: str, passed: bool) -> None:
    """It may ask what only a cluster knows, and others beside it still count."""
    match = MATCH.replace("[batch]", groups).replace("[jobs]", resources)
    asks = "  validations:\n  - expression: namespaceObject.metadata.name == 'a'\n"
    message = "`namespaceObject` is the namespace as it is in the cluster, and joblint asks no cluster"
    path = write(tmp_path, HEAD + match + asks)
    assert [one[2] for one in flaws(path)] == ([] if passed else [message])
    write(tmp_path, HEAD.replace("jobs.example.com", "other") + MATCH + NEVER, "other.yaml")
    if passed:
        assert [one.rule for one in found(str(tmp_path))] == ["other"]
