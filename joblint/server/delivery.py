"""What a tool does with the existing object when it delivers a new one with the same name.

The tool deletes it first, replaces it (PUT), or applies the new one over it. Sources:
- helm.sh/helm/v4 4.3.2 and v3, pkg/action/hooks.go, execHook: a hook is created and never updated; without a delete
  policy, `before-hook-creation` applies. A release's other objects are patched.
- github.com/argoproj/argo-cd/gitops-engine (2026-09-14): pkg/sync/hook (which are hooks, and their delete policies),
  pkg/sync/sync_phase.go (a hook without a phase is not applied), pkg/sync/sync_context.go, applyObject (`Replace=true`
  is `kubectl replace`, a PUT of the manifest as it is; `Force=true` of either object makes that, and `kubectl apply`,
  delete what is there), pkg/utils/kube/resource_ops.go; kubectl 0.36.1 pkg/cmd/replace/replace.go, Run, and
  pkg/cmd/apply/patcher.go.
- github.com/fluxcd/pkg/ssa 0.70, manager_apply.go, shouldForceApply (labels or annotations of either object; only once
  the server has refused the change) and shouldSkipApply; kustomize-controller 1.9 names the keys.
- kubectl pkg/cmd/create: an object with a `generateName` is a new one each time.
Options that are set for all objects of an Application, or of a Flux Kustomization, are not visible in a manifest.
"""

from joblint.rule.cure.cure import writing
from joblint.rule.report import Report, Reports, place
from joblint.rule.value import Opaque, Value
from joblint.server.parts import JOB, annotations_of, labels_and_annotations

HOOK, POLICY = "helm.sh/hook", "helm.sh/hook-delete-policy"
ARGO = "argocd.argoproj.io/"
ARGO_HOOK, ARGO_POLICY = f"{ARGO}hook", f"{ARGO}hook-delete-policy"
ARGO_OPTIONS = f"{ARGO}sync-options"
BEFORE, SUCCEEDED, FAILED = "before-hook-creation", "hook-succeeded", "hook-failed"
POLICIES = (BEFORE, SUCCEEDED, FAILED)
ARGO_ONCE = ("Skip", "PreDelete", "PostDelete")
ARGO_HOOKS = ("PreSync", "Sync", "PostSync", "SyncFail", *ARGO_ONCE)
ARGO_POLICIES = {"BeforeHookCreation": BEFORE, "HookSucceeded": SUCCEEDED, "HookFailed": FAILED}
FORCE, REPLACE = "Force=true", "Replace=true"
_FLUX = "kustomize.toolkit.fluxcd.io/"
_FLUX_FORCE = {f"{_FLUX}force": "enabled"}
_FLUX_LEFT = {f"{_FLUX}reconcile": "disabled", f"{_FLUX}ssa": "ignore"}
_FLUX_ONCE = {f"{_FLUX}ssa": "ifnotpresent"}


def listed(value: Value | None) -> list[str]:
    """Return the words of a list in an annotation, as Argo CD reads them. Raises Opaque."""
    return [] if value is None else [word.strip() for word in str(value.scalar()).split(",")]


def is_updated(root: Value, live: Value) -> bool:
    """Return whether an object is applied over the existing one, or replaces it.

    It does neither if a tool deletes the existing one first, or leaves it as it is. Opaque values count as such a case.
    """
    try:
        return not (is_created(root) or _is_forced(live) or _says(live, _FLUX_LEFT) or _removes_itself(live))
    except Opaque:
        return False


def is_created(root: Value) -> bool:
    """Return whether an object, by its own options, never changes an existing one. Raises Opaque."""
    metadata = root.get("metadata")
    is_generated = metadata is not None and not metadata.text("name") and bool(metadata.text("generateName"))
    return (
        is_generated or _is_forced(root) or _is_fresh_hook(root) or _says(root, _FLUX_LEFT) or _says(root, _FLUX_ONCE)
    )


def is_replaced(root: Value) -> bool:
    """Return whether Argo CD replaces the existing object with this one (PUT). Raises Opaque."""
    return REPLACE in listed(annotations_of(root).get(ARGO_OPTIONS)) and not is_created(root)


def lacks_generated(root: Value) -> bool:
    """Return whether a Job leaves its selector to the server, which generates it only when it creates the Job."""
    spec = root.get("spec")
    if root.type != JOB or spec is None or spec.opaque:
        return False
    selector, manual = spec.get("selector"), spec.get("manualSelector")
    return selector is None and (manual is None or manual.data is False)


def incomplete_put(root: Value) -> Reports:
    """Report a Job in a PUT without the selector and labels that the server has generated. May raise Opaque.

    ValidateJobUpdate reports that the selector is missing, that it does not match the labels, and that both changed.
    """
    if not lacks_generated(root):
        return
    options = annotations_of(root)[ARGO_OPTIONS]
    message = (
        "with `Replace=true`, every Argo CD sync is refused while the Job exists, because the manifest lacks the "
        "selector and labels that the server generated; add `Force=true` to delete the Job first"
    )
    report = Report("rejected", message, place(options), field="spec.selector", reason="FieldValueRequired")
    yield report.cure_by(writing(options, f"{FORCE},{options.data.strip()}"), safe=False)


def argo_policies(root: Value) -> set[str]:
    """Return the delete policies that Argo CD knows, its own and Helm's, by Helm's names. Raises Opaque."""
    annotations = annotations_of(root)
    own = {ARGO_POLICIES.get(word, "") for word in listed(annotations.get(ARGO_POLICY))}
    return (own | set(listed(annotations.get(POLICY)))) & set(POLICIES)


def _is_forced(root: Value) -> bool:
    return FORCE in listed(annotations_of(root).get(ARGO_OPTIONS)) or _says(root, _FLUX_FORCE)


def _is_fresh_hook(root: Value) -> bool:
    """Return whether a hook's tool creates it each time, or never.

    Argo CD applies a hook over one that no delete policy has removed. With `HookFailed`, that is one that succeeded.
    With `HookSucceeded`, it is one that failed, which cannot be known.
    """
    annotations = annotations_of(root)
    if ARGO_HOOK not in annotations:
        return HOOK in annotations
    known = set(listed(annotations[ARGO_HOOK])).intersection(ARGO_HOOKS)
    return known <= set(ARGO_ONCE) or argo_policies(root) != {FAILED}


def _removes_itself(live: Value) -> bool:
    """Return whether a hook is deleted after it succeeds. It only exists if it failed, which cannot be known."""
    annotations = annotations_of(live)
    return (HOOK in annotations or ARGO_HOOK in annotations) and SUCCEEDED in argo_policies(live)


def _says(root: Value, wanted: dict[str, str]) -> bool:
    """Return whether a label or annotation has a value, in any case (fluxcd/pkg/ssa utils/meta.go, AnyInMetadata)."""
    entries = labels_and_annotations(root)
    return any(key in entries and str(entries[key].scalar()).casefold() == value for key, value in wanted.items())
