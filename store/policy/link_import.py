"""Reading links for the knowledge base: a sitemap, a CSV, a list of addresses, or a folder of Markdown or HTML pages.

What is read was written by strangers: sizes are bounded, and a sitemap with a document type or entities is refused, because
a few lines of those can grow to gigabytes (CWE-776). Nothing is fetched but a sitemap that was given by its address, and what
an index of sitemaps names.
"""

from __future__ import annotations

import csv
import io
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin

from store.errors import BadInput
from store.policy.links import find_links, normal_form, slug_words
from store.policy.verify_links import PAUSE, CannotFetch, fetch
from store.text.inert import inert, inert_line
from store.text.language import LANGUAGES, detect

MAX_BYTES = 50_000_000
"""Of one file; also the most that the sitemap protocol allows."""
MAX_FOUND = 50_000
MAX_PAGES = 20_000
MOST_SITEMAPS = 200
"""Sitemaps of one index that are read."""

MAX_TEXT = 2_000
"""Characters kept of a page's text."""

_URL_COLUMNS = ("url", "link", "href", "address", "adresse", "lien", "enlace", "bağlantı", "loc")
_TITLE_COLUMNS = ("title", "name", "titel", "titre", "título", "titulo", "başlık", "subject")
_LANGUAGE_COLUMNS = ("language", "lang", "locale", "sprache", "langue", "idioma", "dil")
_TEXT_COLUMNS = ("text", "description", "summary", "body", "beschreibung", "texte", "texto", "açıklama")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z_]{1,40}):[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^#{1,2}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_MARKUP = re.compile(r"[#>*_`~|\[\]()!]+")
_LANGUAGE_PATH = re.compile(r"/(en|de|fr|es|tr)(?:[-_][a-z]{2})?(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link for the knowledge base, before it is one: the address, and what is known of its page."""

    url: str
    title: str = ""
    language: str = ""
    text: str = ""


Sitemaps = Callable[[str], str]
"""The text of the sitemap with this address, which an index names; empty when it is not to be had."""


def read_links(path: Path, base: str = "") -> list[FoundLink]:
    """The links in a file or folder, recognised by content, gzipped or not, each address once, at most MAX_FOUND.

    `base` is the address under which the pages of a folder are published; pages that name their own address
    (`url:`, `permalink:`, `<link rel="canonical">`) need none. The sitemaps that an index names are looked for beside it.
    Raises BadInput for what holds no links.
    """
    if path.is_dir():
        return _listed(_from_folder(path, base), path.name)

    def beside(url: str) -> str:
        other = path.parent / url.rpartition("/")[2]
        return _text_of(other) if other.name and other.is_file() and other != path else ""

    return _listed(_from_text(_text_of(path), path.suffix.lower(), base, beside), path.name)


def fetch_links(
    url: str, *, pause: float = PAUSE, sleep: Callable[[float], None] = time.sleep
) -> list[FoundLink]:
    """The links in a sitemap (or list, or page) that is fetched from `url`, and in up to MOST_SITEMAPS that it names.

    Raises BadInput when it does not answer or holds no links.
    """

    def further(address: str) -> str:
        sleep(pause)
        try:
            return _decoded(fetch(address, MAX_BYTES, named_by=url), address)
        except CannotFetch:
            return ""

    try:
        text = _decoded(fetch(url, MAX_BYTES), url)
    except CannotFetch as error:
        raise BadInput(
            f"{url} cannot be fetched: {error}", "open it in a browser, and save it to a file"
        ) from error
    return _listed(_from_text(text, "", url, further), url)


def _from_text(text: str, suffix: str, base: str, sitemaps: Sitemaps) -> Iterator[FoundLink]:
    start = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if suffix in (".md", ".markdown"):
        return _from_list(text)
    if re.match(r"<\?xml|<urlset|<sitemapindex|<!doctype (?!html)", start):
        return _from_sitemaps(text, sitemaps)
    if start.startswith("<"):
        return iter([_from_html(text, base)])
    return _from_csv(text) if _is_csv(text) else _from_list(text)


def _listed(found: Iterable[FoundLink], name: str) -> list[FoundLink]:
    links = list(_each_once(found))
    if not links:
        raise BadInput(
            f"no links were found in {name}", "give a sitemap, CSV, list of addresses or folder of pages"
        )
    return links


def _each_once(found: Iterable[FoundLink]) -> Iterator[FoundLink]:
    seen: set[str] = set()
    for link in found:
        normal = normal_form(link.url)
        if not normal or normal in seen:
            continue
        seen.add(normal)
        title = inert_line(link.title, 300) or " ".join(slug_words(link.url)).capitalize()
        language = link.language.lower()[:2]
        if language not in LANGUAGES:
            in_path = _LANGUAGE_PATH.search(link.url)
            language = in_path[1].lower() if in_path else detect(f"{title}\n{link.text}") or ""
        yield replace(link, title=title, language=language, text=inert(link.text, keep=" ")[:MAX_TEXT])
        if len(seen) >= MAX_FOUND:
            return


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB", "split it")
        return _decoded(path.read_bytes(), path.name)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", "look at its name and rights") from error


def _decoded(data: bytes, name: str) -> str:
    """Bytes as text, unpacked where they are gzip (RFC 1952): no more of it than MAX_BYTES."""
    if data.startswith(b"\x1f\x8b"):
        unpacking = zlib.decompressobj(wbits=31)
        try:
            data = unpacking.decompress(data, MAX_BYTES)
        except zlib.error as error:
            raise BadInput(f"{name} is broken gzip", "fetch it again") from error
        if unpacking.unconsumed_tail:
            raise BadInput(f"{name} holds more than {MAX_BYTES // 1_000_000} MB", "split it")
    return data.decode("utf-8-sig", errors="replace")


def _from_sitemaps(text: str, sitemaps: Sitemaps) -> Iterator[FoundLink]:
    """The pages of a sitemap, or of those that an index of sitemaps names."""
    found, named = _sitemap(text)
    yield from found
    missing = 0
    for address in named[:MOST_SITEMAPS]:
        other = sitemaps(address)
        missing += not other
        yield from _sitemap(other)[0] if other else ()
    if named and missing == len(named[:MOST_SITEMAPS]):
        raise BadInput(
            f"this is an index of {len(named)} sitemaps, and none of them is to be had",
            "give the address of the index (https://…) to fetch them, or put them beside it",
        )


def _sitemap(text: str) -> tuple[list[FoundLink], list[str]]:
    """The `<loc>` of each `<url>` (sitemaps.org protocol), with titles of the news and video extensions where given;
    and the `<loc>` of each further `<sitemap>`.
    """
    from xml.parsers import expat

    found: list[FoundLink] = []
    named: list[str] = []
    path: list[str] = []
    held: dict[str, str] = {}

    def forbid(*_: object) -> None:
        raise BadInput(
            "this sitemap declares entities or a document type", "give one without; they can hide a bomb"
        )

    def opened(name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        foreign = bool(space) and "/schemas/sitemap/" not in space  # an image's or video's address
        path.append("" if local == "loc" and foreign else local)
        if local in ("url", "sitemap"):
            held.clear()

    def said(data: str) -> None:
        if path and path[-1] in ("loc", "title") and len(held.get(path[-1], "")) < 4_000:
            held[path[-1]] = held.get(path[-1], "") + data

    def closed(_: str) -> None:
        element, address = path.pop(), held.get("loc", "").strip()
        if element == "url" and address and len(found) < MAX_FOUND:
            found.append(FoundLink(address, held.get("title", "").strip()))
        elif element == "sitemap" and address:
            named.append(address)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = forbid
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = opened, closed, said
    try:
        parser.Parse(text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        if not found and not named:
            raise BadInput(
                f"this is no well-formed XML ({error})", "give the sitemap as the site serves it"
            ) from error
    return found, named


def _is_csv(text: str) -> bool:
    header = text.lstrip("\ufeff").split("\n", 1)[0].lower()
    cells = {cell.strip(" \"'\r") for cell in re.split(r"[,;\t|]", header)}
    return not cells.isdisjoint(_URL_COLUMNS) or bool(
        re.match(r"[^\n]*[,;\t]\s*\"?https?://|\"?https?://[^\n]*[,;\t]", text)
    )


def _from_csv(text: str) -> Iterator[FoundLink]:
    """Rows of a CSV with a header that names the address, or without one: the first address, then the title."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        places = {
            name: next((i for i, cell in enumerate(header) if cell in columns), None)
            for name, columns in (
                ("url", _URL_COLUMNS), ("title", _TITLE_COLUMNS), ("language", _LANGUAGE_COLUMNS), ("text", _TEXT_COLUMNS)
            )
        }  # fmt: skip
        if places["url"] is None:
            yield from _bare_row(next(csv.reader([first], delimiter=delimiter)))
            for row in rows:
                yield from _bare_row(row)
            return
        for row in rows:
            yield FoundLink(
                **{name: row[i].strip() for name, i in places.items() if i is not None and i < len(row)} | {}
            )
    except csv.Error as error:
        raise BadInput(f"this CSV cannot be read: {error}", "look for an unclosed quotation mark") from error


def _bare_row(row: list[str]) -> Iterator[FoundLink]:
    url = next((cell.strip() for cell in row if normal_form(cell.strip())), "")
    rest = [cell.strip() for cell in row if cell.strip() and cell.strip() != url]
    if url:
        yield FoundLink(url, rest[0] if rest else "", text=" ".join(rest[1:]))


def _from_list(text: str) -> Iterator[FoundLink]:
    """Every link of a text; the words of a Markdown link, or those before or behind the address, are its title."""
    for line in text.splitlines():
        links = find_links(line)
        for link in links:
            beside = f"{line[: link.start]} {line[link.end :]}" if len(links) == 1 else ""
            yield FoundLink(link.url, link.text or _MARKUP.sub(" ", beside).strip(" \t-–—:;,.•"))


def _from_folder(folder: Path, base: str) -> Iterator[FoundLink]:
    pages = sorted(
        p
        for p in folder.rglob("*")
        if p.suffix.lower() in (".md", ".markdown", ".html", ".htm") and p.is_file()
    )
    for page in pages[:MAX_PAGES]:
        text = _text_of(page)
        published = urljoin(f"{base.rstrip('/')}/", _published(page.relative_to(folder))) if base else ""
        if page.suffix.lower() in (".html", ".htm"):
            yield _from_html(text, published)
        else:
            yield _from_markdown(text, published)


def _published(page: Path) -> str:
    """The path under which a site generator publishes a page: no ending, no index."""
    plain = page.with_suffix("") if page.suffix.lower() in (".md", ".markdown") else page
    return (plain.parent if plain.name in ("index", "README", "_index") else plain).as_posix()


def _from_markdown(text: str, published: str) -> FoundLink:
    matter = _FRONT_MATTER.match(text)
    fields = {key.lower(): value for key, value in _FIELD.findall(matter[1])} if matter else {}
    body = text[matter.end() :] if matter else text
    heading = _HEADING.search(body)
    own = next(
        (fields[key] for key in ("url", "permalink", "canonical", "link", "slug") if fields.get(key)), ""
    )
    return FoundLink(
        url=urljoin(published, own) if own else published,
        title=fields.get("title") or (heading[1] if heading else ""),
        language=fields.get("language") or fields.get("lang") or fields.get("locale") or "",
        text=" ".join(_MARKUP.sub(" ", body[: MAX_TEXT * 2]).split()),
    )


def _from_html(text: str, published: str) -> FoundLink:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    named = tree.css_first("link[rel=canonical]")
    shared = tree.css_first("meta[property='og:url']")
    own = (
        (named.attributes.get("href") if named else "")
        or (shared.attributes.get("content") if shared else "")
        or ""
    )
    title, heading, root = tree.css_first("title"), tree.css_first("h1"), tree.css_first("html")
    named_by = heading or title
    name = " ".join(named_by.text().split()) if named_by else ""
    tree.strip_tags(["script", "style", "nav", "header", "footer", "noscript"])
    return FoundLink(
        url=urljoin(published, own) if own else published,
        title=name,
        language=(root.attributes.get("lang") if root else "") or "",
        text=" ".join(tree.body.text(separator=" ").split())[:MAX_TEXT] if tree.body else "",
    )
