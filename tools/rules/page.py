"""The page of one rule in docs/rules/: its card, what joblint reports for its examples, and how it fixes them."""

import re
from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

from joblint.cli.explain import FIX, MEANING, circumstances
from joblint.engine import example
from joblint.engine.fix import fix_source
from joblint.manifests.languages import LANGUAGES
from joblint.project.config.keys import RULE_OPTIONS
from joblint.rule.finding import Finding


def name(rule: str) -> str:
    """Return the name of a rule's page."""
    return f"{rule}.md"


def text(card: dict[str, Any]) -> str:
    """Return the page of a card."""
    return "\n".join(_lines(card)) + "\n"


def _lines(card: dict[str, Any]) -> Iterator[str]:
    yield f"# {card['name']}\n\n{card['summary']}\n"
    yield f"{card['why'].strip()}\n"
    yield f"- Group: [{card['group']}](README.md#{card['group']})"
    yield from (f"- `{effect}`: {MEANING[effect]}" for effect in card["effects"])
    yield f"- Fix: {FIX[card['fix']]}"
    if "advice" in card["effects"]:
        yield f"- To turn the advice on: `--extend-select {card['name']}`, or `extend-select` in the configuration"
    for option, one in RULE_OPTIONS.get(card["name"], {}).items():
        yield f"- Option `{option}`: {one.about} Default: {one.default}."
    if card.get("aliases"):
        yield f"- Earlier names: {', '.join(f'`{alias}`' for alias in card['aliases'])}"
    yield f"- Source: {card['source']}"
    yield f"- See: <{card['docs']}>"
    for effects, content in _telling(card):
        yield from _example(content, f"Wrong: {effects}" if len(card["effects"]) > 1 else "Wrong")
        yield from _said(card["name"], content)
    yield from _example(card["good"][0], "Right")


def _telling(card: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return bad examples that show all effects, and a fix if there is one, each with the effects of its findings."""
    found: list[tuple[str, dict[str, Any]]] = []
    shown: set[str] = set()
    wanted = {*card["effects"], *(["fix"] if card["fix"] != "none" else [])}
    for content in card["bad"]:
        said = _findings(card["name"], content)
        effects = list(dict.fromkeys(one.effect for one in said))
        shows = {*effects, *(["fix"] if any(one.fix is not None for one in said) else [])}
        if shows & wanted - shown:
            found.append((", ".join(effects), content))
            shown |= shows
    return found


def _findings(rule: str, content: dict[str, Any]) -> list[Finding]:
    return [one for one in example.judge(content)(example.source(content)) if one.rule == rule]


def _said(rule: str, content: dict[str, Any]) -> Iterator[str]:
    found = _findings(rule, content)
    yield "\njoblint reports:\n"
    yield from (f"- {one.severity} in line {one.line}, column {one.column}: {_prose(one.message)}" for one in found)
    changed = list(_changed(content))
    if changed:
        safe = all(one.fix.safe for one in found if one.fix is not None)
        yield f"\n`joblint fix{'' if safe else ' --unsafe-fixes'}` changes:\n"
        yield from _fenced("diff", "\n".join(changed))


def _prose(message: str) -> str:
    """Return a message in Markdown: text in backquotes is code, and other characters have no special meaning."""
    parts = message.split("`")
    return "`".join(part if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _escaped(text: str) -> str:
    return re.sub(r"[\\*_<>\[\]]", r"\\\g<0>", text)


def _changed(content: dict[str, Any]) -> Iterator[str]:
    """Yield the changes that the fixes make to an example, as a diff without its head."""
    source = example.source(content)
    fixed = fix_source(source, example.judge(content), unsafe=True)
    lines = unified_diff(source.text.splitlines(), fixed.text.splitlines(), lineterm="")
    return (line for line in lines if not line.startswith(("---", "+++")))


def _example(content: dict[str, Any], title: str) -> Iterator[str]:
    language = LANGUAGES[content.get("language", "yaml")].fence
    yield f"\n## {title}{circumstances(content)}\n"
    if "old" in content:
        yield "Applied over\n"
        yield from _fenced(language, content["old"])
        yield ""
    for path, other in content.get("files", {}).items():
        yield f"With `{path}`\n"
        yield from _fenced("yaml", other)
        yield ""
    for key, path in example.FILES.items():
        if key in content:
            yield f"With `{path}`\n"
            yield from _fenced(path.rpartition(".")[2], content[key])
            yield ""
    yield from _fenced(language, content["manifest"])


def _fenced(language: str, text: str) -> Iterator[str]:
    """Yield a code block with a fence that is longer than any in the text."""
    fence = "```"
    while fence in text:
        fence += "`"
    yield f"{fence}{language}\n{text.rstrip(chr(10))}\n{fence}"
