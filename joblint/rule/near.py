"""The word that was probably meant."""

from collections.abc import Iterable

_LONGEST = 40  # characters of a word that are compared


def near(word: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` where a word is nearly one that exists."""
    from difflib import get_close_matches

    folded = {one.lower(): one for one in known}
    close = get_close_matches(word[:_LONGEST].lower().replace("_", "-"), folded, 1)
    return f"; did you mean `{folded[close[0]]}`?" if close else ""
