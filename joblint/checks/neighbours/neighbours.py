"""Checks of Jobs against the objects next to them: Services that select their Pods, objects of the same name, claims.

Next to a Job are the objects of the same file, and of its directory if all of that was given (Corpus.beside). Objects
in other places may be for another cluster.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.kube.names.names import short
from joblint.manifests.document import Manifest, field
from joblint.manifests.yaml.tree import Mapping, Node, Scalar, Sequence, target
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice, mistake, place
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB, JOB

if TYPE_CHECKING:
    from joblint.rule.context import Context

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
_ONE_NODE, _ONE_POD = "ReadWriteOnce", "ReadWriteOncePod"
# What a comment says above one of several objects that are alternatives.
_CHOICE = (
    r"\b(?:or|alternativ\w*|option\w*|variants?|versions?|instead|either|otherwise|before|after|old|new|then|steps?|"
    r"update\w*|change\w*|same|again|vs)\b"
)
_HEAD = 400  # characters before an object, and at its start, whose comments may be about the whole object
MOST = 200  # objects of a kind that are compared


def namespace(manifest: Manifest) -> str:
    return manifest.text("metadata", "namespace")


def texts(node: Node | None) -> dict[str, str]:
    """Return the strings of a mapping; empty if it has any other value."""
    strings: dict[str, str] = {}
    for entry in node.entries if isinstance(node, Mapping) else ():
        value = target(entry.value)
        if not isinstance(value, Scalar) or not isinstance(value.value, str):
            return {}
        strings[entry.name] = value.value
    return strings


def _elements(node: Node | None) -> list[Node]:
    return [target(item) for item in node.items] if isinstance(node, Sequence) else []


# -- Services


@author_rule("service-selects-job", on="JobSpec")
def service_selects_job(spec: Value, ctx: "Context") -> Reports:
    """Report a Service for a workload next to the Job whose selector also matches the Job's Pods."""
    template = spec.get("template")
    metadata = template.get("metadata") if template is not None else None
    if template is None or metadata is None or not metadata.has("labels") or not ctx.corpus.has("Service"):
        return
    labels = {key: str(value.scalar()) for key, value in metadata.entries("labels").items()}
    pod = template.get("spec")
    if not labels or pod is None or serves(pod):
        return
    document = ctx.manifest.document
    services = ctx.corpus.objects("Service", document)[:MOST]
    meant = ctx.corpus.once(document, ("services",), lambda: list(_meant(services, ctx))) if services else ()
    for service, selector, one in meant:
        if selector.items() <= labels.items() and namespace(service) == namespace(ctx.manifest):
            message = f"{_called(service)} of {_called(one)} also sends requests to the Job's Pods"
            report = mistake(
                metadata.data["labels"],
                f"{message}, because these labels match the Service's selector; use other labels",
            )
            node = service.field("spec", "selector")
            if node is not None:
                report.elsewhere = ((service.document, node, "the selector"),)
            yield report
            return


def _called(one: Manifest) -> str:
    name = one.text("metadata", "name")
    return f"{one.kind} `{short(name)}`" if name else f"a {one.kind}"


def serves(pod: Value) -> bool:
    """Return whether a Pod also serves requests: then a Service may be meant for it. Raises Opaque."""
    return any(one.has("ports") for one in pod.items("containers")) or pod.has("subdomain")


def takes_all(service: Manifest) -> bool:
    """Return whether a Service sends requests to a Pod without named ports (pkg/controller/util/endpoint: FindPort)."""
    ports = _elements(service.field("spec", "ports"))
    targets = [field(port, "targetPort") for port in ports]
    if service.text("spec", "clusterIP") == "None" or service.text("spec", "type") == "ExternalName":
        return False
    return any(node is None or (isinstance(node, Scalar) and isinstance(node.value, int)) for node in targets)


def _meant(services: list[Manifest], ctx: "Context") -> Iterator[tuple[Manifest, dict[str, str], Manifest]]:
    """Yield the Services that are for a workload, each with its selector and the first such workload."""
    workloads = [
        (one, namespace(one), texts(one.field("spec", "template", "metadata", "labels")))
        for kind in WORKLOADS
        for one in ctx.corpus.objects(kind, ctx.manifest.document)[:MOST]
    ]
    for service in services:
        selector, own = texts(service.field("spec", "selector")), namespace(service)
        if selector and takes_all(service):
            fitting = (one for one, home, labels in workloads if home == own and selector.items() <= labels.items())
            for one in fitting:
                yield service, selector, one
                break


