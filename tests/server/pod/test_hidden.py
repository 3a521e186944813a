"""What the file does not show: a value that a shell puts in is judged by nobody, and makes nothing else wrong."""

from collections.abc import Iterator

import pytest

import joblint
from joblint.manifests.document import documents
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Mapping, Node, Sequence
from tests.server.pod.manifests import Case, cases
from tests.support import each_field

pytestmark = pytest.mark.slow

_SPOKEN = ("rejected", "warned")  # what is dropped is dropped whatever it says
_SIMPLE = [case for case in cases() if "&" not in case.manifest and len(case.manifest) < 3000]
Said = set[tuple[str, str, str, str]]


def values(node: Node) -> Iterator[Node]:
    """Every value below a node."""
    below: list[Node] = []
    if isinstance(node, Mapping):
        below = [entry.value for entry in node.entries]
    elif isinstance(node, Sequence):
        below = node.items
    for value in below:
        yield value
        yield from values(value)


def said(case: Case, text: str, minors: str) -> Said:
    """What is said of a manifest in a heredoc that the shell expands."""
    script = f"cat <<EOF | kubectl apply -f -\n{text}EOF\n"
    found = joblint.lint(script, path="a.sh", settings=each_field(minors, case.gates))
    return {(f.rule, f.field, f.reason, minor) for f in found if f.effect in _SPOKEN for minor in f.kube_versions}


@pytest.mark.parametrize("case", _SIMPLE, ids=lambda case: case.id)
def test_what_is_hidden_makes_nothing_wrong(case: Case) -> None:
    text = case.manifest.replace("\\", "\\\\").replace("$(", "\\$(")
    minors = case.minors if case.gates else "1.24,1.33"
    at_first = said(case, text, minors)
    (document,) = documents(Source("a.yaml", text, "yaml"))
    wrong = []
    for value in values(document.root) if document.root is not None else ():
        hidden = f"{text[: value.start]} $HIDDEN{text[value.end :]}"
        if more := said(case, hidden, minors) - at_first:
            wrong.append((text[value.start : value.end], more))
    assert wrong == []
