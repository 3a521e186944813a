"""Windows: accounts, host processes, and the fields that only one operating system has.

Source: pkg/apis/core/validation/validation.go, validateWindowsSecurityContextOptions, validateWindowsHostProcessPod,
validateOS, validateLinux, validateWindows. As for privileged containers, --allow-privileged is not considered.
"""

import re
from typing import TYPE_CHECKING

from joblint.kube.names.names import dns_subdomain, size
from joblint.rule.registry import rule
from joblint.rule.report import Reports, forbidden, invalid, required
from joblint.rule.value import Value
from joblint.server.pod.common import containers, match, one_of, quoted
from joblint.server.pod.ephemeral import own_path

if TYPE_CHECKING:
    from joblint.rule.context import Context

SYSTEMS = ("linux", "windows")
MAX_CREDENTIAL_SPEC = 64 * 1024
MAX_DOMAIN, MAX_USER = 255, 104
HOST_PROCESS = ("securityContext", "windowsOptions", "hostProcess")
# What a Windows pod must not have: in its spec, in its security context, in its containers' security contexts.
SPEC_FIELDS = ("hostUsers", "hostPID", "hostIPC", "shareProcessNamespace")
POD_FIELDS = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls", "runAsUser",
    "runAsGroup", "supplementalGroups", "supplementalGroupsPolicy", "seLinuxChangePolicy",
)  # fmt: skip
CONTAINER_FIELDS = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged",
    "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
)  # fmt: skip
_UNSET: tuple[object, ...] = (False, [])  # values of hostPID and sysctls that count as absent


# -- accounts


@rule("invalid-security-context", on="WindowsSecurityContextOptions")
def credentials(options: Value, ctx: "Context") -> Reports:
    name, spec = options.get("gmsaCredentialSpecName"), options.get("gmsaCredentialSpec")
    if name is not None:
        yield from match(name, dns_subdomain)
    if spec is not None and not 0 < size(spec.scalar()) <= MAX_CREDENTIAL_SPEC:
        yield invalid(spec, f"`gmsaCredentialSpec` must have 1 to {MAX_CREDENTIAL_SPEC} bytes")


@rule("invalid-security-context", on="WindowsSecurityContextOptions")
def run_as_user_name(options: Value, ctx: "Context") -> Reports:
    name = options.get("runAsUserName")
    if name is not None:
        yield from match(name, user_name)


def user_name(text: str) -> str | None:
    """Return what is wrong with `text` as a Windows user (`DOMAIN\\User`), None if nothing is."""
    if not text:
        return "is empty"
    if any(ord(c) < 32 or ord(c) == 127 for c in text):
        return "is not a valid Windows user: it has control characters"
    domain, backslash, user = text.rpartition("\\")
    if "\\" in domain:
        return "is not a valid Windows user: it has more than 1 backslash"
    if backslash and (len(domain) > MAX_DOMAIN or not _is_domain(domain)):
        return "is not a valid Windows user: its domain is invalid"
    if not user or size(user) > MAX_USER or not user.strip(". ") or re.search(r'["/\\:;|=,+*?<>@\[\]]', user):
        wanted = f'a name of at most {MAX_USER} characters without any of "/\\:;|=,+*?<>@[]'
        return f"is not a valid Windows user: it needs {wanted}"
    return None


def _is_domain(text: str) -> bool:
    netbios = r'[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}'
    label = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    return bool(re.fullmatch(netbios, text) or re.fullmatch(rf"{label}(?:\.{label})*", text))


def _path(owner: Value, *names: str) -> str:
    """Return the path of a field some levels below a pod's spec or a container."""
    return ".".join((own_path(owner), *names))


# -- host processes, from 1.22


@rule("invalid-security-context", on="PodSpec")
def host_process(spec: Value, ctx: "Context") -> Reports:
    if not _mentions_host_process(spec):
        return
    whole = spec.at(*HOST_PROCESS)
    if not ctx.facts.enabled("WindowsHostProcessContainers"):
        yield from _gated(spec, whole)
        return
    answers = []
    for container in containers(spec):
        own = container.at(*HOST_PROCESS)
        if own is not None and whole is not None and own.scalar() != whole.scalar():
            message = f"`hostProcess` must be `{str(whole.scalar()).lower()}`, as in the Pod's security context"
            yield invalid(own, message, field=_path(container, *HOST_PROCESS))
        answers.append(own if own is not None else whole)
    positive = [answer for answer in answers if answer is not None and answer.scalar()]
    if positive and len(positive) != len(answers):
        message = "if 1 container has `hostProcess: true`, all containers must have it"
        yield invalid(positive[0], message, field=spec.path)
    if positive and not spec.flag("hostNetwork"):
        yield invalid(positive[0], "`hostProcess` needs `hostNetwork: true`", field=spec.child_path("hostNetwork"))


def _mentions_host_process(spec: Value) -> bool:
    return any(v.at(*HOST_PROCESS[:2]) is not None for v in (spec, *containers(spec)) if v.has(HOST_PROCESS[0]))


def _gated(spec: Value, whole: Value | None) -> Reports:
    """Report host processes in 1.22 with their gate off."""
    text = "`hostProcess` needs the feature gate WindowsHostProcessContainers, which is off by default before 1.23"
    if whole is not None:
        yield forbidden(whole, text)
        return
    own_settings = [(c, own) for c in containers(spec) if (own := c.at(*HOST_PROCESS)) is not None]
    for container, own in own_settings:
        yield forbidden(own, text, field=_path(container, *HOST_PROCESS))
    if any(own.scalar() for _, own in own_settings):
        yield forbidden(own_settings[0][1], text, field=spec.path)


# -- the operating system, from 1.23


@rule("invalid-pod-setting", on="PodOS")
def system(value: Value, ctx: "Context") -> Reports:
    name = value.get("name")
    if name is None or not name.scalar():
        yield required(value, "name", "`name` is required in `os`")
    else:
        yield from one_of(name, SYSTEMS, field=value.path)


@rule("field-of-other-os", on="PodSpec")
def linux(spec: Value, ctx: "Context") -> Reports:
    if _system(spec) == SYSTEMS[0]:
        for owner in (spec, *containers(spec)):
            options = owner.at(*HOST_PROCESS[:2])
            if options is not None:
                field = _path(owner, *HOST_PROCESS[:2])
                yield forbidden(options, "`windowsOptions` is not allowed in a Linux Pod", field=field)


@rule("field-of-other-os", on="PodSpec")
def windows(spec: Value, ctx: "Context") -> Reports:
    if _system(spec) != SYSTEMS[1]:
        return
    yield from _of_linux(spec, SPEC_FIELDS, spec.path)
    for owner, names in ((spec, POD_FIELDS), *((c, CONTAINER_FIELDS) for c in containers(spec))):
        security = owner.get("securityContext")
        if security is not None:
            yield from _of_linux(security, names, _path(owner, "securityContext"))


def _system(spec: Value) -> str:
    system = spec.get("os") if spec.has("os") else None
    return system.text("name") if system is not None else ""


def _of_linux(owner: Value, names: tuple[str, ...], path: str) -> Reports:
    for name in names:
        value = owner.get(name)
        if value is not None and not (name in ("hostPID", "hostIPC", "sysctls") and value.data in _UNSET):
            yield forbidden(value, f"{quoted(name)} is not allowed in a Windows Pod", field=f"{path}.{name}")
