"""A week of six people in four zones, told by one seed and worked on a real store, one act after the other in time."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from store.config import Config, Tier
from store.desk import Desk, replies, rules, tickets
from store.desk.ids import derived_id
from store.model import Agent, Priority, Role, Status, Ticket
from store.policy.gate import Reply
from store.shifts import calls, following, greenlight, handover, problems, shift, tiers, timing
from tests.conftest import DAY, HOUR, MINUTE, StoppedClock, ask

MONDAY = datetime(2026, 3, 23)
"""The week in which Europe changes to summer time on its Sunday; the shifts of that Sunday are in it."""

PEOPLE = {
    "ada": ("Europe/Berlin", Role.AGENT, 1),
    "ben": ("Europe/Berlin", Role.AGENT, 1),
    "nia": ("Europe/Istanbul", Role.NEWCOMER, 1),
    "mo": ("America/New_York", Role.MANAGER, 1),
    "dev": ("America/New_York", Role.DEVELOPER, 3),
    "kim": ("Asia/Kolkata", Role.AGENT, 2),
}
CONFIG = replace(
    Config(), tiers=tuple(Tier(level, cost_per_hour=cost) for level, cost in ((1, 30), (2, 45), (3, 90)))
)
_THINGS = (
    "invoice",
    "ledger",
    "export",
    "webhook",
    "font",
    "cursor",
    "backup",
    "login",
    "token",
    "printer",
    "label",
    "parcel",
    "voucher",
    "basket",
)
_DEEDS = (
    "vanishes",
    "doubles",
    "flickers",
    "stalls",
    "repeats",
    "shrinks",
    "freezes",
    "jumps",
    "swells",
    "fades",
    "drifts",
    "lags",
)
_CAUSES = (
    "timer",
    "queue",
    "cache",
    "proxy",
    "driver",
    "schema",
    "index",
    "worker",
    "quota",
    "locale",
    "codec",
    "socket",
    "mirror",
    "lease",
)


@dataclass(order=True)
class Act:
    """Somebody's next step at a moment."""

    at: int
    order: int
    who: str = field(compare=False)
    what: str = field(compare=False)


