"""Commands and keys: one list of commands, profiles without clashes, the user's keys checked."""

from __future__ import annotations

import string

import pytest
from textual.widgets import TextArea

from store.config import Config
from store.config.reading import parse
from store.desk import Desk, tickets
from store.model import Status
from tests.tui.console import console, opened, said, settled, shown
from tests.tui.queue_desk import fill_desk, hit, queue_of, tickets_of, under_cursor
from tui.commands.command import Where
from tui.commands.keys import (
    UnknownKey,
    clashes,
    is_sure,
    is_unsure,
    key_map,
    normal_key,
    parse_keys,
    shown_key,
)
from tui.commands.registry import by_id, commands, groups
from tui.key_profiles import PROFILES


def test_every_command_has_a_name_of_its_own_and_says_what_it_does() -> None:
    ids = [command.id for command in commands()]
    assert len(ids) == len(set(ids))
    assert all(command.title and command.help and command.where for command in commands())
    assert sum(map(len, groups().values())) == len(ids)


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_names_known_commands_and_hides_none(name: str) -> None:
    assert not set(PROFILES[name]) - set(by_id())
    keys = key_map(PROFILES[name])
    assert clashes(keys) == []
    assert keys.remarks == ()


def test_every_command_with_letters_can_be_reached_on_each_of_its_screens() -> None:
    keys = key_map()
    for command in commands():
        for where in command.where - {Where.EVERYWHERE}:
            for sequence in keys.sequences[command.id]:
                assert keys.find(where, sequence) is command


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Ctrl+K", "ctrl+k"), ("esc", "escape"), ("PgDn", "pagedown"), ("?", "?"), ("G", "G"), (",", "comma")],
)
def test_a_key_is_read_as_people_write_it(written: str, meant: str) -> None:
    assert normal_key(written) == meant


@pytest.mark.parametrize("written", ["ctrl", "hyper+x", "enterr", "gg", "f99"])
def test_a_key_that_no_terminal_sends_is_refused(written: str) -> None:
    with pytest.raises(UnknownKey):
        parse_keys(written)


def test_keys_are_shown_as_they_stand_on_the_keyboard() -> None:
    assert [shown_key(key) for key in ("ctrl+k", "escape", "down", "f1", "g")] == [
        "Ctrl+K",
        "Esc",
        "↓",
        "F1",
        "g",
    ]


@pytest.mark.parametrize(
    ("own", "remark"),
    [
        ({"ticket.cloze": "e"}, "keys: there is no command 'ticket.cloze'; did you mean ticket.close?"),
        ({"ticket.close": "ctrl+ü+x"}, "keys: ticket.close: 'ctrl+ü+x' is no key"),
        (
            {"ticket.close": "ctrl+i"},
            "keys: ticket.close: many terminals send Tab for Ctrl+I; choose another, or add one",
        ),
        (
            {"reply.review": "ctrl+enter"},
            "keys: reply.review: many terminals do not send Ctrl+Enter, or send it as another key; choose another, or add one",
        ),
        (
            {"reply.review": "s, g s"},
            "keys: reply.review: 's' is typed into the reply; choose one with Ctrl, Alt or a function key",
        ),
        (
            {"ticket.close": "w", "ticket.take": "w"},
            "keys: ticket.take and ticket.close both want 'w'; ticket.close keeps it",
        ),
    ],
)
def test_what_cannot_be_used_is_told_and_left_aside(own: dict[str, str], remark: str) -> None:
    keys = key_map({}, own)
    assert remark in keys.remarks
    assert clashes(keys) == []


def test_the_users_key_beats_a_default_which_is_told_when_it_has_none_left() -> None:
    keys = key_map({}, {"ticket.close": "a"})
    assert keys.find(Where.QUEUE, ("a",)) is by_id()["ticket.close"]
    assert keys.remarks == (
        "keys: ticket.close leaves ticket.take without a key; it is in the palette (Ctrl+K)",
    )


def test_a_key_that_begins_a_sequence_takes_the_sequences_away() -> None:
    keys = key_map({}, {"ticket.take": "g"})
    assert keys.find(Where.QUEUE, ("g",)) is by_id()["ticket.take"]
    assert keys.continuations(Where.QUEUE, ("g",)) == []


