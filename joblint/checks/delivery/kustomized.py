"""Checks of how the kustomizations of the same tree change a Job: its name, its Pods' labels, its template.

kustomize knows nothing about Jobs and does not complain; the API server does when the output is applied.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from joblint.checks.delivery.hooks import is_made_anew
from joblint.checks.neighbours.neighbours import MOST, WORKLOADS, namespace, serves, takes_all, texts
from joblint.checks.neighbours.references import references
from joblint.kube.names import MAX_LABEL, names
from joblint.manifests.document import Document, Manifest
from joblint.manifests.yaml.tree import Node
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, advice, mistake
from joblint.rule.value import Value
from joblint.server.job.pod_names import MAX_CRONJOB_NAME, last_hostname
from joblint.server.parts import CRONJOB, JOB, templates

if TYPE_CHECKING:
    from joblint.manifests.corpus.kustomization import Change, Kustomization
    from joblint.manifests.corpus.kustomized import Kustomized
    from joblint.rule.context import Context

# Labels whose value changes with each release.
_OF_A_RELEASE = frozenset(
    (
        "version",
        "app-version",
        "appversion",
        "build",
        "build-id",
        "commit",
        "commit-sha",
        "revision",
        "git-sha",
        "chart",
    )
)
_SERVICE = "Service"
_TOPS = 50  # kustomizations around one Job whose Services are looked at


# -- names


@author_rule("unfit-kustomized-name", on=(JOB, *CRONJOB))
def unfit_kustomized_name(root: Value, ctx: "Context") -> Reports:
    """Report a prefix or suffix that results in a name that the API server rejects."""
    own = ctx.manifest.document
    kustomized = ctx.corpus.kustomized(own)
    name = root.at("metadata", "name")
    if kustomized is None or name is None:
        return
    written = str(name.scalar())
    if not written or (_wrong(written, root, ctx) and written == written.strip("-")):
        return
    for top, change in sorted(kustomized.of(own.source.path), key=lambda pair: not pair[0].names):
        wrong = _wrong(f"{change.prefix}{written}{change.suffix}", root, ctx)
        if wrong and not ctx.corpus.says_anywhere("$patch"):
            report = mistake(name, f"after kustomize, {wrong}")
            nodes = top.names or ([] if top.root is None else [top.root])
            report.elsewhere = tuple((top.document, node, "the kustomization") for node in nodes)
            yield report
            return


def _too_long(name: str) -> str:
    return f"this name has {names.size(name)} characters: `{names.short(name)}`"


def _wrong(name: str, root: Value, ctx: "Context") -> str:
    """Return why the API server rejects a name; empty if it does not."""
    what = names.short(name)
    if root.type != JOB:
        if names.size(name) > MAX_CRONJOB_NAME:
            return f"{_too_long(name)}; a CronJob's name can have at most {MAX_CRONJOB_NAME}"
        wrong = names.dns_subdomain(name)
        return f"the name `{what}` {wrong}" if wrong else ""
    if wrong := names.dns_subdomain(name):
        return f"the name `{what}` {wrong}"
    manual = bool((root.get("spec") or root).shown("manualSelector"))
    if names.size(name) > MAX_LABEL and not manual:
        return f"{_too_long(name)}; a Job's name can have at most {MAX_LABEL}"
    host = last_hostname(root, name)
    if host and ctx.facts.since(22) and names.dns_label(host):
        return f"the Pod host name `{names.short(host)}` {names.dns_label(host)}"
    return ""


# -- Services


@author_rule("service-selects-job", on=(JOB, *CRONJOB))
def service_selects_job(root: Value, ctx: "Context") -> Reports:
    """Report a Service for a workload whose selector matches the Job's Pods with a kustomization's labels."""
    own = ctx.manifest.document
    kustomized = ctx.corpus.kustomized(own)
    _, template = templates(root)
    pod = template.get("spec") if template is not None else None
    if kustomized is None or template is None or pod is None or not ctx.corpus.has(_SERVICE):
        return
    if serves(pod):
        return
    reached = kustomized.of(own.source.path)[:_TOPS]
    if any(kustomized.reach(top.directory).patched for top, _ in reached):
        return
    metadata = template.get("metadata")
    labels = {} if metadata is None else {k: str(v.scalar()) for k, v in metadata.entries("labels").items()}
    for top, change in reached:
        if change.labels:
            looked = _Look(kustomized, top, ctx, labels, change)
            selected = next(looked.services(), None)
            if selected is not None:
                yield looked.report(template, *selected)
                return


class _Look:
    """The Services that a kustomization deploys together with a Job."""

    def __init__(
        self, kustomized: "Kustomized", top: "Kustomization", ctx: "Context", labels: dict[str, str], change: "Change"
    ) -> None:
        self.ctx, self.top = ctx, top
        self.files = kustomized.reach(top.directory).files[:MOST]
        self.before, self.labels = labels, {**labels, **change.labels}
        self.namespace = change.namespace or namespace(ctx.manifest)

    def services(self) -> Iterator[tuple[Manifest, Manifest]]:
        """Yield the Services whose selector matches the Job's Pods, each with the workload that it is for."""
        document = self.ctx.manifest.document
        key = ("kustomized", self.top.directory, self.namespace)
        for service, was, selector, meant in self.ctx.corpus.once(document, key, lambda: list(self._meant())):
            if selector.items() <= self.labels.items() and not (was and was.items() <= self.before.items()):
                yield service, meant

    def _meant(self) -> Iterator[tuple[Manifest, dict[str, str], dict[str, str], Manifest]]:
        """Yield the Services that are for a workload, each with its selector as written and as kustomize changes it."""
        workloads = [
            (one, {**texts(one.field("spec", "template", "metadata", "labels")), **change.labels})
            for kind in WORKLOADS
            for one, change in self._of_kind(kind)
        ]
        for service, change in self._of_kind(_SERVICE):
            was = texts(service.field("spec", "selector"))
            selector = {**was, **change.selectors}
            meant = next((one for one, labels in workloads if selector.items() <= labels.items()), None)
            if selector and meant is not None and takes_all(service):
                yield service, was, selector, meant

    def report(self, template: Value, service: Manifest, meant: Manifest) -> Report:
        """Return the report about a Service."""
        name, whom = names.short(service.text("metadata", "name")), names.short(meant.text("metadata", "name"))
        message = f"Service `{name}` of {meant.kind} `{whom}` also selects the Job's Pods by kustomize's labels"
        report = mistake(template, f"{message}; remove `includeSelectors`, or use different labels")
        report.elsewhere = tuple(
            (document, node, text)
            for document, node, text in (
                (self.top.document, next(iter(self.top.labelled.values()), None), "the labels"),
                (service.document, service.field("metadata", "name"), "the Service"),
            )
            if node is not None
        )
        return report

    def _of_kind(self, kind: str) -> Iterator[tuple[Manifest, "Change"]]:
        """Yield the first objects of a kind in the Job's namespace, with how kustomize changes them."""
        return islice(self._every(kind), MOST)

    def _every(self, kind: str) -> Iterator[tuple[Manifest, "Change"]]:
        for path, change in self.files:
            for one in self.ctx.corpus.objects_in(path, kind):
                if (change.namespace or namespace(one)) == self.namespace:
                    yield one, change


