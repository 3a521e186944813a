"""Which objects a policy or its binding is for: `matchConstraints` and `matchResources`.

Source: apiserver pkg/admission/plugin/policy/matching/matching.go and plugin/webhook/predicates, 1.30 to 1.37.
"""

from typing import Any, NamedTuple

from joblint.checks.own.flaw import Wrong
from joblint.checks.own.nodes import plain, struct
from joblint.kube.names import labelselector, names
from joblint.manifests.yaml.tree import Node

GROUP, RESOURCES = "batch", {"Job": "jobs", "CronJob": "cronjobs"}
_ALL = "*/*"  # resources and subresources
NAME_LABEL = "kubernetes.io/metadata.name"  # the only label of a namespace that is always known


class Unseen(Exception):
    """Raised if the result depends on something that no file shows, with what that is."""


class Asked(NamedTuple):
    """An object as a request describes it; `namespace_labels` are None if no file has the Namespace."""

    kind: str
    version: str
    operation: str
    namespace: str
    name: str
    labels: dict[str, str]
    namespace_labels: dict[str, str] | None = None


class Scope(NamedTuple):
    """The objects that are matched; `everything` means without constraints."""

    rules: tuple[dict[str, Any], ...]
    excluded: tuple[dict[str, Any], ...]
    objects: dict[str, Any] | None
    namespaces: dict[str, Any] | None
    exact: bool
    everything: bool = False

    def holds(self, asked: Asked) -> bool:
        """Return whether an object is matched. Raises Unseen."""
        if self.everything:
            return True
        if any(_matches(rule, asked, self.exact) for rule in self.excluded):
            return False
        if self.rules and not any(_matches(rule, asked, self.exact) for rule in self.rules):
            return False
        if self.objects and not _selects(self.objects, asked.labels):
            return False
        return not self.namespaces or _selects_namespace(self.namespaces, asked)


def read_scope(node: Node | None, name: str) -> Scope:
    """Return what a mapping of constraints matches. Raises Wrong."""
    parts = struct(node, name)
    if not parts:
        return Scope((), (), None, None, False, everything=True)
    content = plain(node) if node is not None else {}
    for key in ("namespaceSelector", "objectSelector"):
        if key in parts:
            _check_selector(parts[key], key)
    rules = [content.get(key) or [] for key in ("resourceRules", "excludeResourceRules")]
    for key, listed in zip(("resourceRules", "excludeResourceRules"), rules, strict=True):
        if not isinstance(listed, list) or not all(isinstance(rule, dict) for rule in listed):
            raise Wrong(parts[key], f"`{key}` must be a list of rules")
    return Scope(
        tuple(rules[0]),
        tuple(rules[1]),
        content.get("objectSelector"),
        content.get("namespaceSelector"),
        content.get("matchPolicy") == "Exact",
    )


def is_for_others(node: Node | None) -> bool:
    """Return whether constraints list resources, and none of them is a Job or CronJob."""
    content = plain(node) if node is not None else None
    rules = content.get("resourceRules") if isinstance(content, dict) else None
    if not isinstance(rules, list) or not rules:
        return False
    words = (*RESOURCES.values(), _ALL)
    return not any(
        not isinstance(rule, dict)
        or (_among(rule.get("apiGroups"), GROUP) and any(_among(rule.get("resources"), word) for word in words))
        for rule in rules
    )


def _check_selector(node: Node, name: str) -> None:
    content = plain(node)
    try:
        labelselector.matches(content, {})
    except labelselector.SelectorError as error:
        raise Wrong(node, f"`{name}`: {error}") from None


def _selects_namespace(selector: dict[str, Any], asked: Asked) -> bool:
    """Return whether a selector selects an object's namespace. Raises Unseen if it needs a label that no file shows."""
    name = {NAME_LABEL: asked.namespace}
    if asked.namespace_labels is not None:
        return _selects(selector, {**asked.namespace_labels, **name})
    exact = selector.get("matchLabels") or {}
    expressions = selector.get("matchExpressions") or []
    known = [one for one in expressions if one.get("key") == NAME_LABEL]
    certain = {"matchLabels": {k: v for k, v in exact.items() if k == NAME_LABEL}, "matchExpressions": known}
    if not _selects(certain, name):
        return False
    others = sorted({*exact, *(one.get("key") for one in expressions)} - {NAME_LABEL})
    if others:
        raise Unseen(f"the policy selects namespaces by the label `{others[0]}`, {no_namespace(asked.namespace)}")
    return True


def no_namespace(name: str) -> str:
    """Return the end of a sentence: that no file has a Namespace."""
    return f"but no file has the Namespace `{names.short(name)}`"


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    return labelselector.matches(selector, labels)


def _matches(rule: dict[str, Any], asked: Asked, exact: bool) -> bool:
    names = rule.get("resourceNames") or []
    return (
        _among(rule.get("apiGroups"), GROUP)
        and (not exact or _among(rule.get("apiVersions"), asked.version))
        and _among(rule.get("operations"), asked.operation)
        and any(_among(rule.get("resources"), word) for word in (RESOURCES[asked.kind], _ALL))
        and rule.get("scope") in (None, "*", "Namespaced")
        and (not names or asked.name in names)
    )


def _among(words: Any, word: str) -> bool:
    return isinstance(words, list) and ("*" in words or word in words)
