"""`helpterm doctor`: looks at everything and says what to do."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from store import paths
from store.checks import Check
from store.config import Config, load
from store.desk.indexing import rebuild_fingerprints
from store.doctor import examine
from store.errors import DeskError
from tui.cli.context import narrate, open_desk, print_json
from tui.cli.terminal_checks import terminal_checks


def doctor(options: argparse.Namespace) -> int:
    """Prints every check, or a report to paste; exit 1 when one is not in order. `--repair` first makes anew what can be."""
    if options.repair:
        with open_desk(options) as desk:
            narrate(f"{rebuild_fingerprints(desk):,} earlier replies indexed")
    given = paths.given_config_path(options.config)
    checks = [*examine(paths.store_path(options.db), given), *terminal_checks()]
    if options.report:
        _print_report(checks, options)
    elif options.json:
        print_json({"checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            remedy = f" — {check.remedy}" if check.remedy else ""
            print(f"{'ok ' if check.ok else 'NO '} {check.name}: {check.detail}{remedy}")
    return 0 if all(check.ok for check in checks) else 1


def _print_report(checks: Sequence[Check], options: argparse.Namespace) -> None:
    from tui.cli.report import report

    try:
        config = load(paths.given_config_path(options.config))[0]
    except DeskError:  # the checks tell of it
        config = Config()
    print(report(checks, config, paths.agent_name(options.agent, config.agent)))
