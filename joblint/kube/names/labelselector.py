"""Label selectors: whether one selects given labels.

Source: apimachinery pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector) and pkg/labels/selector.go (NewRequirement,
Matches), the same from 1.21 to 1.37.
"""

from collections.abc import Mapping
from typing import Any

from joblint.kube.names.names import label_value, qualified_name

_SETS = ("In", "NotIn")
_PRESENCE = ("Exists", "DoesNotExist")


class SelectorError(ValueError):
    """A selector that is not valid, so that Kubernetes does not match it with anything."""


def matches(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Return whether `selector`, a metav1.LabelSelector as plain data, selects an object with these labels.

    None selects nothing, and an empty selector everything. Raises SelectorError if an operator, a key or a value is
    invalid: Kubernetes reports that elsewhere, and does not match such a selector.
    """
    if selector is None:
        return False
    exact, expressions = selector.get("matchLabels") or {}, selector.get("matchExpressions") or []
    if not isinstance(exact, Mapping) or not isinstance(expressions, list):
        raise SelectorError("matchLabels must be a map, and matchExpressions a list")
    rules = [(key, "In", [value]) for key, value in exact.items()] + [_rule(expression) for expression in expressions]
    for key, operator, values in rules:
        _check(key, operator, values)
    return all(_fits(labels, key, operator, values) for key, operator, values in rules)


def _rule(expression: Any) -> tuple[Any, Any, Any]:
    if not isinstance(expression, Mapping):
        raise SelectorError("an element of matchExpressions is not a map")
    return expression.get("key", ""), expression.get("operator", ""), expression.get("values") or []


def _check(key: Any, operator: Any, values: Any) -> None:
    if not isinstance(key, str) or not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise SelectorError("a key or a value is not a string")
    if wrong := qualified_name(key):
        raise SelectorError(f"the key {wrong}")
    if operator not in (*_SETS, *_PRESENCE):
        raise SelectorError(f"the operator is not one of {', '.join((*_SETS, *_PRESENCE))}")
    if (operator in _SETS) != bool(values):
        raise SelectorError(f"{operator} {'requires' if operator in _SETS else 'must not have'} values")
    if wrong := next(filter(None, map(label_value, values)), None):
        raise SelectorError(f"a value {wrong}")


def _fits(labels: Mapping[str, str], key: str, operator: str, values: list[str]) -> bool:
    if operator in _PRESENCE:
        return (key in labels) == (operator == "Exists")
    return (labels.get(key) in values) if operator == "In" else (key not in labels or labels[key] not in values)
