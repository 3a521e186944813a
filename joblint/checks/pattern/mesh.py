"""Checks of what webhooks inject into a Job's Pods, probes without effect, and what differs between nodes.

Sources: the documentation of Istio (sidecar injection), Linkerd (proxy injection), Vault (agent injector annotations)
and Dapr; pkg/kubelet/images (image pull policies).
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from joblint.kube.names.names import short
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Mapping
from joblint.rule.cure.cure import Add, Move, leaving_out, moving, writing
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice, mistake, place
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB, JOB, labels_and_annotations, templates

if TYPE_CHECKING:
    from joblint.rule.context import Context

_ISTIO, _LINKERD = "sidecar.istio.io/inject", "linkerd.io/inject"
_VAULT = "vault.hashicorp.com/agent-inject"
_VAULT_ONCE, _VAULT_QUIT = f"{_VAULT.removesuffix('inject')}pre-populate-only", "vault.hashicorp.com/agent-enable-quit"
_DAPR, _CONSUL, _KUMA = "dapr.io/enabled", "consul.hashicorp.com/connect-inject", "kuma.io/sidecar-injection"
# What makes a webhook inject a container that does not end by itself.
_INJECTED = {
    _ISTIO: "Istio's proxy", _LINKERD: "Linkerd's proxy", _DAPR: "Dapr's sidecar", _CONSUL: "Consul's proxy",
    _KUMA: "Kuma's proxy",
}  # fmt: skip
_READ_OF_PODS = (*_INJECTED, _VAULT)
_ON = frozenset(("true", "enabled", "ingress", "yes"))
# What ends it, or says that it ends after the others.
_ENDS = (
    "quitquitquit", "linkerd-await", "scuttle", "envoy-preflight", "/shutdown", "nativeSidecar", "native-sidecar",
    "pkill", "killall", "shareProcessNamespace",
)  # fmt: skip
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
# Paths that every node has, and whose content belongs to the node.
_OF_NODES = (
    "/boot", "/dev", "/etc/cni", "/etc/kubernetes", "/etc/localtime", "/etc/os-release", "/etc/ssl", "/etc/systemd",
    "/lib/modules", "/lib/systemd", "/opt/cni", "/proc", "/run", "/sys", "/usr", "/var/lib/cni", "/var/lib/containerd",
    "/var/lib/docker", "/var/lib/kubelet", "/var/log", "/var/run",
)  # fmt: skip
_OF_NODE_TYPES = frozenset(("Socket", "CharDevice", "BlockDevice"))
_KEPT = frozenset(("IfNotPresent", "Never"))


@author_rule("injection-off-template", on=(JOB, *CRONJOB))
def injection_off_template(root: Value, _: "Context") -> Reports:
    """Report a setting for a webhook on the Job instead of its Pods: it is ignored there."""
    outer, template = templates(root)
    if template is None:
        return
    inner = labels_and_annotations(template)
    for owner in (root, outer):
        for key, value in labels_and_annotations(owner).items():
            if key in _READ_OF_PODS and key not in inner and value.parent is not None and not value.opaque:
                message = f"`{key}` only has an effect on Pods: move it to the Pod template's metadata"
                yield mistake(value, message).cure(*_to_template(value, value.parent, template), safe=False)


def _to_template(value: Value, group: Value, template: Value) -> tuple[str, Move]:
    """Return the move to the template, with all of the group if the group would be left empty."""
    name = str(group.step)
    single = isinstance(group.node, Mapping) and len(group.node.entries) == 1
    if single and template.at("metadata", name) is None:
        return moving(group, template, "metadata", name)
    return moving(value, template, "metadata", name, str(value.step))


@author_rule("injected-sidecar", on="PodTemplateSpec")
def injected_sidecar(template: Value, ctx: "Context") -> Reports:
    """Report a sidecar that a webhook adds: the Job does not complete unless something stops it."""
    settings = labels_and_annotations(template)
    text = ctx.manifest.document.text
    if not any(name in settings for name in _READ_OF_PODS) or template.up("JobSpec") is None:
        return
    if _is_ended(text) or is_open(text):  # the worker may be what a template inserts
        return
    vault = settings.get(_VAULT)
    if vault is not None and str(vault.scalar()).lower() == "true" and not _vault_ends(settings):
        message = "Vault's agent keeps running after the work is done, so the Job never completes"
        report = mistake(vault, f'{message}; set `{_VAULT_ONCE}: "true"`')
        owner = vault.parent
        if owner is not None and owner.step == "annotations":
            operation = Add(owner.node, (_VAULT_ONCE,), "true", after=vault.key)
            report.cure(f"add `{_VAULT_ONCE}`", operation, safe=False)
        yield report
    for key, what in _INJECTED.items():
        value = settings.get(key)
        if value is not None and str(value.scalar()).lower() in _ON:
            message = f"`{key}` adds {what}, which may keep running after the work is done"
            yield advice(value, f"{message}; make it a native sidecar, or stop it from the main container")


@lru_cache(maxsize=2)
def _is_ended(text: str) -> bool:
    """Return whether a file mentions what ends sidecars. Cached: it is asked for each object of a List."""
    return any(word in text for word in _ENDS)


def _vault_ends(settings: dict[str, Value]) -> bool:
    return any(str(settings[key].scalar()).lower() == "true" for key in (_VAULT_ONCE, _VAULT_QUIT) if key in settings)


@author_rule("probe-in-job", on="PodSpec")
def probe_in_job(pod: Value, _: "Context") -> Reports:
    """Report the probes of the containers that do the work; native sidecars are init containers."""
    for container in pod.items("containers"):
        for name in _PROBES:
            probe = container.get(name)
            if probe is None:
                continue
            message = "a Job does not wait for its Pods to be ready; remove `readinessProbe`"
            if name != "readinessProbe":
                message = f"a failed `{name}` restarts the work from the beginning"
                message += "; to limit the run time, use `activeDeadlineSeconds` instead"
            yield advice(probe, message).cure(*leaving_out(probe), safe=False)


@author_rule("host-path-anywhere", on="PodSpec")
def host_path_anywhere(pod: Value, _: "Context") -> Reports:
    """Report a directory of the node in a Pod that may run on any node."""
    if any(pod.has(name) for name in ("nodeName", "nodeSelector", "affinity")):
        return
    for volume in pod.items("volumes"):
        path = volume.at("hostPath", "path")
        if path is None or volume.data["hostPath"].text("type") in _OF_NODE_TYPES:
            continue
        if not any(f"{path.scalar()}/".startswith(f"{known}/") for known in _OF_NODES) and path.data != "/":
            message = "differs between nodes; set `nodeSelector` or `affinity` in the pod spec"
            yield advice(path, f"`hostPath` content in `{short(path.data)}` {message}")


@author_rule("kept-image", on="Container")
def kept_image(container: Value, _: "Context") -> Reports:
    """Report a tag that changes its image, with a pull policy that does not check for that."""
    from joblint.kube.names import images

    value, policy = container.get("image"), container.get("imagePullPolicy")
    if value is None or policy is None or policy.scalar() not in _KEPT:
        return
    image = images.read(value.scalar())
    if image is not None and image.floats:
        message = f"`imagePullPolicy: {policy.data}` uses the node's own copy of `{image.tag or 'latest'}`, however old"
        report = advice(policy, f"{message}; use a version, or `Always`")
        report.related = ((place(value), "the image"),)
        if policy.data == "Never":  # the image gets to the node in another way: there may be nothing to pull
            yield report
        else:
            yield report.cure(*writing(policy, "Always"), safe=False)
