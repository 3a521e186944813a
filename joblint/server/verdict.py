"""The verdict on one object in one minor: identify, decode, drop, then run each check on the values of its type."""

import re
from collections.abc import Callable, Iterator

from joblint.kube.minors.minor import Facts
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.document import Manifest
from joblint.manifests.languages import HELM, TEMPLATES
from joblint.manifests.yaml.tree import MAX_BYTES, json_size
from joblint.rule.context import Context
from joblint.rule.registry import CREATE, REGISTRY, Check, Registered
from joblint.rule.report import Report
from joblint.rule.settings import NAMESPACE, Options, Wants
from joblint.rule.value import Opaque, Value
from joblint.server.decode import identity
from joblint.server.decode.decode import Decoder
from joblint.server.drop import drop

Checks = dict[str, list[tuple[str, Check]]]
RuleReports = Iterator[tuple[str, Report]]

_ANCHOR = re.compile(r"[\s\[{,:-]&[^\s&]")
_LARGE = 1 << 19  # characters from which a document's JSON could pass the server's limit


class Judge:
    """The verdict on objects that are created: what the server reports, and mistakes that it does not report.

    `wants` says which (rule, effect) pairs are requested; `field_validation` is as in Settings.
    """

    def __init__(self, wants: Wants, field_validation: str, corpus: Corpus) -> None:
        self.wants, self.field_validation, self.corpus = wants, field_validation, corpus
        self.options: Options = {}
        self.namespace = NAMESPACE
        self.checks = checks_by_type(wants, lambda entry: entry.verb in ("", CREATE))

    def verdict(self, manifest: Manifest, kind: str, facts: Facts) -> RuleReports:
        """Yield all reports about one object in one minor, as (rule, report) pairs."""
        who = identity.identify(manifest, kind, facts)
        if manifest.api_version or manifest.field("metadata") is not None:
            yield from who.reports
        if oversized(manifest):
            text = f"the object is larger than the {MAX_BYTES} bytes that the API server reads"
            start = manifest.node.start
            yield "oversized-object", Report("rejected", text, (start, start), reason="Malformed")
            return
        document = manifest.document
        template = document.source.language if document.source.language in TEMPLATES else ""
        if document.source.rendered is not None and document.source.rendered.by_helm:
            template = HELM
        decoder = Decoder(facts, document.text, document.holes, self.field_validation, template)
        root = decoder.decode(manifest.node, who.type)
        yield from decoder.reports
        yield from self.decoded(manifest, kind, facts, root, decoder.by_type)

    def decoded(
        self, manifest: Manifest, kind: str, facts: Facts, root: Value, by_type: dict[str, list[Value]]
    ) -> RuleReports:
        """Yield the reports about a decoded object; `by_type` are its structs."""
        try:
            gone = list(drop(by_type, facts))
        except Opaque:  # a template decides what else is there, and so what a gate takes away
            gone = []
        yield from gone
        # What was dropped was decoded too, but is no longer part of the object.
        alive = {id(value) for value in root.walk()} if gone else None
        yield from run_checks(self.checks, by_type, alive, self.context(facts, root, kind, manifest))

    def context(self, facts: Facts, root: Value, kind: str, manifest: Manifest) -> Context:
        """Return the context for the checks of one object."""
        return Context(facts, root, kind, manifest, self.corpus, self.options, self.namespace)


def oversized(manifest: Manifest) -> bool:
    """Return whether the object is larger than the server reads."""
    text = manifest.document.text
    anchors = "&" in text and _ANCHOR.search(text) is not None
    return (anchors or len(text) > _LARGE) and json_size(manifest.node) > MAX_BYTES


def checks_by_type(wants: Wants, belongs: Callable[[Registered], bool]) -> Checks:
    """Return the checks that belong and may yield a requested report, by the type that they are registered for."""
    from joblint.rule import cards as rules

    checks: Checks = {}
    effects = rules.effects()
    for entry in REGISTRY:
        if belongs(entry) and any(wants(entry.name, effect) for effect in effects.get(entry.name, ())):
            checks.setdefault(entry.type, []).append((entry.name, entry.check))
    return checks


def run_checks(
    checks: Checks, by_type: dict[str, list[Value]], alive: set[int] | None, context: Context
) -> RuleReports:
    """Run the checks on the structs of their type; if `alive` is given, only on those whose id is in it."""
    for type_, values in by_type.items():
        asked = checks.get(type_)
        if asked is None:
            continue
        if alive is not None:
            values = [value for value in values if id(value) in alive]
        for name, check in asked:
            for value in values:
                try:
                    for report in check(value, context):
                        yield name, report
                except Opaque:
                    continue
