"""Names, labels and addresses. The tables hold what apimachinery 0.37.1 answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.kube.names import cure as names_cure
from joblint.kube.names import ip, labelselector, names

# text, and which of the functions below take it, a letter each
FUNCTIONS = {
    "l": names.dns_label,
    "5": names.dns_1035_label,
    "s": names.dns_subdomain,
    "u": lambda text: names.dns_subdomain(text, underscore=True),
    "p": lambda text: names.object_name(text, prefix=True),
    "q": names.qualified_name,
    "a": names.annotation_key,
    "v": names.label_value,
    "m": names.domain_prefixed_path,
    "f": names.fully_qualified_domain_name,
    "c": names.c_identifier,
    "%": names.percent,
}
TABLE = [
    ("", "v"),
    ("a", "l5supqavc"),
    ("a1", "l5supqavc"),
    ("1a", "lsupqav"),
    ("A", "qavc"),
    ("My_Job", "qavc"),
    ("my_job", "uqavc"),
    ("_a", "uc"),
    ("__a", "c"),
    ("a.b", "supqavf"),
    ("a.b.", "f"),
    ("a..b", "qav"),
    ("a.-b", "qav"),
    ("a_.b", "qav"),
    ("-a", ""),
    ("a-", "p"),
    ("-", ""),
    ("a--", "p"),
    ("a.-", "p"),
    ("é", ""),
    ("é-", ""),
    ("aé-", ""),
    ("a b", ""),
    ("a\n", ""),
    ("example.com/app", "qam"),
    ("Example.com/app", "a"),
    ("example.com/App", "qam"),
    ("example.com/a/b", "m"),
    ("example.com/", ""),
    ("/app", ""),
    ("example.com/a b", ""),
    ("example.com/a?b", ""),
    ("example.com/~%40", "m"),
    ("\u212a/a", "a"),  # the Kelvin sign, which is a k in small letters
    ("a\u0130", "a"),
    ("5%", "%"),
    ("%", ""),
    ("5%%", ""),
    ("٥%", ""),
    ("a" * 63, "l5supqavc"),
    ("a" * 64, "supc"),
    ("a" * 253, "supc"),
    ("a" * 253 + "-", "p"),
    ("a" * 254, "c"),
    (".".join(["a" * 63] * 3), "supf"),
    (".".join(["a" * 64] * 2), "sup"),
    ("a" * 253 + "/b", "qam"),
    ("a" * 254 + "/b", ""),
]


@pytest.mark.parametrize(("text", "right"), TABLE, ids=lambda value: repr(value)[:24])
def test_names(text: str, right: str) -> None:
    assert {letter for letter, function in FUNCTIONS.items() if function(text) is None} == set(right)


def test_a_prefix_is_judged_with_something_behind_it() -> None:
    assert names.masked("job-") == "joa"
    assert names.masked("-") == "-"
    assert names.masked("job") == "job"


@pytest.mark.parametrize(
    ("text", "label", "subdomain"),
    [
        ("My_Job", "my-job", "my-job"),
        ("my.job", "my-job", "my.job"),
        ("-x-", "x", "x"),
        ("My Job.v2_", "my-job-v2", "my-job.v2"),
        ("___", None, None),
        ("", None, None),
        ("Jöb", None, None),
        ("a" * 300, None, None),
    ],
)
def test_suggestions(text: str, label: str | None, subdomain: str | None) -> None:
    assert names_cure.suggest_dns_label(text) == label
    assert names_cure.suggest_dns_subdomain(text) == subdomain


def test_a_suggestion_is_part_of_what_is_said() -> None:
    assert "for example `my-job`" in (names.dns_label("My_Job") or "")
    assert "for example `my-job.v2`" in (names.dns_subdomain("My_Job.v2") or "")


@given(st.text(alphabet=st.characters(codec=None), max_size=80) | st.text(alphabet="aZ0-_./ ", max_size=80))
def test_what_is_suggested_is_right(text: str) -> None:
    judges = {
        "dns_label": names.dns_label,
        "dns_subdomain": names.dns_subdomain,
        "label_value": names.label_value,
    }
    for kind, judge in judges.items():
        meant = names_cure.SUGGEST[kind](text)
        assert meant is None or judge(meant) is None
    for function in FUNCTIONS.values():
        wrong = function(text)
        assert wrong is None or "\n" not in wrong
    assert len(names.short(text, 20)) <= 20


@pytest.mark.parametrize(
    ("text", "known", "loose", "strict", "warned"),
    [
        ("10.9.8.7", "10.9.8.7", True, True, False),
        ("010.009.008.007", "10.9.8.7", True, False, True),
        ("1.2.3", None, False, False, False),
        ("1.2.3.256", None, False, False, False),
        ("1.2.3.4.5", None, False, False, False),
        ("::", "::", True, True, False),
        ("2001:db8::ffff", "2001:db8::ffff", True, True, False),
        ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1", True, True, True),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3", True, True, True),
        ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7", True, True, False),
        ("::00001", "::1", True, False, True),
        ("::ffff:1.2.3.4", "1.2.3.4", True, False, True),
        ("::ffff:102:304", "1.2.3.4", True, False, True),
        ("::1.2.3.4", "::102:304", True, True, True),
        ("::1.2.03.4", "::102:304", True, False, True),
        ("1::2::3", None, False, False, False),
        (":::", None, False, False, False),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", True, True, True),
        ("1:2:3:4:5:6:7:8::", None, False, False, False),
        ("1.2.3.4::", None, False, False, False),
        ("fe80::1%eth0", None, False, False, False),
        ("::12345", None, False, False, False),
        ("１.2.3.4", None, False, False, False),
        ("", None, False, False, False),
        ("localhost", None, False, False, False),
        ("1:" * 100_000, None, False, False, False),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_addresses(text: str, known: str | None, loose: bool, strict: bool, warned: bool) -> None:
    assert ip.canonical(text) == known
    assert (ip.ip(text) is None, ip.ip(text, strict=True) is None) == (loose, strict)
    assert (ip.warning(text) is not None) == warned
    assert known is None or ip.warning(known) is None


@pytest.mark.parametrize(
    ("selector", "labels", "selects"),
    [
        (None, {"a": "1"}, False),
        ({}, {"a": "1"}, True),
        ({"matchLabels": None, "matchExpressions": None}, {}, True),
        ({"matchLabels": {"a": "1"}}, {"a": "1", "b": "2"}, True),
        ({"matchLabels": {"a": "1"}}, {"a": "2"}, False),
        ({"matchLabels": {"a": ""}}, {}, False),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}, {"a": "2"}, True),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": [""]}]}, {}, False),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}, {}, True),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}, {"a": "1"}, False),
        ({"matchExpressions": [{"key": "a", "operator": "Exists"}]}, {"a": ""}, True),
        ({"matchExpressions": [{"key": "a", "operator": "Exists", "values": []}]}, {}, False),
        ({"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}, {}, True),
        ({"matchLabels": {"a": "1"}, "matchExpressions": [{"key": "b", "operator": "Exists"}]}, {"a": "1"}, False),
    ],
)
def test_selectors(selector: dict | None, labels: dict[str, str], selects: bool) -> None:
    assert labelselector.matches(selector, labels) is selects


@pytest.mark.parametrize(
    "selector",
    [
        {"matchLabels": {"-a": "1"}},
        {"matchLabels": {"a": "-"}},
        {"matchLabels": {"a": 1}},
        {"matchLabels": [1]},
        {"matchExpressions": {}} | {"matchLabels": "a"},
        {"matchExpressions": [1]},
        {"matchExpressions": [{"key": "a", "operator": "in", "values": ["1"]}]},
        {"matchExpressions": [{"key": "a", "operator": "In"}]},
        {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["1"]}]},
        {"matchExpressions": [{"operator": "Exists"}]},
        {"matchExpressions": [{"key": "a", "operator": "In", "values": ["-"]}]},
        {"matchExpressions": [{"key": "a", "operator": "In", "values": "1"}]},
        {"matchExpressions": [{"key": "a", "operator": ["In"], "values": ["1"]}]},
    ],
)
def test_selectors_that_nothing_can_be_made_of(selector: dict) -> None:
    with pytest.raises(labelselector.SelectorError):
        labelselector.matches(selector, {})


@pytest.mark.parametrize(
    ("function", "text", "words"),
    [
        ("q", "example.com/a b", "the part after `/` contains a space, but only a-z, A-Z, 0-9, `-`, `_` and `.` are"),
        ("v", "a-", "it ends with `-`, but must start and end with a letter or digit"),
        ("a", "\u00c9x", "it contains `\u00c9`, but only"),
        ("l", "My_job", "it contains `M`, but only a-z, 0-9 and `-` are allowed, for example `my-job`"),
        ("s", "a..b", "it contains `..`, but each part must"),
        ("s", "a.-b", "it has the part `-b`, but each part must"),
        ("u", "a.", "it ends with `.`, but each part must"),
        ("u", "_.a", "it has the part `_`, but each part must"),
    ],
)
def test_the_message_names_what_is_wrong(function: str, text: str, words: str) -> None:
    assert words in (FUNCTIONS[function](text) or "")
