"""ValidatingAdmissionPolicies: whom they are for, what they say, and what cannot be judged without a cluster."""

import json
from pathlib import Path

import pytest

from joblint.checks import own
from joblint.engine.api import lint_sources, make_settings
from joblint.manifests.source import Source
from joblint.rule import cards as rules
from joblint.rule.own import OWN
from tests.checks.own.support import JOB, flaws, found, places

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
    assert own.load(write(tmp_path, HEAD + MATCH + NEVER + BINDING + f"  {spec}\n")) == []
    assert OWN.card("jobs-example-com")["severity"] == severity


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


@pytest.mark.parametrize("policy", ["Fail", "Ignore"])
@pytest.mark.parametrize("key", ["validations", "matchConditions"])
def test_what_cannot_be_evaluated(tmp_path: Path, policy: str, key: str) -> None:
    """It is told once, at the expression; the rest is judged."""
    spec = f"  failurePolicy: {policy}\n  {key}:\n  - expression: object.absent == 1\n"
    more = "  - expression: 'false'\n    message: other\n"
    spec += f"    name: a\n  validations:\n{more}" if key == "matchConditions" else more
    path = write(tmp_path, HEAD + spec)
    manifest = JOB + "---\n" + JOB.replace("hello", "bye")
    assert said(path, manifest) == ([] if key == "matchConditions" else ["other", "other"])
    text = (
        "error: jobs-example-com: `object.absent == 1` cannot be evaluated: "
        'the map has no key "absent" (for job.yaml:1 and 1 other place)'
    )
    assert rules.trouble() == ([] if policy == "Ignore" else [(f"{path}:8:17", text)])


def test_a_variable_without_a_value_matters_where_it_is_asked_for(tmp_path: Path) -> None:
    spec = (
        "  variables:\n  - {name: schedule, expression: object.spec.schedule}\n  validations:\n"
        "  - expression: object.kind == 'Job' || variables.schedule != ''\n"
        "  - expression: variables.schedule != ''\n"
    )
    path = write(tmp_path, HEAD + spec)
    assert said(path) == []
    ((at, why),) = rules.trouble()
    assert at == f"{path}:10:17"
    assert '`variables.schedule`: the map has no key "schedule"' in why


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
        (
            "  validations:\n  - expression: variables.a == 1\n",
            (7, 27),
            "the variable `a` must be defined before this expression",
        ),
        ("  validatons: []\n", (6, 3), "`spec` has no field `validatons`; did you mean `validations`?"),
        ("  validations:\n  - expresion: a\n", (7, 5), "`spec.validations` has no field `expresion`"),
        ("  matchConstraints:\n    resourceRule: []\n", (7, 5), "`spec.matchConstraints` has no field `resourceRule`"),
        ("  validations:\n  - expression: params.a == 1\n", (7, 17), "unknown variable or function `params`"),
        ("  validations:\n  - message: a\n", (7, 5), "`expression` is required"),
        (
            "  paramKind: {apiVersion: v1, kind: ConfigMap}\n" + NEVER,
            (6, 14),
            "no file of --rules has the policy's parameter, v1 ConfigMap: ",
        ),
        (MATCH + "    objectSelector:\n      matchLabels: {a b: red}\n", (13, 7), "`objectSelector`: the key"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, spec: str, place: tuple[int, int], message: str) -> None:
    (one,) = flaws(write(tmp_path, HEAD + spec))
    assert one[:2] == place, one
    assert one[2].startswith(message), one


def test_objects_without_a_policy(tmp_path: Path) -> None:
    (one,) = flaws(write(tmp_path, JOB))
    assert one == (2, 7, "`Job` is neither a card nor a ValidatingAdmissionPolicy, and no policy uses it")


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
    """Nothing of it is read but what it is for, and others beside it still count."""
    match = MATCH.replace("[batch]", groups).replace("[jobs]", resources)
    asks = "  validations:\n  - expression: nobody.metadata.name == 'a'\n"
    message = "unknown variable or function `nobody`"
    path = write(tmp_path, HEAD + match + asks)
    assert [one[2] for one in flaws(path)] == ([] if passed else [message])
    write(tmp_path, HEAD.replace("jobs.example.com", "other") + MATCH + NEVER, "other.yaml")
    if passed:
        assert [one.rule for one in found(str(tmp_path))] == ["other"]


