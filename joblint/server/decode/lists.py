"""What the author meant by a value that must be a list. Only loaded when there is something to fix."""

import re

from joblint.kube.shellwords import of_shell
from joblint.manifests.yaml.tree import Mapping, Scalar
from joblint.rule.cure.cure import Put
from joblint.rule.report import Report
from joblint.rule.value import Value

_OF_A_SHELL = re.compile(r"[^\w@%+=:,./ -]")
_MAKE = "write it as a list"
_PROGRAM = ("command", "args")
_LONGEST = 60  # characters of a text or a name that a message repeats


def as_list(value: Value) -> str:
    """Return how to write the value as a list, for a message; empty if that is not clear."""
    node, inner = value.node, value.type[2:]
    if value.type[0] != "[":
        return ""
    if isinstance(node, Mapping):
        return _element(node, inner) if node.entries and "A" <= inner[0] <= "Z" else ""
    if inner != "string" or not isinstance(node, Scalar) or not 0 < len(node.text) <= _LONGEST:
        return ""
    if value.step in _PROGRAM and (words := of_shell(node.text)):
        return f": write {_strings(words)}"
    if not _OF_A_SHELL.search(node.text):
        return f": write {_strings(node.text.split())}"
    return f": write {_strings(['sh', '-c', node.text])}" if value.step in _PROGRAM else ""


def list_of(report: Report, value: Value, node: Scalar) -> None:
    """Add the fix to the report of a scalar: a list of its words, or a list of the whole text."""
    if value.type != "[]string" or not as_list(value) or not node.text.strip():
        return
    if value.step not in _PROGRAM:
        one_word = len(node.text.split()) == 1
        report.cure(_MAKE, Put(node, node.text.split()), safe=one_word)
    elif value.step != "command" and _has_command(value):
        return  # it may be a shell script, or words
    elif words := of_shell(node.text):
        report.cure(_MAKE, Put(node, words), safe=not {"$", "`"} & set(node.text))
    elif _OF_A_SHELL.search(node.text):
        report.cure("run it in a shell", Put(node, ["sh", "-c", node.text]), safe=False)
    else:
        report.cure(_MAKE, Put(node, node.text.split()))


def _has_command(value: Value) -> bool:
    owner = value.parent
    return owner is not None and any(entry.name == "command" for entry in getattr(owner.node, "entries", ()))


def _element(node: Mapping, inner: str) -> str:
    first = node.entries[0].name[:_LONGEST]
    if inner == "EnvVar" and first not in ("name", "value", "valueFrom"):
        return f": write `- name: {first}`, and `value:` below it"
    return f": start each element with `- `, such as `- {first}:`"


def _strings(words: list[str]) -> str:
    from json import dumps

    return f"`{dumps(words, ensure_ascii=False)}`"
