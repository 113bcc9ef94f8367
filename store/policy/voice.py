"""The voice of a product: words on its card that a reply uses all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from store.model import Finding, Severity, Voice
from store.policy.letter import Letter
from store.text.fold import fold

MAX_SPANS = 100
SHOWN = 5
"""Words that the finding names; further ones are only marked."""

_WORD = re.compile(r"[^\W_]+")


def voice_findings(letter: Letter, cards: Sequence[Voice]) -> Iterator[Finding]:
    """Warns of words that the product avoids, in the agent's own prose: quotes, code and links are left alone.

    Case and accents make no difference; a phrase is met when its words follow each other. Time grows with the length of the
    reply, times the few different lengths of phrases, however many there are.
    """
    phrases = _phrases(cards)
    lengths = sorted({len(words) for words in phrases}, reverse=True)
    places = [(match.start(), match.end()) for match in _WORD.finditer(letter.prose)] if phrases else []
    folded = [fold(letter.prose[start:end]) for start, end in places]
    found: dict[str, str] = {}
    spans: list[tuple[int, int]] = []
    for at in range(len(places)):
        met = next((words for n in lengths if (words := tuple(folded[at : at + n])) in phrases), ())
        if met and len(spans) < MAX_SPANS:
            avoided, better = phrases[met]
            spans.append((places[at][0], places[at + len(met) - 1][1]))
            found.setdefault(avoided, better)
    if spans:
        yield Finding(
            "voice.avoided",
            Severity.WARN,
            f"{_speaker(cards)} does not say {', '.join(f'“{each}”' for each in list(found)[:SHOWN])}.",
            " ".join(_advice(avoided, better) for avoided, better in list(found.items())[:SHOWN]),
            tuple(spans),
            tuple({"avoid": avoided, "instead": better} for avoided, better in found.items()),
        )


def _speaker(cards: Sequence[Voice]) -> str:
    return next((card.product for card in cards if card.product), "This desk")


def _advice(avoided: str, better: str) -> str:
    return f"Say “{better}” instead of “{avoided}”." if better else f"Find another word for “{avoided}”."


def _phrases(cards: Sequence[Voice]) -> dict[tuple[str, ...], tuple[str, str]]:
    """The folded words of each phrase → the phrase as it was written, and what to say instead."""
    return {
        words: (avoided, better[0] if better else "")
        for card in cards
        for avoided, better in card.avoid.items()
        if (words := tuple(fold(word) for word in _WORD.findall(avoided)))
    }
