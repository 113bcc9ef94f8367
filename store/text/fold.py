"""One folding of text for everything that compares it: search, names, canned replies.

Case, accents, look-alike letters of other scripts, wide and styled letters and invisible characters fold away, so that
`İSTANBUL`, `ıstanbul` and `іstаnbul` with two Cyrillic letters are one word. What is stored and shown is never folded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LOOK_ALIKES = {
    "a": "аαɑᴀⱥ", "b": "вβьʙɓƀ", "c": "сϲϹᴄƈ", "d": "ԁᴅɗɖđð", "e": "еεҽᴇəɛ", "f": "ꜰƒք", "g": "ɡɢɠց",
    "h": "нһհʜɦħң", "i": "іιıɩɪɨӏ", "j": "јϳȷᴊյ", "k": "кκқҝӄᴋƙկ", "l": "ʟɫɭłլ", "m": "мμᴍɱ", "n": "ηոɴɲŋƞ",
    "o": "оοօᴏɵɔøσ", "p": "рρᴘƥ", "q": "ԛꞯզ", "r": "гґʀʁɾɽ", "s": "ѕꜱʂ", "t": "тτᴛƭʈŧ", "u": "υսᴜʉʋ",
    "v": "νѵᴠ", "w": "ԝѡωաᴡ", "x": "хχҳ", "y": "уγүұʏɏ", "z": "ᴢʐƶ",
    "ae": "æᴁ", "oe": "œɶ", "th": "þ", "'": "‘’‚‛′´ʼʹˈ‵ˊˋ", '"': "“”„‟″«»‶〝〞", "-": "‐‑‒–—―−⁃",
}  # fmt: skip
"""What a letter may be disguised as, in small letters (UTS 39's confusables, those that a reader would not notice)."""

_GREEK = re.compile(r"[\u0370-\u03ff]")
_WORD = re.compile(r"\w+")
_SEARCHED = re.compile(r"[^\W_]+")
_LATIN_OR_CYRILLIC = re.compile(r"[a-zA-Z\u0400-\u04ff]")
_GREEK_CAPITALS = str.maketrans("ΗΝΥ", "hny")
"""Capitals that look like another Latin letter than their small form does; Greek words keep them."""

_BLANK = dict.fromkeys("\t\r", " ") | dict.fromkeys("\x0b\x0c\x85\u2028\u2029", "\n")
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc")
_UNSEEN = frozenset({"Cf", "Cc", "Co", "Cn", "Cs", "Mn", "Me"})
"""Categories without a shape of their own: format and control characters, surrogates, marks on other letters."""

_LETTERS_IN_BOXES = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
"""Where the 26 squared, negative circled, negative squared and regional letters start."""

MOST_REMEMBERED = 70_000
"""Characters whose folding is kept; a text of a million different ones must not fill the memory."""


class _Table(dict[int, str]):
    """The folding of each character met so far, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < MOST_REMEMBERED:
            self[code] = folded
        return folded


def fold(text: str) -> str:
    """`text` as it is compared: small letters without accents or disguise; newlines stay, other controls go.

    Unicode NFKC and case folding (UAX 15, Unicode 3.13), except that I, İ, I and ı are all `i`: a search must not
    depend on who typed it. Never raises; the result may be longer (`ß` is `ss`) or shorter than the text.
    """
    if text.isascii():
        return text.translate(_ASCII) if _CONTROLS.search(text) else text.lower()
    return _without_greek_capitals(text).translate(_TABLE)


def folded_words(text: str) -> list[str]:
    """The words of `text` as the search indexes hold them: folded, parted at whatever is no letter and no digit."""
    return _SEARCHED.findall(fold(text))


def has_words(words: str, *texts: str) -> bool:
    """Whether `words` (folded, parted by blanks) stand one after the other in one of the texts, the last one as a beginning."""
    return any(f" {words}" in f" {' '.join(folded_words(text))}" for text in texts)


def fold_with_map(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters the index of the character of `text` it came from.

    Indexes never fall. A span [a, b) of the folded text is `positions[a]` to `positions[b - 1] + 1` of `text`.
    """
    if text.isascii() and not _CONTROLS.search(text):
        return text.lower(), range(len(text))
    pieces: list[str] = []
    positions: list[int] = []
    for part in _PARTS.finditer(_without_greek_capitals(text)):
        if part.lastgroup:
            pieces.append(part[0].lower())
            positions.extend(range(*part.span()))
        else:
            piece = _TABLE[ord(part[0])]
            pieces.append(piece)
            positions.extend([part.start()] * len(piece))
    return "".join(pieces), positions


def _without_greek_capitals(text: str) -> str:
    """`ΝΥΗ` among Latin or Cyrillic letters read as N, Y and H. One character for one."""
    if not _GREEK.search(text):
        return text
    return _WORD.sub(_latin_capitals, text)


def _latin_capitals(word: re.Match[str]) -> str:
    return word[0].translate(_GREEK_CAPITALS) if _LATIN_OR_CYRILLIC.search(word[0]) else word[0]


def _fold_character(character: str) -> str:
    if character in _BLANK:
        return _BLANK[character]
    if character in _INVISIBLE or not _seen(character):
        return ""
    for start in _LETTERS_IN_BOXES:
        if start <= ord(character) < start + 26:
            return chr(ord("a") + ord(character) - start)
    if character in _PLAIN:
        return _PLAIN[character]
    wide = unicodedata.normalize("NFKC", character).casefold()
    return "".join(_PLAIN.get(part, part) for part in unicodedata.normalize("NFKD", wide) if _seen(part))


def _seen(character: str) -> bool:
    return character == "\n" or unicodedata.category(character) not in _UNSEEN


_PLAIN = {look_alike: letter for letter, look_alikes in _LOOK_ALIKES.items() for look_alike in look_alikes}
_PARTS = re.compile(r"(?P<plain>[\n -~]+)|[^\n -~]")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_TABLE = _Table()
_ASCII = {code: _fold_character(chr(code)) for code in range(128)}
