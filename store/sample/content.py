"""What the sample desk is made of: people, products, rules and links in `desk.toml`, tickets in `tickets/`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.clock import DAY, HOUR, MINUTE
from store.desk.documents import Document
from store.desk.ids import derived_id
from store.model import Agent, Channel, Department, Kind, Priority, Product, Role, ScopeRule, Status, Takeaway

_FOLDER = Path(__file__).parent
_UNITS = {"d": DAY, "h": HOUR, "m": MINUTE}
YOU = "you"
"""How the files name whoever opens the desk."""


@dataclass(frozen=True, slots=True)
class SampleFile:
    """An attachment; without a `text` its bytes are made up to fit its name."""

    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """A message `ago` milliseconds old, by an agent or, when `by` is empty, by the ticket's customer."""

    ago: int
    by: str
    kind: Kind
    text: str
    files: tuple[SampleFile, ...]


@dataclass(frozen=True, slots=True)
class SampleTicket:
    """A ticket and how it stands in the end. `declined_by` is a rule's title, `merged_into` a ticket's key."""

    key: str
    subject: str
    name: str
    email: str
    product: str
    department: str
    language: str
    channel: Channel
    status: Status
    priority: Priority
    assignee: str
    tier: int
    tags: tuple[str, ...]
    problem: str
    declined_by: str
    merged_into: str
    snoozed_for: int
    handle_seconds: int
    messages: tuple[SampleMessage, ...]


def documents() -> tuple[Document, ...]:
    """Products, departments, agents, rules and takeaways of the sample desk."""
    data = _read(_FOLDER / "desk.toml")
    return (
        *(Product(_id("product", each["name"]), **each) for each in data["product"]),
        *(Department(_id("department", each["name"]), each["name"]) for each in data["department"]),
        *(_agent(each) for each in data["agent"]),
        *(_rule(each) for each in data["rule"]),
        *(Takeaway(_id("takeaway", each["url"]), **each) for each in data["takeaway"]),
    )


def tickets() -> tuple[SampleTicket, ...]:
    """The tickets of the sample desk, file by file."""
    files = sorted((_FOLDER / "tickets").glob("*.toml"))
    return tuple(_ticket(each) for file in files for each in _read(file)["ticket"])


def rule_id(title: str) -> str:
    """The id of the sample desk's rule with this title; empty for none."""
    return _id("rule", title) if title else ""


def agent_called(name: str) -> Agent:
    """An agent of the sample desk for whoever opens it."""
    return Agent(_id("agent", name), name, f"{name}@quayside.example", name.title(), languages=("en",))


def milliseconds(text: str) -> int:
    """`2d 4h`, `35m` as milliseconds."""
    return sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d+)([dhm])", text))


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _id(kind: str, name: str) -> str:
    return derived_id("sample", kind, name)


def _agent(data: dict[str, Any]) -> Agent:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
    }
    return Agent(_id("agent", data["name"]), **values | {"role": Role(data["role"])})


def _rule(data: dict[str, Any]) -> ScopeRule:
    words = {language: tuple(each) for language, each in data["words"].items()}
    return ScopeRule(_id("rule", data["title"]), **data | {"links": tuple(data["links"]), "words": words})


def _ticket(data: dict[str, Any]) -> SampleTicket:
    name, _, email = data["from"].removesuffix(">").rpartition(" <")
    channel = Channel(data.get("channel", "email"))
    return SampleTicket(
        key=data["key"],
        subject=data["subject"],
        name=name,
        email=email,
        product=data.get("product", "Formwright"),
        department=data.get("department", "Support"),
        language=data.get("language", "en"),
        channel=channel,
        status=Status(data["status"]),
        priority=Priority(data.get("priority", "normal")),
        assignee=data.get("assignee", ""),
        tier=data.get("tier", 1),
        tags=tuple(data.get("tags", ())),
        problem=data.get("problem", ""),
        declined_by=data.get("declined_by", ""),
        merged_into=data.get("merged_into", ""),
        snoozed_for=milliseconds(data.get("snoozed_for", "")),
        handle_seconds=data.get("handle_seconds", 0),
        messages=tuple(_message(each, channel) for each in data["message"]),
    )


def _message(data: dict[str, Any], channel: Channel) -> SampleMessage:
    by = data.get("by", "")
    usual = Kind.CHAT if channel is Channel.CHAT else Kind.REPLY if by else Kind.INBOUND
    files = (
        SampleFile(each) if isinstance(each, str) else SampleFile(**each) for each in data.get("files", ())
    )
    return SampleMessage(
        ago=milliseconds(data["ago"]),
        by=by,
        kind=Kind(data.get("kind", usual)),
        text=data["text"].strip("\n"),
        files=tuple(files),
    )
