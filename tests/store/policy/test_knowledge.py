"""The knowledge base: the links that fit a ticket are found by its own words, and links are read from what teams have."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.desk import Desk
from store.errors import BadInput
from store.model import Takeaway
from store.policy.knowledge import BEST, build, library
from store.policy.link_import import FoundLink, read_links
from tests.store.policy.conftest import put

SITE = "https://help.acme.example"
PAGES = [
    Takeaway("1", f"{SITE}/en/reset-password", "Reset your password", language="en"),
    Takeaway(
        "2",
        f"{SITE}/de/kennwort",
        "Kennwort zurücksetzen",
        language="de",
        text="Wenn die Nachricht nicht ankommt",
    ),
    Takeaway(
        "3",
        f"{SITE}/en/invoices",
        "Download an invoice",
        language="en",
        text="Your invoices are in the account.",
    ),
    Takeaway(
        "4",
        f"{SITE}/tr/sensor",
        "Sensör kalibrasyonu",
        language="tr",
        text="Değer yüksekse sensörü kalibre edin.",
    ),
    Takeaway("5", f"{SITE}/en/sensor-calibration", "Calibrate the sensor", language="en"),
]


@pytest.mark.parametrize(
    ("text", "language", "best"),
    [
        ("I forgot my password and cannot reset it", "en", "1"),
        ("Ich kann mein Kennwort nicht zurücksetzen", "de", "2"),
        ("Where are last month's invoices?", "en", "3"),
        ("Sensörün değeri çok yüksek", "tr", "4"),
        ("the sensors were never calibrated", "en", "5"),
    ],
)
def test_the_page_that_fits_the_ticket_comes_first(text: str, language: str, best: str) -> None:
    found = build(PAGES).suggest(text, language=language)
    assert found[0].takeaway.id == best
    assert 0 < found[0].score < 1
    assert found[0].because.startswith("the ticket speaks of “")


def test_of_two_pages_that_fit_the_one_in_the_customer_s_language_is_offered() -> None:
    said = "sensor sensör kalibrasyon calibrate"
    (found,) = build(PAGES).suggest(said, language="tr")
    assert found.takeaway.id == "4"
    assert "in Turkish like the ticket" in found.because
    foreign = build([PAGES[4]]).suggest(said, language="tr")
    assert "but it is in English" in foreign[0].because


def test_a_page_known_to_be_in_the_customer_s_language_goes_before_one_of_no_known_language() -> None:
    twins = [
        Takeaway("1", f"{SITE}/a/sensor", "Sensor"),
        Takeaway("2", f"{SITE}/b/sensor", "Sensor", language="de"),
    ]
    assert [each.takeaway.id for each in build(twins).suggest("Der Sensor", language="de")] == ["2", "1"]


def test_a_ticket_that_shares_no_word_gets_no_link() -> None:
    assert build(PAGES).suggest("the and of my with", language="en") == ()
    assert build(PAGES).suggest("parrots eat bananas", language="en") == ()
    assert build([]).suggest("anything") == ()


def test_no_more_than_three_are_offered() -> None:
    many = [Takeaway(str(i), f"{SITE}/reset-{i}", "Reset your password") for i in range(20)]
    others = [Takeaway(str(i), f"{SITE}/{i}", f"Page {i}") for i in range(20, 80)]
    assert len(build(many + others).suggest("reset password")) == BEST


def test_the_library_follows_what_is_put_on_the_desk(desk: Desk) -> None:
    assert library(desk.read()).takeaways == ()
    put(desk, PAGES[0])
    assert library(desk.read()).by_url == {"help.acme.example/en/reset-password": PAGES[0]}
    assert library(desk.read()) is library(desk.read())


def read(tmp_path: Path, name: str, content: str, base: str = "") -> list[FoundLink]:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return read_links(path, base)


def test_a_sitemap_gives_its_pages_with_titles_out_of_their_addresses(tmp_path: Path) -> None:
    links = read(
        tmp_path,
        "sitemap.xml",
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
        f"<url><loc> {SITE}/de/kennwort-vergessen </loc><image:image><image:loc>{SITE}/a.png</image:loc></image:image></url>"
        f"<url><loc>{SITE}/de/kennwort-vergessen/</loc></url><url><loc>{SITE}/a?x=1&amp;y=2</loc></url></urlset>",
    )
    assert [link.url for link in links] == [f"{SITE}/de/kennwort-vergessen", f"{SITE}/a?x=1&y=2"]
    assert (links[0].title, links[0].language) == ("Kennwort vergessen", "de")


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE x>",
    ],
)
def test_a_sitemap_that_could_be_a_bomb_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(BadInput, match="entities or a document type"):
        read(
            tmp_path,
            "bomb.xml",
            f'<?xml version="1.0"?>{head}<urlset><url><loc>{SITE}/&b;</loc></url></urlset>',
        )


def test_broken_xml_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="well-formed XML"):
        read(tmp_path, "sitemap.xml", "<?xml version='1.0'?><urlset><url>")


@pytest.mark.parametrize(
    "content",
    [
        f"url,title,lang\n{SITE}/reset,Reset it,en\n",
        f"Titel;Link;Sprache\nReset it;{SITE}/reset;en\n",
        f"{SITE}/reset,Reset it\n",
        f'"Reset it"\t"{SITE}/reset"\n',
        f"{SITE}/reset Reset it\n",
        f"# Links\n\n- [Reset it]({SITE}/reset)\n",
        f"Reset it: {SITE}/reset\n\nnothing else",
    ],
)
def test_a_table_or_list_of_links_is_read_with_its_titles(tmp_path: Path, content: str) -> None:
    (link,) = read(tmp_path, "links.txt", content)
    assert (link.url, link.title) == (f"{SITE}/reset", "Reset it")


def test_a_folder_of_markdown_is_read_with_where_it_is_published(tmp_path: Path) -> None:
    (tmp_path / "docs" / "account").mkdir(parents=True)
    (tmp_path / "docs" / "account" / "reset.md").write_text(
        "---\ntitle: Reset it\nlang: en\n---\nPress *reset*."
    )
    (tmp_path / "docs" / "index.md").write_text("# Welcome\nAll about it.")
    (tmp_path / "docs" / "old.md").write_text("---\npermalink: /new-place/\n---\n# Moved\n")
    links = {link.url: link for link in read_links(tmp_path / "docs", SITE)}
    assert set(links) == {f"{SITE}/account/reset", f"{SITE}/", f"{SITE}/new-place/"}
    assert links[f"{SITE}/account/reset"] == FoundLink(
        f"{SITE}/account/reset", "Reset it", "en", "Press reset ."
    )


def test_a_page_of_html_is_read_with_its_own_address(tmp_path: Path) -> None:
    (link,) = read(
        tmp_path,
        "pages/reset.html",
        f'<!doctype html><html lang="fr-FR"><head><title>Aide</title><link rel="canonical" href="{SITE}/fr/reset">'
        "<script>var x = 1</script></head><body><nav>Menu</nav><h1>Réinitialiser</h1><p>Cliquez ici.</p></body></html>",
    )
    assert (link.url, link.title, link.language) == (f"{SITE}/fr/reset", "Réinitialiser", "fr")
    assert "Cliquez ici." in link.text
    assert "Menu" not in link.text
    assert "var x" not in link.text


def test_a_file_without_links_or_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no links"):
        read(tmp_path, "x.txt", "nothing here")
    with pytest.raises(BadInput, match="cannot be read"):
        read_links(tmp_path / "missing.csv")


def test_what_strangers_wrote_on_a_page_is_made_inert(tmp_path: Path) -> None:
    (link,) = read(tmp_path, "x.csv", f"url,title\n{SITE}/a,Red \x1b[31malert\n")
    assert link.title == "Red alert"


@given(st.text(max_size=300), st.sampled_from(["x.xml", "x.csv", "x.html", "x.md", "x.txt"]))
@settings(max_examples=100, deadline=None)
def test_any_file_is_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: str, name: str
) -> None:
    path = tmp_path_factory.mktemp("import") / name
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    links: list[FoundLink] = []
    with suppress(BadInput):
        links = read_links(path)
        assert links
    assert all(link.url and link.title is not None for link in links)
