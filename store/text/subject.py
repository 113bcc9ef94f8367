"""Subjects of mails, compared without what answering and forwarding put before them."""

from __future__ import annotations

import re

_PREFIX = re.compile(
    r"\s*(?:\[[^\[\]]{0,60}\]\s*"  # the name of a list, or a ticket's number
    r"|(?:re|ré|réf|rép|aw|antw|antwort|sv|vs|rv|res|ref|rif|odp|ynt|cevap|cvp|fwd?|fw|wg|tr|enc|i|ilt|doorst|wtr|отв|ответ"
    r"|答复|回复|回覆|答覆|转发|轉寄|返信|転送|답장|회신|전달)\s?"
    r"(?:\[\d{1,3}\]|\(\d{1,3}\))?\s?[:：]\s*)",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"\s*\(fwd\)\s*$", re.IGNORECASE)


def base_subject(subject: str) -> str:
    """A subject without `Re:` and its kin in many languages, names of lists, `(fwd)`, case and blanks (RFC 5256, 2.1)."""
    text = subject.replace("İ", "i").replace("ı", "i")
    while (
        shorter := _FORWARDED.sub("", _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text)
    ) != text:
        text = shorter
    return " ".join(text.casefold().split())
