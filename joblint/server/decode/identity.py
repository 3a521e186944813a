"""Is it a Job, and does the server know that version? Near misses are seen, not skipped.

Source: which group, version and kind a minor serves is in facts.py, from the OpenAPI documents.
"""

import re

from joblint.kube.minors.minor import MINORS, Facts, field_names
from joblint.manifests.document import Manifest
from joblint.manifests.relevance import OWN_FIELDS, is_core_version, job_kind
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence
from joblint.rule.cure.cure import Add, Put, renaming
from joblint.rule.report import Report

CURRENT = "batch/v1"  # the apiVersion of both kinds in every minor that joblint knows
# The struct of an apiVersion and kind.
KINDS_OF_VERSION = {
    ("batch/v1", "Job"): "Job",
    ("batch/v1", "CronJob"): "CronJob",
    ("batch/v1beta1", "CronJob"): "v1beta1.CronJob",
}
_VERSIONS = frozenset(version for version, _ in KINDS_OF_VERSION)
_TOP = frozenset(("apiVersion", "kind", "metadata", "spec", "status"))


class Identity:
    """What an object is taken for: the struct type to decode it as, and what is wrong with the way it says so."""

    __slots__ = ("kind", "reports", "type")

    def __init__(self, kind: str, type_: str) -> None:
        self.kind, self.type = kind, type_
        self.reports: list[tuple[str, Report]] = []


def kind_of(manifest: Manifest) -> str:
    """`Job` or `CronJob` where the object is one or is meant to be one, else an empty string."""
    version, written = manifest.api_version, manifest.kind
    if (version, written) in KINDS_OF_VERSION:  # nearly always
        return written
    written = written or _near(manifest, "kind")
    if not written:
        return kind_of_body(manifest) if version in _VERSIONS or not version else ""
    kind = job_kind(written)
    if not kind:
        return ""
    if version:
        return kind if is_core_version(version) else ""
    if _near_entry(manifest, "apiVersion") is not None:
        return kind
    # No apiVersion at all: Helm values and the like may say `kind: CronJob` too; an object has both of these.
    whole = manifest.field("metadata") is not None and manifest.field("spec") is not None
    return kind if whole and len(manifest.node.entries) <= 6 else ""


