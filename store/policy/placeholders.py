"""Slots of a template that nobody filled in: `{name}`, `[[order number]]`, `%NAME%`, a row of X, "INSERT HERE".

Genuine replies are full of braces, brackets and percent signs: code, JSON, stylesheets, `printf`, template languages, wiki
links. So a slot counts only when its words are those of slots (name, order, date, … in five languages), where prose stands,
and when neither the ticket nor the sentence around it is about templates. In a greeting any empty slot counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from store.policy.reply_parts import Parts, Span, blanked, looks_like_code
from store.policy.words import sections
from store.text.fold import fold

MAX_FOUND = 50
"""Slots reported for one reply."""

_WORDS = {section: frozenset(listed) for section, listed in sections("slots").items()}
_PEOPLE = _WORDS["people"]
_THINGS = _PEOPLE | _WORDS["things"]
_SLOTS = _THINGS | _WORDS["binders"]

_FORMS = {
    "{{}}": re.compile(r"\{\{\{?[\s~]*([^{}\n]{1,80})\}\}"),
    "{%%}": re.compile(
        r"\{%\s*((?:customer|ticket|user|agent|conversation|mailbox|company)\.[^%}\n]{1,80})%\}"
    ),
    "{}": re.compile(r"(?<![\w$\\{/=(\"'#@“„«‘`])\{([^{}\n\"':;=<>()]{1,60})\}(?![}\w\"'/”“»])"),
    "[[]]": re.compile(r"\[\[([^\[\]\n]{1,80})\]\]"),
    "[]": re.compile(r"(?<![\w\])$\[\"'“„«/=])\[([^\[\]\n]{1,60})\](?![(\[\]:\w\"'”“»])"),
    "%%": re.compile(r"(?<![\w%])%{1,2}([^\W\d][\w .\-]{1,40}?)%{1,2}(?![\w%])"),
    "##": re.compile(r"##([A-Z][A-Z_ ]{1,40})##"),
    "*||*": re.compile(r"\*\|([A-Z][A-Z_:]{1,40})\|\*"),
    "<<>>": re.compile(r"<<([^<>\n]{1,60})>>"),
}
_INSERT = re.compile(
    r"\b(?:INSERT|ENTER|ADD|PASTE|PUT|TYPE|FILL IN)\b[ \w'/\-]{0,40}\bHERE\b"
    r"|\bINSERT (?:THE |YOUR )?(?:CUSTOMER |ORDER |TICKET |TRACKING )?"
    r"(?:NAME|LINK|URL|DATE|NUMBER|TEXT|SIGNATURE|DETAILS|REASON)\b"
    r"|\bHIER\b[ \w/\-]{0,40}\b(?:EINFÜGEN|EINFUEGEN|EINSETZEN|EINTRAGEN|ERGÄNZEN)\b"
    r"|\b(?:NAME|LINK|DATUM|TEXT|GRUND|NUMMER|BESTELLNUMMER)[ \w]{0,20} (?:EINFÜGEN|EINFUEGEN|EINSETZEN)\b"
    r"|\bINS[ÉE]RE[RZ]\b[ \w'/\-]{0,40}\bICI\b|\bINSERT(?:AR|E|A)\b[ \w/\-]{0,40}\bAQU[ÍI]\b"
    r"|\bBURAYA\b[ \w/\-]{0,40}\b(?:EKLE|EKLEY[İI]N|YAZ|YAZIN|G[İI]R[İI]N)\b"
    r"|<(?:insert|enter|hier|insérer|insertar|buraya)\b[^<>\n]{1,60}>"
    r"|\b[Ii]nsert (?:the |your |customer'?s? )?(?:name|link|url|date|order number|tracking number|signature) here\b"
)
_XS = re.compile(
    r"(?<![^\s(\[:;#\"“„«*_])(?<![X\dx=][ \-.])(?:X{3,8}|x{3,8})(?![^\s)\],.;:!?\"”“»*_])(?![ \-.][Xx\d])(?![.,][\wX])"
)
_WORD_BEFORE = re.compile(r"(\w+)['’.:]?\s*[#№(\"“„]?$")
_GREETING_SLOT = re.compile(
    r"[^\n,!:;{\[<%$_]{0,40}?(?<!\w)(\{[^\n{}]{0,80}\}|\{\{[^\n{}]{0,80}\}\}|\[\[?[^\n\[\]~@]{0,60}\]\]?"
    r"|<<?[^\n<>@]{1,60}>>?|%[\w .\-]{1,40}%"
    r"|%(?:\d\$)?s|\*\|\w+\|\*|_{2,}|[Xx]{3,}|XX|null|undefined|none|nan|NaN)(?!\w)"
)
_ABOUT_TEMPLATES = re.compile(
    r"placeholder|variable|template|merge ?tag|shortcode|snippet|syntax|handlebars|mustache|liquid|twig|jinja|\breplac(?:e|ing)\b"
    r"|substitut|\btokens?\b|\btags?\b|\bmacro|platzhalter|vorlage|ersetz|durch ihr|remplac|balise|modèle|gabarit"
    r"|reemplaz|sustitu|marcador|plantilla|etiqueta|yer tutucu|değişken|şablon|etiket|yerine|değiştir",
    re.IGNORECASE,
)
_REST_OF_LINK = re.compile(r"[^\s,;]{1,200}")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|[\s_.\-:|/’']+|\d+")


def find_placeholders(text: str, parts: Parts, links: list[Span], ticket_text: str = "") -> list[Span]:
    """Spans of the slots left open in a reply, at most MAX_FOUND, in order.

    Quotes, code and `links` are not looked at; a slot that stands in `ticket_text` too is the customer's own.
    """
    behind_links = [match.span() for _, end in links if (match := _REST_OF_LINK.match(text, end))]
    prose = blanked(text, [*parts.quotes, *parts.code, *links, *behind_links])
    known = ticket_text.casefold()
    found = [span for span in islice(_everywhere(prose), MAX_FOUND) if _token(prose, span) not in known]
    explained = {_token(prose, span) for span in found if _is_explained(prose, span)}
    left = [span for span in found if _token(prose, span) not in explained]
    return _apart(sorted([*_in_greeting(text, parts), *left]))


def _token(prose: str, span: Span) -> str:
    return prose[span[0] : span[1]].casefold()


def _in_greeting(text: str, parts: Parts) -> Iterator[Span]:
    if parts.greeting is None:
        return
    begins = parts.names[0] if parts.names else parts.greeting[1]
    match = _GREETING_SLOT.match(text, begins)
    if match is not None:
        yield match.span(1)


def _everywhere(prose: str) -> Iterator[Span]:
    for form, pattern in _FORMS.items():
        for match in pattern.finditer(prose):
            if _is_slot(form, match):
                yield match.span()
    for match in _INSERT.finditer(prose):
        yield match.span()
    for match in _XS.finditer(prose):
        if match[0][0] == "X" or _slot_before(prose, match.start()):
            yield match.span()


def _is_slot(form: str, match: re.Match[str]) -> bool:
    """True when what stands between the brackets are words of a slot and not of a program, a wiki or a shortcode."""
    content = match[1].split("|")[0]
    words = [fold(word) for word in _CAMEL.split(content) if word]
    things = [word for word in words if word in _THINGS]
    alone = len(words) == 1
    if not things or (form == "[]" and any(char.isdigit() for char in content)):
        return False
    if not all(word in _SLOTS for word in words):
        return not alone and content.isupper() and " " in content.strip()  # [REFUND SUM IN EUR]
    if form == "%%":
        return not (alone and words[0] in _WORDS["system"])
    if form == "[]":
        return not _is_markup(match, content, alone)
    if form == "{}":
        return not alone or words[0] in _PEOPLE or not content.islower()
    return True


def _is_markup(match: re.Match[str], content: str, alone: bool) -> bool:
    """True for what single brackets mean elsewhere: a shortcode, or the header of a section in a settings file."""
    person = alone and fold(content) in _PEOPLE
    if content.islower() and " " not in content:
        return not person and content != "link"
    before = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
    behind = match.string[match.end() : match.end() + 200].partition("\n")[0]
    return alone and not person and not before.strip() and not behind.strip()


def _slot_before(prose: str, start: int) -> bool:
    match = _WORD_BEFORE.search(prose[max(0, start - 40) : start])
    return match is not None and fold(match[1]) in _THINGS | {"mr", "mrs", "ms", "herr", "frau", "sayin"}


def _is_explained(prose: str, span: Span) -> bool:
    """True when the line is code or a quotation, or speaks about templates and what to put in."""
    start = prose.rfind("\n", 0, span[0]) + 1
    end = prose.find("\n", span[1])
    line = prose[max(start, span[0] - 300) : min(end if end >= 0 else len(prose), span[1] + 300)]
    before = prose[max(start, span[0] - 300) : span[0]]
    if before.rstrip().endswith("=") or before.lstrip().startswith("#") or before.count('"') % 2:
        return True
    without = line.replace(prose[span[0] : span[1]], " ")
    return bool(_ABOUT_TEMPLATES.search(without)) or looks_like_code(without)


def _apart(spans: list[Span]) -> list[Span]:
    """Spans that do not overlap: of two that do, the one that begins first."""
    kept: list[Span] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