def test_each_remark_names_the_line_of_the_configuration() -> None:
    text = 'agent = "ada"\n\n[keys]\n"ticket.close" = "w x"\n"ticket.cloze" = "e"\n"ticket.take" = "w"\n"go.back" = "r"\n'
    config, _ = parse(text, "config.toml")
    assert key_map({}, config.keys).remarks[:2] == (
        "config.toml, line 5: there is no command 'ticket.cloze'; did you mean ticket.close?",
        "config.toml, line 6: ticket.take and ticket.close both want 'w'; ticket.close keeps it",
    )
    taken = [each for each in key_map({}, config.keys).remarks if "without a key" in each]
    assert (
        "config.toml, line 7: go.back leaves ticket.reply without a key; it is in the palette (Ctrl+K)"
        in taken
    )


def test_a_key_that_some_terminals_send_may_stand_beside_one_that_all_do() -> None:
    keys = key_map({}, {"ticket.close": "ctrl+enter, W"})
    assert keys.remarks == ()
    assert keys.find(Where.QUEUE, ("ctrl+enter",)) is by_id()["ticket.close"]


@pytest.mark.parametrize("name", PROFILES)
def test_no_key_that_terminals_cannot_tell_apart_is_the_only_way(name: str) -> None:
    keys = key_map(PROFILES[name])
    for command in commands():
        assert not keys.sequences[command.id] or any(map(is_sure, keys.sequences[command.id])), command.id


@pytest.mark.parametrize(
    "key", ["ctrl+i", "ctrl+m", "ctrl+h", "ctrl+j", "ctrl+enter", "ctrl+1", "ctrl+shift+k", "shift+enter"]
)
def test_keys_that_terminals_cannot_tell_apart_are_known(key: str) -> None:
    assert is_unsure(normal_key(key))
    assert not any(
        map(is_unsure, ("j", "+", "ctrl+k", "alt+q", "f5", "shift+tab", "ctrl+left", "enter", "escape"))
    )


CONVENTIONS = {
    "j": "move.down", "k": "move.up", "down": "move.down", "up": "move.up", "enter": "ticket.open", "o": "ticket.open",
    "u": "go.back", "escape": "go.back", "g g": "move.top", "G": "move.bottom", "r": "ticket.reply", "n": "ticket.note",
    "a": "ticket.take", "A": "ticket.assign", "s": "ticket.status", "t": "ticket.tag", "v": "ticket.move", "x": "select.toggle",
    "* a": "select.all", "e": "ticket.close", "h": "ticket.snooze", "M": "ticket.merge", "z": "change.undo", "/": "find.search",
    "\\": "find.filter", "ctrl+k": "help.palette", ":": "help.palette", "?": "help.keys", ".": "change.repeat",
    "y y": "copy.number", "g m": "view.mine", "g u": "view.unassigned",
}  # fmt: skip


@pytest.mark.parametrize(("keys", "command"), CONVENTIONS.items())
def test_the_agents_profile_honours_the_conventions(keys: str, command: str) -> None:
    (sequence,) = parse_keys(keys)
    assert key_map().find(Where.QUEUE, sequence) is by_id()[command]


@pytest.mark.parametrize(
    ("name", "keys", "command"),
    [
        ("gmail", "l", "ticket.tag"),
        ("gmail", "b", "ticket.snooze"),
        ("gmail", "z", "change.undo"),
        ("gmail", "* a", "select.all"),
        ("gmail", "* n", "select.none"),
        ("gmail", "g i", "view.open"),
        ("gmail", "/", "find.search"),
        ("aerc", "ctrl+d", "move.page-down"),
        ("aerc", "q", "go.back"),
        ("aerc", "r r", "ticket.reply"),
        ("aerc", "v", "select.toggle"),
        ("aerc", ":", "help.palette"),
        ("aerc", "J", "ticket.next"),
    ],
)
def test_a_profile_feels_like_the_program_it_is_called_after(name: str, keys: str, command: str) -> None:
    (sequence,) = parse_keys(keys)
    screens = by_id()[command].where & {Where.QUEUE, Where.TICKET, Where.EVERYWHERE}
    where = next((each for each in screens if each is not Where.EVERYWHERE), Where.QUEUE)
    assert key_map(PROFILES[name]).find(where, sequence) is by_id()[command]


