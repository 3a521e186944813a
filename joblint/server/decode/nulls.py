"""Where a field that is written, but null, is reported: at the null.

To the API server null is the same as a field that is not there, and it names the field that is missing. Rules
report such a field at the mapping that lacks it, or at what makes it required. If it is written, that is the place.
"""

import re

from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence, merged, target
from joblint.rule.report import Report

_STEP = r"([^.\[\]]+)|\.|\[(\d+)\]|\[(.+?)\](?=[.\[]|\Z)"
_EFFECTS = ("rejected", "warned")  # what the API server says
_WRITTEN = ("DuplicateField", "UnknownField")  # reasons that are about a key where it is, also if it is replaced later


def at_null(report: Report, root: Node) -> Report:
    """The report, moved to the key of the null on the way to its field, if there is one in the object `root`."""
    if report.field and report.effect in _EFFECTS and report.reason not in _WRITTEN:
        entry = _null_entry(root, report.field)
        if entry is not None and report.node not in (entry.key, entry.value):
            report.node = entry.key
            report.related = ()
    return report


def _null_entry(root: Node, path: str) -> Entry | None:
    """The entry whose value is null on the way down a path such as `spec.containers[0].image`."""
    node = target(root)
    for step in re.finditer(_STEP, path):
        name, index, key = step.groups()
        if isinstance(node, Sequence) and index is not None:
            if int(index) >= len(node.items):
                return None
            node = target(node.items[int(index)])
        elif isinstance(node, Mapping) and (name or key or index):
            entry = _entry(node, name or key or index)
            if entry is None:
                return None
            node = target(entry.value)
            if isinstance(node, Scalar) and node.value is None:
                return entry
        elif step[0] != ".":
            return None
    return None


def _entry(node: Mapping, name: str) -> Entry | None:
    """The last entry of a name, which counts."""
    if not any(entry.merge for entry in node.entries):
        return next((entry for entry in reversed(node.entries) if entry.name == name), None)
    found = None
    for entry, _ in merged(node):
        if entry.name == name:
            found = entry
    return found
