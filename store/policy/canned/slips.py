"""Words with one slip of the pen in them, known as the words they were meant to be.

By deletions on both sides, as in SymSpell (Garbe, 2012): two words are one slip apart only if leaving out at most one
letter of each can make them the same. A lookup costs as many steps as the word has letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

SHORTEST, SHORTEST_STEM = 4, 5
"""Letters of a word, and of the beginning of one, in which a slip is seen; shorter ones could be any other word."""

SHORTEST_OF_ALL = 3
"""The same where the whole text is known to be misspelt."""

LONGEST = 24
"""Letters of a word that is looked at; bounds the time."""


class Speller:
    """The words and beginnings of words that a language knows."""

    def __init__(self, whole: Iterable[str], stems: Iterable[str]) -> None:
        self._whole = _by_deletion(whole)
        self._stems = _by_deletion(stems)

    def meant(self, word: str, *, misspelt: bool = False) -> str | None:
        """The known word that `word` is one slip away from: a letter left out, added, wrong, or two swapped.

        To be asked about words that are not known themselves.
        Where the text is known to be `misspelt`, slips in short words and in first letters are seen as well.
        """
        if not (SHORTEST_OF_ALL if misspelt else SHORTEST) <= len(word) <= LONGEST:
            return None
        whole = [known for known in _candidates(self._whole, word) if one_slip(known, word)]
        if whole:
            return min(whole, key=lambda known: (sorted(known) != sorted(word), known[0] != word[0], known))
        for length in range(len(word), SHORTEST_STEM - 1, -1):
            begins = word[:length]
            for stem in _candidates(self._stems, begins):
                if (misspelt or stem[0] == word[0]) and one_slip(stem, begins):
                    return stem + word[length:]
        return None


def one_slip(one: str, other: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes `one` into `other`."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, goal = one[start:], other[start:]
    if len(rest) == len(goal):
        return rest[1:] == goal[1:] or (rest[:2] == goal[1::-1] and rest[2:] == goal[2:])
    longer, shorter = (rest, goal) if len(rest) > len(goal) else (goal, rest)
    return longer[1:] == shorter


def _by_deletion(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {}
    for word in sorted(words):
        if len(word) >= SHORTEST_OF_ALL:
            for form in _forms(word):
                known[form] = (*known.get(form, ()), word)
    return known


def _candidates(known: dict[str, tuple[str, ...]], word: str) -> Iterator[str]:
    for form in _forms(word):
        yield from known.get(form, ())


def _forms(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters."""
    yield word
    for i in range(len(word)):
        if i == 0 or word[i] != word[i - 1]:
            yield word[:i] + word[i + 1 :]
