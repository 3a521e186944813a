"""Check for a quota next to the Job that keeps its Pods from being created without requests or limits.

Source: pkg/quota/v1/evaluator/core/pods.go (Constraints, validationSet): with a quota of cpu or memory each container
must set that request or limit. A limit sets the request (SetDefaults_Pod), and a LimitRange may set both.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.checks.neighbours.neighbours import MOST, namespace
from joblint.checks.reading.script import containers
from joblint.kube.names.names import short
from joblint.manifests.corpus.corpus import BOUNDING
from joblint.manifests.document import Manifest
from joblint.manifests.yaml.tree import Entry, Mapping
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, advice
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.rule.context import Context

_QUOTA, _RANGE = BOUNDING
# What a quota may count, and what a container must set for it.
_COUNTED = {
    "cpu": ("requests", "cpu"), "memory": ("requests", "memory"),
    "requests.cpu": ("requests", "cpu"), "requests.memory": ("requests", "memory"),
    "limits.cpu": ("limits", "cpu"), "limits.memory": ("limits", "memory"),
}  # fmt: skip


@author_rule("uncounted-resources", on="PodSpec")
def uncounted_resources(pod: Value, ctx: "Context") -> Reports:
    """Report a container that does not set what a quota of its namespace counts."""
    if not ctx.corpus.has(_QUOTA) or pod.has("resources"):  # from 1.34 on a Pod can have `resources` as a whole
        return
    here, document = namespace(ctx.manifest), ctx.manifest.document
    if any(namespace(one) == here for one in ctx.corpus.objects(_RANGE, document)[:MOST]):
        return
    for quota in ctx.corpus.objects(_QUOTA, document)[:MOST]:
        if namespace(quota) == here and not quota.field("spec", "scopes") and not quota.field("spec", "scopeSelector"):
            entries = {entry.name: entry for entry in _counted(quota)}
            for container in containers(pod):
                lacking = [name for name in entries if not _names(container, *_COUNTED[name])]
                if lacking:
                    yield _report(container, lacking, quota, entries[lacking[0]])
            return


def _counted(quota: Manifest) -> Iterator[Entry]:
    hard = quota.field("spec", "hard")
    if isinstance(hard, Mapping):
        yield from (entry for entry in hard.entries if entry.name in _COUNTED)


def _names(container: Value, kind: str, resource: str) -> bool:
    """Return whether a container sets a request or a limit. Raises Opaque if the file does not show it."""
    resources = container.get("resources")
    return resources is not None and any(
        resource in resources.entries(name) for name in (("requests", "limits") if kind == "requests" else (kind,))
    )


def _report(container: Value, lacking: list[str], quota: Manifest, entry: Entry) -> Report:
    wanted = " and ".join(dict.fromkeys(f"`{'.'.join(_COUNTED[name])}`" for name in lacking))
    name = quota.text("metadata", "name")
    whose = f"quota `{short(name)}`" if name else "a quota"
    message = f"{whose} requires {wanted} in every container; otherwise the Job's Pods are not created"
    report = advice(container.get("resources") or container, message)
    report.elsewhere = ((quota.document, entry.key, "required by this"),)
    return report
