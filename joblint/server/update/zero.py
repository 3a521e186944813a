"""Fields that distinguish "absent" from "zero", as in Go's types: pointers, but not plain strings and numbers.

Source: staging k8s.io/api core/v1/types.go and batch/v1/types.go, apimachinery pkg/apis/meta/v1/types.go; a field that
is in several minors is the same kind of field in all of them. Empty lists and maps are the same as absent ones.
"""

from joblint.rule.value import Value

# Strings, numbers and flags that are pointers.
_POINTERS = {
    "AppArmorProfile": "localhostProfile",
    "AzureDiskVolumeSource": "cachingMode fsType kind readOnly",
    "CSIVolumeSource": "fsType readOnly",
    "ClaimSource": "resourceClaimName resourceClaimTemplateName",
    "ClusterTrustBundleProjection": "name optional signerName user",
    "ConfigMapEnvSource": "optional",
    "ConfigMapKeySelector": "optional",
    "ConfigMapProjection": "optional",
    "ConfigMapVolumeSource": "defaultMode defaultUser optional",
    "Container": "restartPolicy",
    "CronJobSpec": "failedJobsHistoryLimit startingDeadlineSeconds successfulJobsHistoryLimit suspend timeZone",
    "DownwardAPIVolumeFile": "mode user",
    "DownwardAPIVolumeSource": "defaultMode defaultUser",
    "EmptyDirVolumeSource": "mode sizeLimit",
    "EphemeralContainer": "restartPolicy",
    "EvictionResponder": "priority",
    "FCVolumeSource": "lun",
    "FileKeySelector": "optional",
    "GRPCAction": "mode service",
    "HTTPGetAction": "protocol",
    "HostPathVolumeSource": "type",
    "ISCSIVolumeSource": "initiatorName",
    "JobSpec": (
        "activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector"
        " maxFailedIndexes parallelism podReplacementPolicy suspend ttlSecondsAfterFinished"
    ),
    "KeyToPath": "mode user",
    "Lifecycle": "stopSignal",
    "ObjectMeta": "deletionGracePeriodSeconds deletionTimestamp",
    "OwnerReference": "blockOwnerDeletion controller",
    "PersistentVolumeClaimSpec": "storageClassName volumeAttributesClassName volumeMode",
    "PodCertificateProjection": "maxExpirationSeconds user",
    "PodDNSConfigOption": "value",
    "PodFailurePolicyOnExitCodesRequirement": "containerName",
    "PodResourceClaim": "resourceClaimName resourceClaimTemplateName",
    "PodSchedulingGroup": "podGroupName",
    "PodSecurityContext": (
        "fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seLinuxChangePolicy supplementalGroupsPolicy"
    ),
    "PodSpec": (
        "activeDeadlineSeconds automountServiceAccountToken enableServiceLinks hostUsers hostnameOverride"
        " preemptionPolicy priority runtimeClassName setHostnameAsFQDN shareProcessNamespace"
        " terminationGracePeriodSeconds"
    ),
    "Probe": "terminationGracePeriodSeconds",
    "ProjectedVolumeSource": "defaultMode defaultUser",
    "SeccompProfile": "localhostProfile",
    "SecretEnvSource": "optional",
    "SecretKeySelector": "optional",
    "SecretProjection": "optional",
    "SecretVolumeSource": "defaultMode defaultUser optional",
    "SecurityContext": (
        "allowPrivilegeEscalation privileged procMount readOnlyRootFilesystem runAsGroup runAsNonRoot runAsUser"
    ),
    "ServiceAccountTokenProjection": "expirationSeconds user",
    "SuccessPolicyRule": "succeededCount succeededIndexes",
    "Toleration": "tolerationSeconds",
    "TopologySpreadConstraint": "minDomains nodeAffinityPolicy nodeTaintsPolicy",
    "TypedLocalObjectReference": "apiGroup",
    "TypedObjectReference": "apiGroup namespace",
    "VolumeMount": "mountPropagation recursiveReadOnly",
    "WindowsSecurityContextOptions": "gmsaCredentialSpec gmsaCredentialSpecName hostProcess runAsUserName",
    "WorkloadPodGroupGangSchedulingPolicy": "minCount",
    "WorkloadPodGroupResourceClaim": "resourceClaimName resourceClaimTemplateName",
}
# Structs that are embedded in their owner: an empty one is the same as an absent one. All others are pointers.
_PARTS = {
    "Container": "resources",
    "CronJob": "metadata spec",
    "CronJobSpec": "jobTemplate",
    "EphemeralContainer": "resources",
    "Job": "metadata spec",
    "JobSpec": "template",
    "JobTemplateSpec": "metadata spec",
    "PersistentVolumeClaimSpec": "resources",
    "PersistentVolumeClaimTemplate": "metadata spec",
    "PodResourceClaim": "source",
    "PodTemplateSpec": "metadata spec",
    "PreferredSchedulingTerm": "preference",
    "WeightedPodAffinityTerm": "podAffinityTerm",
}
_POINTER_FIELDS = {type_: frozenset(names.split()) for type_, names in _POINTERS.items()}
_PART_FIELDS = {type_: tuple(names.split()) for type_, names in _PARTS.items()}
_BETA = "v1beta1."


def parts(type_: str) -> tuple[str, ...]:
    """Return the structs that a struct always contains, written or not."""
    return _PART_FIELDS.get(type_.removeprefix(_BETA), ())


def is_zero(value: Value) -> bool:
    """Return whether a value means the same in its place as an absent one. An opaque value does not."""
    owner = value.parent
    if value.opaque or owner is None or owner.type[0] in "[{":
        return False
    type_, name = owner.type.removeprefix(_BETA), value.step
    if value.type[0] in "[{":
        return not value.data
    if isinstance(value.data, dict):
        return name in parts(type_) and all(map(is_zero, value.data.values()))
    if value.type == "quantity":
        return name not in _POINTER_FIELDS.get(type_, ()) and value.data.sign == 0
    return not value.data and name not in _POINTER_FIELDS.get(type_, ())


def absent(owner: Value, name: str) -> bool:
    """Return whether a field of a struct is absent, or has a value that the server cannot tell from an absent one."""
    value = owner.data.get(name)
    return value is None or is_zero(value)
