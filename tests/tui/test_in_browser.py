"""The console in a browser, by textual-serve: a real Chromium where one is installed, and what the server speaks everywhere."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from store.desk import Desk, tickets
from tests.tui.queue_desk import fill_desk

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 60.0
SERVE = """
import shlex, sys
from textual_serve.server import Server
command = shlex.join([sys.executable, "-m", "tui", "--db", sys.argv[1], "--agent", "ada"])
Server(command, host="127.0.0.1", port=int(sys.argv[2])).serve()
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.fixture
def served(desk: Desk) -> Iterator[str]:
    """The address at which a desk of two tickets is served."""
    fill_desk(desk, 2)
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(desk.path), str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


async def came(what: Callable[[], Awaitable[bool]]) -> None:
    """Waits until something is so in another process, which can only be asked."""
    async with asyncio.timeout(PATIENCE):
        while not await what():
            await asyncio.sleep(0.05)


async def is_up(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def test_what_is_served_is_the_queue_and_keys_work_in_it(desk: Desk, served: str) -> None:
    async with aiohttp.ClientSession() as session:
        await came(lambda: is_up(session, served))
        async with session.ws_connect(f"{served}/ws?width=100&height=30") as socket_:
            shown = ""
            async with asyncio.timeout(PATIENCE):
                while "Question 0" not in shown:
                    shown += (await socket_.receive()).data.decode("utf-8", "replace")
                await socket_.send_json(["stdin", "a"])
                while "Taken" not in shown:
                    shown += (await socket_.receive()).data.decode("utf-8", "replace")
    assert tickets.ticket(desk, 1).assignee == "ada"


class Page:
    """A page of a browser, driven by the DevTools protocol."""

    def __init__(self, socket_: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket_
        self._number = 0

    async def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        while True:
            answer = json.loads((await self._socket.receive()).data)
            if answer.get("id") == self._number:
                return dict(answer.get("result", {}))

    async def value(self, expression: str) -> object:
        found = await self.ask("Runtime.evaluate", expression=expression)
        return found["result"].get("value")


@asynccontextmanager
async def browsing(url: str, folder: Path) -> AsyncIterator[Page]:
    """A headless browser on a page."""
    assert CHROMIUM is not None
    port = free_port()
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--window-size=1000,700"]
    browser = subprocess.Popen(
        [CHROMIUM, *flags, f"--user-data-dir={folder}", f"--remote-debugging-port={port}", url],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with aiohttp.ClientSession() as session:
            await came(lambda: is_up(session, f"http://127.0.0.1:{port}/json/version"))
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                page = next(each for each in await answer.json() if each["type"] == "page")
            async with session.ws_connect(page["webSocketDebuggerUrl"]) as socket_:
                yield Page(socket_)
    finally:
        browser.terminate()
        browser.wait(PATIENCE)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
async def test_a_ticket_is_taken_in_a_browser(desk: Desk, served: str, tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as session:
        await came(lambda: is_up(session, served))
    async with browsing(served, tmp_path / "browser") as page:

        async def has_a_picture() -> bool:
            return await page.value("document.body.classList.contains('-first-byte')") is True

        async def is_taken() -> bool:
            await page.ask("Input.insertText", text="a")
            return tickets.ticket(desk, 1).assignee == "ada"

        await came(has_a_picture)
        await page.value("document.querySelector('textarea').focus()")
        await came(is_taken)
        assert await page.value("document.querySelectorAll('canvas').length") != 0
