"""The first desk: tickets, messages, people, rules, links, drafts, the outbox, and the log of changes."""

from __future__ import annotations

import sqlite3

TABLES = (
    """CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE customers (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, email TEXT NOT NULL, name TEXT NOT NULL)""",
    """CREATE TABLE tickets (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        short TEXT NOT NULL,
        subject TEXT NOT NULL,
        status TEXT NOT NULL,
        priority TEXT NOT NULL,
        channel TEXT NOT NULL,
        product TEXT NOT NULL,
        department TEXT NOT NULL,
        tier INTEGER NOT NULL,
        assignee TEXT NOT NULL,
        customer INTEGER NOT NULL REFERENCES customers (number),
        language TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        snoozed_until INTEGER,
        problem TEXT NOT NULL,
        declined_by TEXT NOT NULL,
        merged_into TEXT NOT NULL,
        handle_seconds INTEGER NOT NULL,
        -- derived from the columns above and the messages, by store.desk.derive only:
        first_reply_at INTEGER,
        waiting_since INTEGER,
        due_at INTEGER,
        bucket INTEGER NOT NULL,
        rank INTEGER NOT NULL)""",
    """CREATE INDEX tickets_short ON tickets (short)""",
    """CREATE INDEX tickets_queue ON tickets (rank)""",
    """CREATE INDEX tickets_assignee ON tickets (assignee, rank)""",
    """CREATE INDEX tickets_product ON tickets (product, rank)""",
    """CREATE INDEX tickets_customer ON tickets (customer, updated_at)""",
    """CREATE INDEX tickets_merged ON tickets (merged_into) WHERE merged_into <> ''""",
    """CREATE TABLE ticket_tags (
        tag TEXT NOT NULL, ticket INTEGER NOT NULL REFERENCES tickets (number), PRIMARY KEY (tag,
        ticket)) WITHOUT ROWID""",
    """CREATE INDEX ticket_tags_ticket ON ticket_tags (ticket)""",
    """CREATE TABLE messages (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        ticket INTEGER NOT NULL REFERENCES tickets (number),
        kind TEXT NOT NULL,
        author_name TEXT NOT NULL,
        author_email TEXT NOT NULL,
        agent TEXT NOT NULL,
        sent_at INTEGER NOT NULL,
        body TEXT NOT NULL,
        folds TEXT NOT NULL,
        html INTEGER NOT NULL,
        message_id TEXT NOT NULL,
        in_reply_to TEXT NOT NULL,
        automatic TEXT NOT NULL,
        delivery TEXT,
        notices TEXT NOT NULL)""",
    """CREATE INDEX messages_ticket ON messages (ticket, sent_at)""",
    """CREATE INDEX messages_message_id ON messages (message_id) WHERE message_id <> ''""",
    """CREATE TABLE raw_mails (message INTEGER PRIMARY KEY REFERENCES messages (number), data BLOB NOT NULL)""",
    """CREATE TABLE attachments (
        message INTEGER NOT NULL REFERENCES messages (number), position INTEGER NOT NULL, name TEXT NOT NULL,
        type TEXT NOT NULL,
        size INTEGER NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (message, position)) WITHOUT ROWID""",
    """CREATE TABLE blobs (sha256 TEXT PRIMARY KEY, data BLOB NOT NULL)""",
    """CREATE TABLE agents (
        id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, email TEXT NOT NULL,
        full_name TEXT NOT NULL, role TEXT NOT NULL,
        products TEXT NOT NULL, languages TEXT NOT NULL, tier INTEGER NOT NULL, active INTEGER NOT NULL)""",
    """CREATE TABLE products (
        id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, address TEXT NOT NULL, from_name TEXT NOT NULL,
        signature TEXT NOT NULL, site TEXT NOT NULL, active INTEGER NOT NULL)""",
    """CREATE TABLE departments (
        id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, active INTEGER NOT NULL)""",
    """CREATE TABLE rules (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, covered INTEGER NOT NULL, why TEXT NOT NULL,
        product TEXT NOT NULL, links TEXT NOT NULL,
        words TEXT NOT NULL, examples TEXT NOT NULL, version INTEGER NOT NULL, active INTEGER NOT NULL)""",
    """CREATE TABLE takeaways (
        id TEXT PRIMARY KEY, url TEXT NOT NULL UNIQUE, title TEXT NOT NULL, product TEXT NOT NULL,
        language TEXT NOT NULL, text TEXT NOT NULL,
        status TEXT NOT NULL, checked_at INTEGER, active INTEGER NOT NULL)""",
    """CREATE TABLE drafts (
        ticket INTEGER NOT NULL REFERENCES tickets (number), agent TEXT NOT NULL, kind TEXT NOT NULL,
        text TEXT NOT NULL,
        cursor INTEGER NOT NULL, updated_at INTEGER NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (ticket, agent,
        kind)) WITHOUT ROWID""",
    """CREATE TABLE outbox (
        message INTEGER PRIMARY KEY REFERENCES messages (number), recipients TEXT NOT NULL,
        state TEXT NOT NULL, attempts INTEGER NOT NULL,
        hold_until INTEGER NOT NULL, next_attempt_at INTEGER NOT NULL, error TEXT NOT NULL,
        lease_until INTEGER NOT NULL, token INTEGER NOT NULL)""",
    """CREATE INDEX outbox_state ON outbox (state, next_attempt_at)""",
    """CREATE TABLE reasons (
        message INTEGER NOT NULL REFERENCES messages (number), rule TEXT NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (message, rule)) WITHOUT ROWID""",
    """CREATE TABLE links (
        url TEXT NOT NULL, message INTEGER NOT NULL REFERENCES messages (number), PRIMARY KEY (url,
        message)) WITHOUT ROWID""",
    """CREATE TABLE changes (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        batch TEXT NOT NULL,
        at INTEGER NOT NULL,
        agent TEXT NOT NULL,
        kind TEXT NOT NULL,
        entity TEXT NOT NULL,
        entity_id TEXT NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        previous TEXT NOT NULL,
        base INTEGER NOT NULL,
        device TEXT NOT NULL DEFAULT '',
        seq INTEGER)""",
    """CREATE INDEX changes_entity ON changes (entity_id)""",
    """CREATE INDEX changes_undoable ON changes (agent, number) WHERE kind IN ('set', 'claim')""",
    """CREATE TABLE counts (
        bucket INTEGER NOT NULL, assignee TEXT NOT NULL, tickets INTEGER NOT NULL, PRIMARY KEY (bucket,
        assignee)) WITHOUT ROWID""",
    """CREATE TRIGGER tickets_counted AFTER INSERT ON tickets BEGIN
        INSERT INTO counts VALUES (new.bucket, new.assignee, 1) ON CONFLICT DO UPDATE SET tickets = tickets + 1;
    END""",
    """CREATE TRIGGER tickets_recounted AFTER UPDATE OF bucket, assignee ON tickets
        WHEN old.bucket <> new.bucket OR old.assignee <> new.assignee BEGIN
        UPDATE counts SET tickets = tickets - 1 WHERE bucket = old.bucket AND assignee = old.assignee;
        INSERT INTO counts VALUES (new.bucket, new.assignee, 1) ON CONFLICT DO UPDATE SET tickets = tickets + 1;
    END""",
    """CREATE VIRTUAL TABLE search USING fts5 (
        subject, people, body, content='', prefix='2 3', tokenize="unicode61 remove_diacritics 0")""",
)


def up(connection: sqlite3.Connection) -> None:
    """Creates every table of the first desk."""
    for statement in TABLES:
        connection.execute(statement)
