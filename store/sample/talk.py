"""Messages of a generated desk: sentences put together as people write, with what search and gate remember of them."""

from __future__ import annotations

from typing import NamedTuple

from store.sample.people import Person
from store.sample.vocabulary import Chance, Language, Phrase, Topic
from store.text.fold import fold


class Text(NamedTuple):
    """A body, how it is searched for, and for a reply its sentences that count and the link it hands over."""

    body: str
    folded: str
    phrases: tuple[Phrase, ...] = ()
    link: str = ""


def question(language: Language, person: Person, topic: Topic, chance: Chance) -> Text:
    """A customer's first message: two or three sentences between greeting and name."""
    said = [language.say("asks", topic) for _ in range(2 + int(chance() * 2))]
    return _framed(language, said, topic, person)


def follow_up(language: Language, person: Person, topic: Topic, chance: Chance, *, content: bool) -> Text:
    """A customer's later message: thanks when `content`, else what is still wrong."""
    said = [language.say("thanks" if content else "asks", topic)]
    if not content or chance() < 0.4:
        said.append(language.say("thanks" if content else "asks", topic))
    return _framed(language, said, topic, person)


def answer(language: Language, person: Person, topic: Topic, chance: Chance, link: str) -> Text:
    """A reply of ours: what was looked at, one or two sentences of advice, a link."""
    dear = language.dear.replace("{name}", person.first_name)
    looked = language.say_with("looked", person.site, topic)
    said = [language.say("answers", topic) for _ in range(1 + int(chance() * 2))]
    lead = language.say_with("leads", link, topic)
    body = f"{dear}\n\n{looked.text} {' '.join([each.text for each in said])}\n\n{lead.text}"
    folded = f"{fold(dear)}\n\n{looked.folded} {' '.join([each.folded for each in said])}\n\n{lead.folded}"
    return Text(body, folded, (looked, *said, lead), link)


def note(language: Language, topic: Topic) -> Text:
    """A line among colleagues."""
    said = language.say("notes", topic)
    return Text(said.text, said.folded)


def _framed(language: Language, said: list[Phrase], topic: Topic, person: Person) -> Text:
    hello, folded_hello = language.plain("hello", topic)
    bye, folded_bye = language.plain("bye", topic)
    body = f"{hello}\n\n{' '.join([each.text for each in said])}\n\n{bye}\n{person.name}"
    folded = (
        f"{folded_hello}\n\n{' '.join([each.folded for each in said])}\n\n{folded_bye}\n{person.folded_name}"
    )
    return Text(body, folded)
