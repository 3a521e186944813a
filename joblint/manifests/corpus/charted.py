"""The ConfigMap that a template names by an action, `{{ include "x.fullname" . }}-scripts`, in the same chart.

Two names are the same if they are written in the same way with what means the same in all templates of a chart.
"""

import re
from collections.abc import Iterable

from joblint.manifests.document import Document, Manifest, manifests, split
from joblint.manifests.languages import HELM
from joblint.manifests.source import Source
from joblint.manifests.template.blocks import MAX_TEMPLATE, block
from joblint.manifests.template.dialect import dialect_of
from joblint.manifests.template.variants import Template
from joblint.manifests.template.written import written
from joblint.manifests.yaml.tree import Node, Problem

_KIND = "ConfigMap"
_TEMPLATES = "templates/"
_NAMED = re.compile(r"""kind["']?[ \t]*:[ \t]*["']?ConfigMap\b""")
_ACTION = re.compile(r"\{\{(.*?)\}\}")
# What is the same wherever it is written in a chart: no variables, and nothing of what `with` and `range` choose.
_SAME = re.compile(
    r""" (?:(?:include|template) "[^"]+" [.$]|\$?\.(?:Values|Release|Chart)\.[\w.]+)"""
    r"""(?: \| (?:trunc \d+|trimSuffix "-"))* """
)


class Charted:
    """The ConfigMaps in the templates of one chart, by their names as they are written there."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.named: dict[str, list[Manifest]] = {}
        self.unclear: list[str] = []  # texts in which a branch may have another ConfigMap, without their white space
        for source in sources:
            found = [one for one in _objects(source) if one.kind == _KIND]
            if len(found) != len(_NAMED.findall(source.text)):
                self.unclear.append(_bare(source.text))
            for one in found:
                self.named.setdefault(one.shown("metadata", "name"), []).append(one)

    def config_map(self, near: Manifest, name: Node) -> Manifest | None:
        """Return the ConfigMap that a node of a template names; None if that is not certain."""
        document = near.document
        said = written(document.source.language, document.source.text, document.text, document.outer, name)
        actions, found = _ACTION.findall(said), self.named.get(said, [])
        if len(found) != 1 or not actions or not all(map(_SAME.fullmatch, actions)):
            return None
        return None if any(_bare(said) in text for text in self.unclear) else found[0]


def charted(near: Source, sources: Iterable[Source]) -> Charted:
    """Return the ConfigMaps of the chart that a file is a template of."""
    chart = chart_of(near)
    return Charted(one for one in sources if one.language == HELM and _KIND in one.text and chart_of(one) == chart)


def chart_of(source: Source) -> str:
    """Return what the paths of all templates of a chart begin with."""
    return source.path.rpartition(_TEMPLATES)[0] if _TEMPLATES in source.path else source.path


def _bare(text: str) -> str:
    return "".join(text.split())


def _objects(source: Source) -> list[Manifest]:
    return [one for document in written_documents(source) for one in manifests(document, document.index)]


def written_documents(source: Source) -> list[Document]:
    """Return what a template without Jobs writes if all conditions hold; empty if it cannot be read."""
    dialect = dialect_of(source.language)
    try:
        if len(source.text) > MAX_TEMPLATE:
            return []
        template = Template(source.text, dialect.parse(source.text), dialect=dialect)
    except Problem:
        return []
    found = block(template.variant(next(template.bases())))
    documents = list(split(source, found.text, found))
    for index, document in enumerate(documents):
        document.index = index
    return documents


def is_literal(document: Document, node: Node) -> bool:
    """Return whether a template writes a node without any action in it."""
    said = document.text[node.start : node.end].rstrip()
    start, end = document.outer(node.start), document.outer(node.start + max(len(said) - 1, 0))
    return "{{" not in document.source.text[start : end + 1]
