"""Makes the editor ready while a ticket is read: its modules, the gate's word lists, the desk's takeaways. Runs in a thread."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.desk import Desk
    from store.model import Ticket

_is_warm = False


def warm_up(desk: Desk, ticket: Ticket) -> None:
    """What opening the editor, its first judgement and its first review would wait for (170 ms); the second time nothing.

    What goes wrong here is left to go wrong where somebody waits for it.
    """
    global _is_warm
    if _is_warm:
        return
    _is_warm = True
    for name in ("store.channels.mail.compose", "tui.screens.reply", "tui.screens.review"):
        import_module(name)
    from store.policy.gate import Reply, context, review

    review(desk, ticket, Reply("."), context=context(desk, ticket))
