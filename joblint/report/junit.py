"""JUnit XML, the format of test results for Jenkins, GitLab, Azure and others: a suite per file, a case per finding.

A file without findings is a suite with one passed case. A finding that does not fail the run (`--fail-on`) is a passed
case with the message as its output, a suppressed finding is a skipped case, and a file that cannot be read is an error.
The format is that of Jenkins' JUnit plugin, which the others also accept.
"""

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from joblint._version import __version__
from joblint.report import PLAIN, Look, Run
from joblint.report.concise import hinted, label, place, versions
from joblint.report.places import namer
from joblint.report.visible import visible
from joblint.rule.finding import Finding
from joblint.rule.flaw import Flaw

PASSED, FAILURE, ERROR, SKIPPED = "passed", "failure", "error", "skipped"


class Case(NamedTuple):
    """One test case: its result, its name, the line (0: none), the type of the problem, its message, and its text.

    `file` is where the problem is, if that is not the file of the suite.
    """

    end: str
    name: str
    line: int = 0
    type: str = ""
    message: str = ""
    text: str = ""
    file: str = ""


def report(run: Run, _: Look = PLAIN) -> Iterator[str]:
    """Yield the document, suite by suite, in the order of the paths."""
    name = namer()
    suites = _suites(run)
    every = [case for cases in suites.values() for case in cases]
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="joblint {__version__}" {_counts(every)}>\n'
    for path in sorted(suites):
        yield _suite(visible(name(path)), suites[path])
    yield "</testsuites>\n"


def _suites(run: Run) -> dict[str, list[Case]]:
    suites: dict[str, list[Case]] = {path: [] for path in run.paths}
    for flaw in run.flaws:
        case = Case(ERROR, _flawed(flaw), flaw.line, "configuration", flaw.message, str(flaw))
        suites.setdefault(flaw.path, []).append(case)
    for path, message in run.errors:
        suites.setdefault(path or "joblint", []).append(
            Case(ERROR, "cannot be read", 0, "unreadable", message, message)
        )
    for finding in run.findings:
        end = FAILURE if finding.severity in run.failing else PASSED
        suites.setdefault(finding.path, []).append(_case(end, finding, hinted(finding), run))
    for finding, reason in run.suppressed:
        suites.setdefault(finding.path, []).append(_case(SKIPPED, finding, reason or "suppressed", run))
    return {path: cases or [Case(PASSED, "no problems")] for path, cases in suites.items()}


def _flawed(flaw: Flaw) -> str:
    return f"configuration at {flaw.line}:{flaw.column}" if flaw.line else "configuration"


def _case(end: str, finding: Finding, message: str, run: Run) -> Case:
    name = f"{finding.rule} at {finding.line}:{finding.column}{' of ' + finding.origin if finding.origin else ''}"
    text = f"{place(finding)}: {label(finding)} {hinted(finding)}{versions(finding, run)}"
    return Case(end, name, 0 if finding.origin else finding.line, finding.effect, message, text, finding.origin)


def _suite(path: str, cases: list[Case]) -> str:
    inner = "".join(_xml(case, path) for case in cases)
    return f'  <testsuite name="{_text(path)}" {_counts(cases)}>\n{inner}  </testsuite>\n'


def _counts(cases: list[Case]) -> str:
    ends = [case.end for case in cases]
    numbers = (len(ends), ends.count(FAILURE), ends.count(ERROR), ends.count(SKIPPED))
    return 'tests="{}" failures="{}" errors="{}" skipped="{}" time="0"'.format(*numbers)


def _xml(case: Case, path: str) -> str:
    line = f' line="{case.line}"' if case.line else ""
    file = _text(case.file or path)
    head = f'    <testcase classname="{_text(path)}" name="{_text(case.name)}" file="{file}"{line} time="0"'
    if case.end == PASSED and not case.text:
        return f"{head}/>\n"
    if case.end == PASSED:
        inner = f"<system-out>{_text(case.text)}</system-out>"
    elif case.end == SKIPPED:
        inner = f'<skipped message="{_text(case.message)}"/>'
    else:
        inner = f'<{case.end} type="{case.type}" message="{_text(case.message)}">{_text(case.text)}</{case.end}>'
    return f"{head}>\n      {inner}\n    </testcase>\n"


def _text(text: str) -> str:
    """Return text for XML 1.0: no control characters or lone surrogates, and entities for `<`, `&` and quotes."""
    return escape(visible(text))
