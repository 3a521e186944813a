"""An example of a rule's card: a manifest, what it is judged with, and the lines on which the rule has to speak.

An example has `manifest`, and perhaps `old` (which it is applied over), `kube-version`, `feature-gates`,
`field-validation`, `files` (others of the same run, by name), `language`, `values` (of the chart of a template), and
`options`: rules, groups or effects that are turned on besides the default. The finding is on the line that ends with
the mark, or on `line` (a list of them: one finding on each).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from joblint.engine.api import lint_sources, make_settings
from joblint.engine.fix import Judge
from joblint.manifests.languages import LANGUAGES
from joblint.manifests.source import Source
from joblint.rule.finding import Finding

HERE = "# <- here"
MARK = re.compile(rf"[ \t]*{HERE}[ \t]*$", re.MULTILINE)
_SUFFIXES = {name: language.suffixes[0] for name, language in LANGUAGES.items()}

Content = Mapping[str, Any]


def source(example: Content) -> Source:
    """An example's manifest as a file, without its marks. Raises ValueError for a language that there is not."""
    language = example.get("language", "yaml")
    if language not in _SUFFIXES:
        raise ValueError(f"an example is of one of {', '.join(_SUFFIXES)}, not `{language}`")
    made = Source(f"example{_SUFFIXES[language]}", MARK.sub("", example["manifest"]), language)
    made.values = Source("values.yaml", example["values"]) if "values" in example else None
    return made


def judge(
    example: Content,
    select: Sequence[str] | None = None,
    kube_version: str | None = None,
    rules: Sequence[str] = (),
) -> Judge:
    """Judges a text that stands in the place of an example's manifest, as the example says; fixes are not tried.

    `select` replaces what is on by default; `kube_version` holds where the example names none; `rules` are users' own.
    Raises ValueError where the example says something that does not exist.
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
    """The lines on which a finding is expected, in order."""
    lines = example.get("line", [])
    found = [number for number, line in enumerate(example["manifest"].split("\n"), 1) if MARK.search(line)]
    return sorted([*found, *([lines] if isinstance(lines, int) else lines)])
