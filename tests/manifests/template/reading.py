"""What holds of each dialect of templates: any text is read or refused, and what is written under some conditions."""

from collections.abc import Mapping

from joblint.manifests.template import HOLE, MORE
from joblint.manifests.template.dialect import Dialect
from joblint.manifests.template.variants import Template
from joblint.manifests.yaml.tree import Problem


def check_any(dialect: Dialect, text: str) -> None:
    """A text is read to its end or refused, and what it writes is a text under all conditions that are tried."""
    try:
        assert "".join(text[one.start : one.end] for one in dialect.tokens(text)) == text
        template = Template(text, dialect.parse(text), dialect=dialect)
    except Problem:
        return
    for truth in template.bases():
        assert isinstance(template.variant(truth).text, str)


def written(dialect: Dialect, text: str, truth: Mapping[str, bool], hole: str = "_") -> str:
    """What is written if the conditions are as given, and false otherwise."""
    template = Template(text, dialect.parse(text), dialect=dialect)
    assert set(truth) <= set(template.atoms), template.atoms
    return template.variant(truth).text.replace(HOLE, hole).replace(MORE, "+")
