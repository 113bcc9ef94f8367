"""Every setting, its default and what it may hold. Passwords are no settings: see `store.secrets`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from store.config import allowed
from store.config.allowed import Entries, Table
from store.config.week import Week
from store.model import Channel, Priority

Tls = Literal["implicit", "starttls", "none"]
Auth = Literal["password", "xoauth2"]
_AUTH = allowed.one_of("password", "xoauth2")
_TLS = allowed.one_of("implicit", "starttls", "none")
_HOUR = 3_600_000
ALERTS = ("assigned", "reply", "overdue")
"""What an agent can be called for (`store.desk.alerts`)."""


@dataclass(frozen=True, slots=True)
class Desk:
    """`[desk]`: how the desk behaves. Mail from `our_addresses` (an address or `@domain`) is a reply."""

    undo_send_seconds: Annotated[float, allowed.number(0, 600, "seconds")] = 10.0
    our_addresses: Annotated[tuple[str, ...], allowed.our_addresses] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """`[mail]`: how mail is taken in and sent.

    With `thanks_reopens` a mail of mere thanks opens a solved ticket again. A mail to a ticket that was done
    more than `reopen_days` ago begins a new one. `answer_reply_to` takes Reply-To for the customer instead of
    From; `flowed` sends format=flowed (RFC 3676). At most `most_per_minute` mails leave in a minute.
    """

    thanks_reopens: Annotated[bool, allowed.yes_or_no] = False
    reopen_days: Annotated[int, allowed.whole(0, 3650)] = 30
    answer_reply_to: Annotated[bool, allowed.yes_or_no] = False
    flowed: Annotated[bool, allowed.yes_or_no] = False
    most_per_minute: Annotated[int, allowed.whole(1, 10_000)] = 60


@dataclass(frozen=True, slots=True)
class Policy:
    """`[policy]`: how strict the reply gate is.

    `canned_red` and `canned_amber` are shares of a reply written before (0 to 1); from `common_link_share`
    of the team's replies on, a link counts as said to everyone. `accept_tip` lets a worked-out tip stand in
    for a link.
    """

    canned_red: Annotated[float, allowed.number(0, 1)] = 0.40
    canned_amber: Annotated[float, allowed.number(0, 1)] = 0.25
    canned_blocks: Annotated[bool, allowed.yes_or_no] = False
    takeaway_allow_hosts: Annotated[tuple[str, ...], allowed.lines] = ()
    accept_tip: Annotated[bool, allowed.yes_or_no] = False
    common_link_share: Annotated[float, allowed.number(0, 1)] = 0.20


@dataclass(frozen=True, slots=True)
class Targets:
    """`[targets]`: hours in which a customer's message should be answered, by priority."""

    urgent: Annotated[float, allowed.number(0.1, 8760, "hours")] = 1.0
    high: Annotated[float, allowed.number(0.1, 8760, "hours")] = 4.0
    normal: Annotated[float, allowed.number(0.1, 8760, "hours")] = 24.0
    low: Annotated[float, allowed.number(0.1, 8760, "hours")] = 72.0

    def milliseconds(self) -> dict[Priority, int]:
        """The targets as the desk counts time."""
        hours = {
            Priority.URGENT: self.urgent,
            Priority.HIGH: self.high,
            Priority.NORMAL: self.normal,
            Priority.LOW: self.low,
        }
        return {priority: round(each * _HOUR) for priority, each in hours.items()}


@dataclass(frozen=True, slots=True)
class Level:
    """`[[service.target]]`: hours until the first reply, each later one and the solution (0: no such promise).

    Of the targets whose product, channel and priority fit a ticket (empty fits any), the one that names the most counts.
    """

    product: Annotated[str, allowed.line] = ""
    channel: Annotated[str, allowed.one_of("", *Channel)] = ""
    priority: Annotated[str, allowed.one_of("", *Priority)] = ""
    first_reply: Annotated[float, allowed.number(0, 8760, "hours")] = 0.0
    next_reply: Annotated[float, allowed.number(0, 8760, "hours")] = 0.0
    resolution: Annotated[float, allowed.number(0, 8760, "hours")] = 0.0


@dataclass(frozen=True, slots=True)
class Service:
    """`[service]`: the hours in which targets run, in `zone`, except on the holidays of `holidays` (names of calendars).

    Without `hours` targets run around the clock.
    """

    hours: Annotated[Week, allowed.hours] = ()
    zone: Annotated[str, allowed.zone] = "UTC"
    holidays: Annotated[tuple[str, ...], allowed.lines] = ()
    levels: Annotated[tuple[Level, ...], Table(Level, key="target")] = ()


