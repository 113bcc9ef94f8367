"""Bounces: which of our mails did not arrive, at whom, and whether for good.

Delivery status notifications (RFC 3464, RFC 3463) are read here; the many other ways in which mail servers have said
the same are left to flufl.bounce, which is asked only when the header looks like a mail server's, since a customer
who forwards a bounce is a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.channels.mail.addresses import addresses_of
from store.channels.mail.headers import params_of, read_block, text_of
from store.channels.mail.mime import Part, content_of, structure_of
from store.text.inert import inert_line

if TYPE_CHECKING:
    from store.channels.mail.parse import Mail

SCAN_LIMIT = 200_000
RECIPIENT_LIMIT = 100

DAEMON = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|postmaster|postmast|mail-delivery(?:-sub)?system|mdaemon|maildelivery|smtp-?daemon|ndr"
    r"|bounces?|.*mailer-daemon.*)$",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(
    r"mail delivery (?:sub)?system|mailer[- ]daemon|postmaster|mail administrator|system administrator|mail ?system"
    r"|microsoft outlook|systemadministrator|mail router",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver(?:able|ed)|un?zustellbar|undelivered mail|non[- ]?deliver|not (?:be )?delivered|returned mail|mail returned"
    r"|returned to sender|delivery (?:status )?(?:notification|failure|failed|problem|error|report|has failed|unsuccessful)"
    r"|delivery.{0,20}(?:fail|delay|warn|error)|fail(?:ure|ed) (?:notice|delivery|mail)"
    r"|mail (?:delivery )?fail(?:ure|ed)"
    r"|mail error|failed mail|error sending|message (?:status - )?(?:undeliver|delayed|not deliver|could not)"
    r"|could not (?:be )?deliver"
    r"|bounced? (?:mail|message)|warning: message|nicht zugestellt|konnte nicht zugestellt|nicht zustellbar|unzustellbar"
    r"|[ée]chec de (?:la )?(?:remise|distribution)|non remis|notification d.[ée]tat de remise|retour de courrier"
    r"|no se (?:ha )?(?:pudo|podido) (?:entregar|enviar)|no entregado|no se puede entregar|devuelto al remitente"
    r"|error de entrega|estado de entrega|teslim edilemedi|iletilemedi|teslimat (?:durumu|hatası)|gönderilemedi"
    r"|user unknown|unknown user|mailbox (?:full|unavailable)|automatically rejected mail|mail could not",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:could|can|did|was|were|been|is|be) ?(?:not|n't|nnot) (?:be )?(?:deliver|reach|complete|sent)|undeliver"
    r"|unable to deliver|delivery.{0,40}(?:fail|problem|unsuccessful|delay|not possible|could not)"
    r"|failed to (?:deliver|reach)|permanent(?:ly)? (?:fatal )?(?:error|fail)|user unknown|unknown user"
    r"|no such (?:user|recipient|mailbox|address)|mailbox (?:is )?(?:full|unavailable|not found|disabled)"
    r"|over quota|quota exceeded|recipient (?:address )?(?:rejected|unknown|not)|account (?:has been )?disabled"
    r"|returned (?:message|mail|to (?:the )?sender)|\b[45]\d\d[ -][45]\.\d\.\d"
    r"|nicht zugestellt|unzustellbar|nicht zustellbar|empfänger unbekannt|n'a pas pu être (?:remis|distribué|envoyé)"
    r"|non remis|no (?:se )?(?:pudo|ha podido|puede) (?:ser )?entrega|usuario desconocido|teslim edilemedi|iletilemedi",
    re.IGNORECASE,
)
_REPLY = re.compile(r"^\s*(?:re|aw|antw|sv|rép|ré|fwd?|wg|tr|rv|ynt|ilt)\s*:", re.IGNORECASE)
_NO_FAILURE = ("delay", "deliver", "relay", "expand")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d[ -](?=\D)")
_EMBEDDED_ID = re.compile(
    r"^[> \t]*(?:Original-|X-Original-)?Message-ID:[ \t]*<([^<>\s]{1,998})>", re.IGNORECASE | re.MULTILINE
)
_DELAYED = re.compile(
    r"delay|warning|still (?:being )?(?:try|attempt|retr)|not yet (?:been )?deliver|will (?:keep|continue)|temporar",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says. `status` is an enhanced code such as `5.1.1`, or empty; a temporary one may still arrive.

    `originals` are the Message-IDs that may be the mail that bounced, the likeliest first.
    """

    recipients: tuple[str, ...]
    status: str
    is_permanent: bool
    originals: tuple[str, ...]
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Report:
    """The fields of a delivery or disposition report: those of the message first, then one dict a recipient."""

    blocks: tuple[dict[str, str], ...]

    def values(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        return [block[name] for block in self.blocks if name in block]


def looks_like_a_servers(mail: Mail) -> bool:
    """Whether header or structure look like a mail server's own mail; only then a bounce is looked for."""
    headers = mail.headers
    if "x-failed-recipients" in headers or is_from_nobody(mail) or is_daemon(mail):
        return True
    kind = params_of(next(iter(headers.raw("content-type")), b""))
    if kind.value == "multipart/report":
        return True
    return _has_servers_subject(mail)


def is_daemon(mail: Mail) -> bool:
    """Whether the sender is a mail server by its address, or by its name where nothing else speaks for a person."""
    local, _, _ = mail.sender.email.partition("@")
    if DAEMON.match(local) or (not local and DAEMON.match(mail.sender.name)):
        return True
    return bool(_DAEMON_NAME.search(mail.sender.name)) and _has_servers_subject(mail)


def _has_servers_subject(mail: Mail) -> bool:
    return bool(_SUBJECT.search(mail.subject)) and not _REPLY.match(mail.subject)


def is_from_nobody(mail: Mail) -> bool:
    """Whether the envelope sender is empty, as RFC 5321 §4.5.5 asks of notifications."""
    value = mail.headers.get("return-path").replace(" ", "").lower()
    return value in ("<>", "<mailer-daemon>")


def report_of(mail: Mail, subtypes: tuple[str, ...]) -> Report | None:
    """The machine-readable part of a report (`delivery-status`, `disposition-notification`), if the mail has one."""
    parts = structure_of(mail.raw).parts
    wanted = tuple(f"message/{subtype}" for subtype in subtypes)
    blocks: list[dict[str, str]] = []
    for part in parts[:100]:
        if part.content.value in wanted:
            blocks += _blocks(content_of(mail.raw, part, SCAN_LIMIT))
    return Report(tuple(blocks)) if blocks else None


def _blocks(data: bytes) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    at = 0
    while at < len(data) and len(found) <= RECIPIENT_LIMIT:
        block = read_block(data, at, part=len(found) > 0)
        if fields := {name: inert_line(text_of(value)) for name, value in reversed(block.fields)}:
            found.append(fields)
        at = max(block.body, at + 1)
    return found


def bounce_of(mail: Mail) -> Bounce | None:
    """What a mail from a server says about a mail that did not arrive; None when it says nothing of the kind."""
    report = report_of(mail, ("delivery-status", "global-delivery-status"))
    if report and (bounce := _from_report(mail, report)):
        return bounce
    if report and report.values("action"):
        return None  # delivered, relayed or expanded: good news
    disposition = report_of(mail, ("disposition-notification",))
    if disposition and not _is_rejection(mail, disposition):
        return None
    return _from_words(mail, disposition)


def _from_report(mail: Mail, report: Report) -> Bounce | None:
    actions = [(block, block["action"].lower()) for block in report.blocks if "action" in block]
    delayed = [block for block, action in actions if action.startswith("delay")]
    failed = [block for block, action in actions if not action.startswith(_NO_FAILURE)]
    blocks = failed or delayed
    if not blocks:
        return None
    diagnostic = next((block["diagnostic-code"] for block in blocks if block.get("diagnostic-code")), "")
    status = next((found[0] for block in blocks if (found := _STATUS.search(block.get("status", "")))), "")
    refined = _STATUS.search(diagnostic)
    if refined and (not status or status.endswith(".0.0")):
        status = refined[0]
    recipients = [_recipient(block) for block in blocks]
    return Bounce(
        recipients=tuple(dict.fromkeys(one for one in recipients if one)),
        status=status,
        is_permanent=bool(failed) and not status.startswith("4"),
        originals=_originals(mail),
        diagnostic=diagnostic.partition(";")[2].strip() or diagnostic,
    )


def _recipient(block: dict[str, str]) -> str:
    value = block.get("original-recipient") or block.get("final-recipient") or ""
    address = value.partition(";")[2].strip() or value
    found = addresses_of(address.encode("utf-8", "replace"), limit=1)
    return found[0].email if found else ""


def _is_rejection(mail: Mail, disposition: Report) -> bool:
    """Whether a disposition notification says that the mail was refused (a full mailbox, a filter)."""
    said = " ".join(disposition.values("disposition")).lower()
    automatic = mail.headers.get("auto-submitted").lower()
    return (
        "rejected" in automatic
        or "failed" in said
        or ("deleted" in said and bool(_BODY.search(mail.body[:2000])))
    )


def _from_words(mail: Mail, disposition: Report | None) -> Bounce | None:
    """A bounce in no standard form: known by flufl.bounce, or by a server's sender or subject and telling words."""
    temporary, permanent = _scanned(mail)
    text = mail.body[:20_000]
    recipients = [
        *permanent,
        *temporary,
        *(mail.headers.get("x-failed-recipients").replace(",", " ").split()),
    ]
    telling = bool(_BODY.search(text))
    by_server = is_daemon(mail) or is_from_nobody(mail)
    brings_mail = any(attachment.type == "message/rfc822" for attachment in mail.attachments)
    server_like = by_server or brings_mail
    if not (
        recipients or disposition or (telling and server_like) or (by_server and _has_servers_subject(mail))
    ):
        return None
    status = next((found[0] for found in _STATUS.finditer(text) if found[1] != "2"), "")
    code = _REPLY_CODE.search(text)
    first_digit = status[:1] or (code[1] if code else "")
    is_delayed = bool(_DELAYED.search(mail.subject)) or (bool(temporary) and not permanent)
    is_permanent = bool(permanent) or (not is_delayed and first_digit != "4")
    found = tuple(dict.fromkeys(one for one in recipients if "@" in one))[:RECIPIENT_LIMIT]
    line = next((line for line in text.splitlines() if _BODY.search(line)), "")
    return Bounce(found, status, is_permanent, _originals(mail), inert_line(line))


def _scanned(mail: Mail) -> tuple[list[str], list[str]]:
    """Temporary and permanent failures by flufl.bounce. Its detectors may trip over damaged mail, and log it loudly."""
    import email
    import logging

    from flufl.bounce import all_failures

    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)
    message = email.message_from_string(mail.raw[:SCAN_LIMIT].decode("ascii", "replace"))
    del message["From"]
    message["From"] = mail.sender.email or "nobody@invalid"
    try:
        temporary, permanent = all_failures(message)
    except (
        Exception
    ):  # foreign code on hostile input: whatever it raises, its answer is that it knows nothing
        return [], []
    return _readable(temporary), _readable(permanent)


