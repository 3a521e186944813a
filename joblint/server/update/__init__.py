"""What the API server says when a manifest is applied over an existing object. Only loaded if there is one.

The object is what the server made of the old manifest (live.py), and has not run yet. kubectl merges the two
(merge.py), the server fills in defaults (defaults.py) and compares (changed.py), and refuses what must not change
(immutable.py). The tool that delivers decides whether there is an update, and of which kind
(joblint/server/delivery.py).
Sources: apiserver pkg/registry/rest/update.go (BeforeUpdate), pkg/registry/batch/{job,cronjob}/strategy.go,
pkg/apis/batch/validation/validation.go (ValidateJobUpdate, ValidateCronJobUpdate), 1.21 to 1.37.
"""

from joblint.kube.minors.minor import Facts, Guard
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Manifest
from joblint.rule.context import Context
from joblint.rule.registry import CREATE, PUT, UPDATE
from joblint.rule.settings import Wants
from joblint.rule.value import Value
from joblint.server import delivery
from joblint.server.drop import drop
from joblint.server.pod.drop import settle
from joblint.server.update import defaults, immutable, labels, live, replaced, scheduling  # noqa: F401 (their rules are registered)
from joblint.server.update.changed import changes
from joblint.server.update.merge import merge
from joblint.server.verdict import Checks, Judge, RuleReports, checks_by_type, run_checks

_ALWAYS_WARNED = ("time-zone-in-schedule",)  # other warnings about a spec are only given if it has changed
_KEPT_GATES, _KEPT_VALUES = ("JobManagedBy",), ("FailIndex",)


class Applier(Judge):
    """A Judge of manifests that are applied: over the object in `corpus.old`, or as a create if there is none."""

    def __init__(self, wants: Wants, field_validation: str, corpus: Corpus) -> None:
        super().__init__(wants, field_validation, corpus)
        self.refusals = checks_by_type(lambda _, effect: effect == "rejected", lambda entry: entry.verb in ("", CREATE))
        self.merged = checks_by_type(wants, lambda entry: not entry.verb and not entry.of_author)
        self.updates = checks_by_type(wants, lambda entry: entry.verb == UPDATE)
        self.incomplete = checks_by_type(wants, lambda entry: entry.verb == PUT)
        self.written = checks_by_type(wants, lambda entry: entry.of_author)

    def decoded(
        self, manifest: Manifest, kind: str, facts: Facts, root: Value, by_type: dict[str, list[Value]]
    ) -> RuleReports:
        """Yield the reports: the server checks the merged object; mistakes are about what the author wrote."""
        old = self.corpus.old.find(manifest, kind) if self.corpus.old is not None else None
        there = None if old is None else live.create(old, kind, facts, self.refusals, self.corpus)
        if old is None or there is None or not delivery.is_updated(root, there):
            yield from super().decoded(manifest, kind, facts, root, by_type)
            return
        gone = list(drop(by_type, facts, _kept))
        yield from gone
        alive = {id(value) for value in root.walk()} if gone else None
        written = self.context(facts, root, kind, manifest)
        written.old = old
        yield from run_checks(self.written, by_type, alive, written)
        put = delivery.is_replaced(root)
        merged, parts = merge(None if put else there, root, facts)
        settle(parts, [], facts)
        context = self.context(facts, merged, kind, manifest)
        context.live, context.old = there, old
        incomplete = put and delivery.lacks_generated(merged)
        yield from self._applied(merged, parts, context, self.incomplete if incomplete else self.updates)

    def _applied(self, root: Value, by_type: dict[str, list[Value]], ctx: Context, updates: Checks) -> RuleReports:
        """Yield the reports about the merged object: first as it is, then, with its defaults, against the live one.

        `updates` are the checks that compare the two.
        """
        said = list(run_checks(self.merged, by_type, None, ctx))
        defaults.apply(root, ctx.facts)
        same = _same_spec(root, ctx)
        for name, report in said:
            if report.effect != "warned" or not same or name in _ALWAYS_WARNED or not report.field.startswith("spec"):
                yield name, report
        yield from run_checks(updates, {root.type: [root]}, None, ctx)


def _same_spec(root: Value, ctx: Context) -> bool:
    """Return whether the spec has not changed: the server then does not report anything about the pod template."""
    assert ctx.live is not None
    return not any(changes(ctx.live.data["spec"], root.data["spec"], root, "spec"))


def _kept(guard: Guard) -> bool:
    """Return whether the server keeps a gated field on an update (PrepareForUpdate of Jobs)."""
    return guard.gate in _KEPT_GATES or guard.value in _KEPT_VALUES
