"""The text of an HTML mail reads like the page, and holds nothing that the page did not show."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from store.channels.mail.html import CUT, OUTPUT_LIMIT, to_text, uncrowded


def test_paragraphs_breaks_and_headings_stand_apart() -> None:
    page = "<h1>Title</h1><p>One\n  two.</p><p>Three<br>four</p>five<div>six</div>seven<br><br><br><br>eight"
    assert to_text(page) == "Title\n\nOne two.\n\nThree\nfour\n\nfive\nsix\nseven\n\neight"


def test_blank_lines_as_mail_programs_write_them_are_kept() -> None:
    assert to_text("<div>a</div><div><br></div><div>b</div>") == "a\n\nb"
    assert (
        to_text(
            "<p class=MsoNormal>a</p><p class=MsoNormal>b</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>c</p>"
        )
        == "a\nb\n\nc"
    )


def test_lists_keep_marks_numbers_and_levels() -> None:
    page = "<ul><li>one<li>two<ul><li>within</ul></ul><ol start=3><li>c</li><li><p>d</p></li></ol>after"
    assert to_text(page) == "- one\n- two\n  - within\n\n3. c\n4. d\n\nafter"


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ('<a href="https://x.example/a">this page</a>', "this page <https://x.example/a>"),
        ('<a href="https://x.example/">x.example</a>', "https://x.example/"),
        ('<a href="https://www.x.example">https://x.example</a>', "https://www.x.example"),
        (
            '<a href="https://evil.example/">https://bank.example</a>',
            "https://bank.example <https://evil.example/>",
        ),
        ('<a href="mailto:j@x.example">j@x.example</a>', "j@x.example"),
        ('<a href="mailto:j@x.example">Jane</a>', "Jane <mailto:j@x.example>"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href="#top">up</a>', "up"),
        ('<a href="https://x.example"></a>none', "none"),
        ('<a href="https://x.example"><img src=l alt="Our shop"></a>', "Our shop <https://x.example>"),
        ('(<a href="https://x.example/q">q</a>), see', "(q <https://x.example/q>), see"),
        ('<a href=" https://x.example/a\n b ">t</a> and', "t <https://x.example/ab> and"),
        ('<a href="https://x.example/&gt;&lt;">t</a>', "t <https://x.example/%3E%3C>"),
        ('<a href="https://x.example/&#27;[31m">t</a>', "t <https://x.example/>"),
    ],
)
def test_links_show_where_they_lead(link: str, text: str) -> None:
    assert to_text(link) == text


def test_the_rows_of_a_table_stay_rows() -> None:
    rows = "<tr><th>Item<th>Price</tr><tr><td><p>Cable</p></td><td><p>3 €</p></td></tr><tr><td></td><td>end</td></tr>"
    assert to_text(f"<table>{rows}</table>") == "Item | Price\nCable | 3 €\nend"


def test_tables_that_only_lay_out_the_page_do_not_get_in_the_way() -> None:
    page = "<table><tr><td><table><tr><td>Hello</td></tr><tr><td><p>A text</p><p>goes on</p></td></tr></table></td></tr></table>"
    assert to_text(page) == "Hello\nA text\n\ngoes on"


def test_quotes_get_the_marks_of_plain_text() -> None:
    page = "Jane wrote:<blockquote type=cite>one<br>two<p>three</p><blockquote>older</blockquote></blockquote>answer"
    assert to_text(page) == "Jane wrote:\n\n> one\n> two\n>\n> three\n>\n> > older\n\nanswer"


def test_a_blockquote_that_only_indents_is_no_quote() -> None:
    page = '<blockquote style="margin:0 0 0 40px;border:none;padding:0">indented</blockquote>'
    assert to_text(page) == "indented"


def test_preformatted_text_keeps_its_shape() -> None:
    assert to_text("<pre>\n  def f():\n\n      pass\n</pre>after") == "  def f():\n\n      pass\n\nafter"


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>bad()</script>",
        "<style>p { color: red }</style>",
        "<!-- bad -->",
        "<title>bad</title>",
        '<div style="display: none">bad</div>',
        '<span style="visibility:hidden">bad</span>',
        '<div style="max-height:0px;overflow:hidden">bad</div>',
        '<div style="font-size:0">bad</div>',
        '<div style="opacity:0;">bad</div>',
        "<div hidden>bad</div>",
        '<img src="https://t.example/p.gif" width="1" height="1" alt="bad">',
        '<img src="https://t.example/p.gif" style="width:1px;height:1px" alt="bad">',
        "<template>bad</template>",
        "<svg><text>bad</text></svg>",
        "<select><option>bad</select>",
    ],
)
def test_what_the_page_does_not_show_is_not_read(hidden: str) -> None:
    assert to_text(f"before {hidden}after") in ("before after", "before\nafter")


def test_text_in_a_wrapper_of_no_size_is_read_where_it_has_one_again() -> None:
    assert to_text('<div style="font-size:0px">x<div style="font-size:13px">read me</div></div>') == "read me"
    assert to_text('<p style="max-height:0.5em">small</p><p style="opacity:0.9">pale</p>') == "small\n\npale"


def test_images_are_read_as_their_alternative_text() -> None:
    assert to_text('<img src="x.png" alt="A red\n box"> and <img src="y.png">more') == "A red box and more"


def test_entities_spell_no_escape_sequences() -> None:
    assert to_text("&#27;[31mred&#x9d;0;t&#7; &#8238;abc&#0;") == "red abc\ufffd"


def test_padding_that_nobody_sees_goes() -> None:
    assert (
        to_text("<div>Preview" + "&zwnj;&nbsp;" * 200 + "</div><div>&#847;&#8203;&shy;Text</div>")
        == "Preview\nText"
    )


@pytest.mark.parametrize("depth", [300, 3_000])
@pytest.mark.parametrize(
    "tag",
    [
        "div",
        "table><tr><td",
        "blockquote",
        "ul><li",
        "span",
        "b",
        "font color=red",
        "a href=https://x.example",
    ],
)
def test_text_is_found_however_deep_the_page_is_nested(tag: str, depth: int) -> None:
    assert "deep text" in to_text(f"<{tag}>" * depth + "deep text")


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000 + "x",
        "<p>" + "".join(f"<font size={size}>" for size in range(90)) + "<p>x</p>" * 50_000,
        "<i></b>" * 100_000 + "<p>x" * 1_000,
        "<" * 1_000_000,
        "<a " + "x " * 500_000,
        "&nbsp;" * 300_000,
        "\u200c \u00a0" * 300_000,
        "<table><tr><td><a href=https://x.example>" * 20_000,
        "x<br>" * 100_000,
    ],
    ids=[
        "depth",
        "formatting",
        "unbalanced",
        "angles",
        "attributes",
        "blanks",
        "zero-width",
        "links",
        "breaks",
    ],
)
def test_a_page_made_to_cost_minutes_is_read_all_the_same(page: str) -> None:
    assert len(to_text(page)) <= OUTPUT_LIMIT + len(CUT) + 2


def test_of_a_tag_with_thousands_of_attributes_none_reach_the_parser_and_a_long_picture_keeps_its_own() -> (
    None
):
    crowd = " ".join(f"a{number}=b" for number in range(60_000))
    assert uncrowded(f"<p {crowd}>Hello</p>") == "<p>Hello</p>"
    assert to_text(f"<p {crowd}>Hello</p>") == "Hello"
    picture = f'<img src="data:image/png;base64,{"A" * 200_000}" alt="a chart">'
    assert uncrowded(picture) == picture
    assert to_text(picture) == "a chart"


def test_a_page_that_is_too_long_is_cut_with_a_note() -> None:
    text = to_text("<p>word word word word</p>" * 60_000)
    assert text.startswith("word word")
    assert text.endswith(CUT)


TAGS = (
    "p",
    "div",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "a",
    "br",
    "hr",
    "blockquote",
    "pre",
    "b",
    "script",
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *(f"<{tag}>" for tag in TAGS),
                    *(f"</{tag}>" for tag in TAGS),
                    *(
                        "<a href=https://x.example/>",
                        "<img alt=x>",
                        "<!--",
                        "-->",
                        "&#27;",
                        "&#155;",
                        "&nbsp;",
                        " ",
                        "x",
                    ),
                ]
            ),
            st.text(max_size=8),
        ),
        max_size=40,
    ).map("".join)
)
@example("x<p>\x1f<p>x")
def test_any_page_gives_harmless_text(page: str) -> None:
    text = to_text(page)
    assert not any((char < " " and char not in "\n\t") or "\x7f" <= char <= "\x9f" for char in text)
    assert "\n\n\n" not in text or "<pre" in page
