"""`helpterm sync` and what belongs to it: the team's shared database, for its administrator and for its agents."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from store import paths
from store.clock import to_iso
from store.desk import Desk
from store.errors import BadInput, DeskError
from store.model import Role
from store.secrets import SecretError
from tui.cli import hub_line
from tui.cli.context import config_of, narrate, open_desk, print_json
from tui.cli.signals import stopped_by_signal
from tui.cli.table import print_table

if TYPE_CHECKING:
    from store.sync.engine import Exchange, SyncState
    from store.sync.overruled import Conflict


def sync(options: argparse.Namespace) -> int:
    """Exchanges changes once, or with `--watch` until stopped by a signal."""
    from store.sync.engine import Engine

    with open_desk(options) as desk:
        engine = Engine(desk)
        if options.watch:
            return _watch(desk, engine, as_json=options.json)
        try:
            exchange = engine.step()
        finally:
            engine.close()
        _index(desk)
        document = _exchange(desk, exchange)
    if options.json:
        print_json(document)
    else:
        if exchange.was_restored:
            narrate("the shared database was restored from a backup: it was told again what it had lost")
        narrate(_line(exchange))
    return 0


def _exchange(desk: Desk, exchange: Exchange) -> dict[str, Any]:
    from store.sync.local import oldest_pending

    oldest = oldest_pending(desk.read())
    lag = 0.0 if oldest is None else max(0, desk.now() - oldest) / 1000
    return {
        "pushed": exchange.pushed,
        "pulled": exchange.pulled,
        "conflicts": exchange.conflicts,
        "pending": exchange.pending,
        "lag_seconds": round(lag, 3),
    }


def _line(exchange: Exchange) -> str:
    return f"{exchange.pushed} pushed, {exchange.pulled} pulled, {exchange.conflicts} conflicts, {exchange.pending} waiting"


def _watch(desk: Desk, engine: Any, *, as_json: bool) -> int:
    """One line on stdout for each event; ends with 0 on SIGINT, SIGTERM and SIGHUP."""
    from store.sync.local import membership

    membership(desk.read())
    told: list[DeskError | None] = [None]

    def on_news(exchange: Exchange) -> None:
        _tell(as_json, {"event": "exchanged"} | _exchange(desk, exchange), _line(exchange))

    def on_state(state: SyncState) -> None:
        if state.trouble is not None and str(state.trouble) != str(told[0]):
            _tell(as_json, {"event": "offline", "trouble": str(state.trouble)}, f"offline: {state.trouble}")
        elif state.trouble is None and told[0] is not None:
            _tell(as_json, {"event": "online"}, "online again")
        told[0] = state.trouble

    with stopped_by_signal(engine.interrupt) as stop:
        engine.run(stop, on_state, on_news)
    engine.close()
    return 0


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _tell(as_json: bool, document: dict[str, Any], line: str) -> None:
    if as_json:
        print_json(document)
    else:
        print(line)
    sys.stdout.flush()


def init(options: argparse.Namespace) -> int:
    """Makes or upgrades the hub."""
    from store.sync import hub

    link = hub_line.of_owner(options.dsn)
    schema, epoch = hub.install(link)
    link.close()
    if options.json:
        print_json({"schema": schema, "epoch": epoch})
    else:
        narrate(
            f"the shared database is ready (format {schema}); add people with `helpterm sync invite NAME --hub DSN`"
        )
    return 0


def invite(options: argparse.Namespace) -> int:
    """Makes a login; what is printed is shown once and kept nowhere."""
    from store.sync import hub

    link = hub_line.of_owner(options.hub)
    invitation = hub.invite(link, options.name, Role(options.role))
    link.close()
    if options.json:
        print_json(asdict(invitation))
    else:
        narrate(
            f"for {invitation.agent}; it holds the password and is shown only now. `helpterm sync join -` takes it:"
        )
        print(invitation.dsn)
    return 0


def revoke(options: argparse.Namespace) -> int:
    """Ends a login at once; what its agent did stays."""
    from store.sync import hub

    link = hub_line.of_owner(options.hub)
    login = hub.revoke(link, options.name)
    open_tickets = hub.open_tickets(link, options.name)
    link.close()
    if options.json:
        document = {"agent": options.name, "login": login, "active": False, "open_tickets": open_tickets}
        print_json(document)
    else:
        left = (
            f"; {_count(open_tickets, 'open ticket is', 'open tickets are')} still theirs"
            if open_tickets
            else ""
        )
        narrate(f"the login {login} has ended, and whatever was open under it; what they did stays{left}")
    return 0


def join(options: argparse.Namespace) -> int:
    """Makes this desk one of the team's, with a first copy of everything; goes on where it was interrupted."""
    from store.sync import adopt
    from store.sync.engine import Engine
    from store.sync.link import SECRET_VARIABLE, keep_password, without_password
    from store.sync.local import membership, size

    given = hub_line.given(options.dsn)
    if not given:
        raise BadInput("there is no connection string", "paste the one of the invitation")
    link, given = hub_line.opened(given)
    dsn, password = without_password(given)
    _become(options, adopt.hello(link).agent)
    with open_desk(options, create=True) as desk:
        adopt.join(desk, link, dsn, _progress)
        _index(desk)
        try:
            if password:
                keep_password(dsn, password)
        except SecretError as error:
            narrate(
                f"helpterm: the password is kept nowhere ({error.message}); set {SECRET_VARIABLE}, or use a passfile"
            )
        engine = Engine(desk, given)
        exchange = engine.step()
        engine.close()
        tickets, messages = size(desk.read())
        cursor = membership(desk.read()).cursor
    link.close()
    if options.json:
        print_json({"tickets": tickets, "messages": messages, "cursor": cursor})
    else:
        narrate(f"joined: {tickets:,} tickets, {messages:,} messages; {_line(exchange)}")
    return 0