def left(path: str, manifest: str = JOB) -> list[tuple[str, str]]:
    """What of a policy is left alone, each with its place, and what it says all the same."""
    found(path, manifest)
    return [(at.removeprefix(f"{path}:"), why.removeprefix("jobs-example-com: ")) for at, why in OWN.left()]


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("request.userInfo.username == ''",
         "the expression reads `request.userInfo`, but no file shows who sends the request"),
        ("request.options.fieldManager == ''",
         "the expression reads `request.options`, but no file shows how the request is sent"),
        ("size(request) == 0", "the expression reads all of `request`, but no file shows who sends the request"),
        ("authorizer.group('').resource('pods').check('get').allowed()",
         "`authorizer` asks the cluster for permissions: joblint does not access a cluster"),
        ("[1].all(i, v, i < v)", "joblint does not evaluate macros with two variables"),
        ("semver('1.0.0').major() == 1", "`semver` is a Kubernetes function that joblint does not evaluate"),
        ("namespaceObject.metadata.labels['team'] == 'a'",
         "the expression reads `namespaceObject.metadata.labels.team`, but no file has the Namespace `default`"),
        ("has(namespaceObject.metadata.annotations)",
         "the expression reads `namespaceObject.metadata.annotations`, but no file has the Namespace `default`"),
    ],
)  # fmt: skip
def test_what_no_file_shows_is_left_alone(tmp_path: Path, expression: str, why: str) -> None:
    spec = f'  validations:\n  - expression: "{expression}"\n  - expression: "false"\n    message: the rest\n'
    path = write(tmp_path, HEAD + spec)
    assert said(path) == ["the rest"]
    own.forget()
    assert left(path) == [("7:17", why)]
    assert rules.trouble() == []


def test_a_condition_that_no_file_shows_leaves_the_policy_alone(tmp_path: Path) -> None:
    spec = "  matchConditions:\n  - {name: a, expression: \"request.userInfo.username != 'x'\"}\n"
    path = write(tmp_path, HEAD + spec + NEVER)
    assert said(path) == []
    assert [at for at, _ in left(path)] == ["7:27"]


def test_a_variable_that_no_file_shows_leaves_what_uses_it_alone(tmp_path: Path) -> None:
    spec = (
        "  variables:\n  - {name: who, expression: request.userInfo.username}\n"
        "  - {name: more, expression: \"variables.who + 'x'\"}\n  - {name: unused, expression: authorizer}\n"
        "  validations:\n  - expression: variables.more != ''\n  - expression: 'false'\n    message: the rest\n"
    )
    path = write(tmp_path, HEAD + spec)
    assert said(path) == ["the rest"]
    ((at, why),) = left(path)
    assert at == "11:17"
    assert why.startswith("`variables.more`: `variables.who`: the expression reads `request.userInfo`")


def test_a_message_that_no_file_shows(tmp_path: Path) -> None:
    spec = "  validations:\n  - expression: 'false'\n    message: plain\n"
    spec += "    messageExpression: \"'by ' + request.userInfo.username\"\n"
    assert said(write(tmp_path, HEAD + spec)) == ["plain"]


@pytest.mark.parametrize(
    ("expression", "message"), [("'a\\nb'", "plain"), ("'a' + ' '", "a"), ("'x'.split('')[1]", "plain")]
)
def test_a_message_of_several_lines_is_not_used(tmp_path: Path, expression: str, message: str) -> None:
    quoted = json.dumps(expression)
    spec = f"  validations:\n  - expression: 'false'\n    message: plain\n    messageExpression: {quoted}\n"
    assert said(write(tmp_path, HEAD + spec)) == [message]


NAMESPACE = "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: {}\n  labels: {{team: {}}}\n"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("object.metadata.namespace == 'batch' && request.namespace == 'batch'", True),
        ("namespaceObject.metadata.name == 'batch'", True),
        ("namespaceObject.metadata.labels['kubernetes.io/metadata.name'] == 'batch'", True),
        ("namespaceObject.metadata.labels['team'] == 'red'", True),
        ("'team' in namespaceObject.metadata.labels", True),
        ("'other' in namespaceObject.metadata.labels", False),
        ("request.dryRun == false && request.name == 'hello' && request.kind.kind == 'Job'", True),
    ],
)
def test_the_namespace(tmp_path: Path, condition: str, holds: bool) -> None:
    path = write(tmp_path, HEAD + f'  validations:\n  - expression: "{condition}"\n')
    manifest = JOB + NAMESPACE.format("other", "blue") + NAMESPACE.format("batch", "red")
    assert (found(path, manifest, namespace="batch") == []) == holds
    assert OWN.left() == []
    assert rules.trouble() == []


def test_an_object_s_own_namespace_counts(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + "  validations:\n  - expression: object.metadata.namespace == 'mine'\n")
    assert found(path, JOB.replace("  name: hello", "  name: hello\n  namespace: mine"), namespace="batch") == []
    assert len(found(path, JOB.replace("  name: hello", "  name: hello\n  namespace: ''"))) == 1
    assert found(path, JOB.replace("  name: hello", "  name: hello\n  namespace: ${NS}")) == []


