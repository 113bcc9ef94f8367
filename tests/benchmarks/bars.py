"""The bars of DESIGN.md, section 9, beside what was measured: one row for each, with a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

Summary = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Program -> figure -> `median`, `p99`, `most`, `n`."""


class Row(NamedTuple):
    """A figure, what was measured of it, and the most it may be; no bar where the one it is held to was not measured."""

    figure: str
    value: float
    bar: float | None

    @property
    def verdict(self) -> str:
        """In one word."""
        return "not compared" if self.bar is None else "holds" if self.value <= self.bar else "MISSED"


PAGES = ("page down", "jump to an end", "change view", "open a ticket", "open the editor")
SAME_AT_ANY_SIZE = (
    *(f"{each}, settled ms" for each in ("row down", *PAGES, "type a letter")),
    "search, a letter, first ms",
    "gate after a pause ms",
    "first queue ms",
    "answers keys ms",
    "memory after the first queue MiB",
)


def rows(summary: Summary, sizes: list[int], mail_desk: int) -> list[Row]:
    """Every row that could be measured; figures of helpterm are those at the largest of `sizes`."""
    return list(_rows(summary, sizes, mail_desk))


def _rows(summary: Summary, sizes: list[int], mail_desk: int) -> Iterator[Row]:
    hello, curses = summary["hello"], summary["curses"]
    small, large = (summary[f"helpterm {size:,}"] for size in (sizes[0], sizes[-1]))

    def over(label: str, start: str, at: str = "median") -> float:
        return round(large[label][at] / hello[start]["median"], 2)

    yield Row("start to the first full queue, hello-world = 1", over("first queue ms", "start ms"), 0.3)
    yield Row("start to answering keys, hello-world = 1", over("answers keys ms", "start ms"), 1.25)
    down = "row down, settled ms"
    aerc = summary.get("aerc", {}).get(down)
    yield Row("key to moved row, median ms (aerc's)", large[down]["median"], aerc and aerc["median"])
    yield Row("key to moved row, p99 ms", large[down]["p99"], 16)
    yield Row("  a list of curses, p99 ms", curses[down]["p99"], None)
    yield Row("bytes of a moved row, median", large["row down, bytes"]["median"], 1000)
    yield Row("bytes of a typed letter, most", large["type a letter, bytes"]["most"], 4000)
    for each in PAGES:
        yield Row(f"{each}, p99 ms", large[f"{each}, settled ms"]["p99"], 50)
    hits = "search, a letter, first ms"
    yield Row("search, key to first hits, p99 ms", large[hits]["p99"], 50)
    notmuch = summary.get("notmuch", {}).get(hits)
    ours = summary.get(f"helpterm {mail_desk:,}", {}).get(hits)
    if notmuch and ours:
        yield Row(
            f"search, {mail_desk:,} tickets, notmuch's first line = 1",
            round(ours["median"] / notmuch["median"], 2),
            1,
        )
    yield Row("gate after a pause, p99 ms", large["gate after a pause ms"]["p99"], 10)
    memory = "memory MiB"
    yield Row(
        "memory after the first queue, hello = 1", over("memory after the first queue MiB", memory), 1.5
    )
    yield Row("memory at the end of the walk, hello = 1", over("memory at the end MiB", memory), 3)
    if len(sizes) > 1:
        for label in SAME_AT_ANY_SIZE:
            ratio = round(large[label]["median"] / small[label]["median"], 2)
            yield Row(f"{label}, {sizes[-1]:,} / {sizes[0]:,}", ratio, 1.3)


def table(found: list[Row]) -> list[str]:
    """The rows as lines for a terminal."""
    head = f"{'figure':<66}{'measured':>10}{'bar':>9}  verdict"
    return [head] + [
        f"{row.figure:<66}{row.value:>10,.2f}{'–' if row.bar is None else f'{row.bar:,.4g}':>9}  {row.verdict}"
        for row in found
    ]
