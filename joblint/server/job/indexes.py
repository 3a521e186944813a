"""Indexed Jobs: what they need, how large they may be, and what only they may have.

Sources: pkg/apis/batch/validation/validation.go (validateJobSpec), pkg/api/job/warnings.go.
"""

from typing import TYPE_CHECKING

from joblint.rule.cure.cure import adding
from joblint.rule.registry import rule
from joblint.rule.report import Reports, invalid, mistake, required, warned
from joblint.rule.value import Value
from joblint.server.parts import INDEXED, NON_INDEXED, completion_mode, completions, in_job, parallelism

if TYPE_CHECKING:
    from joblint.rule.context import Context

MAX_PARALLELISM = MAX_FAILED = 100_000
MANY_COMPLETIONS = 100_000  # above it, a Job has to meet more conditions
MAX_OF_MANY = 10_000  # of parallelism and of maxFailedIndexes, with many completions


@rule("indexed-without-completions", on="JobSpec")
def without_completions(spec: Value, _: "Context") -> Reports:
    mode = spec.get("completionMode")
    if mode is None or mode.scalar() != INDEXED or spec.has("completions"):
        return
    if not in_job(spec) or spec.has("parallelism"):
        message = "an Indexed Job needs `completions`: set it to the number of indexes"
        at_once, report = spec.get("parallelism"), required(spec, "completions", message, because=mode)
        if at_once is None:
            report.cure_by(adding(spec, "completions", 1, after=mode), safe=False)
        elif not at_once.opaque and at_once.data > 0:
            # At least this many: there may be more indexes than parallel Pods.
            report.cure_by(adding(spec, "completions", at_once.data, after=at_once), safe=False)
        yield report
    else:
        message = "an Indexed Job without `completions` has only 1 index: set `completions` to the number of indexes"
        yield mistake(mode, message)


@rule("too-many-indexes", on="JobSpec")
def parallel_indexes(spec: Value, _: "Context") -> Reports:
    value = spec.get("parallelism")
    if value is None or completion_mode(spec) != INDEXED:
        return
    limit = MAX_OF_MANY if _strict(spec) else MAX_PARALLELISM
    if value.scalar() > limit:
        yield invalid(value, f"`parallelism: {value.data}` must be at most {limit} in an Indexed Job{_condition(spec)}")


@rule("too-many-indexes", on="JobSpec")
def failed_indexes(spec: Value, _: "Context") -> Reports:
    value = spec.get("maxFailedIndexes")
    if value is None or completion_mode(spec) != INDEXED:
        return
    count, total = value.scalar(), completions(spec)
    if total is not None and count > total:
        yield invalid(value, f"`maxFailedIndexes` must be at most {total} (the number of indexes), not {count}")
    elif count > MAX_FAILED or (count > MAX_OF_MANY and _strict(spec)):
        limit = MAX_OF_MANY if _strict(spec) else MAX_FAILED
        yield invalid(value, f"`maxFailedIndexes: {count}` must be at most {limit}{_condition(spec)}")


@rule("too-many-indexes", on="JobSpec")
def unlimited_failures(spec: Value, _: "Context") -> Reports:
    if completion_mode(spec) == INDEXED and _strict(spec) and not spec.has("maxFailedIndexes"):
        message = f"`maxFailedIndexes` is required{_condition(spec)}"
        yield required(spec, "maxFailedIndexes", message, because=spec.data["backoffLimitPerIndex"])


def _strict(spec: Value) -> bool:
    """Return whether the lower limits apply. Raises Opaque."""
    return spec.has("backoffLimitPerIndex") and (completions(spec) or 0) > MANY_COMPLETIONS


def _condition(spec: Value) -> str:
    """Return the condition of the lower limits for a message, empty if they do not apply. Raises Opaque."""
    return f" with more than {MANY_COMPLETIONS} completions and `backoffLimitPerIndex`" if _strict(spec) else ""


@rule("too-many-indexes", on="JobSpec")
def hardly_tracked(spec: Value, ctx: "Context") -> Reports:
    total, at_once = completions(spec) or 0, parallelism(spec) or 0
    if total > MANY_COMPLETIONS and at_once > MAX_OF_MANY and completion_mode(spec) == INDEXED and ctx.facts.since(28):
        why = f"with `completions` above {MANY_COMPLETIONS} and `parallelism` above {MAX_OF_MANY}"
        message = f"{why}, Kubernetes can lose track of the indexes if many of them fail; reduce one of the two"
        yield warned(spec.data["completions"], message, field=spec.path)


@rule("per-index-limit-without-indexes", on="JobSpec")
def per_index_limits(spec: Value, _: "Context") -> Reports:
    for name in ("backoffLimitPerIndex", "maxFailedIndexes"):
        value = spec.get(name)
        if value is not None and completion_mode(spec) == NON_INDEXED:
            yield invalid(value, f"`{name}` needs `completionMode: {INDEXED}`")


@rule("per-index-limit-without-indexes", on="JobSpec")
def failures_without_backoff(spec: Value, _: "Context") -> Reports:
    value = spec.get("maxFailedIndexes")
    if value is not None and not spec.has("backoffLimitPerIndex"):
        message = "`maxFailedIndexes` requires `backoffLimitPerIndex`: set both fields, or neither"
        yield required(spec, "backoffLimitPerIndex", message, because=value)
