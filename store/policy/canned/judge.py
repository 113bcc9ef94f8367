"""The judgement: how much of a reply was written before, by this team or by everyone, and how much for this ticket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from store.policy.canned.fingerprints import STEM
from store.policy.canned.history import Past, past_of
from store.policy.canned.index import CorruptIndex, Index
from store.policy.canned.reading import LONGEST_READ, Reading, Sentence, read
from store.policy.canned.stock import STOCK_FROM, Stock, languages_of, stocks_of
from store.policy.canned.verdict import Canned, Label, SentenceVerdict
from store.policy.canned.words import LINK, MASKS, Word, words_in
from store.text.fold import fold, fold_with_map

RED, AMBER = 0.40, 0.25
"""Scores from which a reply is flagged, and from which it is worth a look; settings of the desk."""

OLD_FROM = 0.5
"""Share of a sentence's words from which the whole sentence counts as old."""

COURTESY_FROM = 0.5
"""Share of a sentence's words in courtesies from which on it is one, whoever sent it before."""

LEAST_WORDS = 6
"""A score is a share of at least so many words: two stock words alone are no canned reply."""

OWN_ENOUGH = 2
"""Words that say something from which on courtesies are the frame of an answer; without them they are the answer."""

CONTAINED_WORTH = 2 / 3
"""An earlier reply that stands in this one to 60 % weighs as much as a share of 40 %, whatever was added."""

POINTER = 14
"""Words of a sentence that does no more than point to a link."""

MOST_UNMENTIONED = 8

_TICKETS_KEPT = 8
"""Tickets whose words are kept while their replies are typed."""


def judge(
    text: str,
    *,
    ticket: int | None,
    ticket_text: str,
    index: Index | None,
    red: float = RED,
    amber: float = AMBER,
    team: str = "",
) -> Canned:
    """How canned a reply is, with the evidence; reads only, and never raises for what a text or an index holds.

    `ticket` is the ticket's own row: earlier replies to it are no re-use. `ticket_text` is what the customer wrote.
    Without `index` (a team with no history) the lexicon decides alone. `team` is a name that says nothing by itself.
    Score = (old + stock) / (old + stock + own), counted in words; no less than two thirds of `contained`.
    Only the first `LONGEST_READ` characters are analysed, against at most 24 earlier replies: time is bounded.
    """
    reading = read(text, ticket_text)
    counted = [sentence for sentence in reading.sentences if not sentence.neutral]
    names = frozenset(word.text for word in words_in(fold(team)))
    stocks = stocks_of([sentence.words for sentence in counted], names)
    past, damaged = _past(counted, stocks, index, ticket)
    labels = [_label(*evidence) for evidence in zip(counted, past.marks, past.common, stocks, strict=True)]
    score = max(_share(labels, past.marks, stocks), CONTAINED_WORTH * past.contained)
    verdicts = {
        sentence.start: _verdict(reading, sentence, label, marks, stock, source)
        for sentence, label, marks, stock, source in zip(
            counted, labels, past.marks, stocks, past.sources, strict=True
        )
    }
    return Canned(
        score=score,
        flagged=score >= red,
        amber=score >= amber,
        sentences=tuple(verdicts.get(sentence.start) or _neutral(sentence) for sentence in reading.sentences),
        nearest=past.nearest,
        contained=past.contained,
        unmentioned=unmentioned(text, ticket_text),
        damaged=damaged,
    )


def _past(
    counted: Sequence[Sentence], stocks: Sequence[Stock], index: Index | None, ticket: int | None
) -> tuple[Past, bool]:
    """What the index knows, and whether it is damaged; a damaged one must not keep a reply from being sent.

    Courtesies and lines that point to a link are everybody's; that a colleague wrote them, too, says nothing.
    """
    sentences = [sentence.words for sentence in counted]
    telling = [
        not (_is_courtesy(stock) or _points(words)) for words, stock in zip(sentences, stocks, strict=True)
    ]
    try:
        return past_of(sentences, telling, index, ticket), False
    except CorruptIndex:
        return past_of(sentences, telling, None, ticket), True


