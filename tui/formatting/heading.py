"""The first line of the queue: its views with their counts, the one that is shown marked by more than colour."""

from __future__ import annotations

from store.glance import MOST_COUNTED
from tui.formatting.cells import Piece

TYPE_CHECKING = False  # as in `cells`
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def tabs(names: Iterable[str], counts: Mapping[str, int], here: str) -> list[Piece]:
    """The views in order; those whose count is not known yet stand without one."""
    pieces: list[Piece] = []
    for name in names:
        count = counts.get(name)
        shown = (
            "" if count is None else f" {count:,} " if count < MOST_COUNTED else f" {MOST_COUNTED - 1:,}+ "
        )
        is_here = name == here
        pieces.append((f"{'▸' if is_here else ' '}{name}{shown or ' '}", "title" if is_here else "muted"))
    return pieces
