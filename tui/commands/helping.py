"""Help: keys, the palette, looks, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command, Job, Where

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console


class Help(Command):
    """The keys of what has the focus and of this screen"""

    id, title, keys, footer, while_typing = "help.keys", "Help", "?, f1", 20, True

    def run(self, console: Console) -> Job:
        """Opens the table."""
        from tui.screens.help import HelpScreen

        console.show(HelpScreen.of(console.place))
        return None


class Palette(Command):
    """Every command by its name"""

    id, title, keys, while_typing = "help.palette", "Commands", "ctrl+k, :", True

    def run(self, console: Console) -> Job:
        """Opens the palette."""
        console.open_palette()
        return None


class NextLook(Command):
    """The theme: dark, light or high contrast; `[console] theme` keeps one"""

    id, title, keys = "look.next", "Next look", "f2"

    def run(self, console: Console) -> Job:
        """Changes the colours at once."""
        console.next_look()
        return None


class Tutor(Command):
    """A five-minute tour of the daily loop on the sample desk; goes on where you left it"""

    id, title = "help.tutor", "Tutor"

    def check(self, console: Console) -> str | None:
        """Works on the sample desk only: what it asks for is sent to nobody there."""
        return None if console.demo else "It works on the sample desk: helpterm tutor opens one"

    def run(self, console: Console) -> Job:
        """Begins, or goes on."""
        console.begin_tutor()
        return None


class InTutor(Command):
    """Something of the tutor that is open."""

    while_typing = True

    def check(self, console: Console) -> str | None:
        """Needs one."""
        return None if console.is_tutored else "The tutor is not open: helpterm tutor begins it"


class SkipStep(InTutor):
    """Go past this step of the tutor"""

    id, title, keys = "tutor.skip", "Skip the step", "ctrl+g"

    def run(self, console: Console) -> Job:
        """Shows the next one."""
        assert console.tutor is not None
        console.tutor.skip()
        return None


class LeaveTutor(InTutor):
    """Put the tutor away; it goes on from here later"""

    id, title = "tutor.leave", "Leave the tutor"

    def run(self, console: Console) -> Job:
        """Takes its strip away."""
        assert console.tutor is not None
        console.tutor.leave()
        console.say("The tutor is put away; the palette brings it back")
        return None


class ExactTimes(Command):
    """Show times as dates with their zone instead of ages, and back"""

    id, title, keys, where = "look.times", "Exact times", "@", TICKETS

    def run(self, console: Console) -> Job:
        """Changes them at once."""
        from tui.formatting.times import zone_in_words

        console.exact_times = not console.exact_times
        for screen in console.desk_screens():
            screen.redraw_times()
        zone = zone_in_words(console.desk.now())
        console.say(f"Times as dates, in {zone}" if console.exact_times else "Times as ages")
        return None


class Quit(Command):
    """Leave helpterm; drafts are kept"""

    id, title, keys, while_typing = "quit", "Quit", "ctrl+q", True

    def run(self, console: Console) -> Job:
        """Leaves at once: nothing can be lost."""
        console.exit()
        return None


class QuitQueue(Command):
    """Leave helpterm from the queue; drafts are kept"""

    id, title, keys, where = "quit.queue", "Quit", "q", frozenset({Where.QUEUE})

    def run(self, console: Console) -> Job:
        """Leaves at once: nothing can be lost."""
        console.exit()
        return None
