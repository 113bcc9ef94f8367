"""The palette: every command of this screen by name, with its key; what cannot be done just now says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command
from tui.commands.finding import SavedView
from tui.commands.registry import available
from tui.screens.dialogs import Choice, Pick

if TYPE_CHECKING:
    from tui.app import HelptermApp


def open_palette(console: HelptermApp) -> None:
    """Shows the palette and runs what is chosen."""

    async def ask() -> None:
        commands = [each for each in available(console.place.where) if each.id != "help.palette"]
        choices = [_choice(console, each) for each in commands] + _saved(console)
        chosen = await console.ask(Pick("Commands", choices))
        if chosen is not None:
            console.run_command(chosen)

    console.start(ask(), hold=True)


def _choice(console: HelptermApp, command: Command) -> Choice[Command]:
    reason = command.check(console)
    keys = f"{console.keys.shown(command, 2):<13}"
    remark = f"{keys} {command.help.rstrip('.')}" if reason is None else f"{keys} not now: {reason}"
    return Choice(command.title, command, remark=remark)


def _saved(console: HelptermApp) -> list[Choice[Command]]:
    """The searches that the agent has saved, where views can be shown."""
    if console.place.where not in TICKETS:
        return []
    return [
        Choice(
            each.name, SavedView(each), remark=f"{f'g {each.digit}' if each.digit else '':<13} {each.query}"
        )
        for each in console.queue_behind().finding.saved
    ]
