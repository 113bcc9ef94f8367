"""What a command is. Imports no Textual, so that `helpterm keys` can list commands without opening the console."""

from __future__ import annotations

from collections.abc import Coroutine
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from tui.app import HelptermApp as Console


class Where(StrEnum):
    """The screens on which keys mean something; each screen says which one it is."""

    QUEUE = "queue"
    TICKET = "ticket"
    REPLY = "reply"
    REVIEW = "review"
    SCOPE = "scope"
    OUTBOX = "outbox"
    OVERRULED = "overruled"
    SHIFT = "shift"
    ROTA = "rota"
    FIGURES = "figures"
    MENTOR = "mentor"
    RECORD = "record"
    HANDOVER = "handover"
    BRIEF = "brief"
    PROBLEMS = "problems"
    EVERYWHERE = "everywhere"


TICKETS = frozenset({Where.QUEUE, Where.TICKET})
"""Where there is a ticket to act on: under the cursor, selected, or open."""

SCROLLS = frozenset(Where) - {Where.REPLY, Where.EVERYWHERE}
"""Where there is a list or a text to move in with plain keys."""

Job = Coroutine[Any, Any, None] | None


class Command:
    """Something the agent can ask for. The docstring of a subclass is its help: one sentence, no full stop needed.

    `keys` holds the default keys: alternatives parted by commas, the keys of a sequence by blanks (`"g g, home"`).
    `footer` is its rank in the footer (1 is leftmost; 0 keeps it out). With `while_typing` those of its keys that
    are no characters work in a text field too.
    """

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    keys: ClassVar[str] = ""
    where: ClassVar[frozenset[Where]] = frozenset({Where.EVERYWHERE})
    footer: ClassVar[int] = 0
    while_typing: ClassVar[bool] = False

    @property
    def help(self) -> str:
        """The docstring on one line."""
        return " ".join((self.__doc__ or "").split())

    def check(self, console: Console) -> str | None:
        """Why the command cannot be used just now, as a sentence; None when it can. Must be cheap."""
        return None

    def label(self, console: Console, key: str) -> str:
        """What the hint after a prefix calls it when `key` is the next one; nothing leaves that key out."""
        return self.title

    def run(self, console: Console) -> Job:
        """Does it: at once as a plain function (moving a cursor), or as `async def` (asking, reading, changing).

        A DeskError that is raised becomes one line on the screen.
        """
        raise NotImplementedError
