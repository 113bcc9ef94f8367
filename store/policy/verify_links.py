"""Asking the web whether the links of the knowledge base still answer: politely, and never from a key stroke.

HEAD first, GET where a server does not know HEAD; redirects are followed by hand. One request at a time for each host, with a
pause between two. A link that the team wrote may lead into its own network; a redirect from outside may not, so that a
stranger's page cannot make this machine knock on the doors of a private one.
"""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import quote, urljoin, urlsplit

from store.policy.links import host_of, same_site

TIMEOUT = 10.0
"""Seconds to wait for a connection, and for each part of an answer."""
PAUSE = 1.0
"""Seconds between two requests to one host."""
MAX_REDIRECTS = 5
HOSTS_AT_ONCE = 8

_HEADERS = {"User-Agent": "helpterm-link-check/1", "Accept": "text/html,*/*", "Connection": "close"}
_NO_HEAD = frozenset((400, 403, 404, 405, 406, 429, 500, 501, 503))
"""Answers to HEAD after which GET is tried: many servers give them to HEAD alone."""
_GONE = frozenset((404, 410, 451))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a link answered.

    `status` is `ok`, `moved` (for good, to `url`), `dead` (no such page or host) or `unknown` (no answer that settles it: a
    timeout, a refused robot, an error of the server); `detail` says why in a few words.
    """

    url: str
    status: Literal["ok", "moved", "dead", "unknown"]
    detail: str = ""


def verify(
    urls: Iterable[str],
    *,
    pause: float = PAUSE,
    timeout: float = TIMEOUT,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[tuple[str, Answer]]:
    """Checks each link and yields it with its answer, in no particular order, as the answers come in.

    Hosts are asked side by side (at most HOSTS_AT_ONCE), the links of one host one after another with `pause` seconds between.
    """
    by_host: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        by_host.setdefault(host_of(url), []).append(url)

    def ask_host(links: list[str]) -> list[tuple[str, Answer]]:
        answers = []
        for i, url in enumerate(links):
            if i:
                sleep(pause)
            answers.append((url, check(url, timeout=timeout)))
        return answers

    with ThreadPoolExecutor(max_workers=HOSTS_AT_ONCE, thread_name_prefix="link-check") as pool:
        for answers in pool.map(ask_host, by_host.values()):
            yield from answers


def check(url: str, *, timeout: float = TIMEOUT) -> Answer:
    """Asks one link, following its redirects. Never raises for what the web does."""
    first_host = host_of(url)
    if not first_host:
        return Answer(url, "dead", "no well-formed address")
    at, for_good = url, True
    for _ in range(MAX_REDIRECTS + 1):
        try:
            code, onward = _ask(at, timeout, may_be_private=same_site(host_of(at), first_host))
        except _PrivateAddress:
            return Answer(url, "unknown", "it leads into a private network")
        except socket.gaierror:
            return Answer(url, "dead", "there is no such host")
        except TimeoutError:
            return Answer(url, "unknown", f"no answer within {timeout:g} seconds")
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Answer(url, "unknown", str(error)[:120] or type(error).__name__)
        if code not in (301, 302, 303, 307, 308) or not onward:
            return _judged(url, at, code, for_good)
        for_good = for_good and code in (301, 308)
        at = urljoin(at, onward)
        if not host_of(at):
            return Answer(url, "unknown", "it leads to something that is no web page")
    return Answer(url, "unknown", f"more than {MAX_REDIRECTS} redirects")


class CannotFetch(Exception):
    """A page was not to be had; the message says why in a few words."""


def fetch(url: str, most: int, *, named_by: str = "", timeout: float = TIMEOUT) -> bytes:
    """The body of a page, redirects followed as in `check`. Raises CannotFetch, also where it is longer than `most` bytes.

    `named_by` is the page that a stranger's address stands in: it may not lead into a private network unless that does.
    """
    at, first_host = url, host_of(named_by or url)
    for _ in range(MAX_REDIRECTS + 1):
        try:
            code, onward, body = _request("GET", at, timeout, same_site(host_of(at), first_host), most)
        except _PrivateAddress:
            raise CannotFetch("it leads into a private network") from None
        except TimeoutError:
            raise CannotFetch(f"no answer within {timeout:g} seconds") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise CannotFetch(str(error)[:120] or type(error).__name__) from error
        if code in (301, 302, 303, 307, 308) and onward:
            at = urljoin(at, onward)
        elif code != 200:
            raise CannotFetch(f"the server says {code}")
        elif len(body) > most:
            raise CannotFetch(f"it is longer than {most // 1_000_000} MB")
        else:
            return body
    raise CannotFetch(f"more than {MAX_REDIRECTS} redirects")


class _PrivateAddress(Exception):
    """A redirect led to an address inside a private network."""


def _judged(url: str, at: str, code: int, for_good: bool) -> Answer:
    if code in _GONE:
        return Answer(url, "dead", f"the server says {code}")
    if not 200 <= code < 300:
        return Answer(url, "unknown", f"the server says {code}")
    if at != url and for_good:
        return Answer(at, "moved", "moved for good")
    return Answer(url, "ok", "" if at == url else f"by way of {at}"[:200])


def _ask(url: str, timeout: float, *, may_be_private: bool) -> tuple[int, str]:
    """Status and Location of a link: by HEAD, or by GET where HEAD gives nothing to go by."""
    status, onward, _ = _request("HEAD", url, timeout, may_be_private)
    if status in _NO_HEAD:
        status, onward, _ = _request("GET", url, timeout, may_be_private)
    return status, onward


def _request(
    method: str, url: str, timeout: float, may_be_private: bool, most: int = -1
) -> tuple[int, str, bytes]:
    """Status, Location and, up to one byte more than `most`, the body of an answer."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host, secure = host_of(url), parts.scheme.lower() == "https"
    port = parts.port or (443 if secure else 80)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&()*+,;=~-._'")
    addresses = _addresses(host, port, may_be_private)
    connection = (_Secure if secure else _Plain)(host, port, addresses, timeout)
    try:
        connection.request(method, f"{path}?{query}" if query else path, headers=_HEADERS)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or "", answer.read(most + 1)
    finally:
        connection.close()


def _addresses(host: str, port: int, may_be_private: bool) -> list[str]:
    """Where to connect to, looked up once, so that what was checked is what is connected to."""
    found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not may_be_private and not all(ip_address(each.partition("%")[0]).is_global for each in found):
        raise _PrivateAddress
    return found


class _Plain(http.client.HTTPConnection):
    """HTTP to addresses that were looked up before."""

    def __init__(self, host: str, port: int, addresses: list[str], timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._addresses = addresses

    def connect(self) -> None:
        """Connects to the first address that takes the call."""
        for i, address in enumerate(self._addresses, start=1):
            try:
                self.sock = socket.create_connection((address, self.port), self.timeout)
                return
            except OSError:
                if i == len(self._addresses):
                    raise


class _Secure(_Plain):
    """The same with TLS; the certificate must be the host's."""

    default_port = 443

    def connect(self) -> None:
        """Connects, then shakes hands."""
        import ssl

        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
