"""Customers by the words of their names and addresses: an index that follows the table by itself."""

from __future__ import annotations

import sqlite3

FILL = "INSERT INTO customer_search (rowid, name, email) SELECT number, folded(name), folded(email) FROM customers"
"""Indexes every customer: for a desk that had some, or was filled without triggers."""

_STATEMENTS = (
    """CREATE VIRTUAL TABLE customer_search USING fts5 (
        name, email, content='', prefix='2 3', columnsize=0, tokenize="unicode61 remove_diacritics 0")""",
    FILL,
    """CREATE TRIGGER customers_found AFTER INSERT ON customers BEGIN
        INSERT INTO customer_search (rowid, name, email) VALUES (new.number, folded(new.name), folded(new.email));
    END""",
    """CREATE TRIGGER customers_found_anew AFTER UPDATE OF name, email ON customers BEGIN
        INSERT INTO customer_search (customer_search, rowid, name, email)
            VALUES ('delete', old.number, folded(old.name), folded(old.email));
        INSERT INTO customer_search (rowid, name, email) VALUES (new.number, folded(new.name), folded(new.email));
    END""",
    """CREATE TRIGGER customers_lost AFTER DELETE ON customers BEGIN
        INSERT INTO customer_search (customer_search, rowid, name, email)
            VALUES ('delete', old.number, folded(old.name), folded(old.email));
    END""",
)


def up(connection: sqlite3.Connection) -> None:
    """Creates the index, fills it, and lets it follow; `folded` is a function of every connection that writes."""
    for statement in _STATEMENTS:
        connection.execute(statement)
