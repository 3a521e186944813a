"""What webhooks put into a Job's Pods, probes that nobody asks, and what one node has and another lacks.

Sources: the documentation of Istio (sidecar injection), Linkerd (proxy injection), Vault (agent injector annotations)
and Dapr; pkg/kubelet/images (image pull policies).
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from joblint.kube.names.names import short
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Mapping
from joblint.rule.cure.cure import Add, Move, leaving_out, moving, writing
from joblint.rule.registry import rule
from joblint.rule.report import Reports, advice, mistake, place
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB, JOB, labels_and_annotations, templates

if TYPE_CHECKING:
    from joblint.rule.context import Context

_ISTIO, _LINKERD = "sidecar.istio.io/inject", "linkerd.io/inject"
_VAULT = "vault.hashicorp.com/agent-inject"
_VAULT_ONCE, _VAULT_QUIT = f"{_VAULT.removesuffix('inject')}pre-populate-only", "vault.hashicorp.com/agent-enable-quit"
_DAPR, _CONSUL, _KUMA = "dapr.io/enabled", "consul.hashicorp.com/connect-inject", "kuma.io/sidecar-injection"
# What has a webhook inject a container that does not end by itself.
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
# Paths that every node has, and whose content is the node's own.
_OF_NODES = (
    "/boot", "/dev", "/etc/cni", "/etc/kubernetes", "/etc/localtime", "/etc/os-release", "/etc/ssl", "/etc/systemd",
    "/lib/modules", "/lib/systemd", "/opt/cni", "/proc", "/run", "/sys", "/usr", "/var/lib/cni", "/var/lib/containerd",
    "/var/lib/docker", "/var/lib/kubelet", "/var/log", "/var/run",
)  # fmt: skip
_OF_NODE_TYPES = frozenset(("Socket", "CharDevice", "BlockDevice"))
_KEPT = frozenset(("IfNotPresent", "Never"))


@rule("injection-off-template", on=(JOB, *CRONJOB))
def injection_off_template(root: Value, _: "Context") -> Reports:
    """A webhook looks at Pods: what stands on the Job alone is read by nobody."""
    outer, template = templates(root)
    if template is None:
        return
    inner = labels_and_annotations(template)
    for owner in (root, outer):
        for key, value in labels_and_annotations(owner).items():
            if key in _READ_OF_PODS and key not in inner and value.parent is not None and not value.opaque:
                message = f"`{key}` is read of Pods: put it into the metadata of the Pod template"
                yield mistake(value, message).cure(*_to_template(value, value.parent, template), safe=False)


def _to_template(value: Value, group: Value, template: Value) -> tuple[str, Move]:
    """With all of its group where that would be left empty."""
    name = str(group.step)
    alone = isinstance(group.node, Mapping) and len(group.node.entries) == 1
    if alone and template.at("metadata", name) is None:
        return moving(group, template, "metadata", name)
    return moving(value, template, "metadata", name, str(value.step))


@rule("injected-sidecar", on="PodTemplateSpec")
def injected_sidecar(template: Value, ctx: "Context") -> Reports:
    """A sidecar that a webhook adds keeps the Job from being complete, unless somebody ends it."""
    found = labels_and_annotations(template)
    text = ctx.manifest.document.text
    if not any(name in found for name in _READ_OF_PODS) or template.up("JobSpec") is None:
        return
    if _is_ended(text) or is_open(text):  # the worker may be what a template inserts
        return
    vault = found.get(_VAULT)
    if vault is not None and str(vault.scalar()).lower() == "true" and not _vault_ends(found):
        message = "Vault's agent goes on when the work is done, so the Job is never complete"
        report = mistake(vault, f'{message}; add `{_VAULT_ONCE}: "true"`')
        owner = vault.parent
        if owner is not None and owner.step == "annotations":
            operation = Add(owner.node, (_VAULT_ONCE,), "true", after=vault.key)
            report.cure(f"add `{_VAULT_ONCE}`", operation, safe=False)
        yield report
    for key, what in _INJECTED.items():
        value = found.get(key)
        if value is not None and str(value.scalar()).lower() in _ON:
            message = f"{what} may go on when the work is done: unless it is a native sidecar, the worker has to end it"
            yield advice(value, message)


@lru_cache(maxsize=2)
def _is_ended(text: str) -> bool:
    """Whether a file speaks of what ends sidecars. It is asked for each object of a List."""
    return any(word in text for word in _ENDS)


def _vault_ends(found: dict[str, Value]) -> bool:
    return any(str(found[key].scalar()).lower() == "true" for key in (_VAULT_ONCE, _VAULT_QUIT) if key in found)


@rule("probe-in-job", on="PodSpec")
def probe_in_job(pod: Value, _: "Context") -> Reports:
    """Probes of the containers that do the work; those of native sidecars are init containers'."""
    for container in pod.items("containers"):
        for name in _PROBES:
            probe = container.get(name)
            if probe is None:
                continue
            message = "nobody waits for a Job's Pods to be ready"
            if name != "readinessProbe":
                message = "a probe that fails has the work begun anew; a Job is bounded by `activeDeadlineSeconds`"
            yield advice(probe, message).cure(*leaving_out(probe), safe=False)


@rule("host-path-anywhere", on="PodSpec")
def host_path_anywhere(pod: Value, _: "Context") -> Reports:
    """A directory of whatever node the Pod comes to."""
    if any(pod.has(name) for name in ("nodeName", "nodeSelector", "affinity")):
        return
    for volume in pod.items("volumes"):
        path = volume.at("hostPath", "path")
        if path is None or volume.data["hostPath"].text("type") in _OF_NODE_TYPES:
            continue
        if not any(f"{path.scalar()}/".startswith(f"{known}/") for known in _OF_NODES) and path.data != "/":
            message = "each node has its own, and nothing here says on which one the Pod runs"
            yield advice(path, f"`{short(path.data)}`: {message}")


@rule("kept-image", on="Container")
def kept_image(container: Value, _: "Context") -> Reports:
    """A tag that moves, and a policy that does not look."""
    from joblint.kube.names import images

    value, policy = container.get("image"), container.get("imagePullPolicy")
    if value is None or policy is None or policy.scalar() not in _KEPT:
        return
    image = images.read(value.scalar())
    if image is not None and image.floats:
        message = f"a node that has `{image.tag or 'latest'}` keeps it with `{policy.data}`, however old it is"
        report = advice(policy, f"{message}: name a version, or pull `Always`")
        report.related = ((place(value), "the image"),)
        if policy.data == "Never":  # the image comes to the node in another way: there may be nothing to pull
            yield report
        else:
            yield report.cure(*writing(policy, "Always"), safe=False)
