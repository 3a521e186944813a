"""Checks of Jobs that Helm, Argo CD or `kubectl apply` create: how annotations and names affect the next run.

Sources: helm pkg/release/v1/util/manifest_sorter.go (a manifest with an unknown event is skipped) and
pkg/action/hooks.go (the default policy is `before-hook-creation`); argo-cd gitops-engine/pkg/sync/hook (an unknown
word is ignored; the policies of both count; Helm's events only if there are none of its own), sync/syncwaves and
sync/sync_context.go; kubectl pkg/cmd/apply/apply.go (no `generateName`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from joblint.kube.names.names import short
from joblint.rule.cure.cure import leaving_out, moving, writing
from joblint.rule.registry import author_rule
from joblint.rule.report import Report, Reports, advice, mistake, place
from joblint.rule.value import Value
from joblint.server.delivery import (
    ARGO,
    ARGO_HOOK,
    ARGO_HOOKS,
    ARGO_ONCE,
    ARGO_OPTIONS,
    ARGO_POLICIES,
    ARGO_POLICY,
    BEFORE,
    FAILED,
    FORCE,
    HOOK,
    POLICIES,
    POLICY,
    REPLACE,
    SUCCEEDED,
    argo_policies,
    incomplete_put,
    is_created,
    is_replaced,
    listed,
)  # fmt: skip
from joblint.server.parts import CRONJOB, JOB, annotations_of, is_hook, templates

if TYPE_CHECKING:
    from joblint.rule.context import Context

WEIGHT, _ARGO_WAVE = "helm.sh/hook-weight", f"{ARGO}sync-wave"
_EVENTS = (
    "pre-install", "post-install", "pre-upgrade", "post-upgrade", "pre-rollback", "post-rollback", "pre-delete",
    "post-delete", "test",
)  # fmt: skip
_OLD_EVENTS = ("test-success", "test-failure", "crd-install")
_ONCE = frozenset(("pre-install", "post-install", "pre-delete", "post-delete", "crd-install"))
_OF_OBJECTS = frozenset((HOOK, POLICY, WEIGHT, ARGO_HOOK, ARGO_POLICY, _ARGO_WAVE))
_ALIKE = 0.8  # how similar a known word must be to the one that is written
_SHORT = 60  # seconds within which a tool that waits for a Job may not have looked at it
_TTL = "ttlSecondsAfterFinished"


def _lower(value: Value | None) -> list[str]:
    """Return the words of a list in an annotation, as Helm reads them."""
    return [word.lower() for word in listed(value)]


def is_made_anew(root: Value) -> bool:
    """Return whether the Job is, or may be, deleted before it is applied again: then its template may change."""
    return is_created(root) or is_replaced(root) or _is_short_lived(root)


def _is_forced(options: Value | None) -> bool:
    return not {FORCE, REPLACE}.isdisjoint(listed(options))


def _is_short_lived(root: Value) -> bool:
    return root.at("spec", _TTL) is not None


# -- words


@author_rule("unknown-hook-word", on=(JOB, *CRONJOB))
def unknown_hook_word(root: Value, _: "Context") -> Reports:
    """Report events, delete policies and weights that Helm does not know."""
    annotations = annotations_of(root)
    events, policies, weight = (annotations.get(name) for name in (HOOK, POLICY, WEIGHT))
    if events is None:
        return
    message = "is not a Helm hook event, so Helm never creates this object"
    for word in _unknown(_lower(events), (*_EVENTS, *_OLD_EVENTS)):
        yield _unknown_word(events, word, _EVENTS, message)
    if policies is not None:
        for word in _unknown(_lower(policies), POLICIES):
            yield _unknown_word(policies, word, POLICIES, "is not a Helm hook delete policy")
    if weight is not None and not _is_number(str(weight.scalar())):
        yield mistake(weight, f"`{WEIGHT}: {short(str(weight.data))}` is not a whole number, so Helm uses 0")


@author_rule("unknown-hook-word", on=(JOB, *CRONJOB))
def unknown_word_of_argo(root: Value, _: "Context") -> Reports:
    """Report hooks, delete policies and waves that Argo CD does not know; they are case-sensitive."""
    annotations = annotations_of(root)
    hooks, policies, wave = (annotations.get(name) for name in (ARGO_HOOK, ARGO_POLICY, _ARGO_WAVE))
    if hooks is not None:
        others = any(word in ARGO_HOOKS for word in listed(hooks)) or HOOK in annotations
        message = "and is ignored" if others else "so Argo CD never creates this object"
        for word in _unknown(listed(hooks), ARGO_HOOKS):
            yield _unknown_word(hooks, word, ARGO_HOOKS, f"is not an Argo CD hook, {message}")
    if policies is not None:
        for word in _unknown(listed(policies), tuple(ARGO_POLICIES)):
            yield _unknown_word(policies, word, tuple(ARGO_POLICIES), "is not an Argo CD hook delete policy")
    if wave is not None and not _is_number(str(wave.scalar())):
        yield mistake(
            wave, f"`{_ARGO_WAVE}: {short(str(wave.data))}` is not a whole number, so Argo CD ignores the wave"
        )


@author_rule("hook-on-template", on=(JOB, *CRONJOB))
def hook_on_template(root: Value, _: "Context") -> Reports:
    """Report hook annotations of a template: Helm and Argo CD only read those of the object that they apply."""
    own = annotations_of(root)
    for owner in templates(root):
        for key, value in annotations_of(owner).items():
            if key in _OF_OBJECTS and key not in own and not value.opaque:
                who = "Helm" if key in (HOOK, POLICY, WEIGHT) else "Argo CD"
                message = f"{who} ignores `{key}` in a pod template; move it to the {root.text('kind')}'s own metadata"
                yield mistake(value, message).cure_by(moving(value, root, "metadata", "annotations", key), safe=False)


def _unknown(words: list[str], known: tuple[str, ...]) -> Iterator[str]:
    """Yield the first few words that are not known."""
    yield from [word for word in words if word and word not in known][:3]


def _unknown_word(value: Value, word: str, known: tuple[str, ...], message: str) -> Report:
    from joblint.kube.nearest import nearest

    meant = nearest(word, known, cutoff=_ALIKE, folded=lambda one: one.replace("-", "").lower())
    report = mistake(value, f"`{short(word)}` {message}" + (f"; did you mean `{meant}`?" if meant else ""))
    if meant and len(listed(value)) == 1:
        report.cure_by(writing(value, meant), safe=False)
    return report


def _is_number(text: str) -> bool:
    digits = text[1:] if text[:1] in ("-", "+") else text
    return digits.isascii() and digits.isdigit()


# -- Jobs that are not deleted


@author_rule("hook-left-behind", on=JOB)
def hook_left_behind(root: Value, _: "Context") -> Reports:
    """Report a delete policy, which replaces the default, that keeps a Job: the next Job cannot be created then."""
    annotations = annotations_of(root)
    policies, events = annotations.get(POLICY), annotations.get(HOOK)
    if policies is None or events is None or _is_generated(root) or ARGO_HOOK in annotations:
        return
    words = _lower(policies)
    if BEFORE in words or (SUCCEEDED in words) == (FAILED in words) or set(_lower(events)) <= _ONCE:
        return
    word, rest = (FAILED, "successful") if FAILED in words else (SUCCEEDED, "failed")
    message = f"`{word}` does not delete a {rest} Job, so the next Job of this name cannot be created; add `{BEFORE}`"
    report = mistake(policies, message) if FAILED in words else advice(policies, message)
    yield report.cure_by(writing(policies, f"{BEFORE},{policies.data.strip()}"), safe=False)


@author_rule("hook-left-behind", on=JOB)
def left_behind_of_argo(root: Value, _: "Context") -> Reports:
    """Report an Argo CD delete policy that keeps a Job: a finished Job is not run again, and cannot be changed."""
    annotations = annotations_of(root)
    hooks, own = listed(annotations.get(ARGO_HOOK)), annotations.get(ARGO_POLICY)
    policies = own or annotations.get(POLICY)
    if policies is None or _is_generated(root) or _is_forced(annotations.get(ARGO_OPTIONS)):
        return
    if not any(hook in ARGO_HOOKS and hook not in ARGO_ONCE for hook in hooks):
        return
    words = argo_policies(root)
    if BEFORE in words or (SUCCEEDED in words) == (FAILED in words):
        return
    name, before = ("HookFailed", "successful") if FAILED in words else ("HookSucceeded", "failed")
    add = BEFORE if own is None else next(iter(ARGO_POLICIES))
    message = f"`{name}` does not delete a {before} Job, so the next sync cannot run it again or change it"
    report = advice(policies, f"{message}; add `{add}`")
    yield report.cure_by(writing(policies, f"{add},{policies.data.strip()}"), safe=False)


@author_rule("replace-without-force", on=JOB)
def replace_without_force(root: Value, ctx: "Context") -> Reports:
    """Report a replace, which lacks what the server has filled in. With OLD, the server's own error is reported."""
    if ctx.old is None and is_replaced(root) and not _is_short_lived(root):
        for report in incomplete_put(root):
            report.effect = "mistake"
            yield report


