"""Cards: what they say, and the place of what is wrong with them."""

import json
from pathlib import Path

import pytest

import joblint
from joblint.checks import own
from joblint.checks.own.files import read
from joblint.checks.own.flaw import OwnError
from joblint.rule import cards as rules
from joblint.rule.own import OWN
from joblint.rule.registry import REGISTRY
from tests.checks.own.support import JOB, card, flaws, found, places

CONTAINER = "object.spec.template.spec.containers"


def write(folder: Path, text: str, name: str = "card.yaml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("condition", "on", "more", "expected"),
    [
        ("self.metadata.labels.team == 'blue'", "Job", "", [(1, 1, "")]),
        ("self.metadata.labels.team == 'red'", "Job", "", []),
        (
            "self.metadata.labels.team == 'blue'",
            "Job",
            "field: metadata.labels.team\n",
            [(6, 11, "metadata.labels.team")],
        ),
        (
            "self.metadata.labels.team == 'blue'",
            "Job",
            "field: metadata.labels[team]\n",
            [(6, 11, "metadata.labels[team]")],
        ),
        (
            "has(self.activeDeadlineSeconds)",
            "JobSpec",
            "field: activeDeadlineSeconds\n",
            [(7, 1, "spec.activeDeadlineSeconds")],
        ),
        ("self.backoffLimit < 6", "JobSpec", "", [(7, 1, "spec")]),
        (
            "self.image.endsWith(':2')",
            "Container",
            "field: image\n",
            [(13, 16, "spec.template.spec.containers[0].image")],
        ),
        ("self.name != 'second'", "Container", "", [(17, 9, "spec.template.spec.containers[1]")]),
        (
            "has(self.resources.limits)",
            "Container",
            "field: resources.limits",
            [(17, 9, "spec.template.spec.containers[1].resources.limits")],
        ),
        (
            "self.resources.?limits.?memory.orValue('1Gi') != '1Gi'",
            "Container",
            "",
            [(12, 9, "spec.template.spec.containers[0]"), (17, 9, "spec.template.spec.containers[1]")],
        ),
        (
            f"{CONTAINER}.size() == 1 && self.name != ''",
            "Container",
            "",
            [(12, 9, "spec.template.spec.containers[0]"), (17, 9, "spec.template.spec.containers[1]")],
        ),
    ],
)
def test_a_condition_is_asked_of_every_value_of_its_type(
    tmp_path: Path, condition: str, on: str, more: str, expected: list[tuple[int, int, str]]
) -> None:
    found_ = places(write(tmp_path, card(condition, on, more)))
    assert [(line, column, field.replace(".team", "[team]")) for line, column, field in found_] == [
        (line, column, field.replace(".team", "[team]")) for line, column, field in expected
    ]


def test_what_the_file_does_not_show_makes_a_rule_silent_only_where_it_looks(tmp_path: Path) -> None:
    everywhere = f"{CONTAINER}.all(one, one.image == 'x')"
    names = f"{CONTAINER}.all(one, one.name == 'x')"
    assert places(write(tmp_path, card(everywhere), "a.yaml")) == []
    assert places(write(tmp_path, card(names, name="other"), "b.yaml")) == [(1, 1, "")]


def test_messages(tmp_path: Path) -> None:
    said = "message: never\nmessageExpression: \"'team ' + self.metadata.labels.team\"\n"
    assert [one.message for one in found(write(tmp_path, card("false", more=said), "a.yaml"))] == ["team red"]
    own.forget()
    broken = "message: never\nmessageExpression: self.metadata.labels.absent\n"
    assert [one.message for one in found(write(tmp_path, card("false", more=broken), "b.yaml"))] == ["never"]
    own.forget()
    assert [one.message for one in found(write(tmp_path, card("false"), "c.yaml"))] == ["It is so."]


