"""The subcommands and their options; what each does is in a module of its own, imported when it is called."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from store.model import Priority, Role, Status

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[Any]


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with where to look; exits with 2."""

    def error(self, message: str) -> NoReturn:
        """Prints `helpterm: what is wrong — what to do`."""
        print(f"helpterm: {message} — see `{self.prog} --help`", file=sys.stderr)
        raise SystemExit(2)


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"helpterm {version('helpterm')}")
        raise SystemExit(0)


def run(arguments: Sequence[str]) -> int:
    """Parses `arguments` and runs the subcommand (the console when there is none); returns the exit code."""
    try:
        options = build().parse_args(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    module, _, function = options.run.partition(":")
    action: Callable[[argparse.Namespace], int] = getattr(import_module(f"tui.cli.{module}"), function)
    return action(options)


def build() -> Parser:
    """The whole command line."""
    parser = Parser(prog="helpterm", description="A support desk that lives in the terminal.")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    _plain(parser, defaults=True)
    parser.set_defaults(run="console:open_with", json=False)
    _common(parser, defaults=True)
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=Parser)
    for add in (
        _desk,
        _reading,
        _replying,
        _changing,
        _scope,
        _takeaways,
        _voice,
        _mail,
        _team,
        _sync,
        _working,
    ):
        add(commands)
    return parser


def _common(parser: argparse.ArgumentParser, *, defaults: bool = False) -> None:
    """The options that stand before or after the subcommand."""
    default = None if defaults else argparse.SUPPRESS
    parser.add_argument("--db", metavar="PATH", default=default, help="the store (or HELPTERM_DB)")
    parser.add_argument(
        "--config", metavar="PATH", default=default, help="the configuration (or HELPTERM_CONFIG)"
    )
    parser.add_argument("--agent", metavar="NAME", default=default, help="who works (or HELPTERM_AGENT)")


def _plain(parser: argparse.ArgumentParser, *, defaults: bool = False) -> None:
    """The option of everything that opens the console."""
    parser.add_argument(
        "--plain",
        action="store_true",
        default=False if defaults else argparse.SUPPRESS,
        help="for screen readers and slow links: no colours, no boxes",
    )


def _command(commands: _Commands, name: str, run: str, help: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help)
    _common(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)
    return parser


def _desk(commands: _Commands) -> None:
    demo = _command(
        commands, "demo", "demo:demo", "open the console on a throw-away sample desk, or write one"
    )
    demo.add_argument("--tickets", type=_count, metavar="N", help="a generated desk of N tickets")
    demo.add_argument("--seed", type=int, default=1, help="another generated desk of the same size")
    _plain(demo)
    demo.add_argument("--at", metavar="PATH", help="write the desk there and do not open it")
    tutor = _command(
        commands, "tutor", "demo:tutor", "learn the daily loop in five minutes, on a sample desk"
    )
    _plain(tutor)
    tutor.add_argument("--again", action="store_true", help="from the first step, not from where you left it")
    doctor = _command(
        commands, "doctor", "doctor:doctor", "check store, configuration, mailboxes and terminal"
    )
    doctor.add_argument("--repair", action="store_true", help="make anew what follows from the messages")
    doctor.add_argument(
        "--report", action="store_true", help="a report to paste, without names and addresses"
    )
    keys = _command(commands, "keys", "keys:keys", "the keys of the console")
    keys.add_argument("--markdown", action="store_true", help="as a Markdown table")
    keys.add_argument("--profile", metavar="NAME", help="agent, gmail or aerc; else the configuration's")
    completion = _command(commands, "completion", "completion:completion", "a script that completes commands")
    completion.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell to print it for")


def _reading(commands: _Commands) -> None:
    queue = _command(
        commands, "queue", "reading:queue", "tickets in the order in which they should be answered"
    )
    queue.add_argument("query", nargs="*", metavar="QUERY", help="is:open, tag:refund, free words, …")
    _page(queue)
    search = _command(commands, "search", "searches:list_searches", "the searches that you keep under a name")
    actions = search.add_subparsers(metavar="ACTION", parser_class=Parser)
    _command(actions, "list", "searches:list_searches", "all of yours")
    save = _command(actions, "save", "searches:save", "keep a query under a name")
    shown = _command(actions, "show", "searches:show", "the tickets that a saved search finds")
    _page(shown)
    forget = _command(actions, "forget", "searches:forget", "take one away")
    for each in (save, shown, forget):
        each.add_argument("name", metavar="NAME", help="its name, or the digit that recalls it")
    save.add_argument("query", nargs="+", metavar="QUERY", help="as for `helpterm queue`")
    _command(commands, "figures", "figures:figures", "waiting times, arrivals by hour and day, your week")
    show = _command(commands, "show", "reading:show", "one ticket with its conversation")
    show.add_argument(
        "ticket", metavar="TICKET", help="its number, its id, or the <Message-ID> of one of its mails"
    )
    show.add_argument(
        "--raw", metavar="MESSAGE", nargs="?", const="", help="the mail as it came, byte for byte"
    )


