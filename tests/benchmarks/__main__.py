"""`make bench`: every measurement in turn, as tables on the terminal and as JSON in bench-results/."""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.benchmarks import report

BENCHMARKS = ("console", "importing", "mail_corpora", "new_text", "canned", "gate", "sync", "sync_nothing")
"""Modules of this folder; each has `run(shared) -> dict` and `table(result) -> str`."""


def main() -> int:
    """Runs the benchmarks that were named, or all; returns 1 when one of them could not run."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(BENCHMARKS)}")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder of real material")
    parser.add_argument("--out", type=Path, default=Path("bench-results"), help="where the JSON goes")
    parser.add_argument(
        "--write-docs",
        action="store_true",
        help="measure nothing: write the newest JSON's tables into docs/performance.md",
    )
    options = parser.parse_args()
    if options.write_docs:
        return report.write(options.out)
    options.out.mkdir(exist_ok=True)
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
        "seconds": {},
        "failed": {},
    }
    target = options.out / f"{results['at'].replace(':', '')}.json"
    for number, name in enumerate(options.names or BENCHMARKS, 1):
        print(f"\n── {name} ({number} of {len(options.names or BENCHMARKS)})\n", flush=True)
        began = time.monotonic()
        reason = _measure(name, options.shared, results)
        results["seconds"][name] = round(time.monotonic() - began)
        if reason:
            results["failed"][name] = reason
            print(f"not measured: {reason}", flush=True)
        _keep(results, target)
        print(f"\n{name}: {results['seconds'][name]} s", flush=True)
    print(f"\nwritten to {target}; {sum(results['seconds'].values())} s in all", flush=True)
    for name, reason in results["failed"].items():
        print(f"not measured: {name}: {reason}", flush=True)
    return int(bool(results["failed"]))


def _measure(name: str, shared: Path, results: dict[str, Any]) -> str:
    """Runs one benchmark and prints its table; why it could not run, or nothing. One that fails stops no other."""
    try:
        benchmark = import_module(f"tests.benchmarks.{name}")
        results[name] = benchmark.run(shared)
        print(benchmark.table(results[name]), flush=True)
    except (FileNotFoundError, ModuleNotFoundError) as missing:
        what = getattr(missing, "filename", None) or getattr(missing, "name", None) or missing
        return f"{what} is not here"
    except Exception as error:
        traceback.print_exc()
        return " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return ""


def _keep(results: dict[str, Any], target: Path) -> None:
    """Writes what there is so far, so that a run that is stopped has not been for nothing."""
    target.write_text(json.dumps(results, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
