"""How the tickets of a generated desk live: who writes when, what is answered, how they end. Nothing is stored here.

A life is a line of deeds: messages and changes in the order of time, each of which the ordinary road could have made.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from store.clock import DAY, HOUR, MINUTE
from store.model import Agent, ScopeRule, Takeaway
from store.sample import talk
from store.sample.life import SORTER, Done, Life, Said
from store.sample.people import People
from store.sample.vocabulary import Language

NEWCOMERS = 0.35
"""The share of tickets from people who never wrote before. The others come from whoever wrote an earlier ticket, each
ticket as likely as the next, so a few customers write very often (the process of Yule and Simon)."""

RECENT = 0.25
"""The newest share of the desk, of which the log tells every step; older tickets came as they stand."""

JUST_CAME = 3
"""The newest tickets, which nobody can have finished yet."""

_SPAN = 1400 * DAY
_PRIORITIES = ("normal",) * 72 + ("low",) * 13 + ("high",) * 12 + ("urgent",) * 3
_HOURS_TO_ANSWER = {"urgent": 0.6, "high": 2.5, "normal": 9.0, "low": 30.0}
_CHANNELS = ("email",) * 72 + ("helpdesk",) * 10 + ("forum",) * 8 + ("chat",) * 6 + ("phone",) * 4
_DEPARTMENTS = ("Support",) * 80 + ("Billing",) * 12 + ("Engineering",) * 8
_TIERS = (1,) * 95 + (2,) * 4 + (3,)
_UNDONE = ("new",) * 18 + ("open",) * 42 + ("pending",) * 28 + ("on_hold",) * 12
_PLANS = {
    "new": ("c",),
    "open": ("c",) * 6 + ("crc",) * 11 + ("crcrc",) * 3,
    "pending": ("cr",) * 3 + ("crcr",),
    "on_hold": ("crn",),
    "solved": ("c",) * 7 + ("cr",) * 13 + ("crc",) * 3 + ("crcr",) * 2,
}
"""Who speaks in turn, by how a ticket ends: customer, reply, note."""

_OPEN_FOR_LONG = ("crc",) * 3 + ("crcrc",)
_LONG = 5 * DAY
"""An open ticket older than this had an answer already; nobody's first mail lies about for so long."""

_HOURS_TO_WAIT = 14.0
_TAGS = (
    *(
        "mail",
        "spam",
        "conditions",
        "multi-step",
        "styling",
        "uploads",
        "export",
        "dates",
        "payments",
        "licence",
    ),
    *(
        "webhook",
        "translation",
        "privacy",
        "conflict",
        "accessibility",
        "update",
        "move",
        "backup",
        "certificate",
    ),
    *("dns", "cache", "errors", "invoice", "plan", "refund", "login", "ssh", "staging"),
)
_PROBLEMS = ("4.3 loses answers", "eu-2 storage", "PayLark keys", "Stashcache joins scripts")


@dataclass(frozen=True, slots=True)
class World:
    """Who and what a generated desk is made of."""

    languages: Mapping[str, Language]
    trades: Sequence[str]
    agents: Sequence[Agent]
    takeaways: Sequence[Takeaway]
    rules: Sequence[ScopeRule]
    domains: Mapping[str, str]


