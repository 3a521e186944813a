"""A field that is written but null is reported at the null, whatever rule finds it missing."""

from collections.abc import Iterator

import pytest
import yaml

import joblint
from joblint.manifests.document import documents
from joblint.manifests.source import Source
from joblint.manifests.yaml.tree import Entry, Mapping, Node, Sequence, target
from tests.conftest import ROOT

OBJECTS = yaml.safe_load((ROOT / "tests" / "data" / "everything.yaml").read_text())
NOT_OF_A_FIELD = ("wrong-type", "unknown-kind")


def entries(node: Node, path: str = "") -> Iterator[tuple[str, Entry]]:
    """All entries below a node, with their paths."""
    node = target(node)
    if isinstance(node, Mapping):
        for entry in node.entries:
            here = f"{path}.{entry.name}" if path else entry.name
            yield here, entry
            yield from entries(entry.value, here)
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from entries(item, f"{path}[{number}]")


def nulls(text: str) -> Iterator[tuple[str, int, str]]:
    """Each entry's path and line, and the text with null for its value."""
    (document,) = documents(Source("x.yaml", text))
    assert document.root is not None
    for path, entry in entries(document.root):
        end = entry.value.end
        changed = f"{text[: entry.key.end]}: null" + (text[end:] if text[end - 1] != "\n" else "\n" + text[end:])
        yield path, document.source.position(entry.key.start)[0], changed


@pytest.mark.parametrize("minor", ["1.21", "1.37"])
@pytest.mark.parametrize("number", range(len(OBJECTS)))
def test_every_field_of_a_large_manifest(number: int, minor: str) -> None:
    text = yaml.safe_dump(OBJECTS[number], default_flow_style=False, sort_keys=False, width=1000)
    before = {(f.rule, f.field) for f in joblint.lint(text, kube_version=minor)}
    seen, wrong = 0, []
    for path, line, changed in nulls(text):
        for found in joblint.lint(changed, kube_version=minor):
            if (found.rule, found.field) in before or found.rule in NOT_OF_A_FIELD:
                continue
            if found.field == path or found.field.startswith((f"{path}.", f"{path}[")):
                seen += 1
                if found.line != line:
                    wrong.append((path, line, found.line, found.rule))
    assert wrong == []
    assert seen >= 4


JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: a}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: a
        image: b
        livenessProbe:
          tcpSocket:
"""


@pytest.mark.parametrize(
    "null", ["port: null", "port:", "port: ~", "port: Null", "? port", "host: x\n            port:"]
)
def test_the_port_of_a_probe(null: str) -> None:
    (found,) = joblint.lint(f"{JOB}            {null}\n")
    assert (found.rule, found.line) == ("invalid-probe", 14 if "host" in null else 13)
    assert found.column == (15 if "?" in null else 13)


def test_a_null_that_comes_by_a_merge() -> None:
    text = f"{JOB}            <<: &x {{port: null}}\n"
    assert [(f.rule, f.line, f.column) for f in joblint.lint(text)] == [("invalid-probe", 13, 21)]


def test_a_field_that_is_not_there_stays_where_it_was() -> None:
    assert [(f.rule, f.line) for f in joblint.lint(f"{JOB}            host: a\n")] == [("invalid-probe", 12)]
