"""`helpterm search`: the searches that an agent keeps under a name, as the console keeps them."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from store.desk import searches
from store.model import SavedSearch
from tui.cli import reading, shapes
from tui.cli.context import narrate, open_desk, print_json
from tui.cli.table import print_table


def _shape(search: SavedSearch) -> shapes.Json:
    found = asdict(search)
    return {name: found[name] for name in ("id", "name", "query", "digit")} | {"digit": search.digit or None}


def list_searches(options: argparse.Namespace) -> int:
    """All of this agent's, those with a digit first."""
    with open_desk(options) as desk:
        kept = searches.saved(desk)
    if options.json:
        print_json({"searches": [_shape(each) for each in kept]})
    else:
        print_table(
            ("key", "name", "query"),
            [(f"g {each.digit}" if each.digit else "", each.name, each.query) for each in kept],
        )
    return 0


def save(options: argparse.Namespace) -> int:
    """Keeps a query under a name, in place of the one that had it."""
    with open_desk(options) as desk:
        kept = searches.save(desk, options.name, " ".join(options.query))
    _tell(kept, options)
    return 0


def forget(options: argparse.Namespace) -> int:
    """Takes one away; its digit is free again."""
    with open_desk(options) as desk:
        gone = searches.named(desk, options.name)
        searches.forget(desk, gone)
    _tell(gone, options)
    return 0


def show(options: argparse.Namespace) -> int:
    """What a saved search finds now, as `helpterm queue` prints it."""
    with open_desk(options) as desk:
        options.query = [searches.named(desk, options.name).query]
    return reading.queue(options)


def _tell(search: SavedSearch, options: argparse.Namespace) -> None:
    if options.json:
        print_json({"searches": [_shape(search)]})
    else:
        key = f" (g {search.digit} in the console)" if search.digit else ""
        narrate(f"{search.name}: {search.query}{key}")
