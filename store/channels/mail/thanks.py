"""Is a mail nothing but thanks? Then it does not open a solved ticket again.

Only words that thank, confirm, greet or name people may stand in it (`thanks.txt`), at least one of them of thanks or
success, and no question. One other word ("but", "still", a product) makes it a mail to be read.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from store.text.fold import fold

LONGEST = 300
"""Characters of a text that can still be mere thanks."""

_WORD = re.compile(r"[^\W\d_]+")
_ASKS_OR_COUNTS = re.compile(r"[?？¿\d]")


def is_thanks(text: str, names: str = "") -> bool:
    """Whether `text` says thanks and nothing else, in a language of the desk. `names` may stand in it, such as its author's."""
    if len(text) > LONGEST or _ASKS_OR_COUNTS.search(text):
        return False
    words = set(_WORD.findall(fold(text)))
    return not words.isdisjoint(_listed("thanks")) and words <= (
        _listed("thanks") | _listed("courtesy") | set(_WORD.findall(fold(names)))
    )


@cache
def _listed(kind: str) -> frozenset[str]:
    lines = (
        resources.files("store.channels.mail").joinpath("thanks.txt").read_text(encoding="utf-8").splitlines()
    )
    return frozenset(word for line in lines if line.startswith(f"{kind}:") for word in line.split()[1:])
