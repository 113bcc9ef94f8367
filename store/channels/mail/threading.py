"""Which ticket a mail belongs to.

| in this order | what must hold |
|---|---|
| own signed Message-ID in In-Reply-To or References | its ticket is here |
| In-Reply-To | names a mail that is here |
| References, the nearest first | names a mail that is here, and the base subject is its own or its ticket's |
| a mail that is here under the same Message-ID | equal base subject (their texts differ, or it would be the same mail) |
| the mail itself was named | by a mail here that answers it, or lists it and has the same base subject |
| a mail that both name and that is not here | equal base subject, and one of the two was written to the other's author |
| plus-address (`support+12345@…`) of one of ours | the number of a ticket |
| `[#12345]` in the subject | the number of a ticket in which the sender takes part |

A ticket that was merged away stands for its survivor. References are read as RFC 5322 (3.6.4) means them.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from store.desk import message_ids
from store.text.subject import base_subject

NEAREST_REFERENCES = 30
"""So many of a mail's References are looked at, the nearest first; longer lists are no conversations."""

PEOPLE_LIMIT = 100
"""So many addresses of one mail are remembered as taking part."""

_TAG = re.compile(r"\[#(\d{5,15})\]")


@dataclass(frozen=True, slots=True)
class Clues:
    """What a mail says about where it belongs.

    `nearest` are In-Reply-To's ids, `earlier` those of References, the nearest first; `subject` is the base subject; `author` and
    `addressed` (not us) are addresses in lower case; `numbers` stand in plus-addresses of ours, `tags` in the subject.
    """

    message_id: str
    nearest: tuple[str, ...]
    earlier: tuple[str, ...]
    subject: str
    author: str
    addressed: tuple[str, ...]
    numbers: tuple[str, ...]
    tags: tuple[str, ...]


def clues(
    message_id: str,
    in_reply_to: Sequence[str],
    references: Sequence[str],
    subject: str,
    author: str,
    addressed: Iterable[str],
    numbers: Iterable[str] = (),
) -> Clues:
    """The clues of a mail: duplicates gone, the last reference first, no mail its own parent."""
    nearest = tuple(dict.fromkeys(name for name in in_reply_to[:5] if name and name != message_id))
    earlier = dict.fromkeys(reversed(references[-NEAREST_REFERENCES:]))
    rest = tuple(name for name in earlier if name and name != message_id and name not in nearest)
    return Clues(
        message_id,
        nearest,
        rest,
        base_subject(subject),
        author,
        tuple(dict.fromkeys(addressed))[:PEOPLE_LIMIT],
        tuple(dict.fromkeys(numbers))[:5],
        tuple(dict.fromkeys(_TAG.findall(subject)))[:5],
    )


def ticket_of(connection: sqlite3.Connection, mail: Clues) -> int | None:
    """The row of the ticket to which a mail belongs (of the survivor, when it was merged); None when it begins a new one."""
    for candidate in _candidates(connection, mail):
        if candidate is not None:
            return survivor(connection, candidate)
    return None


def _candidates(connection: sqlite3.Connection, mail: Clues) -> Iterator[int | None]:
    yield _by_own_id(connection, mail)
    yield _first(_known(connection, name) for name in mail.nearest)
    yield _first(_known(connection, name, mail.subject) for name in mail.earlier)
    yield _known(connection, mail.message_id, mail.subject)
    yield _by_mention(connection, mail)
    yield _by_common_parent(connection, mail)
    yield _first(_by_number(connection, number) for number in mail.numbers)
    yield _by_tag(connection, mail)


def _first(found: Iterable[int | None]) -> int | None:
    return next((ticket for ticket in found if ticket is not None), None)


def _by_own_id(connection: sqlite3.Connection, mail: Clues) -> int | None:
    for name in (*mail.nearest, *mail.earlier):
        own = message_ids.read(connection, name) if name.count(".") >= 2 else None
        if own is not None:
            row = connection.execute("SELECT number FROM tickets WHERE id = ?", (own.ticket,)).fetchone()
            if row is not None:
                return int(row[0])
    return None


def _known(connection: sqlite3.Connection, message_id: str, subject: str | None = None) -> int | None:
    row = connection.execute(
        "SELECT m.ticket, t.subject, m.subject FROM messages m JOIN tickets t ON t.number = m.ticket"
        " WHERE m.message_id = ? AND m.message_id <> '' ORDER BY m.number LIMIT 1",
        (message_id,),
    ).fetchone()
    if row is None or (subject is not None and subject not in map(base_subject, row[1:])):
        return None
    return int(row[0])


