"""Probes and lifecycle hooks.

Source: pkg/apis/core/validation/validation.go, validateProbe, validateHandler, validateInitContainers.
"""

from typing import TYPE_CHECKING

from joblint.rule.registry import rule
from joblint.rule.report import Reports, forbidden, invalid, required
from joblint.rule.value import Value
from joblint.server.pod.common import INIT, container_of, is_sidecar, not_negative, role, words

if TYPE_CHECKING:
    from joblint.rule.context import Context

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
HOOKS = ("lifecycle", *PROBES)
TIMES = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
PROBE_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
HOOK_HANDLERS = ("exec", "httpGet", "tcpSocket", "sleep")


def judged(value: Value, ctx: "Context") -> bool:
    """Return whether the server checks the probes and hooks of the container; in others, it refuses them as a whole."""
    container = container_of(value)
    if role(container) == "containers":
        return True
    if role(container) == INIT:
        return is_sidecar(container) if ctx.facts.since(25) else True
    return not ctx.facts.since(25)


@rule("invalid-probe", on="Container")
def hooks_of_init_container(container: Value, ctx: "Context") -> Reports:
    if role(container) != INIT:
        return
    for name in HOOKS:
        value = container.get(name)
        if value is None or is_sidecar(container):
            continue
        text = f"`{name}` is not allowed in an init container"
        if ctx.facts.since(25):
            text += " unless it has `restartPolicy: Always`" if ctx.facts.since(28) else ""
            yield forbidden(value, text)
        else:
            yield invalid(value, text)


@rule("invalid-probe", on="Probe")
def times(probe: Value, ctx: "Context") -> Reports:
    if any(map(probe.has, TIMES)) and judged(probe, ctx):
        for name in TIMES:
            yield from not_negative(probe, name)


@rule("invalid-probe", on="Probe")
def success_threshold(probe: Value, ctx: "Context") -> Reports:
    value = probe.get("successThreshold")
    if value is not None and probe.step != PROBES[1] and value.scalar() not in (0, 1) and judged(probe, ctx):
        yield invalid(value, f"`successThreshold` must be 1 in a `{probe.step}`")


@rule("invalid-probe", on="Probe")
def grace_period(probe: Value, ctx: "Context") -> Reports:
    value = probe.get("terminationGracePeriodSeconds")
    if value is None or not judged(probe, ctx):
        return
    if probe.step == PROBES[1]:
        yield invalid(
            value, "`terminationGracePeriodSeconds` is not allowed in a `readinessProbe`, which never stops a container"
        )
    elif value.scalar() <= 0 and ctx.facts.since(22):
        yield invalid(value, f"`terminationGracePeriodSeconds` must be greater than 0, not {value.scalar()}")


@rule("invalid-probe", on=("Probe", "Handler", "LifecycleHandler"))
def one_handler(owner: Value, ctx: "Context") -> Reports:
    """Report a missing handler, and every one after the first; only the first is checked."""
    names = handlers(owner)
    set_handlers = [name for name in names if owner.has(name)]
    if len(set_handlers) == 1 or not judged(owner, ctx):
        return
    if not set_handlers:
        possible = [name for name in names if name in ctx.facts.struct(owner.type)]
        yield required(owner, names[0], f"`{owner.step}` needs {words(possible)}", field=owner.path)
    for name in set_handlers[1:]:
        yield forbidden(owner.data[name], f"`{owner.step}` can only have 1 handler; it already has `{set_handlers[0]}`")


def handlers(owner: Value) -> tuple[str, ...]:
    """Return the handlers that a probe or a hook can have, in the server's order."""
    return PROBE_HANDLERS if owner.type == "Probe" else HOOK_HANDLERS


def counts(action: Value, ctx: "Context") -> bool:
    """Return whether a handler is the first of its probe or hook, and the server checks it."""
    owner = action.parent
    if owner is None or owner.opaque:
        return False
    return next((name for name in handlers(owner) if owner.has(name)), None) == action.step and judged(action, ctx)
