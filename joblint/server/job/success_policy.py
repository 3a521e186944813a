"""A Job's successPolicy, and its lists of indexes.

Source: pkg/apis/batch/validation/validation.go, validateSuccessPolicy and what it calls (since 1.30).
"""

from typing import TYPE_CHECKING

from joblint.kube.names import names
from joblint.rule.registry import rule
from joblint.rule.report import Reports, invalid, required, too_long, too_many
from joblint.rule.value import Value
from joblint.server.parts import INDEXED, completion_mode, completions

if TYPE_CHECKING:
    from joblint.rule.context import Context

MAX_RULES = 20
MAX_INDEXES_TEXT = 64 << 10
_INT64_DIGITS, _INT64_MAX = 19, (1 << 63) - 1


class IndexesError(ValueError):
    """A list of indexes that Kubernetes refuses."""


@rule("invalid-success-policy", on="JobSpec")
def without_indexes(spec: Value, _: "Context") -> Reports:
    policy = spec.get("successPolicy")
    if policy is not None and completion_mode(spec) != INDEXED:
        yield invalid(policy, f"`successPolicy` needs `completionMode: {INDEXED}`")


@rule("invalid-success-policy", on="SuccessPolicy")
def rules(policy: Value, _: "Context") -> Reports:
    if _indexed(policy) and not policy.items("rules"):
        yield required(policy, "rules", "`successPolicy` needs at least 1 rule")


@rule("invalid-success-policy", on="SuccessPolicy")
def number_of_rules(policy: Value, _: "Context") -> Reports:
    if _indexed(policy) and (count := len(policy.items("rules"))) > MAX_RULES:
        yield too_many(policy.data["rules"], f"`successPolicy` can have at most {MAX_RULES} rules, not {count}")


@rule("invalid-success-policy", on="SuccessPolicyRule")
def empty_rule(policy_rule: Value, _: "Context") -> Reports:
    if not _indexed(policy_rule) or policy_rule.has("succeededCount") or policy_rule.has("succeededIndexes"):
        return
    message = "a `successPolicy` rule needs `succeededIndexes` or `succeededCount`"
    report = invalid(policy_rule, message)
    report.reason = "FieldValueRequired"
    yield report


@rule("invalid-success-policy", on="SuccessPolicyRule")
def length_of_indexes(policy_rule: Value, _: "Context") -> Reports:
    value = policy_rule.get("succeededIndexes")
    if value is not None and names.size(value.scalar()) > MAX_INDEXES_TEXT and _indexed(policy_rule):
        yield too_long(value, f"`succeededIndexes` {names.too_long(value.data, MAX_INDEXES_TEXT)}")


@rule("invalid-success-policy", on="SuccessPolicyRule")
def succeeded_indexes(policy_rule: Value, _: "Context") -> Reports:
    value, total = policy_rule.get("succeededIndexes"), _completions(policy_rule)
    if value is None or total is None:
        return
    try:
        count_indexes(value.scalar(), total)
    except IndexesError as error:
        yield invalid(value, f"`succeededIndexes` is invalid: {error}")


@rule("invalid-success-policy", on="SuccessPolicyRule")
def succeeded_count(policy_rule: Value, _: "Context") -> Reports:
    value, total = policy_rule.get("succeededCount"), _completions(policy_rule)
    if value is None or total is None:
        return
    count = value.scalar()
    if count > total:
        yield invalid(value, f"`succeededCount` is {count}, but the Job has only {_indexes(total)}")
    elif (listed := _listed(policy_rule, total)) is not None and count > listed:
        has = f"has only {_indexes(listed)}" if listed else "is empty or invalid"
        yield invalid(value, f"`succeededCount` is {count}, but `succeededIndexes` {has}")


def _indexes(number: int) -> str:
    return f"{number} index{'' if number == 1 else 'es'}"


@rule("negative-number", on="SuccessPolicyRule")
def negative_count(policy_rule: Value, _: "Context") -> Reports:
    value = policy_rule.get("succeededCount")
    if value is not None and value.scalar() < 0 and _completions(policy_rule) is not None:
        yield invalid(value, f"`succeededCount` must be 0 or more, not {value.data}")


def _indexed(value: Value) -> bool:
    """Return whether the value is in an Indexed Job; in another Job, the policy is refused as a whole."""
    spec = value.up("JobSpec")
    return spec is not None and completion_mode(spec) == INDEXED


def _completions(policy_rule: Value) -> int | None:
    """Return the number of indexes; None if the rule is not checked (without `completions`, the server stops)."""
    spec = policy_rule.up("JobSpec")
    return completions(spec) if spec is not None and _indexed(policy_rule) else None


def _listed(policy_rule: Value, total: int) -> int | None:
    """Return how many indexes `succeededIndexes` lists: 0 if it is invalid, None if it is absent."""
    value = policy_rule.get("succeededIndexes")
    if value is None:
        return None
    try:
        return count_indexes(value.scalar(), total)
    except IndexesError:
        return 0


def count_indexes(text: str, total: int) -> int:
    """Return how many indexes below `total` a text like `0,2-4` lists. Raises IndexesError. Linear in the length."""
    if not text:
        return 0
    count, last = 0, -1
    for part in text.split(","):
        first, dash, end = part.partition("-")
        if "-" in end:
            raise IndexesError(f"`{names.short(part)}` has more than one `-`")
        low = _index(first, total)
        high = _index(end, total) if dash else low
        if dash and high <= low:
            raise IndexesError(f"`{names.short(part)}` is not in ascending order")
        if low <= last:
            raise IndexesError(f"{low} comes after {last}, but indexes must be in ascending order")
        count, last = count + high - low + 1, high
    return count


def _index(text: str, total: int) -> int:
    """Return one number, as Go's strconv.Atoi reads it: it may start with a sign and any number of zeros."""
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        if digits.strip().isdigit():
            raise IndexesError("spaces are not allowed")
        raise IndexesError(f"`{names.short(text)}` is not a valid index" if text else "an index is missing")
    plain = digits.lstrip("0")
    if len(plain) > _INT64_DIGITS or int(plain or "0") > _INT64_MAX:
        raise IndexesError(f"`{names.short(text)}` is not a valid index")
    if (value := int(plain or "0")) >= total:
        last = f"the last index is {total - 1}, because " if total > 0 else ""
        raise IndexesError(f"index {names.short(plain or '0')} does not exist; {last}`completions` is {total}")
    return value
