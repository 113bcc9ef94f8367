"""Mentoring: newcomers' replies on their way past a mentor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console


class HandIn(Command):
    """Hand your draft for this ticket in: a mentor reads it before it leaves"""

    id, title, keys, where = "light.hand-in", "Hand in", "w i", frozenset({Where.TICKET})

    async def run(self, console: Console) -> None:
        """The gate judges it first."""
        from store.desk import conversation, drafts
        from store.policy.gate import Reply
        from store.shifts import greenlight
        from tui.worker import change, in_thread

        opened = console.conversation().opened
        draft = await in_thread(drafts.load, console.desk, opened.ticket)
        if draft is None:
            console.say("There is no draft here yet: r writes one", "warning")
            return
        reply = Reply(draft.text, decline_rule=draft.rule)
        seen = conversation.newest(opened.messages)
        await change(greenlight.submit, console.desk, opened.ticket, reply, seen=seen)
        console.say("Handed in: a mentor reads it")
        await console.refresh_all(own=True)


class GreenLights(Command):
    """The replies that wait for a green light: send one, return it with remarks, or open its ticket"""

    id, title, keys, where = "light.waiting", "Green lights", "w g", TICKETS | {Where.SHIFT}

    async def run(self, console: Console) -> None:
        """Lists them, then shows one with what can be done."""
        from store.desk import tickets
        from store.shifts import greenlight
        from store.text.inert import inert, inert_line
        from tui.screens.dialogs import Choice, Choose, Pick
        from tui.screens.shift_questions import say
        from tui.worker import change, in_thread

        waiting = await in_thread(greenlight.waiting, console.desk)
        choices = [Choice(each.author, each, remark=inert_line(each.text, 60)) for each in waiting]
        light = await console.ask(Pick("Replies that wait for a green light", choices))
        if light is None:
            return
        ticket = await in_thread(tickets.find, console.desk, light.ticket)
        chosen = await console.ask(
            Choose(
                f"{light.author} to {ticket.customer.name or ticket.customer.email}:\n\n{inert(light.text)}\n",
                [
                    Choice("send", "send", "s", "it leaves under both names"),
                    Choice("return", "return", "r", "with remarks"),
                    Choice("open the ticket", "open", "o"),
                ],
                on=2,
            )
        )
        if chosen == "open":
            console.open_ticket(ticket.number)
        elif chosen == "send":
            await change(greenlight.send, console.desk, light.id)
            console.say(f"Sent: {light.author} wrote it, you let it pass")
            await console.refresh_all(own=True)
        elif chosen == "return":
            remarks = await say(console, "What would make it better?")
            if remarks is not None:
                await change(greenlight.give_back, console.desk, light.id, remarks)
                console.say(f"Returned to {light.author}")
                await console.refresh_all(own=True)
