"""Finding: search, filter, jump, and searches that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import TICKETS, Command, Job, Where

if TYPE_CHECKING:
    from store.model import SavedSearch
    from tui.app import HelptermApp as Console


class Search(Command):
    """Search everything as you type: words, phrases, operators such as tag: and from:; a number jumps"""

    id, title, keys, where, footer = "find.search", "Search", "/", TICKETS, 8

    async def run(self, console: Console) -> None:
        """Opens the search line of the queue."""
        await console.queue().finding.open("search")


class Filter(Command):
    """Narrow the view you see as you type"""

    id, title, keys, where = "find.filter", "Filter", "\\", frozenset({Where.QUEUE})

    async def run(self, console: Console) -> None:
        """Opens the filter line of the queue."""
        await console.queue().finding.open("filter")


class Jump(Command):
    """Type a ticket's number and Enter to open it"""

    id, title, keys, where = "find.jump", "Jump to number", "1, 2, 3, 4, 5, 6, 7, 8, 9, #", TICKETS

    async def run(self, console: Console) -> None:
        """Opens the search line with the digit in it."""
        await console.queue().finding.open("jump", console.keyboard.last.removeprefix("#"))


class Save(Command):
    """Keep what is searched for under a name; g and its digit recall it"""

    id, title, keys, where = "search.save", "Save search", "g +, ctrl+s", frozenset({Where.QUEUE})
    while_typing = True

    def check(self, console: Console) -> str | None:
        """Needs a search or a filter."""
        return (
            None if console.queue_behind().finding.sought else "Nothing is searched for: search with / first"
        )

    async def run(self, console: Console) -> None:
        """Asks for the name."""
        from store.desk import searches
        from tui.screens.choices import search_name
        from tui.worker import change

        queue = console.queue()
        query = queue.query_text
        name = await search_name(console, query)
        if name is not None:
            kept = await change(searches.save, console.desk, name, query)
            await queue.recount()
            key = f" · g {kept.digit} shows it" if kept.digit else ""
            console.say(f"Saved as “{kept.name}”{key}")


class Recall(Command):
    """Show the search that is saved under the digit"""

    id, title, where = "search.recall", "Saved search", TICKETS
    keys = "g 1, g 2, g 3, g 4, g 5, g 6, g 7, g 8, g 9"

    def label(self, console: Console, key: str) -> str:
        """The name of the search under a digit; a digit without one is not offered."""
        saved = console.queue_behind().finding.saved
        return next((each.name for each in saved if str(each.digit) == key), "")

    async def run(self, console: Console) -> None:
        """By the digit that was pressed; chosen from the palette it asks which."""
        from store.desk import searches
        from tui.screens.choices import saved_search
        from tui.worker import in_thread

        pressed = console.keyboard.last
        if pressed.isdigit():
            chosen: SavedSearch | None = await in_thread(searches.under, console.desk, int(pressed))
        else:
            chosen = await saved_search(console, "Show which saved search?")
        if chosen is not None:
            console.open_view(chosen.query, chosen.name)


class Forget(Command):
    """Take a saved search away"""

    id, title, keys, where = "search.forget", "Forget search", "g -", frozenset({Where.QUEUE})

    def check(self, console: Console) -> str | None:
        """Needs one that is saved."""
        return None if console.queue_behind().finding.saved else "No search is saved"

    async def run(self, console: Console) -> None:
        """Asks which."""
        from store.desk import searches
        from tui.screens.choices import saved_search
        from tui.worker import change

        chosen = await saved_search(console, "Forget which saved search?")
        if chosen is not None:
            await change(searches.forget, console.desk, chosen)
            await console.queue().recount()
            console.say(f"Forgotten: “{chosen.name}”")


class SavedView(Command):
    """A saved search as an entry of the palette; no key of its own but g and its digit."""

    def __init__(self, saved: SavedSearch) -> None:
        self._saved = saved

    def run(self, console: Console) -> Job:
        """Shows it."""
        console.open_view(self._saved.query, self._saved.name)
        return None
