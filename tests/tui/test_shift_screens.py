"""A shift worked by keyboard: begun, a ticket taken, a call, a break, the handover, the report."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from store.config import Tier
from store.desk import Desk, conversation, drafts, outbox, rules, tickets
from store.desk.ids import new_id
from store.desk.transaction import NewMessage, Transaction
from store.model import Agent, Author, Delivery, Kind, Status, Ticket
from store.shifts import handover, meter, problems, shift, timing
from tests.conftest import HOUR, MINUTE, StoppedClock, ask
from tests.conftest import answer as sent
from tests.tui.console import console, editing, fill, invoice_ticket, opened, press, said, settled, until
from tui.screens.handover import HandoverScreen
from tui.screens.outbox import OutboxScreen
from tui.screens.paper import PaperScreen
from tui.screens.reply import ReplyScreen
from tui.screens.shift_questions import caller, minutes
from tui.screens.ticket import TicketScreen
from tui.widgets.line import Line
from tui.widgets.line_box import LineBox


async def answer(pilot: Pilot[None], text: str) -> None:
    """Types into the question that is asked, and Enter."""
    await until(pilot, lambda: isinstance(pilot.app.screen.focused, Input))
    fill(pilot, text)
    await press(pilot, "enter")


def paper(pilot: Pilot[None]) -> str:
    """What the paper on the screen says."""
    assert isinstance(pilot.app.screen, PaperScreen)
    return pilot.app.screen.paper.text


def shown(pilot: Pilot[None]) -> str:
    """What the list and the detail of the screen say."""
    place = console(pilot).place
    options = place.query_one(OptionList)
    rows = [str(options.get_option_at_index(each).prompt) for each in range(options.option_count)]
    return "\n".join([*rows, *(each.text for each in place.query(LineBox))])


async def test_a_shift_begins_with_its_brief(desk: Desk) -> None:
    ask(desk, "Where is my invoice?")
    async with opened(desk) as pilot:
        await press(pilot, "w", "s")
        assert "Where is my invoice?" in shown(pilot)
        assert shift.current(desk) is not None
        await press(pilot, "escape", "W")
        assert said(pilot).startswith("On shift: 5 h 30 min left · 5 h 30 min planned")


async def test_the_brief_leads_to_what_it_names(desk: Desk, clock: StoppedClock) -> None:
    shift.start(desk)
    shift.stop(desk)
    clock.pass_by(12 * HOUR)
    ticket = ask(desk, "Card charged twice", "Twice, on Monday.", assignee="ada")
    rules.add(desk, title="Refunds", covered=False, why="The trial is there to find out.")
    desk.change(lambda tx: tx.put(Agent("a1", "ada")))
    with Desk(desk.path, "mira", clock=clock) as mira:
        mira.change(lambda tx: tx.put(Agent("a2", "mira")))
        shift.start(mira)
        handover.pass_on(mira, [ticket.number], "ada", "She waits for the log.")
        async with opened(desk) as pilot:
            await press(pilot, "w", "s")
            text = shown(pilot)
            for part in (
                "Handed over",
                "mira: She waits for the log.",
                "Waiting on you",
                "Rules changed",
                "Refunds",
            ):
                assert part in text
            assert "On with you       mira" in text
            assert "Twice, on Monday." in text  # what is under the cursor, in its own words
            await press(pilot, "enter")
            assert isinstance(pilot.app.screen, TicketScreen)
            await press(pilot, "escape", "G", "k", "enter")
            assert pilot.app.screen is console(pilot).place


async def test_the_plan_is_changed_with_its_breaks(desk: Desk, clock: StoppedClock) -> None:
    shift.start(desk)
    clock.pass_by(HOUR)
    async with opened(desk) as pilot:
        await press(pilot, "w", "a")
        await answer(pilot, "4 h")
        await answer(pilot, "45")
        await until(
            pilot, lambda: said(pilot).startswith("3 h left · 4 h planned, 1 h worked; breaks 0 s of 45 min")
        )
        running = shift.current(desk)
        assert running is not None
        assert (running.planned_minutes, running.break_minutes) == (240, 45)


async def test_the_next_ticket_is_opened_and_its_time_is_kept(desk: Desk, clock: StoppedClock) -> None:
    ticket = ask(desk)
    shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "N")
        await until(pilot, lambda: isinstance(pilot.app.screen, TicketScreen))
        await until(pilot, lambda: timing.running(desk) is not None)
        clock.pass_by(4 * MINUTE)
        await press(pilot, "j")
        await press(pilot, "escape")
        await until(pilot, lambda: timing.running(desk) is None)
        assert tickets.ticket(desk, ticket.number).assignee == "ada"
        assert tickets.ticket(desk, ticket.number).handle_seconds == 240


async def test_next_again_and_again_walks_through_all_that_wait_and_says_when_it_begins_anew(
    desk: Desk, clock: StoppedClock
) -> None:
    waiting = [ask(desk, ago=hours * HOUR) for hours in (3, 2, 1)]
    shift.start(desk)
    async with opened(desk) as pilot:
        seen = []
        for _ in range(4):
            await press(pilot, "N")
            await until(pilot, lambda: isinstance(pilot.app.screen, TicketScreen))
            at_hand = console(pilot).conversation().opened.ticket
            seen.append((at_hand.number, said(pilot)))
            timer = timing.running(desk)
            assert timer is not None
            assert timer.ticket == at_hand.id
        again = f"#{waiting[0].short}, passed before: all that wait for you have been offered"
        assert seen == [*((each.number, "") for each in waiting), (waiting[0].number, again)]
        tickets.set_status(desk, [each.number for each in waiting[:2]], Status.SOLVED)
        await press(pilot, "escape", "N", "N")
        assert said(pilot) == f"Nobody waits for you but #{waiting[2].short}"
        shift.stop(desk)
        await press(pilot, "w", "s", "escape", "N")
        assert (console(pilot).conversation().opened.ticket.number, said(pilot)) == (waiting[2].number, "")


async def test_a_ticket_that_closes_after_the_next_one_opened_takes_no_time_from_it(desk: Desk) -> None:
    before, after = ask(desk, ago=2 * HOUR), ask(desk)
    shift.start(desk)
    async with opened(desk) as pilot:
        day = console(pilot).day
        for ticket in (before, after):
            day.opened(ticket)
            await until(
                pilot, lambda id=ticket.id: (now := timing.running(desk)) is not None and now.ticket == id
            )
        day.closed(before)
        await pilot.app.workers.wait_for_complete()
        timer = timing.running(desk)
        assert timer is not None
        assert timer.ticket == after.id
        day.closed(after)
        await until(pilot, lambda: timing.running(desk) is None)


async def test_no_time_is_kept_outside_a_shift(desk: Desk) -> None:
    ticket = ask(desk)
    async with opened(desk) as pilot:
        console(pilot).open_ticket(ticket.number)
        await settled(pilot)
        await press(pilot, "j")
        assert timing.running(desk) is None


async def test_the_heading_says_what_is_left(desk: Desk, clock: StoppedClock) -> None:
    shift.start(desk)
    clock.pass_by(HOUR)
    async with opened(desk, (140, 24)) as pilot:
        await console(pilot).day.look(at_once=True)
        assert console(pilot).day.left == "4 h 30 min left"


async def test_a_break_is_one_key_and_so_is_its_end(desk: Desk, clock: StoppedClock) -> None:
    shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "w", "p")
        assert shift.current(desk).is_paused  # type: ignore[union-attr]
        clock.pass_by(HOUR)
        await press(pilot, "w", "p")
        assert said(pilot) == "Back at work"
        assert not shift.current(desk).is_paused  # type: ignore[union-attr]


async def test_a_call_is_logged_question_by_question(desk: Desk) -> None:
    async with opened(desk) as pilot:
        await press(pilot, "w", "c")
        for text in ("Carla +49 30 123", "The invoice is there twice", "12", "We call on Friday"):
            await answer(pilot, text)
        await press(pilot, "p")
        await until(pilot, lambda: said(pilot).startswith("The call is logged"))
    (number,) = desk.read().execute("SELECT number FROM tickets").fetchone()
    logged = tickets.ticket(desk, number)
    assert (logged.customer.name, logged.status, logged.handle_seconds) == ("Carla", Status.PENDING, 720)
    assert [each.kind for each in conversation.messages(desk, logged)] == [Kind.CALL]


async def test_a_call_of_a_known_caller_joins_the_ticket_that_is_chosen(
    desk: Desk, clock: StoppedClock
) -> None:
    ask(desk, "Other", email="bob@x.example", name="Bob")
    known = ask(desk, "The printer")
    async with opened(desk) as pilot:
        await press(pilot, "P")
        await answer(pilot, "carla@customer.example")
        await until(
            pilot, lambda: "Which ticket" in str(pilot.app.screen.query_one("#question", Static).content)
        )
        options = pilot.app.screen.query_one(OptionList)
        assert options.option_count == 2  # a new one, and hers
        await answer(pilot, "printer")
        await answer(pilot, "It prints now")
        clock.pass_by(9 * MINUTE)
        await press(pilot, "escape", "P")
        await answer(pilot, "Carla")
        await answer(pilot, "printer")
        clock.pass_by(7 * MINUTE)
        await answer(pilot, "It prints now")
        await until(pilot, lambda: isinstance(pilot.app.screen.focused, Input))
        assert isinstance(pilot.app.screen.focused, Input)
        assert pilot.app.screen.focused.value == "7"  # the questions were open for as long
        await press(pilot, "enter")
        await answer(pilot, "Nothing more")
        await press(pilot, "s")
        await until(
            pilot, lambda: "Write to Carla" in str(pilot.app.screen.query_one("#question", Static).content)
        )
        await press(pilot, "y")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReplyScreen))
    assert tickets.ticket(desk, known.number).status is Status.SOLVED
    assert tickets.ticket(desk, known.number).handle_seconds == 420


async def test_the_handover_asks_for_each_ticket_and_ends_in_the_report(
    desk: Desk, clock: StoppedClock
) -> None:
    worked, left = ask(desk, "worked", ago=2 * HOUR), ask(desk, "left", "It is red.", assignee="ada")
    mine = ask(desk, "mine", assignee="ada")
    shift.start(desk)
    timing.add(desk, worked, 12)
    clock.pass_by(5 * HOUR)
    async with opened(desk) as pilot:
        await press(pilot, "w", "e")
        assert "2 to decide" in heading(pilot)
        await press(pilot, "e")
        assert said(pilot).startswith("! 2 still to decide")
        assert "It is red." in shown(pilot)
        await press(pilot, "b")
        await answer(pilot, "She waits for the log.")
        await until(pilot, lambda: "1 to decide" in heading(pilot))
        await press(pilot, "m")
        await answer(pilot, "I look again on Monday.")
        await until(pilot, lambda: "all decided" in heading(pilot))
        await press(pilot, "e")
        await answer(pilot, "Cards retry.")
        await answer(pilot, "worked")
        await until(pilot, lambda: isinstance(pilot.app.screen, PaperScreen) and paper(pilot))
        text = paper(pilot)
    assert shift.current(desk) is None
    assert tickets.ticket(desk, left.number).assignee == ""
    assert tickets.ticket(desk, mine.number).assignee == "ada"
    assert [each.ticket for each in handover.articles(desk)] == [worked.id]
    for part in ("5 h", "12 min", f"#{left.short} to the queue: She waits for the log.", "Cards retry."):
        assert part in text


def heading(pilot: Pilot[None]) -> str:
    return console(pilot).place.query_one("#heading", Line).text


async def test_a_handover_that_is_left_ends_nothing_and_keeps_what_was_decided(desk: Desk) -> None:
    ask(desk, "one", assignee="ada")
    ask(desk, "two", assignee="ada")
    running, _ = shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "w", "e", "b")
        await answer(pilot, "Nobody has looked yet.")
        await until(pilot, lambda: "1 to decide" in heading(pilot))
        await press(pilot, "escape")
        assert shift.current(desk) is not None
        await press(pilot, "w", "e")
        assert "1 to decide" in heading(pilot)
        assert "→ the queue" in shown(pilot)
        assert "Nobody has looked yet." in shown(pilot)
    assert len(handover.given(desk, running)) == 1


async def test_what_others_change_leaves_the_cursor_of_the_handover_where_it_is(desk: Desk) -> None:
    for name in ("one", "two", "three"):
        ask(desk, name, assignee="ada")
    shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "w", "e", "j")
        place = console(pilot).place
        assert isinstance(place, HandoverScreen)
        before = place.entry
        ask(desk, "four", ago=9 * HOUR, assignee="ada")
        await console(pilot).refresh_all()
        assert "4 to decide" in heading(pilot)
        assert place.entry == before


async def test_nothing_half_written_or_uncertain_is_left_without_a_decision(desk: Desk) -> None:
    begun, kept, sent_on = ask(desk, "begun"), ask(desk, "kept"), ask(desk, "sent on")
    shift.start(desk)
    for each in (begun, kept):
        drafts.save(desk, each, "Half a sentence").result()
    doubtful(desk, sent_on)
    async with opened(desk) as pilot:
        await press(pilot, "w", "e")
        assert "3 to decide" in heading(pilot)
        assert "was it received?" in shown(pilot)
        await press(pilot, "m")
        assert said(pilot).startswith("! This cannot wait")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, OutboxScreen)
        await press(pilot, "m", "escape")
        await until(pilot, lambda: "2 to decide" in heading(pilot))
        await press(pilot, "x", "y")
        await until(pilot, lambda: "1 to decide" in heading(pilot))
        await press(pilot, "m")
        await until(pilot, lambda: "all decided" in heading(pilot))
        await press(pilot, "e")
        await answer(pilot, "-")
        await answer(pilot, "none")
        await until(pilot, lambda: isinstance(pilot.app.screen, PaperScreen))
    assert shift.current(desk) is None
    assert len(drafts.all_drafts(desk)) == 1


def doubtful(desk: Desk, ticket: Ticket) -> None:
    """A reply of ours of which nobody knows whether it arrived."""

    def job(tx: Transaction) -> None:
        new = NewMessage(
            new_id(), Kind.REPLY, Author("Ada", "", "ada"), tx.now, "x", delivery=Delivery.QUEUED
        )
        number = tx.add_message(ticket.number, new)
        outbox.queue(tx, number, [ticket.customer.email], tx.now)
        tx.connection.execute("UPDATE outbox SET state = 'uncertain' WHERE message = ?", (number,))

    desk.change(job)


async def test_a_ticket_is_linked_to_a_new_problem_which_is_then_solved(
    desk: Desk, clock: StoppedClock
) -> None:
    ticket = ask(desk)
    desk.change(lambda tx: [tx.put(Agent(name, name)) for name in ("ada", "dev")])
    async with opened(desk) as pilot:
        await press(pilot, "w", "o")
        await answer(pilot, "a new")
        await answer(pilot, "Cards retry")
        (problem,) = problems.problems(desk)
        assert tickets.ticket(desk, ticket.number).problem == problem.id
        await press(pilot, "w", "O", "p")
        assert said(pilot).startswith("! Say first what the cause was")
        await press(pilot, "c")
        await answer(pilot, "No key on retries")
        await until(pilot, lambda: said(pilot).startswith("Cause found"))
        clock.pass_by(25 * HOUR)
        await press(pilot, "e")
        await answer(pilot, "Two charges at 09:12")
        await press(pilot, "w")
        await answer(pilot, "dev")
        await press(pilot, "t")
        await answer(pilot, "https://tracker.example/42")
        await until(pilot, lambda: "https://tracker.example/42" in shown(pilot))
        for part in ("! 1 h late", "dev", "Two charges at 09:12", f"#{ticket.short}"):
            assert part in shown(pilot)
        await press(pilot, "p")
        await answer(pilot, "Retries carry a key")
        await answer(pilot, "")
        await until(pilot, lambda: said(pilot).startswith("Patched: 1"))
        assert "No problem is open" in shown(pilot)
        await press(pilot, "a")
        assert "patched in 25 h" in shown(pilot)
        await press(pilot, "c")
        assert "patched" in said(pilot)
        await press(pilot, "escape", "w", "l")
        assert "Tell them" in console(pilot).queue().view_name
    assert "tell-them" in tickets.ticket(desk, ticket.number).tags


async def test_a_problem_is_opened_with_its_evidence_and_tracker(desk: Desk) -> None:
    desk.change(lambda tx: tx.put(Agent("ada", "ada")))
    async with opened(desk) as pilot:
        await press(pilot, "w", "O", "n")
        for text in ("Exports are empty", "The job ends at once", "https://tracker.example/7"):
            await answer(pilot, text)
        await until(pilot, lambda: said(pilot) == "Open: Exports are empty")
        await press(pilot, "enter")
        assert said(pilot).startswith("! No ticket is linked")
    (problem,) = problems.problems(desk)
    assert (problem.evidence, problem.tracker) == (("The job ends at once",), "https://tracker.example/7")


async def test_time_is_corrected_on_screen_and_the_log_keeps_both(desk: Desk) -> None:
    ticket = ask(desk)
    timing.add(desk, ticket, 12, note="by hand")
    async with opened(desk) as pilot:
        await press(pilot, "w", "T", "enter")
        await answer(pilot, "30")
        await answer(pilot, "The call was longer.")
        await until(pilot, lambda: said(pilot) == "Corrected from 12 min to 30 min; the log keeps both")
        await press(pilot, "w", "T")
        listed = str(pilot.app.screen.query_one(OptionList).get_option_at_index(0).prompt)
        assert "30 min" in listed
        assert "was 12 min: The call was longer. (ada)" in listed
    assert tickets.ticket(desk, ticket.number).handle_seconds == 1800


async def test_going_on_asks_for_how_long_and_why(desk: Desk) -> None:
    ticket = ask(desk)
    async with opened(desk) as pilot:
        await press(pilot, "w", "m", "g")
        await answer(pilot, "30")
        await answer(pilot, "The log of tonight shows it.")
        await until(pilot, lambda: "sentence stands" in said(pilot))
    assert "The log of tonight" in conversation.messages(desk, ticket)[-1].body


def test_callers_and_lengths_are_read_as_people_write_them() -> None:
    assert caller("Carla Example <carla@x.example> +49 30-123") == (
        "Carla Example",
        "carla@x.example",
        "+49 30-123",
    )
    assert [minutes(each) for each in ("12", "12 min", "1:30", "1.5h", "1,5 h")] == [12, 12, 90, 90, 90]


def busy(desk: Desk) -> Ticket:
    """On shift, with a team whose usual ticket takes ten minutes and one that has taken an hour and a half."""
    for each in range(6):
        done = ask(desk, f"usual {each}")
        timing.add(desk, done, 10)
        sent(desk, done, "Done.")
    shift.start(desk)
    costly = ask(desk, "Costly")
    timing.add(desk, costly, 90)
    return costly


async def test_the_open_ticket_shows_what_it_displaces_and_costs(desk: Desk) -> None:
    desk.config = replace(desk.config, tiers=(Tier(1, "first line", "", 40.0),))
    costly = busy(desk)
    async with opened(desk) as pilot:
        await console(pilot).day.look(at_once=True)
        console(pilot).open_ticket(costly.number)
        await settled(pilot)
        await until(pilot, lambda: "1 h 30 min: 8 others" in facts_line(pilot))
        assert "▲▲ · 60.00 EUR" in facts_line(pilot)
        await until(pilot, lambda: "w m decides (go on" in said(pilot))


def facts_line(pilot: Pilot[None]) -> str:
    return console(pilot).place.query_one("#facts", Line).text


async def test_a_ticket_in_the_red_is_decided_before_more_is_written(desk: Desk) -> None:
    costly = busy(desk)
    async with opened(desk) as pilot:
        await console(pilot).day.look(at_once=True)
        console(pilot).open_ticket(costly.number)
        await settled(pilot)
        await press(pilot, "r", "escape")
        assert isinstance(pilot.app.screen, TicketScreen)
        await press(pilot, "r", "g")
        await answer(pilot, "30")
        await answer(pilot, "The log of tonight shows it.")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReplyScreen))
        await press(pilot, "escape", "r")
        assert isinstance(pilot.app.screen, ReplyScreen)  # decided: not asked again
    assert meter.meter(desk, costly).extension is not None


async def test_outside_a_shift_nobody_asks(desk: Desk) -> None:
    costly = busy(desk)
    shift.stop(desk)
    async with opened(desk) as pilot:
        console(pilot).open_ticket(costly.number)
        await settled(pilot)
        await press(pilot, "r")
        assert isinstance(pilot.app.screen, ReplyScreen)


async def test_an_escalation_asks_what_was_tested_what_was_found_and_for_links(desk: Desk) -> None:
    ticket = ask(desk)
    async with opened(desk) as pilot:
        await press(pilot, "E")
        await answer(pilot, "Signed in as Carla.")
        await press(pilot, "escape")
        assert tickets.ticket(desk, ticket.number).tier == 1
        await press(pilot, "E")
        for text in ("Signed in as Carla.", "The list is empty.", "https://logs.example/1"):
            await answer(pilot, text)
        await until(pilot, lambda: tickets.ticket(desk, ticket.number).tier == 2)
    note = conversation.messages(desk, ticket)[-1].body
    for part in ("Tested: Signed in as Carla.", "Found: The list is empty.", "Link: https://logs.example/1"):
        assert part in note


async def test_the_facts_of_a_patch_stand_beside_the_reply(desk: Desk) -> None:
    ticket = invoice_ticket(desk)
    problem = problems.add(desk, "Invoices hide", linked=[ticket])
    problems.found(desk, problem.id, "A filter kept March.")
    problems.patched(desk, problem.id, "The filter ends with the month.", "https://status.example/42")
    async with editing(desk, tickets.ticket(desk, ticket.number)) as pilot:
        text = pilot.app.screen.query_one("#beside", LineBox).text
        for part in ("Invoices hide", "A filter kept March.", "The filter ends", "https://status.example/42"):
            assert part in text


async def test_idle_time_is_noticed_and_said(desk: Desk, clock: StoppedClock) -> None:
    ask(desk)
    shift.start(desk)
    async with opened(desk) as pilot:
        await until(pilot, lambda: console(pilot).day.left)  # the shift of this clock is found
        await press(pilot, "N")
        await until(pilot, lambda: timing.running(desk) is not None)
        clock.pass_by(2 * MINUTE)
        await press(pilot, "j")
        await until(pilot, lambda: (timer := timing.running(desk)) is not None and timer.counted > 0)
        clock.pass_by(40 * MINUTE)
        await press(pilot, "escape")
        await until(pilot, lambda: "40 min without a touch are not counted" in said(pilot))
        assert said(pilot).startswith("2 min noted")


async def test_answering_from_the_queue_keeps_time_too(desk: Desk, clock: StoppedClock) -> None:
    ticket = invoice_ticket(desk)
    shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "r")
        await until(pilot, lambda: timing.running(desk) is not None)
        clock.pass_by(3 * MINUTE)
        await press(pilot, "escape")
        await until(pilot, lambda: timing.running(desk) is None)
    assert tickets.ticket(desk, ticket.number).handle_seconds == 180


async def test_the_reply_to_an_open_ticket_is_time_on_it_and_so_is_what_follows(
    desk: Desk, clock: StoppedClock
) -> None:
    ticket = invoice_ticket(desk)
    shift.start(desk)
    async with opened(desk) as pilot:
        await press(pilot, "N")
        await until(pilot, lambda: timing.running(desk) is not None)
        await press(pilot, "r")
        clock.pass_by(3 * MINUTE)
        await press(pilot, "escape")
        assert timing.running(desk) is not None
        clock.pass_by(2 * MINUTE)
        await press(pilot, "escape")
        await until(pilot, lambda: timing.running(desk) is None)
    assert tickets.ticket(desk, ticket.number).handle_seconds == 300


async def test_a_console_finds_its_shift_again_and_a_forgotten_one_is_trimmed(
    desk: Desk, clock: StoppedClock
) -> None:
    shift.start(desk)
    clock.pass_by(HOUR)
    async with opened(desk) as pilot:
        await until(pilot, lambda: said(pilot) == "Your shift goes on: 4 h 30 min left")
    async with opened(desk) as pilot:
        await press(pilot, "z")
        before = said(pilot)
        assert before
        await until(pilot, lambda: console(pilot).day.left)
        await settled(pilot)
        assert said(pilot) == before, "a greeting covers no answer"
    clock.pass_by(30 * HOUR)
    async with opened(desk) as pilot:
        await until(pilot, lambda: "Your last shift was never ended" in said(pilot))
    assert shift.current(desk) is None
