"""Sitemaps as sites serve them: packed, named by an index, behind an address; from files and from a real local server."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from store.errors import BadInput
from store.policy.link_import import fetch_links, read_links

HEAD = '<?xml version="1.0"?>'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def pages(*urls: str) -> bytes:
    listed = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f"{HEAD}<urlset {SPACE}>{listed}</urlset>".encode()


def index(*urls: str) -> bytes:
    listed = "".join(f"<sitemap><loc>{url}</loc><lastmod>2026-01-01</lastmod></sitemap>" for url in urls)
    return f"{HEAD}<sitemapindex {SPACE}>{listed}</sitemapindex>".encode()


ONE, TWO = "https://help.acme.example/refunds", "https://help.acme.example/de/lieferung"


def test_a_packed_sitemap_is_unpacked_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "sitemap.download"
    path.write_bytes(gzip.compress(pages(ONE, TWO)))
    assert [each.url for each in read_links(path)] == [ONE, TWO]


def test_broken_gzip_and_a_bomb_are_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(pages(ONE) + b" " * 5_000)
    path = tmp_path / "sitemap.xml.gz"
    path.write_bytes(packed[:10] + b"\xff" * 20)
    with pytest.raises(BadInput, match="broken gzip"):
        read_links(path)
    monkeypatch.setattr("store.policy.link_import.MAX_BYTES", 1_000)
    path.write_bytes(packed)
    with pytest.raises(BadInput, match="more than"):
        read_links(path)


def test_the_sitemaps_of_an_index_are_read_where_they_lie_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(pages(ONE))
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(pages(TWO, ONE)))
    top = tmp_path / "index.xml"
    top.write_bytes(index("https://acme.example/a.xml", "https://acme.example/b.xml.gz"))
    assert [each.url for each in read_links(top)] == [ONE, TWO]


def test_an_index_without_its_sitemaps_says_what_to_do(tmp_path: Path) -> None:
    top = tmp_path / "index.xml"
    top.write_bytes(index("https://acme.example/a.xml", "https://acme.example/index.xml"))
    with pytest.raises(BadInput, match="index of 2 sitemaps"):
        read_links(top)


class _Site(BaseHTTPRequestHandler):
    """A site that names its sitemaps in an index that has moved."""

    served: dict[str, bytes]

    def do_GET(self) -> None:
        if self.path == "/old.xml":
            self.send_response(301)
            self.send_header("Location", "/sitemap.xml")
        else:
            self.send_response(200 if self.path in self.served else 404)
        body = self.served.get(self.path, b"")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    address = f"http://127.0.0.1:{server.server_port}"
    _Site.served = {
        "/sitemap.xml": index(f"{address}/a.xml.gz", f"{address}/lost.xml", "http://10.255.255.1/b.xml"),
        "/a.xml.gz": gzip.compress(pages(ONE, TWO)),
    }
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_sitemap_is_fetched_from_its_address_with_what_its_index_names(site: str) -> None:
    waited: list[float] = []
    found = fetch_links(f"{site}/old.xml", pause=2, sleep=waited.append)
    assert [each.url for each in found] == [ONE, TWO]
    assert [each.language for each in found][1] == "de"
    assert waited == [2, 2, 2]


def test_an_address_that_does_not_answer_is_refused_in_words(site: str) -> None:
    with pytest.raises(BadInput, match="the server says 404"):
        fetch_links(f"{site}/none.xml")
