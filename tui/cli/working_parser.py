"""The subcommands of working time and their options: shift, worklog, call, meter, cost, rota, problem, greenlight."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from store.model import Status

Add = Callable[[Any, str, str, str], argparse.ArgumentParser]
"""Adds one subcommand: to these, with this name, this function (`module:name`) and this help."""


def add_all(commands: Any, add: Add, parser_class: type[argparse.ArgumentParser]) -> None:
    """Adds every subcommand of working time."""

    def actions(parser: argparse.ArgumentParser) -> Any:
        return parser.add_subparsers(metavar="ACTION", parser_class=parser_class)

    _shift(actions(add(commands, "shift", "shifts:status", "the working shift")), add)
    _time(commands, add, actions)
    _rota(actions(add(commands, "rota", "rota:list_turns", "who is on when")), add)
    _problem(actions(add(commands, "problem", "problems:list_problems", "the causes behind tickets")), add)
    _greenlight(actions(add(commands, "greenlight", "greenlight:list_waiting", "newcomers' replies")), add)


def _shift(actions: Any, add: Add) -> None:
    start = add(actions, "start", "shifts:start", "begin a shift, and what changed since the last one")
    start.add_argument("--hours", type=float, help="how long it is planned (5.5)")
    start.add_argument("--breaks", type=int, metavar="MINUTES", help="how long its breaks are planned (30)")
    start.add_argument(
        "--zone", default="", metavar="ZONE", help="the time zone it is meant in: Europe/Berlin"
    )
    add(actions, "brief", "shifts:brief", "what changed since the last shift")
    add(actions, "pause", "shifts:pause", "begin a break")
    add(actions, "resume", "shifts:resume", "end a break")
    plan = add(actions, "plan", "shifts:plan", "plan the running shift longer or shorter")
    plan.add_argument("hours", type=float, metavar="HOURS")
    plan.add_argument("--breaks", type=int, metavar="MINUTES", help="how long its breaks are planned")
    add(
        actions, "status", "shifts:status", "where the shift stands, and what is to be decided before it ends"
    )
    following = add(
        actions, "next", "shifts:following_ticket", "take the ticket that should be answered next"
    )
    following.add_argument("--department", default="", metavar="NAME")
    add(actions, "leave", "shifts:leave", "turn away from the ticket at hand")
    hand = add(actions, "hand", "shifts:hand", "pass tickets on with a sentence")
    hand.add_argument("tickets", nargs="+", metavar="TICKET")
    hand.add_argument("--to", required=True, metavar="NAME", help="a person, a department, or queue")
    hand.add_argument("--because", required=True, metavar="TEXT", help="what comes next in it")
    stop = add(actions, "stop", "shifts:stop", "end the shift: handover and report")
    stop.add_argument(
        "--rest-to", default="", metavar="NAME", help="pass on what is left: a person, …, queue"
    )
    stop.add_argument("--because", default="", metavar="TEXT", help="the sentence for what is left")
    stop.add_argument("--keep-drafts", action="store_true", help="texts begun wait for the next shift")
    stop.add_argument("--learnt", default="", metavar="TEXT", help="what this shift taught")
    stop.add_argument("--document", default="", metavar="TICKET", help="the ticket that deserves a document")
    report = add(actions, "report", "shifts:report", "the report of a shift, or of the team")
    report.add_argument("shift", nargs="?", default="last", metavar="SHIFT", help="its id (yours: last)")
    report.add_argument("--team", action="store_true", help="everybody, over some days")
    report.add_argument("--since", default="", metavar="DAY", help="the first day: 2026-03-02")
    report.add_argument("--until", default="", metavar="DAY", help="the last day")
    report.add_argument("--zone", default="", metavar="ZONE", help="whose days")
    document = add(actions, "document", "shifts:document", "begin the document that a ticket deserves")
    document.add_argument("ticket", metavar="TICKET")
    for option in ("--title", "--text"):
        document.add_argument(option, default="")
    document.add_argument("--url", default="", help="it is published there: a takeaway from now on")
    add(actions, "articles", "shifts:articles", "documents begun that have no page yet")


def _time(commands: Any, add: Add, actions: Callable[[argparse.ArgumentParser], Any]) -> None:
    worklog = actions(add(commands, "worklog", "shifts:list_work", "the time given to tickets"))
    worklog.required = True
    add(worklog, "list", "shifts:list_work", "all of it").add_argument("ticket", metavar="TICKET")
    by_hand = add(worklog, "add", "shifts:add_work", "add time by hand")
    by_hand.add_argument("ticket", metavar="TICKET")
    by_hand.add_argument("--minutes", type=float, required=True)
    by_hand.add_argument("--note", default="")
    edit = add(worklog, "edit", "shifts:edit_work", "correct time; what it was stays in the log")
    edit.add_argument("entry", metavar="ENTRY")
    edit.add_argument("--minutes", type=float, required=True, help="0 takes it out")
    edit.add_argument("--because", required=True, metavar="TEXT")
    call = add(commands, "call", "shifts:log_call", "log a phone call")
    call.add_argument("--ticket", default="", metavar="TICKET", help="the ticket it belongs to (a new one)")
    call.add_argument("--what", required=True, metavar="TEXT", help="what it was about")
    call.add_argument("--minutes", type=float, required=True, help="how long it took")
    call.add_argument("--agreed", required=True, metavar="TEXT", help="the next step that was agreed")
    for option in ("--name", "--email", "--phone", "--product"):
        call.add_argument(option, default="")
    call.add_argument("--status", choices=[str(each) for each in Status], default=Status.PENDING)
    meter = add(commands, "meter", "shifts:show_meter", "how many usual tickets a ticket has cost")
    meter.add_argument("ticket", metavar="TICKET")
    meter.add_argument("--minutes", type=float, help="go on for so long, with --because")
    meter.add_argument("--because", default="", metavar="TEXT")
    add(commands, "cost", "shifts:show_cost", "what a ticket has cost, tier by tier").add_argument("ticket")


def _rota(actions: Any, add: Add) -> None:
    add(actions, "list", "rota:list_turns", "all turns").add_argument("--person", default="", metavar="NAME")
    new = add(actions, "add", "rota:add", "put a turn on the rota")
    new.add_argument("person", metavar="NAME")
    new.add_argument("starts", metavar="WHEN", help="local: 2026-03-02T09:00")
    new.add_argument("--hours", type=float, default=5.5)
    new.add_argument("--zone", default="", metavar="ZONE")
    new.add_argument("--rule", default="", metavar="RRULE", help="FREQ=WEEKLY;BYDAY=MO,TU (RFC 5545)")
    new.add_argument("--title", default="")
    add(actions, "remove", "rota:remove", "take a turn off the rota").add_argument("turn", metavar="TURN")
    week = add(actions, "week", "rota:week", "who covers a week, and which busy hours nobody does")
    week.add_argument("day", nargs="?", default="", metavar="DAY", help="a day of it (today)")
    week.add_argument("--zone", default="", metavar="ZONE")
    add(actions, "now", "rota:on_now", "who is on the rota now")
    add(actions, "whose", "rota:whose", "everyone takes a turn: who has not")
    imported = add(actions, "import", "rota:import_turns", "turns from an iCalendar file")
    imported.add_argument("path", metavar="FILE")
    imported.add_argument("--person", default="", metavar="NAME", help="all of them are this person's")
    exported = add(actions, "export", "rota:export", "the rota as an iCalendar file")
    exported.add_argument("path", nargs="?", default="-", metavar="FILE")
    exported.add_argument("--person", default="", metavar="NAME")
    holidays = add(actions, "holidays", "rota:holidays", "holidays, or take them from an iCalendar file")
    holidays.add_argument("--import", dest="path", default="", metavar="FILE")
    holidays.add_argument(
        "--calendar", default="", metavar="NAME", help="what they are called (the file's name)"
    )


def _problem(actions: Any, add: Add) -> None:
    listing = add(actions, "list", "problems:list_problems", "the open ones")
    listing.add_argument("--patched", action="store_true", help="those that are over, too")
    new = add(actions, "add", "problems:add", "open a problem")
    new.add_argument("title", metavar="TITLE")
    new.add_argument("--ticket", action="append", default=[], metavar="TICKET", help="a ticket behind it")
    new.add_argument("--evidence", action="append", default=[], metavar="TEXT")
    for option in ("--product", "--owner", "--tracker"):
        new.add_argument(option, default="")
    show = add(actions, "show", "problems:show", "one problem with its tickets")
    link = add(actions, "link", "problems:link", "link tickets to a problem (nothing: unlink)")
    found = add(actions, "found", "problems:found", "its cause is found")
    amend = add(actions, "amend", "problems:amend", "another owner or tracker, more evidence")
    patched = add(actions, "patched", "problems:patched", "it is patched: tell them")
    for each in (show, link, amend, found, patched):
        each.add_argument("problem", metavar="PROBLEM", help="its id or title")
    link.add_argument("tickets", nargs="+", metavar="TICKET")
    amend.add_argument("--owner", metavar="NAME")
    amend.add_argument("--tracker", metavar="URL", help="an empty one takes it away")
    amend.add_argument("--evidence", action="append", default=[], metavar="TEXT")
    found.add_argument("--cause", required=True, metavar="TEXT")
    found.add_argument("--evidence", action="append", default=[], metavar="TEXT")
    patched.add_argument("--fix", required=True, metavar="TEXT", help="the facts that the replies need")
    patched.add_argument("--url", default="", help="where the fix is written")
    tell = add(actions, "tell", "problems:tell", "whose customers are still to be told")
    tell.add_argument("--everybody", action="store_true", help="colleagues' tickets, too")


def _greenlight(actions: Any, add: Add) -> None:
    listing = add(actions, "list", "greenlight:list_waiting", "what waits for a mentor")
    listing.add_argument("--mine", action="store_true", help="what I handed in")
    submit = add(actions, "submit", "greenlight:submit", "hand a reply in")
    submit.add_argument("--ticket", required=True, metavar="TICKET")
    submit.add_argument("--rule", default="", metavar="RULE", help="it declines by this scope rule")
    submit.add_argument("--cc", action="append", default=[], metavar="ADDRESS")
    submit.add_argument("--status", type=Status, choices=[str(each) for each in Status], default=None)
    show = add(actions, "show", "greenlight:show", "one reply that waits")
    send = add(actions, "send", "greenlight:send", "give the green light")
    give_back = add(actions, "return", "greenlight:give_back", "return it with remarks")
    withdraw = add(actions, "withdraw", "greenlight:withdraw", "take your own back")
    for each in (show, send, give_back, withdraw):
        each.add_argument("light", metavar="REPLY", help="its id, or the ticket")
    give_back.add_argument("--remarks", required=True, metavar="TEXT")
    for each in (submit, send):
        each.add_argument("file", nargs="?", metavar="FILE", help="the text; - for standard input")
        each.add_argument("--acknowledge", action="append", default=[], metavar="RULE", help="it stands")
        each.add_argument("--because", action="append", default=[], metavar="TEXT", help="why")
    add(actions, "record", "greenlight:record", "a newcomer's record").add_argument(
        "newcomer", metavar="NAME"
    )
    sign = add(actions, "sign-off", "greenlight:sign_off", "the green light for good")
    sign.add_argument("newcomer", metavar="NAME")
    sign.add_argument("--because", required=True, metavar="TEXT")
