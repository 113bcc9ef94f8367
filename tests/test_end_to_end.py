"""The whole loop in a pseudo-terminal, with the installed `helpterm`, the keyboard alone, and a real mail server."""

from __future__ import annotations

import email
import email.policy
import socket
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from store.desk import Desk, drafts, queue, tickets
from tests.installed import HELPTERM, at_sample_desk, helpterm
from tests.terminal import Terminal

WRITTEN = "Hello Sean, the front page alone is white because the hero block of Pier 3.2 asks for an image that your shop removed."


class Letterbox:
    """Takes every mail."""

    def __init__(self) -> None:
        self.mails: SimpleQueue[Any] = SimpleQueue()

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        self.mails.put(envelope)
        return "250 taken"


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, int]]:
    """A real SMTP server on loopback; its mails and its port."""
    box = Letterbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def surroundings(sample: Path, tmp_path: Path, letterbox: tuple[Letterbox, int]) -> dict[str, str]:
    smtp = f'{{ host = "127.0.0.1", port = {letterbox[1]}, tls = "none" }}'
    mailbox = f'[[mailbox]]\naddress = "help@harbour.example"\nsmtp = {smtp}\n'
    return at_sample_desk(sample, tmp_path, f"[desk]\nundo_send_seconds = 0\n\n{mailbox}")


def open_sample(terminal: Terminal) -> None:
    """The queue of the sample desk stands, and keys are answered."""
    terminal.wait(r"White page")


def test_the_first_start_offers_a_choice_and_makes_nothing_unasked(surroundings: dict[str, str]) -> None:
    desk = Path(surroundings["HELPTERM_DB"])
    desk.unlink()
    with Terminal([HELPTERM], columns=120, lines=36, env=surroundings) as terminal:
        terminal.wait("Welcome to helpterm")
        terminal.type("{esc}")
        assert terminal.exit_code() == 0
    assert not desk.exists()
    with Terminal([HELPTERM], columns=120, lines=36, env=surroundings) as terminal:
        terminal.wait("Welcome to helpterm")
        terminal.type("s")
        terminal.wait(r"White page")


def test_an_agent_answers_declines_and_is_kept_from_mistakes(
    surroundings: dict[str, str], letterbox: tuple[Letterbox, int]
) -> None:
    with Terminal([HELPTERM], columns=120, lines=36, env=surroundings) as terminal:
        open_sample(terminal)
        terminal.type("{enter}")
        terminal.wait("I cleared both. Still white")
        terminal.type("r")
        terminal.wait("Reply to #")
        terminal.type(WRITTEN)
        terminal.wait("There is no link in this reply")
        terminal.type("{ctrl-r}")
        terminal.wait("cannot be sent yet")
        terminal.type("{enter}")
        terminal.wait("Before sending")
        terminal.type("{esc}")
        terminal.wait("Reply to #")
        terminal.type(" The block is described here: ??")
        terminal.wait("A link that the customer can go on with")
        terminal.type("{enter}")
        terminal.wait("A link that the customer can go on with", gone=True)
        terminal.wait("https://docs.harbour.example/")
        terminal.type("{ctrl-r}")
        terminal.wait("Enter sends")
        terminal.type("e")
        mail = _received(letterbox[0])
        assert mail["To"] == "Sean Gallagher <sean@gallagher-boats.example>"
        assert mail["From"] == "Harbour Crew <crew@harbour.example>"
        assert mail["In-Reply-To"] in mail["References"]
        assert WRITTEN in " ".join(mail.get_content().split())
        terminal.wait(r"sent")
        terminal.type("{esc}{esc}")
        terminal.wait("GDPR - how long")

    shown = helpterm(surroundings, "show", mail["In-Reply-To"])
    assert (shown["status"], shown["assignee"]) == ("solved", "sam")
    assert shown["messages"][-1]["delivery"] == "sent"
    assert f"<{shown['messages'][-1]['message_id']}>" == mail["Message-ID"]


def _received(box: Letterbox) -> EmailMessage:
    envelope = box.mails.get(timeout=20)
    return email.message_from_bytes(envelope.content, policy=email.policy.default)  # type: ignore[return-value]


