"""Writes what the README derives from the code between its marks: the keys, and those of a whole shift. `make readme`."""

from __future__ import annotations

import re
from pathlib import Path

from tests import shift_by_keyboard
from tui.cli.keys import markdown
from tui.commands.keys import key_map

README = Path(__file__).parent.parent / "README.md"


def derived(text: str) -> str:
    """The README with its derived parts as the code has them now."""
    return _between(_between(text, "keys", markdown(key_map())), "shift", shift_by_keyboard.markdown())


def _between(text: str, name: str, content: str) -> str:
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return pattern.sub(lambda match: f"{match[1]}{content}\n{match[2]}", text)


if __name__ == "__main__":
    README.write_text(derived(README.read_text(encoding="utf-8")), encoding="utf-8")
