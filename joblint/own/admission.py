"""What a ValidatingAdmissionPolicy says of an object.

Source: apiserver pkg/admission/plugin/policy/validating/validator.go and dispatcher.go, 1.30 to 1.37.
"""

from typing import Any

from joblint.context import Context
from joblint.own.cel import Expression, Trouble, evaluate
from joblint.own.judge import Hidden
from joblint.own.policy import COMPOSED, OBJECT, OLD_OBJECT, PARAMS, REQUEST, Binding, Policy, Validation
from joblint.own.scope import GROUP, RESOURCES, Asked
from joblint.own.seen import Seen
from joblint.own.where import looked_at, report
from joblint.rule import Reports

_REASONS = {
    "Forbidden": "Forbidden",
    "Invalid": "Invalid",
    "RequestEntityTooLarge": "RequestEntityTooLarge",
    "Unauthorized": "Unauthorized",
}


_MAX_VARIABLE = 1 << 23  # characters of the value of a variable


class _Silent(Exception):
    """Something that the file does not show decides."""


def judge(policy: Policy, ctx: Context, seen: Seen) -> Reports:
    """What the policy says of the object, once for each validation that does not hold, wherever it is bound."""
    asked = _asked(ctx, seen)
    if not policy.scope.holds(asked):
        return
    said: set[tuple[int, str]] = set()
    for binding in policy.bindings:
        if not binding.scope.holds(asked):
            continue
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
        metadata.get("namespace") or "",
        metadata.get("name") or "",
        metadata.get("labels") or {},
    )


class _Judgement:
    """One policy, bound once, on one object."""

    def __init__(self, policy: Policy, binding: Binding, ctx: Context, seen: Seen, asked: Asked) -> None:
        self.policy, self.seen = policy, seen
        old = _old(ctx)
        self.hidden = Hidden({OBJECT: seen.hidden, OLD_OBJECT: lambda: old.hidden() if old else []})
        self.composed: dict[str, Any] = {}
        self.data: dict[str, Any] = {
            OBJECT: seen.data,
            OLD_OBJECT: old.data if old else None,
            REQUEST: _request(ctx, asked),
            PARAMS: binding.params,
            COMPOSED: self.composed,
        }
        self.applies: bool | None = None

    def of(self, validation: Validation) -> str:
        """What is said where a validation does not hold; nothing where it does, or where that cannot be seen."""
        try:
            if self.applies is None:
                self.applies = all(self._value(one) is True for one in self.policy.conditions)
            if not self.applies or self._value(validation.expression) is True:
                return ""
        except _Silent:
            self.applies = False if self.applies is None else self.applies
            return ""
        except Trouble as trouble:
            return f"it cannot be evaluated: {trouble}" if self.policy.strict and not self.seen.refused else ""
        return self._message(validation)

    def _message(self, validation: Validation) -> str:
        said: Any = ""
        try:
            said = self._value(validation.message_expression) if validation.message_expression else ""
        except (Trouble, _Silent):
            pass
        words = said if isinstance(said, str) and said.strip() else validation.message
        return " ".join(words.split()) or f"failed expression: {' '.join(validation.expression.text.split())}"

    def _value(self, expression: Expression) -> Any:
        if self.hidden.from_(expression):
            raise _Silent
        used = {path[1] for path in expression.reads.paths if path[0] == COMPOSED and len(path) > 1}
        for name, variable in self.policy.variables:  # each may read those above it
            if name in used and name not in self.composed:
                made = evaluate(variable, self.data)
                if len(repr(made)) > _MAX_VARIABLE:
                    raise Trouble(f"the variable `{name}` is too large")
                self.composed[name] = made
        return evaluate(expression, self.data)


def _old(ctx: Context) -> Seen | None:
    if ctx.live is None:
        return None
    other = Context(ctx.facts, ctx.live, ctx.kind, ctx.manifest, ctx.corpus, ctx.options)
    return Seen(other)


def _request(ctx: Context, asked: Asked) -> dict[str, Any]:
    kind = {"group": GROUP, "version": asked.version, "kind": ctx.kind}
    resource = {"group": GROUP, "version": asked.version, "resource": RESOURCES[ctx.kind]}
    return {
        "kind": kind,
        "requestKind": kind,
        "resource": resource,
        "requestResource": resource,
        "name": asked.name,
        "namespace": asked.namespace,
        "operation": asked.operation,
        "dryRun": False,
    }