def kind_of_body(manifest: Manifest) -> str:
    """`Job` or `CronJob` where an object without a `kind` plainly has the body of one, else an empty string.

    With the apiVersion of a Job its spec must have what only the kind has. Without, a file must look like a whole Job:
    metadata, spec and nothing else, only fields of a Job in the spec, and containers in the template. A part of a Job
    in a text is for fragment.py, and many a tool's own file has a `template`.
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
    """Whether the Pod template below some fields has containers."""
    return isinstance(manifest.field(*way, "template", "spec", "containers"), Sequence)


def identify(manifest: Manifest, kind: str, facts: Facts) -> Identity:
    """How the server of this minor takes the object; `kind` is what `kind_of` said."""
    version = manifest.api_version
    identity = Identity(kind, KINDS_OF_VERSION.get((version, kind), kind))
    if manifest.kind != kind and manifest.kind != "ScheduledJob":
        identity.reports.append(("unknown-kind", _wrong_kind(manifest, kind)))
        if not version and not manifest.kind:
            identity.reports.append(("unknown-kind", _no_version(manifest)))
    elif not version:
        identity.reports.append(("unknown-kind", _no_version(manifest)))
    elif not facts.served(version, kind) or manifest.kind == "ScheduledJob":
        identity.reports.append(_not_served(manifest, kind, facts))
    if identity.type != kind and not facts.served(version, kind):
        identity.type = kind
    return identity


def _not_served(manifest: Manifest, kind: str, facts: Facts) -> tuple[str, Report]:
    version = manifest.api_version
    minors = [m for i, m in enumerate(MINORS) if facts.served_minors(version, kind) >> i & 1]
    right = "use `batch/v1`" if facts.served(CURRENT, kind) else "use another version"
    if manifest.kind == "ScheduledJob":
        message = "ScheduledJob was renamed to CronJob before 1.21; use `batch/v1` CronJob"
        report = _report(manifest, "kind", message)
        return "old-api-version", current(report, manifest, {"apiVersion": CURRENT, "kind": kind})
    name = "old-api-version"
    if minors:
        message = f"{version} {kind} was served up to 1.{minors[-1]}; {right}"
    elif version in ("batch/v2alpha1", "extensions/v1beta1"):
        message = f"{version} {kind} has not been served since before 1.21; {right}"
    else:
        name, message = "unknown-kind", f"there is no {kind} in `{version}`; {right}"
    report = _report(manifest, "apiVersion", message)
    return name, current(report, manifest, {"apiVersion": CURRENT}) if facts.served(CURRENT, kind) else report


def current(report: Report, manifest: Manifest, written: dict[str, str]) -> Report:
    """The report with its cure: what to write for `apiVersion` or `kind`, where the object itself says them."""
    nodes = {name: manifest.field(name) for name in written}
    if not all(isinstance(node, Scalar) for node in nodes.values()):
        return report
    words = " and ".join(f"`{name}: {value}`" for name, value in written.items())
    return report.cure(f"write {words}", *(Put(node, written[name]) for name, node in nodes.items() if node))


def _wrong_kind(manifest: Manifest, kind: str) -> Report:
    if manifest.kind:
        report = _report(manifest, "kind", f"there is no kind `{manifest.kind}`; did you mean `{kind}`?")
        return current(report, manifest, {"kind": kind})
    entry = _near_entry(manifest, "kind")
    if entry is not None:
        message = f"the object has no `kind`; `{entry.name}` was meant as `kind`"
        return _renamed(_report(manifest, entry.name, message), entry, "kind")
    report = _report(manifest, "kind", f"the object has no `kind`; this looks like a {kind}")
    written = manifest.field("kind")
    if isinstance(written, Scalar):
        return report.cure(f"write `kind: {kind}`", Put(written, kind))
    before = next((entry.key for entry in manifest.node.entries if entry.name != "apiVersion"), None)
    return report.cure(f"add `kind: {kind}`", Add(manifest.node, ("kind",), kind, before=before))


def _renamed(report: Report, entry: Entry, name: str) -> Report:
    return report.cure(*renaming(entry.key, entry.name, name))


def _no_version(manifest: Manifest) -> Report:
    entry = _near_entry(manifest, "apiVersion")
    if entry is None:
        report = _report(manifest, "kind", f"the object has no `apiVersion`; a Job's and a CronJob's is `{CURRENT}`")
        report.field = "apiVersion"
        null = manifest.field("apiVersion")
        if isinstance(null, Scalar):
            report.node = _key(manifest, "apiVersion") or report.node
            empty = null.value in (None, "")
            return report.cure(f"write `apiVersion: {CURRENT}`", Put(null, CURRENT)) if empty else report
        first = manifest.node.entries[0].key
        add = Add(manifest.node, ("apiVersion",), CURRENT, before=first)
        return report.cure(f"add `apiVersion: {CURRENT}`", add)
    message = f"the object has no `apiVersion`; `{entry.name}` was meant as `apiVersion`"
    return _renamed(_report(manifest, entry.name, message), entry, "apiVersion")


def _report(manifest: Manifest, name: str, message: str) -> Report:
    node: Node = manifest.field(name) or manifest.node.entries[0].key
    entry = next((e for e in manifest.node.entries if e.name == name), None)
    if entry is not None and (name not in ("apiVersion", "kind") or getattr(node, "value", "") is None):
        node = entry.key
    return Report(
        "rejected", message, node, field=name if name in ("apiVersion", "kind") else "apiVersion", reason="Malformed"
    )


def _key(manifest: Manifest, name: str) -> Node | None:
    return next((entry.key for entry in manifest.node.entries if entry.name == name), None)


def _near_entry(manifest: Manifest, name: str) -> Entry | None:
    """The entry whose key is `name` but for its case, `_`, `-` and spaces."""
    plain, between = name.lower(), r"[\W_]*" if name != "kind" else ""  # `kind` in one word: relevance.py looks for it
    pattern = r"(?ai)[\W_]*" + between.join(plain) + r"[\W_]*"
    for entry in manifest.node.entries:
        if entry.name != name and re.fullmatch(pattern, entry.name):
            return entry
    return None


def _near(manifest: Manifest, name: str) -> str:
    entry = _near_entry(manifest, name)
    return manifest.text(entry.name) if entry else ""
