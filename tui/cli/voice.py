"""`helpterm voice`: the words that a product's replies avoid."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from store.desk import voices
from store.model import Voice
from tui.cli.context import narrate, open_desk, print_json
from tui.cli.table import print_table


def list_voices(options: argparse.Namespace) -> int:
    """The words on every card."""
    with open_desk(options) as desk:
        cards = voices.voices(desk)
    if options.json:
        _print(cards)
    else:
        print_table(
            ("product", "avoid", "instead"),
            [
                (card.product or "all", word, ", ".join(better))
                for card in cards
                for word, better in card.avoid.items()
            ],
        )
    return 0


def avoid(options: argparse.Namespace) -> int:
    """Puts a word on a card."""
    with open_desk(options, create=True) as desk:
        card = voices.avoid(desk, options.word, instead=options.instead, product=options.product)
    return _tell(options, card, "avoided from now on")


def allow(options: argparse.Namespace) -> int:
    """Takes a word off a card."""
    with open_desk(options) as desk:
        card = voices.allow(desk, options.word, product=options.product)
    return _tell(options, card, "allowed again")


def _tell(options: argparse.Namespace, card: Voice, what: str) -> int:
    if options.json:
        _print([card])
    else:
        narrate(f"{what}: {options.word} ({card.product or 'every product'})")
    return 0


def _print(cards: Sequence[Voice]) -> None:
    print_json({"voices": [asdict(card) for card in cards]})
