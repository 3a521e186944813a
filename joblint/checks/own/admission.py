"""The evaluation of a ValidatingAdmissionPolicy on an object.

Source: apiserver pkg/admission/plugin/policy/validating/validator.go and dispatcher.go, plugin/cel/condition.go
(CreateAdmissionRequest, CreateNamespaceObject), 1.30 to 1.37.
"""

import threading
from collections.abc import Callable
from typing import Any

from joblint.checks.own import cel
from joblint.checks.own.cel import Expression, Outcome
from joblint.checks.own.expressions import COMPOSED, PARAMS, REQUEST
from joblint.checks.own.hidden import Hidden
from joblint.checks.own.noted import leave, note, why
from joblint.checks.own.policy import NAMESPACE, OBJECT, OLD_OBJECT, Binding, Policy, Validation
from joblint.checks.own.scope import GROUP, RESOURCES, Asked, Unseen
from joblint.checks.own.seen import Seen, seen
from joblint.checks.own.where import looked_at, report
from joblint.rule.context import Context
from joblint.rule.report import Reports
from joblint.rule.value import Value

_REASONS = {
    "Forbidden": "Forbidden",
    "Invalid": "Invalid",
    "RequestEntityTooLarge": "RequestEntityTooLarge",
    "Unauthorized": "Unauthorized",
}


_policies = threading.Lock()  # the worker keeps the variables of only one object at a time


class _Silent(Exception):
    """Raised if the result depends on something that the file does not show."""


def check_of_policy(policy: Policy) -> Callable[[Value, Context], Reports]:
    """Return the function of a policy that the engine calls."""

    def check(_: Value, ctx: Context) -> Reports:
        with _policies:
            reports = list(judge(policy, ctx, seen(ctx)))
        yield from reports

    return check


def judge(policy: Policy, ctx: Context, seen: Seen) -> Reports:
    """Yield a report for each validation of the policy that fails on the object, once for all bindings."""
    asked = _asked(ctx, seen)
    said: set[tuple[int, str]] = set()
    root = policy.document.root
    assert root is not None
    try:
        bindings = [one for one in policy.bindings if policy.scope.holds(asked) and one.scope.holds(asked)]
    except Unseen as unseen:
        leave(policy, root, str(unseen))
        return
    for binding in bindings:
        judgement = _Judgement(policy, binding, ctx, seen, asked)
        for number, validation in enumerate(policy.validations):
            message = judgement.of(validation)
            if message and (number, message) not in said:
                said.add((number, message))
                reason = _REASONS.get(validation.reason, "Invalid")
                text = f"policy `{policy.title}`: {message}"
                paths = [path[1:] for path in validation.expression.reads.paths if path[0] == OBJECT]
                yield report(policy.effect, text, seen.root, looked_at(seen.root, paths), reason)


def _asked(ctx: Context, seen: Seen) -> Asked:
    metadata = seen.data.get("metadata") or {}
    return Asked(
        ctx.kind,
        ctx.manifest.api_version.rpartition("/")[2],
        "CREATE" if ctx.live is None else "UPDATE",
        seen.namespace.name,
        metadata.get("name") or "",
        metadata.get("labels") or {},
        seen.namespace.labels,
    )


class _Judgement:
    """One policy with one binding, evaluated on one object."""

    def __init__(self, policy: Policy, binding: Binding, ctx: Context, seen: Seen, asked: Asked) -> None:
        self.policy, self.seen, self.ctx = policy, seen, ctx
        old = _old(ctx)
        self.hidden = Hidden({OBJECT: seen.hidden, OLD_OBJECT: lambda: old.hidden() if old else []})
        self.data: dict[str, Any] = {
            OBJECT: seen.data,
            OLD_OBJECT: old.data if old else None,
            REQUEST: _request(ctx, asked),
            PARAMS: binding.params,
            NAMESPACE: seen.namespace.data,
        }
        self.composed: dict[str, Outcome] = {}
        self.worker: object = None
        self.applies: bool | None = None

    def of(self, validation: Validation) -> str:
        """Return the message if a validation fails; empty if it does not, or if that is not known."""
        try:
            if self.applies is None:
                self.applies = False  # unless all conditions hold
                self.applies = all(self._holds(one) for one in self.policy.conditions)
            if not self.applies or self._holds(validation.expression):
                return ""
        except _Silent:
            return ""
        return self._message(validation)

    def _holds(self, expression: Expression) -> bool:
        """Return whether a condition is true. Raises _Silent, after a note if its error would reject the object."""
        outcome = self._value(expression)
        if isinstance(outcome.value, bool):
            return outcome.value
        if self.policy.strict and not self.seen.refused:
            note(self.policy, expression, self.seen.root, self.ctx, why(outcome))
        raise _Silent

    def _message(self, validation: Validation) -> str:
        said: Any = ""
        try:
            said = self._value(validation.message_expression).value if validation.message_expression else ""
        except _Silent:
            pass
        words = said.strip() if isinstance(said, str) and "\n" not in said.strip() else ""
        words = " ".join(words.split()) or validation.message
        return words or f"failed expression: {' '.join(validation.expression.text.split())}"

    def _value(self, expression: Expression) -> Outcome:
        """Return the value of an expression. Raises _Silent."""
        if self.hidden.from_(expression):
            raise _Silent
        unseen = self.seen.namespace.unseen(expression)
        if unseen:
            leave(self.policy, expression.node, unseen)
            raise _Silent
        used = {path[1] for path in expression.reads.paths if path[0] == COMPOSED and len(path) > 1}
        failed: list[str] = []
        for name, variable in self.policy.variables:  # each may read those above it
            if name in used:
                why = self._compose(name, variable)
                failed += [f"`variables.{name}`: {why}"] if why else []
        outcome = cel.evaluate(expression, self.data)[0]
        # One that has no value does not matter if it is not asked for.
        return outcome._replace(trouble=failed[0]) if outcome.trouble and failed else outcome

    def _compose(self, name: str, variable: Expression) -> str:
        """Evaluate a variable, unless it was evaluated before; return why it has no value, if it has none."""
        if self.worker is not cel.generation() or self.worker is None:  # another worker has none of the values
            self.composed.clear()
        if name not in self.composed:
            self.composed[name] = cel.compose(name, variable, self.data, first=not self.composed)
            self.worker = cel.generation()
        return self.composed[name].trouble


def _old(ctx: Context) -> Seen | None:
    if ctx.live is None:
        return None
    other = Context(ctx.facts, ctx.live, ctx.kind, ctx.manifest, ctx.corpus, ctx.options, ctx.namespace)
    return Seen(other)


def _request(ctx: Context, asked: Asked) -> dict[str, Any]:
    kind = {"group": GROUP, "version": asked.version, "kind": ctx.kind}
    resource = {"group": GROUP, "version": asked.version, "resource": RESOURCES[ctx.kind]}
    return {
        "kind": kind,
        "requestKind": kind,
        "resource": resource,
        "requestResource": resource,
        **({"name": asked.name} if asked.name else {}),  # empty fields are absent, and so is subResource
        "namespace": asked.namespace,
        "operation": asked.operation,
        "dryRun": False,
    }