class Week:
    """The desk of the week and everyone's own view of it. `run` lives it through."""

    def __init__(self, path: Path, seed: int, days: int = 7) -> None:
        self.random = random.Random(seed)
        self.clock = StoppedClock(_utc(MONDAY, "UTC") - DAY)
        self.desks = {name: Desk(path, name, clock=self.clock, config=CONFIG) for name in PEOPLE}
        self.acts: list[Act] = []
        self.days = days
        self._order = 0
        self._ends: dict[str, int] = {}
        self._case = 0
        self._found()

    @property
    def any(self) -> Desk:
        """The desk as Ada has it open."""
        return self.desks["ada"]

    def close(self) -> None:
        for desk in self.desks.values():
            desk.close()

    def _found(self) -> None:
        """The team, and one written rule."""

        def job(tx) -> None:  # type: ignore[no-untyped-def]
            for name, (_, role, tier) in PEOPLE.items():
                tx.put(
                    Agent(
                        derived_id("agent", name), name, f"{name}@desk.example", name.title(), role, tier=tier
                    )
                )

        self.any.change(job)
        self.rule = rules.add(
            self.any,
            title="Foreign themes are their authors' work",
            covered=False,
            why="We did not write them.",
            links=["https://authors.example/themes"],
            words={"en": ["theme"]},
        )

    def run(self) -> None:
        """Lives the week through, act by act."""
        for _ in range(8):
            self._customer()
        for day in range(self.days):
            for name, (zone, *_) in PEOPLE.items():
                weekend = day >= 5 and name not in ("ada", "kim")
                if not weekend:
                    self._plan(_utc(MONDAY + timedelta(days=day, hours=9), zone), name, "start")
            for _ in range(16):
                self._plan(_utc(MONDAY, "UTC") + day * DAY + self.random.randrange(DAY), "", "customer")
        while self.acts:
            act = heapq.heappop(self.acts)
            self.clock.now = max(self.clock.now, act.at)
            self._do(act.who, act.what)

    def _plan(self, at: int, who: str, what: str) -> None:
        self._order += 1
        heapq.heappush(self.acts, Act(at, self._order, who, what))

    def _do(self, who: str, what: str) -> None:
        if what == "customer":
            self._customer()
            return
        desk = self.desks[who]
        if what == "start":
            self._start(desk, who)
        elif what == "pause":
            shift.pause(desk)
            self._plan(self.clock.now + 30 * MINUTE, who, "resume")
        elif what == "resume":
            shift.resume(desk)
            self._plan(self.clock.now + MINUTE, who, "work")
        elif what == "work":
            self._work(desk, who)
        elif what == "stop":
            self._stop(desk, who)

    def _customer(self) -> None:
        self._case += 1
        thing, deed = self.random.choice(_THINGS), self.random.choice(_DEEDS)
        ask(
            self.any,
            f"{thing} {deed} {self._case}",
            f"Since release {self._case} my {thing} {deed} whenever case {self._case * 7} is opened.",
            email=f"c{self._case}@customer.example",
            name=f"Customer{self._case}",
            ago=0,
            priority=self.random.choice(list(Priority)),
            language="en",
        )

    def _start(self, desk: Desk, who: str) -> None:
        shift.start(desk, zone=PEOPLE[who][0])
        self._ends[who] = self.clock.now + 6 * HOUR
        self._plan(self.clock.now + self.random.randrange(5, 20) * MINUTE, who, "work")

    def _work(self, desk: Desk, who: str) -> None:
        if self.clock.now > self._ends[who] - HOUR:
            self._plan(self._ends[who], who, "stop")
            return
        if PEOPLE[who][1] is not Role.NEWCOMER:
            self._mentor(desk)
        ticket = following.take_next(desk)
        if ticket is None:
            if self.random.random() < 0.5:
                self._call(desk)
        else:
            for _ in range(self.random.randrange(1, 4)):
                self.clock.pass_by(self.random.randrange(1, 9) * MINUTE)
                timing.touch(desk)
            self._answer(desk, who, ticket)
            timing.leave(desk)
        running = shift.current(desk)
        assert running is not None
        if not running.edges and self.clock.now > self._ends[who] - 4 * HOUR:
            self._plan(self.clock.now + 2 * MINUTE, who, "pause")
        else:
            self._plan(self.clock.now + self.random.randrange(20, 60) * MINUTE, who, "work")

    def _mentor(self, desk: Desk) -> None:
        for light in greenlight.waiting(desk)[:1]:
            if self.random.random() < 0.25 and light.rounds == 1:
                greenlight.give_back(desk, light.id, "Say when it will be over.")
            else:
                greenlight.send(desk, light.id)

    def _call(self, desk: Desk) -> None:
        self._case += 1
        what = f"The {self.random.choice(_THINGS)} of case {self._case} {self.random.choice(_DEEDS)}."
        minutes = self.random.randrange(3, 25)
        calls.log(
            desk, calls.Call(what, minutes, "We look again on Friday.", "Cal", phone=f"+49{self._case}")
        )

    def _answer(self, desk: Desk, who: str, ticket: Ticket) -> None:
        chance = self.random.random()
        if chance < 0.1 and ticket.tier < 3:
            tiers.escalate(desk, ticket, tiers.Attempt("another browser", "it is the same", []))
        elif chance < 0.15:
            timing.add(desk, ticket, self.random.randrange(5, 40), note="read the logs")
        elif who == "nia":
            greenlight.submit(desk, ticket, self._reply(ticket))
        elif chance < 0.3:
            replies.send(desk, ticket, self._reply(ticket, self.rule.id), status=Status.SOLVED)
        else:
            status = self.random.choice([Status.SOLVED, Status.PENDING])
            replies.send(desk, ticket, self._reply(ticket), status=status)

    def _reply(self, ticket: Ticket, rule: str = "") -> Reply:
        thing, deed, case = ticket.subject.split()[0], ticket.subject.split()[1], ticket.subject.split()[-1]
        first, second, third = self.random.sample(_CAUSES, 3)
        number = self.random.randrange(10_000)
        link = (
            "https://authors.example/themes"
            if rule
            else f"https://docs.example/{thing}/{case}-{first}-{number}"
        )
        text = (
            f"Hello {ticket.customer.name},\n\nyour {thing} {deed} in case {case} because a {first} held its {second} for"
            f" {number} ms until the {third} gave up; I moved the {second} of record {number + 7} away from it just now.\n\n"
            f"What the {third} does after that is written here: {link}\n"
        )
        return Reply(text, decline_rule=rule, acknowledged={"canned.flagged": f"its {first} is another one"})

    def _stop(self, desk: Desk, who: str) -> None:
        following.take_next(desk)  # one more is begun, and not finished
        for each in greenlight.of_author(desk):
            if each.light == "returned":
                greenlight.withdraw(desk, each.id)
        for row in handover.open_ends(desk).tickets:
            to = self.random.choice([who, "queue", "kim"])
            handover.pass_on(desk, [row.number], to, "The customer waits for a word on the cause.")
        handover.stop(desk, learnt=f"{who} saw the {self.random.choice(_CAUSES)} again.")


def _utc(local: datetime, zone: str) -> int:
    return round(local.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def lived(path: Path, seed: int = 5, days: int = 7) -> Iterator[Week]:
    """A week that is over, closed at the end."""
    week = Week(path, seed, days)
    try:
        week.run()
        with_problem(week)
        yield week
    finally:
        week.close()


def with_problem(week: Week) -> None:
    """At the end of the week a cause is found behind two tickets, and patched."""
    dev = week.desks["dev"]
    rows = dev.read().execute("SELECT number FROM tickets ORDER BY number LIMIT 2").fetchall()
    new = problems.add(
        dev, "A lease that nobody gives back", linked=[tickets.ticket(dev, n) for (n,) in rows]
    )
    problems.found(dev, new.id, "The worker dies before its lease ends.")
    week.clock.pass_by(3 * HOUR)
    problems.patched(dev, new.id, "Leases end with their worker.")
