"""Messages about objects and elements of lists that have no name, or an empty one: none quotes the empty name."""

import re

import pytest

from joblint.manifests.source import Source
from tests.engine.fixes.corpus import SOURCES

NAMELESS = {
    "without a name": (r"(?m)^\s+name: .*\n", ""),
    "its first entry left out": (r"(?m)^(\s*)- name: .*\n\s+(?=\S)", r"\1- "),
    "an empty name": (r"(?m)(?<=\bname: )\S+$", '""'),
}
VALUES = {
    "an empty value": (r"(?m)(?<=: )[A-Za-z0-9][\w/.:-]*$", '""'),
    "an empty key": (r"(?m)^(\s+)[\w-]+(?=: \S)", r'\1""'),
}
ONE_OF_THEM = [kind for kind in SOURCES if kind != "real"]


def messages(kind: str, pattern: str, replacement: str, most: int) -> list[str]:
    """The messages about the manifests of a kind, with all of a pattern's places replaced, or one after the other."""
    found: list[str] = []
    for case in SOURCES[kind]():
        for start in [0] if most == 0 else [m.start() for m in re.finditer(pattern, case.text)][:most]:
            text = case.text[:start] + re.sub(pattern, replacement, case.text[start:], count=int(most > 0))
            if text != case.text:
                found += [f.message for f in case.judge()(Source("x", text, case.language))]
    assert len(found) > 30
    return found


@pytest.mark.parametrize("kind", ONE_OF_THEM)
@pytest.mark.parametrize("how", NAMELESS)
def test_no_message_quotes_an_empty_name(how: str, kind: str) -> None:
    shown = [text for text in messages(kind, *NAMELESS[how], 0) if "``" in text or '`""`' in text]
    assert not shown


@pytest.mark.parametrize("kind", ONE_OF_THEM)
@pytest.mark.parametrize("how", VALUES)
def test_an_empty_text_is_visible(how: str, kind: str) -> None:
    found = messages(kind, *VALUES[how], 4)
    assert not [text for text in found if re.search(r"(?<!`)``(?!`)", text)]
    assert any('`""`' in text for text in found)
