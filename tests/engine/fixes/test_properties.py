"""Fixes of whatever can be met, in whatever style: at least 2,000 cases with HYPOTHESIS_PROFILE=full."""

import os
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from joblint.manifests.languages import LANGUAGES
from joblint.manifests.source import Source
from tests.engine.fixes import styles
from tests.engine.fixes.checks import check_all, check_alone, gone
from tests.engine.fixes.corpus import SOURCES, Case
from tests.engine.fixes.cures import cures
from tests.engine.fixes.mutations import mistaken
from tests.engine.fixes.styles import Wrapped

pytestmark = pytest.mark.slow

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
EXAMPLES = 3_000 if FULL else 300  # about four of five have something to fix
VERSIONS = (None, None, None, "1.21", "1.25", "1.30", "1.21-1.37")
_MOST_ALONE = 6


class Tried(NamedTuple):
    """A manifest as it was drawn, and the file that it stands in."""

    case: Case
    file: Wrapped


def drawn(draw: st.DataObject) -> Tried:
    """A manifest with mistakes, in some style, in some file."""
    cases = SOURCES[draw.draw(st.sampled_from(("fixable", "fixable", "bad", "good", "fixtures", "real", "real")))]()
    case = draw.draw(st.sampled_from(cases))
    if LANGUAGES[case.language].embeds:
        return Tried(case, Wrapped(case.text, case.language, str))
    style = draw.draw(st.sampled_from(styles.STYLES))
    text, json_file = case.text, False
    if style != "as it is":
        written = styles.restyled(text, draw.draw(styles.styles(style)))
        assume(written is not None)
        text, json_file = written or "", style.startswith("json")
    for _ in range(draw.draw(st.integers(0 if case.rule and "-bad-" in case.name else 1, 2))):
        text = mistaken(draw, text)
    if not json_file and draw.draw(st.booleans()):
        text = styles.commented(draw, text)
    if not json_file:
        text = draw.draw(st.sampled_from(("", "", "---\n", "# all of it\n---\n", "--- # the first\n"))) + text
    file = styles.wrapped(text, draw.draw(st.sampled_from(styles.WRAPS)), json_file=json_file)
    assume(file is not None)
    assert file is not None
    outer = file.text
    ending = draw.draw(st.sampled_from(("as it is", "as it is", "CRLF", "no last line break")))
    if ending == "CRLF" and "\r" not in outer:
        outer = outer.replace("\n", "\r\n")
    elif ending == "no last line break" and file.language in ("yaml", "json"):
        outer = outer.rstrip("\n")
    return Tried(case, file._replace(text=outer))


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_fixes_do_no_harm(draw: st.DataObject) -> None:
    case, file = drawn(draw)
    judge = case.judge(draw.draw(st.sampled_from(VERSIONS)))
    source = Source("x", file.text, file.language)
    findings, found = cures(source, judge)
    event(f"fixes: {min(len(found), 3)}")
    if case.language in ("yaml", "json"):
        for cured in found[:_MOST_ALONE]:
            event(cured.finding.rule)
            after = judge(Source("x", check_alone(source, cured, file.unwrap), file.language))
            assert gone(cured.finding, findings, after), (cured.finding, file.text, after)
    for unsafe in (False, True):
        fixed = check_all(source, judge, file.unwrap, unsafe)
        event(f"undone: {len(fixed.undone)}")
