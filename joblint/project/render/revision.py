"""Set the revision number of a release in an earlier version of a chart: with `helm template` it is always 1.

Helm counts revisions (pkg/action/upgrade.go), so a Job with the number in its name is a new one after each upgrade.
Argo CD does not: it runs `helm template`. In the rest of a Job it stays 1, because it depends on how the chart is
deployed.
"""

import re

MARK = b".Release.Revision"
_EARLIER = rb"0"
_REVISION = re.compile(rb"(?<![\w.)$])\$?\.Release\.Revision\b")
_DEFINE = re.compile(rb"\{\{-?\s*define\s+[\"`]([^\"`]*)[\"`]")
_ANY_DEFINE = re.compile(rb"\{\{-?\s*define\s")
_NAME = re.compile(rb"\s*(?:(?:-\s+)?[\"']?name[\"']?:|\{\{-?\s*\$\w*[nN]ame\w*\s*:?=)")  # a field, or a variable


def earlier(data: bytes) -> bytes:
    """Return the text of a template with an earlier release's number in names, including variables and definitions."""
    lines, for_names = [], False
    for line in data.splitlines(keepends=True):
        if _ANY_DEFINE.search(line):
            defined = _DEFINE.search(line)
            for_names = defined is not None and b"name" in defined[1].lower()
        lines.append(_REVISION.sub(_EARLIER, line) if for_names or _NAME.match(line) else line)
    return b"".join(lines)
