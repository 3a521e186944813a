"""Markdown, for the summary of a CI job or a comment on a pull request: a table of findings, the most severe first.

It is the Markdown of GitHub and GitLab. No text of a manifest becomes markup, a link or a mention. Findings that would
make the comment too long for GitHub are only counted.
"""

import re
from collections.abc import Iterator, Sequence

from joblint.report import PLAIN, Look, Run, summary
from joblint.report.concise import hinted, place, versions
from joblint.report.places import namer
from joblint.report.statistics import count, fixable
from joblint.report.visible import visible
from joblint.rule.finding import SEVERITIES, Finding

# Characters. GitHub accepts comments of 65,536, which must also have room for the counts by rule.
_FINDINGS, _ERRORS = 40_000, 5_000
_CELL = 400  # characters of a message or a path, before they are escaped
_ACTIVE = re.compile(r"[!$&*+<>\[\\\]^_`{|}~]|[#@]|://|www\.")
_HAILS = ("#", "@", "://", "www.")  # these make references to issues, mentions, and links
# What can be written between backquotes in a table as it is.
_SIMPLE = re.compile(r"[^`|\\\s](?:[^`|\\]*[^`|\\\s])?")


def report(run: Run, _: Look = PLAIN) -> Iterator[str]:
    """Yield a heading, the table, a count for each rule, and errors."""
    nothing = not run.jobs and not run.findings and bool(run.flaws or run.errors)
    yield f"### joblint: {'nothing was checked' if nothing else text(summary(run))}\n"
    yield from _findings(run)
    yield from _statistics(run)
    name = namer()
    if run.flaws:
        yield "\nMistakes in the configuration:\n\n"
        at = [(name(one.path), f":{one.line}:{one.column}" if one.line else "", one.message) for one in run.flaws]
        yield from _within([f"- {code(_cut(path) + place)}: {message(why)}\n" for path, place, why in at], _ERRORS)
    if run.errors:
        yield "\nErrors:\n\n"
        lines = [f"- {code(_cut(name(path)))}: {message(reason)}\n" for path, reason in run.errors]
        yield from _within(lines, _ERRORS)


def _findings(run: Run) -> Iterator[str]:
    if not run.findings:
        return
    name = namer()
    ordered = [finding for severity in SEVERITIES for finding in run.findings if finding.severity == severity]
    yield "\n| Severity | Place | Rule | Message |\n|---|---|---|---|\n"
    yield from _within([_row(finding, name(finding.file), run) for finding in ordered], _FINDINGS)


def _row(finding: Finding, path: str, run: Run) -> str:
    at = code(place(finding, _cut(path)))
    said = message(hinted(finding)) + text(versions(finding, run))
    return f"| {finding.severity} | {at} | {code(finding.rule)} | {said} |\n"


def _within(lines: Sequence[str], room: int) -> Iterator[str]:
    """Yield the lines that fit, and then the number of the others."""
    for number, line in enumerate(lines):
        room -= len(line)
        if room < 0:
            yield f"\nAnd {len(lines) - number:,} more.\n"
            return
        yield line


def _statistics(run: Run) -> Iterator[str]:
    rows = count(run.findings)
    if len(rows) < 2:
        return
    yield "\n<details><summary>By rule</summary>\n\n| Findings | Rule | Effect | Fix |\n|---:|---|---|---|\n"
    for row in rows:
        yield f"| {row.findings:,} | {code(row.rule)} | {row.effect} | {fixable(row).strip()} |\n"
    yield "\n</details>\n"


def message(words: str) -> str:
    """Return a message, in which the text between backquotes is code."""
    words = _cut(words)
    parts = words.split("`")
    if len(parts) % 2 == 0:  # the manifest has a backquote, so it is not known which ones are a pair
        return code(words)
    return "".join(code(part) if i % 2 else text(part) for i, part in enumerate(parts))


def _cut(words: str) -> str:
    return words if len(words) <= _CELL else f"{words[:_CELL]}..."


def code(words: str) -> str:
    """Return words as code, in which nothing is markup, even in a table."""
    shown = visible(words)
    if not shown:
        return ""
    if _SIMPLE.fullmatch(shown):
        return f"`{shown}`"
    return f"<code>{_ACTIVE.sub(_entities, shown)}</code>"


def text(words: str) -> str:
    """Return words in which nothing is markup. What would make a mention, a link or a reference to an issue is code."""
    return _ACTIVE.sub(lambda m: f"<code>{m[0]}</code>" if m[0] in _HAILS else _entities(m), visible(words))


def _entities(match: re.Match[str]) -> str:
    return "".join(f"&#{ord(character)};" for character in match[0])
