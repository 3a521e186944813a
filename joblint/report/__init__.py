"""Reports of what a run found: one module for each format, and the table of formats.

A module of a format has `report(run, look)`, which yields the text of the report in pieces, file by file.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from joblint.manifests.source import Source
from joblint.report.visible import visible
from joblint.rule.finding import SEVERITIES, Finding
from joblint.rule.flaw import Flaw

ON_REQUEST, ALWAYS = "on request", "always"


class Format:
    """What joblint knows of a format of reports.

    `begins` is a pattern that every report in it matches at its start, and no manifest. `is_document`: it is for
    programs, so a report is a whole document even if nothing could be checked. `counts`: where it has counts of rules,
    ON_REQUEST (then they replace the findings), ALWAYS, or never. `tries_fixes`: it shows fixes, or counts them, so
    these are tried first.
    """

    __slots__ = ("begins", "counts", "is_document", "tries_fixes")

    def __init__(self, begins: str, *, is_document: bool = True, counts: str = "", tries_fixes: bool = False) -> None:
        self.begins, self.is_document, self.counts, self.tries_fixes = begins, is_document, counts, tries_fixes


# Each is the module of the same name in joblint/report/. docs/reports.md has a section on each.
FORMATS = {
    "text": Format(r"(?:error|warning|info)\[[\w.-]+\]: ", is_document=False, counts=ON_REQUEST, tries_fixes=True),
    "concise": Format(r"[^\n]+: (?:error|warning|info)\[[\w.-]+\] ", is_document=False, counts=ON_REQUEST),
    "json": Format(r'\s*\{\s*"joblint":\s*"', counts=ALWAYS, tries_fixes=True),
    "sarif": Format(
        r'\s*\{\s*"\$schema":[^{}]*"runs":\s*\[\s*\{\s*"tool":\s*\{\s*"driver":\s*\{\s*"name":\s*"joblint"',
        tries_fixes=True,
    ),
    "github": Format(r"::(?:error|warning|notice) title=joblint"),
    "gitlab": Format(r'\s*(?:\[\s*\]\s*\Z|\[\s*\{\s*"description":\s*"(?:[^"\\]|\\.)*",\s*"check_name":)'),
    "junit": Format(r'\s*<\?xml[^>]*>\s*<testsuites name="joblint '),
    "checkstyle": Format(r"\s*<\?xml[^>]*>\s*<!-- joblint [^>]*-->\s*<checkstyle "),
    "markdown": Format(
        r"### joblint: (?:no(?:thing was checked| problems| rules are on)|[\d,]+ (?:error|warning|info))",
        counts=ALWAYS,
        tries_fixes=True,
    ),
}
NEVER, FAIL_ON = "never", "warning"  # the lowest severity that fails a run
WIDTH = 80  # columns, if there is no terminal
Paint = Callable[[str, str], str]  # colours a text; the name of a colour is a severity, "good", "path", "frame", ...


def unpainted(text: str, _: str) -> str:
    """Return a text as it is, without colours."""
    return text


class Look(NamedTuple):
    """The look of a report for people: its colours, its width, and how the name of a rule is written."""

    paint: Paint = unpainted
    width: int = WIDTH
    link: Callable[[str], str] = str


PLAIN = Look()


class Note(NamedTuple):
    """A message about a path, and not about a manifest: why it could not be read."""

    path: str
    message: str


class LeftAlone(NamedTuple):
    """A document or file that was not checked: what it is, and why."""

    path: str
    line: int
    what: str
    why: str


class Run(NamedTuple):
    """The content of a report.

    `findings` are sorted by file and place. `sources` are the files by path, as far as they could be read as text.
    `files` counts the files that were read, `jobs` the objects that were checked, `cron_jobs` the CronJobs among these.
    `minors` are the target minors, oldest first.
    `against` is OLD, if it was given; `applied` counts the objects that are also in OLD.
    `suppressed` are the findings that an author suppresses, each with its reason; they are not in `findings`.
    `paths` are the files that may have a Job, with or without findings. `failing` are the severities that fail the run.
    `known` counts the findings that are left out because a baseline has them, `older` those that a change did not add.
    `targets` are the minors of files that have their own configuration. `flaws` are mistakes in configurations: if
    there is one, nothing was checked. `stale` are the findings of a baseline that are gone, if they fail the run.
    `part`: only what a change can affect was checked. `idle`: no rule is on for any of the files.
    """

    findings: Sequence[Finding]
    sources: Mapping[str, Source]
    errors: Sequence[Note]
    left_alone: Sequence[LeftAlone]
    files: int
    jobs: int
    minors: Sequence[str]
    against: str = ""
    applied: int = 0
    suppressed: Sequence[tuple[Finding, str]] = ()
    paths: Sequence[str] = ()
    failing: Sequence[str] = SEVERITIES[: SEVERITIES.index("warning") + 1]
    known: int = 0
    targets: Mapping[str, Sequence[str]] = {}
    flaws: Sequence[Flaw] = ()
    cron_jobs: int = 0
    stale: Sequence[Note] = ()
    part: bool = False
    idle: bool = False
    older: int = 0

    def asked(self, path: str) -> Sequence[str]:
        """Return the minors that a file was checked for."""
        return self.targets.get(path, self.minors)


def by_file(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Return the findings of each file, in the given order."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.path, []).append(finding)
    return found


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Return the number of findings of each severity, the most severe first."""
    found = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        found[finding.severity] += 1
    return found


