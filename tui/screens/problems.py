"""Problems: the causes behind tickets, from the first guess to everybody told."""

from __future__ import annotations

from textual.content import Content

from store.desk import Desk
from store.desk.documents import documents
from store.model import Agent, QueueRow
from store.shifts import problems
from store.text.inert import inert_line
from store.working import Problem
from tui.commands.command import Where
from tui.formatting import problems as problem_lines
from tui.formatting.problems import Lines
from tui.screens.dialogs import Choice, Pick
from tui.screens.shift_questions import one_of, optional, say
from tui.screens.two_panes import TwoPanes
from tui.worker import change, in_thread


class ProblemsScreen(TwoPanes):
    """The open ones first, each with its clock; beside it everything that is known."""

    where = Where.PROBLEMS
    CSS_PATH = "problems.tcss"
    pane, detail = "problems", "problem"

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[tuple[Problem, tuple[QueueRow, ...]], ...] = ()
        self._shows_patched = False

    @property
    def entry(self) -> Problem | None:
        """The problem under the cursor."""
        return self._found[self.at][0] if 0 <= self.at < len(self._found) else None

    async def on_mount(self) -> None:
        """Reads what is there."""
        await self._read()

    async def _read(self) -> None:
        before = self.entry
        self._found = await in_thread(_all, self.console.desk, self._shows_patched)
        now = self.console.desk.now()
        open_ones = sum(each.patched_at is None for each, _ in self._found)
        self.head(
            [(" Problems ", "title"), (f"{open_ones} open", "text")],
            [*self.console.day.heading, (f" {self.console.desk.agent} ", "text")],
        )
        ids = [each.id for each, _ in self._found]
        on = ids.index(before.id) if before is not None and before.id in ids else 0
        rows = [self._row(each, len(linked), now) for each, linked in self._found]
        self.fill(rows, "No problem is open: n opens one, w o links a ticket to it", on=on)

    def _row(self, problem: Problem, count: int, now: int) -> Content:
        said, _ = problem_lines.standing(problem, now)
        return Content.assemble(
            f" {inert_line(problem.title, 48)}",
            (f"  {count} ticket{'s' * (count != 1)} · {problem.owner} · {said}", "$muted"),
        )

    def lines(self, cells: int) -> Lines:
        """The problem under the cursor, whole."""
        if self.entry is None:
            return []
        problem, linked = self._found[self.at]
        return problem_lines.whole(problem, linked, self.console.desk.now(), cells)

    async def refresh_shown(self, *, own: bool = False) -> None:
        """Shows what colleagues changed."""
        await self._read()

    async def toggle_patched(self) -> None:
        """With those that are over, or without."""
        self._shows_patched = not self._shows_patched
        await self._read()

    async def _done(self, said: str) -> None:
        await self.console.refresh_all(own=True)
        self.console.say(said)

    async def open_new(self) -> None:
        """Asks what goes wrong, and for evidence and the tracker."""
        title = await say(self.console, "What goes wrong, in a line?")
        if title is None:
            return
        seen = await optional(
            self.console, "What shows it? (Enter for nothing yet)", "a log line, a screenshot"
        )
        if seen is None:
            return
        tracker = await optional(self.console, "Its link in the tracker (Enter for none)", "https://…")
        if tracker is not None:
            evidence = [seen] if seen else []
            await change(problems.add, self.console.desk, title, evidence=evidence, tracker=tracker)
            await self._done(f"Open: {title}")

    async def say_cause(self, problem: Problem) -> None:
        """Asks for the cause: the day to patch it begins."""
        cause = await say(self.console, "What is the cause?")
        if cause is not None:
            await change(problems.found, self.console.desk, problem.id, cause)
            began = "the day to patch it has begun" if problem.found_at is None else "its clock goes on"
            await self._done(f"Cause found: {began}")

    async def say_patched(self, problem: Problem) -> None:
        """Asks what the patch changed: each linked ticket comes back to its agent."""
        if problem.found_at is None:
            self.say("Say first what the cause was (c)", "warning")
            return
        fix = await say(self.console, "What did the patch change? The replies need the facts")
        if fix is None:
            return
        url = await optional(self.console, "Where is the fix written? (Enter for nowhere)", "https://…")
        if url is not None:
            _, back = await change(problems.patched, self.console.desk, problem.id, fix, url)
            await self._done(f"Patched: {len(back)} customers are to be told, each by a reply of their own")

    async def add_evidence(self, problem: Problem) -> None:
        """One more thing that shows it."""
        seen = await say(self.console, "What shows it?")
        if seen is not None:
            await change(problems.amend, self.console.desk, problem.id, evidence=[seen])
            await self._done("Kept with the problem")

    async def choose_owner(self, problem: Problem) -> None:
        """Who sees to it that it is patched."""
        people = await in_thread(lambda desk: documents(desk.read(), Agent), self.console.desk)
        choices = [Choice(each.name, each.name, remark=each.full_name) for each in people]
        owner = await self.console.ask(Pick("Who owns it?", choices))
        if owner is not None:
            await change(problems.amend, self.console.desk, problem.id, owner=owner)
            await self._done(f"{owner} owns it")

    async def set_tracker(self, problem: Problem) -> None:
        """Its link in the tracker."""
        url = await optional(self.console, "Its link in the tracker (Enter for none)", "https://…")
        if url is not None:
            await change(problems.amend, self.console.desk, problem.id, tracker=url)
            await self._done("Linked to the tracker" if url else "Linked to no tracker")

    async def open_ticket(self) -> None:
        """One of its tickets."""
        if self.entry is None:
            return
        _, linked = self._found[self.at]
        if not linked:
            self.say("No ticket is linked to it: w o on a ticket does", "warning")
            return
        number = (
            linked[0].number
            if len(linked) == 1
            else await one_of(self.console, "Which ticket?", linked, "none")
        )
        if number:
            self.console.open_ticket(number)


def _all(desk: Desk, patched: bool) -> tuple[tuple[Problem, tuple[QueueRow, ...]], ...]:
    found = problems.problems(desk, patched=patched)
    return tuple((each, tuple(problems.linked(desk, each))) for each in found)
