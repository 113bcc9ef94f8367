"""`make bench`: every measurement in turn, as tables on the terminal and as JSON in bench-results/."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

BENCHMARKS = ("console", "importing", "mail_corpora", "new_text", "canned", "gate", "sync")
"""Modules of this folder; each has `run(shared) -> dict` and `table(result) -> str`."""


def main() -> int:
    """Runs the benchmarks that were named, or all; returns 1 when one of them could not run."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(BENCHMARKS)}")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder of real material")
    parser.add_argument("--out", type=Path, default=Path("bench-results"), help="where the JSON goes")
    options = parser.parse_args()
    options.out.mkdir(exist_ok=True)
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
    }
    failed = False
    for name in options.names or BENCHMARKS:
        print(f"\n── {name}\n", flush=True)
        try:
            benchmark = import_module(f"tests.benchmarks.{name}")
            result = benchmark.run(options.shared)
        except (FileNotFoundError, ModuleNotFoundError) as missing:
            what = getattr(missing, "filename", None) or getattr(missing, "name", None) or missing
            print(f"not measured: {what} is not here", flush=True)
            failed = True
            continue
        results[name] = result
        print(benchmark.table(result), flush=True)
    target = options.out / f"{results['at'].replace(':', '')}.json"
    target.write_text(json.dumps(results, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
    print(f"\nwritten to {target}")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
