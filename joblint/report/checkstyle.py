"""The XML of Checkstyle, which Jenkins' plugin Warnings Next Generation and many other tools read: errors by file.

    <file name="a.yaml">
      <error line="6" column="3" severity="error" message="…" source="joblint.rejected.unknown-field"/>

The plugin takes the type of a warning from the part of `source` after the last dot, and its category from the part
before that (jenkinsci/analysis-model, CheckStyleParser.java). Checkstyle always writes a line; 0 means that the problem
has none. Its severities are those of joblint.
"""

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from joblint._version import __version__
from joblint.report import PLAIN, Look, Run
from joblint.report.concise import hinted, rendered, versions
from joblint.report.places import namer
from joblint.report.visible import visible
from joblint.rule.finding import Finding

VERSION = "4.3"  # of Checkstyle, not of joblint; ESLint and others write the same
FAILED = "failed"  # the category of what keeps joblint from checking


class Problem(NamedTuple):
    """One `error` element. `line` is 0 if the problem has no line, `column` is 0 if it has no column."""

    line: int
    column: int
    severity: str
    message: str
    category: str
    type: str


def report(run: Run, _: Look = PLAIN) -> Iterator[str]:
    """Yield the document, file by file, in the order of the paths. Files without problems are left out.

    The comment tells joblint's reports from those of other programs (joblint/report/recognize.py).
    """
    files = _files(run)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- joblint {__version__} -->\n<checkstyle version="{VERSION}">\n'
    for path in sorted(files):
        yield f'  <file name="{_text(path)}">\n{"".join(map(_xml, files[path]))}  </file>\n'
    yield "</checkstyle>\n"


def _files(run: Run) -> dict[str, list[Problem]]:
    """Return the problems of each file. A wrong option or usage is a file that is named after it, or `joblint`."""
    name = namer()
    problems = [
        *(
            (one.path, Problem(one.line, one.column, "error", one.message, FAILED, "configuration"))
            for one in run.flaws
        ),
        *((one.path, Problem(0, 0, "error", one.message, FAILED, "unreadable")) for one in run.errors),
        *((one.file, _problem(one, run)) for one in run.findings),
    ]
    files: dict[str, list[Problem]] = {}
    for path, problem in problems:
        files.setdefault(name(path) or "joblint", []).append(problem)
    return files


def _problem(finding: Finding, run: Run) -> Problem:
    line, column = (0, 0) if finding.origin else (finding.line, finding.column)
    message = f"{hinted(finding)}{versions(finding, run)}{rendered(finding)}"
    return Problem(line, column, finding.severity, message, finding.effect, finding.rule)


def _xml(problem: Problem) -> str:
    column = f' column="{problem.column}"' if problem.column else ""
    source = _text(f"joblint.{problem.category}.{problem.type}")
    about = f'severity="{problem.severity}" message="{_text(problem.message)}" source="{source}"'
    return f'    <error line="{problem.line}"{column} {about}/>\n'


def _text(text: str) -> str:
    """Return text for XML 1.0: no control characters or lone surrogates, and entities for `<`, `&` and quotes."""
    return escape(visible(text))
