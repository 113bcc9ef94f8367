"""Scope rules: written, edited and retired, each version kept in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from store.desk.conversation import change_of
from store.desk.desk import Desk
from store.desk.documents import document, documents
from store.desk.ids import new_id
from store.errors import BadInput
from store.model import Change, Product, ScopeRule
from store.policy.links import find_links
from store.text.inert import inert, inert_line

LANGUAGES = ("en", "de", "fr", "es", "tr", "*")
"""Languages of a rule's words; `*` is any."""


def rules(desk: Desk, product: str | None = None, *, retired: bool = False) -> list[ScopeRule]:
    """The rules of a product, those of every product among them; all rules without one."""
    found = documents(desk.read(), ScopeRule, retired=retired)
    return found if product is None else [rule for rule in found if rule.product in ("", product)]


def rule(desk: Desk, name: str) -> ScopeRule:
    """The rule with this id or title. Raises NotFound."""
    return document(desk.read(), ScopeRule, name)


def add(
    desk: Desk,
    *,
    title: str,
    covered: bool,
    why: str = "",
    product: str = "",
    links: Sequence[str] = (),
    words: Mapping[str, Sequence[str]] | None = None,
) -> ScopeRule:
    """Writes a rule. Raises BadInput for what makes no sense, NotFound for an unknown product."""
    return _save(
        desk,
        ScopeRule(
            id=new_id(),
            title=title,
            covered=covered,
            why=why,
            product=product,
            links=tuple(links),
            words={language: tuple(each) for language, each in (words or {}).items()},
        ),
    )


def edit(desk: Desk, changed: ScopeRule) -> ScopeRule:
    """Saves a rule that was changed, as its next version; one that is as before stays as it is."""
    current = rule(desk, changed.id)
    if replace(changed, version=current.version) == current:
        return current
    return _save(desk, replace(changed, version=current.version + 1))


def retire(desk: Desk, name: str) -> ScopeRule:
    """Ends a rule: it no longer matches and cannot be declined by, and stays in the history."""
    return edit(desk, replace(rule(desk, name), active=False))


def learn(desk: Desk, rule_id: str, ticket_id: str) -> ScopeRule:
    """Keeps a ticket as an example of what the rule decided."""
    current = rule(desk, rule_id)
    if ticket_id in current.examples:
        return current
    return edit(desk, replace(current, examples=(*current.examples, ticket_id)))


def versions(desk: Desk, name: str) -> list[Change]:
    """Every version of a rule, the latest first; the value of each change is the rule as it then was."""
    rows = desk.read().execute(
        "SELECT number, id, batch, at, agent, kind, entity, entity_id, field, value, previous, base FROM changes"
        " WHERE entity_id = ? AND entity = 'rule' ORDER BY number DESC",
        (rule(desk, name).id,),
    )
    return [change_of(row) for row in rows]


def _save(desk: Desk, rule: ScopeRule) -> ScopeRule:
    checked = _checked(desk, rule)
    desk.change(lambda tx: tx.put(checked))
    return checked


def _checked(desk: Desk, rule: ScopeRule) -> ScopeRule:
    """The rule as it is kept: inert, trimmed, its links well-formed. Raises BadInput, NotFound."""
    title = inert_line(rule.title).strip()
    if not title:
        raise BadInput("the rule needs a title", "say in a few words what it is about")
    for link in rule.links:
        if [found.url for found in find_links(link)] != [link.strip()]:
            raise BadInput(f"{inert_line(link)!r} is no link", "give whole addresses: https://…")
    unknown = set(rule.words) - set(LANGUAGES)
    if unknown:
        raise BadInput(f"{min(unknown)!r} is no language of the desk", f"there are {', '.join(LANGUAGES)}")
    if not rule.covered and rule.active and not (rule.links or rule.why.strip()):
        raise BadInput("a rule that says no says why, or where to go", "write the reason or give a link")
    return replace(
        rule,
        title=title,
        why=inert(rule.why).strip(),
        product=document(desk.read(), Product, rule.product).name if rule.product else "",
        links=tuple(link.strip() for link in rule.links),
        words={
            language: tuple(word for word in map(_word, words) if word)
            for language, words in rule.words.items()
        },
    )


def _word(text: str) -> str:
    return " ".join(inert_line(text).split())
