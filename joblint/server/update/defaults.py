"""The defaults that the server fills in before it validates an object.

Sources: pkg/apis/batch/v1/defaults.go (and the same for v1beta1), pkg/apis/core/v1/defaults.go and
pkg/apis/batch/v1/zz_generated.defaults.go, 1.21 to 1.37; pkg/apis/core/v1/conversion.go for serviceAccount.
"""

from collections.abc import Callable
from typing import Any

from joblint.kube.minors.minor import Facts
from joblint.kube.names import images
from joblint.kube.quantity import quantity
from joblint.manifests.yaml.tree import Node
from joblint.rule.report import place
from joblint.rule.value import HIDDEN, Value
from joblint.server.parts import NON_INDEXED, in_job
from joblint.server.update.zero import absent, parts

_MAX_INT32 = (1 << 31) - 1
_EMPTY: Any = object()  # a struct with nothing in it
_MODE = 0o644  # of files in volumes
_LATEST = "latest"

# The value of an absent field, by struct and field.
_CONSTANT: dict[str, dict[str, Any]] = {
    "AzureDiskVolumeSource": {"cachingMode": "ReadWrite", "fsType": "ext4", "kind": "Shared", "readOnly": False},
    "ConfigMapVolumeSource": {"defaultMode": _MODE},
    "Container": {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"},
    "ContainerPort": {"protocol": "TCP"},
    "CronJobSpec": {
        "concurrencyPolicy": "Allow",
        "failedJobsHistoryLimit": 1,
        "successfulJobsHistoryLimit": 3,
        "suspend": False,
    },
    "DownwardAPIVolumeSource": {"defaultMode": _MODE},
    "FileKeySelector": {"optional": False},
    "GRPCAction": {"service": ""},
    "HTTPGetAction": {"path": "/", "scheme": "HTTP"},
    "HostPathVolumeSource": {"type": ""},
    "ISCSIVolumeSource": {"iscsiInterface": "default"},
    "ObjectFieldSelector": {"apiVersion": "v1"},
    "PersistentVolumeClaimSpec": {"volumeMode": "Filesystem"},
    "PodFailurePolicyOnPodConditionsPattern": {"status": "True"},
    "PodSpec": {
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": _EMPTY,
        "terminationGracePeriodSeconds": 30,
    },
    "Probe": {"failureThreshold": 3, "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1},
    "ProjectedVolumeSource": {"defaultMode": _MODE},
    "RBDVolumeSource": {"keyring": "/etc/ceph/keyring", "pool": "rbd", "user": "admin"},
    "ScaleIOVolumeSource": {"fsType": "xfs", "storageMode": "ThinProvisioned"},
    "SecretVolumeSource": {"defaultMode": _MODE},
    "ServiceAccountTokenProjection": {"expirationSeconds": 3600},
}
_CONSTANT["EphemeralContainer"] = _CONSTANT["Container"]


def apply(root: Value, facts: Facts) -> None:
    """Fill in the absent fields of an object, each at the place of the struct that lacks it."""
    for value in root.walk():  # includes what has been filled in
        type_ = value.type.removeprefix("v1beta1.")
        if value.type == "{}quantity" and not value.opaque:
            _round(value)
        elif isinstance(value.data, dict):
            for name in parts(value.type):
                _set(value, name, _EMPTY, facts)
            for name, content in _CONSTANT.get(type_, {}).items():
                _set(value, name, content, facts)
            if type_ in _COMPUTED:
                _COMPUTED[type_](value, facts)


def _set(owner: Value, name: str, content: Any, facts: Facts) -> None:
    """Fill in a field if it is absent and the minor has it."""
    if not absent(owner, name) or (type_ := facts.field(owner.type, name)) is None:
        return
    if content is _EMPTY and name in owner.data:
        return
    put(owner, name, type_, {} if content is _EMPTY else content)


def put(owner: Value, name: str, type_: str, data: Any) -> Value:
    """Add a value that is not written to a struct or map, at its owner's place, and return it."""
    node = place(owner)
    made = owner.data[name] = Value(type_, Node(node.start, node.end), None, owner, name, data)
    return made


def _job(spec: Value, facts: Facts) -> None:
    """Fill in the defaults of a Job (SetDefaults_Job); a CronJob's template is left as it is."""
    if not in_job(spec):
        return
    if not spec.has("parallelism"):
        _set(spec, "completions", 1, facts)
    _set(spec, "parallelism", 1, facts)
    _set(spec, "backoffLimit", _MAX_INT32 if spec.has("backoffLimitPerIndex") else 6, facts)
    if facts.enabled("IndexedJob"):
        _set(spec, "completionMode", NON_INDEXED, facts)
    if facts.enabled("SuspendJob"):
        _set(spec, "suspend", False, facts)
    if facts.enabled("JobPodReplacementPolicy"):
        policy = "Failed" if spec.has("podFailurePolicy") else "TerminatingOrFailed"
        _set(spec, "podReplacementPolicy", policy, facts)
    if facts.since(29):
        _set(spec, "manualSelector", False, facts)


def _pod(spec: Value, facts: Facts) -> None:
    """Fill in the defaults of a pod (SetDefaults_PodSpec), and serviceAccount, another name of serviceAccountName."""
    if absent(spec, "serviceAccountName") and not absent(spec, "serviceAccount"):
        _copy(spec.data["serviceAccount"], spec, "serviceAccountName")
    if absent(spec, "serviceAccountName"):
        spec.data.pop("serviceAccount", None)
    else:
        _copy(spec.data["serviceAccountName"], spec, "serviceAccount")
    with_ports = not facts.since(28) or facts.enabled("DefaultHostNetworkHostPortsInPodTemplates")
    if with_ports and _is_true(spec, "hostNetwork"):
        for name in ("containers", "initContainers"):
            _host_ports(spec, name)


def _is_true(owner: Value, name: str) -> bool:
    value = owner.data.get(name)
    return value is not None and value.data is True


def _host_ports(spec: Value, name: str) -> None:
    for container in _elements(spec, name):
        for port in _elements(container, "ports"):
            if isinstance(port.data, dict) and absent(port, "hostPort") and not absent(port, "containerPort"):
                _copy(port.data["containerPort"], port, "hostPort")


def _elements(owner: Value, name: str) -> list[Value]:
    value = owner.data.get(name) if isinstance(owner.data, dict) else None
    return value.data if value is not None and isinstance(value.data, list) else []


def _copy(source: Value, owner: Value, name: str) -> None:
    """Copy the value of another field to a field; an opaque value stays opaque."""
    made = put(owner, name, source.type, source.data)
    made.node = source.node if source.opaque else made.node


def _container(container: Value, facts: Facts) -> None:
    _pull_policy(container, "imagePullPolicy", "image", facts)


def _pull_policy(owner: Value, name: str, image: str, facts: Facts) -> None:
    """Fill in a pull policy (SetDefaults_Container): Always for a floating tag, hidden for an opaque image."""
    written = owner.data.get(image)
    if written is not None and written.opaque:
        _set(owner, name, HIDDEN, facts)
        return
    _set(owner, name, "Always" if written is not None and _floats(written.data) else "IfNotPresent", facts)


def _floats(image: str) -> bool:
    parsed = images.read(image)
    return parsed is not None and (parsed.tag == _LATEST or not (parsed.tag or parsed.digest))


def _volume(volume: Value, facts: Facts) -> None:
    """Fill in an emptyDir for a volume without a source (SetDefaults_Volume), and an image's pull policy."""
    if all(name == "name" for name in volume.data):
        _set(volume, "emptyDir", _EMPTY, facts)
    image = volume.data.get("image")
    if image is not None and isinstance(image.data, dict) and facts.enabled("ImageVolume"):
        _pull_policy(image, "pullPolicy", "reference", facts)


def _round(amounts: Value) -> None:
    """Round the amounts up to thousandths (SetDefaults_ResourceList)."""
    for amount in amounts.data.values():
        if not amount.opaque and amount.data.exponent < quantity.SUFFIXES["m"]:
            amount.data = quantity.parse(f"{amount.data.milli()}m")


_COMPUTED: dict[str, Callable[[Value, Facts], None]] = {
    "Container": _container,
    "EphemeralContainer": _container,
    "JobSpec": _job,
    "PodSpec": _pod,
    "Volume": _volume,
}
