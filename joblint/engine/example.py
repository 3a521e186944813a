"""An example in a rule's card: a manifest, the settings to check it with, and the lines that must have a finding.

An example has `manifest`, and optionally `old` (the manifest it is applied over), `kube-version`, `feature-gates`,
`field-validation`, `files` (other files of the same run, by name), `language`, `values`, `test-values` and
`values-schema` (of a template's chart: its values.yaml, the values of a test, their schema), and `options`: rules,
groups or effects that are on in addition to the default. The finding is on the line that ends with the mark, or on
`line` (if that is a list: one finding on each of its lines).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from joblint.engine.api import lint_sources, make_settings
from joblint.engine.fix import Judge
from joblint.manifests.languages import LANGUAGES
from joblint.manifests.source import ChartValues, Source
from joblint.rule.finding import Finding

HERE = "# <- here"
MARK = re.compile(rf"[ \t]*{HERE}[ \t]*$", re.MULTILINE)
FILES = {"values": "values.yaml", "test-values": "ci/test-values.yaml", "values-schema": "values.schema.json"}
_OF_CHART = frozenset(FILES)
_SUFFIXES = {name: language.suffixes[0] for name, language in LANGUAGES.items()}

Content = Mapping[str, Any]


def source(example: Content) -> Source:
    """Return an example's manifest as a file, without its marks. Raises ValueError for an unknown language."""
    language = example.get("language", "yaml")
    if language not in _SUFFIXES:
        raise ValueError(f"`{language}` is not a valid language of an example; use one of {', '.join(_SUFFIXES)}")
    made = Source(f"example{_SUFFIXES[language]}", MARK.sub("", example["manifest"]), language)
    if not _OF_CHART.isdisjoint(example):
        own, test, schema = (Source(name, example[key]) if key in example else None for key, name in FILES.items())
        made.values = ChartValues((own,), tests=() if test is None else (test,), schema=schema)
    return made


def judge(
    example: Content,
    select: Sequence[str] | None = None,
    kube_version: str | None = None,
    rules: Sequence[str] = (),
) -> Judge:
    """Return a function that checks a text in place of an example's manifest. Fixes are not tried.

    `select` replaces the rules that are on by default, `kube_version` is used if the example has none, and `rules` are
    users' own. Raises ValueError if the example names something that does not exist.
    """
    said = example.get("kube-version", kube_version)
    settings = make_settings(
        None if said is None else str(said),
        example.get("feature-gates"),
        select,
        extend_select=example.get("options", ()),
        field_validation=example.get("field-validation", "strict"),
        rules=rules,
    )._replace(verify=False)
    others = [Source(name, text) for name, text in example.get("files", {}).items()]
    old = str(example["old"]) if "old" in example else None

    def judged(text: Source) -> list[Finding]:
        before = None if old is None else [Source("old", old, text.language, text.path)]
        return [one for one in lint_sources([text, *others], settings, old=before) if one.path == text.path]

    return judged


def marked(example: Content) -> list[int]:
    """Return the lines that must have a finding, in order."""
    lines = example.get("line", [])
    found = [number for number, line in enumerate(example["manifest"].split("\n"), 1) if MARK.search(line)]
    return sorted([*found, *([lines] if isinstance(lines, int) else lines)])
