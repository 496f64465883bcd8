"""A misspelt word, and the known one that was probably meant."""

from collections.abc import Iterable

_LONGEST = 64
"""Characters of a word that is like none of ours if it has more."""


def nearest(word: str, known: Iterable[str]) -> str:
    """``; did you mean "delivered"?``, or the words there are."""
    words = sorted(set(known))
    found = closest(word, words)
    if found is not None:
        return f'; did you mean "{found}"?'
    return f"; known here: {', '.join(words)}" if words else ""


def closest(word: str, words: list[str]) -> str | None:
    """The one of these that is most like it, if any is."""
    from difflib import get_close_matches  # 1 ms, for complaints

    close = get_close_matches(word[:_LONGEST].lower(), [name.lower() for name in words], 1, 0.6)
    return next((name for name in words if close and name.lower() == close[0]), None)
