"""Which Job a tool deletes before it delivers the next of its name: joblint/server/delivery.py names the sources."""

import pytest

import joblint
from joblint.kube.minors.minor import MINORS
from tests.support import GOOD

ALL = f"1.{MINORS[0]}-1.{MINORS[-1]}"
TEMPLATE, FORCE = "changed-pod-template", "replace-without-force"
IMAGE_LINE = 14
HOOK, POLICY = "helm.sh/hook", "helm.sh/hook-delete-policy"
ARGO_HOOK, ARGO_POLICY = "argocd.argoproj.io/hook", "argocd.argoproj.io/hook-delete-policy"
OPTIONS = "argocd.argoproj.io/sync-options"
FLUX = "kustomize.toolkit.fluxcd.io"
PLAIN: dict[str, str] = {}


def job(annotations: dict[str, str], image: str = "tool:1.4", where: str = "annotations") -> str:
    """A Job with annotations; with as many lines whatever they are."""
    said = ", ".join(f'{key}: "{value}"' for key, value in annotations.items())
    return (
        f"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  namespace: shop\n  {where}: {{{said}}}\n"
        "spec:\n  backoffLimit: 2\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n"
        f"      - name: migrate\n        image: {image}\n"
    )


def changed(old: dict[str, str], new: dict[str, str], where: str = "annotations") -> list[tuple[str, int, int]]:
    """What the server refuses where the image has changed as well, on all minors: rule, line and column."""
    findings = joblint.lint(
        job(new, "tool:1.5", where), old=job(old, where=where), kube_version=ALL, select=["rejected"]
    )
    assert all(len(one.kube_versions) == len(MINORS) for one in findings)
    return [(one.rule, one.line, one.column) for one in findings]


REFUSED = [(TEMPLATE, IMAGE_LINE, 16)]


@pytest.mark.parametrize(
    "annotations",
    [
        # helm, execHook: it creates every hook; before that it deletes the old one, unless another policy is given
        {HOOK: "pre-upgrade"},
        {HOOK: "pre-install,pre-upgrade", POLICY: "before-hook-creation,hook-succeeded"},
        {HOOK: "post-upgrade", POLICY: "hook-succeeded"},
        {HOOK: "pre-upgrade", POLICY: "hook-failed"},  # the create fails, and hook-left-behind says so: no update
        {HOOK: "test"},
        # argo-cd, DeletePolicies: BeforeHookCreation where none is known
        {ARGO_HOOK: "PreSync"},
        {ARGO_HOOK: "Sync,PostSync", ARGO_POLICY: "BeforeHookCreation"},
        {ARGO_HOOK: "PreSync", ARGO_POLICY: "beforeHookCreation"},
        {ARGO_HOOK: "PreSync", ARGO_POLICY: "HookFailed", POLICY: "before-hook-creation"},
        {ARGO_HOOK: "PostSync", ARGO_POLICY: "HookSucceeded"},
        {ARGO_HOOK: "PostSync", ARGO_POLICY: "HookSucceeded, HookFailed"},
        # syncPhases: not applied in any phase
        {ARGO_HOOK: "Skip"},
        {ARGO_HOOK: "PreDelete", ARGO_POLICY: "HookFailed"},
        # applyObject: `kubectl replace --force` and `kubectl apply --force`
        {OPTIONS: "Force=true,Replace=true"},
        {OPTIONS: "Replace=true, Force=true"},
        {OPTIONS: "Force=true"},
        # ssa, shouldForceApply and shouldSkipApply
        {f"{FLUX}/force": "enabled"},
        {f"{FLUX}/force": "Enabled"},
        {f"{FLUX}/ssa": "IfNotPresent"},
        {f"{FLUX}/ssa": "Ignore"},
        {f"{FLUX}/reconcile": "disabled"},
    ],
    ids=str,
)
def test_no_update(annotations: dict[str, str]) -> None:
    assert changed(annotations, annotations) == []
    assert changed(PLAIN, annotations) == []


@pytest.mark.parametrize(
    "annotations",
    [
        # argo-cd: a hook that has succeeded stays, and the next is applied over it
        {ARGO_HOOK: "PreSync", ARGO_POLICY: "HookFailed"},
        {ARGO_HOOK: "PreSync", POLICY: "hook-failed"},
        # words that the tools do not know, or that say something else
        {POLICY: "before-hook-creation"},
        {ARGO_POLICY: "BeforeHookCreation"},
        {OPTIONS: "Force=false"},
        {OPTIONS: "force=true"},
        {OPTIONS: "ServerSideApply=true"},
        {OPTIONS: "Replace=false"},
        {f"{FLUX}/force": "disabled"},
        {f"{FLUX}/force": "true"},
        {f"{FLUX}/ssa": "Merge"},
        {f"{FLUX}/reconcile": "enabled"},
        {"kustomize.config.k8s.io/needs-hash": "true"},  # kustomize reads it of what plugins generate only
        {"meta.helm.sh/release-name": "shop"},
    ],
    ids=str,
)
def test_an_update(annotations: dict[str, str]) -> None:
    assert changed(annotations, annotations) == REFUSED