def test_minors_share_a_finding_where_their_defaults_are_the_same(tmp_path: Path) -> None:
    path = write(tmp_path, card("!has(self.podReplacementPolicy)", "JobSpec"))
    (one,) = found(path, JOB, kube_version="1.21-1.37")
    assert one.kube_versions == tuple(f"1.{minor}" for minor in range(29, 38))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n", (1, 1, "a card must be a mapping")),
        ("name: a\n", (1, 1, "`effects` is required in a card")),
        (card("true", "Contaner"), (3, 5, "`Contaner` is not a Kubernetes type in Jobs; did you mean `Container`?")),
        (card("true", more="feild: a\n"), (7, 1, "a card has no key `feild`; did you mean `field`?")),
        (
            card("true", more="field: a..b\n"),
            (7, 9, "`field` must be a path below the value, such as `securityContext.runAsNonRoot`"),
        ),
        (card("true", more="severity: grave\n"), (7, 11, "`severity` must be one of `error`, `warning`, `info`")),
        (card("true", more="fix: safe\n"), (7, 6, "a rule in CEL cannot have a fix: use `none`, or remove `fix`")),
        (
            card("true", name="Mine"),
            (1, 7, "a rule's name must consist of lower-case letters, digits and single hyphens"),
        ),
        (card("true", name="rejected"), (1, 7, "`rejected` is a reserved word: choose another name")),
        (card("true").replace("[mistake]", "[rejected]"), (2, 10, "`effects` must be one of `mistake`, `advice`")),
        (card("1 + 1"), (5, 12, "the expression must return bool, not int")),
        (card("true &&\nself.name.foo(1) == 2"), (7, 13, "unknown variable or function `foo`")),
        (card("true &&\n  selv.name == 2"), (7, 5, "unknown variable or function `selv`")),
        (card("1 == 'a'"), (6, 5, "found no matching overload for '_==_' applied to '(int, string)'")),
        (
            card("authorizer.group('')"),
            (6, 3, "`authorizer` asks the cluster for permissions: joblint does not access a cluster"),
        ),
        (
            card("self.a.transformList(k, v, v) == []"),
            (6, 10, "`transformList` is a macro with two variables that joblint does not evaluate"),
        ),
        (card("(" * 40 + "true" + ")" * 40), (5, 12, "the expression is nested deeper than the 32 levels")),
        (
            card("[self.metadata.name]" + ".map(a, a + a)" * 24 + "[0] == ''"),
            (5, 12, "the expression can create a value many times as large as the object"),
        ),
        (card("true || " * 2000 + "true"), (5, 12, "the expression is longer than the 10000 characters")),
        (card("true", more="bad:\n- manifst: a\n"), (8, 3, "`manifest` is required in an example")),
        ("name: [\n", (2, 1, "YAML expects a value here")),
        ("name: a\nname: b\n", (2, 1, "`name` is set twice")),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, text: str, expected: tuple[int, int, str]) -> None:
    found_ = flaws(write(tmp_path, text))
    assert [one[:2] for one in found_] == [expected[:2]], found_
    assert found_[0][2].startswith(expected[2]), found_


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ("condition: self.zz(1)\n", 17),
        ("condition: 'self.zz(1)'\n", 18),
        ('condition: "self.zz(1)"\n', 18),
        ('condition: "self.\\u007az(1)"\n', 12),  # behind an escape: the scalar
    ],
)
def test_a_place_in_an_expression_in_every_style(tmp_path: Path, written: str, column: int) -> None:
    text = card("").split("condition:")[0] + written
    assert [one[:2] for one in flaws(write(tmp_path, text))] == [(5, column)]


def test_a_place_in_a_folded_expression(tmp_path: Path) -> None:
    text = card("").split("condition:")[0] + "condition: >-\n  true\n  &&   zz\n"
    assert [one[:2] for one in flaws(write(tmp_path, text))] == [(7, 8)]


def test_a_name_that_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path, card("true", name="unknown-field"))
    assert [str(one) for one in own.load(path)] == [
        f"{path}:1:7: error: the name `unknown-field` is already used by a rule or group of joblint"
    ]


def test_a_file_that_is_named_twice_is_taken_once(tmp_path: Path) -> None:
    path = write(tmp_path, card("false"))
    assert own.load(str(tmp_path)) == []
    assert own.load(path) == []
    assert len(OWN) == 1
    assert [entry.type for entry in REGISTRY if entry.name == "mine"] == ["Job", "CronJob", "v1beta1.CronJob"]


