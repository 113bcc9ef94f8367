"""A bad line: a proxy on loopback that delays, cuts and stutters between agents and the server's socket."""

from __future__ import annotations

import asyncio
import threading
from random import Random


class BadLine:
    """Runs in a thread of its own. `cuts`, `delays` and `stutters` count what it did; `is_calm` makes it behave.

    `cut` takes the network away and `mend` brings it back; with `hangs`, it is there and nothing gets through.
    """

    def __init__(self, socket_path: str, seed: int) -> None:
        self.is_calm = self.is_cut = self.hangs = False
        self._lines: set[asyncio.StreamWriter] = set()
        self.cuts = self.delays = self.stutters = 0
        self._path = socket_path
        self._random = Random(seed)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port: int = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.is_cut:
                raise ConnectionRefusedError
            to_server, from_server = await self._dial()
        except OSError:
            writer.close()
            return
        self._lines |= {writer, from_server}
        ways = [self._pass_on(reader, from_server), self._pass_on(to_server, writer)]
        await asyncio.gather(*ways, return_exceptions=True)

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(self._path)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                if self.hangs:
                    continue
                if not self.is_calm:
                    data = await self._spoil(data)
                writer.write(data)
                await writer.drain()
                if not data:
                    break
        except OSError:
            pass
        finally:
            self._lines.discard(writer)
            writer.close()

    def cut(self) -> None:
        """Breaks every connection and lets no other through."""
        self.is_cut = True
        self._loop.call_soon_threadsafe(self._break)

    def _break(self) -> None:
        for line in self._lines:
            line.transport.abort()

    def mend(self) -> None:
        """Lets connections through again."""
        self.is_cut = self.hangs = False

    async def _spoil(self, data: bytes) -> bytes:
        """Cuts after a part of the data, holds it up, or says it twice."""
        chance = self._random.random()
        if chance < 0.004:
            self.cuts += 1
            raise ConnectionResetError
        if chance < 0.006:
            self.stutters += 1
            return data + data
        if chance < 0.03:
            self.delays += 1
            await asyncio.sleep(self._random.uniform(0.01, 0.2))
        return data

    def close(self) -> None:
        """Ends the proxy."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