@pytest.mark.parametrize(
    ("old", "made_anew"),
    [
        ({OPTIONS: "Force=true"}, True),  # applyObject looks at the object that is there, too
        ({f"{FLUX}/force": "enabled"}, True),
        ({f"{FLUX}/reconcile": "disabled"}, True),
        ({HOOK: "pre-upgrade", POLICY: "before-hook-creation,hook-succeeded"}, True),  # it is gone
        ({ARGO_HOOK: "Sync", ARGO_POLICY: "HookSucceeded"}, True),
        ({HOOK: "pre-upgrade"}, False),  # it is there until the next hook
        ({POLICY: "hook-succeeded"}, False),
        ({f"{FLUX}/ssa": "IfNotPresent"}, False),
        ({OPTIONS: "Replace=true"}, False),
    ],
    ids=str,
)
def test_what_the_old_one_says(old: dict[str, str], made_anew: bool) -> None:
    assert changed(old, PLAIN) == ([] if made_anew else REFUSED)


def test_flux_reads_labels_too() -> None:
    assert changed(PLAIN, {f"{FLUX}/force": "enabled"}, "labels") == []
    assert changed(PLAIN, {HOOK: "pre-upgrade"}, "labels") == REFUSED


def test_replace_without_force() -> None:
    """One finding, whatever else has changed: the delete that it asks for mends the rest."""
    annotations = {OPTIONS: "Replace=true"}
    assert changed(annotations, annotations) == [(FORCE, 6, 50)]
    assert changed(PLAIN, annotations) == [(FORCE, 6, 50)]
    same = joblint.lint(job(annotations), old=job(annotations), kube_version=ALL)
    assert [(one.rule, one.effect, one.line, one.column) for one in same] == [(FORCE, "rejected", 6, 50)]


@pytest.mark.parametrize(
    ("annotations", "ttl"),
    [
        ({OPTIONS: "Replace=true"}, 600),
        ({OPTIONS: "Replace=true", HOOK: "pre-upgrade"}, None),
        ({OPTIONS: "Replace=true", ARGO_HOOK: "PreSync"}, None),
        ({OPTIONS: "Replace=true,Force=true"}, None),
        ({OPTIONS: "Replace=true", f"{FLUX}/force": "enabled"}, None),
        ({OPTIONS: "Replace=false"}, None),
    ],
    ids=str,
)
def test_no_replacement_of_what_is_gone(annotations: dict[str, str], ttl: int | None) -> None:
    text = job(annotations)
    if ttl is not None:
        text = text.replace("backoffLimit: 2", f"ttlSecondsAfterFinished: {ttl}")
    assert [one.rule for one in joblint.lint(text, select=[FORCE])] == []


def test_a_replacement_that_is_applied_before_is_a_mistake() -> None:
    (found,) = joblint.lint(job({OPTIONS: "Replace=true"}))
    assert (found.rule, found.effect, found.line, found.column) == (FORCE, "mistake", 6, 50)


def test_a_generated_name_is_nobodys() -> None:
    generated = job(PLAIN, "tool:1.5").replace("  name: migrate\n", "  generateName: migrate-\n", 1)
    assert joblint.lint(generated, old=job(PLAIN)) == []


def test_a_name_that_is_filled_in_later_may_be_another_one() -> None:
    old, new = (job(PLAIN, image).replace("name: migrate\n", "name: migrate-${TIME}\n", 1) for image in ("a:1", "a:2"))
    assert joblint.lint(new, old=old, select=["rejected"]) == []


def test_a_job_that_the_server_deletes_by_itself_is_in_the_way_until_then() -> None:
    """It is refused as long as the Job is there; the message says how long that is."""
    lasting = [job(PLAIN, image) for image in ("tool:1.4", "tool:1.5")]
    short = [text.replace("backoffLimit: 2", "ttlSecondsAfterFinished: 600") for text in lasting]
    (found,) = joblint.lint(short[1], old=short[0], select=[TEMPLATE])
    assert (
        "; `ttlSecondsAfterFinished` deletes the Job 600 s after it ends; until then delete the Job first"
        in found.message
    )
    (found,) = joblint.lint(lasting[1], old=lasting[0], select=[TEMPLATE])
    assert "ttlSecondsAfterFinished" not in found.message


def test_a_name_that_is_missing_is_no_new_name() -> None:
    """The server compares what was applied over an object with it, also if the name is gone; `generateName` creates."""
    lost = GOOD.replace("  name: hello\nspec", "  name:\nspec", 1)
    found = joblint.lint(lost, old=GOOD)
    assert {(one.field, one.line) for one in found if one.effect == "rejected"} == {("metadata.name", 4)}
    assert len([one for one in found if one.effect == "rejected"]) == 2
    made = GOOD.replace("  name: hello\nspec", "  generateName: hello-\nspec", 1)
    assert joblint.lint(made, old=GOOD) == []
