"""What probes and lifecycle hooks do: commands, requests, connections, sleep, and the signal to stop.

Source: pkg/apis/core/validation/validation.go, validateExecAction, validateHTTPGetAction, validateTCPSocketAction,
validateGRPCAction, validateSleepAction, validateStopSignal.
"""

from typing import TYPE_CHECKING

from joblint.kube.names.names import short
from joblint.kube.names.words import PORTS, header_name, port_name
from joblint.rule.registry import rule
from joblint.rule.report import Reports, forbidden, invalid, not_supported
from joblint.rule.value import Value
from joblint.server.pod.common import choice, match, meant_as, need, one_of, out_of_range, pod_of, quoted
from joblint.server.pod.probes import counts, judged

if TYPE_CHECKING:
    from joblint.rule.context import Context

SCHEMES, HTTP_PROTOCOLS, GRPC_MODES = ("HTTP", "HTTPS"), ("HTTP1", "HTTP2"), ("Plaintext", "TLS")
GRACE_PERIOD = 30  # pkg/apis/core/v1/defaults.go, SetDefaults_PodSpec
WINDOWS_SIGNALS = ("SIGKILL", "SIGTERM")
_SIGNALS = (
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL",
    "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1",
    "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
)  # fmt: skip
LINUX_SIGNALS = frozenset((
    *(f"SIG{name}" for name in _SIGNALS),
    *(f"SIGRTMIN+{number}" for number in range(1, 16)), *(f"SIGRTMAX-{number}" for number in range(1, 15)),
))  # fmt: skip


@rule("invalid-probe", on="ExecAction")
def command(action: Value, ctx: "Context") -> Reports:
    if not (action.has("command") and action.items("command")) and counts(action, ctx):
        yield from need(action, "command")


@rule("invalid-probe", on=("HTTPGetAction", "TCPSocketAction"))
def port(action: Value, ctx: "Context") -> Reports:
    """Check a port's number or name; an absent port is port 0 (ValidatePortNumOrName)."""
    if not counts(action, ctx):
        return
    value = action.get("port")
    number = 0 if value is None else value.scalar()
    if isinstance(number, str) and value is not None:
        yield from match(value, port_name)
    elif number not in PORTS and value is not None:
        yield out_of_range(value, PORTS)
    elif value is None:
        yield invalid(action, f"`port` is required in `{action.step}`", field=action.child_path("port"))


@rule("invalid-probe", on="HTTPGetAction")
def http_get(action: Value, ctx: "Context") -> Reports:
    if counts(action, ctx):
        yield from choice(action, "scheme", SCHEMES)
        for header in action.items("httpHeaders"):
            if wrong := header_name(header.text("name")):
                field = action.child_path("httpHeaders")
                yield invalid(
                    header.get("name") or header, f"the header name {quoted(header.text('name'))} {wrong}", field=field
                )


@rule("invalid-probe", on="HTTPGetAction")
def http_protocol(action: Value, ctx: "Context") -> Reports:
    """Check the HTTP version, and what HTTP2 cannot be combined with, from 1.37."""
    value = action.get("protocol")
    if value is None or not counts(action, ctx):
        return
    yield from one_of(value, HTTP_PROTOCOLS)
    if value.scalar() == HTTP_PROTOCOLS[1]:
        if action.text("scheme", SCHEMES[0]) != SCHEMES[0]:
            yield invalid(value, "`protocol: HTTP2` is only allowed with `scheme: HTTP`")
        elif action.text("host"):
            yield invalid(action.data["host"], "`host` must not be set when `protocol` is `HTTP2`")


@rule("invalid-probe", on="GRPCAction")
def grpc(action: Value, ctx: "Context") -> Reports:
    if not counts(action, ctx):
        return
    value = action.get("port")
    if value is None:
        yield invalid(action, "`port` is required in `grpc`", field=action.child_path("port"))
    elif value.scalar() not in PORTS:
        yield out_of_range(value, PORTS)
    yield from choice(action, "mode", GRPC_MODES, default=False)


@rule("invalid-probe", on="SleepAction")
def sleep(action: Value, ctx: "Context") -> Reports:
    """Check that the sleep is not longer than the pod's grace period; it may be 0 from 1.33."""
    if not counts(action, ctx):
        return
    seconds = action.integer("seconds") or 0
    grace = pod_of(action).integer("terminationGracePeriodSeconds")
    most = GRACE_PERIOD if grace is None else grace
    if seconds < 0 or seconds > most:
        text = f"{_hook(action)} must be 0 to {most} s (the Pod's grace period), not {seconds}"
        yield invalid(action, text)
    elif seconds == 0 and not ctx.facts.enabled("PodLifecycleSleepActionAllowZero"):
        yield invalid(action, f"before 1.33, {_hook(action)} must be longer than 0 s")


def _hook(action: Value) -> str:
    """Return the name of a sleep for a message: preStop `sleep`."""
    return f"{action.parent.step} `sleep`" if action.parent is not None else "`sleep`"


@rule("invalid-probe", on="Lifecycle")
def stop_signal(lifecycle: Value, ctx: "Context") -> Reports:
    value = lifecycle.get("stopSignal")
    if value is None or not judged(lifecycle, ctx):
        return
    system = pod_of(lifecycle).get("os")
    if system is None:
        yield forbidden(value, "`stopSignal` needs `os.name` in the pod spec")
    elif system.text("name") == "windows":
        yield from one_of(value, WINDOWS_SIGNALS)
    elif system.text("name") == "linux" and value.scalar() not in LINUX_SIGNALS:
        report = not_supported(value, f"`stopSignal: {short(value.scalar())}` is not a Linux signal such as `SIGTERM`")
        yield meant_as(report, value, sorted(LINUX_SIGNALS))
