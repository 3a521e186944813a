"""What Kubernetes expands, against a walk over the text that does what its own does, character by character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joblint.checks.reading.expand import as_shell_sees, tokens


def walk(text: str) -> list[tuple[int, int, str | None]]:
    """expand.go, Expand and tryReadVariableName."""
    found: list[tuple[int, int, str | None]] = []
    at = 0
    while at < len(text):
        if text[at] == "$" and at + 1 < len(text):
            close = text.find(")", at + 2) if text[at + 1] == "(" else -1
            if text[at + 1] == "$":
                found.append((at, at + 2, None))
            elif close >= 0:
                found.append((at, close + 1, text[at + 2 : close]))
                at = close - 1
            at += 1
        at += 1
    return found


@given(st.text("$$$()ab\n", max_size=30))
def test_the_same_as_kubernetes(text: str) -> None:
    assert [tuple(token) for token in tokens(text)] == walk(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("$(A)", ["A"]),
        ("$$(A)", [None]),
        ("$$$(A)", [None, "A"]),
        ("$(date +%F)", ["date +%F"]),
        ("$(a $(B))", ["a $(B"]),
        ("$((1+2))", ["(1+2"]),
        ("$A ${A} $", []),
        ("$(A", []),
        ("$$", [None]),
        ("$x$$", [None]),
    ],
)
def test_tokens(text: str, names: list[str | None]) -> None:
    assert [token.name for token in tokens(text)] == names


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("echo $$(date) $${A} $$A $$ $A", "echo  $(date)  ${A}  $A $$ $A"),
        ("echo $(A) $$$$", "echo $(A) $$$$"),
        ("$(echo $$(A))", "$(echo $$(A))"),
    ],
)
def test_what_a_shell_sees(text: str, seen: str) -> None:
    assert as_shell_sees(text) == seen


@given(st.text("$$$(){ab\n", max_size=30))
def test_places_stay(text: str) -> None:
    seen = as_shell_sees(text)
    assert len(seen) == len(text)
    assert all(a == b or (a, b) == ("$", " ") for a, b in zip(text, seen, strict=True))


def test_hostile_texts_end() -> None:
    assert list(tokens("$(" * 500_000)) == []
    assert len(list(tokens("$(" * 500_000 + ")"))) == 1
    assert len(list(tokens("$$" * 200_000))) == 200_000
