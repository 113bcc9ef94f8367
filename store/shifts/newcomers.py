"""The record of a newcomer: hours, tickets, how often the first attempt passed; and the sign-off that ends it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from store.clock import DAY
from store.desk import Desk, tickets
from store.desk.documents import documents_where
from store.desk.ids import new_id
from store.desk.transaction import Transaction
from store.errors import BadInput, Refused
from store.model import Role
from store.shifts import greenlight
from store.text.inert import inert
from store.working import Light, Shift, SignOff

AT_LEAST = 14 * DAY
"""How long a newcomer works under a mentor's eyes before the sign-off, unless the mentor says why sooner (ms)."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a newcomer has done: seconds on shift, tickets answered, replies sent, those that passed at the first attempt
    unedited, the findings of the gate by rule, and since when (ms; None before the first shift or reply)."""

    newcomer: str
    since: int | None
    seconds: int
    tickets: int
    replies: int
    passed_first: int
    findings: tuple[tuple[str, int], ...]
    signed_off: SignOff | None

    @property
    def first_pass_rate(self) -> float | None:
        """The share of replies that a mentor sent as they were handed in first; None before there are any."""
        return self.passed_first / self.replies if self.replies else None


def record(desk: Desk, name: str) -> Record:
    """The record of a person. Raises NotFound for an unknown name."""
    person = tickets.known_agent(desk, name)
    lights = greenlight.of_author(desk, person.name)
    sent = [each for each in lights if each.light is Light.SENT]
    shifts = documents_where(desk.read(), Shift, "agent = ? COLLATE NOCASE AND active", (person.name,))
    begun = [each.started_at for each in shifts] + [each.submitted_at for each in lights]
    found = Counter(rule for each in lights for rule in each.findings)
    signed = documents_where(desk.read(), SignOff, "newcomer = ? COLLATE NOCASE AND active", (person.name,))
    return Record(
        newcomer=person.name,
        since=min(begun, default=None),
        seconds=sum(each.worked_ms(desk.now()) for each in shifts) // 1000,
        tickets=len({each.ticket for each in sent}),
        replies=len(sent),
        passed_first=sum(each.rounds == 1 and not each.edited for each in sent),
        findings=tuple(found.most_common()),
        signed_off=signed[-1] if signed else None,
    )


def sign_off(desk: Desk, name: str, remarks: str) -> SignOff:
    """The green light for good: the newcomer becomes an agent, with the record that the mentor's word rests on.

    Raises Refused for who is no newcomer, who may not sign, or while a reply of theirs is undecided; BadInput without a
    sentence, which before two weeks are over says why so soon.
    """
    person = tickets.known_agent(desk, name)
    mentor = tickets.known_agent(desk, desk.agent)
    if person.role is not Role.NEWCOMER:
        raise Refused(f"{person.name} is no newcomer", "nothing is to be signed")
    if mentor.role not in greenlight.MENTORS or mentor.name == person.name:
        raise Refused("you cannot sign this", "an agent, developer or manager of the team can")
    known = record(desk, person.name)
    if any(each.light in (Light.WAITING, Light.RETURNED) for each in greenlight.of_author(desk, person.name)):
        raise Refused("a reply of theirs is not decided yet", "send, return or withdraw it first")
    if not remarks.strip():
        early = known.since is None or desk.now() - known.since < AT_LEAST
        raise BadInput(
            "a sign-off says why",
            "say why before two weeks are over" if early else "write what they do well",
        )

    def job(tx: Transaction) -> SignOff:
        signed = SignOff(
            new_id(),
            person.name,
            tx.agent,
            tx.now,
            inert(remarks).strip(),
            known.seconds,
            known.tickets,
            known.replies,
            known.passed_first,
        )
        tx.put(signed)
        tx.put(replace(person, role=Role.AGENT))
        return signed

    return desk.change(job)
