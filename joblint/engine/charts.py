"""Judging a template: for all values, and if it is in a chart, then for those that are known."""

from collections.abc import Sequence

from joblint.engine.template_findings import Lines
from joblint.engine.template_values import ValuesJudge
from joblint.engine.templates import Running, TemplateJudge
from joblint.manifests.document import Document
from joblint.manifests.source import Source
from joblint.manifests.template.blocks import MAX_TEMPLATE, templates
from joblint.manifests.template.dialect import dialect_of
from joblint.manifests.template.variants import MAX_ATOMS
from joblint.manifests.yaml.tree import Problem
from joblint.rule.settings import Skipped

_TOO_LARGE = f"is a template of more than {MAX_TEMPLATE >> 20} MiB"
_TOO_MANY = f"is a template with more than {MAX_ATOMS} conditions"


def judge_template(run: Running, source: Source, documents: Sequence[Document]) -> None:
    """Add what is wrong with a template to the findings of a run. One that cannot be read is skipped.

    `documents` are those that it writes if all conditions hold: by these the objects of the findings are counted.
    """
    if len(source.text) > MAX_TEMPLATE:
        run.skipped.append(Skipped(source.path, 1, "", _TOO_LARGE))
        return
    dialect = dialect_of(source.language)
    try:
        found = templates(source.text, dialect)
    except Problem as problem:
        line = source.position(problem.offset)[0]
        run.skipped.append(Skipped(source.path, line, "", f"{dialect.refusal}: {problem.message}"))
        return
    lines = Lines(source, documents)
    for template in found:
        if len(template.atoms) > MAX_ATOMS:
            run.skipped.append(Skipped(source.path, 1, "", _TOO_MANY))
            continue
        judge = TemplateJudge(run, lines, template)
        sure = judge.judge()
        judge.tell(sure)
        if judge.judged and (source.values is not None or run.settings.given):
            run.findings += ValuesJudge(run, lines, template, source.values).judge(sure)
