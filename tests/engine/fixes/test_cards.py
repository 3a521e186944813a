"""The fix of every card's bad examples, in every style and in every kind of file."""

import pytest

from joblint.engine.harm import UNREADABLE
from joblint.manifests.source import Source
from tests.engine.fixes import styles
from tests.engine.fixes.checks import check_all, check_alone, gone, kinds
from tests.engine.fixes.corpus import Case, cards
from tests.engine.fixes.cures import cures
from tests.engine.fixes.styles import Style, Wrapped
from tests.test_cards import CARDS

pytestmark = pytest.mark.slow

STYLES = {
    "odd": Style(3, 2, False),
    "wide": Style(4, 1, False),
    "half": Style(flow=4),
    "inner": Style(flow=6, lines=True),
    "flow": Style(flow=0),
    "flow lines": Style(flow=0, lines=True),
    "json": Style(flow=0, json=True),
    "json lines": Style(flow=0, lines=True, json=True),
}
# Quotes that make a document readable are another matter (tests/manifests/test_problems.py): with them more is found.
# Whether an example has a fix is found out by its test: to judge them all takes seconds, and xdist collects thrice.
CASES = [
    case
    for case in cards()
    if case.language == "yaml" and CARDS[case.rule]["fix"] != "none" and case.rule != UNREADABLE
]


def files(case: Case) -> dict[str, Wrapped]:
    """An example in all styles, and in all kinds of files."""
    found = {kind: styles.wrapped(case.text, kind) for kind in styles.WRAPS}
    for name, style in STYLES.items():
        text = styles.restyled(case.text, style)
        found[name] = styles.wrapped(text, "plain", json_file=style.json) if text else None
    plain = found["plain"]
    assert plain is not None
    found["CRLF"] = plain._replace(text=case.text.replace("\n", "\r\n"))
    found["no last line break"] = plain._replace(text=case.text.rstrip("\n"))
    return {name: file for name, file in found.items() if file is not None}


def test_there_are_fixes() -> None:
    assert len({case.rule for case in CASES}) > 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_example_is_cured_wherever_it_stands(case: Case) -> None:
    judge = case.judge()
    plain = kinds([f for f in judge(case.source) if f.fix])
    if not plain:
        return  # its rule has a fix for other examples
    for name, file in files(case).items():
        source = Source("x", file.text, file.language)
        findings, found = cures(source, judge)
        # A key that stands twice, or what only a plain scalar can say, is not to be written in JSON.
        assert len(found) == sum(plain.values()) or sum(kinds(findings).values()) < sum(plain.values()), name
        for cured in found:
            after = judge(Source("x", check_alone(source, cured, file.unwrap), file.language))
            assert gone(cured.finding, findings, after), (name, cured.finding)
            assert not kinds(after) - kinds(findings), (name, cured.finding)
        fixed = check_all(source, judge, file.unwrap, unsafe=True)
        assert not fixed.undone, (name, fixed.undone)
        assert not [f for f in fixed.remaining if f.fix], (name, fixed.text)