def _readable(recipients: Iterable[bytes]) -> list[str]:
    return [inert_line(one.decode("utf-8", "replace")) for one in sorted(recipients)]


def _originals(mail: Mail) -> tuple[str, ...]:
    """Message-IDs that may be the bounced mail's: in the copy that came back, else in the text, else the one answered."""
    ids: list[str] = []
    for part in structure_of(mail.raw).parts[:100]:
        if part.content.value in (
            "message/rfc822",
            "text/rfc822-headers",
            "text/rfc822",
            "message/global",
            "message/global-headers",
        ):
            ids += _ids_in(mail.raw, part)
        elif part.content.value in ("message/delivery-status", "message/disposition-notification"):
            ids += _EMBEDDED_ID.findall(_latin(content_of(mail.raw, part, SCAN_LIMIT)))
    ids += _EMBEDDED_ID.findall(mail.body[:SCAN_LIMIT])
    ids += [*mail.in_reply_to, *reversed(mail.references)]
    return tuple(dict.fromkeys(one for one in ids if one != mail.message_id))[:20]


def _ids_in(raw: bytes, part: Part) -> list[str]:
    fields = read_block(content_of(raw, part, SCAN_LIMIT)).fields
    return [_latin(value).strip().strip("<>") for name, value in fields if name == "message-id"][:1]


def _latin(data: bytes) -> str:
    return data.decode("latin-1")
