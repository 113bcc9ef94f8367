"""`helpterm takeaway`: the links that replies may carry."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from store.desk import explanations, tickets
from store.desk import takeaways as desk_takeaways
from store.model import Suggestion, Takeaway
from store.policy.context import context
from store.policy.links import normal_links
from tui.cli import shapes, working_shapes
from tui.cli.context import narrate, open_desk, print_json, read_text
from tui.cli.table import print_table


def _tell(found: list[Takeaway], options: argparse.Namespace) -> None:
    if options.json:
        print_json({"takeaways": [shapes.takeaway(each) for each in found]})
    else:
        print_table(
            ("status", "product", "lang", "title", "url"),
            [(each.status, each.product or "all", each.language, each.title, each.url) for each in found],
        )


def list_links(options: argparse.Namespace) -> int:
    """All links, or those of a product."""
    with open_desk(options) as desk:
        _tell(desk_takeaways.takeaways(desk, getattr(options, "product", None)), options)
    return 0


def add(options: argparse.Namespace) -> int:
    """Adds a link, or changes what is known of one."""
    with open_desk(options, create=True) as desk:
        new = desk_takeaways.add(
            desk,
            options.url,
            title=options.title,
            product=options.product,
            language=options.language,
            text=options.text,
        )
    _tell([new], options)
    return 0


def import_links(options: argparse.Namespace) -> int:
    """Adds the links of a sitemap (a file or its address), CSV, folder or list; known ones stay as they are."""
    from store.policy.link_import import fetch_links, read_links

    if options.path.lower().startswith(("https://", "http://")):
        found = fetch_links(options.path)
    else:
        found = read_links(Path(options.path).expanduser(), options.base)
    with open_desk(options, create=True) as desk:
        new = desk_takeaways.add_all(
            desk,
            [Takeaway("", each.url, each.title, options.product, each.language, each.text) for each in found],
        )
    if options.json:
        _tell(new, options)
    narrate(f"{len(found)} links read, {len(new)} new")
    return 0


def suggest(options: argparse.Namespace) -> int:
    """The best links for a ticket, and why."""
    with open_desk(options) as desk:
        known = context(desk, tickets.find(desk, options.ticket))
        without = {*known.customer_links, *known.given_links}
        found = known.library.suggest(
            known.said, language=known.language, product=known.ticket.product, without=without
        )
    if options.json:
        print_json({"takeaways": [_suggested(each) for each in found]})
    else:
        print_table(
            ("score", "title", "url", "because"),
            [(f"{each.score:.2f}", each.takeaway.title, each.takeaway.url, each.because) for each in found],
        )
    return 0 if found else 1


def _suggested(each: Suggestion) -> shapes.Json:
    return shapes.takeaway(each.takeaway) | {"score": round(each.score, 4), "because": each.because}


def verify(options: argparse.Namespace) -> int:
    """Asks the web whether the links still answer; exit 1 when one is dead."""
    from store.policy.verify_links import verify as ask

    with open_desk(options) as desk:
        wanted = {url for given in options.url for url in normal_links(given)}
        asked = {
            each.url: each
            for each in desk_takeaways.takeaways(desk)
            if not wanted or wanted & set(normal_links(each.url))
        }
        checked = []
        for url, answer in ask(asked):
            narrate(f"{answer.status:8}{url}" + (f" — {answer.detail}" if answer.detail else ""))
            seen = replace(asked[url], status=answer.status, checked_at=desk.now())
            checked.append(desk_takeaways.edit(desk, seen))
    if options.json:
        _tell(checked, options)
    return 1 if any(each.status == "dead" for each in checked) else 0


def once(options: argparse.Namespace) -> int:
    """Begins a page with an explanation that need not be written again."""
    text = read_text(options.file)
    with open_desk(options) as desk:
        page = explanations.say_once(desk, tickets.find(desk, options.ticket), text, options.title)
    if options.json:
        print_json({"article": working_shapes.noun(page)})
    else:
        narrate(f"begun: {page.title} ({page.id[:8]})")
    return 0


def retire(options: argparse.Namespace) -> int:
    """Stops offering a link."""
    with open_desk(options) as desk:
        gone = desk_takeaways.retire(desk, options.url)
    _tell([gone], options)
    return 0
