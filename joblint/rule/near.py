"""Suggestions for misspelt words."""

from collections.abc import Iterable

_LONGEST = 40  # characters of a word that are compared


def near(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean ...?` if a word is similar to a known one, otherwise an empty string."""
    from difflib import get_close_matches

    folded = {one.lower(): one for one in known}
    close = get_close_matches(word[:_LONGEST].lower().replace("_", "-"), folded, 1)
    return f"; did you mean `{folded[close[0]]}`?" if close else ""
