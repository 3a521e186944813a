"""Fields that a card names, held against the types of Kubernetes: a misspelt one would be absent from every object.

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
from joblint.manifests.yaml.tree import Node
from joblint.rule.near import near

_LIST, _MAP = "[]", "{}"  # how the expression of a field's type begins


def check_expression(expression: Expression, variables: Mapping[str, Sequence[str]]) -> None:
    """Raises Wrong for a field that none of the types has that a variable may be of."""
    for variable, *steps in sorted(expression.reads.paths):
        if variable in variables:
            said = unknown(steps, variables[variable])
            if said is not None:
                raise Wrong(expression.node, said[1], _offset(expression.text, said[0]))


def check_path(node: Node, steps: Sequence[str | int], types: Sequence[str]) -> None:
    """Raises Wrong for a path to a field that none of the types has."""
    said = unknown([ANY if isinstance(step, int) else step for step in steps], types)
    if said is not None:
        raise Wrong(node, said[1])


def unknown(steps: Sequence[str], types: Sequence[str]) -> tuple[str, str] | None:
    """The step of a path that leads nowhere in each of some types, and what is wrong with it; None where all is well.

    Types are expressions (`Container`, `[]EnvVar`). A field counts if any minor has it.
    """
    found = []
    for type_ in types:
        wrong = _wrong(steps, type_)
        if wrong is None:
            return None
        found.append(wrong)
    # Of several the one that is nearest to a field that there is.
    return max(found, key=lambda one: one[2])[:2] if found else None


def _wrong(steps: Sequence[str], type_: str) -> tuple[str, str, float] | None:
    for number, step in enumerate(steps):
        if type_.startswith((_LIST, _MAP)):
            if type_.startswith(_LIST) and step != ANY:
                return step, f"a list has no field `{names.short(step)}`: ask its items", 0
            type_ = type_[len(_LIST) :]
            continue
        fields = facts.field_names(type_)
        if not fields or step == ANY:
            return None
        if step not in fields:
            nearest = max(SequenceMatcher(None, step.lower(), field.lower()).ratio() for field in fields)
            return step, f"`{type_}` has no field `{names.short(step)}`{near(step, fields)}", nearest
        inner = [_wrong(steps[number + 1 :], one) for one in facts.field_types(type_, step)]
        return None if None in inner else inner[-1]
    return None


def _offset(text: str, name: str) -> int:
    """Where a field is named in an expression; -1 where that is not plain."""
    found = re.search(rf"\.\??\s*({re.escape(name)})\b|\[\??\s*['\"]({re.escape(name)})['\"]", text)
    return -1 if found is None else found.start(1 if found[1] else 2)