def test_a_pasted_answer_is_flagged_as_it_stands(surroundings: dict[str, str]) -> None:
    with Terminal([HELPTERM], columns=120, lines=36, env=surroundings) as terminal:
        open_sample(terminal)
        earlier = _an_earlier_reply(surroundings)
        terminal.type("j{enter}")
        terminal.wait("GDPR")
        terminal.type("r")
        terminal.wait("Reply to #")
        terminal.type(" ".join(earlier.split()))
        terminal.wait(r"was (already )?sent|already sent|written before")
        terminal.type("{esc}{esc}{esc}")


def _an_earlier_reply(surroundings: dict[str, str]) -> str:
    found = helpterm(surroundings, "queue", "is:solved lang:en channel:email", "--limit", "20")["tickets"]
    for ticket in found:
        for message in helpterm(surroundings, "show", ticket["id"])["messages"]:
            if message["kind"] == "reply" and len(message["new_text"]) > 250:
                return str(message["new_text"])
    raise AssertionError("the sample desk has no earlier reply")


def test_a_line_is_drawn_by_a_rule(surroundings: dict[str, str], letterbox: tuple[Letterbox, int]) -> None:
    with Terminal([HELPTERM], columns=120, lines=36, env=surroundings) as terminal:
        open_sample(terminal)
        terminal.type("/figma")
        terminal.wait("Need the form")
        terminal.wait("White page", gone=True)
        terminal.type("{enter}")
        terminal.settle()
        terminal.type("{enter}")
        terminal.wait("#styling")
        terminal.type("S")
        terminal.wait("not covered|Not covered")
        terminal.type("{enter}")
        terminal.wait("Reply to #|Declin")
        terminal.type(
            "Hello Brandon, matching a drawing to the pixel is work in your own theme, which we cannot see or keep alive through"
            " its updates, so we leave that to people who build themes for a living; this is the list of them:"
            " https://docs.formwright.example/partners"
        )
        terminal.wait("draft saved|saved")
        terminal.type("{ctrl-r}")
        terminal.wait("Enter sends")
        terminal.type("{enter}")
        _received(letterbox[0])
    declined = helpterm(surroundings, "queue", "is:any figma")["tickets"][0]
    assert declined["declined_by"]


def test_a_killed_console_loses_at_most_the_last_second(surroundings: dict[str, str]) -> None:
    with Terminal([HELPTERM], columns=100, lines=30, env=surroundings) as terminal:
        open_sample(terminal)
        terminal.type("{enter}")
        terminal.wait("I cleared both")
        terminal.type("r")
        terminal.wait("Reply to #")
        terminal.type("Only half of this sentence")
        terminal.wait("draft saved")
        terminal.kill()
    with Desk(Path(surroundings["HELPTERM_DB"]), "sam") as desk:
        first = queue.page(desk, queue.understand(desk, ""), limit=1).rows[0]
        draft = drafts.load(desk, tickets.ticket(desk, first.number))
    assert draft is not None
    assert draft.text == "Only half of this sentence"
    with Terminal([HELPTERM], columns=100, lines=30, env=surroundings) as terminal:
        terminal.wait("White page after update")
        terminal.type("{enter}")
        terminal.wait("I cleared both")
        terminal.type("r")
        terminal.wait("Only half of this sentence")


def test_two_consoles_work_on_one_desk_side_by_side(surroundings: dict[str, str]) -> None:
    with Terminal([HELPTERM], columns=100, lines=30, env=surroundings) as one:
        open_sample(one)
        with Terminal(
            [HELPTERM], columns=100, lines=30, env=surroundings | {"HELPTERM_AGENT": "mira"}
        ) as other:
            other.wait(r"White page after update")
            other.type("a")
            other.wait(r"White page after update.*mira")
            one.wait(r"White page after update.*mira")


def test_a_small_terminal_is_told_in_one_line(surroundings: dict[str, str]) -> None:
    with Terminal([HELPTERM], columns=80, lines=24, env=surroundings) as terminal:
        open_sample(terminal)
        terminal.resize(50, 12)
        terminal.wait("80")
        terminal.resize(80, 24)
        terminal.wait(r"White page")
        terminal.type("q")
        assert terminal.exit_code() == 0


def test_no_terminal_no_console(surroundings: dict[str, str]) -> None:
    done = subprocess.run(
        [HELPTERM], capture_output=True, text=True, env=surroundings, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2
    assert done.stderr.startswith("helpterm: the console needs a terminal")
