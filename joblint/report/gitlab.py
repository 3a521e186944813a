"""A Code Quality report of GitLab, which shows what a merge request brings in and takes away.

The fingerprint tells GitLab that a finding is the same one as on the target branch (joblint/fingerprint.py).
Form: GitLab's documentation, "Code Quality report format"; paths are from the top of the repository.
"""

import json
from collections.abc import Iterator
from typing import Any

from joblint.finding import Finding
from joblint.fingerprint import Key, fingerprint, keys
from joblint.report import Run
from joblint.report.concise import versions
from joblint.report.places import namer
from joblint.report.visible import visible

# GitLab's own severities are info, minor, major, critical and blocker.
SEVERITIES = {"error": "critical", "warning": "major", "info": "info"}


def report(run: Run) -> Iterator[str]:
    """The whole list at once, which is never missing: an empty one says that all is well."""
    known = keys(run.findings, run.sources, namer())
    entries = [_entry(finding, key, run) for finding, key in zip(run.findings, known, strict=True)]
    yield json.dumps(entries, indent=2) + "\n"


def _entry(finding: Finding, key: Key, run: Run) -> dict[str, Any]:
    return {
        "description": f"{visible(finding.message)}{versions(finding, run)}",
        "check_name": finding.rule,
        "fingerprint": fingerprint(key),
        "severity": SEVERITIES[finding.severity],
        "location": {
            "path": visible(key.path),
            "lines": {"begin": finding.line, "end": finding.end_line},
        },
    }
