"""Security contexts: users and groups, profiles, sysctls, privileges.

Source: pkg/apis/core/validation/validation.go, ValidateSecurityContext, validatePodSpecSecurityContext (up to
1.27 ValidatePodSecurityContext), validateSysctls. A privileged container is only refused by a server whose flag
--allow-privileged is off; no installer leaves it off, so this is not reported.
"""

from typing import TYPE_CHECKING

from joblint.kube.names.names import short
from joblint.kube.names.words import IDS, local_path, sysctl_name
from joblint.rule.registry import rule
from joblint.rule.report import Reports, duplicate, invalid, mistake, required, too_long
from joblint.rule.value import Value
from joblint.server.pod.common import choice, expect, need, one_of, out_of_range, pod_of, quoted, within

if TYPE_CHECKING:
    from joblint.rule.context import Context

PROC_MOUNTS, PROC_MOUNT_GATE = ("Default", "Unmasked"), "ProcMountType"
PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
MAX_PROFILE = 4095
FS_GROUP_CHANGES = ("OnRootMismatch", "Always")
GROUP_POLICIES = ("Merge", "Strict")
SELINUX_CHANGES = ("Recursive", "MountOption")
IPC_SYSCTLS = (
    "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced", "kernel.shm",
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.msg",
)  # fmt: skip


@rule("invalid-security-context", on=("SecurityContext", "PodSecurityContext"))
def ids(context: Value, ctx: "Context") -> Reports:
    for name in ("runAsUser", "runAsGroup", "fsGroup"):
        yield from within(context, name, IDS)
    for group in context.items("supplementalGroups"):
        if group.scalar() not in IDS:
            yield out_of_range(group, IDS)


@rule("invalid-security-context", on="PodSecurityContext")
def policies(context: Value, ctx: "Context") -> Reports:
    yield from choice(context, "fsGroupChangePolicy", FS_GROUP_CHANGES, default=False)
    yield from choice(context, "supplementalGroupsPolicy", GROUP_POLICIES, default=False)
    value = context.get("seLinuxChangePolicy")
    if value is not None and value.scalar() != SELINUX_CHANGES[0]:
        yield from one_of(value, SELINUX_CHANGES if ctx.facts.enabled("SELinuxMount") else SELINUX_CHANGES[:1])


@rule("invalid-security-context", on="SecurityContext")
def proc_mount(context: Value, ctx: "Context") -> Reports:
    """Check `procMount`; while its gate is off, the server replaces it with `Default` (dropDisabledProcMountField)."""
    value = context.get("procMount")
    if value is None or value.scalar() == PROC_MOUNTS[0]:
        return
    if not ctx.facts.enabled(PROC_MOUNT_GATE):
        yield from _forced(value, ctx)
        return
    yield from one_of(value, PROC_MOUNTS)
    if value.scalar() == PROC_MOUNTS[1] and pod_of(context).flag("hostUsers", True) and ctx.facts.since(30):
        yield invalid(value, "`procMount: Unmasked` needs `hostUsers: false` in the pod spec")


def _forced(value: Value, ctx: "Context") -> Reports:
    from joblint.kube.minors.gates import off

    if value.scalar():
        why = off(PROC_MOUNT_GATE, by_hand=ctx.facts.by_default(PROC_MOUNT_GATE))
        yield mistake(value, f"`procMount: {short(value.scalar())}` is replaced with `{PROC_MOUNTS[0]}`: {why}")


@rule("invalid-security-context", on="SecurityContext")
def escalation(context: Value, ctx: "Context") -> Reports:
    """Report a container that has all privileges, and must not get more."""
    value = context.get("allowPrivilegeEscalation")
    if value is None or value.scalar():
        return
    if context.flag("privileged"):
        yield invalid(value, "a privileged container cannot set `allowPrivilegeEscalation: false`", field=context.path)
    capabilities = context.get("capabilities")
    if capabilities is not None and "CAP_SYS_ADMIN" in capabilities.strings("add"):
        text = "a container with `CAP_SYS_ADMIN` cannot set `allowPrivilegeEscalation: false`"
        yield invalid(value, text, field=context.path)


