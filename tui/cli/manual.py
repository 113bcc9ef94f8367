"""The manual page helpterm(1), made from the command line itself: `python -m tui.cli.manual` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tui.cli.outline import Place, outline

_HEAD = """.\\" Made by `make man` from the command line itself.
.TH HELPTERM 1 "" "helpterm" "User Commands"
.SH NAME
helpterm \\- a support desk that lives in the terminal
.SH SYNOPSIS
.B helpterm
[\\fIOPTION\\fR]... [\\fICOMMAND\\fR [\\fIARGUMENT\\fR]...]
.SH DESCRIPTION
Without a command,
.B helpterm
opens the console on your desk: every ticket in one queue, replies judged as they are written. The first start offers a sample
desk. Press ? in the console for its keys.
.PP
Whatever the console does, a command does too. Standard output carries data, standard error narration; with
.B \\-\\-json
a command prints one JSON document.
"""

_FOOT = """.SH EXIT STATUS
0: done. 1: the answer is no. 2: wrong usage or bad input. 3: the store, the mailbox or the shared database cannot be used.
70: an error of helpterm's own; the log says where.
.SH ENVIRONMENT
.TP
.B HELPTERM_DB
the store, where \\-\\-db is not given
.TP
.B HELPTERM_CONFIG
the configuration, where \\-\\-config is not given
.TP
.B HELPTERM_AGENT
who works, where \\-\\-agent is not given
.TP
.B NO_COLOR
set to anything: no colours
.TP
.B EDITOR
the editor that Ctrl+O hands a reply to
.SH FILES
.TP
.I ~/.local/share/helpterm/desk.db
the desk, one SQLite file
.TP
.I ~/.config/helpterm/config.toml
the configuration
.TP
.I ~/.local/state/helpterm/log/helpterm.log
unexpected errors, without the text of any message
"""


def manual() -> str:
    """The page in man(7)."""
    from tui.cli.parser import build

    top = outline(build())
    common = frozenset(name for option in top.options for name in option.names)
    lines = [_HEAD + ".SH OPTIONS", *_options(top), ".SH COMMANDS"]
    for place in top.all():
        if place.words:
            usage = " ".join([*place.words, *(each.usage for each in place.arguments)])
            lines += [f'.SS "{_plain(usage)}"', _plain(place.help[:1].upper() + place.help[1:]) + "."]
            lines += _options(place, common)
    return "\n".join(lines) + "\n" + _FOOT


def _options(place: Place, common: frozenset[str] = frozenset()) -> Iterator[str]:
    """An entry for each option and explained argument; those in `common` stand on top of the page."""
    for argument in place.arguments:
        if argument.help:
            yield f".TP\n.I {_plain(argument.name)}\n{_plain(argument.help)}"
    for option in place.options:
        if not common.intersection(option.names):
            value = f" \\fI{_plain(option.value)}\\fR" if option.value else ""
            names = ", ".join(f"\\fB{_plain(name)}\\fR" for name in option.names)
            yield f".TP\n{names}{value}\n{_plain(option.help) or 'see above'}"


def _plain(text: str) -> str:
    """Text as man(7) wants it: hyphens that can be copied, no line that begins as a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    sys.stdout.write(manual())
