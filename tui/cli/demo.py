"""`helpterm demo`: a throw-away sample desk, or a generated one of any size."""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from store import paths
from store.desk import Desk
from store.errors import BadInput
from tui.cli.context import config_of, narrate, plainly

SAMPLE_AGENT = "sam"
"""Who works at the sample desk unless somebody else is named."""


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
