"""What must hold of a fix, and of all the fixes of a file."""

import re
from collections import Counter
from collections.abc import Callable

from joblint.engine.fix import Fixed, Judge, apply, fix_source
from joblint.engine.harm import UNREADABLE
from joblint.manifests.source import Source
from joblint.rule.finding import Finding
from tests.engine.fixes.cures import Cured, expected, gone_with
from tests.engine.fixes.trees import comments, documents, pieces, same, tree

_INDEX = re.compile(r"\[\d+\]")


def kinds(findings: list[Finding]) -> "Counter[tuple[int, str, str, str]]":
    """The findings of each object, in whichever list of containers and at whichever index."""
    return Counter(
        (
            finding.object.document if finding.object else -1,
            finding.rule,
            finding.effect,
            _INDEX.sub("[]", finding.field).replace(".initContainers[]", ".containers[]"),  # a fix may move one
        )
        for finding in findings
    )


def gone(finding: Finding, before: list[Finding], after: list[Finding]) -> bool:
    """Whether a finding is there no more, or fewer of its kind: a list's next element may be wrong in the same way."""
    [kind] = kinds([finding])
    told = (finding.rule, finding.field, finding.message, finding.object)
    return (
        told not in [(f.rule, f.field, f.message, f.object) for f in after] or kinds(after)[kind] < kinds(before)[kind]
    )


def check_alone(source: Source, cured: Cured, unwrap: Callable[[str], str]) -> str:
    """A fix applied alone changes what its operations say and nothing else; the text after it."""
    after = apply(source.text, [cured.fix])
    _check_text(source.text, after)
    before, now = unwrap(source.text).replace("\r\n", "\n"), unwrap(after).replace("\r\n", "\n")
    wanted, check = expected(cured)
    was = documents(before)
    number = cured.document.index
    assert [part.rstrip() for part in pieces(cured.document.text)] == [was[number].rstrip()], before
    shown = f"{cured.finding.rule}: {cured.cure}\n--- before\n{before}\n--- after\n{now}"
    found = documents(now)
    if not found and len(was) == 1:
        raise AssertionError(shown)
    assert [*was[:number], *was[number + 1 :]] == [*found[:number], *found[number + 1 :]], shown
    got = tree(found[number])
    assert got.kind != "unreadable", shown
    assert check(got), shown
    assert same(wanted, got), f"{shown}\n--- wanted\n{wanted}\n--- got\n{got}"
    _check_comments(was[number], found[number], cured, shown)
    return after


def _check_text(before: str, after: str) -> None:
    """Line endings and the last line break stay."""
    if "\r\n" in before and "\n" not in before.replace("\r\n", ""):
        assert "\n" not in after.replace("\r\n", ""), after
    assert "\r" in before or "\r" not in after
    assert before.endswith("\n") == after.endswith("\n"), (before, after)


def _check_comments(before: str, after: str, cured: Cured, shown: str) -> None:
    """Every comment is there as often as before, but for those of what was deleted; none has come."""
    had, has = comments(before), comments(after)
    lost, come = had - has, has - had
    allowed: Counter[str] = Counter()
    for piece in gone_with(cured.document.text, cured.cure):
        for line in piece.split("\n"):
            allowed += Counter(comment for comment in had if line.rstrip().endswith(comment))
    assert not come, f"{come}\n{shown}"
    assert not lost - allowed, f"{lost - allowed}\n{shown}"


def check_all(source: Source, judge: Judge, unwrap: Callable[[str], str], unsafe: bool) -> Fixed:
    """All fixes of a file, in rounds: it parses, nothing is new, what was cured is gone, and a second run is idle."""
    before = judge(source)
    fixed = fix_source(source, judge, unsafe)
    after = Source(source.path, fixed.text, source.language)
    shown = f"{fixed.cured}\n--- before\n{source.text}\n--- after\n{fixed.text}"
    assert fixed.remaining == judge(after), shown
    if fixed.cured:
        _check_text(source.text, fixed.text)
        unwrap(fixed.text)
    assert not [f for f in fixed.remaining if f.rule == "unreadable-document"] or any(
        f.rule == "unreadable-document" for f in before
    ), shown
    # What quotes make readable is judged for the first time.
    readable = any(f.rule == UNREADABLE for f in fixed.cured)
    assert readable or not kinds(fixed.remaining) - kinds(before), f"{kinds(fixed.remaining) - kinds(before)}\n{shown}"
    again = fix_source(after, judge, unsafe)
    assert again.text == fixed.text, f"{shown}\n--- again\n{again.text}"
    assert not again.cured, shown
    return fixed
