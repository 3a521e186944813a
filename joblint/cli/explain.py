"""`joblint explain`: the card of a rule, for people."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, cast

import click

from joblint.cli import options, output, own_option
from joblint.kube.nearest import did_you_mean
from joblint.report import Paint
from joblint.report.visible import inert, visible
from joblint.rule.finding import EFFECTS, SEVERITY

MEANING = {
    "rejected": "the API server rejects the object",
    "dropped": "the API server accepts the object and silently removes this field",
    "warned": "the API server accepts the object with a warning",
    "mistake": "the API server accepts the object, but it does not do what its author meant",
    "advice": "the API server accepts the object; a risk or a best practice, off until it is selected",
}
FIX = {
    "safe": "`joblint fix`, if it is clear what was meant",
    "unsafe": "`joblint fix --unsafe-fixes`, if there is a likely fix",
    "none": "by hand",
}
_INDENT = "    "
_WIDTH = 100
_FACTS = len("Source: ")

_EPILOG = """\b
Examples:
  joblint explain unknown-field
  joblint rules                            list all rules
"""


@click.command("explain", epilog=_EPILOG)
@click.argument("names", nargs=-1, required=True, metavar="RULE...", shell_complete=options.complete_rules)
@own_option.RULES
@options.colour
def command(names: Sequence[str], colour: str, rules: Sequence[str]) -> None:
    """Explain rules: what is wrong and why, an example, and what to write instead."""
    if not rules:
        own_option.take_configured()
    paint = output.painter(colour)
    found = [card(name) for name in names]
    output.write(inert("\n".join("\n".join(lines(shown(one), paint)) + "\n" for one in found)))


def card(name: str) -> dict[str, Any]:
    """Return the whole card of a rule by its name or a former name. Raises UsageError."""
    from joblint.rule.cards import listed, whole

    rules = listed()
    found = next((rule for rule in rules if name == rule["name"] or name in rule["aliases"]), None)
    if found is None:
        raise click.UsageError(f"`{name}` is not a rule{_meant(name, rules)}")
    return whole(found)


def _meant(name: str, rules: Sequence[dict[str, Any]]) -> str:
    if name in EFFECTS or any(name == rule["group"] for rule in rules):
        kind = "an effect" if name in EFFECTS else "a group"
        return f" but {kind}; `joblint rules {name}` lists its rules"
    return did_you_mean(name, [rule["name"] for rule in rules]) or "; `joblint rules` lists all rules"


def shown(card: dict[str, Any]) -> dict[str, Any]:
    """Return a card whose texts are safe to print. Line breaks are kept."""
    return cast(dict[str, Any], _shown(card))


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return "\n".join("\t".join(map(visible, line.split("\t"))) for line in value.split("\n"))
    if isinstance(value, dict):
        return {key: _shown(one) for key, one in value.items()}
    return [_shown(one) for one in value] if isinstance(value, list) else value


def lines(card: dict[str, Any], paint: Paint) -> Iterator[str]:
    """Yield the lines of a card as it is printed."""
    yield f"{paint(card['name'], 'heading')} ({card['group']})"
    yield from _wrapped(card["summary"])
    yield ""
    yield from _wrapped(card["why"])
    yield ""
    for effect in card["effects"]:
        yield f"{paint(effect, SEVERITY[effect])}: {MEANING[effect]}"
    for key, title, colour in (("bad", "Wrong", "bad"), ("good", "Right", "good")):
        for example in card.get(key, [])[:1]:
            if "old" in example:
                yield ""
                yield f"{paint('Applied over', 'heading')}:"
                yield from _example(example["old"], paint, colour)
            yield ""
            yield f"{paint(title, 'heading')}{circumstances(example)}:"
            yield from _example(example["manifest"], paint, colour)
    yield ""
    facts = {"Fix": FIX[card["fix"]], "Source": card["source"], "See": card["docs"]}
    for title, fact in facts.items():
        if fact:
            first, *others = _wrapped(fact, " " * _FACTS)
            yield f"{paint(f'{title}:', 'heading')}{first[len(title) + 1 :]}"
            yield from others


def _wrapped(text: str, indent: str = "") -> list[str]:
    width = min(output.width(_WIDTH), _WIDTH)
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def circumstances(example: dict[str, Any]) -> str:
    """Return the version, gates and options that an example needs, in parentheses; empty if it needs none."""
    said = []
    if "kube-version" in example:
        said.append(f"Kubernetes {example['kube-version']}")
    for gate, on in example.get("feature-gates", {}).items():
        said.append(f"{gate}={str(on).lower()}")
    if "field-validation" in example:
        said.append(f"--field-validation {example['field-validation']}")
    return f" ({', '.join(said)})" if said else ""


def _example(manifest: str, paint: Paint, colour: str) -> Iterator[str]:
    from joblint.engine.example import HERE

    for line in manifest.rstrip("\n").split("\n"):
        if line.endswith(HERE):
            code, _, mark = line.rpartition(HERE[:2])
            yield f"{_INDENT}{paint(code, colour)}{paint(HERE[:2] + mark, 'faint')}"
        else:
            yield (_INDENT + line).rstrip()
