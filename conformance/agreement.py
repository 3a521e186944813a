"""The differences between joblint and a recorded verdict."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import joblint
from conformance.recording import Line
from conformance.verdict import DUPLICATE, UNKNOWN, Verdict
from joblint.engine.api import make_settings
from joblint.kube.minors.gates import GateError, check
from joblint.kube.minors.minor import MINORS
from joblint.rule.finding import Finding

_INDEX = re.compile(r"\[\d+\]")
_ELEMENT = re.compile(r"\[[^\]]*\]")
_STEPS = re.compile(r"[.\[\]]+")
_DECODING = (UNKNOWN, DUPLICATE)
EFFECTS = ("rejected", "dropped", "warned")
NAMELESS_UNTIL, PLACELESS_UNTIL = (
    22,
    23,
)  # strict decoding: the last minor that reports one name, and the last without places


class Difference(NamedTuple):
    """One thing that only one of the two reports.

    `what` is "missing" or "extra" (a rejection), and the same with "dropped " or "warned " before it; `field` has `[]`
    for every index, and no `spec.jobTemplate.`: a Job's own fields have the same names everywhere.
    """

    what: str
    field: str
    reason: str


class Answer(NamedTuple):
    """What joblint reports for one minor; `rejected` includes unknown and duplicate fields that are tolerated."""

    rejected: frozenset[tuple[str, str]]
    dropped: frozenset[str]
    warned: frozenset[str]
    twice: frozenset[tuple[int, str]]  # line and key of every duplicate field
    tolerated: frozenset[str]  # the effects of unknown and duplicate fields that are not rejected


def comparable_answer(findings: Iterable[Finding]) -> Answer:
    """Return the part of the findings that can be compared with the server's answer."""
    some = list(findings)
    strict = [one for one in some if one.reason in _DECODING]
    others = {effect: [one for one in some if one.effect == effect and one not in strict] for effect in EFFECTS}
    return Answer(
        frozenset((one.field, one.reason) for one in (*strict, *others["rejected"])),
        frozenset(one.field for one in others["dropped"]),
        frozenset(one.field for one in others["warned"]),
        frozenset((one.line, last_step(one.field)) for one in strict if one.reason == DUPLICATE),
        frozenset(one.effect for one in strict if one.effect != "rejected"),
    )


def differences(want: Verdict, have: Answer, minor: int) -> set[Difference]:
    """Return the differences; the set is also empty if there is nothing to compare."""
    if want.get("unjudged"):
        return set()
    if "fatal" in want:
        return _fatal(want["fatal"], have.rejected)
    found = _sets("", *_rejections(want, have, minor))
    found |= _sets("tolerated ", {(want.get("tolerated", ""), "")} - {("", "")}, {(one, "") for one in have.tolerated})
    found |= _sets("dropped ", {(one, "") for one in want.get("dropped", ())}, {(one, "") for one in have.dropped})
    if not want.get("causes"):
        found |= _warned(set(want.get("warned", ())), have.warned)
    return found


def last_step(field: str) -> str:
    """Return the last step of a path."""
    return _STEPS.split(field.rstrip("]"))[-1]


def _fatal(end: str, rejected: Iterable[tuple[str, str]]) -> set[Difference]:
    """Return a difference if joblint does not reject what cannot be decoded, at the place that the decoder names."""
    places = [_ELEMENT.sub("", field) for field, _ in rejected]
    agreed = any(place.endswith(end) for place in places)
    return set() if agreed else {Difference("missing", without_indexes(end), "decoding")}


def _rejections(want: Verdict, have: Answer, minor: int) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return what the server rejects, and what joblint rejects in the server's terms."""
    need = {(field, reason) for field, reason in want.get("causes", ())}
    decode = {(field, reason) for field, reason in want.get("decode", ())}
    mine = set(have.rejected)
    twice = {(line, key) for line, key in want.get("twice", ())}
    if twice:  # reported by line and key
        exact = want.get("tolerated") != "dropped"  # the server reports the last one, and drops those before it
        mine = {one for one in mine if one[1] != DUPLICATE} | _by_line(have.twice, exact)
        need |= _by_line(twice, exact)
    if minor <= NAMELESS_UNTIL:
        unknown = {one for one in mine if one[1] == UNKNOWN}
        names = {name for name, _ in decode}
        if {last_step(field) for field, _ in unknown} & names:
            mine, decode = mine - unknown, set()
        elif twice:  # the reader stopped here
            mine -= unknown
    elif minor <= PLACELESS_UNTIL:
        mine = {(last_step(field) if reason in _DECODING else field, reason) for field, reason in mine}
    return need | decode, mine


def _by_line(twice: Iterable[tuple[int, str]], exact: bool) -> set[tuple[str, str]]:
    return {(f"line {line}" if exact else "line", key) for line, key in twice}


def _warned(want: Collection[str], have: Collection[str]) -> set[Difference]:
    """Compare the warnings; one without a place (`volume "a" has no sources`) matches any warning of joblint."""
    places = {place for place in want if place}
    found = _sets("warned ", {(one, "") for one in places}, {(one, "") for one in have})
    if len(places) == len(want):
        return found
    anywhere = {one for one in found if one.what == "warned extra"}
    return found - anywhere if anywhere else found | {Difference("warned missing", "", "")}


def _sets(prefix: str, want: Iterable[tuple[str, str]], have: Iterable[tuple[str, str]]) -> set[Difference]:
    want, have = set(want), set(have)
    pairs = [("missing", one) for one in want - have] + [("extra", one) for one in have - want]
    return {Difference(prefix + what, without_indexes(field), reason) for what, (field, reason) in pairs}


def without_indexes(field: str) -> str:
    """Return a place without its indexes, and with the same path for a Job in a CronJob."""
    return _INDEX.sub("[]", field).removeprefix("spec.jobTemplate.")


def judge(case: Line) -> dict[int, Answer]:
    """Return joblint's answer to a case by minor, for the minors whose API server starts with the case's gates."""
    gates = case.get("gates", {})
    minors = [minor for minor in MINORS if accepts_gates(minor, gates)]
    if not minors:
        return {}
    words, validation = [f"1.{minor}" for minor in minors], case.get("field-validation", "strict")
    settings = make_settings(words, gates, EFFECTS, field_validation=validation.lower())
    settings = settings._replace(each_field=True)
    extra = {"old": case["old"]} if "old" in case else {}
    findings = joblint.lint(case["yaml"], settings=settings, **extra)
    told: dict[tuple[int, ...], Answer] = {}  # numbers of findings -> answer: only a few differ
    answers = {}
    for minor, word in zip(minors, words, strict=True):
        mine = tuple(number for number, found in enumerate(findings) if word in found.kube_versions)
        if mine not in told:
            told[mine] = comparable_answer(findings[number] for number in mine)
        answers[minor] = told[mine]
    return answers


def accepts_gates(minor: int, gates: Mapping[str, bool]) -> bool:
    """Check that joblint accepts these gates for an API server of that minor."""
    try:
        if gates:
            check([minor], gates)
    except GateError:
        return False
    return True
