"""Checking links over HTTP, against a real server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from store.policy.verify_links import MAX_REDIRECTS, check, verify


class _Pages(BaseHTTPRequestHandler):
    """A small site with every kind of answer."""

    asked: list[str]

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        if self.path == "/no-head" and self.command == "HEAD":
            return self._say(405)
        if self.path == "/silent":
            self.connection.close()
            return None
        if self.path.startswith("/loop"):
            return self._say(302, f"/loop{len(self.path)}x" if len(self.path) < 60 else "/loop")
        codes = {"/gone": 410, "/missing": 404, "/broken": 503, "/private": 401}
        moves = {
            "/old": (301, "/new"),
            "/later": (302, "/new"),
            "/out": (301, "ftp://x.example/"),
            "/in": (301, self.inside),
        }
        if self.path in moves:
            return self._say(*moves[self.path])
        return self._say(codes.get(self.path, 200))

    inside = "http://10.0.0.1/admin"

    def _say(self, code: int, location: str = "") -> None:
        self.send_response(code)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    """The address of the running site and the list of what it is asked."""
    _Pages.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", _Pages.asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", "ok"),
        ("/fine?x=ü y", "ok"),
        ("/no-head", "ok"),
        ("/later", "ok"),
        ("/old", "moved"),
        ("/gone", "dead"),
        ("/missing", "dead"),
        ("/broken", "unknown"),
        ("/private", "unknown"),
        ("/silent", "unknown"),
        ("/out", "unknown"),
    ],
)
def test_each_answer_of_a_server_means_one_state(site: tuple[str, list[str]], path: str, status: str) -> None:
    assert check(site[0] + path.replace(" ", "%20"), timeout=5).status == status


def test_a_page_that_moved_for_good_names_its_new_address(site: tuple[str, list[str]]) -> None:
    answer = check(f"{site[0]}/old", timeout=5)
    assert (answer.url, answer.status) == (f"{site[0]}/new", "moved")


def test_a_page_is_only_fetched_where_its_head_says_nothing(site: tuple[str, list[str]]) -> None:
    check(f"{site[0]}/fine", timeout=5)
    check(f"{site[0]}/no-head", timeout=5)
    assert site[1] == ["HEAD /fine", "HEAD /no-head", "GET /no-head"]


def test_redirects_are_followed_only_so_far(site: tuple[str, list[str]]) -> None:
    assert check(f"{site[0]}/loop", timeout=5).detail == f"more than {MAX_REDIRECTS} redirects"
    assert len(site[1]) == MAX_REDIRECTS + 1


def test_a_redirect_into_a_private_network_is_not_followed(site: tuple[str, list[str]]) -> None:
    assert check(f"{site[0]}/in", timeout=5).detail == "it leads into a private network"


def test_a_host_that_nobody_knows_is_dead_and_nonsense_is_too() -> None:
    assert check("https//acme.example", timeout=5).status == "dead"
    assert check("http://[::1]:1/", timeout=5).status == "unknown"


def test_the_links_of_one_host_are_asked_one_after_another_with_a_pause(site: tuple[str, list[str]]) -> None:
    pauses: list[float] = []
    links = [f"{site[0]}/a", f"{site[0]}/b", f"{site[0]}/missing", f"{site[0]}/a"]
    found = dict(verify(links, pause=0.5, timeout=5, sleep=pauses.append))
    assert {url.rpartition("/")[2]: answer.status for url, answer in found.items()} == {
        "a": "ok",
        "b": "ok",
        "missing": "dead",
    }
    assert pauses == [0.5, 0.5]
    assert [line for line in site[1] if line.startswith("HEAD")] == ["HEAD /a", "HEAD /b", "HEAD /missing"]
