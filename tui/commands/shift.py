"""Shift: from the first key to the handover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command, Where

if TYPE_CHECKING:
    from store.shifts.shift import Standing
    from tui.app import HelptermApp as Console
    from tui.screens.brief import BriefScreen

_DESK = TICKETS | {Where.SHIFT, Where.BRIEF}


class OnTicket(Command):
    """Something of the shift that concerns the ticket at hand."""

    where = TICKETS

    def check(self, console: Console) -> str | None:
        """Needs a ticket."""
        return None if console.place.targets() else "There is no ticket here"


async def _standing(console: Console) -> Standing | None:
    from store.shifts import shift
    from tui.worker import in_thread

    return await in_thread(shift.standing, console.desk)


class StartShift(Command):
    """Begin your shift, and read what changed since the last one; in a shift, where it stands"""

    id, title, keys, where = "shift.start", "Start shift", "W, w s", _DESK

    async def run(self, console: Console) -> None:
        """Shows the brief of a new shift."""
        from store.shifts import shift
        from tui.formatting import shift as lines
        from tui.worker import change

        trimmed = await change(shift.trim_forgotten, console.desk)
        running = await _standing(console)
        if running is not None:
            console.say(f"On shift: {lines.standing(running)} · {lines.plan(running, console.desk.now())}")
            return
        brief = await _brief(console)
        await change(shift.start, console.desk)
        console.day.passed.clear()
        await console.day.look(at_once=True)
        console.show(brief)
        if trimmed is not None:
            console.say(lines.forgotten(trimmed), "warning")


async def _brief(console: Console) -> BriefScreen:
    from tui.screens.brief import BriefScreen, read
    from tui.worker import in_thread

    return BriefScreen(*await in_thread(read, console.desk))


class Brief(Command):
    """What changed since your last shift, who waits, and who else is on"""

    id, title, keys, where = "shift.brief", "Brief", "w b", _DESK

    async def run(self, console: Console) -> None:
        """Shows it."""
        console.show(await _brief(console))


class OpenFromBrief(Command):
    """Open what the line is about"""

    id, title, keys, where, footer = "brief.open", "Open", "enter, o", frozenset({Where.BRIEF}), 1

    def run(self, console: Console) -> None:
        """Goes there."""
        from tui.screens.brief import BriefScreen

        assert isinstance(console.place, BriefScreen)
        console.place.open()


class Plan(Command):
    """Plan the running shift longer or shorter, and how much of it is breaks"""

    id, title, keys, where = "shift.plan", "Plan", "w a", _DESK

    async def run(self, console: Console) -> None:
        """Asks for both; what is planned stands there already."""
        from store.shifts import shift
        from store.text.durations import duration
        from tui.formatting import shift as lines
        from tui.screens.shift_questions import length
        from tui.worker import change

        running = await _standing(console)
        if running is None:
            console.say(f"You are not on shift: {console.keys.first_of('shift.start')} begins one", "warning")
            return
        planned = running.shift.planned_minutes
        hours = await length(console, "How long is the shift to last, without breaks?", f"{planned / 60:g} h")
        if hours is None:
            return
        rest = await length(console, "How much of breaks?", f"{running.shift.break_minutes}", nothing=True)
        if rest is None:
            return
        await change(shift.plan, console.desk, hours / 60, break_minutes=round(rest))
        now = await _standing(console)
        await console.day.look(at_once=True)
        await console.refresh_all(own=True)
        if now is not None:
            console.say(f"{duration(abs(now.left))} left · {lines.plan(now, console.desk.now())}")


class Break(Command):
    """Begin a break, or end it"""

    id, title, keys, where = "shift.break", "Break", "w p", _DESK

    async def run(self, console: Console) -> None:
        """Pauses or goes on."""
        from store.shifts import shift
        from tui.worker import change

        running = await _standing(console)
        if running is not None and running.shift.is_paused:
            await change(shift.resume, console.desk)
            console.say("Back at work")
        else:
            await change(shift.pause, console.desk)
            console.say("A break: its time is not counted")


class NextTicket(Command):
    """Take the ticket that should be answered next, and open it; its time is kept; again: the one after it"""

    id, title, keys, where = "shift.next", "Next for me", "N, w n", _DESK

    async def run(self, console: Console) -> None:
        """Claims and opens."""
        from store.shifts import following
        from tui.worker import change

        found = await change(following.walk_on, console.desk, dict(console.day.passed))
        if found is None:
            console.say("Nobody waits for you")
            return
        console.day.offered(found)
        await console.refresh_all(own=True)
        console.queue()
        short = found.ticket.short
        said = {
            "new": "",
            "passed": f"#{short}, passed before: all that wait for you have been offered",
            "at hand": f"Nobody waits for you but #{short}",
        }
        console.open_ticket(found.ticket.number, said[found.why])


class LogCall(Command):
    """Log a phone call on the open ticket, or from the queue: it joins a ticket of the caller's or becomes a new one"""

    id, title, keys, where = "shift.call", "Log a call", "P, w c", TICKETS

    async def run(self, console: Console) -> None:
        """Asks who, what, how long and what was agreed; a mail with a takeaway is offered."""
        from store.shifts import calls
        from tui.screens.dialogs import Confirm
        from tui.screens.shift_questions import call
        from tui.worker import change

        joins = console.place.where is Where.TICKET
        said = await call(console, await console.ticket_at_hand() if joins else None)
        if said is None:
            return
        logged, _ = await change(calls.log, console.desk, *said)
        await console.refresh_all(own=True)
        if not logged.customer.email:
            console.say(
                f"The call is logged on #{logged.short}; no address is known, so no mail can follow it"
            )
            return
        console.say(f"The call is logged on #{logged.short}")
        question = f"Write to {logged.customer.name or logged.customer.email}, with a link to go on with?"
        if await console.ask(Confirm(question, "Open the editor")):
            console.open_reply(logged)


