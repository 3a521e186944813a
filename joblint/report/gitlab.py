"""A Code Quality report of GitLab, which shows what a merge request brings in and takes away.

The fingerprint tells GitLab that a finding is the same one as on the target branch (joblint/fingerprint.py).
Form: GitLab's documentation, "Code Quality report format"; paths are from the top of the repository.
"""

import json
from collections.abc import Iterator
from typing import Any

from joblint.report import Run
from joblint.report.concise import rendered, versions
from joblint.report.known import Known, known
from joblint.report.visible import visible

# GitLab's own severities are info, minor, major, critical and blocker.
SEVERITIES = {"error": "critical", "warning": "major", "info": "info"}


def report(run: Run) -> Iterator[str]:
    """The whole list at once, which is never missing: an empty one says that all is well."""
    entries = [_entry(one, run) for one in known(run) if one.suppressed is None]
    yield json.dumps(entries, indent=2) + "\n"


def _entry(one: Known, run: Run) -> dict[str, Any]:
    finding = one.finding
    return {
        "description": f"{visible(finding.message)}{versions(finding, run)}{rendered(finding)}",
        "check_name": finding.rule,
        "fingerprint": one.fingerprint,
        "severity": SEVERITIES[finding.severity],
        "location": {
            "path": visible(one.path),
            "lines": {"begin": 1} if finding.origin else {"begin": finding.line, "end": finding.end_line},
        },
    }
