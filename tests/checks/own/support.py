"""Cards and manifests for the tests of own rules."""

from joblint.checks.own.files import read
from joblint.engine.api import lint_sources, make_settings
from joblint.manifests.source import Source
from joblint.rule.finding import Finding
from joblint.rule.flaw import Flaw

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: hello
  labels:
    team: red
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: first
        image: busybox:1.36
        resources:
          limits:
            memory: 1024Mi
      - name: second
        image: ${IMAGE}
"""


def card(condition: str, on: str = "Job", more: str = "", name: str = "mine") -> str:
    """A card; its condition stands in a block, on line 6."""
    inner = condition.replace("\n", "\n  ")
    return f"name: {name}\neffects: [mistake]\non: {on}\nsummary: It is so.\ncondition: |\n  {inner}\n{more}"


def flaws(path: str) -> list[tuple[int, int, str]]:
    """What is wrong with a file of rules."""
    return [(one.line, one.column, one.message) for one in read(path)[1]]


def found(path: str, manifest: str = JOB, **settings: object) -> list[Finding]:
    """What the rules of a file say of a manifest."""
    made = make_settings(select=["own"], rules=[path], **settings)  # type: ignore[arg-type]
    return lint_sources([Source("job.yaml", manifest)], made)


def places(path: str, manifest: str = JOB) -> list[tuple[int, int, str]]:
    """Where, and at which field."""
    return [(one.line, one.column, one.field) for one in found(path, manifest)]


__all__ = ["JOB", "Flaw", "card", "flaws", "found", "places"]