# -- the template


@author_rule("changing-template", on=JOB)
def changing_template(root: Value, ctx: "Context") -> Reports:
    """Report what a kustomization changes in a Job's template from time to time: the template is immutable."""
    own = ctx.manifest.document
    kustomized = ctx.corpus.kustomized(own)
    template = root.at("spec", "template")
    if kustomized is None or template is None or is_made_anew(root):
        return
    reached = [top for top, _ in kustomized.of(own.source.path)]
    yield from _hashed(template, reached, kustomized)
    for top in reached:
        changing = [
            (key, node) for key, node in top.labelled.items() if key.rpartition("/")[2].lower() in _OF_A_RELEASE
        ]
        if changing and changing[0][0] in top.change.labels:
            key, node = changing[0]
            message = f"kustomize adds the label `{names.short(key)}` to the immutable Pod template"
            yield _in_kustomization(
                advice(template, f"{message}: delete the Job before you change the label"), top.document, node
            )
            return


def _hashed(template: Value, reached: Iterable["Kustomization"], kustomized: "Kustomized") -> Reports:
    made = {key: place for top in reached for key, place in kustomized.reach(top.directory).generated.items()}
    pod = template.get("spec") if made else None
    for value, kind in references(pod) if pod is not None else ():
        place = made.get((kind, value.data))
        if place is not None:
            renamed = f"{kind} `{names.short(value.data)}`"
            message = f"kustomize renames {renamed} on each change, but the Pod template is immutable"
            yield _in_kustomization(advice(value, f"{message}: delete the Job before you apply a change"), *place)
            return


def _in_kustomization(report: Report, document: Document, node: Node) -> Report:
    report.elsewhere = ((document, node, "the kustomization"),)
    return report
