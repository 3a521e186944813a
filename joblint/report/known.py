"""The findings of a run with their paths and fingerprints for hosts."""

from typing import NamedTuple

from joblint.report import Run
from joblint.report.fingerprint import fingerprint, keys
from joblint.report.places import namer
from joblint.rule.finding import Finding


class Known(NamedTuple):
    """A finding, its path for hosts, its fingerprint, and the reason of its suppression (None: not suppressed)."""

    finding: Finding
    path: str
    fingerprint: str
    suppressed: str | None


def known(run: Run) -> list[Known]:
    """Return all findings in the order of the files. Suppressed ones count, so that others keep their fingerprints."""
    found: list[tuple[Finding, str | None]] = [*((finding, None) for finding in run.findings), *run.suppressed]
    found.sort(key=lambda pair: (pair[0].path, pair[0].line, pair[0].column))
    made = keys([finding for finding, _ in found], run.sources, namer())
    return [Known(finding, key.path, fingerprint(key), why) for (finding, why), key in zip(found, made, strict=True)]
