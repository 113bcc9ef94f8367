"""Links as people type them: found with their spans, judged for form, and recognised when two are one page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.policy.links import (
    MAX_LINKS,
    find_links,
    is_local_host,
    normal_form,
    normal_links,
    same_site,
    shown_host,
    slug_words,
)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("See https://help.acme.example/reset.", "https://help.acme.example/reset"),
        ("(see https://help.acme.example/reset)", "https://help.acme.example/reset"),
        (
            "https://en.wikipedia.org/wiki/Turkish_(language)!",
            "https://en.wikipedia.org/wiki/Turkish_(language)",
        ),
        ("“https://help.acme.example/reset”, he said", "https://help.acme.example/reset"),
        ("**https://help.acme.example/reset**", "https://help.acme.example/reset"),
        ('[reset it](https://help.acme.example/reset "How")', "https://help.acme.example/reset"),
        ("[a](https://x.example/wiki/T_(l)) b", "https://x.example/wiki/T_(l)"),
        ("<https://help.acme.example/reset>", "https://help.acme.example/reset"),
        ('<a href="https://help.acme.example/reset">here</a>', "https://help.acme.example/reset"),
        ("[1]: https://help.acme.example/reset", "https://help.acme.example/reset"),
        ("[url=https://help.acme.example/reset]here[/url]", "https://help.acme.example/reset"),
        ("siehe:https://help.acme.example/über-uns…", "https://help.acme.example/über-uns"),
        ("見て https://例え.jp/パス。", "https://例え.jp/パス"),
        ("www.acme.example/help", "www.acme.example/help"),
    ],
)
def test_a_link_is_found_without_the_punctuation_around_it(text: str, url: str) -> None:
    (link,) = find_links(text)
    assert (link.url, link.trouble) == (url, "")
    assert url in text[link.start : link.end]


@pytest.mark.parametrize(
    "text", ["https//acme.com/x", "http:/acme.com/x", "htp://acme.com/x", "https: //acme.com/x", "https://", "http:///x",
             "https://acme..com/x", "https://-/x", "acme.com/help/reset", "http://300.1.1.1.1/x", "https://a.example:99999/x"]
)  # fmt: skip
def test_what_was_meant_as_a_link_and_is_none_is_malformed(text: str) -> None:
    (link,) = find_links(text)
    assert (link.trouble, link.normal) == ("malformed", "")


@pytest.mark.parametrize(
    "text", ["ftp://acme.example/x", "mailto:ada@acme.example", "file:///etc/hosts", "tel:+4930123"]
)
def test_other_schemes_are_no_web_links(text: str) -> None:
    assert [link.trouble for link in find_links(text)] == ["not_http"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no link here",
        "ada@acme.com/x",
        "src/main.py/x",
        "Std::move(x)",
        "[x](#below)",
        "[x](../up)",
        "1/2 and/or",
    ],
)
def test_words_are_no_links(text: str) -> None:
    assert find_links(text) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.acme.example/help/", "http://acme.example/help"),
        ("https://ACME.example/help", "https://acme.example:443/help"),
        ("https://acme.example/help?utm_source=mail&id=7", "https://acme.example/help?id=7"),
        ("https://acme.example/a/../help/./index.html", "https://acme.example/help"),
        ("https://müller.example/stra%C3%9Fe", "https://xn--mller-kva.example/straße"),
        ("https://acme.example/help#top", "https://acme.example/help"),
    ],
)
def test_two_ways_to_write_one_page_compare_equal(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other) != ""


def test_another_section_page_or_query_is_another_link() -> None:
    base = normal_form("https://acme.example/help")
    others = ("help#reset", "Help", "help/2", "help?p=2")
    assert all(normal_form(f"https://acme.example/{path}") != base for path in others)


@pytest.mark.parametrize(
    "path", ["", "/", "/en/", "/de-de", "/index.php", "/home", "?utm_source=x", "/#", "/#top"]
)
def test_a_front_page_is_recognised(path: str) -> None:
    assert find_links(f"https://acme.example{path}")[0].is_home_page


@pytest.mark.parametrize("path", ["/help", "/?p=12", "/#/help/12", "/#!/faq", "/faq.html", "/x/index.html"])
def test_a_page_with_something_on_it_is_no_front_page(path: str) -> None:
    assert not find_links(f"https://acme.example{path}")[0].is_home_page


def test_addresses_of_one_s_own_network_are_local() -> None:
    assert all(
        map(
            is_local_host,
            ("localhost", "nas", "printer.local", "192.168.1.1", "10.0.0.8", "::1", "[fe80::1]"),
        )
    )
    assert not any(map(is_local_host, ("acme.example", "8.8.8.8", "help.local.example")))


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://acme.example/x", "acme.example"),
        ("acme.com", "acme.com"),
        ("www.acme.com/login", "www.acme.com"),
        ("our help page", ""),
        ("settings.py", ""),
        ("README.md", ""),
        ("Acme.", ""),
    ],
)
def test_a_link_text_shows_a_host_only_when_it_reads_like_one(text: str, host: str) -> None:
    assert shown_host(text) == host


def test_a_host_below_another_is_the_same_site() -> None:
    assert same_site("acme.example", "help.acme.example")
    assert same_site("www.acme.example", "acme.example")
    assert not same_site("acme.example", "notacme.example")


def test_the_path_spells_out_what_a_page_is_about() -> None:
    assert (
        slug_words("https://a.example/help/articles/210-Reset-your_password.html?x=1")
        == ("reset", "your", "password", "x")[:3]
    )


def test_each_link_is_listed_once_in_the_form_for_comparing() -> None:
    text = "https://www.a.example/x and http://a.example/x/ and ftp://a.example and https://b.example/y"
    assert normal_links(text) == ["a.example/x", "b.example/y"]


def test_ten_thousand_links_are_found_and_no_more() -> None:
    assert len(find_links("https://a.example/x " * (MAX_LINKS + 50))) == MAX_LINKS


@pytest.mark.parametrize(
    "unit", ["[", "[a](", "http://", ")", "<a href=", "a.", "www.", "](", "a-", "https://a.example/(("]
)
def test_no_text_makes_finding_links_slow(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    assert all(0 <= link.start < link.end <= len(text) for link in find_links(text))


@given(
    st.lists(
        st.sampled_from(
            [
                "https://",
                "a.example",
                "/x",
                "[",
                "](",
                ")",
                " ",
                "<",
                ">",
                "\n",
                "ü",
                "\ud800",
                "%zz",
                "@",
                ":",
                "www.",
            ]
        )
    )
)
@settings(max_examples=150, deadline=None)
def test_spans_lie_in_the_text_in_order_and_hold_the_link(pieces: list[str]) -> None:
    text = "".join(pieces)
    at = 0
    for link in find_links(text):
        assert at <= link.start < link.end <= len(text)
        assert link.url in text[link.start : link.end]
        assert bool(link.normal) == (link.trouble == "")
        link.normal.encode()
        at = link.end