def _page(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=_count, default=50, metavar="N", help="at most N tickets (50)")
    parser.add_argument("--after", metavar="CURSOR", help="read on from the `next` of the page before")


def _replying(commands: _Commands) -> None:
    check = _command(commands, "check", "replying:check", "judge a reply as the editor does")
    check.add_argument("--ticket", metavar="TICKET", help="the ticket that is answered")
    check.add_argument("--rule", metavar="RULE", default="", help="judge it as a decline by this scope rule")
    check.add_argument(
        "--batch", metavar="FILE", help='JSON lines of {"ticket", "reply"}; one Review a line out'
    )
    check.add_argument("file", nargs="?", metavar="FILE", help="the reply; - or nothing for standard input")
    reply = _command(commands, "reply", "replying:reply", "send a reply through the gate, or write a note")
    reply.add_argument("--note", action="store_true", help="an internal note instead of a reply")
    decline = _command(commands, "decline", "replying:decline", "a reply that draws the line by a scope rule")
    decline.add_argument("--rule", required=True, metavar="RULE", help="the rule: its title or id")
    for each in (reply, decline):
        each.add_argument("--ticket", required=True, metavar="TICKET", help="the ticket that is answered")
        each.add_argument("file", nargs="?", metavar="FILE", help="the text; - or nothing for standard input")
        each.add_argument("--cc", action="append", default=[], metavar="ADDRESS", help="also to this address")
        each.add_argument(
            "--status", type=_status, default=None, help="the ticket's status afterwards (pending)"
        )
        each.add_argument(
            "--acknowledge",
            action="append",
            default=[],
            metavar="RULE",
            help="send although this finding stands",
        )
        each.add_argument(
            "--because", action="append", default=[], metavar="TEXT", help="why, one for each --acknowledge"
        )


def _changing(commands: _Commands) -> None:
    def change(name: str, help: str, value: str = "", **options: Any) -> argparse.ArgumentParser:
        parser = _command(commands, name, f"changing:{name}", help)
        parser.add_argument("tickets", nargs="+", metavar="TICKET", help="number, id or <Message-ID>")
        if value:
            parser.add_argument(f"--{value}", **options)
        return parser

    change("claim", "take tickets")
    change("assign", "give tickets to NAME (the last word, or --to)", "to", metavar="NAME")
    change("status", f"set the status (last word, or --to): {', '.join(Status)}", "to", type=_status)
    change("priority", f"set the priority (last word, or --to): {', '.join(Priority)}", "to", type=_priority)
    tag = change(
        "tag", "add tags (the last word, or --add) and remove them", "add", action="append", default=[]
    )
    tag.add_argument("--remove", action="append", default=[], metavar="TAG")
    change(
        "snooze", "hide tickets until a time (last word, or --until): 2h, 'tomorrow 9', 2026-11-30", "until"
    )
    move = change("move", "move tickets to another product or department", "product", metavar="NAME")
    move.add_argument("--department", metavar="NAME")
    escalate = change("escalate", "hand tickets to the next tier", "tried", default="", metavar="TEXT")
    for option in ("--tested", "--found"):
        escalate.add_argument(option, default="", metavar="TEXT", help="instead of --tried, both of them")
    escalate.add_argument(
        "--link", action="append", default=[], metavar="URL", help="where the evidence lies"
    )
    escalate.add_argument("--tier", type=int, choices=(2, 3))
    change("merge", "merge tickets into another one (the last, or --into)", "into", metavar="TICKET")
    _command(commands, "undo", "changing:undo_last", "take back your last change")


