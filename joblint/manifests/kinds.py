"""Which objects are Jobs and CronJobs, or are meant to be: objects with small mistakes are not skipped."""

import re

from joblint.kube.minors.minor import field_names
from joblint.manifests.document import Manifest
from joblint.manifests.languages import TEMPLATES
from joblint.manifests.relevance import OWN_FIELDS, is_core_version, job_kind
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Entry, Mapping, Sequence

CURRENT = "batch/v1"  # the apiVersion of both kinds in every minor that joblint supports
# The struct of an apiVersion and kind.
KINDS_OF_VERSION = {
    ("batch/v1", "Job"): "Job",
    ("batch/v1", "CronJob"): "CronJob",
    ("batch/v1beta1", "CronJob"): "v1beta1.CronJob",
}
_VERSIONS = frozenset(version for version, _ in KINDS_OF_VERSION)
_TOP = frozenset(("apiVersion", "kind", "metadata", "spec", "status"))


def kind_of(manifest: Manifest) -> str:
    """Return `Job` or `CronJob` if the object is one or is meant to be one, otherwise an empty string."""
    version, written = manifest.api_version, manifest.kind
    if (version, written) in KINDS_OF_VERSION:  # nearly always
        return written
    if is_open(version) and manifest.document.source.language in TEMPLATES:
        return written if written in ("Job", "CronJob") else ""
    written = written or _near(manifest, "kind")
    if not written:
        return kind_of_body(manifest) if version in _VERSIONS or not version else ""
    kind = job_kind(written)
    if not kind:
        return ""
    if version:
        return kind if is_core_version(version) else ""
    if near_entry(manifest, "apiVersion") is not None:
        return kind
    # No apiVersion at all: Helm values and similar files may also have `kind: CronJob`; an object has both of these.
    whole = manifest.field("metadata") is not None and manifest.field("spec") is not None
    return kind if whole and len(manifest.node.entries) <= 6 else ""


def kind_of_body(manifest: Manifest) -> str:
    """Return `Job` or `CronJob` if an object without a `kind` clearly has the body of one, otherwise an empty string.

    With the apiVersion of a Job, its spec must have fields that only that kind has. Without one, it must look like a
    whole Job: metadata, spec and nothing else, only fields of a Job in the spec, and containers in the template. A part
    of a Job in a text is handled by fragment.py; many tools have files with a `template`.
    """
    spec, written = manifest.field("spec"), manifest.field("kind")
    if not isinstance(spec, Mapping) or getattr(written, "value", None) not in (None, ""):
        return ""
    names = {entry.name for entry in spec.entries}
    in_text = manifest.document.block is not None
    if manifest.api_version:
        if in_text and manifest.field("metadata") is None:
            return ""
        if "jobTemplate" in names:
            return "CronJob"
        return "Job" if manifest.api_version == CURRENT and _has_pod(manifest, "spec") else ""
    top = {entry.name for entry in manifest.node.entries}
    if in_text or not {"metadata", "spec"} <= top <= _TOP:
        return ""
    if {"schedule", "jobTemplate"} <= names <= set(field_names("CronJobSpec")):
        return "CronJob" if _has_pod(manifest, "spec", "jobTemplate", "spec") else ""
    pod = manifest.text("spec", "template", "spec", "restartPolicy")
    own = names & OWN_FIELDS["Job"] or pod in ("Never", "OnFailure")
    whole = own and names <= set(field_names("JobSpec")) and _has_pod(manifest, "spec")
    return "Job" if whole else ""


def _has_pod(manifest: Manifest, *way: str) -> bool:
    """Return whether the Pod template at a path of fields has containers."""
    return isinstance(manifest.field(*way, "template", "spec", "containers"), Sequence)


def near_entry(manifest: Manifest, name: str) -> Entry | None:
    """Return the entry whose key is `name` except for its case, `_`, `-` and spaces."""
    plain, between = name.lower(), r"[\W_]*" if name != "kind" else ""  # `kind` in one word: relevance.py looks for it
    pattern = r"(?ai)[\W_]*" + between.join(plain) + r"[\W_]*"
    for entry in manifest.node.entries:
        if entry.name != name and re.fullmatch(pattern, entry.name) and not is_open(entry.name):
            return entry
    return None


def _near(manifest: Manifest, name: str) -> str:
    entry = near_entry(manifest, name)
    return manifest.text(entry.name) if entry else ""