class Lives:
    """The tickets of a desk, oldest first. The same world, `count`, `seed` and `now` (ms) give the same lives."""

    def __init__(self, world: World, count: int, seed: int, now: int) -> None:
        self._world, self._count, self._now = world, count, now
        self._random = Random(seed)
        self._chance = self._random.random
        self._people = People(world.languages, world.trades, seed)
        pages = [each for each in world.takeaways if "//docs." in each.url]
        self._links = {
            (product, language): [
                each.url for each in pages if each.product == product and each.language in (language, "en")
            ]
            for product in world.domains
            for language in world.languages
        }
        self._declines = {
            product: [each.id for each in world.rules if each.product == product and not each.covered]
            for product in world.domains
        }
        self._agents = {
            language: [each for each in world.agents if language in each.languages] or list(world.agents)
            for language in world.languages
        }
        self._writers = array("L")
        self._customers = 0
        self._span = min(_SPAN, 21 * DAY + count * 20 * MINUTE)

    def __iter__(self) -> Iterator[Life]:
        for position in range(self._count):
            yield self._life((self._count - position - 0.5) / self._count)

    def _life(self, rest: float) -> Life:
        """The ticket after which a share of `rest` of the desk is still to come."""
        chance = self._chance
        created = self._now - int(self._span * rest**1.3)
        status = self._status(rest, self._now - created)
        customer = self._customer()
        person = self._people.person(customer)
        language = self._world.languages[person.language]
        topic = language.topic(chance)
        subject = language.say("subjects", topic)
        values = {
            "status": status,
            "priority": self._one(_PRIORITIES),
            "channel": self._one(_CHANNELS),
            "product": "Formwright" if chance() < 0.6 else "Harbour",
            "department": self._one(_DEPARTMENTS),
            "tier": self._one(_TIERS),
            "assignee": "",
            "language": person.language,
            "snoozed_until": None,
            "problem": "",
            "declined_by": "",
            "handle_seconds": 0,
        }
        life = Life(self._id(created), customer, person, subject.text, subject.folded, topic, created, values)
        life.tags = self._tags()
        self._tell(life, is_recent=rest < RECENT)
        return life

    def _status(self, rest: float, age: int) -> str:
        undone = 0.45 * math.exp(-rest / 0.1) + 0.5 * math.exp(-rest / 0.004) + 0.003
        if self._chance() < undone or rest * self._count < JUST_CAME:
            status: str = self._one(_UNDONE)
            return "open" if status == "new" and age > 4 * DAY else status
        return "solved" if age < 14 * DAY or self._chance() < 0.12 else "closed"

    def _customer(self) -> int:
        if not self._writers or self._chance() < NEWCOMERS:
            self._customers += 1
            self._writers.append(self._customers)
        else:
            self._writers.append(self._writers[int(self._chance() * len(self._writers))])
        return self._writers[-1]

    def _tags(self) -> list[str]:
        """None for two of five tickets; the first of the list far more often than the last."""
        count = (0, 0, 1, 1, 2)[int(self._chance() * 5)]
        return list(dict.fromkeys(_TAGS[int(self._chance() ** 2.2 * len(_TAGS))] for _ in range(count)))

    def _tell(self, life: Life, *, is_recent: bool) -> None:
        """Fills in the deeds, and the values that follow from them."""
        values = life.values
        status = values["status"]
        is_done = status in ("solved", "closed")
        plans = _PLANS["solved" if is_done else status]
        if status == "open" and self._now - life.created_at > _LONG:
            plans = _OPEN_FOR_LONG
        plan: str = self._one(plans)
        agent: Agent = self._one(self._agents[values["language"]])
        times = self._times(life, plan, status)
        if "r" in plan or (status != "new" and self._chance() < 0.5):
            values["assignee"] = agent.name
        begins_as = "new" if is_recent else status
        life.created = {
            "status": begins_as,
            "priority": "normal" if is_recent else values["priority"],
            "assignee": "" if is_recent else values["assignee"],
        }
        teller = _Teller(life, agent, is_recent, dict(life.created))
        for turn, (who, at) in enumerate(zip(plan, times, strict=True)):
            is_last = turn == len(plan) - 1
            life.deeds.append(self._said(life, who, at, agent, content=is_done and is_last))
            teller.after(who, at, status if is_last else "")
            if not turn:
                teller.sort(at)
        self._finish(life, teller, times[-1], is_done)

    def _times(self, life: Life, plan: str, status: str) -> list[int]:
        """When each in turn speaks (ms). Whoever waits for us has waited for some hours, however old the ticket is."""
        age = self._now - life.created_at
        hours = {"r": _HOURS_TO_ANSWER[life.values["priority"]], "c": 6.0, "n": 0.5}
        gaps = [self._random.expovariate(1 / hours[who]) * HOUR + MINUTE for who in plan[1:]]
        available = age * 0.9
        if status == "open" and gaps:
            available = max(available, age - self._random.expovariate(1 / _HOURS_TO_WAIT) * HOUR)
            gaps[-1] = max(gaps[-1], available - sum(gaps[:-1]))
        scale = min(1.0, available / sum(gaps)) if gaps else 1.0
        times = [life.created_at]
        for gap in gaps:
            times.append(times[-1] + max(1, int(gap * scale)))
        return times

    def _said(self, life: Life, who: str, at: int, agent: Agent, *, content: bool) -> Said:
        kind = _kind(who, life.values["channel"], is_first=not life.deeds)
        text = self._text(life, who, content=content)
        domain = {"reply": self._world.domains[life.values["product"]], "inbound": life.person.site}.get(
            kind, ""
        )
        before = next((each.message_id for each in reversed(life.deeds) if isinstance(each, Said)), "")
        message = self._id(at)
        return Said(
            message,
            kind,
            None if who == "c" else agent,
            at,
            text.body,
            text.folded,
            message_id=f"{message[12:]}@{domain}" if domain else "",
            in_reply_to=before if domain else "",
            phrases=text.phrases if kind == "reply" else (),
            link=text.link if kind == "reply" else "",
        )

    def _text(self, life: Life, who: str, *, content: bool) -> talk.Text:
        language = self._world.languages[life.person.language]
        if who == "r":
            link: str = self._one(self._links[life.values["product"], language.name])
            return talk.answer(language, life.person, life.topic, self._chance, link)
        if who == "n":
            return talk.note(language, life.topic)
        if life.deeds:
            return talk.follow_up(language, life.person, life.topic, self._chance, content=content)
        return talk.question(language, life.person, life.topic, self._chance)

    def _finish(self, life: Life, teller: _Teller, last: int, is_done: bool) -> None:
        chance, values = self._chance, life.values
        at = min(self._now, last + 20 * MINUTE)
        if not is_done and values["status"] != "new" and chance() < 0.06:
            days = 1 + chance() * 13 if chance() < 0.5 else 30 + chance() * 270
            teller.set(at, "snoozed_until", self._now + int(days * DAY), None)
        if chance() < 0.02:
            teller.set(at, "problem", self._one(_PROBLEMS), "")
        if teller.is_recent and is_done:
            teller.set(at, "handle_seconds", int(self._random.lognormvariate(6, 0.8)), 0)
            if values["assignee"] and chance() < 0.03:
                teller.set(at, "declined_by", self._one(self._declines[values["product"]]), "")

    def _one(self, options: Sequence[Any]) -> Any:
        return options[int(self._chance() * len(options))]

    def _id(self, at: int) -> str:
        """A UUID of the moment `at` and chance (RFC 9562, version 7) in hexadecimal: in order, so quick to index."""
        digits = f"{self._random.getrandbits(76):019x}"
        return f"{at:012x}7{digits[:3]}a{digits[3:18]}"