def _scope(commands: _Commands) -> None:
    parser = _command(commands, "scope", "scope:list_rules", "the written rules: what support covers")
    actions = parser.add_subparsers(metavar="ACTION", parser_class=Parser)
    listing = _command(actions, "list", "scope:list_rules", "all rules")
    listing.add_argument("--product", metavar="NAME")
    listing.add_argument("--retired", action="store_true", help="retired ones too")
    show = _command(actions, "show", "scope:show", "one rule and its history")
    show.add_argument("rule", metavar="RULE")
    add = _command(actions, "add", "scope:add", "write a rule")
    add.add_argument("--title", required=True)
    side = add.add_mutually_exclusive_group(required=True)
    side.add_argument("--covered", action="store_true", dest="covered")
    side.add_argument("--not-covered", action="store_false", dest="covered")
    add.add_argument("--why", default="")
    add.add_argument("--product", default="", metavar="NAME")
    add.add_argument("--link", action="append", default=[], metavar="URL", help="where to send people")
    add.add_argument(
        "--words", action="append", default=[], metavar="LANG:WORD,…", help="en:refund,money back"
    )
    retire = _command(actions, "retire", "scope:retire", "end a rule; it stays in the history")
    retire.add_argument("rule", metavar="RULE")
    learn = _command(actions, "learn", "scope:learn", "name a ticket as an example of what a rule decides")
    learn.add_argument("rule", metavar="RULE")
    learn.add_argument("--ticket", required=True, metavar="TICKET")
    _command(actions, "ledger", "scope:ledger", "how often each rule declined, and what that saved")
    match = _command(actions, "match", "scope:match", "which rules a ticket touches, and why")
    match.add_argument("--ticket", required=True, metavar="TICKET")


def _takeaways(commands: _Commands) -> None:
    parser = _command(commands, "takeaway", "takeaways:list_links", "the links that replies may carry")
    actions = parser.add_subparsers(metavar="ACTION", parser_class=Parser)
    listing = _command(actions, "list", "takeaways:list_links", "all links")
    listing.add_argument("--product", metavar="NAME")
    add = _command(actions, "add", "takeaways:add", "add a link")
    add.add_argument("url", metavar="URL")
    for option in ("--title", "--product", "--language", "--text"):
        add.add_argument(option, default="")
    imported = _command(
        actions,
        "import",
        "takeaways:import_links",
        "links from a sitemap (file or address), CSV, folder or list",
    )
    imported.add_argument("path", metavar="PATH")
    imported.add_argument("--product", default="", metavar="NAME")
    imported.add_argument("--base", default="", metavar="URL", help="where a folder's pages are published")
    suggest = _command(actions, "suggest", "takeaways:suggest", "the best links for a ticket")
    suggest.add_argument("--ticket", required=True, metavar="TICKET")
    once = _command(
        actions, "once", "takeaways:once", "say it once: an explanation begins a page of the knowledge base"
    )
    once.add_argument("--ticket", required=True, metavar="TICKET", help="the ticket that it was written for")
    once.add_argument("--title", default="", help="what the page is called (like the ticket)")
    once.add_argument(
        "file", nargs="?", metavar="FILE", help="the explanation; - or nothing for standard input"
    )
    verify = _command(actions, "verify", "takeaways:verify", "check that the links still answer")
    verify.add_argument("url", nargs="*", metavar="URL", help="only these")
    retire = _command(actions, "retire", "takeaways:retire", "stop offering a link")
    retire.add_argument("url", metavar="URL")


def _voice(commands: _Commands) -> None:
    parser = _command(commands, "voice", "voice:list_voices", "the words that a product's replies avoid")
    actions = parser.add_subparsers(metavar="ACTION", parser_class=Parser)
    _command(actions, "list", "voice:list_voices", "every card")
    avoid = _command(actions, "avoid", "voice:avoid", "put a word or phrase on a card")
    avoid.add_argument("--instead", default="", metavar="WORDS", help="what to say instead")
    allow = _command(actions, "allow", "voice:allow", "take it off again")
    for each in (avoid, allow):
        each.add_argument("word", metavar="WORD")
        each.add_argument("--product", default="", metavar="NAME", help="the card of this product only")


def _mail(commands: _Commands) -> None:
    imported = _command(
        commands, "import", "mail:import_mail", "mbox, Maildir, .eml, folders of them, exports"
    )
    imported.add_argument("paths", nargs="+", metavar="PATH")
    imported.add_argument("--product", default="", metavar="P")
    imported.add_argument("--department", default="", metavar="D")
    imported.add_argument(
        "--our-address", action="append", default=[], metavar="A", help="an address or @domain"
    )
    imported.add_argument("--items", action="store_true", help="with --json: what became of each mail")
    for name, help in (("fetch", "collect mail over IMAP"), ("send", "deliver the outbox over SMTP")):
        parser = _command(commands, name, f"mail:{name}", help)
        parser.add_argument("--watch", action="store_true", help="keep on until stopped")
    outbox = _command(commands, "outbox", "mail:outbox", "what is on its way out")
    outbox.add_argument(
        "--received", action="append", default=[], metavar="MESSAGE", help="it arrived: settled"
    )
    outbox.add_argument("--again", action="append", default=[], metavar="MESSAGE", help="send it once more")


