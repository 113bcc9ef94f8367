"""Tries the seeded faults: each must turn a test red. `make mutants` tries them all and prints which lived.

Every fault is tried in a copy of the tree: first the test that is to find it, then, when that stays green, all of them up to the
first red one. A test counts as red when it fails twice, and is green without the fault: a busy machine finds nothing.
`python -m tests.store.sync.mutants 3 7` tries some.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue

import psycopg

from tests.store.sync.conftest import Server, running_server
from tests.store.sync.faults import FAULTS, Fault

ROOT = Path(__file__).parents[3]
FILES = (
    "sync",
    "sending",
    "mail",
    "rights",
    "working_time",
    "verify",
    "team_settings",
    "cost",
    "first_copy",
    "trouble",
    "engine",
    "queries",
    "invariants",
)
ENOUGH = 0.95
"""The share of faults that must be found."""

LONGEST_SECONDS = 900
"""After so long a run proves nothing: the machine is too busy, or the fault has no end."""


MOST_FICKLE = 3
"""How many tests may be red once and green the next time before a fault is left."""


class Tree:
    """A copy of what is tested, for faults to be tried in one after the other, with a server of its own."""

    def __init__(self, folder: Path, host: str) -> None:
        self._server = Server(host)
        for part in ("store", "tui", "tests"):
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / part, folder)
        self.folder = folder
        self._environment = os.environ | {
            "PYTHONPATH": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HELPTERM_SYNC_EXAMPLES": "60",
            "HELPTERM_TEST_POSTGRES": host,
        }

    def run(self, *tests: str) -> tuple[str, str]:
        """Runs tests up to the first red one: `green`, `red` and its name, `broken` when none could begin, `hung`."""
        self._sweep()
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-rfE",
            "--tb=no",
            "-p",
            "no:cacheprovider",
            *tests,
        ]
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=self._environment,
                capture_output=True,
                text=True,
                timeout=LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "hung", ""
        if done.returncode == 0:
            return "green", ""
        failed = re.search(r"^FAILED (\S+?::.*?)(?: - |$)", done.stdout, re.MULTILINE)
        return ("broken", done.stdout[-2000:]) if failed is None else ("red", failed[1])

    def _sweep(self) -> None:
        """Takes away what an earlier run has left at the server: logins belong to all of its databases."""
        with psycopg.connect(self._server.dsn(), autocommit=True) as admin:
            for query in (
                "SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database WHERE datname LIKE 'desk%'",
                "SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'helpterm%'",
            ):
                for (statement,) in admin.execute(query).fetchall():
                    admin.execute(statement)

    @contextmanager
    def having(self, fault: Fault) -> Iterator[bool]:
        """The tree with a fault in it; false when there is nothing to replace any more."""
        file = self.folder / fault.file
        text = file.read_text("utf-8")
        shutil.rmtree(self.folder / ".hypothesis", ignore_errors=True)
        file.write_text(text.replace(fault.right, fault.wrong), "utf-8")
        try:
            yield fault.right in text
        finally:
            file.write_text(text, "utf-8")


def all_tests() -> list[str]:
    """The files that are tried."""
    return [f"tests/store/sync/test_{name}.py" for name in FILES]


def path_of(test: str) -> str:
    """A test as a fault names it, as pytest does."""
    file, _, name = test.partition("::")
    return f"tests/store/sync/test_{file}.py::test_{name}"


def try_fault(fault: Fault, tree: Tree) -> tuple[str, str]:
    """`found` and by what; else `lived`, `unsure` (red once only), `hung`, `broken` or `gone` (nothing to replace any more)."""
    with tree.having(fault) as is_there:
        if not is_there:
            return "gone", ""
        if fault.test and tree.run(path_of(fault.test))[0] == tree.run(path_of(fault.test))[0] == "red":
            return "found", path_of(fault.test)
        fickle: list[str] = []
        while len(fickle) < MOST_FICKLE:
            verdict, first = tree.run(*all_tests(), *(f"--deselect={each}" for each in fickle))
            if verdict != "red":
                break
            if tree.run(first)[0] == "red":
                verdict = "found"
                break
            fickle.append(first)
    if verdict == "found":
        return ("found" if tree.run(first)[0] == "green" else "unsure"), first
    return ("unsure", " ".join(fickle)) if fickle else ("lived" if verdict == "green" else verdict, first)


def main() -> int:
    """Tries the faults whose numbers are given, or all; exit 1 when fewer than 95 % are found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("numbers", type=int, nargs="*")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    options = parser.parse_args()
    chosen = options.numbers or range(len(FAULTS))
    began = time.monotonic()
    results: Counter[str] = Counter()
    trees: SimpleQueue[Tree] = SimpleQueue()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        for number in range(options.jobs):
            trees.put(Tree(Path(folder) / str(number), servers.enter_context(running_server())))
        tree = trees.get()
        verdict, which = tree.run(
            *sorted({path_of(FAULTS[number].test) for number in chosen if FAULTS[number].test})
        )
        trees.put(tree)
        if verdict != "green":
            print(f"without any fault the tests are {verdict}: {which}")
            return 1

        def attempt(number: int) -> str:
            tree, since = trees.get(), time.monotonic()
            try:
                verdict, which = try_fault(FAULTS[number], tree)
            finally:
                trees.put(tree)
            by = which.removeprefix("tests/store/sync/test_") if verdict == "found" else which
            print(
                f"{number:3} {verdict:<6} {time.monotonic() - since:5.0f} s  {FAULTS[number].what}  [{by}]",
                flush=True,
            )
            return verdict

        with ThreadPoolExecutor(options.jobs) as pool:
            results.update(pool.map(attempt, chosen))
    share = results["found"] / results.total()
    print(
        f"{results['found']} of {results.total()} faults found ({share:.0%}) in {time.monotonic() - began:.0f} s; {dict(results)}"
    )
    return 0 if share >= ENOUGH and not results["gone"] else 1


if __name__ == "__main__":
    sys.exit(main())
