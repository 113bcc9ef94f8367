"""Voice cards: how a product speaks, told by the words that its replies avoid and what they say instead."""

from __future__ import annotations

from dataclasses import replace

from store.desk.desk import Desk
from store.desk.documents import document, documents
from store.desk.ids import derived_id
from store.errors import BadInput, NotFound
from store.model import Product, Voice
from store.text.inert import inert_line

MAX_WORDS = 500
"""Words and phrases of one card."""


def voices(desk: Desk) -> list[Voice]:
    """The cards of all products, that of every product first."""
    return documents(desk.read(), Voice)


def avoid(desk: Desk, word: str, *, instead: str = "", product: str = "") -> Voice:
    """Puts a word or phrase on a product's card (on that of every product without one), with what to say instead.

    Raises BadInput for a word without letters or a full card, NotFound for an unknown product.
    """
    plain = _plain(word)
    if not any(char.isalnum() for char in plain):
        raise BadInput(f"{plain!r} is no word", "give a word or phrase that replies shall avoid")
    card = _card(desk, product)
    if plain not in card.avoid and len(card.avoid) >= MAX_WORDS:
        raise BadInput(f"the card holds {MAX_WORDS} words", "allow one first: `helpterm voice allow`")
    better = _plain(instead)
    return _save(desk, replace(card, avoid={**card.avoid, plain: (better,) if better else ()}))


def allow(desk: Desk, word: str, *, product: str = "") -> Voice:
    """Takes a word off a product's card. Raises NotFound when it is not on it."""
    card, plain = _card(desk, product), _plain(word)
    left = {each: better for each, better in card.avoid.items() if each.casefold() != plain.casefold()}
    if len(left) == len(card.avoid):
        raise NotFound(f"{plain!r} is not on the card", "`helpterm voice list` shows what is")
    return _save(desk, replace(card, avoid=left))


def _card(desk: Desk, product: str) -> Voice:
    name = document(desk.read(), Product, product).name if product else ""
    new = Voice(derived_id("voice", name.casefold()), name)
    return next((card for card in documents(desk.read(), Voice, retired=True) if card.id == new.id), new)


def _save(desk: Desk, card: Voice) -> Voice:
    kept = replace(card, active=True)
    desk.change(lambda tx: tx.put(kept))
    return kept


def _plain(text: str) -> str:
    return " ".join(inert_line(text).split())
