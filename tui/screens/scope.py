"""The scope panel: the written rules of a product, which of them a ticket touches and why; rules are made here too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual.content import Content

from store.desk import Desk, rules
from store.model import ScopeMatch, ScopeRule, Ticket
from tui.commands.command import Where
from tui.formatting import scope as scope_lines
from tui.formatting.cells import Piece
from tui.screens.dialogs import Choice, Confirm, Pick
from tui.screens.two_panes import TwoPanes
from tui.worker import change, in_thread


@dataclass(frozen=True, slots=True)
class Shown:
    """The rules in the order in which they are listed, and why the ticket touches some of them."""

    rules: tuple[ScopeRule, ...]
    matches: dict[str, ScopeMatch]


def read(desk: Desk, ticket: Ticket | None, *, everything: bool) -> Shown:
    """The rules that are shown: those that the ticket touches first, then those that say no. Runs in a thread."""
    from store.policy.gate import context

    matches = {each.rule.id: each for each in context(desk, ticket).scope} if ticket is not None else {}
    product = ticket.product if ticket is not None and not everything else None
    found = rules.rules(desk, product, retired=everything)
    place = {key: index for index, key in enumerate(matches)}
    found.sort(key=lambda rule: (place.get(rule.id, len(place)), not rule.active, rule.covered, rule.product))
    return Shown(tuple(found), matches)


class ScopeScreen(TwoPanes):
    """Lists rules; with a ticket one declines by them."""

    where = Where.SCOPE
    CSS_PATH = "scope.tcss"
    pane, detail = "scope", "rule"

    def __init__(self, ticket: Ticket | None = None) -> None:
        super().__init__()
        self._ticket = ticket
        self._everything = ticket is None
        self._shown = Shown((), {})

    async def on_mount(self) -> None:
        """Reads the rules."""
        await self._read()

    async def _read(self, on: str = "") -> None:
        self._shown = await in_thread(read, self.console.desk, self._ticket, everything=self._everything)
        ids = [each.id for each in self._shown.rules]
        self._draw_heading()
        self.fill(
            [self._entry(each) for each in self._shown.rules],
            "No rule is written yet: n writes the first one",
            on=ids.index(on) if on in ids else 0,
        )

    def _draw_heading(self) -> None:
        ticket = self._ticket
        product = "every product" if self._everything or ticket is None else ticket.product or "no product"
        left: list[Piece] = [(" Rules ", "title"), (f"of {product}", "text")]
        if ticket is not None:
            touched = len(self._shown.matches)
            left.append((f" · #{ticket.short} touches {touched or 'none'} of them", "muted"))
        self.head(left)

    def _entry(self, rule: ScopeRule) -> Content:
        sign, word = scope_lines.side(rule)
        match = self._shown.matches.get(rule.id)
        parts: list[str | tuple[str, str]] = [("▸ " if match else "  ", "$accent"), f"{sign} {rule.title}"]
        parts.append((f"  {word}{f' · {rule.product}' if rule.product else ''}", "$muted"))
        if match is not None:
            parts.append((f" · {match.because}", "$muted"))
        return Content.assemble(*parts)

    @property
    def rule(self) -> ScopeRule | None:
        """The rule under the cursor."""
        return self._shown.rules[self.at] if 0 <= self.at < len(self._shown.rules) else None

    def lines(self, cells: int) -> Sequence[Sequence[Piece]]:
        """The rule under the cursor, whole."""
        rule = self.rule
        return scope_lines.whole(rule, self._shown.matches.get(rule.id), cells) if rule is not None else ()

    def why_not_decline(self) -> str | None:
        """What keeps one from declining by the rule under the cursor."""
        rule = self.rule
        if self._ticket is None:
            return "Open the rules from a ticket to decline it"
        if rule is None or not rule.active:
            return "This rule is retired"
        if rule.covered:
            return "By this rule support does cover it: answer the question"
        return None

    def decline(self) -> None:
        """Opens the editor with the rule at its side; an editor that is open beneath takes the rule over."""
        from tui.screens.reply import ReplyScreen

        ticket, rule = self._ticket, self.rule
        assert ticket is not None
        assert rule is not None
        self.dismiss(None)
        beneath = self.console.place
        if isinstance(beneath, ReplyScreen):
            beneath.decline_by(rule)
        else:
            self.console.open_reply(ticket, rule.id)

    async def new(self) -> None:
        """Writes a rule."""
        from tui.screens.rules import RuleForm

        product = self._ticket.product if self._ticket is not None else ""
        await self._saved(await self.console.ask(RuleForm(self.console.desk, product=product)))

    async def edit(self) -> None:
        """Changes the rule under the cursor."""
        from tui.screens.rules import RuleForm

        await self._saved(await self.console.ask(RuleForm(self.console.desk, self.rule)))

    async def _saved(self, rule: ScopeRule | None) -> None:
        if rule is not None:
            await self._read(rule.id)
            self.say(f"Saved: {rule.title}, version {rule.version}")

    async def retire(self) -> None:
        """Ends the rule under the cursor, or brings it back."""
        rule = self.rule
        assert rule is not None
        if not rule.active:
            await self._saved(await change(rules.edit, self.console.desk, replace(rule, active=True)))
            return
        question = f"Retire “{rule.title}”? Nobody can decline by it any more; its history stays."
        if await self.console.ask(Confirm(question, "Retire it")):
            await change(rules.retire, self.console.desk, rule.id)
            await self._read()
            self.say(f"Retired: {rule.title} · a shows it, x brings it back")

    async def versions(self) -> None:
        """Every version of the rule under the cursor, the latest first."""
        assert self.rule is not None
        found = await in_thread(rules.versions, self.console.desk, self.rule.id)
        lines = [scope_lines.version(each.value, each.at, each.agent, each.previous) for each in found]
        await self.console.ask(
            Pick(f"Versions of “{self.rule.title}”", [Choice(line, line) for line in lines])
        )

    async def toggle_all(self) -> None:
        """Every rule, or those of the ticket's product."""
        self._everything = not self._everything or self._ticket is None
        await self._read(self.rule.id if self.rule is not None else "")

    def back(self) -> None:
        """Closes the panel."""
        self.dismiss(None)
