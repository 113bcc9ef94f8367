"""`helpterm scope`: the written rules, and which of them a ticket touches."""

from __future__ import annotations

import argparse

from store.clock import to_iso
from store.desk import rules as desk_rules
from store.desk import tickets
from store.errors import BadInput
from store.model import ScopeRule
from store.policy.gate import context
from store.policy.scope import match_rules
from tui.cli import shapes
from tui.cli.context import narrate, open_desk, print_json
from tui.cli.table import print_table


def list_rules(options: argparse.Namespace) -> int:
    """All rules, or those of a product."""
    with open_desk(options) as desk:
        retired = getattr(options, "retired", False)
        found = desk_rules.rules(desk, getattr(options, "product", None), retired=retired)
    if options.json:
        print_json({"rules": [shapes.rule(rule) for rule in found]})
    else:
        print_table(
            ("id", "product", "covered", "title", "why"),
            [(rule.id[:8], rule.product or "all", _side(rule), rule.title, rule.why) for rule in found],
        )
    return 0


def _side(rule: ScopeRule) -> str:
    return ("yes" if rule.covered else "no") + ("" if rule.active else ", retired")


def show(options: argparse.Namespace) -> int:
    """One rule and every version of it."""
    with open_desk(options) as desk:
        rule = desk_rules.rule(desk, options.rule)
        history = desk_rules.versions(desk, rule.id)
    if options.json:
        versions = [
            {
                "at": to_iso(each.at),
                "agent": each.agent,
                "version": each.value["version"],
                "rule": each.value,
            }
            for each in history
        ]
        print_json({"rules": [shapes.rule(rule)], "versions": versions})
        return 0
    print(f"{rule.title} ({rule.product or 'every product'}; covered: {_side(rule)})\n{rule.why}")
    for link in rule.links:
        print(f"→ {link}")
    for language, words in rule.words.items():
        print(f"{language}: {', '.join(words)}")
    print_table(
        ("version", "when", "who"),
        [(str(each.value["version"]), to_iso(each.at) or "", each.agent) for each in history],
    )
    return 0


def add(options: argparse.Namespace) -> int:
    """Writes a rule."""
    with open_desk(options, create=True) as desk:
        rule = desk_rules.add(
            desk,
            title=options.title,
            covered=options.covered,
            why=options.why,
            product=options.product,
            links=options.link,
            words=_words(options.words),
        )
    _tell(rule, options, "written")
    return 0


def _words(given: list[str]) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for each in given:
        language, colon, listed = each.partition(":")
        if not colon:
            raise BadInput(
                f"{each!r} names no language", "write en:refund,money back — or *:… for any language"
            )
        words.setdefault(language.strip().lower(), []).extend(listed.split(","))
    return words


def retire(options: argparse.Namespace) -> int:
    """Ends a rule."""
    with open_desk(options) as desk:
        rule = desk_rules.retire(desk, options.rule)
    _tell(rule, options, "retired")
    return 0


def learn(options: argparse.Namespace) -> int:
    """Names a ticket as an example of what a rule decides; declines teach it by themselves."""
    with open_desk(options) as desk:
        ticket = tickets.find(desk, options.ticket)
        rule = desk_rules.learn(desk, desk_rules.rule(desk, options.rule).id, ticket.id)
    _tell(rule, options, f"#{ticket.short} is an example now")
    return 0


def _tell(rule: ScopeRule, options: argparse.Namespace, what: str) -> None:
    if options.json:
        print_json({"rules": [shapes.rule(rule)]})
    else:
        narrate(f"{what}: {rule.title} ({rule.id[:8]})")


def match(options: argparse.Namespace) -> int:
    """The rules that a ticket touches, the strongest first."""
    with open_desk(options) as desk:
        found = match_rules(context(desk, tickets.find(desk, options.ticket)), desk.read())
    if options.json:
        print_json({"matches": [shapes.match(each) for each in found]})
    else:
        print_table(
            ("score", "covered", "rule", "because"),
            [(f"{each.score:.2f}", _side(each.rule), each.rule.title, each.because) for each in found],
        )
    return 0


def ledger(options: argparse.Namespace) -> int:
    """What each rule has decided and saved."""
    from store.policy.ledger import ledger as accounts

    with open_desk(options) as desk:
        lines = accounts(desk.read(), desk_rules.rules(desk), desk.now())
    if options.json:
        print_json(
            {
                "rules": [
                    {
                        "rule": line.rule.id,
                        "title": line.rule.title,
                        "declines": line.declines,
                        "declines_lately": line.declines_lately,
                        "came_back": line.came_back,
                        "tickets_saved": line.tickets_saved,
                        "last_declined_at": to_iso(line.last_declined_at),
                        "advice": line.advice,
                    }
                    for line in lines
                ]
            }
        )
        return 0
    print_table(
        ("declines", "came back", "tickets saved", "rule", "advice"),
        [
            (
                str(line.declines),
                str(line.came_back),
                "–" if line.tickets_saved is None else f"{line.tickets_saved:.1f}",
                line.rule.title,
                line.advice,
            )
            for line in lines
        ],
    )
    return 0
