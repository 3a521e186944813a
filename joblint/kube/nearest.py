"""The known word that a misspelt word is most similar to. Every "did you mean" comes from here."""

from collections.abc import Callable, Iterable

LIKELY = 0.6  # how similar two words must be for a question
SURE = 0.8  # and for a fix
_LONGEST = 63  # characters of a word that are compared


def fold(word: str) -> str:
    """Return a word without what people often get wrong: capitals, and `_` instead of `-`."""
    return word.lower().replace("_", "-")


def as_written(word: str) -> str:
    """Return a word as it is."""
    return word


def nearest(word: str, known: Iterable[str], *, cutoff: float = LIKELY, folded: Callable[[str], str] = fold) -> str:
    """Return the known word that is most similar to another one; empty if none is similar enough.

    `folded` makes of each word what is compared; of known words that become equal, the last one is returned.
    """
    similar = similar_words(word, known, 1, cutoff=cutoff, folded=folded)
    return similar[0] if similar else ""


def similar_words(
    word: str, known: Iterable[str], most: int, *, cutoff: float = LIKELY, folded: Callable[[str], str] = fold
) -> list[str]:
    """Return the known words that are similar to another one, the most similar first."""
    from difflib import get_close_matches

    words = {folded(one): one for one in known if len(one) <= _LONGEST}
    return [words[found] for found in get_close_matches(folded(word[:_LONGEST]), words, most, cutoff)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean ...?` if a word is similar to a known one, otherwise an empty text."""
    meant = nearest(word, known)
    return f"; did you mean `{meant}`?" if meant else ""
