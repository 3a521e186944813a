"""Suggestions for misspelt words."""

from collections.abc import Iterable

_LONGEST = 40  # characters of a word that are compared


def near(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean ...?` if a word is almost one that exists, or an empty text."""
    meant = closest(word, known)
    return f"; did you mean `{meant}`?" if meant else ""


def closest(word: str, known: Iterable[str]) -> str:
    """Return the word that exists and is most similar to another one, or an empty text if none is similar."""
    from difflib import get_close_matches

    folded = {one.lower(): one for one in known}
    close = get_close_matches(word[:_LONGEST].lower().replace("_", "-"), folded, 1)
    return folded[close[0]] if close else ""
