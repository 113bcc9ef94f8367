"""Address lists of a mail: split first, decoded after, so that a comma in an encoded name splits nothing.

RFC 5322 §3.4 with what senders make of it: unquoted commas and dots in names, semicolons between addresses, groups
without members, routes, comments as names, an address quoted as its own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from store.channels.mail.headers import text_of
from store.text.inert import inert_line

ADDRESS_LIMIT = 1_000
NAME_LIMIT = 200
EMAIL_LIMIT = 320


@dataclass(frozen=True, slots=True)
class Address:
    """Who a mail is from or to. `email` has a lower-case domain and is empty where there is none to answer to."""

    name: str
    email: str


NOBODY = Address("", "")

_TOKEN = re.compile(
    rb'"(?:[^"\\]|\\.)*+"?'  # quoted string
    rb"|=\?[!->@-~]{1,60}\?[bBqQ]\?[^?]*+\?="  # encoded word, which may hold raw commas
    rb"|<[^<>]*+>?"
    rb"|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+\)?"  # comment, with others inside
    rb'|[,;:]|[^",;:<(=]+|.',
    re.DOTALL,
)
_SEPARATORS = frozenset({b",", b";"})
_TOKENS_LIMIT = 200
_WORTH_REMEMBERING = 300
_COMMENT = re.compile(r"\([^()]*\)")
_AROUND_DOTS = re.compile(r"\s*([.@])\s*")
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_ROUTE = re.compile(r"^@[^:]*:")
_MAILTO = re.compile(r"^mailto:", re.IGNORECASE)
_BARE = re.compile(r"[^\s<>()\[\],;:\"']{1,254}@[^\s<>()\[\],;:\"']+")
_EMAIL = re.compile(r"(?:\"(?:[^\"\\]|\\.)+\"|[^\s@<>()\[\],;:\"]+)@(?:[^\s@<>()\[\],;:\"]+|\[[^\s\]]+\])")


def addresses_of(value: bytes, hint: str = "", limit: int = ADDRESS_LIMIT) -> tuple[Address, ...]:
    """The addresses in a field's value, in order, at most `limit`. Members of a group count, its name does not."""
    read = _read_before if len(value) <= _WORTH_REMEMBERING else _read
    return read(value, hint, limit)


def _read(value: bytes, hint: str, limit: int) -> tuple[Address, ...]:
    found: list[Address] = []
    held: list[bytes] = []
    for tokens in _items(value):
        if len(found) >= limit:
            break
        tokens = held + tokens
        if _is_name_cut_by_a_comma(tokens):
            held = [*tokens, b","]
            continue
        held = []
        if address := _address(tokens, hint):
            found.append(address)
    if held and (address := _address(held[:-1], hint)):
        found.append(address)
    return tuple(found)


_read_before = lru_cache(maxsize=2_048)(_read)
"""The same people write again and again."""


def _items(value: bytes) -> Iterator[list[bytes]]:
    """The value cut at commas, semicolons and group colons, each piece as its tokens."""
    item: list[bytes] = []
    for token in _tokens(value):
        if token in _SEPARATORS:
            if item:
                yield item
            item = []
        elif token == b":" and not any(b"@" in earlier for earlier in item):
            item = []  # the name of a group, or "mailto"
        elif (item or token.strip()) and len(item) < _TOKENS_LIMIT:
            item.append(token)
    if item:
        yield item


def _tokens(value: bytes) -> Iterator[bytes]:
    for match in _TOKEN.finditer(value):
        token = match[0]
        if token[:1] == b'"' and not (len(token) > 1 and token[-1:] == b'"'):
            yield from (rest[0] for rest in _TOKEN.finditer(token.replace(b'"', b"")))  # a quote never closed
        else:
            yield token


def _is_name_cut_by_a_comma(tokens: list[bytes]) -> bool:
    """Whether this is only the first half of `Doe, Jane <jane@…>`: words and no address, not absurdly long."""
    return len(tokens) <= 8 and not any(b"@" in token or token[:1] == b"<" for token in tokens)


def _address(tokens: list[bytes], hint: str) -> Address | None:
    names: list[bytes] = []
    comments: list[bytes] = []
    angle = b""
    for token in tokens:
        first = token[:1]
        if first == b"<":
            angle = angle or token
        elif first == b"(":
            comments.append(token[1:-1] if token[-1:] == b")" else token[1:])
        else:
            names.append(token)
    name = _name(names, hint)
    email = _email(angle[1:].removesuffix(b">")) if angle else ""
    if not email:
        name, email = _without_angle(names, name)
    name = name or _name(comments, hint)
    return Address(name, email) if name or email else None


def _without_angle(names: list[bytes], name: str) -> tuple[str, str]:
    """Name and address where no `<…>` holds the address: `jane@example.com`, `"a b"@example.com`, `jane@x Jane`."""
    joined = b"".join(names)[: EMAIL_LIMIT * 4].decode("latin-1").strip()
    if email := _email(joined.encode("latin-1")):
        return "", email
    found = _BARE.search(joined)
    if found and (email := _email(found[0].encode("latin-1"))):
        return inert_line(name.replace(found[0], " "), NAME_LIMIT), email
    return name, ""


def _name(tokens: list[bytes], hint: str) -> str:
    """The display name: quoted strings unquoted, and what stands between them decoded as a whole."""
    pieces: list[str] = []
    for is_quoted, group in groupby(tokens, key=lambda token: token[:1] == b'"'):
        if is_quoted:
            pieces += (_QUOTED_PAIR.sub(r"\1", text_of(token[1:-1], hint)) for token in group)
        else:
            pieces.append(text_of(b"".join(group), hint))
    text = inert_line(" ".join("".join(pieces).split()), NAME_LIMIT)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1].strip()
    return text


def _email(data: bytes) -> str:
    """`data` as an address with a lower-case domain, or empty when it is none that could be answered."""
    text = _MAILTO.sub("", text_of(data[: EMAIL_LIMIT * 4]).strip().strip("'"))
    text = _ROUTE.sub("", text)
    if "(" in text:
        text = _COMMENT.sub("", text)
    text = _AROUND_DOTS.sub(r"\1", text).strip().rstrip(".")
    text = inert_line(text, EMAIL_LIMIT + 1)
    if len(text) > EMAIL_LIMIT or not _EMAIL.fullmatch(text):
        return ""
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"
