"""Joining a team from the first start: the invitation is taken, the desk is copied, the password goes into the keyring."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from store import paths
from store.config import Config
from store.desk import Desk

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Joined:
    """Who works at the desk from now on, and what there is to say about it."""

    agent: str
    remarks: tuple[str, ...]


def read_invitation(text: str) -> str:
    """The connection string of an invitation, known to be one. Raises BadInput."""
    from store.sync.link import parse

    parse(text.strip())
    return text.strip()


def place_of(invitation: str) -> str:
    """What an invitation leads to, without its password."""
    from store.sync.link import parse

    parts = parse(invitation)
    return f"{parts.get('dbname', 'the database')} at {parts.get('host', 'this machine')}, as {parts.get('user', 'you')}"


def join(path: Path, agent: str, config: Config, invitation: str, progress: Progress) -> Joined:
    """Makes the desk at `path` one of the team's. Runs in a thread. Raises SyncError, StoreError, Refused.

    Where nobody has said who works here, it is whoever was invited, from now on.
    """
    from store.config.writing import keep_agent
    from store.secrets import SecretError
    from store.sync import adopt, local
    from store.sync.link import SECRET_VARIABLE, connected, keep_password, without_password

    dsn, password = without_password(invitation)
    link = connected(invitation)
    remarks: list[str] = []
    try:
        invited = adopt.hello(link).agent
        if not (os.environ.get("HELPTERM_AGENT") or config.agent):
            keep_agent(paths.given_config_path() or paths.config_path(), invited)
            agent = invited
        with Desk(path, agent, config=config) as desk:
            adopt.join(desk, link, dsn, progress)
            tickets, messages = local.size(desk.read())
        remarks.append(f"joined: {tickets:,} tickets, {messages:,} messages")
        if password:
            keep_password(dsn, password)
    except SecretError as error:
        remarks.append(
            f"the password is kept nowhere ({error.message}); set {SECRET_VARIABLE}, or use a passfile"
        )
    finally:
        link.close()
    return Joined(agent, tuple(remarks))
