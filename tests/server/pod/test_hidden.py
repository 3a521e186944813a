"""What the file does not show: a value that a shell puts in is judged by nobody, and makes nothing else wrong."""

from collections.abc import Iterator

import pytest

import joblint
from joblint.document import documents
from joblint.source import Source
from joblint.tree import Alias, Mapping, Node, Scalar, Sequence
from tests.server.pod.manifests import Case, cases

_SPOKEN = ("rejected", "dropped", "warned")
_SIMPLE = [case for case in cases() if "&" not in case.manifest and len(case.manifest) < 3000]
Said = set[tuple[str, str, str, tuple[str, ...]]]


def scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield from scalars(entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    elif not isinstance(node, Alias):
        assert isinstance(node, Scalar)
        yield node


def said(case: Case, text: str, minors: str) -> Said:
    """What is said of a manifest in a heredoc that the shell expands."""
    script = f"cat <<EOF | kubectl apply -f -\n{text}EOF\n"
    found = joblint.lint(script, path="a.sh", kube_version=minors, feature_gates=case.gates)
    return {(f.rule, f.field, f.reason, f.kube_versions) for f in found if f.effect in _SPOKEN}


@pytest.mark.parametrize("case", _SIMPLE, ids=lambda case: case.id)
def test_what_is_hidden_makes_nothing_wrong(case: Case) -> None:
    text = case.manifest.replace("\\", "\\\\").replace("$(", "\\$(")
    minors = case.minors if case.gates else "1.22,1.26,1.29,1.33,1.37"
    at_first = said(case, text, minors)
    (document,) = documents(Source("a.yaml", text, "yaml"))
    wrong = []
    for leaf in scalars(document.root) if document.root is not None else ():
        hidden = f"{text[: leaf.start]} $HIDDEN{text[leaf.end :]}"
        if more := said(case, hidden, minors) - at_first:
            wrong.append((text[leaf.start : leaf.end], hidden.count("\n", 0, leaf.start), more))
    assert wrong == []
