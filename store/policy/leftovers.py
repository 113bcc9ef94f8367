"""What is left over or missing in a reply: open slots, nothing of one's own, the wrong language, a forgotten file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.model import Finding, Severity
from store.policy.letter import MAX_READ, Letter
from store.policy.links import same_site, shown_host
from store.policy.placeholders import find_placeholders
from store.policy.secrets import find_secrets
from store.text.fold import fold
from store.text.language import detect

if TYPE_CHECKING:
    from store.policy.context import TicketContext

_NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "tr": "Turkish"}

_PROMISED = re.compile(
    r"\b(?:i|we)(?:['’](?:ve|m|re|ll)| have| am| are| will)? (?:also |just |now )?(?:attach(?:ed|ing)?|enclos(?:e|ed|ing))\b"
    r"|\b(?:find|see|check|open|use|read|fill in) (?:(?:the|my|our|this) )?(?:attached|attachments?|enclosed)\b"
    r"|\battached (?:is|are|please|you(?:['’]ll| will)? find|(?:to|with) this (?:e-?mail|message|reply))"
    r"|\b(?:is|are) attached(?: here| below|[.!])"
    r"|\bin the attach(?:ment|ed (?:file|document|pdf|screenshot))"
    r"|\banbei\b|\bim anhang\b|\bin der anlage\b|\b(?:habe|haben) (?:\w+ ){0,8}(?:angehängt|beigefügt|angefügt|beigelegt)\b"
    r"|\b(?:hänge|füge) (?:ich |wir )?(?:\w+ ){0,6}(?:an|bei)\b|\bangehängte[nrsm]? (?:datei|dokument|pdf|bild|anleitung)"
    r"|\bci-?jointe?s?\b|\ben pi[èe]ces? jointes?\b|\b(?:je|nous) (?:vous |te |t['’])?(?:joins|joignons|ai joint|avons joint)\b"
    r"|\b(?:te |le |os |les )?adjunt(?:o|amos)\b (?:te |le |el |la |los |las |un |una |encontrar)"
    r"|\b(?:te|le|os|les) adjunt(?:o|amos)\b"
    r"|\b(?:he|hemos) adjuntado\b|\ben el (?:archivo |documento )?adjunto\b|\bencontrar[áa]s? adjunt"
    r"|\bekte(?:ki)?\b|\bekli (?:dosya|belge)"
    r"|\b(?:dosya|belge|fatura|ekran görüntüsü)\w* (?:\w+ ){0,3}ekled(?:im|ik)\b|\bilişikte",
    re.IGNORECASE,
)
_ASKED_OR_THEIRS = re.compile(
    r"\byour? (?:\w+ ){0,3}(?:attach|enclos)|\b(?:please|could you|can you|would you|to) (?:\w+ ){0,2}attach\b"
    r"|you (?:have )?(?:sent|attached|enclosed)"
    r"|\?\s*$|\b(?:ihr|dein|euer|eur)(?:e[rnms]?)? (?:\w+ )?(?:anhang|anlage)|anhang (?:ihrer|deiner|eurer|von ihnen|von dir)"
    r"|\bbitte (?:\w+ ){0,6}(?:anhängen|anhang|anlage)|\b(?:sie|du) (?:\w+ ){0,6}(?:angehängt|beigefügt)"
    r"|\bvo(?:tre|s) pi[èe]ces?|\b(?:veuillez|pourriez-vous|pouvez-vous|envoyez|merci de) (?:\w+[ -]){0,5}(?:joindre|jointe?s?)"
    r"|\b(?:su|tu|sus|tus) (?:archivo )?adjunt|\b(?:adjunte|adjuntar|podr[íi]as?|env[íi][ea](?:me|nos)?)\b"
    r"|gönderdiğiniz|eklediğiniz|ekler misin|ekleyin",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|\n")
_SECRET_NAMES = {
    "secret.private_key": "a private key",
    "secret.key": "a key or token",
    "secret.password": "a password",
    "secret.card": "a card number",
    "secret.iban": "a bank account number",
}


def substance_findings(letter: Letter, context: TicketContext) -> Iterator[Finding]:
    """Blocks a reply with nothing in it, and one that only says back what was written before."""
    left = (
        _has_words(letter.body)
        or bool(letter.parts.code)
        or any(
            not letter.parts.in_quote(link.start) and not letter.parts.in_signature(link.start)
            for link in letter.links
        )
    )
    if not left and letter.parts.quotes:
        yield Finding(
            "reply.only_quote", Severity.BLOCK, "There is nothing in this reply but the quote.",
            "Write your answer above or below the words you quote.", letter.parts.quotes[:100],
        )  # fmt: skip
    elif not left:
        said = "a greeting and a signature" if _has_words(letter.text) else "blank space"
        yield Finding(
            "reply.empty",
            Severity.BLOCK,
            f"There is nothing in this reply but {said}.",
            "Write the answer first.",
        )
    elif _is_said_back(letter, context):
        yield Finding(
            "reply.only_quote", Severity.BLOCK, "Every word of this reply is the customer's own.",
            "Write your answer; if this is a quote, mark its lines with “> ”.",
        )  # fmt: skip


def placeholder_findings(letter: Letter, context: TicketContext) -> Iterator[Finding]:
    """Blocks a reply in which a slot of a template was never filled in."""
    spans = find_placeholders(letter.text, letter.parts, letter.link_spans, context.said)
    if spans:
        slots = [letter.text[start:end] for start, end in spans]
        named = ", ".join(dict.fromkeys(slots[:3]))
        yield Finding(
            "leftover.placeholder",
            Severity.BLOCK,
            f"{named} was never filled in.",
            "Write what belongs there; if the customer is to read it just so, put it in `backticks`.",
            tuple(spans),
            tuple({"slot": slot} for slot in dict.fromkeys(slots)),
        )


def language_findings(letter: Letter, context: TicketContext) -> Iterator[Finding]:
    """Warns when a reply is in another language than the customer's. Short replies are not judged."""
    spoken = detect(letter.body)
    if not spoken or not context.language or spoken == context.language or spoken in context.languages:
        return
    if context.language not in _NAMES:
        return
    yield Finding(
        "language.other",
        Severity.WARN,
        f"The customer wrote in {_NAMES[context.language]}, this reply is in {_NAMES[spoken]}.",
        "Answer in the customer's language, or say in it why you cannot.",
        (),
        ({"reply": spoken, "customer": context.language},),
    )


