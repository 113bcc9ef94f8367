"""Makes the editor ready while a ticket is read: its modules, the gate's word lists, the desk's takeaways. Runs in a thread."""

from __future__ import annotations

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
    import store.channels.mail.compose
    import tui.screens.reply
    import tui.screens.review  # noqa: F401
    from store.policy.gate import Reply, context, review

    review(desk, ticket, Reply("."), context=context(desk, ticket))
