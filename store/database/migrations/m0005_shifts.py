"""Working time: shifts, work on tickets, handovers, problems, green lights, the rota and its holidays."""

from __future__ import annotations

import sqlite3

TABLES = (
    """CREATE TABLE shifts (
        id TEXT PRIMARY KEY, agent TEXT NOT NULL, zone TEXT NOT NULL, started_at INTEGER NOT NULL,
        planned_minutes INTEGER NOT NULL, break_minutes INTEGER NOT NULL, edges TEXT NOT NULL, ended_at INTEGER,
        trimmed_seconds INTEGER NOT NULL, learnt TEXT NOT NULL, active INTEGER NOT NULL)""",
    """CREATE INDEX shifts_agent ON shifts (agent COLLATE NOCASE, started_at)""",
    """CREATE INDEX shifts_started ON shifts (started_at)""",
    """CREATE TABLE worklog (
        id TEXT PRIMARY KEY, ticket TEXT NOT NULL, agent TEXT NOT NULL, shift TEXT NOT NULL, tier INTEGER NOT NULL,
        kind TEXT NOT NULL, started_at INTEGER NOT NULL, seconds INTEGER NOT NULL, idle_seconds INTEGER NOT NULL,
        note TEXT NOT NULL, active INTEGER NOT NULL)""",
    """CREATE INDEX worklog_ticket ON worklog (ticket)""",
    """CREATE INDEX worklog_shift ON worklog (shift)""",
    """CREATE INDEX worklog_agent ON worklog (agent, started_at)""",
    """CREATE TABLE extensions (
        id TEXT PRIMARY KEY, ticket TEXT NOT NULL, agent TEXT NOT NULL, at INTEGER NOT NULL,
        until_seconds INTEGER NOT NULL, why TEXT NOT NULL, active INTEGER NOT NULL)""",
    """CREATE TABLE handovers (
        id TEXT PRIMARY KEY, shift TEXT NOT NULL, ticket TEXT NOT NULL, giver TEXT NOT NULL, receiver TEXT NOT NULL,
        department TEXT NOT NULL, sentence TEXT NOT NULL, at INTEGER NOT NULL, active INTEGER NOT NULL)""",
    """CREATE INDEX handovers_shift ON handovers (shift)""",
    """CREATE INDEX handovers_at ON handovers (at)""",
    """CREATE TABLE articles (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, ticket TEXT NOT NULL, product TEXT NOT NULL, language TEXT NOT NULL,
        text TEXT NOT NULL, author TEXT NOT NULL, created_at INTEGER NOT NULL, url TEXT NOT NULL,
        active INTEGER NOT NULL)""",
    """CREATE TABLE problems (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, product TEXT NOT NULL, owner TEXT NOT NULL,
        opened_at INTEGER NOT NULL, cause TEXT NOT NULL, evidence TEXT NOT NULL, tracker TEXT NOT NULL,
        found_at INTEGER, patched_at INTEGER, fix TEXT NOT NULL, fix_url TEXT NOT NULL, active INTEGER NOT NULL)""",
    """CREATE INDEX tickets_problem ON tickets (problem) WHERE problem <> ''""",
    """CREATE TABLE greenlights (
        id TEXT PRIMARY KEY, ticket TEXT NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL, status TEXT NOT NULL,
        submitted_at INTEGER NOT NULL, cc TEXT NOT NULL, rule TEXT NOT NULL, reasons TEXT NOT NULL,
        light TEXT NOT NULL, rounds INTEGER NOT NULL, findings TEXT NOT NULL, seen TEXT NOT NULL, mentor TEXT NOT NULL,
        remarks TEXT NOT NULL, edited INTEGER NOT NULL, decided_at INTEGER, message TEXT NOT NULL,
        active INTEGER NOT NULL)""",
    """CREATE INDEX greenlights_light ON greenlights (light, submitted_at)""",
    """CREATE INDEX greenlights_ticket ON greenlights (ticket)""",
    """CREATE TABLE sign_offs (
        id TEXT PRIMARY KEY, newcomer TEXT NOT NULL, mentor TEXT NOT NULL, at INTEGER NOT NULL, remarks TEXT NOT NULL,
        seconds INTEGER NOT NULL, tickets INTEGER NOT NULL, replies INTEGER NOT NULL, passed_first INTEGER NOT NULL,
        active INTEGER NOT NULL)""",
    """CREATE TABLE turns (
        id TEXT PRIMARY KEY, agent TEXT NOT NULL, zone TEXT NOT NULL, starts TEXT NOT NULL, minutes INTEGER NOT NULL,
        rule TEXT NOT NULL, without TEXT NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL,
        active INTEGER NOT NULL)""",
    """CREATE TABLE holidays (
        id TEXT PRIMARY KEY, day TEXT NOT NULL, name TEXT NOT NULL, calendar TEXT NOT NULL,
        active INTEGER NOT NULL)""",
    """CREATE TABLE timers (
        agent TEXT PRIMARY KEY COLLATE NOCASE, ticket TEXT NOT NULL, started_at INTEGER NOT NULL,
        touched_at INTEGER NOT NULL, counted INTEGER NOT NULL, idle INTEGER NOT NULL) WITHOUT ROWID""",
)
"""`timers` alone is of this machine: the ticket that an agent works on just now, and what was counted so far (ms)."""


def up(connection: sqlite3.Connection) -> None:
    """Creates the tables of working time."""
    for statement in TABLES:
        connection.execute(statement)
