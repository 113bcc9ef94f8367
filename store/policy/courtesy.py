"""How people begin and end a letter in five languages: greetings, sign-offs, and the titles around a name."""

from __future__ import annotations

import re

from store.policy.words import sections

_GREETINGS = (
    r"hi(?:ya)?|hey|hello|dear|good (?:morning|afternoon|evening|day)|greetings|howdy",
    r"hallo|guten? (?:tag|morgen|abend)|sehr geehrte[rs]?|liebe[rs]?|moin(?: moin)?|servus|gr(?:ü|ue|u)(?:ß|ss) gott|grüezi",
    r"bonjour|bonsoir|salut|coucou|ch(?:er|ère|ere)s?|madame|monsieur",
    r"hola|buen[oa]s?(?: d[ií]as?| tardes?| noches?)?|estimad[oa]s?|querid[oa]s?|apreciad[oa]s?",
    r"merhaba(?:lar)?|selam(?:lar)?|say[ıi]n|de[ğg]erli|sevgili|iyi (?:g[üu]nler|ak[şs]amlar)|g[üu]nayd[ıi]n",
)
_SIGN_OFFS = (
    r"best|(?:kind|warm|best)(?:est)? regards|best wishes|regards|all the best|cheers|(?:many )?thanks(?: again)?",
    r"thank you|sincerely|yours(?: \w+)?|with (?:best|kind|warm) (?:regards|wishes)|take care",
    r"(?:have a (?:great|nice|good)|enjoy your) (?:day|weekend|one)",
    r"mit (?:freundlichen|besten|herzlichen|lieben) gr(?:ü|ue|u)(?:ß|ss)en|gr(?:u|ü)(?:ß|ss)e?|mfg|vg|lg|bg|alles gute",
    r"(?:viele|beste|freundliche|herzliche|sch(?:ö|oe)ne|liebe) gr(?:ü|ue|u)(?:ß|ss)e|(?:vielen |besten )?dank",
    r"(?:bien )?cordialement|bien (?:à|a) (?:vous|toi)|amicalement|merci(?: d'avance| beaucoup)?|sinc[èe]res salutations",
    r"(?:bonne|belle) (?:journ[ée]e|soir[ée]e|continuation)",
    r"(?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)?|atentamente|(?:muchas )?gracias|un abrazo|¡?que tengas? un buen d[ií]a",
    r"(?:en iyi dileklerim(?:iz)?le|sayg[ıi]lar(?:[ıi]m)?(?:[ıi]z)?(?:la)?|sevgiler(?:le)?|te[şs]ekk[üu]rler|kolay gelsin)",
    r"iyi (?:g[üu]nler|[çc]al[ıi][şs]malar|ak[şs]amlar)(?: dileri[mz])?|ho[şs][çc]a kal[ıi]n",
)

GREETING = re.compile(
    rf"[ \t*_¡]*(?P<word>{'|'.join(_GREETINGS)})\b"
    r"(?P<names>(?:\b(?:Dr|Mr|Mrs|Ms|Prof|Sr|Sra|Mme|Mlle)\.|[^\n,.!?:;]){0,80})[,.!?:;]?",
    re.IGNORECASE,
)
"""A greeting at the start of a line; `names` is what stands behind the word, up to the next punctuation."""

SIGN_OFF = re.compile(rf"[ \t*_]*(?:{'|'.join(_SIGN_OFFS)})[ \t]*(?:[,.!\-–—][^\n]{{0,40}})?", re.IGNORECASE)
"""A whole line that closes a letter, perhaps with the name behind it."""

NOT_NAMES = frozenset(sections("greetings")["not names"])
"""Words of a greeting that are no names, without accents."""