def _is_courtesy(stock: Stock) -> bool:
    return stock.share >= STOCK_FROM and stock.courtesy >= COURTESY_FROM


def _points(words: Sequence[Word]) -> bool:
    """True for a short sentence with a link: `More about this: …`."""
    return len(words) <= POINTER and any(word.text == LINK for word in words)


def _label(sentence: Sentence, marks: bytearray, common: bool, stock: Stock) -> Label:
    if _is_courtesy(stock):
        return "frame"
    if sum(marks) >= OLD_FROM * len(marks):
        return "frame" if _points(sentence.words) else "old"
    if stock.share >= STOCK_FROM:
        return "frame" if stock.polite else "stock"
    return "frame" if common else "own"


def _share(labels: Sequence[Label], marks: Sequence[bytearray], stocks: Sequence[Stock]) -> float:
    """The share of old and stock words. Courtesies count where nothing else was written, a common sentence never."""
    canned = own = 0.0
    courtesy = said = 0
    for label, row, stock in zip(labels, marks, stocks, strict=True):
        if label in ("old", "stock"):
            worth = stock.share if label == "stock" and stock.toned else 1.0
            canned += worth * len(row)
            own += (1 - worth) * len(row)
        elif label == "own":
            canned += sum(row)
            own += len(row) - sum(row)
            said += 0 if stock.general else len(row) - sum(row)
        elif stock.polite:
            courtesy += len(row)
            said += stock.specific
    if said < OWN_ENOUGH:
        canned += courtesy
    return canned / max(canned + own, LEAST_WORDS)


def _verdict(
    reading: Reading, sentence: Sentence, label: Label, marks: bytearray, stock: Stock, source: int | None
) -> SentenceVerdict:
    words = sentence.words
    return SentenceVerdict(
        start=sentence.start,
        end=sentence.end,
        label=label,
        old=sum(marks) / len(marks),
        stock=stock.share,
        phrases=tuple(
            reading.original(words[first].start, words[end - 1].end) for first, end in stock.phrases
        ),
        source=source,
    )


def _neutral(sentence: Sentence) -> SentenceVerdict:
    return SentenceVerdict(sentence.start, sentence.end, "neutral", 0.0, 0.0, (), None)


def unmentioned(text: str, ticket_text: str) -> tuple[str, ...]:
    """Up to `MOST_UNMENTIONED` words that matter in the ticket and never occur in the reply, the most frequent first.

    A word matters when it is longer than three letters and none that could stand in any ticket. Words with the same
    first letters (`fingerprints.STEM`) are the same here.
    """
    said = {word.text[:STEM] for word in words_in(fold(text[:LONGEST_READ])[:LONGEST_READ])}
    matters = _matters(ticket_text[:LONGEST_READ])
    return tuple(word for stem, word in matters if stem not in said)[:MOST_UNMENTIONED]


@lru_cache(maxsize=_TICKETS_KEPT)
def _matters(ticket_text: str) -> tuple[tuple[str, str], ...]:
    """The stem of each word that matters in a ticket, with the word as written there first; the most frequent first."""
    folded, positions = fold_with_map(ticket_text)
    everything = words_in(folded[:LONGEST_READ])
    languages = languages_of(everything)
    words = [word for word in everything if word.text not in MASKS and len(word.text) > 3]
    counts = Counter(word.text[:STEM] for word in words)
    matters: dict[str, str] = {}
    for word in words:
        stem = word.text[:STEM]
        if stem not in matters and not any(language.everyday[word.text] for language in languages):
            matters[stem] = ticket_text[positions[word.start] : positions[word.end - 1] + 1]
    return tuple((stem, matters[stem]) for stem in sorted(matters, key=lambda stem: -counts[stem]))
