"""The manifests in a template: what it writes if all conditions hold, as documents embedded in it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from joblint.manifests.embed.block import Block
from joblint.manifests.relevance import names_job, text_may_hold_job
from joblint.manifests.template import HOLE, MORE
from joblint.manifests.template.dialect import Dialect, dialect_of
from joblint.manifests.template.parse import DEFINE, Control, walk
from joblint.manifests.template.variants import Template, Variant
from joblint.manifests.yaml.tree import Problem

ORIGIN = "template"
MAX_TEMPLATE = 1 << 20  # characters
_HOLES = re.compile(f"[{HOLE}{MORE}]")


def blocks(text: str, language: str) -> Iterator[Block]:
    """Yield what a template writes if all conditions hold; nothing if it is not valid (engine/charts.py says so)."""
    if len(text) > MAX_TEMPLATE:
        return
    try:
        found = templates(text, dialect_of(language))
    except Problem:
        return
    for template in found:
        yield block(template.variant(next(template.bases())))


@lru_cache(maxsize=4)
def templates(text: str, dialect: Dialect) -> list[Template]:
    """Return what can write a Job: the template itself, and each `define` in it. Raises Problem."""
    if not names_job(text):
        return []
    nodes = dialect.parse(text)
    found = [Template(text, nodes, dialect=dialect)]
    for node in walk(nodes):
        if isinstance(node, Control) and node.kind == DEFINE:
            body = node.branches[0]
            if text_may_hold_job(text[body.head.end : node.end.start], "yaml"):
                found.append(Template(text, body.body, f"@{body.head.start}", dialect))
    return found


def block(variant: Variant) -> Block:
    """Return what is written in one way as an embedded document."""
    text = variant.text
    holes = tuple(found.span() for found in _HOLES.finditer(text))
    return Block(text, variant.segments._replace(frozen=holes), "yaml", ORIGIN, opaque=holes)
