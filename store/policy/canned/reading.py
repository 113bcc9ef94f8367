"""Reading a reply for what its author wrote: quotes of the ticket, real code, greeting and sign-off set aside.

What only pretends to be one of those (a template behind `>`, in a code fence, below a signature) is read like any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from store.policy.canned.lexicon import lexicons
from store.policy.canned.words import MASKS, Word, words_in
from store.policy.courtesy import GREETING, SIGN_OFF
from store.text.fold import fold, fold_with_map
from store.text.sentences import sentences

LONGEST_READ = 20_000
"""Characters of a reply that are analysed; a longer one is judged by its beginning."""

_LONGEST_TICKET = 60_000
_QUOTED_SHARE = 0.6
"""Of a quoted line's word triples that must stand in the ticket for it to be a quote of it."""

_GREETED = 5
"""Words of a greeting; a line that goes on is no greeting."""

_SIGN_OFF, _SIGNATURE_LINE, _SIGNATURE_WORDS = 5, 7, 20
"""Words of a sign-off, of a line of a signature, and of all of it."""

_FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})")
_QUOTE = re.compile(r"[ >|]*>[ >|]*")
_DASHES = re.compile(r"\s*(?:-{2,3}|_{3,}|- --) ?")
_INITIALS = re.compile(r"(?:\s*(?:[\^*~-] ?[a-z]{2,3}|(?<=\s)[\^/] ?[a-z]{2,12}|\(?\d ?/ ?\d\)?)){1,3}\Z")
"""How a reply on social media ends: the agent's initials or `/name`, part 1 of 2."""

_LINK = re.compile(r"(?:https?:)?//\S+")
_SIGNS = re.compile(r"[{}=<>$\\|+*;]|\(\)|::|--")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`start` and `end` in code points of the reply as given; `words` point into the folded text."""

    start: int
    end: int
    words: tuple[Word, ...]
    neutral: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply's sentences in order, and where each character of the folded text came from."""

    sentences: tuple[Sentence, ...]
    positions: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """A span of the folded text, not empty, as a span of the reply."""
        return self.positions[start], self.positions[end - 1] + 1

    @property
    def counted(self) -> list[tuple[Word, ...]]:
        """The words of each sentence that counts."""
        return [sentence.words for sentence in self.sentences if not sentence.neutral and sentence.words]


def read(text: str, ticket_text: str = "", *, trust_quotes: bool = False) -> Reading:
    """Reads the first `LONGEST_READ` characters of a reply.

    With `trust_quotes`, every quoted line counts as a quote; otherwise only one whose words stand in `ticket_text`.
    """
    folded, positions = fold_with_map(text[:LONGEST_READ])
    folded = folded[:LONGEST_READ]
    prose, aside = _prose(folded, ticket_text, trust_quotes)
    found: list[Sentence] = []
    for start, end in aside:
        found.append(Sentence(positions[start], positions[end - 1] + 1, (), neutral=True))
    for start, end in sentences(prose):
        words = tuple(words_in(prose, start, end))
        found.append(Sentence(positions[start], positions[end - 1] + 1, words, neutral=not words))
    return Reading(tuple(sorted(found, key=lambda sentence: sentence.start)), positions)


def _prose(folded: str, ticket_text: str, trust_quotes: bool) -> tuple[str, list[tuple[int, int]]]:
    """The text with all that does not count blanked out, equally long, and the spans that were blanked."""
    lines = folded.split("\n")
    counts = _without_code(lines)
    _without_quotes(lines, counts, ticket_text, trust_quotes)
    written = [i for i, line in enumerate(lines) if counts[i] and line.strip()]
    for i in _signatures([lines[i] for i in written]):
        counts[written[i]] = False
    if written and counts[written[0]]:
        lines[written[0]] = _without_greeting(lines[written[0]])
    prose = "\n".join(line if kept else " " * len(line) for line, kept in zip(lines, counts, strict=True))
    end = len(prose.rstrip())
    if initials := _INITIALS.search(prose, max(0, end - 16), end):
        prose = prose[: initials.start()] + re.sub(r"[^\n]", " ", initials[0]) + prose[end:]
    return prose, _blanked(folded, prose)


def _without_code(lines: list[str]) -> list[bool]:
    """Which lines count: fences are blanked, and what they hold does not count where it looks like code.

    A fence that nobody closed holds nothing back: what is typed below it cannot change what stands above.
    """
    counts = [True] * len(lines)
    opened: int | None = None
    for i, line in enumerate(lines):
        if not _FENCE.match(line):
            continue
        lines[i] = " " * len(line)
        if opened is not None and not _is_prose(" ".join(lines[opened + 1 : i])):
            counts[opened + 1 : i] = [False] * (i - opened - 1)
        opened = i if opened is None else None
    return counts


def _is_prose(text: str) -> bool:
    """True for a fenced text of plain words with few signs between them."""
    words = [word.text for word in words_in(text) if word.text not in MASKS]
    plain = max(sum(map(lexicon.plain.__getitem__, words)) for lexicon in lexicons())
    return plain * 4 >= len(words) and len(_SIGNS.findall(_LINK.sub(" ", text))) * 8 <= len(words)


def _without_quotes(lines: list[str], counts: list[bool], ticket_text: str, trust: bool) -> None:
    quoted = {i: mark for i, line in enumerate(lines) if counts[i] and (mark := _QUOTE.match(line))}
    if not quoted:
        return
    known = (
        set()
        if trust
        else _triples(word.text for word in words_in(fold(ticket_text[:_LONGEST_TICKET])[:_LONGEST_TICKET]))
    )
    for i, mark in quoted.items():
        said = _triples(word.text for word in words_in(lines[i], mark.end()))
        if trust or len(said & known) >= _QUOTED_SHARE * len(said):
            counts[i] = False
            if i and lines[i - 1].rstrip().endswith(":") and i - 1 not in quoted:
                counts[i - 1] = False
        else:
            lines[i] = " " * mark.end() + lines[i][mark.end() :]


def _triples(words: Iterable[str]) -> set[tuple[str, ...]]:
    row = list(words)
    return {tuple(row[i : i + 3]) for i in range(max(1, len(row) - 2))} if row else set()


def _signatures(written: Sequence[str]) -> Iterator[int]:
    """The lines of each sign-off with the short lines below it: no more than a signature, wherever it stands."""
    left = 0
    for i, line in enumerate(written):
        length = len(line.split())
        signs = SIGN_OFF.fullmatch(line.strip()[:120]) or _DASHES.fullmatch(line)
        if i and signs and length <= _SIGN_OFF and not left:
            left = _SIGNATURE_WORDS
        left = left - length if length <= min(left, _SIGNATURE_LINE) else 0
        if left:
            yield i


def _without_greeting(line: str) -> str:
    match = GREETING.match(line[:200])
    if match is None:
        return line
    end = match.end() if len(match[0].split()) <= _GREETED else match.end("word")
    return " " * end + line[end:]


def _blanked(folded: str, prose: str) -> list[tuple[int, int]]:
    """Spans, line by line, of what was written in `folded` and is blank in `prose`."""
    spans, at = [], 0
    for line, kept in zip(folded.split("\n"), prose.split("\n"), strict=True):
        if line.strip() and not kept.strip():
            spans.append((at + len(line) - len(line.lstrip()), at + len(line.rstrip())))
        elif line != kept:
            lead = len(kept) - len(kept.lstrip())
            gone = line[:lead]
            if gone.strip():
                spans.append((at + len(gone) - len(gone.lstrip()), at + len(gone.rstrip())))
        at += len(line) + 1
    return spans
