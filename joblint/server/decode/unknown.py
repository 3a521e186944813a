"""What only a strict reader refuses: a field that its struct does not have, a key that stands twice.

What becomes of both is for the request to say: kubectl's `--validate`, the API's parameter `fieldValidation`. A server
whose gate ServerSideFieldValidation is off or unknown (by default before 1.25) ignores them without a word whatever the
request says. There kubectl itself refuses them under `strict`, and takes `warn` for `ignore`. Sources: k8s.io/apiserver
pkg/endpoints/handlers/{create,rest}.go; k8s.io/kubectl pkg/cmd/util/helpers.go (1.24), pkg/validation/schema.go.
"""

from typing import TYPE_CHECKING

from joblint.kube.minors.minor import Facts
from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Entry
from joblint.rule.cure.cure import Delete
from joblint.rule.report import Report
from joblint.rule.settings import STRICT, WARN
from joblint.rule.value import Value

if TYPE_CHECKING:
    from joblint.server.decode.decode import Decoder

_GATE = "ServerSideFieldValidation"
_OF_EVERY_OBJECT = ("apiVersion", "kind")
# What the message says of a field that the server passes over.
_PASSED_OVER = {
    "rejected": "",
    "warned": ", so the API server warns and ignores it",
    "dropped": ", so the API server silently ignores it",
}


def effect_of(field_validation: str, facts: Facts) -> str:
    """What an unknown or duplicate field leads to, for a word of FIELD_VALIDATION."""
    if field_validation == STRICT:
        return "rejected"
    return "warned" if field_validation == WARN and facts.enabled(_GATE) else "dropped"


def duplicate_key(parent: Value, entry: Entry, first: Entry, decoder: "Decoder") -> Report:
    """The report for a key that `parent` has already: at its second value, or where `first` is dropped, at that."""
    effect, name = decoder.effect(), entry.name
    field = parent.child_path(name)
    if decoder.in_chart:
        return _lost(parent, entry, first, field, decoder)
    hint = ""
    if name in _OF_EVERY_OBJECT and parent.parent is None:
        hint = ": is a line `---` missing between two objects?"
    if effect == "dropped":
        message = f"`{name}` is set again in this mapping, and the API server silently ignores this one{hint}"
        report = Report(effect, message, first.key, field=field, reason="DuplicateField")
        report.related = ((entry.key, "set again here"),)
        return _without_first(report, parent, entry, first, decoder)
    what = "refuses the second one" if effect == "rejected" else "warns and takes the last one"
    message = f"`{name}` is already set in this mapping; the API server {what}{hint}"
    # Kubernetes' reader names the line of the second value.
    report = Report(effect, message, entry.value, field=field, reason="DuplicateField")
    report.related = ((first.key, "first set here"),)
    return _without_first(report, parent, entry, first, decoder)


def _lost(parent: Value, entry: Entry, first: Entry, field: str, decoder: "Decoder") -> Report:
    """Of equal keys in a chart the server only gets the last one: helm (pkg/kube, Build) does not decode strictly."""
    same = _text(first, decoder) == _text(entry, decoder) and not is_open(_text(first, decoder))
    lost = "with the same value" if same else "so helm drops this value and sends the last one"
    report = Report("mistake", f"`{entry.name}` is set again in this mapping, {lost}", first.key, field=field)
    report.reason, report.related = "DuplicateField", ((entry.key, "set again here"),)
    return report.cure("take the first one out", Delete(parent.node, first.key), safe=same)


def _without_first(report: Report, parent: Value, entry: Entry, first: Entry, decoder: "Decoder") -> Report:
    """The last of equal keys is the one that counts. Where two objects have run together, none is one too many."""
    names = [other.name for other in getattr(parent.node, "entries", ())]
    if parent.parent is None and any(names.count(name) > 1 for name in _OF_EVERY_OBJECT):
        return report
    same = _text(first, decoder) == _text(entry, decoder)
    return report.cure("take the first one out", Delete(parent.node, first.key), safe=same)


def unknown_field(parent: Value, entry: Entry, decoder: "Decoder") -> Report:
    """The report for a field that `parent` does not know in the minor at hand."""
    from joblint.server.decode import meant

    facts, name = decoder.facts, entry.name
    facts.unknown(parent.type, name)
    effect, found = decoder.effect(), meant.meant(parent, entry, decoder)
    message = f"{meant.called(parent)} has no field `{name}`{_PASSED_OVER[effect]}"
    if found.text:
        message += f": {found.text}"
    report = Report(effect, message, entry.key, field=parent.child_path(name), reason="UnknownField")
    if sum(other.name == name for other in getattr(parent.node, "entries", ())) > 1:
        return report  # which of them?
    return report.cure(found.cure, *found.operations, safe=found.safe)


def _text(entry: Entry, decoder: "Decoder") -> str:
    """An entry's value as it is written."""
    return decoder.text[entry.value.start : entry.value.end].rstrip()
