"""What the commands of the shift ask, from the first key to the handover: each reads from top to bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from store.clock import MINUTE
from store.desk import tickets
from store.desk.documents import documents
from store.errors import BadInput
from store.model import Agent, Department, QueueRow, Status, Ticket
from store.shifts import calls, handover
from store.shifts import meter as meters
from store.shifts.calls import Call
from store.shifts.effort import effort
from store.shifts.meter import Meter
from store.shifts.tiers import Attempt
from store.text.durations import duration
from store.text.inert import inert_line
from tui.screens.dialogs import Choice, Choose, Pick, Say
from tui.worker import change, in_thread

if TYPE_CHECKING:
    from tui.app import HelptermApp


def sentence(text: str) -> str:
    """A sentence that is asked for. Raises BadInput for none."""
    if not text.strip():
        raise BadInput("write a sentence")
    return text.strip()


def minutes(text: str, *, nothing: bool = False) -> float:
    """`12`, `12 min`, `1:30`, `1.5 h` as minutes; 0 only where `nothing` is an answer. Raises BadInput."""
    words = text.strip().lower().replace(",", ".")
    try:
        if ":" in words:
            hours, _, rest = words.partition(":")
            found = int(hours) * 60 + float(rest)
        elif words.endswith("h"):
            found = float(words.removesuffix("h")) * 60
        else:
            found = float(words.removesuffix("minutes").removesuffix("min").removesuffix("m"))
    except ValueError:
        raise BadInput("that is no length of time", "write 12, 1:30 or 1.5 h") from None
    if not (0 < found <= 960 or (nothing and found == 0)):
        raise BadInput("time runs from a moment to 16 hours", "write 12, 1:30 or 1.5 h")
    return found


def _in_words(found: float) -> str:
    return duration(round(found * 60_000))


async def say(console: HelptermApp, question: str, *, text: str = "", example: str = "") -> str | None:
    """A sentence."""
    return await console.ask(Say(question, sentence, shown=lambda _: "", text=text, example=example))


async def length(
    console: HelptermApp, question: str, text: str = "", *, nothing: bool = False
) -> float | None:
    """A length of time in minutes; 0 only where `nothing` is an answer."""
    return await console.ask(
        Say(
            question,
            lambda said: minutes(said, nothing=nothing),
            shown=_in_words,
            text=text,
            example="12 · 1:30 · 1.5 h",
        )
    )


async def optional(console: HelptermApp, question: str, example: str = "") -> str | None:
    """A sentence; nothing typed, or a dash, for none."""
    said = await console.ask(Say(question, sentence, shown=lambda _: "", example=example, blank="-"))
    return None if said is None else "" if said == "-" else said


async def receiver(console: HelptermApp, question: str) -> str | None:
    """To whom tickets are passed: the queue, a person (oneself: the next shift), a department."""

    def read() -> tuple[list[Agent], list[Department]]:
        return documents(console.desk.read(), Agent), documents(console.desk.read(), Department)

    people, departments = await in_thread(read)
    me = console.desk.agent
    choices = [Choice("the queue", handover.QUEUE, remark="nobody in particular")]
    choices.append(Choice(me, me, remark="you: it waits for your next shift"))
    choices += [Choice(each.name, each.name, remark=each.full_name) for each in people if each.name != me]
    choices += [Choice(each.name, each.name, remark="department") for each in departments]
    return await console.ask(Pick(question, choices))


async def call(console: HelptermApp, ticket: Ticket | None) -> tuple[Call, Ticket | None] | None:
    """A phone call: who rang and which ticket it joins (unless it is known), about what, how long, what was agreed.

    The length stands there already as long as the questions were open: they are opened when the phone rings.
    """
    began = console.desk.now()
    name = email = phone = ""
    if ticket is None:
        who = await say(
            console, "Who rang? A name with a number, or an address for a mail", example="Carla +49 30 123"
        )
        if who is None:
            return None
        name, email, phone = caller(who)
        found = await _its_ticket(console, Call("", 0, "", name, email, phone))
        if found is None:
            return None
        ticket = found or None
    what = await say(console, "What was it about?")
    if what is None:
        return None
    passed = round((console.desk.now() - began) / MINUTE)
    took = await length(console, "How long did it take?", str(passed) if passed else "")
    if took is None:
        return None
    agreed = await say(console, "What was agreed as the next step?")
    if agreed is None:
        return None
    after = await console.ask(
        Choose(
            "And now?",
            [
                Choice("the customer is to act", Status.PENDING, "p"),
                Choice("we are to act", Status.OPEN, "o"),
                Choice("solved", Status.SOLVED, "s"),
            ],
        )
    )
    return None if after is None else (Call(what, took, agreed, name, email, phone, after), ticket)


async def _its_ticket(console: HelptermApp, said: Call) -> Ticket | Literal[False] | None:
    """The ticket of a known caller that a call joins; False for a new one, None when the question was left."""
    rows = await in_thread(calls.tickets_of_caller, console.desk, said)
    if not rows:
        return False
    number = await one_of(console, "Which ticket is it about?", tuple(rows), "a new one")
    if number is None:
        return None
    return await in_thread(tickets.ticket, console.desk, number) if number else False


def caller(text: str) -> tuple[str, str, str]:
    """Name, address and number out of one line such as `Carla Example +49 30 123`."""
    names, email, phone = [], "", []
    for word in text.split():
        if "@" in word and not email:
            email = word.strip("<>,;")
        elif any(letter.isdigit() for letter in word):
            phone.append(word)
        else:
            names.append(word)
    return " ".join(names), email, " ".join(phone)


async def one_of(console: HelptermApp, question: str, rows: tuple[QueueRow, ...], none: str) -> int | None:
    """One of some tickets by its row; 0 for none of them."""
    choices = [Choice(none, 0)]
    choices += [Choice(f"#{row.short} {inert_line(row.subject, 50)}", row.number) for row in rows]
    return await console.ask(Pick(question, choices))


async def attempt(console: HelptermApp) -> Attempt | None:
    """What was tried before a ticket is handed on: tested, found, links; asked one by one, so that nothing is left out."""
    tested = await say(console, "Escalate: what was tested?", example="signed in as the customer, Pier 3.2")
    found = await say(console, "And what was found?") if tested is not None else None
    if tested is None or found is None:
        return None
    links = await optional(console, "Links to the evidence (Enter for none)", "https://…")
    return None if links is None else Attempt(tested, found, links.split())


async def decide(console: HelptermApp, ticket: Ticket, shown: Meter) -> bool:
    """The choice about a ticket that displaces others: True when the agent goes on with it, with a sentence.

    To escalate it or to draw the line is done from here as well.
    """
    choices = [
        Choice("go on", "go", "g", "until…, with a sentence"),
        Choice("escalate", "escalate", "e", "with what was tried"),
        Choice("draw the line", "rule", "d", "by a written rule"),
    ]
    chosen = await console.ask(Choose(f"#{ticket.short}: {shown} ({shown.level})", choices))
    if chosen == "rule":
        console.open_scope(ticket)
    elif chosen == "escalate":
        from tui.commands.changing import Escalate

        await Escalate().run(console)
    elif chosen == "go":
        more = await length(console, "Go on for how long?", "30")
        why = await say(console, "What will the next step show?") if more is not None else None
        if more is not None and why is not None:
            await change(meters.go_on, console.desk, ticket, more, why)
            await console.refresh_all(own=True)
            console.say("Go on; the sentence stands in a note")
            return True
    return False


async def may_go_on(console: HelptermApp, ticket: Ticket) -> bool:
    """False when a ticket displaces so many others that it is decided first, and the agent did not decide to go on."""
    if not console.day.left:
        return True
    found = await in_thread(effort, console.desk, ticket.number)
    return not found.asks or await decide(console, ticket, found.meter)
