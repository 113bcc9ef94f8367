"""The open ticket: what the customer wrote is read at a glance, and a key is enough for the rest."""

from __future__ import annotations

from store.desk import Desk, conversation, messages, tickets
from store.model import Delivery, Kind, Status
from tests.conftest import DAY, HOUR, answer, ask, write_again
from tests.tui.console import console, opened, said, shown
from tests.tui.queue_desk import conversation_text, fill_desk, hit, open_ticket_of
from tui.formatting.conversation import lay_out, links
from tui.screens.dialogs import Pick
from tui.screens.queue import QueueScreen
from tui.widgets.conversation import Conversation

QUOTED = "Thank you, but it is still wrong.\n\n> Please try again.\n> It may work now.\n"
FOLDS = ((QUOTED.index(">"), len(QUOTED), "quote"),)


async def test_the_newest_message_is_in_sight_and_what_it_quotes_is_folded(desk: Desk) -> None:
    ticket = ask(desk, "Invoice", "\n".join(f"line {at}" for at in range(60)), ago=DAY)
    write_again(desk, ticket, QUOTED, folds=FOLDS)
    async with opened(desk) as pilot:
        await hit(pilot, "enter")
        text = conversation_text(pilot)
        assert "it is still wrong" in text
        assert "▸ 2 lines quoted" in text
        assert "It may work now" not in text
        await hit(pilot, "q G")
        assert "> It may work now." in conversation_text(pilot)
        await hit(pilot, "g g")
        assert "line 0" in conversation_text(pilot)


async def test_older_messages_are_a_line_each_until_they_are_asked_for(desk: Desk) -> None:
    ticket = ask(desk, "Many", "the first of all\nits second line", ago=DAY)
    for at in range(4):
        write_again(desk, ticket, f"message {at}", ago=HOUR - at)
    async with opened(desk, (80, 60)) as pilot:
        await hit(pilot, "enter")
        assert "▸" in conversation_text(pilot)
        assert "the first of all its second line" in conversation_text(pilot)
        await hit(pilot, "O")
        assert "\n   its second line" in conversation_text(pilot)


async def test_a_note_is_told_from_a_reply_by_words_and_a_bar(desk: Desk) -> None:
    ticket = ask(desk)
    answer(desk, ticket, "Dear Carla, here it is.")
    messages.note(desk, ticket, "She called twice.")
    async with opened(desk) as pilot:
        await hit(pilot, "enter")
        text = conversation_text(pilot)
        assert "internal note, only the team sees it" in text
        assert " ▌ She called twice." in text
        assert "our reply" in text
        assert "   Dear Carla, here it is." in text


async def test_a_reply_that_may_not_have_arrived_says_so(desk: Desk) -> None:
    ticket = ask(desk)
    reply = answer(desk, ticket, "Here it is.")
    desk.change(lambda tx: tx.set_delivery(reply.number, Delivery.UNCERTAIN))
    async with opened(desk) as pilot:
        await hit(pilot, "enter")
        assert "uncertain whether it arrived" in conversation_text(pilot)


async def test_the_customers_other_tickets_are_counted_and_one_key_away(desk: Desk) -> None:
    ask(desk, "First question", ago=3 * HOUR)
    other = ask(desk, "Second question")
    async with opened(desk) as pilot:
        await hit(pilot, "enter")
        assert "1 other ticket (c)" in shown(pilot)
        await hit(pilot, "c enter")
        assert open_ticket_of(pilot).opened.ticket.number == other.number
        await hit(pilot, "u u")
        assert isinstance(console(pilot).screen, QueueScreen)


async def test_a_wide_terminal_shows_the_facts_beside_the_conversation(desk: Desk) -> None:
    ask(desk, "First question", ago=3 * HOUR)
    ask(desk, "Second question")
    async with opened(desk, (140, 45)) as pilot:
        await hit(pilot, "enter")
        text = shown(pilot)
        assert "Priority    normal" in text
        assert "1 other ticket  c opens one" in text
        assert "Second question" in text


async def test_the_next_ticket_opens_without_going_back(desk: Desk) -> None:
    fill_desk(desk, 3)
    async with opened(desk) as pilot:
        await hit(pilot, "enter ]")
        assert open_ticket_of(pilot).opened.ticket.subject == "Question 1"
        await hit(pilot, "] ]")
        assert said(pilot) == "! The queue ends here"
        await hit(pilot, "[")
        assert "Question 1" in shown(pilot).splitlines()[0]


