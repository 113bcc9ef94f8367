"""The knowledge base: links that replies may hand over, added one by one or many at once, checked, retired."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from store.desk.desk import Desk
from store.desk.documents import document, documents
from store.desk.ids import derived_id
from store.desk.transaction import Transaction
from store.errors import BadInput
from store.model import Product, Takeaway
from store.policy.links import find_links, normal_form
from store.text.inert import inert, inert_line


def takeaways(desk: Desk, product: str | None = None) -> list[Takeaway]:
    """The links of a product, those of every product among them; all links without one."""
    found = documents(desk.read(), Takeaway)
    return found if product is None else [each for each in found if each.product in ("", product)]


def takeaway(desk: Desk, name: str) -> Takeaway:
    """The link with this address or id. Raises NotFound."""
    return document(desk.read(), Takeaway, name)


def add(
    desk: Desk, url: str, *, title: str = "", product: str = "", language: str = "", text: str = ""
) -> Takeaway:
    """Adds a link, or changes what is known of one. Raises BadInput for a bad address, NotFound for an unknown product."""
    new = _checked(desk, Takeaway(_id(url), url, title, product, language, text))
    desk.change(lambda tx: tx.put(new))
    return new


def add_all(desk: Desk, found: Iterable[Takeaway]) -> list[Takeaway]:
    """Adds many links in one change; those that are known already keep what they are. Returns the new ones."""
    known = {each.id for each in documents(desk.read(), Takeaway, retired=True)}
    new = {each.id: each for each in (_checked(desk, replace(each, id=_id(each.url))) for each in found)}
    fresh = [each for key, each in new.items() if key not in known]

    def job(tx: Transaction) -> None:
        for each in fresh:
            tx.put(each)

    desk.change(job)
    return fresh


def edit(desk: Desk, changed: Takeaway) -> Takeaway:
    """Saves a link that was changed. Raises BadInput, NotFound."""
    checked = _checked(desk, changed)
    desk.change(lambda tx: tx.put(checked))
    return checked


def retire(desk: Desk, name: str) -> Takeaway:
    """Stops offering a link; replies that carry it stay as they are."""
    return edit(desk, replace(takeaway(desk, name), active=False))


def _id(url: str) -> str:
    """The same page has the same id on every machine."""
    return derived_id("takeaway", normal_form(url))


def _checked(desk: Desk, new: Takeaway) -> Takeaway:
    url = new.url.strip()
    if [found.url for found in find_links(url)] != [url]:
        raise BadInput(f"{inert_line(url)!r} is no link", "give the whole address: https://…")
    return replace(
        new,
        url=url,
        title=inert_line(new.title).strip(),
        product=document(desk.read(), Product, new.product).name if new.product else "",
        language=new.language.strip().lower(),
        text=inert(new.text).strip(),
    )
