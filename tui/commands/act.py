"""A change to tickets as one thing that can be done, reported, repeated with `.` and done to thousands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.desk import Desk


@dataclass(frozen=True, slots=True)
class Act:
    """`title` says what has been done (`Taken`, `Tagged refund`); `apply` does it to tickets by their numbers.

    `leaves` says that the tickets are done with, so an open ticket is closed on the screen.
    """

    title: str
    apply: Callable[[Desk, Sequence[int]], object]
    leaves: bool = False
