"""A moment in natural words, for snoozing: `tomorrow 9`, `2h`, `monday`, `in 3 Tagen`, `demain 14h`, `mañana`, `yarın sabah`.

English, German, French, Spanish and Turkish, mixed as people mix them. Local time; nothing but the words and the clock counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from store.errors import BadInput
from store.text.fold import fold
from store.text.inert import inert_line

MORNING = time(9)
"""The time of a day that is named without one."""

_MINUTES = {
    1: "m min mins minute minutes minuten minuto minutos dakika dk",
    60: "h hr hrs hour hours std stunde stunden heure heures hora horas saat sa",
    1440: "d day days tag tage tagen t jour jours j dia dias gun",
    10080: "w week weeks woche wochen semaine semaines sem semana semanas hafta",
}
_UNITS = {word: size for size, words in _MINUTES.items() for word in words.split()}
_DAYS = {
    0: "today heute aujourd'hui aujourdhui hoy bugun",
    1: "tomorrow tmrw tom morgen demain manana yarin",
    2: "overmorrow ubermorgen uebermorgen apres-demain pasado-manana obur-gun",
}
_DAY_WORDS = {word: days for days, words in _DAYS.items() for word in words.split()}
_WEEKDAYS = (
    "monday mon montag mo lundi lun lunes pazartesi pzt",
    "tuesday tue tues dienstag di mardi mar martes sali sal",
    "wednesday wed mittwoch mi mercredi mer miercoles mie carsamba car",
    "thursday thu thur thurs donnerstag do jeudi jeu jueves jue persembe per",
    "friday fri freitag fr vendredi ven viernes vie cuma cum",
    "saturday sat samstag sonnabend sa samedi sam sabado sab cumartesi cmt",
    "sunday sun sonntag so dimanche dim domingo dom pazar paz",
)
_WEEKDAY_WORDS = {word: day for day, words in enumerate(_WEEKDAYS) for word in words.split()}
_PARTS = {
    9: "morning fruh frueh vormittag matin sabah sabahleyin",
    12: "noon midday mittag mittags midi mediodia ogle oglen ogleyin",
    14: "afternoon nachmittag nachmittags apres-midi tarde ogleden-sonra",
    18: "evening tonight abend abends soir noche aksam aksamleyin",
}
_PART_WORDS = {word: hour for hour, words in _PARTS.items() for word in words.split()}
_MONTHS = (
    "january jan januar jaenner janner janvier janv enero ene ocak oca",
    "february feb februar fevrier fevr febrero subat sub",
    "march marz maerz mars marzo mart",
    "april apr avril avr abril abr nisan nis",
    "may mai mayo mayis",
    "june jun juni juin junio haziran haz",
    "july jul juli juillet juil julio temmuz tem",
    "august aug aout agosto ago agustos agu",
    "september sep sept septembre septiembre eylul eyl",
    "october oct oktober okt octobre octubre ekim eki",
    "november nov novembre noviembre kasim kas",
    "december dec dezember dez decembre diciembre dic aralik ara",
)
_MONTH_WORDS = {word: month for month, words in enumerate(_MONTHS, 1) for word in words.split()}
_ONE = frozenset(["a", "an", "one", "ein", "eine", "einer", "einem", "un", "une", "una", "uno", "bir"])
_NEXT_WEEK = re.compile(
    r"\b(?:next week|(?:nachste|naechste|kommende)n? woche|(?:la )?semaine prochaine|(?:la )?(?:proxima semana|semana proxima"
    r"|semana que viene)|(?:gelecek|onumuzdeki) hafta|haftaya)\b"
)
_FILLER_TEXT = """
    in at on until till next this
    um am bis gegen den der im uhr diesen dieser nachste nachsten naechste naechsten kommende kommenden
    a dans le la les l de du des vers jusqu'a jusque prochain prochaine ce cette
    el en las los por para hasta que viene proximo esta este
    icinde saat saatte gunu kadar sonra bu