def _mentioning(connection: sqlite3.Connection, message_id: str) -> list[tuple[int, bool, str]]:
    """The tickets with a mail that names `message_id`: row, whether as the one it answers, and subject."""
    if not message_id:
        return []
    return connection.execute(
        "SELECT p.ticket, p.direct, t.subject FROM mail_mentions p JOIN tickets t ON t.number = p.ticket WHERE p.message_id = ?"
        " ORDER BY p.direct DESC, p.ticket LIMIT 50",
        (message_id,),
    ).fetchall()


def _by_mention(connection: sqlite3.Connection, mail: Clues) -> int | None:
    mentioning = _mentioning(connection, mail.message_id)
    return _first(
        ticket if direct or base_subject(subject) == mail.subject else None
        for ticket, direct, subject in mentioning
    )


def answering(connection: sqlite3.Connection, message_id: str, subject: str) -> list[int]:
    """The tickets in which a mail answers `message_id` under the same base subject, survivors only."""
    found = (
        survivor(connection, ticket)
        for ticket, direct, other in _mentioning(connection, message_id)
        if direct and base_subject(other) == subject
    )
    return list(dict.fromkeys(found))


def _by_common_parent(connection: sqlite3.Connection, mail: Clues) -> int | None:
    for name in (*mail.nearest, *mail.earlier):
        for ticket, _, subject in _mentioning(connection, name):
            if base_subject(subject) == mail.subject and _is_shared(connection, ticket, mail):
                return ticket
    return None


def _is_shared(connection: sqlite3.Connection, ticket: int, mail: Clues) -> bool:
    """Whether the mail's author takes part in the ticket, or somebody whom the ticket knows was written to."""
    return bool(takes_part(connection, ticket, [mail.author, *mail.addressed]))


def takes_part(connection: sqlite3.Connection, ticket: int, emails: Sequence[str]) -> set[str]:
    """Those of `emails` (lower case) that wrote or were written to in a ticket, or in one merged into it."""
    asked = [email for email in dict.fromkeys(emails) if email]
    rows = connection.execute(
        "SELECT email FROM mail_people WHERE ticket IN (SELECT ?1 UNION ALL SELECT number FROM tickets WHERE merged_into <> ''"
        f" AND merged_into = (SELECT id FROM tickets WHERE number = ?1)) AND email IN ({', '.join('?' * len(asked))})",
        (ticket, *asked),
    )
    return {email for (email,) in rows}


def _by_number(connection: sqlite3.Connection, number: str) -> int | None:
    rows = connection.execute("SELECT number FROM tickets WHERE short = ? LIMIT 2", (number,)).fetchall()
    return int(rows[0][0]) if len(rows) == 1 else None


def _by_tag(connection: sqlite3.Connection, mail: Clues) -> int | None:
    for number in mail.tags:
        ticket = _by_number(connection, number)
        if ticket is not None and takes_part(connection, survivor(connection, ticket), [mail.author]):
            return ticket
    return None


def survivor(connection: sqlite3.Connection, ticket: int) -> int:
    """The ticket that lives on in place of `ticket`: itself, unless it was merged away."""
    for _ in range(20):
        row = connection.execute(
            "SELECT s.number FROM tickets t JOIN tickets s ON s.id = t.merged_into WHERE t.number = ? AND t.merged_into <> ''",
            (ticket,),
        ).fetchone()
        if row is None:
            break
        ticket = row[0]
    return ticket


def remember(connection: sqlite3.Connection, ticket: int, mail: Clues) -> None:
    """Keeps who takes part, and which mails were named that are not here, for those that come later."""
    people = [email for email in dict.fromkeys((mail.author, *mail.addressed)) if email]
    connection.executemany(
        "INSERT OR IGNORE INTO mail_people (ticket, email) VALUES (?, ?)",
        [(ticket, email) for email in people],
    )
    for direct, names in ((True, mail.nearest), (False, mail.earlier)):
        for name in names:
            if _known(connection, name) is None:
                connection.execute(
                    "INSERT INTO mail_mentions (message_id, ticket, direct) VALUES (?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET direct = max(direct, excluded.direct)",
                    (name, ticket, direct),
                )