async def test_closing_an_open_ticket_goes_back_to_the_queue(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await hit(pilot, "enter e")
        assert isinstance(console(pilot).screen, QueueScreen)
        assert tickets.ticket(desk, 1).status is Status.CLOSED


async def test_a_change_made_elsewhere_shows_in_the_open_ticket_where_one_reads(desk: Desk) -> None:
    ticket = ask(desk, body="\n".join(f"line {at}" for at in range(80)))
    async with opened(desk) as pilot:
        await hit(pilot, "enter j j j")
        top = conversation_text(pilot)
        tickets.tag(desk, [ticket.number], ["refund"])
        await console(pilot).lookout.look()
        assert "#refund" in shown(pilot)
        assert conversation_text(pilot) == top


async def test_a_note_is_kept_as_a_draft_until_it_is_saved(desk: Desk) -> None:
    fill_desk(desk, 1)
    async with opened(desk) as pilot:
        await hit(pilot, "n H i escape")
        await hit(pilot, "n ! ctrl+s")
    written = [each for each in _messages(desk, 1) if each.kind is Kind.NOTE]
    assert [each.body for each in written] == ["Hi!"]


def _messages(desk: Desk, number: int):  # type: ignore[no-untyped-def]
    from store.desk.conversation import messages as read

    return read(desk, tickets.ticket(desk, number))


async def test_merging_offers_the_customers_other_tickets(desk: Desk) -> None:
    ask(desk, "Twice", ago=3 * HOUR)
    into = ask(desk, "Twice again")
    async with opened(desk) as pilot:
        await hit(pilot, "M")
        assert isinstance(console(pilot).screen, Pick)
        await hit(pilot, "enter")
        assert tickets.ticket(desk, 1).merged_into == into.id
        await hit(pilot, "z")
        assert tickets.ticket(desk, 1).merged_into == ""


async def test_links_are_listed_whole_and_copied(desk: Desk) -> None:
    ask(desk, body="See https://evil.example/login?next=https://bank.example/.")
    async with opened(desk) as pilot:
        await hit(pilot, "enter y l enter")
        assert said(pilot) == "Copied the link: https://evil.example/login?next=https://bank.example/"
        assert console(pilot).clipboard == "https://evil.example/login?next=https://bank.example/"


async def test_the_history_tells_who_changed_what(desk: Desk) -> None:
    fill_desk(desk, 1)
    async with opened(desk) as pilot:
        await hit(pilot, "a enter i")
        assert "assignee: none → ada" in shown(pilot)


async def test_the_history_tells_why_a_flagged_reply_was_sent(desk: Desk) -> None:
    from dataclasses import replace

    from tui.screens.history import said as line

    ticket = ask(desk)
    answer(desk, ticket, "We will get back to you.")
    (change, *_) = conversation.history(desk, ticket)
    assert line(change) == "a reply was written"
    given = replace(change, value={**change.value, "reasons": {"canned.flagged": "all of them wait"}})
    assert line(given).endswith("sent with canned.flagged, because: all of them wait")


async def test_markup_and_links_of_strangers_stay_letters(desk: Desk) -> None:
    ask(desk, body="[red]boo[/red] [@click=app.quit]x[/]")
    async with opened(desk) as pilot:
        await hit(pilot, "enter")
        assert "[red]boo[/red] [@click=app.quit]x[/]" in conversation_text(pilot)


async def test_a_message_of_a_megabyte_opens_bounded(desk: Desk) -> None:
    ticket = ask(desk, body="word " * 200_000)
    async with opened(desk) as pilot:
        await hit(pilot, "enter")
        widget = open_ticket_of(pilot).query_one(Conversation)
        assert len(widget._laid.lines) <= 5_010
        assert "it goes on" in "".join(text for text, _ in widget._laid.lines[-1].pieces)
    assert links(_messages(desk, ticket.number)) == []


def test_no_line_of_a_conversation_is_wider_than_its_place(desk: Desk) -> None:
    from tui.formatting.cells import total

    ticket = ask(
        desk, body="漢字" * 90 + "\n\tindented " + "x" * 200, name="名" * 60, email="a" * 60 + "@x.example"
    )
    answer(desk, ticket, "👩🏽‍💻 " * 60)
    for cells in (20, 41, 80):
        laid = lay_out(_messages(desk, ticket.number), cells, desk.now())
        assert max(total(line.pieces) for line in laid.lines) <= cells
