"""A CronJob of batch/v1beta1 gets the same from the editor as one of batch/v1, in every minor."""

import re
from collections.abc import Iterator

import pytest

from joblint.editor.complete import complete
from joblint.editor.hover import hover
from joblint.editor.lens import lenses
from joblint.editor.outline import symbols
from joblint.manifests.source import Source
from tests.editor.marks import NOW, settings

TEXT = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "0 3 * * *"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 600
  jobTemplate:
    metadata:
      labels: {a: b}
    spec:
      backoffLimit: 1
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: report
            image: example/report:7
"""
VERSIONS = ["1.21", "1.24", "1.25", "1.37", "1.21-1.37", "1.24-1.30"]


def both(text: str) -> tuple[Source, Source]:
    beta = text.replace("batch/v1", "batch/v1beta1")
    return Source("a.yaml", text, "yaml"), Source("a.yaml", beta, "yaml")


def places() -> Iterator[tuple[int, int]]:
    """The offset of each word in both texts."""
    longer = len("beta1")
    for word in re.finditer(r"[\w@/:.]+", TEXT):
        yield word.start() + 1, word.start() + 1 + (longer if word.start() > TEXT.index("batch/v1") else 0)


@pytest.mark.parametrize("version", VERSIONS)
def test_hover(version: str) -> None:
    current, beta = both(TEXT)
    chosen = settings(version)
    shown = 0
    for offset, moved in places():
        one, other = hover(current, offset, chosen, NOW), hover(beta, moved, chosen, NOW)
        assert (one and one.text) == (other and other.text), TEXT[offset - 1 : offset + 20]
        shown += one is not None
    assert shown > 15


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("at", ["  concurrencyPolicy", "      labels", "      backoffLimit", "      template"])
def test_completion(version: str, at: str) -> None:
    """What is offered on a new line before a field; `timeZone` came to batch/v1beta1 in its last minor only."""
    start = TEXT.index(f"\n{at}") + 1
    indent = " " * (len(at) - len(at.lstrip()))
    current, beta = both(f"{TEXT[:start]}{indent}\n{TEXT[start:]}")
    here = start + len(indent)
    found = {label.label for label in complete(current, here, settings(version))}
    assert found
    assert {label.label for label in complete(beta, here + len("beta1"), settings(version))} == found


@pytest.mark.parametrize("version", VERSIONS)
def test_lens_and_outline(version: str) -> None:
    current, beta = both(TEXT)
    assert (
        [one.text for one in lenses(current, settings(version), NOW)]
        == [one.text for one in lenses(beta, settings(version), NOW)]
        != []
    )
    assert [one.name for one in symbols(current)] == [one.name for one in symbols(beta)]
