"""Ways to hide that a reply was sent before, for the benchmark of canned replies."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from store.text.sentences import sentences

Disguise = Callable[[str, random.Random], str]
_HOMOGLYPHS = str.maketrans("aeopcyxijsAEOPCTHKMBX", "аеорсухіјѕАЕОРСТНКМВХ")


def _zero_width(text: str, chance: random.Random) -> str:
    return "".join(c + chance.choice(["", "", "\u200b", "\u200c", "\u2060", "\u00ad"]) for c in text)


def _homoglyphs(text: str, chance: random.Random) -> str:
    return "".join(c.translate(_HOMOGLYPHS) if chance.random() < 0.7 else c for c in text)


def _case(text: str, chance: random.Random) -> str:
    return "".join(c.upper() if chance.random() < 0.5 else c.lower() for c in text)


def _false_quote(text: str, chance: random.Random) -> str:
    return "\n".join("> " + line for line in text.split("\n"))


def _code_fence(text: str, chance: random.Random) -> str:
    return f"```\n{text}\n```"


def _under_signature(text: str, chance: random.Random) -> str:
    return f"Hello,\n\nKind regards,\nAnna\n-- \n{text}"


def _shuffled(text: str, chance: random.Random) -> str:
    parts = [text[start:end] for start, end in sentences(text)]
    chance.shuffle(parts)
    return " ".join(parts)


def _typos(text: str, chance: random.Random) -> str:
    """One letter wrong in every fifth word."""

    def slip(word: str) -> str:
        at = chance.randrange(len(word) - 1)
        return chance.choice(
            [
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at + 1 :],
                word[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],
            ]
        )

    return re.sub(r"[^\W\d_]{2,}", lambda word: slip(word[0]) if chance.random() < 0.2 else word[0], text)


DISGUISES: dict[str, Disguise] = {
    "zero-width": _zero_width,
    "homoglyphs": _homoglyphs,
    "mixed case": _case,
    "capitals": lambda text, chance: text.upper(),
    "false quote": _false_quote,
    "code fence": _code_fence,
    "under a signature": _under_signature,
    "shuffled": _shuffled,
    "20 % typos": _typos,
}
