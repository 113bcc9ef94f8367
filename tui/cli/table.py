"""Plain tables on stdout for people: aligned by cell width, inert, cut to the terminal only when it is one."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from store.text.inert import inert_line


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints rows under a head; the last column takes what is left."""
    from rich.cells import cell_len, set_cell_size

    cells = [[inert_line(cell) for cell in row] for row in rows]
    widths = [max(cell_len(row[column]) for row in [list(head), *cells]) for column in range(len(head))]
    limit = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for row in [list(head), *cells]:
        line = "  ".join(set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        print(
            line
            if limit is None or cell_len(line) <= limit
            else set_cell_size(line, limit - 1).rstrip() + "…"
        )
