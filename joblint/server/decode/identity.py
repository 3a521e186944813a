"""The version and kind of an object: whether the server has them, and what is wrong with how they are written.

Source: which group, version and kind a minor serves is in facts.py, from the OpenAPI documents.
"""

from joblint.kube.minors.minor import MINORS, Facts
from joblint.manifests.document import Manifest
from joblint.manifests.kinds import CURRENT, KINDS_OF_VERSION, near_entry
from joblint.manifests.languages import TEMPLATES
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Entry, Node, Scalar
from joblint.rule.cure.cure import Add, Put, renaming
from joblint.rule.report import Report


class Identity:
    """What an object is: the struct type to decode it as, and the reports about its `apiVersion` and `kind`."""

    __slots__ = ("kind", "reports", "type")

    def __init__(self, kind: str, type_: str) -> None:
        self.kind, self.type = kind, type_
        self.reports: list[tuple[str, Report]] = []


def identify(manifest: Manifest, kind: str, facts: Facts) -> Identity:
    """Return what the object is to the server of this minor; `kind` is the result of `kind_of`."""
    version = manifest.api_version
    identity = Identity(kind, KINDS_OF_VERSION.get((version, kind), kind))
    if manifest.document.source.language in TEMPLATES and _is_inserted(manifest):
        return identity
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


def _is_inserted(manifest: Manifest) -> bool:
    """Whether a template inserts the apiVersion, or what else the object has at its top."""
    missing = not manifest.api_version or not manifest.kind
    return is_open(manifest.api_version) or (missing and any(is_open(entry.name) for entry in manifest.node.entries))


def _not_served(manifest: Manifest, kind: str, facts: Facts) -> tuple[str, Report]:
    version = manifest.api_version
    minors = [m for i, m in enumerate(MINORS) if facts.served_minors(version, kind) >> i & 1]
    right = "use `batch/v1`" if facts.served(CURRENT, kind) else "use another version"
    if manifest.kind == "ScheduledJob":
        message = "`ScheduledJob` was renamed to `CronJob` before 1.21; use a `batch/v1` CronJob"
        report = _report(manifest, "kind", message)
        return "old-api-version", current(report, manifest, {"apiVersion": CURRENT, "kind": kind})
    name = "old-api-version"
    if minors:
        message = f"`{version}` {kind} was removed in 1.{minors[-1] + 1}; {right}"
    elif version in ("batch/v2alpha1", "extensions/v1beta1"):
        message = f"`{version}` {kind} was removed before 1.21; {right}"
    else:
        name, message = "unknown-kind", f"`{version}` has no {kind}; {right}"
    report = _report(manifest, "apiVersion", message)
    return name, current(report, manifest, {"apiVersion": CURRENT}) if facts.served(CURRENT, kind) else report


def current(report: Report, manifest: Manifest, written: dict[str, str]) -> Report:
    """Return the report with its fix: the right `apiVersion` or `kind`, if the object itself has the field."""
    nodes = {name: manifest.field(name) for name in written}
    if not all(isinstance(node, Scalar) for node in nodes.values()):
        return report
    words = " and ".join(f"`{name}: {value}`" for name, value in written.items())
    return report.cure(f"write {words}", *(Put(node, written[name]) for name, node in nodes.items() if node))


def _wrong_kind(manifest: Manifest, kind: str) -> Report:
    if manifest.kind:
        report = _report(manifest, "kind", f"`kind: {manifest.kind}` does not exist; did you mean `{kind}`?")
        return current(report, manifest, {"kind": kind})
    entry = near_entry(manifest, "kind")
    if entry is not None:
        message = f"the object has no `kind`; did you mean `kind` instead of `{entry.name}`?"
        return _renamed(_report(manifest, entry.name, message), entry, "kind")
    report = _report(manifest, "kind", f"the object has no `kind`; because it looks like a {kind}, set `kind: {kind}`")
    written = manifest.field("kind")
    if isinstance(written, Scalar):
        return report.cure(f"write `kind: {kind}`", Put(written, kind))
    before = next((entry.key for entry in manifest.node.entries if entry.name != "apiVersion"), None)
    return report.cure(f"add `kind: {kind}`", Add(manifest.node, ("kind",), kind, before=before))


def _renamed(report: Report, entry: Entry, name: str) -> Report:
    return report.cure_by(renaming(entry.key, entry.name, name))


def _no_version(manifest: Manifest) -> Report:
    entry = near_entry(manifest, "apiVersion")
    if entry is None:
        report = _report(manifest, "kind", f"the object has no `apiVersion`; for a Job or CronJob, use `{CURRENT}`")
        report.field = "apiVersion"
        null = manifest.field("apiVersion")
        if isinstance(null, Scalar):
            report.node = _key(manifest, "apiVersion") or report.node
            empty = null.value in (None, "")
            return report.cure(f"write `apiVersion: {CURRENT}`", Put(null, CURRENT)) if empty else report
        first = manifest.node.entries[0].key
        add = Add(manifest.node, ("apiVersion",), CURRENT, before=first)
        return report.cure(f"add `apiVersion: {CURRENT}`", add)
    message = f"the object has no `apiVersion`; did you mean `apiVersion` instead of `{entry.name}`?"
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
