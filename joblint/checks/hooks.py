"""Jobs that Helm, Argo CD or `kubectl apply` create: what their annotations and names make of the next run.

Sources: helm pkg/release/v1/util/manifest_sorter.go (an event that it does not know: the manifest is passed over) and
pkg/action/hooks.go (without a policy `before-hook-creation` holds); Argo CD's documentation of resource hooks;
kubectl pkg/cmd/apply/apply.go (no `generateName`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.cure import leaving_out, writing
from joblint.kube.names import short
from joblint.rule import Report, Reports, advice, mistake, place, rule
from joblint.server.jobs import CRONJOB, JOB
from joblint.value import Value

if TYPE_CHECKING:
    from joblint.context import Context

HOOK, POLICY, WEIGHT = "helm.sh/hook", "helm.sh/hook-delete-policy", "helm.sh/hook-weight"
_ARGO, _ARGO_HOOK = "argocd.argoproj.io/", "argocd.argoproj.io/hook"
_BEFORE, _SUCCEEDED, _FAILED = "before-hook-creation", "hook-succeeded", "hook-failed"
_EVENTS = (
    "pre-install", "post-install", "pre-upgrade", "post-upgrade", "pre-rollback", "post-rollback", "pre-delete",
    "post-delete", "test",
)  # fmt: skip
_OLD_EVENTS = ("test-success", "test-failure", "crd-install")
_ONCE = frozenset(("pre-install", "post-install", "pre-delete", "post-delete", "crd-install"))
_SHORT = 60  # seconds in which those who wait for a Job may not have looked at it
_TTL = "ttlSecondsAfterFinished"


def _annotations(root: Value) -> dict[str, Value]:
    metadata = root.get("metadata")
    return {} if metadata is None else metadata.entries("annotations")


def _words(value: Value) -> list[str]:
    """The words of a list in an annotation, as Helm reads them."""
    return [word.strip().lower() for word in str(value.scalar()).split(",")]


@rule("unknown-hook-word", on=(JOB, *CRONJOB))
def unknown_hook_word(root: Value, _: "Context") -> Reports:
    """Events, delete policies and weights that Helm does not know."""
    annotations = _annotations(root)
    events, policies, weight = (annotations.get(name) for name in (HOOK, POLICY, WEIGHT))
    if events is None:
        return
    message = "is no event of Helm's, which then never creates this object"
    for word in _unknown(events, (*_EVENTS, *_OLD_EVENTS)):
        yield _instead(events, word, _EVENTS, message)
    if policies is not None:
        for word in _unknown(policies, (_BEFORE, _SUCCEEDED, _FAILED)):
            yield _instead(policies, word, (_BEFORE, _SUCCEEDED, _FAILED), "is no delete policy of Helm's")
    if weight is not None and not _is_number(str(weight.scalar())):
        yield mistake(weight, f"`{short(str(weight.data))}` is no whole number, and Helm takes it for 0")


def _unknown(value: Value, known: tuple[str, ...]) -> Iterator[str]:
    """The words of an annotation that are not known; the first few."""
    yield from [word for word in _words(value) if word not in known][:3]


def _instead(value: Value, word: str, known: tuple[str, ...], message: str) -> Report:
    from difflib import get_close_matches

    close = get_close_matches(word[:60], known, 1, 0.8)
    report = mistake(value, f"`{short(word)}` {message}" + (f"; did you mean `{close[0]}`?" if close else ""))
    if close and len(_words(value)) == 1:
        report.cure(*writing(value, close[0]), safe=False)
    return report


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-").removeprefix("+")
    return digits.isascii() and digits.isdigit()


@rule("hook-left-behind", on=JOB)
def hook_left_behind(root: Value, _: "Context") -> Reports:
    """A delete policy takes the default's place: without before-hook-creation the old Job is in the next one's way."""
    annotations = _annotations(root)
    policies, events = annotations.get(POLICY), annotations.get(HOOK)
    if policies is None or events is None or _is_generated(root):
        return
    words = _words(policies)
    if _BEFORE in words or (_SUCCEEDED in words) == (_FAILED in words) or set(_words(events)) <= _ONCE:
        return
    rest = "succeeds" if _FAILED in words else "fails"
    message = f"a Job that {rest} stays, and the next one of this name cannot be created: add `{_BEFORE}`"
    report = mistake(policies, message) if _FAILED in words else advice(policies, message)
    yield report.cure(*writing(policies, f"{_BEFORE},{policies.data.strip()}"), safe=False)


def _is_generated(root: Value) -> bool:
    """Whether the name may be another one each time: it ends with a number, or is not there."""
    metadata = root.get("metadata")
    name = "" if metadata is None else metadata.text("name")
    last = name.rpartition("-")[2]
    return not name or any(char.isdigit() for char in last)


@rule("ttl-of-tracked-job", on=JOB)
def ttl_of_tracked_job(root: Value, _: "Context") -> Reports:
    """What Kubernetes deletes by itself is missing to those who made it, and made again or waited for."""
    ttl, annotations = root.at("spec", _TTL), _annotations(root)
    if ttl is None:
        return
    hook = annotations.get(_ARGO_HOOK) or annotations.get(HOOK)
    if hook is not None:
        if 0 <= ttl.scalar() < _SHORT:
            who = "Argo CD" if hook.step == _ARGO_HOOK else "Helm"
            message = f"{who} waits for this hook, and may not see its end if it is gone {ttl.data} s later"
            report = advice(ttl, f"{message}; leave it to the hook's delete policy")
            yield _with(report, hook, "the hook").cure(*leaving_out(ttl), safe=False)
        return
    tracked = next((value for key, value in annotations.items() if key.startswith(_ARGO)), None)
    if tracked is not None:
        message = "Argo CD finds the Job missing once this has deleted it, and a sync runs it again; make it a hook"
        yield _with(advice(ttl, message), tracked, "Argo CD's annotation").cure(*leaving_out(ttl), safe=False)


def _with(report: Report, value: Value, what: str) -> Report:
    report.related = ((place(value), what),)
    return report


@rule("generated-name", on=(JOB, *CRONJOB))
def generated_name(root: Value, _: "Context") -> Reports:
    """`kubectl create` takes such an object; `kubectl apply` and kustomize do not."""
    metadata = root.get("metadata")
    prefix = None if metadata is None else metadata.get("generateName")
    if metadata is None or prefix is None or metadata.has("name") or not prefix.scalar():
        return
    if not any("/hook" in key for key in metadata.entries("annotations")):
        message = "`kubectl apply` and kustomize need a `name`: this can only be created, by `kubectl create`"
        yield advice(prefix, message)
