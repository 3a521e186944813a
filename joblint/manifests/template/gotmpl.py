"""Go templates, in charts and elsewhere."""

import re

from joblint.manifests.template.conditions import read
from joblint.manifests.template.dialect import Dialect
from joblint.manifests.template.lex import action_at, tokens
from joblint.manifests.template.parse import RANGE, WITH, Branch, parse
from joblint.manifests.template.render import plainly

_REASSIGNED = re.compile(r"(\$\w+)\s*=(?!=)")


def _scope(outer: str, kind: str, branch: Branch, _: str) -> str:
    """`with` and `range` change what `.` is."""
    return f"@{branch.head.start}" if kind in (WITH, RANGE) and branch.condition else outer


def _reassigned(text: str) -> frozenset[str]:
    return frozenset(_REASSIGNED.findall(text))


DIALECT = Dialect(
    refusal="is not a valid Go template",
    tokens=tokens,
    action_at=action_at,
    parse=parse,
    read=read,
    scope=_scope,
    reassigned=_reassigned,
    plain=plainly,
    marks=("{{", "}}"),
    signs=("{{",),
    idle=r"\{\{-?[ \t]*(?:/\*|(?:if|else|end|with|range|define|block)\b|\$\w+[ \t]*:?=)[^{}]*\}\}\Z",
    unsure="",
)
