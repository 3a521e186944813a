"""Texts with suppressions in them, and what is said of such a text."""

from typing import Any, NamedTuple

from joblint.engine.api import judge, make_settings
from joblint.manifests.corpus.corpus import Corpus
from joblint.manifests.source import Source
from joblint.project.leave import Leave
from tests.support import GOOD, in_spec

WRONG = "unknown-field"
UNUSED, INVALID, EXPIRED = "unused-suppression", "invalid-suppression", "expired-suppression"
SCRIPT = f"""\
{GOOD}\
        command:
        - sh
        - -c
        - |
          echo $(HOME)
          kill -9 $(PID)
"""
TWO = in_spec("completons: 2", "paralelism: 2")


class Said(NamedTuple):
    """Rule and line of what is found, and rule, line and reason of what is suppressed."""

    found: list[tuple[str, int]]
    hidden: list[tuple[str, int, str]]


def run(
    text: str,
    language: str = "yaml",
    *,
    leave: bool = False,
    old: str | None = None,
    today: str = "2027-03-01",
    require_reason: bool = False,
    **settings: Any,
) -> Said:
    """What is said of a text on a day."""
    source = Source("a.yaml", text, language)
    olds = None if old is None else [Source("old", old, language, "a.yaml")]
    made = make_settings(**settings)._replace(today=lambda: today, require_reason=require_reason)
    result = judge(Leave().settings(made) if leave else made, Corpus([source], old=olds))
    return Said(
        [(finding.rule, finding.line) for finding in result.findings],
        [(finding.rule, finding.line, reason) for finding, reason in result.suppressed],
    )


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def above(text: str, part: str, comment: str) -> str:
    """The text with a comment on a line of its own above the one that has `part`."""
    line = next(line for line in text.split("\n") if part in line)
    indent = line[: len(line) - len(line.lstrip())]
    return text.replace(line, f"{indent}{comment}\n{line}", 1)


def behind(text: str, part: str, comment: str) -> str:
    """The text with a comment at the end of the line that has `part`."""
    line = next(line for line in text.split("\n") if part in line)
    return text.replace(line, f"{line}  {comment}", 1)
