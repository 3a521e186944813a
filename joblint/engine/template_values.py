"""What is wrong with a template if the values of its chart are inserted, and may be right for other values."""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Container, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from joblint.engine.template_findings import Key, Lines, presentable
from joblint.engine.templates import Running, TemplateJudge
from joblint.kube.names.names import short
from joblint.manifests.source import ChartValues, Source
from joblint.manifests.template.lex import ACTION, action_at, tokens
from joblint.manifests.template.schema import Declared, schema_of
from joblint.manifests.template.values import Inserted, Layer, Values, is_insertion, root_of, values_of
from joblint.manifests.template.variants import Template
from joblint.rule.finding import Edit, Finding, Fix, Related

DEFAULT, GIVEN, EFFECT = "wrong-default", "wrong-value", "mistake"
LACKING, ADVICE = "missing-value", "advice"
_MAX_TRIED = 2000  # insertions that are tried with values of tests, all tests together
_EFFECTS = ("rejected", "dropped", "warned", "mistake")
_QUOTABLE, _STRING = "wrong-type", "must be a string, but"
_MENTIONED = re.compile(r'\.Values(?:\.\w+)+|"\w+"')
_Known = Mapping[int, Inserted]  # by the offset of the insertion


class _Found(NamedTuple):
    """A finding that some values make, and these values by their offsets."""

    finding: Finding
    inside: _Known

    @property
    def is_given(self) -> bool:
        """Return whether any of the values is not a default."""
        return any(value.layer.given for value in self.inside.values())


