"""Exports of other desks: each form comes in whole, twice changes nothing, a broken record costs only itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from store.channels.mail.importing import import_paths
from store.channels.mail.intake import Item
from store.clock import from_iso
from store.desk import Desk, conversation, tickets
from store.model import Channel, Delivery, Kind, Priority, Status


def a_ticket(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "subject": f"Lamp {number}",
        "customer": {"name": "Carla", "email": "carla@customer.example"},
        "status": "solved",
        "priority": "high",
        "tags": ["Lamp"],
        "messages": [
            {
                "id": "1",
                "author": {"name": "Carla", "email": "carla@customer.example"},
                "sent_at": "2026-01-01T10:00:00Z",
                "body": "It does not shine.\x1b[2J",
            },
            {"id": "2", "author": {"agent": "ada"}, "sent_at": "2026-01-01T11:00:00Z", "body": "Turn it on."},
        ],
    } | fields


def bring(desk: Desk, file: Path) -> list[str]:
    items: list[Item] = []
    import_paths(desk, [file], items=items.append)
    return [item.outcome for item in items]


FORMS = {
    "a list": lambda each: json.dumps(each),
    "an object": lambda each: json.dumps({"tickets": each}, indent=1),
    "lines": lambda each: "\n".join(json.dumps(one) for one in each) + "\n\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_tickets_in_json_come_in_whole_and_once(desk: Desk, tmp_path: Path, form: str) -> None:
    file = tmp_path / "export.json"
    file.write_text(FORMS[form]([a_ticket(1), a_ticket(2)]))
    assert bring(desk, file) == ["ticket", "reply", "ticket", "reply"]
    assert bring(desk, file) == ["duplicate"] * 4
    ticket = tickets.ticket(desk, 1)
    assert (ticket.subject, ticket.status, ticket.priority, ticket.channel, ticket.tags) == (
        "Lamp 1",
        Status.SOLVED,
        Priority.HIGH,
        Channel.HELPDESK,
        ("lamp",),
    )
    assert ticket.first_reply_at == from_iso("2026-01-01T11:00:00")
    question, reply = conversation.messages(desk, ticket)
    assert question.body == "It does not shine."
    assert (reply.kind, reply.author.agent, reply.delivery) == (Kind.REPLY, "ada", Delivery.SENT)


def test_a_broken_record_costs_only_itself(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    records = [
        json.dumps(a_ticket(1)),
        "{broken",
        json.dumps(a_ticket(2, status="nonsense")),
        json.dumps(a_ticket(3)),
    ]
    file.write_text("\n".join(records))
    assert bring(desk, file) == ["ticket", "reply", "failed", "failed", "ticket", "reply"]


def test_a_document_that_ends_too_early_is_listed(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps([a_ticket(1)])[:-5])
    assert bring(desk, file) == ["failed"]