class Meter(OnTicket):
    """What the ticket has cost in the team's usual tickets: go on, escalate, or draw the line by a rule"""

    id, title, keys = "shift.meter", "What it cost", "w m"

    async def run(self, console: Console) -> None:
        """Shows it and asks."""
        from store.shifts import meter
        from tui.screens.shift_questions import decide
        from tui.worker import in_thread

        ticket = await console.ticket_at_hand()
        await decide(console, ticket, await in_thread(meter.meter, console.desk, ticket))


class WorkTime(OnTicket):
    """Add time to the ticket that the desk has not seen"""

    id, title, keys = "shift.time", "Add time", "w t"

    async def run(self, console: Console) -> None:
        """Asks how long, and for what."""
        from store.shifts import timing
        from store.text.durations import duration
        from tui.screens.shift_questions import length, say
        from tui.worker import change

        ticket = await console.ticket_at_hand()
        more = await length(console, f"Time on #{ticket.short}")
        note = await say(console, "For what?") if more is not None else None
        if more is not None and note is not None:
            await change(timing.add, console.desk, ticket, more, note=note)
            console.say(f"{duration(round(more * 60_000))} noted on #{ticket.short}")
            await console.refresh_all(own=True)


class WorkLog(OnTicket):
    """The time given to the ticket, by whom; correct your own with a reason, what it was stays in the log"""

    id, title, keys = "shift.worklog", "Time log", "w T"

    async def run(self, console: Console) -> None:
        """Lists it and asks what is to be corrected."""
        from store.shifts import timing
        from store.text.durations import duration
        from tui.formatting import shift as lines
        from tui.screens.dialogs import Choice, Pick
        from tui.screens.shift_questions import length, say
        from tui.worker import change, in_thread

        ticket = await console.ticket_at_hand()
        found = await in_thread(lines.work_log, console.desk, ticket)
        chosen = await console.ask(
            Pick(
                f"Time on #{ticket.short}; Enter corrects",
                [Choice(said, each, remark=was) for each, said, was in found],
            )
        )
        if chosen is None:
            return
        now = duration(chosen.seconds * 1000)
        more = await length(console, f"It says {now}. How long was it truly? (0 takes it out)", nothing=True)
        why = await say(console, "Why is it corrected?") if more is not None else None
        if more is not None and why is not None:
            await change(timing.edit, console.desk, chosen.id, more, why)
            await console.refresh_all(own=True)
            console.say(f"Corrected from {now} to {duration(round(more * 60_000))}; the log keeps both")


