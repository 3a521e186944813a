"""The messages of `joblint fix` about its fixes: which it applied, which findings it left, and why."""

import sys
from collections.abc import Iterable, Sequence

from joblint.cli import output
from joblint.cli.call import Call
from joblint.engine.fix import Fixed
from joblint.manifests.source import Source
from joblint.report import Run, counted, stderr
from joblint.report.concise import place
from joblint.report.visible import visible
from joblint.rule.finding import Finding, identity

_MOST = 50  # fixes listed on a terminal without --show-fixes

_RESOLVED = "resolved by another fix"
_UNSAFE, _HARM, _NONE = "unsafe fix", "the fix would cause another finding", "no fix"
_TOLD = {
    _UNSAFE: "with an unsafe fix (`--unsafe-fixes`)",
    _HARM: "whose fix would cause another finding",
    _NONE: "without a fix",
}

Work = Sequence[tuple[Source, Fixed]]  # files, and the results of their fixes


def tell(call: Call, changed: Work, undone: Iterable[Finding], run: Run) -> None:
    """Print what was fixed, or would be, and what is left in `run`, the run after the fixes."""
    if call.display.quiet:
        return
    for sieve in call.sieves:
        run = sieve(run)
    left = _left(call, run.findings, {identity(finding) for finding in undone})
    shown = output.is_terminal(sys.stderr) if call.display.show_fixes is None else call.display.show_fixes
    if shown:
        _list(call, changed, left)
    if changed or call.editing.diff or (shown and left):
        stderr.say(_summary(call, changed, left))
        if shown and not call.editing.diff:  # the report follows
            stderr.aside("\n")


def _list(call: Call, changed: Work, left: dict[str, list[Finding]]) -> None:
    """Print a line for each fix, and with --diff for each finding that is left and that nothing else reports."""
    coloured = output.is_terminal(sys.stderr) or call.display.colour == output.ALWAYS
    paint = output.painter(call.display.colour if coloured else output.NEVER)
    done = "fix" if call.editing.diff else "fixed"
    rows = []
    for _, fixed in changed:
        rows += [(done, "good", one, one.fix.message if one.fix else one.message) for one in fixed.cured]
        rows += [(done, "good", one, _RESOLVED) for one in fixed.resolved]
    if call.editing.diff:
        for why in (_UNSAFE, _NONE):
            rows += [("left", one.severity, one, _reason(why, one)) for one in left.get(why, [])]
    if call.editing.diff and changed:  # a diff comes before
        stderr.aside("\n")
    most = len(rows) if call.display.show_fixes else _MOST
    for word, colour, finding, said in rows[:most]:
        label = f"{word}[{finding.rule}]"
        listed = "".join(f"{row}\n" for row in stderr.rows(f"{place(finding)}: {label} {visible(said)}"))
        stderr.aside(listed.replace(label, paint(label, colour), 1))
    if len(rows) > most:
        stderr.say(f"and {len(rows) - most:,} more (`--show-fixes` lists all)")


def _reason(why: str, finding: Finding) -> str:
    return f"{why}: {finding.fix.message}" if finding.fix else why


def _left(call: Call, findings: Iterable[Finding], undone: set[tuple[object, ...]]) -> dict[str, list[Finding]]:
    """Return the findings that are left, by the reason."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if identity(finding) in undone:
            why = _HARM
        elif finding.fix is not None and not finding.fix.safe and not call.editing.unsafe_fixes:
            why = _UNSAFE
        else:
            why = _NONE
        found.setdefault(why, []).append(finding)
    return found


def _summary(call: Call, changed: Work, left: dict[str, list[Finding]]) -> str:
    """Return a line such as `fixed 4 problems in 3 files; left 1 with an unsafe fix (`--unsafe-fixes`)`."""
    number = sum(len(fixed.cured) for _, fixed in changed)
    done = f"{counted(number, 'problem')} in {counted(len(changed), 'file')}" if changed else "nothing"
    others = sum(len(fixed.resolved) for _, fixed in changed)
    if others:
        done += f", which resolves {others:,} more"
    parts = [f"{len(left[why]):,} {told}" for why, told in _TOLD.items() if why in left]
    more = f"; left {', '.join(parts)}" if parts else ""
    return f"{'would fix' if call.editing.diff else 'fixed'} {done}{more}"
