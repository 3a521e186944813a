"""Check of the fields that a card names against the types of Kubernetes: a misspelt one would be absent everywhere.

The API server does the same for a ValidatingAdmissionPolicy, as a warning: apiserver,
pkg/admission/plugin/policy/validating/typechecking.go.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from joblint.checks.own.cel import Expression
from joblint.checks.own.flaw import Wrong
from joblint.checks.own.reads import ANY
from joblint.kube.minors import minor as facts
from joblint.kube.names import names
from joblint.kube.nearest import did_you_mean
from joblint.manifests.yaml.tree import Node

_LIST, _MAP = "[]", "{}"  # how the expression of a field's type begins


def check_expression(expression: Expression, variables: Mapping[str, Sequence[str]]) -> None:
    """Check that each field in an expression is one of a type that its variable may have. Raises Wrong."""
    for variable, *steps in sorted(expression.reads.paths):
        if variable in variables:
            said = unknown(steps, variables[variable])
            if said is not None:
                raise Wrong(expression.node, said[1], _offset(expression.text, said[0]))


def check_path(node: Node, steps: Sequence[str | int], types: Sequence[str]) -> None:
    """Check that a path leads to a field that one of the types has. Raises Wrong."""
    said = unknown([ANY if isinstance(step, int) else step for step in steps], types)
    if said is not None:
        raise Wrong(node, said[1])


def unknown(steps: Sequence[str], types: Sequence[str]) -> tuple[str, str] | None:
    """Return the step of a path that none of some types has, and what is wrong with it; None if the path is valid.

    Types are expressions (`Container`, `[]EnvVar`). A field counts if any minor has it.
    """
    mistakes = []
    for type_ in types:
        wrong = _wrong(steps, type_)
        if wrong is None:
            return None
        mistakes.append(wrong)
    # Of several, the one that is most similar to an existing field.
    return max(mistakes, key=lambda one: one[2])[:2] if mistakes else None


def _wrong(steps: Sequence[str], type_: str) -> tuple[str, str, float] | None:
    for number, step in enumerate(steps):
        if type_.startswith((_LIST, _MAP)):
            if type_.startswith(_LIST) and step != ANY:
                return step, f"a list has no field `{names.short(step)}`: read it from the list's items", 0
            type_ = type_[len(_LIST) :]
            continue
        fields = facts.field_names(type_)
        if not fields or step == ANY:
            return None
        if step not in fields:
            nearest = max(SequenceMatcher(None, step.lower(), field.lower()).ratio() for field in fields)
            return step, f"`{type_}` has no field `{names.short(step)}`{did_you_mean(step, fields)}", nearest
        inner = [_wrong(steps[number + 1 :], one) for one in facts.field_types(type_, step)]
        return None if None in inner else inner[-1]
    return None


def _offset(text: str, name: str) -> int:
    """Return the position of a field's name in an expression; -1 if that is not clear."""
    match = re.search(rf"\.\??\s*({re.escape(name)})\b|\[\??\s*['\"]({re.escape(name)})['\"]", text)
    return -1 if match is None else match.start(1 if match[1] else 2)