def _is_generated(root: Value) -> bool:
    """Return whether the name may differ each time: it ends with a number or is missing."""
    metadata = root.get("metadata")
    name = "" if metadata is None else metadata.text("name")
    last = name.rpartition("-")[2]
    return not name or any(char.isdigit() for char in last)


@author_rule("ttl-of-tracked-job", on=JOB)
def ttl_of_tracked_job(root: Value, _: "Context") -> Reports:
    """Report a TTL of a Job whose deletion by Kubernetes confuses the tool that created it."""
    ttl, annotations = root.at("spec", _TTL), annotations_of(root)
    if ttl is None:
        return
    hook = annotations.get(ARGO_HOOK) or annotations.get(HOOK)
    if hook is not None:
        if 0 <= ttl.scalar() < _SHORT:
            who = "Argo CD" if hook.step == ARGO_HOOK else "Helm"
            message = f"`{_TTL}: {ttl.data}` may delete the hook before {who} sees its end"
            report = advice(ttl, f"{message}; use the hook's delete policy instead")
            yield _related_to(report, hook, "the hook").cure_by(leaving_out(ttl), safe=False)
        return
    tracked = next((value for key, value in annotations.items() if key.startswith(ARGO)), None)
    if tracked is not None:
        message = f"after `{_TTL}` deletes the Job, the next Argo CD sync runs the Job again; make the Job a hook"
        yield _related_to(advice(ttl, message), tracked, "Argo CD's annotation").cure_by(leaving_out(ttl), safe=False)


def _related_to(report: Report, value: Value, what: str) -> Report:
    report.related = ((place(value), what),)
    return report


@author_rule("generated-name", on=(JOB, *CRONJOB))
def generated_name(root: Value, _: "Context") -> Reports:
    """Report an object without a name: `kubectl create` accepts it; `kubectl apply` and kustomize do not."""
    metadata = root.get("metadata")
    prefix = None if metadata is None else metadata.get("generateName")
    if metadata is None or prefix is None or metadata.has("name") or not prefix.scalar():
        return
    if not is_hook(root):
        message = "`generateName` only works with `kubectl create`: `kubectl apply` and kustomize require `name`"
        yield advice(prefix, message)
