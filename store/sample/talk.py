"""Messages of a generated desk: sentences put together as people write, with what search and gate remember of them."""

from __future__ import annotations

from typing import NamedTuple

from store.sample.people import Person
from store.sample.vocabulary import Chance, Language, Phrase
from store.text.fold import fold


class Text(NamedTuple):
    """A body, how it is searched for, and for a reply its sentences that count and the link it hands over."""

    body: str
    folded: str
    phrases: tuple[Phrase, ...] = ()
    link: str = ""


def question(language: Language, person: Person, chance: Chance) -> Text:
    """A customer's first message: two or three sentences between greeting and name."""
    hello, bye = language.plain("hello", chance), language.plain("bye", chance)
    said = [language.say("asks", chance) for _ in range(2 + int(chance() * 2))]
    return _framed(hello, said, bye, person)


def follow_up(language: Language, person: Person, chance: Chance, *, content: bool) -> Text:
    """A customer's later message: thanks when `content`, else what is still wrong."""
    said = [language.say("thanks" if content else "asks", chance)]
    if chance() < 0.4:
        said.append(language.say("asks", chance))
    return _framed(language.plain("hello", chance), said, language.plain("bye", chance), person)


def answer(language: Language, person: Person, chance: Chance, link: str) -> Text:
    """A reply of ours: what was looked at, one or two sentences of advice, a link."""
    dear = language.dear.replace("{name}", person.first_name)
    looked = language.say_with("looked", person.site, chance)
    said = [language.say("answers", chance) for _ in range(1 + int(chance() * 2))]
    lead = language.say_with("leads", link, chance)
    phrases = (looked, *said, lead)
    body = f"{dear}\n\n{looked.text} {' '.join([each.text for each in said])}\n\n{lead.text}"
    folded = f"{fold(dear)}\n\n{looked.folded} {' '.join([each.folded for each in said])}\n\n{lead.folded}"
    return Text(body, folded, phrases, link)


def note(language: Language, chance: Chance) -> Text:
    """A line among colleagues."""
    said = language.say("notes", chance)
    return Text(said.text, said.folded)


def _framed(hello: tuple[str, str], said: list[Phrase], bye: tuple[str, str], person: Person) -> Text:
    body = f"{hello[0]}\n\n{' '.join([each.text for each in said])}\n\n{bye[0]}\n{person.name}"
    folded = f"{hello[1]}\n\n{' '.join([each.folded for each in said])}\n\n{bye[1]}\n{person.folded_name}"
    return Text(body, folded)