@pytest.mark.parametrize(
    ("selector", "labels", "matched"),
    [
        ("matchLabels: {team: red}", "red", True),
        ("matchLabels: {team: red}", "blue", False),
        ("matchExpressions: [{key: team, operator: DoesNotExist}]", "red", False),
        ("matchLabels: {team: red}", None, None),
        ("matchLabels: {team: red, kubernetes.io/metadata.name: other}", None, False),
        ("matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [a]}]", None, True),
    ],
)
@pytest.mark.parametrize("bound", [False, True])
def test_a_selector_of_namespaces(
    tmp_path: Path, selector: str, labels: str | None, matched: bool | None, bound: bool
) -> None:
    """None: no file shows the label, so the policy is left alone."""
    narrow = f"    namespaceSelector:\n      {selector}\n"
    text = HEAD + NEVER + BINDING + "  matchResources:\n" + narrow if bound else HEAD + MATCH + narrow + NEVER
    path = write(tmp_path, text)
    manifest = JOB + (NAMESPACE.format("default", labels) if labels else "")
    assert bool(said(path, manifest)) == bool(matched)
    assert [why for _, why in OWN.left() if "selects namespaces by the label `team`" in why] == [
        *(why for _, why in OWN.left())
    ]
    assert len(OWN.left()) == (matched is None)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (HEAD.replace("Policy", "Polcy") + NEVER, (2, 7), "`ValidatingAdmissionPolcy` is neither a card nor a V"),
        (HEAD.replace("kind: Validating", "kind: validating") + NEVER, (2, 7),
         "`validatingAdmissionPolicy` is neither a card nor a V"),
        (HEAD.replace("admissionregistration.k8s.io/v1", "policy/v1") + NEVER, (1, 13), "the `apiVersion` of a V"),
        (HEAD + NEVER + BINDING.replace("Binding", "Bindng"), (10, 7),
         "`ValidatingAdmissionPolicyBindng` is neither a card nor a V"),
        (HEAD + NEVER + BINDING.replace("jobs.example.com", "job.example.com"), (14, 15),
         "policy `job.example.com` of the binding is not in any file"),
        (HEAD + NEVER + BINDING + "  validationAction: [Deny]\n", (15, 3), "`spec` has no field `validationAction`"),
        ("apiVersion: v1\nmetadata: {}\n", (1, 1), "the document is neither a card (without `apiVersion`) nor"),
    ],
)  # fmt: skip
def test_what_is_misspelt(tmp_path: Path, text: str, place: tuple[int, int], message: str) -> None:
    (one,) = flaws(write(tmp_path, text))
    assert one[:2] == place, one
    assert one[2].startswith(message), one


def test_other_objects_beside_a_policy(tmp_path: Path) -> None:
    """They are of no use, which is told, and nothing else."""
    other = "---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n"
    path = write(
        tmp_path,
        HEAD
        + NEVER
        + other
        + other.replace("v1\n", f"{HEAD.split()[1]}\n").replace("Service", "MutatingAdmissionPolicy"),
    )
    assert len(said(path)) == 1
    assert [at for at, _ in left(path)] == ["10:7", "14:7"]


def test_a_list_of_policies(tmp_path: Path) -> None:
    """As `kubectl get -o yaml` writes it."""
    items = "".join(f"- {text.strip()}\n".replace("\n", "\n  ").rstrip() + "\n" for text in (HEAD + MATCH + NEVER,))
    assert said(write(tmp_path, "apiVersion: v1\nkind: List\nitems:\n" + items)) == ["failed expression: false"]


def test_the_fields_of_a_request(tmp_path: Path) -> None:
    """What is empty is not there, and another field is an error to the API server, too."""
    spec = "  validations:\n  - expression: has(request.subResource) || !has(request.name)\n    message: no\n"
    assert said(write(tmp_path, HEAD + spec.replace("message: no", "message: it has none"))) == ["it has none"]
    own.forget()
    spec = "  validations:\n  - expression: request.objekt.name == ''\n  - expression: request.operations == ''\n"
    ((*place, message),) = flaws(write(tmp_path, HEAD + spec))
    assert (place, message) == ([7, 17], "`request` has no field `objekt`")


def test_a_text_that_yaml_reads_as_something_else(tmp_path: Path) -> None:
    spec = "  variables:\n  - {name: n, expression: '1'}\n"
    ((*place, message),) = flaws(write(tmp_path, HEAD + spec))
    assert (place, message) == ([7, 12], "`name` must be a string, but `n` is a boolean to YAML: quote it")