def _team(commands: _Commands) -> None:
    for noun in ("agent", "product", "department"):
        parser = _command(commands, noun, f"team:list_{noun}s", f"the {noun}s of the desk")
        actions = parser.add_subparsers(metavar="ACTION", parser_class=Parser)
        _command(actions, "list", f"team:list_{noun}s", f"all {noun}s")
        add = _command(actions, "add", f"team:add_{noun}", f"add or change a {noun}")
        add.add_argument("name", metavar="NAME")
        retire = _command(actions, "retire", f"team:retire_{noun}", f"end a {noun}")
        retire.add_argument("name", metavar="NAME")
        if noun == "agent":
            add.add_argument("--email", default="")
            add.add_argument("--full-name", default="")
            add.add_argument("--role", choices=[str(each) for each in Role], default=Role.AGENT)
            add.add_argument("--tier", type=int, choices=(1, 2, 3), default=1)
            add.add_argument("--language", action="append", default=[])
            add.add_argument("--product", action="append", default=[])
        if noun == "product":
            for option in ("--address", "--from-name", "--signature", "--site"):
                add.add_argument(option, default="")


def _sync(commands: _Commands) -> None:
    parser = _command(commands, "sync", "sync:sync", "exchange changes with the team's PostgreSQL")
    parser.add_argument("--watch", action="store_true", help="keep on until stopped, one line for each event")
    actions = parser.add_subparsers(metavar="ACTION", parser_class=Parser)
    dsn: dict[str, Any] = {
        "metavar": "DSN",
        "help": "postgresql://… or key=value; - reads it from standard input",
    }
    _command(
        actions, "init", "sync:init", "the administrator's: make or upgrade the shared database"
    ).add_argument("dsn", **dsn)
    invite = _command(
        actions, "invite", "sync:invite", "the administrator's: make an agent's login, shown once"
    )
    invite.add_argument("--role", choices=[str(each) for each in Role], default=Role.AGENT)
    revoke = _command(actions, "revoke", "sync:revoke", "the administrator's: end an agent's login")
    for each in (invite, revoke):
        each.add_argument("name", metavar="NAME")
        each.add_argument("--hub", required=True, **dsn)
    _command(actions, "join", "sync:join", "make this desk one of the team's").add_argument("dsn", **dsn)
    _command(actions, "leave", "sync:leave", "work alone again; what is here stays")
    _command(actions, "status", "sync:status", "how this desk stands with the team's")
    settings = _command(
        actions, "settings", "sync:settings", "what the team has in common of the configuration"
    )
    which = settings.add_mutually_exclusive_group()
    which.add_argument(
        "--share", action="store_true", help="the manager's: share what this machine's file says"
    )
    which.add_argument(
        "--unshare", metavar="SECTION", default="", help="let every machine's own file speak about it"
    )
    conflicts = _command(actions, "conflicts", "sync:conflicts", "your changes that were decided otherwise")
    conflicts.add_argument("--again", action="append", default=[], metavar="CHANGE", help="make it once more")
    conflicts.add_argument(
        "--let-go", action="append", default=[], metavar="CHANGE", help="leave it as it is"
    )
    _command(actions, "verify", "sync:verify", "compare this desk with the shared database")


def _working(commands: _Commands) -> None:
    from tui.cli.working_parser import add_all

    add_all(commands, _command, Parser)


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 100_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no count (a whole number from 1 up)")
    return number


class _OneOf:
    """Reads one of the words of an enumeration, in capitals or small, with - or _."""

    def __init__(self, kind: type[StrEnum], what: str) -> None:
        self.choices = tuple(kind)
        self._kind, self._what = kind, what

    def __call__(self, text: str) -> StrEnum:
        try:
            return self._kind(text.lower().replace("-", "_"))
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"{text!r} is no {self._what}; there are {', '.join(self.choices)}"
            ) from None


_status = _OneOf(Status, "status")
_priority = _OneOf(Priority, "priority")
