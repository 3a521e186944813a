"""A Code Quality report for GitLab, which shows the findings that a merge request adds and removes.

By its fingerprint, GitLab recognizes a finding of the target branch (joblint/report/fingerprint.py). The format is that
of GitLab's documentation, "Code Quality report format"; paths are from the top of the repository.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from joblint.report import PLAIN, Look, Run
from joblint.report.concise import hinted, rendered, versions
from joblint.report.known import Known, known
from joblint.report.places import is_option, namer
from joblint.report.visible import inert_json, visible

# GitLab's own severities are info, minor, major, critical and blocker.
SEVERITIES = {"error": "critical", "warning": "major", "info": "info"}


def report(run: Run, _: Look = PLAIN) -> Iterator[str]:
    """Yield the whole list at once. An empty list says that there are no findings."""
    name = namer()
    entries = [_trouble("configuration", name(one.path), one.line or 1, one.message) for one in run.flaws]
    entries += [_trouble("error", name(one.path), 1, one.message) for one in run.errors]
    entries += [_entry(one, run) for one in known(run) if one.suppressed is None]
    yield inert_json(json.dumps(entries, indent=2)) + "\n"


def _trouble(what: str, path: str, line: int, message: str) -> dict[str, Any]:
    """Return the entry of an error. The format requires a path, for which an option with its value may be used."""
    told = f"{visible(path)}: {visible(message)}" if is_option(path) else visible(message)
    key = "\0".join((what, visible(path), visible(message)))
    return {
        "description": told,
        "check_name": what,
        "fingerprint": hashlib.sha256(key.encode()).hexdigest(),
        "severity": "blocker",
        "location": {"path": visible(path) or "joblint", "lines": {"begin": line}},
    }


def _entry(one: Known, run: Run) -> dict[str, Any]:
    finding = one.finding
    return {
        "description": f"{visible(hinted(finding))}{versions(finding, run)}{rendered(finding)}",
        "check_name": finding.rule,
        "fingerprint": one.fingerprint,
        "severity": SEVERITIES[finding.severity],
        "location": {
            "path": visible(one.path),
            "lines": {"begin": 1} if finding.origin else {"begin": finding.line, "end": finding.end_line},
        },
    }
