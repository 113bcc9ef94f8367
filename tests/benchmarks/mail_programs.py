"""Programs for mail that others love, on mails made from the same desk, where they are installed; they are never needed."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from tests.benchmarks.console_programs import IN_SIGHT, MOVES, SIZE, Figures
from tests.terminal import Terminal

MAILS = 100_000

_MESSAGES = """
    SELECT m.number, m.author_name, m.author_email, m.sent_at, m.body, m.message_id, m.in_reply_to, t.subject
    FROM messages m JOIN tickets t ON t.number = m.ticket WHERE m.author_email <> '' ORDER BY m.number LIMIT ?
"""


def installed() -> list[str]:
    """Which of the programs are here."""
    return [name for name in ("neomutt", "aerc", "notmuch") if shutil.which(name)]


def write_maildir(desk: Path, folder: Path, mails: int = MAILS) -> Path:
    """A Maildir of what customers wrote to the desk, at most `mails` of them."""
    box = folder / "mails"
    for part in ("cur", "new", "tmp"):
        (box / part).mkdir(parents=True)
    for number, mail in enumerate(_mails(desk, mails)):
        (box / "cur" / f"{number}.bench:2,").write_bytes(mail)
    return box


def _mails(desk: Path, mails: int) -> Iterator[bytes]:
    connection = sqlite3.connect(f"file:{desk}?mode=ro", uri=True)
    for number, name, address, sent, body, message_id, parent, subject in connection.execute(
        _MESSAGES, (mails,)
    ):
        date = format_datetime(datetime.fromtimestamp(sent / 1000, UTC))
        answered = f"In-Reply-To: <{parent}>\n" if parent else ""
        yield (
            f'From: "{name}" <{address}>\nTo: help@desk.example\nSubject: {subject}\nDate: {date}\n'
            f"Message-ID: <{message_id or number}@bench.example>\n{answered}MIME-Version: 1.0\n"
            f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n"
        ).encode()
    connection.close()


def measure(name: str, figures: Figures, folder: Path, box: Path, sought: Sequence[str]) -> None:
    """One round of one program; `sought` are the beginnings of words that are searched for."""
    if name == "notmuch":
        _notmuch(figures, folder, box, sought)
    else:
        {"neomutt": _neomutt, "aerc": _aerc}[name](figures, folder, box)


def _neomutt(figures: Figures, folder: Path, box: Path) -> None:
    settings = folder / "neomuttrc"
    settings.write_text(
        f'set folder="{box.parent}" spoolfile="{box}" mbox_type=Maildir sort=reverse-date wait_key=no editor="cat"\n'
        "set mark_old=no confirmappend=no quit=yes realname=Mira from=mira@desk.example edit_headers=no\n"
    )
    command = ["neomutt", "-n", "-F", str(settings)]
    with Terminal(command, env={"HOME": str(folder)}, patience=120, **SIZE) as terminal:
        figures["first queue ms"].append(
            1000 * (terminal.wait(r"^\s*\d+\s.*\w{3} \d\d.*\(") - terminal.started)
        )
        terminal.settle(0.5)
        figures["memory after the first queue MiB"].append(terminal.memory())
        figures.press(terminal, "row down", "j", times=MOVES)
        figures.press(terminal, "page down", "z")
        figures.press(terminal, "jump to an end", "*", "=")
        figures.press(terminal, "open a ticket", "{enter}", "q")


def _aerc(figures: Figures, folder: Path, box: Path) -> None:
    settings = folder / ".config" / "aerc"
    if not settings.exists():
        settings.mkdir(parents=True)
        (settings / "accounts.conf").write_text(
            f"[bench]\nsource = maildir://{box.parent}\ndefault = {box.name}\nfrom = Mira <mira@desk.example>\n"
        )
        (settings / "accounts.conf").chmod(0o600)
    env = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / ".config")}
    with Terminal(["aerc"], env=env, patience=120, **SIZE) as terminal:
        figures["first queue ms"].append(1000 * (terminal.wait(r"\d{4}-\d\d-\d\d") - terminal.started))
        terminal.settle(0.5)
        figures["memory after the first queue MiB"].append(terminal.memory())
        figures.press(terminal, "row down", "j", times=MOVES)
        figures.press(terminal, "page down", "{pgdn}")
        figures.press(terminal, "jump to an end", "G", "g")


def _notmuch(figures: Figures, folder: Path, box: Path, sought: Sequence[str]) -> None:
    """Searches as notmuch's own users do: a command typed into a shell, as many hits as the console shows, newest first.

    From Enter to the first of them on the screen, and to the last.
    """
    settings = folder / "notmuchrc"
    if not settings.exists():
        settings.write_text(
            f"[database]\npath={box.parent}\n[user]\nname=Mira\nprimary_email=mira@desk.example\n"
        )
        subprocess.run(["notmuch", f"--config={settings}", "new", "--quiet"], check=True, capture_output=True)
    env = {"HOME": str(folder), "NOTMUCH_CONFIG": str(settings), "PS1": "ready> "}
    with Terminal(["sh"], env=env, patience=60, **SIZE) as terminal:
        terminal.wait("ready>")
        for beginning in sought:
            terminal.type("clear{enter}")
            terminal.settle(0.1)
            terminal.type(f"notmuch search --limit={IN_SIGHT} '{beginning}*'")
            terminal.settle(0.1)
            figures.press(terminal, "search, a letter", "{enter}", times=1, below=1)
