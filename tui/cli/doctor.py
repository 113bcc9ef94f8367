"""`helpterm doctor`: looks at everything and says what to do."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict

from store import paths
from store.checks import Check
from store.desk.indexing import rebuild_fingerprints
from store.doctor import examine
from tui.cli.context import narrate, open_desk, print_json


def doctor(options: argparse.Namespace) -> int:
    """Prints every check; exit 1 when one is not in order. `--repair` first makes anew what can be."""
    if options.repair:
        with open_desk(options) as desk:
            narrate(f"{rebuild_fingerprints(desk):,} earlier replies indexed")
    checks = [*examine(paths.store_path(options.db), paths.given_config_path(options.config)), _terminal()]
    if options.json:
        print_json({"checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            remedy = f" — {check.remedy}" if check.remedy else ""
            print(f"{'ok ' if check.ok else 'NO '} {check.name}: {check.detail}{remedy}")
    return 0 if all(check.ok for check in checks) else 1


def _terminal() -> Check:
    """Size, colours and encoding of the terminal, as the console would find them."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        return Check(
            "terminal", False, f"the encoding is {encoding or 'unknown'}", "set LANG to a UTF-8 locale"
        )
    if not sys.stdout.isatty():
        return Check("terminal", True, "not a terminal; nothing to look at")
    columns, lines = os.get_terminal_size()
    name = os.environ.get("TERM", "unknown")
    colours = os.environ.get("COLORTERM") or (
        "none (NO_COLOR)" if "NO_COLOR" in os.environ else "as TERM says"
    )
    detail = f"{name}, {columns}×{lines}, colours {colours}, UTF-8"
    if columns < 80 or lines < 24:
        return Check("terminal", False, detail, "make the window 80×24 or larger")
    return Check("terminal", True, detail)