def test_every_card_of_a_stream_of_json_is_read(tmp_path: Path) -> None:
    """Also behind the first hundred, though nothing in a card speaks of a kind."""
    content = {"effects": ["mistake"], "on": "Job", "summary": "It is so.", "condition": "true"}
    cards = [json.dumps({"name": f"mine-{number}", **content}) for number in range(105)]
    found, flaws = read(write(tmp_path, "\n".join(cards), "cards.json"))
    assert ([one.name for one in found][100:], flaws) == ([f"mine-{number}" for number in range(100, 105)], [])


def test_a_rule_of_newer_minors(tmp_path: Path) -> None:
    path = write(tmp_path, card("false", more="since: 1.27\n"))
    (said,) = found(path, kube_version="1.21-1.37")
    assert said.kube_versions == tuple(f"1.{minor}" for minor in range(27, 38))
    assert found(path, kube_version="1.26") == []


@pytest.mark.parametrize("written", ["1.20", "27", "[1.27]", "1.21-1.30", "''", "new"])
def test_since_takes_a_minor(tmp_path: Path, written: str) -> None:
    ((line, column, message),) = flaws(write(tmp_path, card("true", more=f"since: {written}\n")))
    assert (line, column) == (7, 8)
    assert message.startswith(
        "`since` must be a Kubernetes minor version, such as `1.27`; joblint supports 1.21 to 1.37"
    )


def test_rules_are_forgotten(tmp_path: Path) -> None:
    own.take(write(tmp_path, card("false")))
    assert "mine" in rules.cards()
    own.forget()
    assert "mine" not in rules.cards()
    assert not any(entry.name == "mine" for entry in REGISTRY)


def test_in_python(tmp_path: Path) -> None:
    """`rules` are of the call alone; nothing of it is left for the next."""
    path = tmp_path / "mine.yaml"
    path.write_text(card("object.spec.backoffLimit == 2", more="severity: error\n"), encoding="utf-8")
    found = joblint.lint(JOB, rules=[path])
    assert [(one.rule, one.severity, one.line) for one in found] == [("mine", "error", 1)]
    assert joblint.lint(JOB) == []
    assert joblint.lint(JOB, rules=[path], ignore=["own"]) == []


def test_in_python_a_mistake_has_its_place(tmp_path: Path) -> None:
    path = write(tmp_path, card("self.image =="))
    with pytest.raises(ValueError, match=r"\.yaml:6:\d+: error: "):
        joblint.lint(JOB, rules=[path])


def test_an_example_has_other_files(tmp_path: Path) -> None:
    texts = "bad:\n- files: {other.yaml: 'a: 1'}\n  manifest: |\n    a: 1\n"
    assert flaws(write(tmp_path, card("true", more=texts))) == []
    assert flaws(write(tmp_path, card("true", more=texts.replace("'a: 1'", "[]")))) == [
        (8, 23, "`other.yaml` must be a non-empty string")
    ]


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OwnError, match="no such file or directory"):
        own.load(str(tmp_path / "none"))


def test_a_condition_that_cannot_be_judged_is_told_at_its_place(tmp_path: Path) -> None:
    path = write(tmp_path, card("self.spec.activeDeadlineSeconds == 1"))
    assert found(path) == []
    assert rules.trouble() == [
        (
            f"{path}:5:12",
            (
                "error: mine: `self.spec.activeDeadlineSeconds == 1` cannot be evaluated: "
                'the map has no key "activeDeadlineSeconds" (for job.yaml:1)'
            ),
        )
    ]
    assert rules.trouble() == []


def test_what_is_refused_need_not_have_what_a_condition_relies_on(tmp_path: Path) -> None:
    path = write(tmp_path, card("self.image != ''", "Container"))
    assert found(path, JOB.replace("image: busybox:1.36", "imagePullPolicy: Always")) == []
    assert rules.trouble() == []


