"""Two mails under one Message-ID: the same that came twice, or different ones? Nothing may be lost, nothing doubled.

The same mail comes by Bcc, into two mailboxes, out of the sent folder, or once more through a list, which adds its name to
the subject and a footer to the text, and may take attachments away. Some programs give different mails one Message-ID.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from store.text.subject import base_subject

if TYPE_CHECKING:
    from store.channels.mail.letters import Letter


_WROTE_IT = frozenset(("auto_reply", "bounce", "report", "notice"))
"""Kinds that a mail was sent as; what servers on its way say of it (spam, a list, a loop) may differ from copy to copy."""


def is_same(connection: sqlite3.Connection, message: int, letter: Letter) -> bool:
    """Whether the mail in the row `message` is this one: sender, subject and text agree, and no attachment is new.

    A person's mail is never taken for a copy of what a machine wrote.
    """
    email, automatic, body, folds, subject, first = connection.execute(
        "SELECT m.author_email, m.automatic, m.body, m.folds, t.subject,"
        " NOT EXISTS (SELECT 1 FROM messages o WHERE o.ticket = m.ticket AND o.number < m.number)"
        " FROM messages m JOIN tickets t ON t.number = m.ticket WHERE m.number = ?",
        (message,),
    ).fetchone()
    if email.lower() != letter.author.email.lower():
        return False
    if (automatic in _WROTE_IT) is not (letter.automatic in _WROTE_IT):
        return False
    if first and base_subject(subject) != letter.clues.subject:
        return False
    kept = {
        each for (each,) in connection.execute("SELECT sha256 FROM attachments WHERE message = ?", (message,))
    }
    if not kept.issuperset(file.sha256 for file in letter.mail.attachments):
        return False
    spans = [tuple(fold) for fold in json.loads(folds)] if folds else []
    return body == letter.mail.body or _words(body, spans) == _words(letter.mail.body, letter.folds)


def _words(body: str, folds: list[tuple[int, int, str]] | tuple[tuple[int, int, str], ...]) -> list[str]:
    """The words of a text without what stands below it: a list's footer looks like a signature where it has no link."""
    kept, at = [], 0
    for start, end, kind in folds:
        if kind in ("footer", "signature"):
            kept.append(body[at:start])
            at = end
    kept.append(body[at:])
    return "".join(kept).split()
