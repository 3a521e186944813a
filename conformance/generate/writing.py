"""Manifests as text: mostly block YAML with one thing per line, so that positions are distinct; some JSON."""

import json
import random
import re
from typing import Any

import yaml

PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*$")
WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))  # not a string for every reader


class _Dumper(yaml.SafeDumper):
    """A dumper that quotes what a reader could misread, and writes no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _IndentedDumper(_Dumper):
    """A dumper that indents the dashes of a list more than its key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = PLAIN.match(text) and text.lower() not in WORDS and len(text) < 80
    block = "\n" in text and all(line.isprintable() for line in text.split("\n"))
    style = None if plain else "|" if block else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def written(manifest: Any, dice: random.Random) -> str:
    """Return the text of a manifest, in one of the styles that people use."""
    way = dice.random()
    if way < 0.08:
        return json.dumps(manifest) + "\n"
    if way < 0.12:
        return json.dumps(manifest, indent=2) + "\n"
    dumper: type[_Dumper] = _IndentedDumper if way < 0.4 else _Dumper
    flow = None if way > 0.9 else False
    text = yaml.dump(
        manifest, Dumper=dumper, sort_keys=False, default_flow_style=flow, width=10_000, allow_unicode=True
    )
    if way > 0.97:
        return f"# {manifest['kind'] if isinstance(manifest, dict) and 'kind' in manifest else 'Job'}\n---\n{text}"
    return text