"""
_FILLERS = frozenset(_FILLER_TEXT.split()) | {"fur", "fuer"}
_JOINED = (
    ("day after tomorrow", "overmorrow"),
    ("apres demain", "apres-demain"),
    ("pasado manana", "pasado-manana"),
    ("obur gun", "obur-gun"),
    ("apres midi", "apres-midi"),
    ("ogleden sonra", "ogleden-sonra"),
    ("por la manana", "morning"),
    ("de la manana", "morning"),
    ("morgen fruh", "morgen morning"),
    ("a midi", "midi"),
)
_AMOUNT = re.compile(r"(\d{1,4})(?:[.,](\d))?([a-z]+)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2})|h|uhr)?'?(?:[dt][ae]n?|[ae])?")
_AMPM = re.compile(r"(\d{1,2})(?::(\d{2}))?(am|pm)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_MONTH = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2})?)?")


@dataclass(slots=True)
class _Said:
    """What the words have said so far."""

    day: date | None = None
    clock: time | None = None
    ahead: timedelta | None = None


def moment(words: str, now: int) -> int:
    """The moment that `words` mean, seen from `now`; both in milliseconds since the epoch, the result always later.

    A day without a time is its morning, a time without a day is the next such time. Raises BadInput.
    """
    here = datetime.fromtimestamp(now / 1000)
    try:
        meant = _meant(_plain(words[:200]), here)
        result = None if meant is None else round(meant.timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        result = None
    if result is None:
        said = inert_line(words, 60)
        raise BadInput(
            f"{said!r} is no moment" if said else "no moment was given",
            "say 2h, tomorrow 9, monday or 2026-12-24",
        )
    if result <= now:
        raise BadInput("that time is over", "say a moment that is still to come")
    return result


def _plain(words: str) -> list[str]:
    text = " ".join(fold(words).replace("aujourd'hui", "today").split())
    text = _NEXT_WEEK.sub(" next-week ", text)
    for said, joined in _JOINED:
        text = re.sub(rf"\b{said}\b", joined, text)
    return [word.strip(",;!?") for word in text.split() if word.strip(",;!?")]


def _meant(words: list[str], here: datetime) -> datetime | None:
    said = _Said()
    at = 0
    while at < len(words):
        used = _read(words, at, said, here)
        if not used:
            return None
        at += used
    if said.ahead is not None:
        return None if said.clock or said.day else here + said.ahead
    if said.day is None and said.clock is None:
        return None
    if said.day is None:
        today = datetime.combine(here.date(), said.clock or MORNING)
        return today if today > here else today + timedelta(days=1)
    return datetime.combine(said.day, said.clock or MORNING)


def _read(words: list[str], at: int, said: _Said, here: datetime) -> int:
    """Takes in what begins at `at`; the answer is how many words it was, 0 for none that is understood."""
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else ""
    return (
        _read_amount(word, following, said, here)
        or _read_date(word, following, said, here)
        or _read_day(word, said, here)
        or _read_clock(word, following, said)
        or (1 if word in _FILLERS else 0)
    )


def _read_amount(word: str, following: str, said: _Said, here: datetime) -> int:
    """`2h`, `2 hours`, `90 min`, `a week`; days and weeks lead to that morning, shorter times are exact."""
    joined = _AMOUNT.fullmatch(word)
    if joined and joined[3] in _UNITS and not (joined[3] == "h" and said.day is not None):
        number, unit, used = float(f"{joined[1]}.{joined[2] or 0}"), _UNITS[joined[3]], 1
    elif (
        following in _UNITS
        and (word.isdecimal() or word in _ONE)
        and not (following in ("h", "saat") and said.day is not None)
    ):
        number, unit, used = float(word) if word.isdecimal() else 1.0, _UNITS[following], 2
    else:
        return 0
    minutes = number * unit
    if unit < 1440:
        said.ahead = (said.ahead or timedelta()) + timedelta(minutes=minutes)
    else:
        said.day = (said.day or here.date()) + timedelta(minutes=minutes)
    return used


def _read_date(word: str, following: str, said: _Said, here: datetime) -> int:
    iso, short = _ISO.fullmatch(word), _DAY_MONTH.fullmatch(word)
    if iso:
        said.day = date(int(iso[1]), int(iso[2]), int(iso[3]))
        return 1
    if short and (word.endswith(".") or "/" in word or word.count(".") == 2):
        said.day = _day_of(int(short[1]), int(short[2]), short[3], here)
        return 1
    number = word.rstrip(".")
    if number.isdecimal() and len(number) <= 2 and following.strip(".") in _MONTH_WORDS:
        said.day = _day_of(int(number), _MONTH_WORDS[following.strip(".")], None, here)
        return 2
    if word in _MONTH_WORDS and following.strip(".").isdecimal() and len(following) <= 3:
        said.day = _day_of(int(following.strip(".")), _MONTH_WORDS[word], None, here)
        return 2
    return 0


def _day_of(day: int, month: int, year: str | None, here: datetime) -> date:
    """That day of this year, or of the next when it is over."""
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this = date(here.year, month, day)
    return this if this >= here.date() else date(here.year + 1, month, day)


def _read_day(word: str, said: _Said, here: datetime) -> int:
    today = here.date()
    if word == "next-week":
        said.day = today + timedelta(days=7 - today.weekday())
        return 1
    if word in _DAY_WORDS:
        said.day = today + timedelta(days=_DAY_WORDS[word])
        return 1
    if word in _WEEKDAY_WORDS:
        said.day = today + timedelta(days=(_WEEKDAY_WORDS[word] - today.weekday() - 1) % 7 + 1)
        return 1
    if word in _PART_WORDS:
        said.clock = said.clock or time(_PART_WORDS[word])
        if word == "tonight":
            said.day = today
        return 1
    return 0


def _read_clock(word: str, following: str, said: _Said) -> int:
    found = _AMPM.fullmatch(word if following not in ("am", "pm") else word + following)
    if found and 1 <= int(found[1]) <= 12:
        said.clock = time(int(found[1]) % 12 + (12 if found[3] == "pm" else 0), int(found[2] or 0))
        return 2 if following in ("am", "pm") else 1
    plain = _CLOCK.fullmatch(word)
    if plain and int(plain[1]) < 24:
        said.clock = time(int(plain[1]), int(plain[2] or 0))
        return 1
    return 0