def ranges(minors: Sequence[str]) -> str:
    """Return minors as people write them: `1.21-1.24, 1.26`."""
    numbers = [int(minor.partition(".")[2]) for minor in minors]
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"1.{run[0]}" if len(run) == 1 else f"1.{run[0]}-1.{run[-1]}" for run in runs)


def limited(finding: Finding, minors: Sequence[str]) -> str:
    """Return for which minors a finding holds; empty if it holds for all target minors."""
    held = finding.kube_versions
    return "" if not held or list(held) == list(minors) else ranges(held)


def worst(run: Run) -> str:
    """Return the highest severity of the findings, or "good" if there are none."""
    return next((severity for severity, number in counts(run.findings).items() if number), "good")


def summary(run: Run) -> str:
    """Return the summary: `3 errors, 1 warning in 2 of 14 files (18 Jobs, 2 CronJobs, Kubernetes 1.37)`."""
    said = [counted(number, word) for word, number in counts(run.findings).items() if number]
    updates = f", {run.applied:,} also in {visible(run.against)}" if run.against else ""
    hidden = {"suppressed": len(run.suppressed), "in the baseline": run.known, "not new": run.older}
    without = ", ".join(f"{number:,} {word}" for word, number in hidden.items() if number)
    about = f"{_objects(run)}{updates}, Kubernetes {ranges(run.minors)}" + (without and f"; {without}")
    if not said:
        nothing = "no rules are on: nothing was checked" if run.idle else "no problems"
        return f"{nothing} in {counted(run.files, 'file')} ({about})"
    bad = len(by_file(run.findings))
    some = f"{bad:,} of " if bad < run.files else ""  # a rendered chart is one file, with findings in its templates
    return f"{', '.join(said)} in {some}{counted(max(bad, run.files), 'file')} ({about})"


def _objects(run: Run) -> str:
    """Return `18 Jobs, 2 CronJobs`, each kind only if there are any."""
    kinds = {"Job": run.jobs - run.cron_jobs, "CronJob": run.cron_jobs}
    return ", ".join(counted(number, kind) for kind, number in kinds.items() if number) or counted(0, "Job")


def fixable(findings: Sequence[Finding]) -> str:
    """Return how many findings have a fix: "14 fixable with `joblint fix`, 5 more with `--unsafe-fixes`"."""
    safe = sum(1 for finding in findings if finding.fix is not None and finding.fix.safe)
    unsafe = sum(1 for finding in findings if finding.fix is not None and not finding.fix.safe)
    if not safe:
        return f"{unsafe:,} fixable with `joblint fix --unsafe-fixes`" if unsafe else ""
    return f"{safe:,} fixable with `joblint fix`" + (f", {unsafe:,} more with `--unsafe-fixes`" if unsafe else "")


def counted(number: int, word: str) -> str:
    """Return a number with its noun: `1 file`, `2,000 files`."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")
