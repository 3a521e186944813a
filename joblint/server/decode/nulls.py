"""The place of a report about a field that is written as null: at the null.

To the API server, null is the same as an absent field, and it names the field that is missing. Rules report such a
field at the mapping that lacks it, or at what makes it required. If the field is written, it is reported there.
"""

import re

from joblint.manifests.yaml.tree import Entry, Mapping, Node, Scalar, Sequence, merged, target
from joblint.rule.report import Report

_STEP = r"([^.\[\]]+)|\.|\[(\d+)\]|\[(.+?)\](?=[.\[]|\Z)"
_EFFECTS = ("rejected", "warned")  # what the API server says
_WRITTEN = ("DuplicateField", "UnknownField")  # reasons about a key itself, even if a later key replaces it


def at_null(report: Report, root: Node) -> Report:
    """Return the report, moved to the key of a null on the path to its field, if the object `root` has one."""
    if report.field and report.effect in _EFFECTS and report.reason not in _WRITTEN:
        entry = _null_entry(root, report.field)
        if entry is not None and report.node not in (entry.key, entry.value):
            report.node = entry.key
            report.related = ()
    return report


def _null_entry(root: Node, path: str) -> Entry | None:
    """Return the entry whose value is null on a path such as `spec.containers[0].image`."""
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
    """Return the last entry with a name, which is the one that counts."""
    if not any(entry.merge for entry in node.entries):
        return next((entry for entry in reversed(node.entries) if entry.name == name), None)
    last = None
    for entry, _ in merged(node):
        if entry.name == name:
            last = entry
    return last
