"""Views: the parts of the desk, each a letter after g."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from store.desk.queue import VIEWS, View
from tui.commands.command import TICKETS, Command, Job

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console


class GoTo(Command):
    """Show a saved view of the queue."""

    where = TICKETS
    view: ClassVar[View]

    def run(self, console: Console) -> Job:
        """Shows the view, from whatever screen."""
        console.open_view(self.view.query, self.view.name)
        return None


def _go_to(view: View) -> type[GoTo]:
    help = f"Show the view {view.name} ({view.query})"
    name = view.name.lower().replace(" ", "-")
    facts = {"id": f"view.{name}", "title": view.name, "keys": f"g {view.key}", "view": view, "__doc__": help}
    return type(f"GoTo{view.name}", (GoTo,), facts | {"__module__": __name__})


globals().update({f"GoTo{view.name}": _go_to(view) for view in VIEWS})
