"""Kubernetes' functions, by their documentation's examples (apiserver pkg/cel/library) and by hand."""

from typing import Any

import pytest

from joblint.checks.own.cel import Outcome, compile_, evaluate
from joblint.checks.own.flaw import NotHere, Wrong
from joblint.manifests.yaml.tree import Node


def outcome(text: str, **data: Any) -> Outcome:
    return evaluate(compile_(text, Node(0, 0), tuple(data)), data)[0]


@pytest.mark.parametrize(
    "text",
    [
        "quantity('50k') == quantity('50000')",
        "quantity('1Gi').compareTo(quantity('1024Mi')) == 0",
        "quantity('200M').isGreaterThan(quantity('0.2Gi')) == false",
        "quantity('1').isLessThan(quantity('1500m'))",
        "quantity('50k').add(20) == quantity('50020')",
        "quantity('50k').add(quantity('20')).sub(20000) == quantity('30020')",
        "sign(quantity('-5')) == -1",
        "quantity('50k').asInteger() == 50000 && quantity('1500m').isInteger() == false",
        "!quantity('9999999999999999999999999999999999999G').isInteger()",
        "quantity('1500m').asApproximateFloat() == 1.5",
        "isQuantity('1.3G') && !isQuantity('1.3g') && !isQuantity('')",
        "'abc 123'.find('[0-9]+') == '123' && 'abc'.find('[0-9]+') == ''",
        "'123 abc 456'.findAll('[0-9]+') == ['123', '456']",
        "'123 abc 456'.findAll('[0-9]+', 1) == ['123'] && 'a1'.findAll('[0-9]', 0) == []",
        "'aab'.findAll('a*') == ['aa', ''] && 'b\\n'.find('b$') == '' && 'abc'.find('[[:alpha:]]+') == 'abc'",
        "'a²'.find('\\\\d') == '' && cidr('10.0.0.1/8').ip() == ip('10.0.0.1') && ip('10.0.0.1').isGlobalUnicast()",
        "!isCIDR('10.0.0.0/08') && !isCIDR('10.0.0.0/255.0.0.0') && !isURL('https://example.com/%zz')",
        "[3, 1].sort() == [1, 3] && [1, 1].distinct() == [1] && [1, 2, 3].slice(1, 2) == [2]",
        "[[1], [2]].flatten() == [1, 2]",
        "!isCIDR('::ffff:1.2.3.4/112') && !isURL(' https://h/') && !isURL('https://a b/') && isURL('https://h/?a=%zz')",
        "url('https://h/a b').getEscapedPath() == '/a%20b'",
        "url('https://h/a%20b c').getEscapedPath() == '/a%20b%20c'",
        "url('https://h/ä\"#x').getEscapedPath() == '/%C3%A4%22'",
        "url('https://h/?a=%zz&b=1').getQuery() == {'b': ['1']}",
        "[1, 3].isSorted() && !['b', 'a'].isSorted() && [].isSorted()",
        "[1, 3].sum() == 4 && [1.5, 3.0].sum() == 4.5 && [].sum() == 0",
        "[1, 3].min() == 1 && ['a', 'c'].max() == 'c'",
        "[1, 2, 2].indexOf(2) == 1 && [1, 2, 2].lastIndexOf(2) == 2 && [1].indexOf(3) == -1",
        "'tacocat'.indexOf('c') == 2 && 'tacocat'.lastIndexOf('c') == 4",
        "sets.contains([1, 2], [1]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])",
        "url('https://user@example.com:80/a%20b?k=v&k=w').getHost() == 'example.com:80'",
        "url('https://example.com:80/').getHostname() == 'example.com'",
        "url('https://example.com:80/').getPort() == '80' && url('https://example.com/').getPort() == ''",
        "url('https://example.com/a%20b?k=v&k=w').getEscapedPath() == '/a%20b'",
        "url('https://example.com/?k=v&k=w').getQuery() == {'k': ['v', 'w']}",
        "url('https://[::1]:80/').getHost() == '[::1]:80' && isURL('/path') && !isURL('../p')",
        "isIP('127.0.0.1') && !isIP('127.0.0.256') && ip('::1').family() == 6 && ip('127.0.0.1').isLoopback()",
        "ip('192.168.0.1') == ip('192.168.0.1') && ip.isCanonical('::1') && !ip.isCanonical('0::1')",
        "cidr('192.168.0.0/24').containsIP('192.168.0.7') && cidr('192.168.0.0/24').containsIP(ip('192.168.0.7'))",
        "cidr('192.168.0.0/24').containsCIDR('192.168.0.0/25') && !cidr('10.0.0.0/8').containsCIDR('::/0')",
        "cidr('192.168.0.9/24').masked() == cidr('192.168.0.0/24') && cidr('::/64').prefixLength() == 64",
        "isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0')",
        "'%s-%d'.format(['a', 1]) == 'a-1' && 'A'.lowerAscii() == 'a' && ['a', 'b'].join('-') == 'a-b'",
    ],
)
def test_what_holds(text: str) -> None:
    assert outcome(text) == Outcome(True)


