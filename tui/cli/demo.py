"""`helpterm demo` and `helpterm tutor`: a throw-away sample desk, or a generated one of any size."""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from store import paths
from store.config.settings import Sync
from store.desk import Desk
from store.errors import BadInput
from tui.cli.context import config_of, narrate, plainly

SAMPLE_AGENT = "sam"
"""Who works at the sample desk unless somebody else is named."""

UNDO_SECONDS = 120.0
"""How long the tutor leaves for taking a reply back: whoever reads slowly may."""


def demo(options: argparse.Namespace) -> int:
    """With `--at` writes the desk there; otherwise opens it and forgets it afterwards."""
    if options.at:
        target = Path(options.at).expanduser()
        if target.exists():
            raise BadInput(f"{target} exists already", "choose another path; nothing is overwritten")
        _write(options, target)
        narrate(f"written to {target}; open it with `helpterm --db {target}`")
        return 0
    with tempfile.TemporaryDirectory(prefix="helpterm-demo-") as folder:
        target = Path(folder) / "desk.db"
        _write(options, target)
        from tui.start import open_desk_in_console

        config = replace(config_of(options), mailboxes=())  # nothing written at a sample desk is ever sent
        config = plainly(config) if options.plain else config
        return open_desk_in_console(target, _agent(options), config, demo=True)


def tutor(options: argparse.Namespace) -> int:
    """The tutor on a sample desk of its own, from the lesson at which it was left (or `--again` from the first)."""
    begin = "" if options.again else _kept_lesson()
    with tempfile.TemporaryDirectory(prefix="helpterm-tutor-") as folder:
        target = Path(folder) / "desk.db"
        with Desk(target, _agent(options)) as desk:
            from store.sample import load

            load(desk)
        from tui.start import open_desk_in_console

        config = config_of(options)
        unhurried = replace(config.desk, undo_send_seconds=max(config.desk.undo_send_seconds, UNDO_SECONDS))
        config = replace(config, mailboxes=(), sync=Sync(), desk=unhurried)
        config = plainly(config) if options.plain else config
        code = open_desk_in_console(target, _agent(options), config, demo=True, tutor=begin)
    if _kept_lesson():
        narrate("`helpterm tutor` goes on where you left it; `helpterm tutor --again` begins anew")
    return code


def _kept_lesson() -> str:
    """The lesson that was begun and not finished; empty for none."""
    try:
        return paths.tutor_path().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _agent(options: argparse.Namespace) -> str:
    return paths.agent_name(options.agent) if options.agent else SAMPLE_AGENT


def _write(options: argparse.Namespace, target: Path) -> None:
    if options.tickets is None:
        from store.sample import load

        with Desk(target, _agent(options)) as desk:
            load(desk)
        return
    from store.sample.generate import generate

    generate(target, tickets=options.tickets, seed=options.seed, progress=_progress)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r{done:,} of {total:,} tickets", end=end, file=sys.stderr, flush=True)