@dataclass(frozen=True, slots=True)
class Shifts:
    """`[shift]`: the plan of a shift, the zone it is meant in (empty: the machine's), and how time on a ticket is kept.

    After `idle_minutes` without a touch no time is counted. A shift past its plan in which nothing was done for
    `forgotten_hours` is ended where the work ended. `meter_amber` and `meter_red` count the median tickets that one ticket
    has cost. `currency` names what `[[tier]]` costs. The next ticket comes from `departments`, when any are named.
    """

    hours: Annotated[float, allowed.number(0.25, 16, "hours")] = 5.5
    break_minutes: Annotated[int, allowed.whole(0, 480)] = 30
    zone: Annotated[str, allowed.zone] = ""
    idle_minutes: Annotated[float, allowed.number(0.5, 240, "minutes")] = 5.0
    forgotten_hours: Annotated[float, allowed.number(0.5, 24, "hours")] = 4.0
    meter_amber: Annotated[float, allowed.number(1, 1000)] = 3.0
    meter_red: Annotated[float, allowed.number(1, 1000)] = 6.0
    currency: Annotated[str, allowed.line] = "EUR"
    departments: Annotated[tuple[str, ...], allowed.lines] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    """`[[tier]]`: what tier `level` is called and what an hour of it costs; a `product` of its own or all of them."""

    level: Annotated[int, allowed.whole(1, 3)]
    name: Annotated[str, allowed.line] = ""
    product: Annotated[str, allowed.line] = ""
    cost_per_hour: Annotated[float, allowed.number(0, 1_000_000)] = 0.0


@dataclass(frozen=True, slots=True)
class Imap:
    """Where a mailbox is read. `password_command` prints the password (`store.secrets`), or with `xoauth2` a fresh token.

    `sent_folder` is the folder of sent mail, asked of the server when it is not given.
    """

    host: Annotated[str, allowed.filled_line]
    port: Annotated[int, allowed.whole(1, 65535)] = 0
    tls: Annotated[Tls, _TLS] = "implicit"
    user: Annotated[str, allowed.line] = ""
    password_command: Annotated[str, allowed.line] = ""
    auth: Annotated[Auth, _AUTH] = "password"
    folder: Annotated[str, allowed.filled_line] = "INBOX"
    sent_folder: Annotated[str, allowed.line] = ""

    @property
    def usual_port(self) -> int:
        """The port to connect to: the usual one unless another is set (RFC 8314, RFC 9051)."""
        return self.port or (993 if self.tls == "implicit" else 143)


@dataclass(frozen=True, slots=True)
class Smtp:
    """Where replies leave. Without a `user` the server is not asked to log in; `auth` as in `Imap`."""

    host: Annotated[str, allowed.filled_line]
    port: Annotated[int, allowed.whole(1, 65535)] = 0
    tls: Annotated[Tls, _TLS] = "starttls"
    user: Annotated[str, allowed.line] = ""
    password_command: Annotated[str, allowed.line] = ""
    auth: Annotated[Auth, _AUTH] = "password"

    @property
    def usual_port(self) -> int:
        """The port to connect to: the usual one unless another is set (RFC 8314, RFC 6409, RFC 5321)."""
        return self.port or {"implicit": 465, "starttls": 587, "none": 25}[self.tls]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`[[mailbox]]`: one address of the desk, the servers behind it, and where its mail belongs."""

    address: Annotated[str, allowed.address]
    name: Annotated[str, allowed.line] = ""
    product: Annotated[str, allowed.line] = ""
    department: Annotated[str, allowed.line] = ""
    imap: Annotated[Imap | None, Table(Imap)] = None
    smtp: Annotated[Smtp | None, Table(Smtp)] = None

    def __post_init__(self) -> None:
        """A mailbox without a name goes by its address."""
        if not self.name:
            object.__setattr__(self, "name", self.address)


@dataclass(frozen=True, slots=True)
class Console:
    """`[console]`: how the console looks, and which keys it starts from.

    With `plain` it is made for screen readers and slow links: no colours, no boxes, words for marks, the terminal's own
    cursor on what has the focus. `alert` calls the agent for what `alert_for` names: a ticket handed to them, a customer's
    answer on one of theirs, one of theirs overdue.
    """

    theme: Annotated[str, allowed.one_of("dark", "light", "high-contrast")] = "dark"
    keys: Annotated[str, allowed.one_of("agent", "gmail", "aerc")] = "agent"
    mouse: Annotated[bool, allowed.yes_or_no] = True
    plain: Annotated[bool, allowed.yes_or_no] = False
    alert: Annotated[str, allowed.one_of("off", "bell", "desktop")] = "off"
    alert_for: Annotated[tuple[str, ...], allowed.some_of(*ALERTS)] = ALERTS


@dataclass(frozen=True, slots=True)
class Sync:
    """`[sync]`: the shared database, as a PostgreSQL connection string without a password."""

    dsn: Annotated[str, allowed.line] = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The whole file. `agent` stands at its top; `keys` maps names of commands to keys."""

    agent: Annotated[str, allowed.line] = ""
    desk: Annotated[Desk, Table(Desk)] = Desk()
    mail: Annotated[Mail, Table(Mail)] = Mail()
    policy: Annotated[Policy, Table(Policy)] = Policy()
    targets: Annotated[Targets, Table(Targets)] = Targets()
    service: Annotated[Service, Table(Service)] = Service()
    shift: Annotated[Shifts, Table(Shifts)] = Shifts()
    tiers: Annotated[tuple[Tier, ...], Table(Tier, key="tier")] = ()
    mailboxes: Annotated[tuple[Mailbox, ...], Table(Mailbox, key="mailbox")] = ()
    console: Annotated[Console, Table(Console)] = Console()
    keys: Annotated[Mapping[str, str], Entries(allowed.filled_line)] = field(default_factory=dict)
    sync: Annotated[Sync, Table(Sync)] = Sync()