def _kind(who: str, channel: str, *, is_first: bool) -> str:
    """What a message is: talk in a chat, calls by phone (after the first they write), else mails and their like."""
    if who == "n":
        return "note"
    if channel == "chat":
        return "chat"
    if channel == "phone" and (who == "r" or is_first):
        return "call"
    return "reply" if who == "r" else "inbound"


@dataclass(slots=True)
class _Teller:
    """Adds to a life the changes that go with its messages; `stands` is how the ticket stands meanwhile."""

    life: Life
    agent: Agent
    is_recent: bool
    stands: dict[str, Any]

    def sort(self, at: int) -> None:
        """What is done to a new ticket: its tags, its priority."""
        if self.is_recent:
            self._move(at, SORTER, "priority", self.life.values["priority"], joined=False)
        for tag in self.life.tags:
            self.life.deeds.append(Done(at, SORTER, "set", f"tag:{tag}", True, False, True))

    def after(self, who: str, at: int, final: str) -> None:
        """The status and the assignee that follow from a message; the last one brings the `final` status."""
        if not self.is_recent:
            return
        if who == "r":
            self._move(at, self.agent.name, "assignee", self.agent.name)
            self._move(at, self.agent.name, "status", final or "pending")
        elif who == "n" or final in ("solved", "closed"):
            self._move(at, self.agent.name, "status", final)
        elif self.stands["status"] != "new":
            self._move(at, SORTER, "status", "open")
        if final:
            self._move(at, self.agent.name, "assignee", self.life.values["assignee"])
            self._move(at, self.agent.name, "status", final)

    def set(self, at: int, name: str, value: Any, previous: Any) -> None:
        """Sets one of the values that only the end knows."""
        self.life.values[name] = value
        self.life.deeds.append(Done(at, self.agent.name, "set", name, value, previous, False))

    def _move(self, at: int, agent: str, name: str, value: Any, *, joined: bool = True) -> None:
        if self.stands[name] != value:
            self.life.deeds.append(Done(at, agent, "set", name, value, self.stands[name], joined))
            self.stands[name] = value
