"""Letters are filed in batches: one transaction for all, and when one of them spoils it, one for each.

So a single poisonous mail costs itself only. Used by the import of archives and by mailboxes alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from store.channels.mail.intake import Item, Outcome, take
from store.channels.mail.letters import Door, Letter
from store.desk import Desk
from store.desk.transaction import Transaction
from store.errors import StoreError

Also = Callable[[Transaction, Sequence[Item]], None]
"""Something to be written in the same transaction as the mails."""


def file_letters(
    desk: Desk, letters: Sequence[Letter | Item], door: Door, also: Also | None = None
) -> list[Item]:
    """Files letters; an `Item` among them is passed through. Raises StoreError when nothing can be written."""
    try:
        return desk.change(lambda tx: _all(tx, letters, door, also))
    except StoreError:
        raise
    except Exception as error:
        if len(letters) > 1:
            return [item for each in letters for item in file_letters(desk, [each], door, also)]
        failed = [Item(letters[0].source, Outcome.FAILED, reason=unexpected(error))]
        if also is not None:
            desk.change(lambda tx: also(tx, failed))
        return failed


def _all(tx: Transaction, letters: Sequence[Letter | Item], door: Door, also: Also | None) -> list[Item]:
    items = [each if isinstance(each, Item) else take(tx, each, door) for each in letters]
    if also is not None:
        also(tx, items)
    return items


def unexpected(error: Exception) -> str:
    """What is said of a mail that made the program fail."""
    return f"it could not be filed ({type(error).__name__}: {error})"
