"""What only strict decoding refuses: a field that its struct does not have, and a repeated key.

The request decides what happens to both: kubectl's `--validate`, the API's parameter `fieldValidation`. A server whose
gate ServerSideFieldValidation is off or unknown (by default before 1.25) silently ignores them, whatever the request
says. With such a server, kubectl itself refuses them under `strict`, and treats `warn` as `ignore`. Sources:
k8s.io/apiserver pkg/endpoints/handlers/{create,rest}.go; k8s.io/kubectl pkg/cmd/util/helpers.go (1.24),
pkg/validation/schema.go.
"""

from joblint.kube.minors.minor import Facts
from joblint.manifests.languages import HELM
from joblint.manifests.yaml.tree import Entry
from joblint.rule.cure.cure import Delete
from joblint.rule.report import Report
from joblint.rule.settings import STRICT, WARN
from joblint.rule.value import Value

_GATE = "ServerSideFieldValidation"
_OF_EVERY_OBJECT = ("apiVersion", "kind")
# What the message adds about a field that the server ignores.
_PASSED_OVER = {
    "rejected": "",
    "warned": ", so the API server warns and ignores it",
    "dropped": ", so the API server silently ignores it",
}


def effect_of(field_validation: str, facts: Facts) -> str:
    """Return the effect of an unknown or duplicate field, for a word of FIELD_VALIDATION."""
    if field_validation == STRICT:
        return "rejected"
    return "warned" if field_validation == WARN and facts.enabled(_GATE) else "dropped"


def duplicate_key(parent: Value, entry: Entry, first: Entry, effect: str, text: str, template: str = "") -> Report:
    """Return the report for a key that `parent` already has: at its second value, or at `first` if that is dropped.

    `effect` is empty in a template, whose language is `template`.
    """
    name = entry.name
    field = parent.child_path(name)
    if not effect:
        return _lost(parent, entry, first, field, text, template)
    hint = ""
    if name in _OF_EVERY_OBJECT and parent.parent is None:
        hint = "; is a `---` line missing between two objects?"
    if effect == "dropped":
        message = f"`{name}` is set twice in this mapping, so the API server silently ignores the first value{hint}"
        report = Report(effect, message, first.key, field=field, reason="DuplicateField")
        report.related = ((entry.key, "set again here"),)
        return _without_first(report, parent, entry, first, text)
    what = "refuses the object" if effect == "rejected" else "warns and uses the last value"
    message = f"`{name}` is set twice in this mapping, so the API server {what}{hint}"
    # Kubernetes' reader names the line of the second value.
    report = Report(effect, message, entry.value, field=field, reason="DuplicateField")
    report.related = ((first.key, "first set here"),)
    return _without_first(report, parent, entry, first, text)


def _lost(parent: Value, entry: Entry, first: Entry, field: str, text: str, template: str) -> Report:
    """Return the report for equal keys in a template.

    From a chart, the server only gets the last one: helm does not decode strictly. What other templates write may be
    decoded by anything. Source: helm pkg/kube/client.go, Build.
    """
    from joblint.manifests.template import is_open

    same = _text(first, text) == _text(entry, text) and not is_open(_text(first, text))
    if same:
        lost = "with the same value"
    elif template == HELM:
        lost = "so helm drops this value and sends the last one"
    else:
        lost = "so this value is lost, or the whole object is rejected"
    report = Report("mistake", f"`{entry.name}` is set again in this mapping, {lost}", first.key, field=field)
    report.reason, report.related = "DuplicateField", ((entry.key, "set again here"),)
    return report.cure("remove the first one", Delete(parent.node, first.key), safe=same)


def _without_first(report: Report, parent: Value, entry: Entry, first: Entry, text: str) -> Report:
    """Return the report with the fix that removes the first key, as the last of equal keys counts.

    If two objects have run together, no key is redundant.
    """
    names = [other.name for other in getattr(parent.node, "entries", ())]
    if parent.parent is None and any(names.count(name) > 1 for name in _OF_EVERY_OBJECT):
        return report
    same = _text(first, text) == _text(entry, text)
    return report.cure("remove the first value", Delete(parent.node, first.key), safe=same)


def unknown_field(parent: Value, entry: Entry, facts: Facts, effect: str) -> Report:
    """Return the report for a field that `parent` does not have in the minor."""
    from joblint.server.decode import meant

    name = entry.name
    facts.unknown(parent.type, name)
    guess = meant.guess_field(parent, entry, facts)
    message = f"{meant.struct_name(parent)} has no field `{name}`{_PASSED_OVER[effect]}"
    if guess.text:
        message += f"{'; ' if guess.text.startswith('did you mean') else ': '}{guess.text}"
    report = Report(effect, message, entry.key, field=parent.child_path(name), reason="UnknownField")
    if sum(other.name == name for other in getattr(parent.node, "entries", ())) > 1:
        return report  # which of them?
    return report.cure(guess.cure, *guess.operations, safe=guess.safe)


def _text(entry: Entry, text: str) -> str:
    """Return an entry's value as it is written."""
    return text[entry.value.start : entry.value.end].rstrip()