@rule("invalid-security-context", on="SeccompProfile")
def seccomp(profile: Value, ctx: "Context") -> Reports:
    yield from need(profile, "type")
    yield from choice(profile, "type", PROFILES)
    path = profile.get("localhostProfile")
    if profile.text("type") != PROFILES[0]:
        if path is not None:
            yield invalid(path, f"`localhostProfile` is only allowed with `type: {PROFILES[0]}`")
    elif path is None:
        text = f"`type: {PROFILES[0]}` needs `localhostProfile`"
        yield required(profile, "localhostProfile", text, because=profile.get("type"))
    else:
        yield from expect(profile, "localhostProfile", local_path)


@rule("invalid-security-context", on="AppArmorProfile")
def app_armor(profile: Value, ctx: "Context") -> Reports:
    yield from need(profile, "type")
    yield from choice(profile, "type", PROFILES)
    path, kind = profile.get("localhostProfile"), profile.text("type")
    if kind in PROFILES[1:] and path is not None:
        yield invalid(path, f"`localhostProfile` is only allowed with `type: {PROFILES[0]}`")
    if kind != PROFILES[0]:
        return
    text = path.scalar() if path is not None else ""
    if path is None or not text:
        needs = f"`type: {PROFILES[0]}` needs `localhostProfile`"
        yield required(profile, "localhostProfile", needs, because=profile.get("type"))
        return
    if text != text.strip():
        yield invalid(path, "`localhostProfile` must not start or end with whitespace")
    if len(text.encode("utf-8", "surrogatepass")) > MAX_PROFILE:
        yield too_long(path, f"`localhostProfile` can have at most {MAX_PROFILE} bytes")


@rule("invalid-security-context", on="PodSecurityContext")
def unique_sysctls(context: Value, ctx: "Context") -> Reports:
    seen: dict[str, Value] = {}
    for sysctl in context.items("sysctls"):
        value = sysctl.get("name")
        if value is None or not value.scalar() or _wrong_sysctl(value.scalar(), ctx):
            continue
        if value.scalar() in seen:
            yield duplicate(value, f"the sysctl {quoted(value.scalar())} is set twice", first=seen[value.scalar()])
        else:
            seen[value.scalar()] = value


@rule("invalid-security-context", on="Sysctl")
def sysctl(entry: Value, ctx: "Context") -> Reports:
    yield from need(entry, "name")
    value = entry.get("name")
    if value is None or not value.scalar():
        return
    if wrong := _wrong_sysctl(value.scalar(), ctx):
        yield invalid(value, f"the sysctl {quoted(value.scalar())} {wrong}")


def _wrong_sysctl(name: str, ctx: "Context") -> str | None:
    """Return what is wrong with a sysctl's name, None if nothing is; from 1.25, slashes may replace dots."""
    wrong = sysctl_name(name, False)
    return sysctl_name(name, True) if wrong and ctx.facts.since(25) else wrong


@rule("invalid-security-context", on="Sysctl")
def sysctl_of_host(entry: Value, ctx: "Context") -> Reports:
    """Report a sysctl that is the host's (ValidateHostSysctl, from 1.29; component-helpers node/util/sysctl)."""
    spec = pod_of(entry)
    network, ipc = spec.flag("hostNetwork"), spec.flag("hostIPC")
    name = entry.text("name")
    first = next((c for c in name if c in "./"), "")
    if first == "/":  # slashes stand for dots then, and dots for slashes
        name = name.translate(str.maketrans("./", "/."))
    name = name.partition("*")[0]
    if network and name.startswith("net."):
        host = "hostNetwork"
    elif ipc and (name in IPC_SYSCTLS or name.startswith("fs.mqueue.")):
        host = "hostIPC"
    else:
        return
    if ctx.facts.since(29):
        yield invalid(
            entry.data["name"], f"with `{host}`, the Pod cannot set {quoted(name)}, because it is a host setting"
        )
