"""Compute quick fixes as edits of a text, leaving out those that would do harm (joblint/engine/fix.py tries them)."""

from collections.abc import Callable

from joblint.editor.lsp import deltas
from joblint.engine.fix import fix_source
from joblint.manifests.source import Source
from joblint.rule.finding import Edit, Finding

Judge = Callable[[Source], list[Finding]]
TODO = "TODO: say why"  # written where the author has to give a reason


def one(source: Source, finding: Finding, judge: Judge) -> list[Edit]:
    """Return the fix of one finding of a text; nothing if it would cause another finding, or not remove this one."""

    def only_one(text: Source) -> list[Finding]:
        return [_with(one, text is source and one == finding) for one in judge(text)]

    fixed = fix_source(source, only_one, unsafe=True)
    return list(finding.fix.edits) if finding.fix is not None and fixed.cured else []


def every(source: Source, judge: Judge, rule: str = "", unsafe: bool = False) -> list[Edit]:
    """Return the safe fixes of all findings, or of those of a rule; with `unsafe`, also the others."""

    def chosen(text: Source) -> list[Finding]:
        return [_with(one, not rule or one.rule == rule) for one in judge(text)]

    return deltas.edits(source.text, fix_source(source, chosen, unsafe).text)


def ignored(source: Source, finding: Finding, judge: Judge, reason: str = TODO) -> list[Edit]:
    """Return the edits for a comment that suppresses a finding, with a reason; nothing if none can be written."""
    from joblint.engine.suppress.write import Tail, add

    added = add(source, [finding], judge, Tail(reason=" ".join(reason.split())))
    return deltas.edits(source.text, added.text)


def _with(finding: Finding, chosen: bool) -> Finding:
    return finding if chosen or finding.fix is None else finding._replace(fix=None)
