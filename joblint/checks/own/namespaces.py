"""The Namespace of an object, as a policy sees it, as far as the files show it.

The API server gives policies its name, labels, annotations, spec and status, and a few other fields of its metadata
(apiserver pkg/admission/plugin/cel/condition.go, CreateNamespaceObject). If no file has the Namespace, only its name
and the label that the server sets are known.
"""

import re
from typing import Any

from joblint.checks.own.cel import Expression
from joblint.checks.own.flaw import Wrong
from joblint.checks.own.nodes import plain
from joblint.checks.own.scope import NAME_LABEL, no_namespace
from joblint.kube.names import names
from joblint.manifests.document import Manifest
from joblint.rule.context import Context

_VARIABLE, _KIND = "namespaceObject", "Namespace"
_HOLE = re.compile(r"\$\{|\$[A-Za-z_]|\{\{")
_KNOWN = ((_VARIABLE, "metadata", "name"), (_VARIABLE, "metadata", "labels", NAME_LABEL), (_VARIABLE, "kind"))


class Namespace:
    """A namespace with a name; `data` is what is known about it, `labels` are None if no file has it."""

    def __init__(self, name: str, ctx: Context) -> None:
        self.name = name
        written = _written(name, ctx)
        metadata = (written or {}).get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        labels = metadata.get("labels")
        self.known = written is not None
        self.labels: dict[str, str] | None = None
        if self.known:
            self.labels = {**_texts(labels), NAME_LABEL: name}
        shown = {"name": name, "labels": self.labels or {NAME_LABEL: name}}
        if isinstance(metadata.get("annotations"), dict) and metadata["annotations"]:
            shown["annotations"] = metadata["annotations"]
        self.data: dict[str, Any] = {"apiVersion": "v1", "kind": _KIND, "metadata": shown}
        self.data["spec"] = {"finalizers": ["kubernetes"]}
        self.data["status"] = {"phase": "Active"}

    def unseen(self, expression: Expression) -> str:
        """Return what an expression reads of it that no file shows, in words; empty if there is nothing."""
        if self.known:
            return ""
        for path in sorted(expression.reads.paths):
            if path[0] == _VARIABLE and path[:3] != _KNOWN[0] and path not in _KNOWN:
                return f"the expression reads `{names.short('.'.join(path))}`, {no_namespace(self.name)}"
        return ""


def _written(name: str, ctx: Context) -> dict[str, Any] | None:
    """Return the Namespace in the files of the run; None if there is none, or parts of it are filled in later."""
    if not name or not ctx.corpus.has(_KIND):
        return None
    near = ctx.manifest.document
    manifest: Manifest | None = ctx.corpus.find(_KIND, name, near)
    if manifest is None or manifest.document.holes:
        return None
    if _HOLE.search(manifest.document.text, manifest.node.start, manifest.node.end):
        return None
    try:
        made = plain(manifest.node)
    except Wrong:
        return None
    return made if isinstance(made, dict) else None


def _texts(labels: Any) -> dict[str, str]:
    """Return the labels of a mapping that the server would accept."""
    return {str(key): value for key, value in (labels or {}).items() if isinstance(value, str)} if labels else {}