async def test_every_letter_is_text_while_one_types(desk: Desk) -> None:
    fill_desk(desk, 2)
    before = desk.last_change()
    letters = string.ascii_letters + string.digits + "!#*+-./:;=?@\\_~"
    async with opened(desk) as pilot:
        await hit(pilot, "/")
        await pilot.press(*letters)
        await settled(pilot)
        assert queue_of(pilot).finding.text == letters
        await hit(pilot, "escape n")
        await pilot.press(*letters)
        await settled(pilot)
        assert pilot.app.screen.query_one(TextArea).text == letters
    assert desk.last_change() == before


async def test_every_command_that_cannot_be_used_says_why_in_a_sentence(desk: Desk) -> None:
    async with opened(desk) as pilot:
        for command in commands():
            if Where.QUEUE in command.where and (reason := command.check(console(pilot))) is not None:
                console(pilot).run_command(command)
                await settled(pilot)
                assert said(pilot) == f"! {reason}"
                assert reason[0].isupper()
                assert len(reason.split()) > 2


async def test_after_a_prefix_the_footer_shows_what_may_follow(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await hit(pilot, "g")
        first, *others = shown(pilot).splitlines()[-3:]
        assert first.startswith(" g … ")
        assert "m Mine" in first
        assert "x Outbox" in "".join(others)
        await hit(pilot, "escape")
        assert "Enter Open" in shown(pilot).splitlines()[-1]
        assert " g … " not in shown(pilot)
        await hit(pilot, "g w j")
        assert tickets_of(pilot).cursor == 1


async def test_the_users_keys_work_and_wrong_ones_are_told_at_start(desk: Desk) -> None:
    desk.config = Config(keys={"ticket.take": "w", "nonsense": "x"})
    fill_desk(desk, 1)
    async with opened(desk) as pilot:
        assert "there is no command 'nonsense'" in said(pilot)
        await hit(pilot, "w")
        assert said(pilot).startswith("Taken")


async def test_the_palette_finds_a_command_by_its_name_and_runs_it(desk: Desk) -> None:
    fill_desk(desk, 2)
    async with opened(desk) as pilot:
        await hit(pilot, ": c l o s e enter")
        assert said(pilot).startswith("Closed")
        await hit(pilot, "ctrl+k r e p e a")
        assert "Repeat" in shown(pilot)


async def test_help_lists_the_keys_of_the_screen_and_says_what_cannot_be_done(desk: Desk) -> None:
    async with opened(desk, (140, 60)) as pilot:
        await hit(pilot, "?")
        text = shown(pilot)
        assert "Move to the next ticket" in text
        assert "not now: there is nothing to repeat yet" in text or "not now" in text
        await hit(pilot, "q")
        assert console(pilot).screen is console(pilot).place


async def test_the_hint_after_a_prefix_names_every_key_however_narrow_the_terminal(desk: Desk) -> None:
    fill_desk(desk, 1)
    async with opened(desk, (60, 20)) as pilot:
        await hit(pilot, "w")
        foot = "\n".join(shown(pilot).splitlines()[-6:])
        for _, command in console(pilot).keys.continuations(Where.QUEUE, ("w",)):
            assert command.title in foot
        await pilot.resize_terminal(30, 8)
        await settled(pilot)
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert "w … " not in shown(pilot)


async def test_a_click_on_the_hint_runs_what_it_names(desk: Desk) -> None:
    fill_desk(desk, 2)
    tickets.set_status(desk, [1], Status.SOLVED)
    async with opened(desk) as pilot:
        await hit(pilot, "g")
        lines = shown(pilot).splitlines()[-3:]
        at = next(index for index, line in enumerate(lines) if "Solved" in line)
        await pilot.click("#prefix", offset=(lines[at].index("Solved"), at))
        await settled(pilot)
        assert under_cursor(pilot) == "Question 0"
        assert " g … " not in shown(pilot)


async def test_a_click_on_the_footer_runs_what_it_names(desk: Desk) -> None:
    fill_desk(desk, 1)
    async with opened(desk) as pilot:
        foot = shown(pilot).splitlines()[-1]
        await pilot.click("#commands", offset=(foot.index("Take"), 0))
        await hit(pilot, "down")
        assert said(pilot).startswith("Taken")