def _become(options: argparse.Namespace, agent: str) -> None:
    """Nobody has said who works here: then it is whoever was invited, from now on."""
    if options.agent or os.environ.get("HELPTERM_AGENT") or config_of(options).agent:
        return
    from store.config.writing import keep_agent

    keep_agent(paths.given_config_path(options.config) or paths.config_path(), agent)
    options.agent = agent


def _progress(table: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{table}: {done:,} of about {max(done, total):,}\x1b[K", end="", file=sys.stderr, flush=True)


def _index(desk: Desk) -> None:
    """Has search know everything that was copied; on most days there is nothing to do."""
    from store.desk import backlog

    backlog.work_off_all(desk, lambda done, total: _progress("messages in the search index", done, total))


def leave(options: argparse.Namespace) -> int:
    """Ends the membership, after a last exchange if that is possible; the desk keeps everything and works alone."""
    from store.sync import local
    from store.sync.engine import Engine
    from store.sync.link import forget_password

    with open_desk(options) as desk:
        local.membership(desk.read())
        engine = Engine(desk)
        try:
            engine.step()
        except DeskError as error:
            narrate(f"helpterm: there was no last exchange ({error.message})")
        engine.close()
        waiting = local.pending(desk.read())
        kept = local.membership(desk.read()).dsn
        desk.database.write(local.forget)
        forget_password(kept)
    if options.json:
        print_json({"left": True, "pending": waiting})
    else:
        never = f"; {_count(waiting, 'change was', 'changes were')} never sent" if waiting else ""
        narrate(f"this desk works alone again, with everything that is on it{never}")
    return 0


def status(options: argparse.Namespace) -> int:
    """How things stand; exit 1 when this desk is shared with nobody."""
    from store.desk import backlog
    from store.sync import adopt, local, overruled
    from store.sync.engine import Engine

    with open_desk(options) as desk:
        if not desk.is_shared:
            document: dict[str, Any] = {"joined": False}
        else:
            member = local.membership(desk.read())
            document = {
                "joined": True,
                "hub": member.dsn,
                "cursor": member.cursor,
                "pending": local.pending(desk.read()),
                "unindexed": backlog.waiting(desk.read()),
                "conflicts": len(overruled.conflicts(desk)),
                "online": True,
                "behind": 0,
                "trouble": None,
            }
            engine = Engine(desk)
            try:
                document["behind"] = adopt.hello(engine.link()).head - member.cursor
                if document["behind"] < 0:
                    document |= {"behind": None, "trouble": str(adopt.restored())}
            except DeskError as error:
                document |= {"online": False, "behind": None, "trouble": str(error)}
            engine.close()
    if options.json:
        print_json(document)
    else:
        print_table(
            ("what", "how"), [(key, "" if value is None else str(value)) for key, value in document.items()]
        )
    return 0 if document["joined"] else 1


def settings(options: argparse.Namespace) -> int:
    """Shows what the team has in common; shares what this machine's file says, or takes a section back."""
    from store.config.reading import read_text
    from store.desk import team_settings

    with open_desk(options) as desk:
        if options.share:
            file = paths.given_config_path(options.config) or paths.config_path()
            changed = team_settings.share(desk, read_text(file), str(file))
            narrate(
                f"shared: {', '.join(changed)}"
                if changed
                else "nothing to share: all of it is shared already, or not set"
            )
        elif options.unshare:
            team_settings.unshare(desk, options.unshare)
        found = {section: text for section, text in team_settings.shared(desk.read()).items() if text}
    if options.json:
        print_json({"settings": [{"section": section, "toml": text} for section, text in found.items()]})
    else:
        for text in found.values():
            print(text)
    return 0


def conflicts(options: argparse.Namespace) -> int:
    """Lists the own changes that did not hold; makes them again or lets them go."""
    from store.sync import overruled

    with open_desk(options) as desk:
        for change in options.again:
            overruled.set_again(desk, change)
        for change in options.let_go:
            overruled.let_go(desk, change)
        found = overruled.conflicts(desk)
    if options.json:
        print_json({"conflicts": [_conflict(each) for each in found]})
    else:
        head = ("change", "ticket or document", "field", "yours", "now", "by", "outcome")
        rows = [
            (
                each.change,
                each.entity_id,
                each.field,
                str(each.mine),
                str(each.theirs),
                each.agent,
                each.outcome,
            )
            for each in found
        ]
        print_table(head, rows)
    return 0


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return asdict(conflict) | {"at": to_iso(conflict.at), "agent": conflict.agent or None}


def verify(options: argparse.Namespace) -> int:
    """Compares store and hub; exit 1 when they differ."""
    from store.sync.engine import Engine
    from store.sync.verify import verify as compare

    with open_desk(options) as desk:
        engine = Engine(desk)
        engine.step()
        verdict = compare(desk, engine.link())
        engine.close()
    if options.json:
        print_json(asdict(verdict))
    else:
        for each in verdict.differences:
            print(f"{each.table} {each.identity}\n  here: {each.here}\n  hub:  {each.hub}")
        compared = ", ".join(f"{count:,} {table}" for table, count in verdict.compared.items())
        narrate(f"compared {compared}; {len(verdict.differences)} differ, {verdict.set_aside} set aside")
    return 1 if verdict.differences else 0
