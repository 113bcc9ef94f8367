"""Links in a text: where they stand, whether they are well formed, and when two of them are the same.

Nothing here asks the network. Syntax after RFC 3986 and RFC 3987, host names after RFC 1123 and IDNA,
Markdown links after CommonMark; what people really type (a missing slash, `www.` alone, a full stop behind)
is recognised too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote, urlsplit

from store.text.fold import fold

MAX_LINKS = 10_000
"""Links found in one text; those behind are not looked at."""
MAX_URL = 4_000
"""Characters of one link; browsers and mail programs cut longer ones."""

Trouble = Literal["", "malformed", "not_http"]

_TLDS = (
    "com|org|net|edu|gov|info|biz|io|dev|app|co|ai|me|tv|eu|de|at|ch|fr|es|tr|uk|us|ca|au|nl|be|it|pt|pl|se|no|dk|fi|"
    "ie|br|mx|ar|cl|in|jp|help|support|cloud|blog|shop|online|site|tech|wiki"
)
_URL_CHARS = r"[^\s<>\"`|\[\]“”„«»。、，」』）】\x00-\x1f\x7f]"
_LINK = re.compile(
    rf"""
    !?\[(?P<text>[^\[\]\n]{{0,300}})\]\(\s{{0,3}}<?(?P<inline>[^\s()<>]{{1,{MAX_URL}}}
        (?:\([^\s()<>]{{0,300}}\)[^\s()<>]{{0,300}}){{0,9}})>?(?:\s{{1,3}}["'(][^\n"')]{{0,300}}["')])?\s{{0,3}}\)
    | <a\s[^<>]{{0,300}}?href\s?=\s?["']?(?P<href>[^"'\s<>]{{1,{MAX_URL}}})["']?[^<>]{{0,300}}>
        (?P<anchor>[^<]{{0,300}})</a>
    | <(?P<angle>[a-z][a-z0-9+.\-]{{1,20}}:[^\s<>|]{{1,{MAX_URL}}})(?:\|(?P<label>[^<>\n]{{0,300}}))?>
    | (?<![a-z0-9@])(?P<bare>
          https?://\[[0-9a-f:.]{{2,45}}\]{_URL_CHARS}{{0,{MAX_URL}}}
        | (?:h[tx]{{1,3}}ps?[:;]?[/\\]{{1,4}}|https?:\s[/\\]{{1,3}}|[a-z][a-z0-9+.\-]{{1,20}}://|www\d?\.|mailto:|tel:)
          {_URL_CHARS}{{1,{MAX_URL}}}
        | (?<![\w@./\\\-])(?:[a-z0-9\-]{{1,63}}\.){{1,6}}(?:{_TLDS})/{_URL_CHARS}{{1,{MAX_URL}}}
      )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SHOWN_HOST = re.compile(
    rf"(?:(?:https?://)(?P<after_scheme>[^\s/?#]+)|(?P<bare>(?:[\w\-]+\.)+(?:{_TLDS})))(?:[/?#:]\S*)?",
    re.IGNORECASE,
)
_MEANT_HTTP = re.compile(r"h[tx]{1,3}p", re.IGNORECASE)
_HTTP = re.compile(r"https?://[^/\\]", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_TRACKING = re.compile(
    r"(?:utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|_hs\w+|igshid|ref_src|gad_source|si|yclid)=[^&]*&?",
    re.IGNORECASE,
)
_INDEX = re.compile(r"/(?:index|default|home)(?:\.(?:html?|php|aspx?|jsp|cgi))?$", re.IGNORECASE)
_HOME_PATH = re.compile(
    r"(?:/(?:[a-z]{2}(?:[-_][a-z]{2,4})?|home|homepage|start|startseite|accueil|inicio|anasayfa))?", re.I
)
_EMPTY_FRAGMENT = re.compile(r"(?:top|main|content|home|start|page-top|:~:.*)?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,40}")
_FRAME = frozenset(
    [
        "html",
        "htm",
        "php",
        "aspx",
        "index",
        "articles",
        "article",
        "pages",
        "page",
        "docs",
        "doc",
        "help",
        "hilfe",
        "aide",
        "ayuda",
        "yardim",
        "wiki",
        "www",
    ]
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands in a text.

    `url` is the target as written, `text` the words shown instead of it (empty for a bare link). `start` and
    `end` span the whole construct in code points. `host` is lower-case ASCII and `normal` the form for
    comparing; both are empty when `trouble` says that this is no well-formed http(s) link.
    """

    url: str
    text: str
    start: int
    end: int
    host: str
    normal: str
    trouble: Trouble

    @property
    def is_home_page(self) -> bool:
        """True when the link leads to a site's front door and to nothing in particular."""
        return bool(self.normal) and _is_home(self.normal)

    @property
    def is_local(self) -> bool:
        """True when the address means something only inside one's own network."""
        return bool(self.host) and is_local_host(self.host)


def find_links(text: str) -> list[Link]:
    """The links of `text` in order: Markdown, HTML, `<angle>`, bare, and those that were meant as one.

    Time grows with the length of the text; at most MAX_LINKS are returned.
    """
    links: list[Link] = []
    for match in _LINK.finditer(text):
        link = _link(match)
        if link is not None:
            links.append(link)
            if len(links) >= MAX_LINKS:
                break
    return links


def normal_links(text: str) -> list[str]:
    """The well-formed links of `text` in their form for comparing, each once, in order."""
    return list(dict.fromkeys(link.normal for link in find_links(text) if link.normal))


def normal_form(url: str) -> str:
    """`url` in the form in which two addresses of one page are equal, or empty when it is no well-formed
    http(s) link.

    Scheme, `www.`, tracking parameters, a closing slash and an index page make no difference; a fragment
    does.
    """
    return _parse(url)[1]


def host_of(url: str) -> str:
    """The host of a well-formed http(s) link in lower-case ASCII, else empty."""
    return _parse(url)[0]


def is_local_host(host: str) -> bool:
    """True for `localhost`, names without a dot, `.local` names, and private or reserved addresses."""
    from ipaddress import ip_address

    bare = host.strip("[]")
    if _IPV4.fullmatch(bare) or ":" in bare:
        try:
            return not ip_address(bare).is_global
        except ValueError:
            return True
    return "." not in bare or bare.endswith((".local", ".localhost", ".internal", ".lan", ".home.arpa"))


def same_site(one: str, other: str) -> bool:
    """True when two hosts are equal or one lies below the other (`example.org` and `help.example.org`)."""
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def shown_host(text: str) -> str:
    """The host that a link's text pretends to lead to, or empty when the text is just words."""
    match = _SHOWN_HOST.fullmatch(text.strip().strip("*_`"))
    if match is None:
        return ""
    return _ascii_host(match["after_scheme"] or match["bare"])


def slug_words(url: str) -> tuple[str, ...]:
    """The words that a link's path spells out (`/help/reset-your-password` → reset, your, password), without
    accents.
    """
    path = normal_form(url).partition("/")[2]
    return tuple(
        dict.fromkeys(word for word in map(fold, _WORD.findall(path.replace("_", " "))) if word not in _FRAME)
    )


def _link(match: re.Match[str]) -> Link | None:
    start, end = match.span()
    if match["inline"] is not None:
        url, text = match["inline"], match["text"]
        if url.startswith(("#", "/", ".", "{")) or not re.search(r"[:.]", url):
            return None  # an anchor or a relative path: a link of a document, not of a mail
    elif match["href"] is not None:
        url, text = match["href"], match["anchor"].strip()
    elif match["angle"] is not None:
        url, text = match["angle"], match["label"] or ""
    else:
        url, text = _trimmed(match["bare"], match.string[start - 1 : start]), ""
        end = start + len(url)
    if not url:
        return None
    host, normal, trouble = _parse(url)
    return Link(url, text, start, end, host, normal, trouble)


def _trimmed(url: str, before: str) -> str:
    """A bare link without the punctuation of the sentence around it; brackets stay when they are balanced."""
    closers = {")": url.count("(") - url.count(")"), "}": url.count("{") - url.count("}")}
    end = len(url)
    while end:
        last = url[end - 1]
        if last in closers and closers[last] < 0:
            closers[last] += 1
        elif last not in ".,;:!?'’‘*~…·" and not (last == "_" and before == "_"):
            break
        end -= 1
    return url[:end]


@lru_cache(maxsize=4096)
def _parse(url: str) -> tuple[str, str, Trouble]:
    """Host, form for comparing, and what is wrong with the link."""
    scheme = re.match(r"([a-z][a-z0-9+.\-]*):", url, re.IGNORECASE)
    if scheme is None and re.match(r"www\d?\.", url, re.IGNORECASE):
        url = f"http://{url}"
    elif scheme is None or (
        scheme[1].lower().startswith(("htt", "htp", "hxx")) and not re.match(r"https?://[^/\\]", url, re.I)
    ):
        return "", "", "malformed"
    elif scheme[1].lower() not in ("http", "https"):
        return "", "", "not_http"
    try:
        parts = urlsplit(url)
        host = _ascii_host(parts.hostname or "")
        port = parts.port
    except ValueError:
        return "", "", "malformed"
    if not _is_host(host):
        return "", "", "malformed"
    return host, _normal(host, port, parts.path, parts.query, parts.fragment), ""


def _ascii_host(host: str) -> str:
    host = host.lower().rstrip(".")
    if host.isascii():
        return host
    try:
        return unicodedata.normalize("NFKC", host).encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _is_host(host: str) -> bool:
    if ":" in host or _IPV4.fullmatch(host):
        from ipaddress import ip_address

        try:
            ip_address(host)
        except ValueError:
            return False
        return True
    labels = host.split(".")
    return len(host) <= 253 and not labels[-1].isdigit() and all(map(_LABEL.fullmatch, labels))


def _normal(host: str, port: int | None, path: str, query: str, fragment: str) -> str:
    host = re.sub(r"^www\d?\.", "", host)
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    path = _INDEX.sub("", "/".join(_without_dots(unquote(path)))).rstrip("/")
    query = _TRACKING.sub("", f"{query}&").strip("&") if query else ""
    if _EMPTY_FRAGMENT.fullmatch(fragment):
        fragment = ""
    normal = (
        host + path + (f"?{unquote(query)}" if query else "") + (f"#{unquote(fragment)}" if fragment else "")
    )
    return unicodedata.normalize("NFC", normal).encode("utf-8", "replace").decode()[:2_000]


def _without_dots(path: str) -> list[str]:
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[max(1, len(segments) - 1) :]
        elif segment != ".":
            segments.append(segment)
    return segments


def _is_home(normal: str) -> bool:
    if "?" in normal or "#" in normal:
        return False
    return bool(_HOME_PATH.fullmatch(normal[len(normal.split("/", 1)[0]) :]))
