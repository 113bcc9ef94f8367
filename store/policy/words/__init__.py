"""Word lists of the gate, one readable file for each subject: `[section]` lines, then words divided by blanks."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The sections of `<name>.txt` beside this module, each with its words in order."""
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in resources.files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = found.setdefault(line[1 : line.index("]")], [])
        elif line and not line.startswith("#"):
            words.extend(line.split())
    return {section: tuple(listed) for section, listed in found.items()}
