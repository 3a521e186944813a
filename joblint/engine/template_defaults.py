"""What is wrong with a template if the default values of its chart are inserted, and may be right for other values."""

from collections.abc import Iterator, Mapping

from joblint.engine.template_findings import Key, Lines, presentable
from joblint.engine.templates import Running, TemplateJudge
from joblint.manifests.source import Source
from joblint.manifests.template.lex import action_at
from joblint.manifests.template.values import Default, values_in
from joblint.manifests.template.variants import Template
from joblint.rule.finding import Edit, Finding, Fix, Related

RULE, EFFECT = "wrong-default", "mistake"
LACKING, ADVICE = "missing-value", "advice"
_EFFECTS = ("rejected", "dropped", "warned", "mistake")
_QUOTABLE = "wrong-type"


def judge_defaults(
    run: Running, lines: Lines, template: Template, source: Source, sure: Mapping[Key, Finding]
) -> Iterator[Finding]:
    """Yield what is found at insertions whose default value is known.

    `source` is the file of the values, and `sure` is what is found for all values.
    """
    if not run.settings.wants(RULE, EFFECT):
        return
    text, values = lines.source.text, values_in(source)
    known: dict[int, Default] = {}
    for token, is_moved in template.insertions():
        default = values.of(token, text, is_moved)
        if default is not None:
            known[token.start] = default
    if not known:
        return
    template.known = {at: default.text for at, default in known.items()}
    try:
        found = TemplateJudge(run, lines, template).judge()
    finally:
        template.known = {}
    for key, finding in found.items():
        start, end = next(lines.spans(finding), (-1, -1))
        inside = [at for at in known if start <= at < max(end, start + 1)]
        if inside and key not in sure and finding.effect in _EFFECTS:
            yield presentable(_of_default(run, finding, {at: known[at] for at in inside}, lines, source), lines)


def _of_default(run: Running, finding: Finding, inside: Mapping[int, Default], lines: Lines, there: Source) -> Finding:
    """Return the finding that a value is wrong by default: at its insertion, with its place in the values."""
    source = lines.source
    start, last = min(inside), max(inside)
    end = max(action_at(source.text, last).end, source.offset(finding.end_line, finding.end_column))
    line, column = source.position(end)
    names = " and ".join(dict.fromkeys(f"`{default.name}`" for default in inside.values()))
    related = tuple(
        Related("the default value", there.path, *there.position(one.node.start), *there.position(one.node.end))
        for one in dict.fromkeys(inside.values())
    )
    return finding._replace(
        rule=RULE,
        effect=EFFECT,
        severity=run.make.severity(RULE, EFFECT),
        message=f"by default ({names}): {finding.message}",
        end_line=line,
        end_column=column,
        reason="",
        related=related,
        fix=_quotes(source.text, start, end) if finding.rule == _QUOTABLE and len(inside) == 1 else None,
    )


def _quotes(text: str, start: int, end: int) -> Fix | None:
    """Return the fix that puts quotes around an insertion that is a value as a whole."""
    line_end = text.find("\n", end)
    rest = text[end : line_end if line_end >= 0 else len(text)].strip()
    if text[start - 1 : start] != " " or text[end - 3 : end - 2] == "-" or (rest and not rest.startswith("#")):
        return None
    if text.startswith("{{-", start):
        return None
    return Fix(False, "put quotes around the insertion", (Edit(start, start, '"'), Edit(end, end, '"')))


def judge_absence(run: Running, lines: Lines, template: Template, source: Source) -> Iterator[Finding]:
    """Yield what is inserted though the chart's values do not have it, and no condition asks for it."""
    if not run.settings.wants(LACKING, ADVICE):
        return
    text, values = lines.source.text, values_in(source)
    for token, is_moved in template.insertions():
        name = values.lacks(token, text, is_moved)
        if name and not template.asks_for(name, token.start):
            message = f"`{name}` has no default in {source.path}: without a value, nothing is written here"
            found = run.make.mistake(lines.source, LACKING, message, token.start, token.end)
            yield found._replace(effect=ADVICE, severity=run.make.severity(LACKING, ADVICE))
