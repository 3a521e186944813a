"""Whether what is said of a template is true: what is said of each of its outputs that has the same lines."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from joblint.engine.api import make_settings
from joblint.engine.run import Run
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.source import Source
from joblint.rule.finding import Finding

VERSIONS = "1.21-1.37"
_SETTINGS = make_settings(VERSIONS, extend_select=["advice"])._replace(verify=False, edits=False, suppress=False)
_TWICE, _UNREAD = "duplicate-key", ("unreadable-document", "oversized-object")
_Key = tuple[str, str, int]  # rule, effect, line


class Rendering(NamedTuple):
    """An output, of each of its lines the template's (0 if it is inserted), and the minor that it is for."""

    output: str
    lines: list[int]
    minor: str


def judged(text: str, language: str) -> list[Finding]:
    """What is said of a text for all minors."""
    source = Source("x.tpl", text, language)
    run = Run(_SETTINGS, Corpus([source]))
    run.source(source)
    return run.findings


def lines_of(finding: Finding) -> set[int]:
    """The lines that a finding is about."""
    related = [place for place in finding.related if place.path == finding.path]
    others = {line for place in related for line in (place.line, place.end_line)}
    return {finding.line, finding.end_line, *others}


def lies(
    found: Iterable[Finding], renderings: Iterable[Rendering], on_version: bool
) -> Iterator[tuple[Finding, Rendering]]:
    """Yield what is said of a template, with an output in which it is not so.

    `on_version`: conditions ask for the version, so an output counts only for its minor. What is said of the output is
    what is said of any manifest; only a duplicate key has another effect in a template.
    """
    told = list(found)
    for rendering in renderings if told else ():
        there: dict[_Key, set[str]] = {}
        judgement = judged(rendering.output, "yaml")
        is_read = all(one.rule not in _UNREAD for one in judgement)
        for one in judgement:
            there.setdefault(_key(one, rendering.lines), set()).update(one.kube_versions)
        for one in told:
            minors = set(one.kube_versions) & ({rendering.minor} if on_version else set(one.kube_versions))
            if not (is_read or one.rule in _UNREAD) or not lines_of(one) <= set(rendering.lines):
                continue
            effect = "" if one.rule == _TWICE else one.effect
            if not minors <= there.get((one.rule, effect, one.line), set()):
                yield one, rendering


def _key(finding: Finding, lines: Sequence[int]) -> _Key:
    """What is the same in a template and in its output; `lines` are those of the template.

    Of duplicate keys, helm keeps the last one and the server none: there the finding is at the last, here at the first.
    """
    if finding.rule == _TWICE:
        return finding.rule, "", lines[finding.related[0].line - 1]
    return finding.rule, finding.effect, lines[finding.line - 1]
