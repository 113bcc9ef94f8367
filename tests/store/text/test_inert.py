"""Strangers' text is harmless on a terminal, and stays what it says."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.text.inert import (
    LINE_LIMIT,
    MARKS_LIMIT,
    NAME_LIMIT,
    inert,
    inert_line,
    is_plain,
    safe_name,
    suspect_lines,
)

NASTY = st.sampled_from(
    [
        "\x1b", "\x1b[", "\x1b]0;", "\x07", "\x1b\\", "\x9b", "\x9c", "\x9d", "\x90", "31m", "\r", "\r\n", "\n", "\u2028",
        "\u202e", "\u2066", "\ud800", "\udfff", "\u0301", "\u200d", "\ufeff", "\U000e0041", "🏴", "a", "é", "漢", " ", "\t",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;http://evil.example\x1b\\bank\x1b]8;;\x1b\\", "bank"),
        ("\x1bPq#0~~\x1b\\after", "after"),
        ("\x1b(Bplain\x1bc", "plain"),
        ("\x9b2Jgone\x9d0;t\x9c", "gone"),
        ("\x1b]0;never ended", ""),
        ("\x1b]0;never ended\nnext line", "\nnext line"),
        ("bell\x07 back\x08space\x00", "bell backspace"),
        ("\x1b\x1b[0m[31m", "[31m"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("\u2066isolated\u2069", "isolated"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("\ufeffmarked", "marked"),
        ("hidden \U000e0068\U000e0069words", "hidden words"),
    ],
)
def test_what_a_terminal_would_obey_or_a_reader_misread_is_gone(hostile: str, harmless: str) -> None:
    assert inert(hostile) == harmless


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c"])
def test_every_kind_of_line_end_is_a_newline(end: str) -> None:
    assert inert(f"one{end}two") == "one\ntwo"


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦 👍🏽 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇹🇷",
        "İstanbul ığdır şöyle",
        "e\u0301te\u0301 à Noël",
        "שלום \u200fעולם",
        "สวัสดีครับ",
        "می\u200cخواهم",
        "a\tb\nc",
        "soft\u00adhyphen",
    ],
)
def test_legitimate_text_of_any_language_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_a_heap_of_combining_marks_is_cut_to_four() -> None:
    assert inert("Z" + "\u0301" * 500 + "algo") == "Z" + "\u0301" * MARKS_LIMIT + "algo"


def test_newlines_and_tabs_that_are_not_to_be_kept_become_blanks() -> None:
    assert inert("a\tb\r\nc", keep="") == "a b c"
    assert inert("a\tb\r\nc", keep="\n") == "a b\nc"


def test_a_line_has_no_breaks_and_an_end() -> None:
    assert inert_line("  Re:\r\n\ta subject\x1b[1m \n") == "Re: a subject"
    assert len(inert_line("x" * 1_000_000)) == LINE_LIMIT
    assert inert_line("x" * 20, 10) == "xxxxxxxxx…"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../x", "x"),
        ("/etc/passwd", "passwd"),
        ("C:\\Windows\\x.dll", "x.dll"),
        ("C:x", "x"),
        ("a\x00b.txt", "ab.txt"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("console.txt", "console.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u200bb\u200f.pdf", "ab.pdf"),
        ("what?*.txt", "what__.txt"),
        ("-rf", "_-rf"),
        (".bashrc", "bashrc"),
        ("..", "unnamed"),
        ("", ""),
        ("Rapport d'activité (été).pdf", "Rapport d'activité (été).pdf"),
        ("two\nlines.txt", "two lines.txt"),
    ],
)  # fmt: skip
def test_an_attachments_name_is_only_a_label(name: str, label: str) -> None:
    assert safe_name(name) == label


def test_a_long_name_keeps_its_ending() -> None:
    label = safe_name("x" * 5_000 + ".pdf")
    assert len(label) <= NAME_LIMIT
    assert label.endswith("….pdf")


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(NASTY, max_size=30).map("".join), st.text()))
def test_nothing_hostile_is_left_and_a_second_time_changes_nothing(text: str) -> None:
    once = inert(text)
    assert inert(once) == once
    for char in once:
        assert char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"), ascii(char)
        assert not "\u202a" <= char <= "\u202e"
        assert not "\u2066" <= char <= "\u2069"


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.lists(NASTY, max_size=30).map("".join), st.text()))
def test_no_name_leads_out_of_its_folder(text: str) -> None:
    label = safe_name(text)
    assert label not in (".", "..")
    assert not set(label) & set('/\\:*?"<>|\n\r\t\0')
    assert safe_name(label) == label


@pytest.mark.parametrize(
    "hostile", ["\x1b]0;", "\x1b[", "\x9d", "\x1bP\n", "\U000e0041", "\u0301", "🏴\U000e0041"]
)
def test_a_megabyte_of_the_same_attack_is_made_harmless_too(hostile: str) -> None:
    assert "\x1b" not in inert(hostile * 200_000)


def test_of_every_letter_the_bytes_tell_what_the_text_tells() -> None:
    letters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000 and code != 0x0A]
    data = "\n".join(letters).encode()
    assert suspect_lines(data) == {number for number, letter in enumerate(letters) if not is_plain(letter)}


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=12), max_size=8
    )
)
def test_the_suspect_lines_of_a_text_are_those_that_are_not_plain(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    assert suspect_lines(data) == {number for number, line in enumerate(lines) if not is_plain(line)}