@pytest.mark.parametrize(
    ("condition", "on", "column", "message"),
    [
        ("has(self.resource)", "Container", 12, "`Container` has no field `resource`; did you mean `resources`?"),
        ("self.env.all(e, e.nme != '')", "Container", 21, "`EnvVar` has no field `nme`; did you mean `name`?"),
        ("self.env.name != ''", "Container", 12, "a list has no field `name`: read it from the list's items"),
        ("self['hostpath'] != null", "Volume", 9, "`Volume` has no field `hostpath`; did you mean `hostPath`?"),
        ("object.spec.schedul != ''", "Job", 15, "`CronJobSpec` has no field `schedul`; did you mean `schedule`?"),
        ("self.spec.template.spec.dnsPolice != ''", "[Job, CronJob]", 27,
         "`PodSpec` has no field `dnsPolice`; did you mean `dnsPolicy`?"),
    ],
)  # fmt: skip
def test_a_field_that_no_version_has(tmp_path: Path, condition: str, on: str, column: int, message: str) -> None:
    assert flaws(write(tmp_path, card(condition, on))) == [(6, column, message)]


@pytest.mark.parametrize(
    ("condition", "on"),
    [
        ("has(object.spec.jobTemplate) || has(object.spec.template)", "Container"),
        ("self.metadata.labels.team == 'a' || 'b' in object.metadata.annotations", "Job"),
        ("has(self.spec.jobTemplate) ? self.spec.suspend : self.spec.completions == 1", "[Job, CronJob]"),
        ("self.resources.limits['nvidia.com/gpu'] == '1' && self.env[0].name == 'a'", "Container"),
        ("object.kind == 'Job' && object.apiVersion == 'batch/v1' && has(object.status)", "Volume"),
        ("has(self.awsElasticBlockStore) || has(self.image)", "Volume"),
        ("self.env.filter(e, has(e.valueFrom)).all(e, has(e.valueFrom.secretKeyRef.name))", "Container"),
    ],
)
def test_fields_that_some_version_has(tmp_path: Path, condition: str, on: str) -> None:
    assert flaws(write(tmp_path, card(condition, on))) == []


def test_a_path_to_no_field(tmp_path: Path) -> None:
    assert flaws(write(tmp_path, card("true", "Container", "field: env[0].nam\n"))) == [
        (7, 8, "`EnvVar` has no field `nam`; did you mean `name`?")
    ]
    assert flaws(write(tmp_path, card("true", "Container", "field: resources.limits[example.com/gpu]\n"))) == []


def test_a_condition_that_is_neither_true_nor_false(tmp_path: Path) -> None:
    path = write(tmp_path, card("self.metadata.name"))
    assert found(path) == []
    ((_, why),) = rules.trouble()
    assert why.endswith("cannot be evaluated: it returns a string, not true or false (for job.yaml:1)")


def test_a_condition_that_cannot_be_judged_is_told_once(tmp_path: Path) -> None:
    path = write(tmp_path, card("self.absent == 1".replace("absent", "metadata.annotations.x")))
    assert found(path, JOB + "---\n" + JOB.replace("hello", "other") + "---\n" + JOB.replace("hello", "third")) == []
    ((_, why),) = rules.trouble()
    assert why.endswith(" (for job.yaml:1 and 2 other places)")


def test_in_python_a_condition_that_cannot_be_judged_is_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path, card("self.metadata.annotations.x == '1'"))
    with pytest.warns(RuntimeWarning, match=r"card\.yaml:5:12: error: mine: .* cannot be evaluated"):
        assert joblint.lint(JOB, rules=[path]) == []


def test_the_namespace_is_that_of_the_request(tmp_path: Path) -> None:
    path = write(tmp_path, card("object.metadata.namespace == 'default'"))
    assert joblint.lint(JOB, rules=[path]) == []
    assert [one.rule for one in joblint.lint(JOB, rules=[path], namespace="batch")] == ["mine"]
    with pytest.raises(ValueError, match="namespace `Batch`"):
        joblint.lint(JOB, rules=[path], namespace="Batch")
