"""Import: throughput against the standard library's parser, memory at two sizes, mails lost, threads against References."""

from __future__ import annotations

import mailbox
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROUNDS = 3
LARGER = 6
"""How much larger the second mailbox is, by which the growth of memory is seen."""

_ID = re.compile(r"<\s*([^<>\s]+)\s*>")
_RAW_ID = re.compile(rb"<([^<>\s@]+@[^<>\s]+)>")


def run(shared: Path) -> dict[str, Any]:
    """Measures every set; times are of the processor, the best of three, memory is the peak of a process of its own (MiB)."""
    lists = shared / "data" / "mail"
    usrp = lists / "usrp-users.mbox"
    if not usrp.exists():
        raise FileNotFoundError(2, "not here", str(usrp))
    sets = [_measured(usrp), _measured(lists / "r-help-es")]
    with tempfile.TemporaryDirectory() as folder:
        larger = Path(folder) / "larger.mbox"
        _write_larger(usrp, larger)
        memory = {"once": _peak(usrp), f"{LARGER} times": _peak(larger)}
    return {
        "sets": sets,
        "memory_mib": memory,
        "memory_growth": round(memory[f"{LARGER} times"] / memory["once"], 2),
    }


def _measured(source: Path) -> dict[str, Any]:
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    expected = sum(len(mailbox.mbox(file)) for file in files)
    plain = min(_seconds(lambda: _parse_plainly(files)) for _ in range(ROUNDS))
    whole, (result, items) = min((_timed_import(source) for _ in range(ROUNDS)), key=lambda each: each[0])
    return {
        "set": source.name,
        "mails": expected,
        "lost": expected - result.messages - result.duplicates,
        "failed": len(result.failed),
        "seconds": round(whole, 3),
        "mails_per_second": round(expected / whole),
        "plain_parse_seconds": round(plain, 3),
        "ratio": round(whole / plain, 2),
        "threads": _threads(files, items),
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _parse_plainly(files: Iterable[Path]) -> int:
    return sum(1 for file in files for _ in mailbox.mbox(file))


def _timed_import(source: Path) -> tuple[float, tuple[Any, list[Any]]]:
    from store.channels.mail.importing import import_paths
    from store.desk import Desk

    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder) / "desk.db", "bench") as desk:
        items: list[Any] = []
        start = time.process_time()
        result = import_paths(desk, [source], items=items.append)
        return time.process_time() - start, (result, items)


def _threads(files: Iterable[Path], items: Iterable[Any]) -> dict[str, int]:
    """Tickets against the threads that In-Reply-To and References make among the mails that are there."""
    ours: dict[str, set[str]] = defaultdict(set)
    for item in items:
        ours[item.ticket].add(item.message_id)
    theirs = _reference_threads(files)
    made = {frozenset(each) for each in ours.values()}
    expected = {frozenset(each) for each in theirs}
    return {"tickets": len(made), "reference_threads": len(expected), "the_same": len(made & expected)}


def _reference_threads(files: Iterable[Path]) -> list[set[str]]:
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while parents.setdefault(name, name) != name:
            parents[name] = parents[parents[name]]
            name = parents[name]
        return name

    mails = [
        (name, _ID.findall(f"{mail['references']} {mail['in-reply-to']}"))
        for file in files
        for mail in mailbox.mbox(file)
        for name in _ID.findall(str(mail["message-id"]))[:1]
    ]
    known = {name for name, _ in mails}
    for name, answered in mails:
        for other in known.intersection(answered):
            parents[root(other)] = root(name)
    threads: dict[str, set[str]] = defaultdict(set)
    for name in known:
        threads[root(name)].add(name)
    return list(threads.values())


def _write_larger(source: Path, target: Path) -> None:
    raw = source.read_bytes()
    with target.open("wb") as file:
        for copy in range(LARGER):
            file.write(_RAW_ID.sub(rb"<%d.\1>" % copy, raw) + b"\n")


_IMPORT = """
import pathlib, resource, sys
from store.channels.mail.importing import import_paths
from store.desk import Desk
with Desk(pathlib.Path(sys.argv[2]), "bench") as desk:
    import_paths(desk, [pathlib.Path(sys.argv[1])])
status = pathlib.Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peaks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
divisor = 1 if sys.platform != "darwin" else 1024
print(peaks[0] if peaks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // divisor)
"""


def _peak(source: Path) -> float:
    """Peak memory of an import in a process of its own, in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", _IMPORT, str(source), f"{folder}/desk.db"],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
    return round(int(done.stdout) / 1024, 1)


def table(result: dict[str, Any]) -> str:
    """The figures as lines for the terminal."""
    lines = [
        f"{'set':20}{'mails':>7}{'lost':>6}{'mails/s':>9}{'× plain parse':>15}{'tickets':>9}{'threads':>9}{'same':>6}"
    ]
    for each in result["sets"]:
        threads = each["threads"]
        lines.append(
            f"{each['set']:20}{each['mails']:>7}{each['lost']:>6}{each['mails_per_second']:>9}{each['ratio']:>15}"
            f"{threads['tickets']:>9}{threads['reference_threads']:>9}{threads['the_same']:>6}"
        )
    memory = ", ".join(f"{size}: {mib} MiB" for size, mib in result["memory_mib"].items())
    return "\n".join([*lines, f"peak memory, the mailbox {memory} (growth {result['memory_growth']})"])
