"""Plain text parts as they were meant: format=flowed unwrapped, text/enriched without its commands."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"</?[a-z][a-z0-9-]{0,59}>", re.IGNORECASE)
_PARAMETER = re.compile(r"<param>[^<]*</param>", re.IGNORECASE)
_NEWLINES = re.compile(r"\n+")
_SIGNATURE = "-- "


def unflowed(text: str, *, delsp: bool = False) -> str:
    """The paragraphs of a format=flowed text, each on one line (RFC 3676).

    A line that ends in a blank goes on in the next of equal quote depth; the signature separator never does.
    Quotes keep their marks, one per level, followed by a blank. `delsp` drops the blank at which a line was broken.
    """
    pieces: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if open_depth != depth or content == _SIGNATURE:
            pieces.append(f"\n{'>' * depth} " if depth else "\n")
        flows = content.endswith(" ") and content != _SIGNATURE
        pieces.append(content[:-1] if flows and delsp else content)
        open_depth = depth if flows else None
    return "".join(pieces)[1:]


def unenriched(text: str) -> str:
    """The words of a text/enriched (RFC 1896) or text/richtext part."""
    text = _NEWLINES.sub(lambda found: found[0][1:] or " ", text)
    return _COMMAND.sub("", _PARAMETER.sub("", text.replace("<<", "&lt;"))).replace("&lt;", "<")
