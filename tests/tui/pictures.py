"""Pictures of the console as text: every cell's letter and style, in every look, so that a change of either is seen in a diff.

A picture file names the screen and its size; then come the lines, and under each look's name its styles: a letter for each,
and for each line how many cells have which.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from string import ascii_letters
from typing import Any

import pytest
from rich.cells import cell_len
from rich.style import Style
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input, TextArea

from tests.idleness import run
from tui.plain import BareFilter
from tui.themes import PREFIX

SIZES = ((80, 24), (100, 30), (140, 45))
LOOKS = ("dark", "light", "high-contrast", "NO_COLOR")

EACH_SIZE = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")

Story = Callable[[Pilot[Any]], Awaitable[None]]
Snap = Callable[..., bool]


class PictureFile(SingleFileSnapshotExtension):
    """One text file for each picture."""

    _write_mode = WriteMode.TEXT
    _file_extension = file_extension = "txt"


def picture(app: App[Any], size: tuple[int, int], story: Story | None, keys: Sequence[str] = ()) -> str:
    """What an application shows after a story, in every look."""
    return run(_picture(app, size, story, keys))


async def _picture(app: App[Any], size: tuple[int, int], story: Story | None, keys: Sequence[str]) -> str:
    async with app.run_test(size=size) as pilot:
        if story is not None:
            await story(pilot)
        await pilot.press(*keys)
        for field in (*app.screen.query(Input), *app.screen.query(TextArea)):
            field.cursor_blink = False
        await _quiet(pilot)
        kind = type(app.screen)
        if not kind.__module__.startswith("tui."):
            kind = type(app)
        parts = [f"{kind.__module__}:{kind.__name__} {size[0]}x{size[1]}"]
        before: list[str] = []
        for look in LOOKS:
            _turn(app, look)
            await _quiet(pilot)
            strips = app.screen._compositor.render_strips()
            text = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
            parts.append(f"── {look} " + "─" * (size[0] - len(look) - 4))
            parts += text if text != before else []
            parts += _styles(strips)
            before = text
        return "\n".join(parts) + "\n"


async def _quiet(pilot: Pilot[Any]) -> None:
    for _ in range(3):
        await pilot.pause()
        while not getattr(pilot.app, "is_idle", True):
            await pilot.pause(0.001)


def _turn(app: App[Any], look: str) -> None:
    """Shows another look, as the console would begin with it."""
    if look == "NO_COLOR":
        app._filters = [BareFilter(letters=False)]
        look = "light" if app.theme == PREFIX + "dark" else "dark"
    app.theme = PREFIX + look


def _styles(strips: Sequence[Strip]) -> list[str]:
    names: dict[str, str] = {}
    rows = []
    for strip in strips:
        runs: list[tuple[int, str]] = []
        for text, style, _ in strip:
            name = names.setdefault(_said(style), ascii_letters[len(names) % 52] * (1 + len(names) // 52))
            cells = cell_len(text)
            if runs and runs[-1][1] == name:
                runs[-1] = (runs[-1][0] + cells, name)
            else:
                runs.append((cells, name))
        rows.append(" ".join(f"{count}{name}" for count, name in runs if count))
    return [*(f"{name} = {said}" for said, name in names.items()), *rows]


def _said(style: Style | None) -> str:
    if style is None:
        return "plain"
    words = [
        name for name in ("bold", "dim", "italic", "underline", "reverse", "strike") if getattr(style, name)
    ]
    for name, colour in (("", style.color), ("on ", style.bgcolor)):
        if colour is not None:
            words.append(name + (colour.triplet.hex if colour.triplet else colour.name))
    return " ".join(words) or "plain"
