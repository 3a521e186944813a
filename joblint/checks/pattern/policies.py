"""Checks for rules of a podFailurePolicy or a successPolicy that never decide anything.

Sources: pkg/controller/job/pod_failure_policy.go (matchPodFailurePolicy: the first rule that matches acts) and
success_policy.go (matchSuccessPolicy: any rule that is met ends the Job).
"""

from typing import TYPE_CHECKING, NamedTuple

from joblint.rule.cure.cure import leaving_out, writing
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, advice, mistake, place
from joblint.rule.value import Value
from joblint.server.parts import INDEXED, completion_mode, completions

if TYPE_CHECKING:
    from joblint.rule.context import Context

_POLICY, _SUCCESS = "podFailurePolicy", "successPolicy"
_MOST = 500  # rules, and values of a rule, that are looked at; the server accepts fewer
_TRUE = "True"  # the default status of a condition


class _Codes(NamedTuple):
    """Exit codes of one container (empty: any): those in `values`, or with `all_but` all others."""

    container: str
    all_but: bool
    values: frozenset[int]


@author_rule("shadowed-failure-rule", on="PodFailurePolicy")
def shadowed_failure_rule(policy: Value, _: "Context") -> Reports:
    """Report a rule whose failures are all matched by earlier rules."""
    if len(policy.items("rules")) > _MOST:
        return
    earlier: list[tuple[_Codes, Value]] = []
    conditions: dict[tuple[str, str], Value] = {}
    for entry in policy.items("rules"):
        codes, patterns = entry.get("onExitCodes"), entry.items("onPodConditions")
        if (codes is None) == (not patterns):
            return
        if codes is not None:
            wanted = _codes(codes)
            if wanted is None:
                return
            if earlier and (by := _covering(wanted, earlier)) is not None:
                yield _shadowed(entry, by)
            earlier.append((wanted, entry))
        else:
            keys = [(one.text("type"), one.text("status", _TRUE)) for one in patterns]
            matching = [conditions.get(key) for key in keys]
            if (first := matching[0]) is not None and all(matching):
                yield _shadowed(entry, first)
            for key in keys:
                conditions.setdefault(key, entry)


def _shadowed(entry: Value, by: Value) -> Report:
    message = (
        f"`{_POLICY}.rules[{entry.step}]` has no effect, because earlier rules match all its failures; remove the rule"
    )
    report = mistake(entry, message)
    report.related = ((place(by), "the earlier rule"),)
    return report.cure_by(leaving_out(entry), safe=False)


def _codes(codes: Value) -> _Codes | None:
    operator, values = codes.text("operator"), codes.items("values")
    if operator not in ("In", "NotIn") or len(values) > _MOST:
        return None
    all_but = operator == "NotIn"
    # 0 is not a failure, so it is never matched.
    return _Codes(codes.text("containerName"), all_but, frozenset(value.scalar() for value in values) - {0})


def _covering(wanted: _Codes, earlier: list[tuple[_Codes, Value]]) -> Value | None:
    """Return the first of the earlier rules that together match everything that is wanted, if they do."""
    if not wanted.all_but and not wanted.values:
        return None
    apt = [(codes, entry) for codes, entry in earlier if codes.container in ("", wanted.container)]
    left, all_but = wanted.values, wanted.all_but  # what is still to be covered
    first: Value | None = None
    for codes, entry in apt:
        before = (left, all_but)
        if codes.all_but:
            left = codes.values - left if all_but else left & codes.values
            all_but = False
        else:
            left = left | codes.values if all_but else left - codes.values
        if first is None and before != (left, all_but):
            first = entry
        if not all_but and not left:
            return first or entry
    return None


@author_rule("idle-success-rule", on="JobSpec")
def idle_success_rule(spec: Value, _: "Context") -> Reports:
    """Report a rule that can never be met, or only when the Job is complete anyway."""
    policy, total = spec.get(_SUCCESS), completions(spec)
    if policy is None or total is None or total < 2 or completion_mode(spec) != INDEXED:
        return
    entries = policy.items("rules")
    for entry in entries:
        count, listed = entry.integer("succeededCount"), _listed(entry, total)
        if listed is None:
            continue
        without = leaving_out(entry if len(entries) > 1 else policy)
        if listed == 0:
            message = (
                f"`{_SUCCESS}.rules[{entry.step}]` is never met, because `succeededIndexes` is empty; remove the rule"
            )
            yield mistake(entry, message).cure_by(without, safe=False)
        elif (count is None and listed == total) or count == total:
            message = f"`{_SUCCESS}.rules[{entry.step}]` requires all {total} indexes to succeed"
            yield advice(entry, f"{message}, but the Job is then complete anyway; remove the rule").cure(
                *without, safe=False
            )


@author_rule("zero-success-count", on="SuccessPolicyRule")
def zero_success_count(entry: Value, _: "Context") -> Reports:
    """Report a count of 0: no listed index has to succeed, and the first index that succeeds ends the Job."""
    count, spec = entry.get("succeededCount"), entry.up("JobSpec")
    if count is None or count.scalar() != 0 or spec is None or completion_mode(spec) != INDEXED:
        return
    which = ", even an unlisted index" if entry.has("succeededIndexes") else ""
    message = f"with `succeededCount: 0` the Job succeeds as soon as any index succeeds{which}; use 1 or more"
    yield mistake(count, message).cure_by(writing(count, 1), safe=False)


def _listed(entry: Value, total: int) -> int | None:
    """Return how many indexes a rule lists; None if its list is invalid."""
    from joblint.server.job.success_policy import IndexesError, count_indexes

    value = entry.get("succeededIndexes")
    if value is None:
        return total if entry.has("succeededCount") else None
    try:
        return count_indexes(value.scalar(), total)
    except IndexesError:
        return None
