"""How many findings each rule has, most first."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from joblint.report import Paint, Run
from joblint.rule.finding import SEVERITIES, Finding

# Titles of columns, as wide as these are; the numbers are of findings with a safe and with an unsafe fix.
_COLUMNS = ("findings", "fixable", "unsafe", "effect  ")


class Count(NamedTuple):
    """How many findings a rule has with one effect and severity, and how many of them have a safe or an unsafe fix."""

    rule: str
    effect: str
    severity: str
    findings: int
    safe: int
    unsafe: int


def count(findings: Sequence[Finding]) -> list[Count]:
    """A count for each rule and effect that was found: most first, then gravest, then by name."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for finding in findings:
        numbers = found.setdefault((finding.rule, finding.effect, finding.severity), [0, 0, 0])
        numbers[0] += 1
        if finding.fix is not None:
            numbers[1 if finding.fix.safe else 2] += 1
    counts = [Count(*key, *numbers) for key, numbers in found.items()]
    return sorted(counts, key=lambda c: (-c.findings, SEVERITIES.index(c.severity), c.rule, c.effect))


def report(run: Run, paint: Paint) -> Iterator[str]:
    """A table with a row for each rule, not wider than 80 columns: what may be long is its last column."""
    rows = count(run.findings)
    if not rows:
        return
    yield paint("  ".join((*_COLUMNS, "rule")), "heading") + "\n"
    for row in rows:
        numbers = [f"{number:,}" if number else "" for number in (row.findings, row.safe, row.unsafe)]
        cells = [f"{number:>{len(title)}}" for number, title in zip(numbers, _COLUMNS, strict=False)]
        label = paint(f"{row.severity}[{row.rule}]", row.severity)
        yield "  ".join((*cells, f"{row.effect:<{len(_COLUMNS[-1])}}", label)) + "\n"


def fixable(row: Count) -> str:
    """How many of them `joblint fix` cures."""
    said = [f"{row.safe:,} fixable"] if row.safe else []
    if row.unsafe:
        said.append(f"{row.unsafe:,} with --unsafe-fixes")
    return f"  {', '.join(said)}" if said else ""