class LinkProblem(OnTicket):
    """Say which problem is the cause of the ticket, or open a new one"""

    id, title, keys = "shift.problem", "Its cause", "w o"

    async def run(self, console: Console) -> None:
        """Lists the open problems."""
        from store.shifts import problems
        from tui.screens.dialogs import Choice, Pick
        from tui.screens.shift_questions import say
        from tui.worker import change, in_thread

        numbers = list(console.place.targets())
        found = await in_thread(problems.problems, console.desk)
        choices = [Choice(each.title, each.id, remark=each.owner) for each in found]
        choices += [Choice("a new problem", "new"), Choice("none of them", "", remark="unlinks the ticket")]
        chosen = await console.ask(Pick("What is the cause?", choices))
        if chosen == "new":
            title = await say(console, "What goes wrong, in a line?")
            if title is None:
                return
            chosen = (await change(problems.add, console.desk, title)).id
        if chosen is not None:
            await change(problems.link, console.desk, chosen, numbers)
            console.say("Linked to its cause" if chosen else "Linked to no problem")
            await console.refresh_all(own=True)


class TellThem(Command):
    """Show the tickets whose customers are still to be told of a patch"""

    id, title, keys, where = "shift.tell", "Tell them", "w l", _DESK

    def run(self, console: Console) -> None:
        """A view of the queue."""
        from store.desk.replies import TELL_THEM

        console.open_view(f"tag:{TELL_THEM}", "Tell them")


class HandOver(OnTicket):
    """Pass the ticket, or those selected, on with a sentence: to a person, a department, the queue"""

    id, title, keys = "shift.hand", "Hand over", "w h"

    async def run(self, console: Console) -> None:
        """Asks to whom, and what comes next."""
        from store.shifts import handover
        from tui.screens.shift_questions import receiver, say
        from tui.worker import change

        numbers = list(console.place.targets())
        to = await receiver(console, "Hand over to whom?")
        said = await say(console, f"To {to}: what comes next?") if to is not None else None
        if to is not None and said is not None:
            await change(handover.pass_on, console.desk, numbers, to, said)
            console.say(f"Handed over to {to}")
            await console.refresh_all(own=True)


class StopShift(Command):
    """End your shift: decide what is still open, say what was learnt, and read the report"""

    id, title, keys, where = "shift.stop", "Stop shift", "w e", _DESK

    async def run(self, console: Console) -> None:
        """The handover."""
        from tui.screens.handover import begin_handover

        running = await _standing(console)
        if running is None:
            key = console.keys.first_of("shift.start")
            console.say(f"You are not on shift: {key} begins one", "warning")
            return
        await begin_handover(console, running.shift)


class ShiftReport(Command):
    """The report of your shift so far, or of the last one"""

    id, title, keys, where = "shift.report", "Report", "w r", _DESK

    async def run(self, console: Console) -> None:
        """Shows it."""
        from store.reports.report import shift_report
        from store.shifts import shift
        from tui.formatting import shift as lines
        from tui.screens.paper import PaperScreen
        from tui.worker import in_thread

        last = await in_thread(shift.find, console.desk, "last")
        report = await in_thread(shift_report, console.desk, last)
        console.show(PaperScreen("Your shift", lambda cells: lines.report(report, cells)))
