"""A first connection: which servers an address probably has, whether they answer, and where to keep what was found.

The table names the large providers by the domain of the address, as their help pages do; nothing is asked of the network. For
any other domain the usual names are proposed, for a person to correct.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from store.channels.mail.compose import address as checked_address
from store.checks import Check
from store.config import Imap, Mailbox, Smtp
from store.config.settings import Auth, Tls
from store.errors import DeskError
from store.secrets import SecretError, keep_secret, secret


@dataclass(frozen=True, slots=True)
class Provider:
    """The servers of a provider. `hint` is what people must know before they log in."""

    imap: str
    smtp: str
    smtp_tls: Tls = "implicit"
    auth: Auth = "password"
    hint: str = ""


_APP_PASSWORD = "needs an app password, made in the settings of the account"
_TOKEN = "takes no passwords: give a command that prints an OAuth2 token"

_PROVIDERS = {
    "gmail.com googlemail.com": Provider("imap.gmail.com", "smtp.gmail.com", hint=_APP_PASSWORD),
    "outlook.com hotmail.com hotmail.de hotmail.fr hotmail.es live.com msn.com": Provider(
        "outlook.office365.com", "smtp-mail.outlook.com", "starttls", "xoauth2", _TOKEN
    ),
    "office365.com onmicrosoft.com": Provider(
        "outlook.office365.com", "smtp.office365.com", "starttls", "xoauth2", _TOKEN
    ),
    "yahoo.com yahoo.de yahoo.fr yahoo.es ymail.com": Provider(
        "imap.mail.yahoo.com", "smtp.mail.yahoo.com", hint=_APP_PASSWORD
    ),
    "icloud.com me.com mac.com": Provider(
        "imap.mail.me.com", "smtp.mail.me.com", "starttls", hint=_APP_PASSWORD
    ),
    "aol.com": Provider("imap.aol.com", "smtp.aol.com", hint=_APP_PASSWORD),
    "fastmail.com fastmail.fm": Provider("imap.fastmail.com", "smtp.fastmail.com", hint=_APP_PASSWORD),
    "zoho.com zohomail.com": Provider("imap.zoho.com", "smtp.zoho.com", hint=_APP_PASSWORD),
    "zoho.eu zohomail.eu": Provider("imap.zoho.eu", "smtp.zoho.eu", hint=_APP_PASSWORD),
    "gmx.de gmx.net gmx.at gmx.ch": Provider(
        "imap.gmx.net", "mail.gmx.net", hint="IMAP must be allowed in the account"
    ),
    "gmx.com gmx.es gmx.fr": Provider(
        "imap.gmx.com", "mail.gmx.com", hint="IMAP must be allowed in the account"
    ),
    "web.de": Provider("imap.web.de", "smtp.web.de", hint="IMAP must be allowed in the account"),
    "t-online.de magenta.de": Provider(
        "secureimap.t-online.de",
        "securesmtp.t-online.de",
        hint="needs the account's own password for e-mail programs",
    ),
    "freenet.de": Provider("mx.freenet.de", "mx.freenet.de"),
    "mailbox.org": Provider("imap.mailbox.org", "smtp.mailbox.org"),
    "posteo.de posteo.net": Provider("posteo.de", "posteo.de"),
    "ionos.de ionos.com ionos.fr ionos.es 1und1.de": Provider("imap.ionos.de", "smtp.ionos.de"),
    "strato.de": Provider("imap.strato.de", "smtp.strato.de"),
    "orange.fr wanadoo.fr": Provider("imap.orange.fr", "smtp.orange.fr"),
    "free.fr": Provider("imap.free.fr", "smtp.free.fr"),
    "laposte.net": Provider("imap.laposte.net", "smtp.laposte.net"),
    "sfr.fr": Provider("imap.sfr.fr", "smtp.sfr.fr"),
    "ovh.net": Provider("ssl0.ovh.net", "ssl0.ovh.net"),
    "yandex.com yandex.com.tr yandex.ru": Provider("imap.yandex.com", "smtp.yandex.com", hint=_APP_PASSWORD),
}
_BY_DOMAIN = {domain: provider for domains, provider in _PROVIDERS.items() for domain in domains.split()}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mailbox as it may be, to be confirmed. `is_known`: its provider is in the table, else the servers are a guess."""

    mailbox: Mailbox
    is_known: bool
    hint: str = ""


