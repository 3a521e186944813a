"""The number of a release, in a chart as it was: helm template says 1 of every release.

Helm counts (pkg/action/upgrade.go), so a Job that has the number in its name is another one after each upgrade. Argo CD
does not: it runs `helm template`. What it is in the rest of a Job is left at 1, for then it depends on who delivers.
"""

import re

MARK = b".Release.Revision"
_EARLIER = rb"0"
_REVISION = re.compile(rb"(?<![\w.)$])\$?\.Release\.Revision\b")
_DEFINE = re.compile(rb"\{\{-?\s*define\s+[\"`]([^\"`]*)[\"`]")
_ANY_DEFINE = re.compile(rb"\{\{-?\s*define\s")
_NAME = re.compile(rb"\s*(?:(?:-\s+)?[\"']?name[\"']?:|\{\{-?\s*\$\w*[nN]ame\w*\s*:?=)")  # a field, or a variable


def earlier(data: bytes) -> bytes:
    """The text of a template with the number of an earlier release in names, set or defined ones too."""
    lines, for_names = [], False
    for line in data.splitlines(keepends=True):
        if _ANY_DEFINE.search(line):
            defined = _DEFINE.search(line)
            for_names = defined is not None and b"name" in defined[1].lower()
        lines.append(_REVISION.sub(_EARLIER, line) if for_names or _NAME.match(line) else line)
    return b"".join(lines)
