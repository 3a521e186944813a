"""Check for drivers: Jobs whose script creates other objects of the cluster and is run more than once.

Source: pkg/registry of the API server: a create with an existing name is rejected (409, AlreadyExists).
"""

import re
from typing import TYPE_CHECKING

from joblint.checks.reading.expand import as_shell_sees
from joblint.checks.reading.place import mentions, place_in
from joblint.checks.reading.script import Text, containers, program
from joblint.kube.names.names import short
from joblint.rule.registry import author_rule
from joblint.rule.report import Reports, advice
from joblint.rule.value import Value

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

    from joblint.rule.context import Context

_CREATE = "create"
_CLIENTS = frozenset(("kubectl", "oc"))
# How many words name the kind that `kubectl create` creates; the next word is the object's name.
_KINDS = {
    "clusterrole": 1, "clusterrolebinding": 1, "cm": 1, "configmap": 1, "cj": 1, "cronjob": 1, "deploy": 1,
    "deployment": 1, "ingress": 1, "job": 1, "namespace": 1, "ns": 1, "pdb": 1, "poddisruptionbudget": 1,
    "priorityclass": 1, "quota": 1, "role": 1, "rolebinding": 1, "sa": 1, "secret": 2, "service": 2,
    "serviceaccount": 1, "svc": 2,
}  # fmt: skip
_NAMED = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
# What checks whether the object exists, deletes it, or tolerates that it exists.
_CAREFUL = r"\b(?:delete|get|wait|apply|replace|exists|trap)\b|--dry-run|AlreadyExists|\|\||\bset \+e"


@author_rule("unrepeatable-create", on="JobSpec")
def unrepeatable_create(spec: Value, ctx: "Context") -> Reports:
    """Report `kubectl create job NAME` in a script that is run again: the object already exists then."""
    if not mentions(ctx, _CREATE) or not any(mentions(ctx, client) for client in _CLIENTS):
        return
    pod = spec.at("template", "spec")
    again = _again(spec, ctx)
    if pod is None or not again:
        return
    for container in containers(pod):
        text = program(container).shell
        named = _created(text) if text is not None else None
        if text is not None and named is not None:
            node, name = named
            message = f"creating `{short(name)}` fails {again}, because it exists by then"
            report = advice(text.value, f"{message}; use `kubectl apply`, or delete it first")
            report.node = place_in(text.value, (node.start_byte, node.end_byte), ctx)
            yield report


def _again(spec: Value, ctx: "Context") -> str:
    """Return when the script runs a second time; empty if it does not."""
    if ctx.manifest.kind == "CronJob":
        return "at the next run"
    at_once, policy = spec.integer("parallelism"), spec.at("template", "spec", "restartPolicy")
    if (at_once is not None and at_once > 1) or (spec.integer("completions") or 1) > 1:
        return "in the Job's second Pod"
    limit = spec.integer("backoffLimit")
    kept = policy is not None and policy.scalar() == "Never" and limit == 0
    return "" if kept else "if the Job retries"


def _created(text: Text) -> "tuple[Syntax, str] | None":
    """Return the first create of a fixed name, and the name, in a script that does not handle an existing object."""
    script = str(text.value.scalar())
    if _CREATE not in script or re.search(_CAREFUL, script):
        return None
    from joblint.checks.reading import shell

    seen = as_shell_sees(script)
    root = shell.parse(seen)
    for node in shell.walk(root) if root is not None else ():
        if node.type == "command" and not _guarded(node):
            name = _name(shell.words(node, seen))
            if name:
                return node, name
    return None


def _guarded(node: "Syntax") -> bool:
    """Return whether something around a command decides whether it is run, or handles its failure."""
    from joblint.checks.reading.shell import enclosing

    return (
        enclosing(node, "if_statement", "case_statement", "while_statement", "negated_command", "pipeline") is not None
    )


def _name(words: list[str]) -> str:
    """Return the name of what `kubectl create KIND NAME` creates; empty for any other command."""
    if len(words) < 2 or words[0].rpartition("/")[2] not in _CLIENTS:
        return ""
    rest = _without_namespace([word.strip("'\"") for word in words[1:]])
    if rest[:1] != [_CREATE] or len(rest) < 2:
        return ""
    at = 1 + _KINDS.get(rest[1].partition(".")[0], 0)
    return rest[at] if at > 1 and at < len(rest) and re.fullmatch(_NAMED, rest[at]) else ""


def _without_namespace(words: list[str]) -> list[str]:
    kept, skip = [], False
    for word in words:
        if not skip and not word.startswith(("-n=", "--namespace=")) and word not in ("-n", "--namespace"):
            kept.append(word)
        skip = word in ("-n", "--namespace")
    return kept
