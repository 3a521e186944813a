"""How many findings each rule has, most first."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from joblint.finding import SEVERITIES, Finding
from joblint.report import Paint, Run


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
    """A line for each rule: `  12  error[unknown-field]  rejected  8 fixable, 1 unsafely`."""
    rows = count(run.findings)
    if not rows:
        return
    number = max(len(f"{row.findings:,}") for row in rows)
    name = max(len(row.severity) + len(row.rule) for row in rows) + len("[]")
    for row in rows:
        label = f"{row.severity}[{row.rule}]"
        said = fixable(row)
        effect = f"{row.effect:<8}" if said else row.effect
        yield f"{row.findings:>{number},}  {paint(label, row.severity)}{' ' * (name - len(label))}  {effect}{said}\n"


def fixable(row: Count) -> str:
    """How many of them `joblint fix` cures."""
    said = [f"{row.safe:,} fixable"] if row.safe else []
    if row.unsafe:
        said.append(f"{row.unsafe:,} with --unsafe-fixes")
    return f"  {', '.join(said)}" if said else ""
