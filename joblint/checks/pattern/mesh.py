"""Checks of what webhooks inject into a Job's Pods.

Sources: the documentation of Istio (sidecar injection), Linkerd (proxy injection), Vault (agent injector annotations)
and Dapr.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from joblint.manifests.template import is_open
from joblint.manifests.yaml.tree import Mapping
from joblint.rule.cure.cure import Add, Move, moving
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice, mistake
from joblint.rule.value import Value
from joblint.server.parts import CRONJOB, JOB, labels_and_annotations, templates

if TYPE_CHECKING:
    from joblint.rule.context import Context

_ISTIO, _LINKERD = "sidecar.istio.io/inject", "linkerd.io/inject"
_VAULT = "vault.hashicorp.com/agent-inject"
_VAULT_ONCE, _VAULT_QUIT = f"{_VAULT.removesuffix('inject')}pre-populate-only", "vault.hashicorp.com/agent-enable-quit"
_DAPR, _CONSUL, _KUMA = "dapr.io/enabled", "consul.hashicorp.com/connect-inject", "kuma.io/sidecar-injection"
# What makes a webhook inject a container that does not end by itself.
_INJECTED = {
    _ISTIO: "Istio's proxy", _LINKERD: "Linkerd's proxy", _DAPR: "Dapr's sidecar", _CONSUL: "Consul's proxy",
    _KUMA: "Kuma's proxy",
}  # fmt: skip
_READ_OF_PODS = (*_INJECTED, _VAULT)
_ON = frozenset(("true", "enabled", "ingress", "yes"))
# What ends it, or says that it ends after the others.
_ENDS = (
    "quitquitquit", "linkerd-await", "scuttle", "envoy-preflight", "/shutdown", "nativeSidecar", "native-sidecar",
    "pkill", "killall", "shareProcessNamespace",
)  # fmt: skip


@author_rule("injection-off-template", on=(JOB, *CRONJOB))
def injection_off_template(root: Value, _: "Context") -> Reports:
    """Report a setting for a webhook on the Job instead of its Pods: it is ignored there."""
    outer, template = templates(root)
    if template is None:
        return
    inner = labels_and_annotations(template)
    for owner in (root, outer):
        for key, value in labels_and_annotations(owner).items():
            if key in _READ_OF_PODS and key not in inner and value.parent is not None and not value.opaque:
                message = f"`{key}` only has an effect on Pods: move it to the Pod template's metadata"
                yield mistake(value, message).cure_by(_to_template(value, value.parent, template), safe=False)


def _to_template(value: Value, group: Value, template: Value) -> tuple[str, Move]:
    """Return the move to the template, with all of the group if the group would be left empty."""
    name = str(group.step)
    single = isinstance(group.node, Mapping) and len(group.node.entries) == 1
    if single and template.at("metadata", name) is None:
        return moving(group, template, "metadata", name)
    return moving(value, template, "metadata", name, str(value.step))


@author_rule("injected-sidecar", on="PodTemplateSpec")
def injected_sidecar(template: Value, ctx: "Context") -> Reports:
    """Report a sidecar that a webhook adds: the Job does not complete unless something stops it."""
    settings = labels_and_annotations(template)
    text = ctx.manifest.document.text
    if not any(name in settings for name in _READ_OF_PODS) or template.up("JobSpec") is None:
        return
    if _is_ended(text) or is_open(text):  # the worker may be what a template inserts
        return
    vault = settings.get(_VAULT)
    if vault is not None and str(vault.scalar()).lower() == "true" and not _vault_ends(settings):
        message = "Vault's agent keeps running after the work is done, so the Job never completes"
        report = mistake(vault, f'{message}; set `{_VAULT_ONCE}: "true"`')
        owner = vault.parent
        if owner is not None and owner.step == "annotations":
            operation = Add(owner.node, (_VAULT_ONCE,), "true", after=vault.key)
            report.cure(f"add `{_VAULT_ONCE}`", operation, safe=False)
        yield report
    for key, what in _INJECTED.items():
        value = settings.get(key)
        if value is not None and str(value.scalar()).lower() in _ON:
            message = f"`{key}` adds {what}, which may keep the Job from completing"
            cure = "let the mesh add it as a native sidecar, or stop it at the end of the script"
            yield advice(value, f"{message}; {cure}")


@lru_cache(maxsize=2)
def _is_ended(text: str) -> bool:
    """Return whether a file mentions what ends sidecars. Cached: it is asked for each object of a List."""
    return any(word in text for word in _ENDS)


def _vault_ends(settings: dict[str, Value]) -> bool:
    return any(str(settings[key].scalar()).lower() == "true" for key in (_VAULT_ONCE, _VAULT_QUIT) if key in settings)
