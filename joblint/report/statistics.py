"""The number of findings of each rule, most first."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from joblint.report import PLAIN, Look, Run
from joblint.rule.finding import SEVERITIES, Finding

# The titles of columns, which have their width. The numbers are of findings with a safe and with an unsafe fix.
_COLUMNS = ("findings", "fixable", "unsafe", "effect  ")


class Count(NamedTuple):
    """The number of findings of a rule with one effect and severity, and of those with a safe and an unsafe fix."""

    rule: str
    effect: str
    severity: str
    findings: int
    safe: int
    unsafe: int


def count(findings: Sequence[Finding]) -> list[Count]:
    """Return a count for each rule and effect: most findings first, then the most severe, then by name."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for finding in findings:
        numbers = found.setdefault((finding.rule, finding.effect, finding.severity), [0, 0, 0])
        numbers[0] += 1
        if finding.fix is not None:
            numbers[1 if finding.fix.safe else 2] += 1
    counts = [Count(*key, *numbers) for key, numbers in found.items()]
    return sorted(counts, key=lambda c: (-c.findings, SEVERITIES.index(c.severity), c.rule, c.effect))


def report(run: Run, look: Look = PLAIN) -> Iterator[str]:
    """Yield a table with a row for each rule. Its last column may be long; the others fit 80 columns."""
    rows, paint = count(run.findings), look.paint
    if not rows:
        return
    yield paint("  ".join((*_COLUMNS, "rule")), "heading") + "\n"
    for row in rows:
        numbers = [f"{number:,}" if number else "" for number in (row.findings, row.safe, row.unsafe)]
        cells = [f"{number:>{len(title)}}" for number, title in zip(numbers, _COLUMNS, strict=False)]
        label = paint(f"{row.severity}[{row.rule}]", row.severity)
        yield "  ".join((*cells, f"{row.effect:<{len(_COLUMNS[-1])}}", label)) + "\n"


def fixable(row: Count) -> str:
    """Return how many of a rule's findings `joblint fix` fixes."""
    said = [f"{row.safe:,} fixable"] if row.safe else []
    if row.unsafe:
        said.append(f"{row.unsafe:,} with --unsafe-fixes")
    return f"  {', '.join(said)}" if said else ""