def propose(address: str, *, product: str = "", department: str = "") -> Proposal:
    """The servers that an address probably has. Raises BadInput for what is no address."""
    email = checked_address(address.strip()).addr_spec
    domain = email.rpartition("@")[2].lower()
    provider = _BY_DOMAIN.get(domain)
    known = provider or Provider(f"imap.{domain}", f"smtp.{domain}")
    mailbox = Mailbox(
        email,
        product=product,
        department=department,
        imap=Imap(known.imap, user=email, auth=known.auth),
        smtp=Smtp(known.smtp, tls=known.smtp_tls, user=email, auth=known.auth),
    )
    return Proposal(mailbox, provider is not None, known.hint)


def check(mailbox: Mailbox, password: str, smtp_password: str | None = None) -> list[Check]:
    """Logs in at both servers and leaves again; nothing is read, sent or kept. `smtp_password` when it is another one."""
    checks = []
    if mailbox.imap is not None:
        checks.append(_check_imap(mailbox, password))
    if mailbox.smtp is not None:
        checks.append(_check_smtp(mailbox.smtp, password if smtp_password is None else smtp_password))
    return checks


def examine(mailbox: Mailbox) -> list[Check]:
    """`check` with the passwords that are kept for the mailbox; a missing one is a check that failed."""
    checks = []
    for name, settings in (("imap", mailbox.imap), ("smtp", mailbox.smtp)):
        if settings is None:
            continue
        alone = replace(mailbox, imap=None) if name == "smtp" else replace(mailbox, smtp=None)
        try:
            needed = settings.user or name == "imap"
            password = secret(f"{name}.{mailbox.name}", command=settings.password_command) if needed else ""
        except SecretError as error:
            checks.append(Check(name, False, error.message, error.remedy))
        else:
            checks += check(alone, password)
    return checks


def _check_imap(mailbox: Mailbox, password: str) -> Check:
    from store.channels.mail.imap import connection

    assert mailbox.imap is not None
    try:
        with connection(mailbox, password=password) as client:
            count = client.select_folder(mailbox.imap.folder, readonly=True)[b"EXISTS"]
    except DeskError as error:
        return Check("imap", False, error.message, error.remedy)
    return Check("imap", True, f"{mailbox.imap.host}: {count} mails in {mailbox.imap.folder}")


def _check_smtp(settings: Smtp, password: str) -> Check:
    from store.channels.mail.smtp import Refusal, Session

    try:
        Session(settings, password, timeout=20.0).close()
    except Refusal as refusal:
        return Check(
            "smtp", False, str(refusal), "check the server, its port and TLS, the user and the password"
        )
    return Check("smtp", True, f"{settings.host}: ready to send")


def keep(file: Path, mailbox: Mailbox, password: str, smtp_password: str | None = None) -> None:
    """Writes a mailbox into the configuration `file` and its passwords into the keyring.

    With a `password_command` in the mailbox nothing is put into the keyring. Raises SecretError without a keyring (then
    nothing is written) and ConfigError.
    """
    from store.config.writing import keep_mailbox

    if mailbox.imap is not None and not mailbox.imap.password_command:
        keep_secret(f"imap.{mailbox.name}", password)
    if mailbox.smtp is not None and mailbox.smtp.user and not mailbox.smtp.password_command:
        keep_secret(f"smtp.{mailbox.name}", password if smtp_password is None else smtp_password)
    keep_mailbox(file, mailbox)
