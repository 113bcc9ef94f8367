"""The agent's own editor: whatever it does, the text is either taken over or as it was."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui import editor_handoff
from tui.editor_handoff import EditorFailed, Handoff


@pytest.fixture
def handoff() -> Iterator[Handoff]:
    made = Handoff("Grüße aus İzmir", "reply-4711.md")
    yield made
    made.forget()


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """An editor that does what a few lines of shell say; `$1` is the file."""

    def make(script: str) -> None:
        program = tmp_path / "my editor"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", f"'{program}'")

    return make


def test_the_file_is_private_and_says_what_it_is(handoff: Handoff) -> None:
    assert stat.S_IMODE(handoff.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(handoff.path.parent.stat().st_mode) == 0o700
    assert handoff.path.name == "reply-4711.md"
    handoff.forget()
    assert not handoff.path.parent.exists()


def test_what_was_written_is_taken_over_without_the_editors_last_line_end(handoff: Handoff, editor) -> None:  # type: ignore[no-untyped-def]
    editor("printf 'Merhaba Çağla,\\n\\nyanıt burada\\n' > \"$1\"")
    taken = handoff.run()
    assert (taken.text, taken.is_changed) == ("Merhaba Çağla,\n\nyanıt burada", True)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ('echo lost > "$1"; exit 3', "status 3"),
        ("kill -9 $$", "signal 9"),
        ('rm "$1"', "removed the file"),
        ('rm "$1"; mkdir "$1"', "cannot be read"),
    ],
)
def test_an_editor_that_fails_leaves_the_text_as_it_was(
    handoff: Handoff, editor, script: str, says: str
) -> None:  # type: ignore[no-untyped-def]
    editor(script)
    with pytest.raises(EditorFailed, match=says) as failed:
        handoff.run()
    assert "as it was" in failed.value.remedy


@pytest.mark.parametrize(
    ("value", "says"), [("no-such-editor-here", "is not there"), ("vi 'half", "cannot be read")]
)
def test_an_editor_that_cannot_be_started_is_named(
    handoff: Handoff, monkeypatch: pytest.MonkeyPatch, value: str, says: str
) -> None:
    monkeypatch.setenv("VISUAL", value)
    with pytest.raises(EditorFailed, match=says):
        handoff.run()


def test_without_any_editor_one_says_so(handoff: Handoff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(EditorFailed, match="no editor is set"):
        handoff.run()


def test_an_editor_that_is_back_at_once_is_noticed_and_its_text_taken_later(handoff: Handoff, editor) -> None:  # type: ignore[no-untyped-def]
    editor("exit 0")
    taken = handoff.run()
    assert (taken.at_once, taken.is_changed) == (True, False)
    handoff.path.write_text("written in the editor's own window\n")
    assert handoff.read().text == "written in the editor's own window"


def test_text_that_is_not_utf8_is_taken_over_with_a_remark(handoff: Handoff, editor) -> None:  # type: ignore[no-untyped-def]
    editor("printf 'Gr\\374\\337e \\377' > \"$1\"")
    taken = handoff.run()
    assert taken.text == "Grüße ÿ"
    assert "not UTF-8" in taken.remark


def test_escape_sequences_do_not_come_back_with_the_text(handoff: Handoff, editor) -> None:  # type: ignore[no-untyped-def]
    editor("printf 'a\\033[31mb\\r\\nc' > \"$1\"")
    assert handoff.run().text == "ab\nc"


def test_a_file_of_gigabytes_is_not_taken_over(handoff: Handoff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor_handoff, "LARGEST", 10)
    handoff.path.write_text("more than ten bytes")
    with pytest.raises(EditorFailed, match="has grown"):
        handoff.read()
