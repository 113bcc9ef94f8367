"""The quotes of HTML mails: taken out of the markup, and folded in the text made of it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.channels.mail.html import to_text
from store.channels.mail.new_text import folds_of_html, new_text, strip_html_quotes

CLIENTS = {
    "gmail": '<div dir="ltr">Yes.</div><br><div class="gmail_quote"><div class="gmail_attr">El lun, 3 mar 2025 a las'
    ' 16:05, Ada (&lt;<a href="mailto:a@b.org">a@b.org</a>&gt;) escribió:<br></div><blockquote class="gmail_quote">'
    "<div>Old</div></blockquote></div>",
    "gmail without a blockquote": "Yes.<div class=gmail_quote>Ada hat gesagt<div>Old</div></div>",
    "thunderbird": '<p>Yes.</p><div class="moz-cite-prefix">Am 03.03.25 um 16:05 schrieb Ada:<br></div>'
    '<blockquote type="cite" cite="mid:x">Old</blockquote>',
    "outlook": '<div class=WordSection1><p class=MsoNormal>Yes.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt">'
    "<p class=MsoNormal><b>Kimden:</b> Ada &lt;a@b.org&gt;<br><b>Gönderilme:</b> 3 Mart 2025 16:05<br><b>Kime:</b> B<br>"
    "<b>Konu:</b> x</p></div><p class=MsoNormal>Old</p></div>",
    "outlook in a language nobody listed": '<div>Yes.</div><hr><div id="divRplyFwdMsg"><b>Xyz:</b> Ada<br><b>Abc:</b> B'
    "</div><div>Old</div>",
    "apple mail": '<div>Yes.<br><div><br><blockquote type="cite"><div>On 3 Mar 2025, at 16:05, Ada &lt;a@b.org&gt; wrote:'
    "</div><br><div>Old</div></blockquote></div></div>",
    "yahoo": '<div>Yes.</div><div class="yahoo_quoted"><div>Le lundi 3 mars 2025 à 16:05, Ada a écrit :</div><div>Old</div>'
    "</div>",
    "hotmail": '<div>Yes.<br><hr id="stopSpelling">Date: Thu, 26 Jun 2014 13:53:45 +0400<br>From: a@b.org<br><br>Old</div>',
    "proton": '<div>Yes.</div><div class="protonmail_quote">On Monday Ada wrote:<br><blockquote type="cite">Old</blockquote>'
    "</div>",
}


def both_ways(source: str) -> set[str]:
    """What is read of `source` by the folds of its text, and by its markup."""
    body = to_text(source)
    return {new_text(body, folds_of_html(source, body)), to_text(strip_html_quotes(source)[0]).strip()}


@pytest.mark.parametrize("source", CLIENTS.values(), ids=CLIENTS)
def test_the_quote_of_each_mail_program_is_folded_and_kept(source: str) -> None:
    assert both_ways(source) == {"Yes."}
    assert "Old" in to_text(strip_html_quotes(source)[1])
    assert "Old" in to_text(source)


def test_an_answer_between_blockquotes_survives_with_what_it_answers() -> None:
    source = (
        "<div class=gmail_quote>On 3/3/2025 4:05 PM, A &lt;a@b.org&gt; wrote:<blockquote>Does it print?</blockquote>"
        "<div>Yes.</div><blockquote>And scan?</blockquote><div>No.</div><blockquote>Bye<br>A</blockquote></div>"
    )
    for reading in both_ways(source):
        assert [line for line in reading.split("\n") if line.strip("> ")] == [
            "> Does it print?",
            "Yes.",
            "> And scan?",
            "No.",
        ]


def test_a_signature_in_its_container_is_folded() -> None:
    source = '<div>Yes.</div><div class="gmail_signature"><div>Ada Kaya</div><div>Engineer</div></div>'
    assert both_ways(source) == {"Yes."}
    body = to_text(source)
    assert {fold.kind for fold in folds_of_html(source, body)} == {"signature"}


def test_an_answer_typed_into_the_signature_is_shown() -> None:
    source = "<div class=gmail_signature>Yes.</div><div>On 3/3/2025 4:05 PM, A wrote:</div><blockquote>Old</blockquote>"
    assert both_ways(source) == {"Yes."}


@pytest.mark.parametrize(
    "source",
    [
        "<blockquote>Answered <b>within</b></blockquote>",
        "<div class=gmail_signature>Ada</div>",
        "<div>Text</div><blockquote class=gmail_quote>which the author cites</blockquote>",
        "<div>Indented<blockquote style='margin:0 0 0 40px;border:none'>by the editor</blockquote></div>",
        "",
    ],
)
def test_where_there_is_nothing_else_to_read_the_markup_stays_as_it_was(source: str) -> None:
    assert strip_html_quotes(source) == (source, "")


def test_words_on_the_line_of_an_attribution_stay() -> None:
    source = "Thanks On Wed, Apr 4, 2025 at 3:59 PM, bob@example.org wrote:<blockquote>Hi</blockquote>"
    assert both_ways(source) == {"Thanks"}


def test_a_body_that_is_not_of_the_page_is_judged_by_itself() -> None:
    body = "Something else\n\nOn 03/03/2025 16:05, Ada wrote:\n> Old\n"
    assert new_text(body, folds_of_html("<p>Yes.</p>", body)) == "Something else"


@pytest.mark.parametrize(
    "source", ["<div>" * 20_000 + "x", "<b>" * 5_000 + "x", "<blockquote>a</blockquote>b" * 2_000]
)
def test_absurd_pages_are_kept_whole_or_split_but_never_fail(source: str) -> None:
    kept, quoted = strip_html_quotes(source)
    assert "x" in kept + quoted or "b" in kept


PARTS = [
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<blockquote>",
    "<blockquote type=cite>",
    "</blockquote>",
    "<div class=gmail_quote>",
    "<div class=gmail_signature>",
    "<b>From:</b> a@b.org<br>",
    "Sent: Monday 3 May 2020 4:05<br>",
    "Subject: y<br>",
    " On 3/3/2025 4:05 PM, A &lt;a@b.org&gt; wrote: ",
    " own words ",
    "<br>",
    "<pre>a\n> b\n</pre>",
    "<img src=x alt=z>",
    "<hr id=stopSpelling>",
    "<table><tr><td>",
    "</table>",
    "<ul><li>",
    "-- <br>",
    "&lt;x&gt; ü ",
]


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=20))
def test_each_word_of_a_page_is_in_what_is_kept_or_in_what_is_quoted(parts: list[str]) -> None:
    source = "".join(parts)
    kept, quoted = strip_html_quotes(source)
    if quoted:
        assert letters(kept) + letters(quoted) == letters(source)
    body = to_text(source)
    found = folds_of_html(source, body)
    at = 0
    for fold in found:
        assert at <= fold.start < fold.end <= len(body)
        at = fold.end
    assert bool(new_text(body, found)) == bool(body.strip())


def letters(source: str) -> Counter[str]:
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(source).body
    return Counter(re.sub(r"\s", "", body.text() if body else ""))
