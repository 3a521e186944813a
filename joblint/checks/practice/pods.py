"""Checks of Pods: probes without effect, what differs between nodes, and images that are not pulled again.

Source: pkg/kubelet/images (image pull policies).
"""

from typing import TYPE_CHECKING

from joblint.kube.names.names import short
from joblint.rule.cure.cure import leaving_out, writing
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice, place
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
# Paths that every node has, and whose content belongs to the node.
_OF_NODES = (
    "/boot", "/dev", "/etc/cni", "/etc/kubernetes", "/etc/localtime", "/etc/os-release", "/etc/ssl", "/etc/systemd",
    "/lib/modules", "/lib/systemd", "/opt/cni", "/proc", "/run", "/sys", "/usr", "/var/lib/cni", "/var/lib/containerd",
    "/var/lib/docker", "/var/lib/kubelet", "/var/log", "/var/run",
)  # fmt: skip
_OF_NODE_TYPES = frozenset(("Socket", "CharDevice", "BlockDevice"))
_KEPT = frozenset(("IfNotPresent", "Never"))


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
                message += "; to limit run duration, use `activeDeadlineSeconds` instead"
            yield advice(probe, message).cure_by(leaving_out(probe), safe=False)


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
            yield report.cure_by(writing(policy, "Always"), safe=False)