# -- two objects of one name


@author_rule("duplicate-object", on=(JOB, *CRONJOB))
def duplicate_object(root: Value, ctx: "Context") -> Reports:
    """Report two objects of the same name in one file: the second is applied over the first."""
    metadata, own = root.get("metadata"), ctx.manifest
    name = None if metadata is None else metadata.get("name")
    if name is None or own.document.block is not None or not name.scalar():
        return
    if not ctx.corpus.is_repeated(name.data, own.document):
        return
    first = ctx.corpus.first_named(own.kind, name.data, own.document, namespace(own))
    if first is None or _same(first, own) or not (_is_whole(first) and _is_whole(own)):
        return
    if _text(first) == _text(own):  # the second apply changes nothing
        return
    outcome = "cannot change the first" if own.kind == JOB else "replaces the first"
    message = (
        f"{own.kind} `{short(name.data)}` is in this file twice, and the second {own.kind} {outcome}; use another name"
    )
    to_choose = first.api_version != own.api_version or _is_to_choose(own)
    report = advice(name, message) if to_choose else mistake(name, message)
    node = first.field("metadata", "name")
    if node is not None:
        report.elsewhere = ((first.document, node, f"the first {own.kind}"),)
    yield report


def _is_whole(manifest: Manifest) -> bool:
    """Return whether it is a whole object, and not a patch that is merged into another one."""
    template = manifest.field("spec", "template" if manifest.kind == JOB else "jobTemplate")
    return template is not None and field(template, "spec") is not None


def _is_to_choose(own: Manifest) -> bool:
    """Return whether an object is one of several alternatives in its file, or the file is a test."""
    import re

    name = own.document.source.path.replace("\\", "/").rpartition("/")[2].lower()  # directories do not count
    if re.search(r"(?:^|[._-])(?:tests?|testdata|fixtures?|golden|expected|snapshots?|e2e)(?:[._-]|$)", name):
        return True
    text = own.document.text
    start = own.node.start
    head = text[start : start + _HEAD].partition("\napiVersion")[0]
    above = text[max(0, start - _HEAD) : start].rsplit("\n\n", 1)[-1] + head
    comments = " ".join(re.findall(r"#(.*)", above)).lower()
    return re.search(_CHOICE, comments) is not None


def _text(manifest: Manifest) -> str:
    return manifest.document.text[manifest.node.start : manifest.node.end].rstrip()


def _same(one: Manifest, other: Manifest) -> bool:
    return one.document is other.document and one.node.start == other.node.start


# -- claims


@author_rule("claim-of-one-node", on="JobSpec")
def claim_of_one_node(spec: Value, ctx: "Context") -> Reports:
    """Report parallel Pods that mount a claim that only one Pod, or only one node, may use."""
    at_once, total = spec.integer("parallelism"), spec.integer("completions")
    pod = spec.at("template", "spec")
    if at_once is None or at_once < 2 or (total is not None and total < 2) or pod is None:
        return
    for volume in pod.items("volumes"):
        name = volume.at("persistentVolumeClaim", "claimName")
        if name is None or not isinstance(name.data, str):
            continue
        for claim in ctx.corpus.objects("PersistentVolumeClaim", ctx.manifest.document)[:MOST]:
            claimed = f"PersistentVolumeClaim `{short(name.data)}`"
            modes = {node.text for node in _elements(claim.field("spec", "accessModes")) if isinstance(node, Scalar)}
            if claim.text("metadata", "name") != name.data or namespace(claim) != namespace(ctx.manifest):
                continue
            if modes == {_ONE_POD}:
                message = f"only 1 of the {at_once} parallel Pods can run at a time, because {claimed} is {_ONE_POD}"
                report = mistake(name, message)
            elif modes == {_ONE_NODE} and not (pod.has("nodeName") or pod.has("nodeSelector") or pod.has("affinity")):
                message = f"the {at_once} parallel Pods can only run on the same node, because {claimed} is {_ONE_NODE}"
                report = advice(name, f"{message}; to spread them, use a ReadWriteMany claim")
            else:
                continue
            report.related = ((place(spec.data["parallelism"]), "the parallel Pods"),)
            yield report