@pytest.mark.parametrize(
    "text",
    [
        "sign(quantity('1g'))",
        "quantity('1500m').asInteger()",
        "quantity('1').isGreaterThan(ip('::1'))",
        "'a'.find('(')",
        "[].max()",
        "url('a b').getHost()",
        "ip('::ffff:1.2.3.4').family()",
        "cidr('10.0.0.1').prefixLength()",
        "quantity('1e999999').asInteger()",
    ],
)
def test_what_has_no_value(text: str) -> None:
    assert outcome(text).trouble


def test_what_is_not_needed_is_not_asked() -> None:
    assert outcome("x == 1 || quantity('') == quantity('')", x=1) == Outcome(True)


@pytest.mark.parametrize(
    ("text", "pattern", "found"),
    [
        ("aab", "a*", ["aa", ""]),
        ("b\n", "b$", []),
        ("²a", "\\\\w", ["a"]),
        ("aa b aaa", "a+", ["aa", "aaa"]),
        ("ab", "", ["", "", ""]),
        ("Ab", "(?i)a", ["A"]),
        ("abc", "(a|ab)(c|bcd)", ["abc"]),
        ("ab ab", "\\\\bab", ["ab", "ab"]),
    ],
)
def test_matches_are_those_of_go(text: str, pattern: str, found: list[str]) -> None:
    """As regexp.FindAllString of Go gives them: nothing is found directly after a match."""
    assert outcome(f"x.findAll('{pattern}') == {found!r}", x=text) == Outcome(True)
    assert outcome(f"x.find('{pattern}') == {(found or [''])[0]!r}", x=text) == Outcome(True)


@pytest.mark.parametrize("pattern", ["(", r"(a)\\1", "(?=a)", "a{2000}", "((a{100}){100}){100}", "(?:){1001}"])
def test_a_pattern_that_re2_refuses(pattern: str) -> None:
    assert outcome(f"'a'.find('{pattern}') == ''").trouble.startswith("not a valid regular expression: ")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[1, 'a'].sort() == []", "`sort` requires a list of comparable values of the same type"),
        ("[{}, {}].max() == 1", "`max` requires a list of comparable values of the same type"),
        ("[null, null].isSorted()", "`isSorted` requires a list of comparable values of the same type"),
        ("[].min() == 1", "`min` is called on an empty list"),
        ("['a', 'b'].sum() == 'ab'", "`sum` requires a list of numbers of the same type"),
        ("[true].sum() == 1", "`sum` requires a list of numbers of the same type"),
        ("[9223372036854775807, 1].sum() == 0", "integer overflow"),
        ("[duration('1s')].max() == duration('1s')", "joblint does not evaluate `max` of times"),
    ],
)
def test_lists_that_have_no_such_value(text: str, why: str) -> None:
    assert outcome(text).trouble == why


def test_a_long_reason_is_cut() -> None:
    assert len(outcome("ip(object) == ip('10.0.0.1')", object="9" * 5000).trouble) == 201


ZONED = "timestamp('2026-07-01T12:00:00Z').getHours({}) == {}"


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("''", 12), ("'UTC'", 12), ("'+02:00'", 14), ("'-02:00'", 10), ("'02:00'", 14), ("'Etc/GMT+5'", 7)],
)
def test_a_time_zone(zone: str, hour: int) -> None:
    assert outcome(ZONED.format(zone, hour)).value is True


@pytest.mark.parametrize(
    "zone",
    ["/etc/localtime", "file:/etc/localtime", "../zone", "a/../b", "localtime", "libc:localtime", "Local", "UTC\\x00",
     "-1:00", "Fixed/UTC+05:00:00", "//", "Europe//Berlin", " UTC"],
)  # fmt: skip
def test_a_time_zone_that_is_a_file(zone: str) -> None:
    """The library would open it, and wait for a FIFO."""
    with pytest.raises(Wrong, match="is not a time zone"):
        compile_(ZONED.format(f"'{zone}'", 1), Node(0, 0), ())


@pytest.mark.parametrize(
    "condition",
    [
        ZONED.format("dyn(object)", 1),
        ZONED.format("object + ''", 1),
        f"['/etc/localtime'].all(zone, {ZONED.format('zone', 1)})",
        f"has(object.a) || {ZONED.format('true ? object : object', 1)}",
    ],
)
def test_a_time_zone_that_is_computed(condition: str) -> None:
    with pytest.raises(NotHere, match="the expression computes the name of a time zone"):
        compile_(condition, Node(0, 0), ("object",))
