"""Choosing a link to hand over: the best three for this ticket first, each with its reason; typing searches all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.types import CSSPathType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from store.desk import takeaways
from store.model import Takeaway
from store.policy.links import find_links
from store.text.fold import fold
from tui.screens.dialogs import Confirm, Dialog, Say
from tui.worker import change, in_thread

if TYPE_CHECKING:
    from tui.app import HelptermApp
    from tui.writing import Writing

MOST_SHOWN = 50
"""Links shown at once; typing narrows them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A link to choose, and why it is offered; `is_new` when it is not in the knowledge base yet."""

    takeaway: Takeaway
    why: str = ""
    is_new: bool = False

    def content(self) -> Content:
        """Title, address, reason: plain text, whatever a stranger wrote there."""
        link = self.takeaway
        head = "Add this link and put it in" if self.is_new else link.title or link.url
        parts: list[str | tuple[str, str]] = [(head, "bold"), (f"\n  {link.url}", "$accent")]
        state = {"dead": " ✗ did not answer when last checked", "moved": " ! has moved"}.get(link.status, "")
        if state:
            parts.append((state, "$warning"))
        if self.why:
            parts.append((f"\n  {self.why}", "$muted"))
        return Content.assemble(*parts)


async def choose_takeaway(console: HelptermApp, writing: Writing) -> Takeaway | None:
    """Asks for a link for this ticket; a new address that was typed goes into the knowledge base first."""
    known = await in_thread(takeaways.takeaways, console.desk, writing.ticket.product or None)
    offers = _of_the_rule(writing, known)
    offers += [Offer(each.takeaway, each.because) for each in writing.context.suggestions(())]
    first = {each.takeaway.url for each in offers}
    offers += [Offer(each) for each in known if each.url not in first]
    chosen = await console.ask(TakeawayPicker(offers))
    if chosen is None:
        return None
    if not chosen.is_new:
        return chosen.takeaway
    url, ticket = chosen.takeaway.url, writing.ticket
    title = await console.ask(
        Say("What is the page about? (its title, for the next one who looks)", str.strip, text="")
    )
    return await change(
        takeaways.add,
        console.desk,
        url,
        title=title or "",
        product=ticket.product,
        language=writing.context.language,
    )


def _of_the_rule(writing: Writing, known: Sequence[Takeaway]) -> list[Offer]:
    """Where the rule sends people by which the reply says no."""
    if writing.rule is None:
        return []
    by_url = {each.url: each for each in known}
    return [
        Offer(by_url.get(url, Takeaway("", url)), f"where the rule “{writing.rule.title}” sends people")
        for url in writing.rule.links
    ]


class TakeawayPicker(Dialog[Offer]):
    """A field and the links; Ctrl+E changes a title, Ctrl+X retires a link."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialogs.tcss", "takeaways.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+e", "retitle", show=False, priority=True),
        Binding("ctrl+x", "retire", show=False, priority=True),
    ]
    question = "A link that the customer can go on with"
    hint = "Type to search, or paste a new address · Enter puts it in · Ctrl+E title · Ctrl+X retire · Esc leaves"

    def __init__(self, offers: Sequence[Offer]) -> None:
        super().__init__()
        self._offers = list(offers)
        self._shown: list[Offer] = []

    def answers(self) -> ComposeResult:
        """A field and the list."""
        yield Input(compact=True, placeholder="search, or https://…")
        yield OptionList(markup=False, compact=True)

    def on_mount(self) -> None:
        """The best are shown at first."""
        self._narrow("")
        self.set_focus(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrows by what is typed."""
        self._narrow(event.value)

    def _narrow(self, text: str) -> None:
        self._shown = _matching(self._offers, text)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(each.content()) for each in self._shown)
        if self._shown:
            options.highlighted = 0
        else:
            said = (
                "Nothing matches"
                if self._offers
                else "The knowledge base is empty: paste an address, it is added"
            )
            options.add_option(Option(said, disabled=True))

    @property
    def _highlighted(self) -> Offer | None:
        at = self.query_one(OptionList).highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def on_input_submitted(self) -> None:
        """Enter takes what is highlighted."""
        if self._highlighted is not None:
            self.dismiss(self._highlighted)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click."""
        self.dismiss(self._shown[event.option_index])

    def on_key(self, event: events.Key) -> None:
        """Arrows move in the list while the field has the focus."""
        options = self.query_one(OptionList)
        moves = {"down": options.action_cursor_down, "up": options.action_cursor_up}
        if event.key in moves:
            event.stop()
            moves[event.key]()

    def action_retitle(self) -> None:
        """Gives the link another title."""
        self.app.run_worker(self._retitle())

    async def _retitle(self) -> None:
        from dataclasses import replace

        offer, console = self._highlighted, self._desk_console
        if offer is None or offer.is_new:
            return
        title = await console.ask(Say("Title of the page", str.strip, text=offer.takeaway.title))
        if title is not None:
            changed = await change(takeaways.edit, console.desk, replace(offer.takeaway, title=title))
            self._offers = [
                replace(each, takeaway=changed) if each is offer else each for each in self._offers
            ]
            self._narrow(self.query_one(Input).value)

    def action_retire(self) -> None:
        """Stops offering the link."""
        self.app.run_worker(self._retire())

    async def _retire(self) -> None:
        offer, console = self._highlighted, self._desk_console
        if offer is None or offer.is_new:
            return
        url = offer.takeaway.url
        if await console.ask(
            Confirm(f"Stop offering {url}? Replies that carry it stay as they are.", "Retire it")
        ):
            await change(takeaways.retire, console.desk, offer.takeaway.id)
            self._offers.remove(offer)
            self._narrow(self.query_one(Input).value)

    @property
    def _desk_console(self) -> HelptermApp:
        from tui.app import HelptermApp

        assert isinstance(self.app, HelptermApp)
        return self.app


def _matching(offers: Sequence[Offer], text: str) -> list[Offer]:
    """The offers that hold every word; an address that nobody offers yet comes first, as a new link."""
    words = fold(text).split()
    found = [
        each
        for each in offers
        if all(
            word in fold(f"{each.takeaway.title} {each.takeaway.url} {each.takeaway.text[:600]}")
            for word in words
        )
    ][:MOST_SHOWN]
    typed = text.strip()
    is_link = [each.url for each in find_links(typed)] == [typed]
    if is_link and all(each.takeaway.url != typed for each in found):
        found.insert(0, Offer(Takeaway("", typed), is_new=True))
    return found
