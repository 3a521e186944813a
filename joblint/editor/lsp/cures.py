"""What quick fixes do, as edits of a text; what would do harm is none (joblint/engine/fix.py tries it)."""

from collections.abc import Callable

from joblint.editor.lsp import deltas
from joblint.engine.fix import fix_source
from joblint.manifests.source import Source
from joblint.rule.finding import Edit, Finding

Judge = Callable[[Source], list[Finding]]
TODO = "TODO: say why"  # stands where the author's reason belongs


def one(source: Source, finding: Finding, judge: Judge) -> list[Edit]:
    """The fix of one finding of a text; nothing where it would bring in another finding, or would not cure it."""

    def alone(text: Source) -> list[Finding]:
        return [_with(one, text is source and one == finding) for one in judge(text)]

    fixed = fix_source(source, alone, unsafe=True)
    return list(finding.fix.edits) if finding.fix is not None and fixed.cured else []


def every(source: Source, judge: Judge, rule: str = "", unsafe: bool = False) -> list[Edit]:
    """The fixes of all findings, or of those of a rule; with `unsafe` those too that may change what is meant."""

    def chosen(text: Source) -> list[Finding]:
        return [_with(one, not rule or one.rule == rule) for one in judge(text)]

    return deltas.edits(source.text, fix_source(source, chosen, unsafe).text)


def ignored(source: Source, finding: Finding, judge: Judge, reason: str = TODO) -> list[Edit]:
    """A comment that lets a finding stand, with a reason; nothing where none can be written."""
    from joblint.engine.suppress.write import Tail, add

    added = add(source, [finding], judge, Tail(reason=" ".join(reason.split())))
    return deltas.edits(source.text, added.text)


def _with(finding: Finding, chosen: bool) -> Finding:
    return finding if chosen or finding.fix is None else finding._replace(fix=None)
