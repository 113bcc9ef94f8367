"""What should have come out, worked out a second time and in another way than the hub does it."""

from __future__ import annotations

import json
from typing import Any

from store.desk import Desk
from tests.store.sync.conftest import Team

PLAIN = ("status", "priority", "assignee", "tier", "product", "snoozed_until")


def log(team: Team) -> list[dict[str, Any]]:
    """The whole shared log."""
    names = [
        "seq",
        "op",
        "device",
        "n",
        "agent",
        "kind",
        "entity",
        "entity_id",
        "field",
        "value",
        "base",
        "at",
        "effective",
        "outcome",
        "result",
        "written_at",
        "chain",
    ]
    return [
        dict(zip(names, row, strict=True))
        for row in team.rows(f"SELECT {', '.join(names)} FROM helpterm.log ORDER BY seq")
    ]


def check_log(entries: list[dict[str, Any]]) -> None:
    """GAPLESS, ONCE, NOFUTURE, and each decision: RULE and CAUSAL."""
    assert [each["seq"] for each in entries] == list(range(1, len(entries) + 1)), "GAPLESS"
    assert len({each["op"] for each in entries}) == len(entries), "ONCE"
    winners: dict[tuple[str, str], dict[str, Any]] = {}
    holders: dict[str, str] = {}
    newest: dict[str, int] = {}
    for each in entries:
        if each["device"] != "hub":
            assert each["n"] > newest.get(each["device"], 0), "what one store did keeps its order"
            newest[each["device"]] = each["n"]
        assert each["effective"] <= each["written_at"].timestamp() * 1000 + 1, "NOFUTURE"
        where = (each["entity_id"], each["field"])
        if each["kind"] == "create" and each["outcome"] == "applied":
            holders[each["entity_id"]] = each["value"]["assignee"]
        if (
            each["kind"] not in ("set", "claim", "undo")
            or each["entity"] != "ticket"
            or each["outcome"] == "rejected"
        ):
            continue
        winner = winners.get(where)
        unseen = winner is not None and winner["seq"] > each["base"] and winner["device"] != each["device"]
        if not unseen:
            assert each["outcome"] == "applied", ("CAUSAL", each)
        elif each["kind"] == "claim" and holders.get(each["entity_id"], "") not in ("", each["value"]):
            assert each["outcome"] == "lost", ("RULE", each)
        else:
            later = (each["effective"], each["op"]) > (winner["effective"], winner["op"])
            assert (each["outcome"] == "applied") == later, ("RULE", each, winner)
        if each["outcome"] == "applied":
            winners[where] = each
            if each["field"] == "assignee":
                holders[each["entity_id"]] = each["value"]
        present = winners.get(where)
        if present is not None:
            assert each["result"] == present["value"], ("RULE: the result is what holds", each)


def expected_view(entries: list[dict[str, Any]], cursor: int, desk: Desk) -> dict[tuple[str, str], Any]:
    """The fold of the log up to a cursor, with the desk's own pending changes over it."""
    view: dict[tuple[str, str], Any] = {}
    for each in entries:
        if (
            each["seq"] > cursor
            or each["entity"] != "ticket"
            or (each["result"] is None and each["field"] != "snoozed_until")
        ):
            continue
        if each["kind"] == "create":
            view.update({(each["entity_id"], name): each["result"][name] for name in PLAIN})
        elif each["field"]:
            view[each["entity_id"], each["field"]] = each["result"]
    pending = desk.read().execute(
        "SELECT kind, entity_id, field, value FROM changes WHERE seq IS NULL AND device = '' AND entity = 'ticket'"
        " AND id NOT IN (SELECT change FROM conflicts) ORDER BY number"
    )
    for kind, identity, name, packed in pending.fetchall():
        value = json.loads(packed) if packed else None
        if kind == "create":
            for field in PLAIN:
                view.setdefault((identity, field), value.get(field))
        else:
            view[identity, name] = value
    return {where: value for where, value in view.items() if not where[1].startswith("tag:") or value}


def seen_view(desk: Desk) -> dict[tuple[str, str], Any]:
    """What the tables of a store say."""
    view: dict[tuple[str, str], Any] = {}
    for row in desk.read().execute(f"SELECT id, {', '.join(PLAIN)} FROM tickets").fetchall():
        view.update({(row[0], name): value for name, value in zip(PLAIN, row[1:], strict=True)})
    tags = desk.read().execute("SELECT t.id, g.tag FROM ticket_tags g JOIN tickets t ON t.number = g.ticket")
    view.update({(identity, f"tag:{tag}"): True for identity, tag in tags.fetchall()})
    return view


def hub_view(team: Team) -> dict[tuple[str, str], Any]:
    """What the hub's own tables say."""
    columns = [f"helpterm.ms({name})" if name == "snoozed_until" else name for name in PLAIN]
    view: dict[tuple[str, str], Any] = {}
    for identity, *values in team.rows(f"SELECT id, {', '.join(columns)} FROM helpterm.tickets"):
        view.update({(identity, name): value for name, value in zip(PLAIN, values, strict=True)})
    for identity, tag in team.rows("SELECT ticket, tag FROM helpterm.ticket_tags"):
        view[identity, f"tag:{tag}"] = True
    return view