class ValuesJudge:
    """The check of one template, or of one `define` in it, with the values of its chart."""

    def __init__(self, run: Running, lines: Lines, template: Template, chart: ChartValues | None) -> None:
        self.run, self.lines, self.template = run, lines, template
        self.chart = chart if chart is not None else ChartValues((None,))
        self.values = values_of(self.chart, run.settings.given)

    def judge(self, sure: Container[Key]) -> Iterator[Finding]:
        """Yield what is found at insertions whose value is known. `sure` is what is found for all values."""
        wanted = [rule for rule in (DEFAULT, GIVEN) if self.run.settings.wants(rule, EFFECT)]
        if wanted:
            told: dict[Key, Finding | None] = {}
            for found in (self._with_values(sure), self._with_tests(sure, told), self._with_schema(sure)):
                for key, finding in found:
                    if key not in told and finding.rule in wanted:
                        yield presentable(finding, self.lines)
                    told.setdefault(key, finding)
            refused = (found for found in self._refused() if found.rule in wanted)
            yield from (presentable(finding, self.lines) for finding in refused)
        if self.run.settings.wants(LACKING, ADVICE):
            yield from self._lacking()

    def _with_values(self, sure: Container[Key]) -> Iterator[tuple[Key, Finding]]:
        """Yield what is wrong with the values that apply."""
        known = self._known(self.values)
        if self.run.settings.given:
            for key, one in self._found(self.values, known, sure, in_full=True):
                if one.is_given:
                    yield key, self._told(one, GIVEN, "with the given values", "the given value")
        for key, one in self._found(self.values, known, sure):
            if not one.is_given:
                yield key, self._told(one, DEFAULT, "by default", "the default value")

    def _with_tests(self, sure: Container[Key], told: Container[Key]) -> Iterator[tuple[Key, Finding]]:
        """Yield what is wrong with the values of the chart's own tests, and not without them."""
        tried: set[tuple[frozenset[tuple[int, str]], frozenset[tuple[str, bool]]]] = set()
        most = max(_MAX_TRIED // max(sum(1 for _ in self.template.insertions()), 1), 1)
        for test in self.chart.tests[:most]:
            values = values_of(self.chart, (Layer(test, root_of(test), True),))
            known = self._known(values)
            chosen = frozenset((at, value.text) for at, value in known.items() if value.layer.source is test)
            tries = chosen, frozenset(values.truths(self.template.atoms).items())
            if not chosen or tries in tried:
                continue
            tried.add(tries)
            for key, one in self._found(values, known, sure, in_full=True):
                if key not in told and any(value.layer.source is test for value in one.inside.values()):
                    yield key, self._told(one, GIVEN, f"with {test.path}", "the value of this test")

    def _with_schema(self, sure: Container[Key]) -> Iterator[tuple[Key, Finding]]:
        """Yield where a string is needed and the schema of the values only allows something else."""
        source = self.chart.schema
        schema = schema_of(source) if source is not None else None
        if source is None or schema is None:
            return
        text = self.lines.source.text
        declared: dict[int, tuple[str, Declared]] = {}
        for token, is_moved in self.template.insertions():
            name = self.values.unset(token, text, is_moved)
            found = schema.declared(name.split(".")[2:]) if name else None
            if found is not None and found.sample and not self.template.asks_more(name, token.start, (name,)):
                declared[token.start] = name, found

        def wanted(key: Key, finding: Finding) -> bool:
            of_type = finding.rule == _QUOTABLE and _STRING in finding.message
            return of_type and key not in sure and len(self._inside(finding, declared)) == 1

        samples = {at: one.sample for at, (_, one) in declared.items()}
        for key, finding in self._judged(samples, {}, wanted).items():
            inside = self._inside(finding, declared)
            name, one = declared[inside[0]]
            field = finding.field.rpartition(".")[2]
            message = f"`{name}` must be {one.said} ({source.path}), but `{field}` must be a string: quote it"
            place = Related("the type of the value", source.path, *source.span(one.start, one.end))
            yield key, self._moved(finding, inside, message, GIVEN, (place,))

    def _refused(self) -> Iterator[Finding]:
        """Yield the values that the schema excludes, each once, at its first insertion."""
        if self.chart.schema is None:
            return
        told = set[str]()
        for value, at in self._inserted():
            found = _refusal(value, self.chart.schema) if value.name not in told else None
            if found is None:
                continue
            told.add(value.name)
            message, place = found
            start, end = at, action_at(self.lines.source.text, at).end
            finding = self.run.make.mistake(self.lines.source, GIVEN, message, start, end)
            is_test = value.layer.source in self.chart.tests
            how = f"with {value.layer.source.path}" if is_test else "with the given values"
            rule, how = (GIVEN, how) if value.layer.given else (DEFAULT, "by default")
            one = self._told(_Found(finding, {at: value}), rule, how, "the value")
            yield one._replace(related=(*one.related, place))

    def _inserted(self) -> Iterator[tuple[Inserted, int]]:
        """Yield the values that are inserted, each with its offset: those that apply, and then those of the tests."""
        tests = (values_of(self.chart, (Layer(test, root_of(test), True),)) for test in self.chart.tests)
        for values in (self.values, *tests):
            yield from ((value, at) for at, value in self._known(values).items())

    def _lacking(self) -> Iterator[Finding]:
        """Yield what is inserted though the chart's values do not have it, and no condition asks for it."""
        run, lines, own = self.run, self.lines, self.chart.own[-1]
        schema = schema_of(self.chart.schema) if self.chart.schema is not None else None
        for token, is_moved in self.template.insertions():
            name = self.values.lacks(token, lines.source.text, is_moved)
            if not name or own is None or self.template.asks_for(name, token.start) or self._is_handled(name):
                continue
            if schema is None or not schema.may_have(name.split(".")[2:]):
                message = f"`{name}` has no default in {own.path}: without a value, nothing is written here"
                found = run.make.mistake(lines.source, LACKING, message, token.start, token.end)
                yield found._replace(effect=ADVICE, severity=run.make.severity(LACKING, ADVICE))

    def _is_handled(self, name: str) -> bool:
        """Return whether an action of the file does more with a value than insert it, such as require it."""
        return name in self._handled or f'"{name.rpartition(".")[2]}"' in self._handled

    @cached_property
    def _handled(self) -> set[str]:
        """Return the names of values, and the quoted words, in actions that do more than to insert a value."""
        text = self.lines.source.text
        insides = (token.inside(text) for token in tokens(text) if token.kind == ACTION)
        return {found for inside in insides if not is_insertion(inside) for found in _MENTIONED.findall(inside)}

    def _known(self, values: Values) -> _Known:
        text = self.lines.source.text
        found = {token.start: values.of(token, text, moved) for token, moved in self.template.insertions()}
        return {at: value for at, value in found.items() if value is not None}

    def _found(
        self, values: Values, known: _Known, sure: Container[Key], in_full: bool = False
    ) -> Iterator[tuple[Key, _Found]]:
        """Yield what is found at an insertion of a known one of some values, and not for all values.

        With `in_full`, all values decide conditions; otherwise what is off by default may be turned on.
        """
        names = None if in_full else {value.name for value in known.values()}
        truths = values.truths(self.template.atoms, names)
        known = {at: one for at, one in known.items() if not self.template.asks_more(one.name, at, truths)}
        texts = {at: value.text for at, value in known.items()}

        def wanted(key: Key, finding: Finding) -> bool:
            return key not in sure and finding.effect in _EFFECTS and bool(self._inside(finding, known))

        for key, finding in self._judged(texts, truths, wanted).items():
            yield key, _Found(finding, {at: known[at] for at in self._inside(finding, known)})

    def _inside(self, finding: Finding, offsets: Collection[int]) -> list[int]:
        """Return which of some offsets, in order, a finding is about."""
        start, end = next(self.lines.spans(finding), (-1, -1))
        every = list(offsets)
        return every[bisect_left(every, start) : bisect_left(every, max(end, start + 1))]

    def _judged(
        self, texts: Mapping[int, str], truths: Mapping[str, bool], wanted: Callable[[Key, Finding], bool]
    ) -> dict[Key, Finding]:
        """Return what is found and wanted if some insertions write these texts, and these conditions hold or not."""
        if not texts:
            return {}
        with self.template.knowing(texts, truths):
            return TemplateJudge(self.run, self.lines, self.template).judge(wanted)

    def _told(self, one: _Found, rule: str, how: str, place: str) -> Finding:
        """Return the finding that a value is wrong: at its insertion, with the place where it is set."""
        names, related = dict[str, None](), dict[Related, None]()
        for value in one.inside.values():
            there, option = value.layer.source, value.layer.option
            names[f"`{value.name}` from `{option}`" if option else f"`{value.name}`"] = None
            if not option:
                related[Related(place, there.path, *there.span(value.node.start, value.node.end))] = None
        message = f"{how} ({' and '.join(names)}): {one.finding.message}"
        return self._moved(one.finding, one.inside, message, rule, tuple(related))

    def _moved(
        self, finding: Finding, inside: Collection[int], message: str, rule: str, related: tuple[Related, ...]
    ) -> Finding:
        """Return a finding at the insertions that it is about."""
        source = self.lines.source
        start, last = min(inside), max(inside)
        end = max(action_at(source.text, last).end, source.offset(finding.end_line, finding.end_column))
        line, column = source.position(end)
        is_one = len(inside) == 1
        return finding._replace(
            rule=rule,
            effect=EFFECT,
            severity=self.run.make.severity(rule, EFFECT),
            message=message,
            end_line=line,
            end_column=column,
            reason="",
            related=related,
            fix=_quotes(source.text, start, end) if finding.rule == _QUOTABLE and is_one else None,
        )


def _refusal(value: Inserted, source: Source) -> tuple[str, Related] | None:
    """Return why helm refuses a value, with the place in the schema; None if it does not."""
    schema = schema_of(source)
    found = schema.excludes(value.name.split(".")[2:], value.node.value, value.layer.given) if schema else None
    if found is None:
        return None
    text = f'"{value.node.text}"' if isinstance(value.node.value, str) else value.node.text
    message = f"helm refuses `{short(text)}`, because {source.path} requires {found.said}"
    return message, Related("required here", source.path, *source.span(found.start, found.end))


def _quotes(text: str, start: int, end: int) -> Fix | None:
    """Return the fix that puts quotes around an insertion that is a value as a whole."""
    line_end = text.find("\n", end)
    rest = text[end : line_end if line_end >= 0 else len(text)].strip()
    if text[start - 1 : start] != " " or text[end - 3 : end - 2] == "-" or (rest and not rest.startswith("#")):
        return None
    if text.startswith("{{-", start):
        return None
    return Fix(False, "put quotes around the insertion", (Edit(start, start, '"'), Edit(end, end, '"')))
