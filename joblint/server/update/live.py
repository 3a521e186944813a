"""The object that the server made of an old manifest, before it has run.

Sources: apiserver pkg/registry/rest/create.go (BeforeCreate), meta.go (system fields), pkg/apis/batch/v1/defaults.go,
pkg/registry/batch/job/strategy.go (PrepareForCreate, Validate, generateSelector, addJobTrackingAnnotation).
"""

from joblint.kube.minors.minor import Facts
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Manifest
from joblint.rule.context import Context
from joblint.rule.settings import IGNORE
from joblint.rule.value import Opaque, Value
from joblint.server.decode import identity
from joblint.server.decode.decode import Decoder
from joblint.server.drop import drop
from joblint.server.job.labels import generated
from joblint.server.parts import JOB
from joblint.server.update import defaults
from joblint.server.verdict import Checks, oversized, run_checks

UID = "5f0c9a8e-3d1b-4c55-9f2a-7be61d0c4a10"  # the object's, which is not known in advance
_SYSTEM = ("creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "selfLink", "uid")
_TRACKING = "batch.kubernetes.io/job-tracking"


def create(old: Manifest, kind: str, facts: Facts, checks: Checks, corpus: Corpus) -> Value | None:
    """Return the object as it is on the server, with everything that was filled in; None if it was refused.

    `checks` are those that can refuse it. Unknown fields do not: the request may have asked to ignore them.
    """
    who = identity.identify(old, kind, facts)
    if who.reports or oversized(old) or not old.text("metadata", "name"):  # a generated name is never applied to
        return None
    decoder = Decoder(facts, old.document.text, old.document.holes, IGNORE)
    root = decoder.decode(old.node, who.type)
    if any(report.effect == "rejected" for _, report in decoder.reports):
        return None
    gone = list(drop(decoder.by_type, facts))
    alive = {id(value) for value in root.walk()} if gone else None
    context = Context(facts, root, kind, old, corpus, {})
    if any(report.effect == "rejected" for _, report in run_checks(checks, decoder.by_type, alive, context)):
        return None
    try:
        complete(root, context)
    except Opaque:
        return None  # an essential part of it is not in the manifest
    return root


def complete(root: Value, ctx: Context) -> None:
    """Fill in what the server fills in. May raise Opaque."""
    facts = ctx.facts
    defaults.apply(root, facts)
    metadata = root.data["metadata"]
    system = metadata.scalar()
    for name in _SYSTEM:
        system.pop(name, None)
    defaults.put(metadata, "uid", "string", UID)
    if ctx.kind != JOB:
        return
    template = root.data["spec"].data["template"].data["metadata"]
    if not metadata.entries("labels"):
        for key, value in template.entries("labels").items():
            defaults.put(_map(metadata, "labels"), key, value.type, value.data)
    _generate(root, ctx)
    if not facts.since(28) and facts.enabled("JobTrackingWithFinalizers"):
        defaults.put(_map(metadata, "annotations"), _TRACKING, "string", "")


def _generate(root: Value, ctx: Context) -> None:
    """Add the labels of the pod template and their selector (generateSelector), unless `manualSelector` is set."""
    spec = root.data["spec"]
    if spec.flag("manualSelector"):
        return
    by_name, by_uid = generated(ctx)
    name = root.data["metadata"].data["name"]
    labels = _map(spec.data["template"].data["metadata"], "labels")
    for key in (*by_name, *by_uid):
        if key not in labels.data:
            made = defaults.put(labels, key, "string", name.data if key in by_name else UID)
            made.node = name.node if made.opaque else made.node
    selector = spec.get("selector") or defaults.put(spec, "selector", "LabelSelector", {})
    wanted = _map(selector, "matchLabels")
    if by_uid[-1] not in wanted.data:
        defaults.put(wanted, by_uid[-1], "string", UID)


def _map(owner: Value, name: str) -> Value:
    """Return a map of strings, adding it if it is absent. May raise Opaque."""
    existing = owner.get(name)
    if existing is None:
        return defaults.put(owner, name, "{}string", {})
    existing.scalar()
    return existing