def attachment_findings(letter: Letter, attachments: int) -> Iterator[Finding]:
    """Warns of a file that the reply promises and does not carry."""
    if attachments:
        return
    for match in _PROMISED.finditer(letter.prose):
        if not _ASKED_OR_THEIRS.search(_sentence(letter.prose, match.start(), match.end())):
            yield Finding(
                "attachment.missing",
                Severity.WARN,
                f"“{match[0].strip()}”, but no file is attached.",
                "Attach the file, or take the sentence out.",
                (match.span(),),
            )
            return


def link_text_findings(letter: Letter) -> Iterator[Finding]:
    """Warns of a link whose text shows one host and leads to another, and of a name hidden before an @."""
    for link in letter.links:
        if not link.host or letter.parts.in_quote(link.start):
            continue
        shown = shown_host(link.text)
        hidden = re.match(r"https?://([^/?#@]+)@", link.url, re.IGNORECASE)
        if (shown and not same_site(shown, link.host)) or hidden:
            pretended = shown or (hidden[1] if hidden else "")
            yield Finding(
                "link.other_host",
                Severity.WARN,
                f"The link reads {pretended}, and leads to {link.host}.",
                "Show where it really leads, or use words instead of an address.",
                ((link.start, link.end),),
                ({"shown": pretended, "host": link.host},),
            )


def secret_findings(letter: Letter) -> Iterator[Finding]:
    """Warns of passwords, keys, card and account numbers; the finding never repeats them in full."""
    for secret in find_secrets(letter.text, letter.prose):
        yield Finding(
            secret.rule,
            Severity.WARN,
            f"This mails {_SECRET_NAMES[secret.rule]} ({secret.masked}) in the clear.",
            "Mail is kept and passed on; send it another way, or a link to set a new one.",
            ((secret.start, secret.end),),
            ({"masked": secret.masked},),
        )


def length_findings(text: str) -> Iterator[Finding]:
    """Says so when a reply is longer than the gate reads."""
    if len(text) > MAX_READ:
        yield Finding(
            "reply.too_long",
            Severity.HINT,
            f"Only the first {MAX_READ:,} characters of this reply were looked at.",
            "Attach long logs and listings as a file.",
            ((MAX_READ, len(text)),),
        )


def _has_words(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _is_said_back(letter: Letter, context: TicketContext) -> bool:
    """True when all that a reply says, greeting and sign-off aside, stands word for word in the customer's text."""
    words = re.findall(r"[^\W_]+", fold(letter.body[:5_000]))
    if len(words) < 6 or letter.links or letter.parts.code:
        return False
    return " ".join(words) in " ".join(re.findall(r"[^\W_]+", fold(context.said[:50_000])))


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around a span, at most 300 characters to each side."""
    before, after = text[max(0, start - 300) : start], text[end : end + 300]
    begins = max((match.end() for match in _SENTENCE_END.finditer(before)), default=0)
    stop = _SENTENCE_END.search(f"{after}\n")
    return before[begins:] + text[start:end] + after[: stop.end() if stop else None]
