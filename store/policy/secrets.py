"""Secrets about to be mailed: passwords, keys, card and account numbers. What is found is never repeated in full."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_FOUND = 20
"""Secrets reported for one reply."""

_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_KEY = re.compile(
    r"(?<![\w/])(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,}|glpat-[\w\-]{20,}|sk_live_[A-Za-z0-9]{20,}"
    r"|rk_live_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_\-]{32,}|xox[abprs]-[A-Za-z0-9\-]{20,}|AIza[\w\-]{35}|SG\.[\w\-]{22}\.[\w\-]{43}"
    r"|eyJ[\w\-]{15,}\.eyJ[\w\-]{15,}\.[\w\-]{10,})"
)
_NAMED_KEY = re.compile(
    r"\b(?:api[ _\-]?key|api[ _\-]?schlüssel"
    r"|clé (?:d'|de l')?api"
    r"|clave (?:de (?:la )?)?api|api anahtar[ıi]|secret[ _\-]?key"
    r"|access[ _\-]?token|auth[ _\-]?token|bearer)\b"
    r"[\"']?(?:\s*[:=]|\s+(?:is|lautet|ist|est|es)\b)?\s*[\"'`]?(?P<value>[A-Za-z0-9_\-+/=.]{20,200})",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"\b(?:password|passwd|passphrase|pass ?code|passwort|kennwort|mot de passe|contraseña|contrasena"
    r"|clave de acceso|şifre(?:niz|si|m)?"
    r"|sifre(?:niz)?|parola(?:nız)?)\b[\"'*]*"
    r"(?:\s*[:=]\s*|\s+(?:is|was|lautet|ist|est|es)(?: now| jetzt)?\s*:?\s*)[\"'`*„“«]*(?P<value>[^\s\"'`“”«»<>]{6,80})",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![\w.,\-/+])(?:\d[ \-]?){12,18}\d(?![\w\-]|[.,]\d)")
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])")
_IBAN_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "TR": 26,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Secret:
    """Something that should not travel by mail: its rule, where it stands, and a form that may be shown."""

    rule: str
    start: int
    end: int
    masked: str


def find_secrets(text: str, prose: str) -> list[Secret]:
    """The secrets in a reply, at most MAX_FOUND. Numbers are looked for in `prose` only: no links, no code."""
    found = sorted([*_keys(text), *_numbers(prose)], key=lambda secret: secret.start)
    kept: list[Secret] = []
    for secret in found[: MAX_FOUND * 2]:
        if not kept or secret.start >= kept[-1].end:
            kept.append(secret)
    return kept[:MAX_FOUND]


def is_card_number(digits: str) -> bool:
    """True for a number of a payment card: known issuer and length (ISO/IEC 7812), Luhn's sum right."""
    issuer = (
        (digits[0] == "4" and len(digits) in (13, 16, 19))
        or (len(digits) == 16 and (51 <= int(digits[:2]) <= 55 or 2221 <= int(digits[:4]) <= 2720))
        or (len(digits) == 15 and digits[:2] in ("34", "37"))
        or (len(digits) == 16 and (digits[:4] in ("6011", "9792") or digits[:2] in ("65", "35")))
    )
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(map(int, digits[::-2])) + sum(value - 9 if value > 9 else value for value in doubled)
    return issuer and total % 10 == 0 and len(set(digits)) > 1


def is_iban(text: str) -> bool:
    """True for an account number whose country, length and check digits agree (ISO 13616)."""
    compact = text.replace(" ", "")
    if _IBAN_LENGTHS.get(compact[:2]) != len(compact):
        return False
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1


def _keys(text: str) -> Iterator[Secret]:
    for match in _PRIVATE_KEY.finditer(text):
        yield Secret("secret.private_key", match.start(), match.end(), "-----BEGIN … PRIVATE KEY-----")
    for match in _KEY.finditer(text):
        yield Secret("secret.key", match.start(), match.end(), _masked(match[0]))
    for match in _NAMED_KEY.finditer(text):
        if _is_random(match["value"]):
            yield Secret("secret.key", *match.span("value"), _masked(match["value"]))
    for match in _PASSWORD.finditer(text):
        value = match["value"].rstrip(".,;:!?)*")
        if _is_password(value):
            start = match.start("value")
            yield Secret("secret.password", start, start + len(value), _masked(value))


def _numbers(prose: str) -> Iterator[Secret]:
    for match in _IBAN.finditer(prose):
        if is_iban(match[0]):
            yield Secret("secret.iban", match.start(), match.end(), _masked(match[0]))
    for match in _CARD.finditer(prose):
        if is_card_number(re.sub(r"\D", "", match[0])):
            yield Secret("secret.card", match.start(), match.end(), _masked(match[0]))


def _is_password(value: str) -> bool:
    """True for what looks chosen or generated: letters together with digits or signs, and no mask, slot or address."""
    if len(set(value)) < 4 or re.match(r"https?:|www\.|[\[{<%*•]", value, re.IGNORECASE):
        return False
    letters = any(char.isalpha() for char in value)
    marks = sum(not char.isalpha() for char in value.rstrip("…"))
    inner = any(not char.isalpha() and char not in "-/.'’" for char in value)
    return letters and marks > 0 and inner


def _is_random(value: str) -> bool:
    return (
        any(char.isdigit() for char in value)
        and any(char.isalpha() for char in value)
        and len(set(value)) >= 10
        and not value.startswith(("http", "www."))
    )


def _masked(value: str) -> str:
    return f"{value[:2]}…{value[-2:]}" if len(value) > 8 else "…"
