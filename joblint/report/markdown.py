"""Markdown, for the summary of a CI job or a comment on a pull request: a table of findings, gravest first.

GitHub's and GitLab's flavour. Nothing of what a manifest says becomes markup, a link or a mention.
"""

import re
from collections.abc import Iterator

from joblint.finding import SEVERITIES, Finding
from joblint.report import Run, summary
from joblint.report.concise import versions
from joblint.report.places import namer
from joblint.report.statistics import count, fixable
from joblint.report.visible import visible

ROWS = 200  # GitHub takes comments of 65,536 characters, and nobody reads further
_CELL = 1000  # characters of a message
_ACTIVE = re.compile(r"[!#$&*+<>@\[\\\]^_`{|}~]")
_HAILS = "@#"
# What can stand between backquotes in a table as it is.
_SIMPLE = re.compile(r"[^`|\\\s](?:[^`|\\]*[^`|\\\s])?")


def report(run: Run) -> Iterator[str]:
    """A heading, the table, a count for each rule, and what could not be read."""
    yield f"### joblint: {text(summary(run))}\n"
    yield from _findings(run)
    yield from _statistics(run)
    if run.errors:
        name = namer()
        yield "\nCould not be read:\n\n"
        for path, reason in run.errors[:ROWS]:
            yield f"- {code(name(path))}: {message(reason)}\n"
        yield from _more(len(run.errors))


def _findings(run: Run) -> Iterator[str]:
    if not run.findings:
        return
    name = namer()
    ordered = [finding for severity in SEVERITIES for finding in run.findings if finding.severity == severity]
    yield "\n| Severity | Place | Rule | Message |\n|---|---|---|---|\n"
    for finding in ordered[:ROWS]:
        yield _row(finding, name(finding.path), run)
    yield from _more(len(ordered))


def _row(finding: Finding, path: str, run: Run) -> str:
    place = code(f"{path}:{finding.line}:{finding.column}")
    said = message(finding.message) + text(versions(finding, run))
    return f"| {finding.severity} | {place} | {code(finding.rule)} | {said} |\n"


def _more(number: int) -> Iterator[str]:
    if number > ROWS:
        yield f"\nAnd {number - ROWS:,} more.\n"


def _statistics(run: Run) -> Iterator[str]:
    rows = count(run.findings)
    if len(rows) < 2:
        return
    yield "\n<details><summary>By rule</summary>\n\n| Findings | Rule | Effect | Fix |\n|---:|---|---|---|\n"
    for row in rows:
        yield f"| {row.findings:,} | {code(row.rule)} | {row.effect} | {fixable(row).strip()} |\n"
    yield "\n</details>\n"


def message(words: str) -> str:
    """A message, in which what stands between backquotes is code."""
    if len(words) > _CELL:
        words = f"{words[:_CELL]}..."
    parts = words.split("`")
    if len(parts) % 2 == 0:  # a backquote of the manifest's own: nobody can tell what it quotes
        return code(words)
    return "".join(code(part) if i % 2 else text(part) for i, part in enumerate(parts))


def code(words: str) -> str:
    """Words as code, in which nothing is markup, in a table too."""
    shown = visible(words)
    if not shown:
        return ""
    if _SIMPLE.fullmatch(shown):
        return f"`{shown}`"
    return f"<code>{_ACTIVE.sub(_entity, shown)}</code>"


def text(words: str) -> str:
    """Words in which nothing is markup; what would begin a mention or the number of an issue becomes code."""
    return _ACTIVE.sub(lambda m: f"<code>{m[0]}</code>" if m[0] in _HAILS else _entity(m), visible(words))


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
