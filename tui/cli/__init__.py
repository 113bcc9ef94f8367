"""The command line: `helpterm` opens the console, `helpterm COMMAND` is the headless door on the same store.

stdout carries data, stderr narration, the exit code the answer: 0 done, 1 no, 2 bad input, 3 the store or a server cannot
be used, 70 an error of helpterm's own.
Each subcommand lives in a module of this folder that is imported only when it is called.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from store.errors import DeskError

_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""A full disk, or a terminal that is gone, behind stdout."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs `helpterm` with these arguments and returns its exit code; never raises for what a user can cause."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _open_what_is_closed()
    try:
        from tui.cli.quick import console_options

        options = console_options(arguments)
        if options is not None:
            from tui.cli.console import open_console

            return open_console(options)
        from tui.cli.parser import run

        return run(arguments)
    except DeskError as error:
        print(f"helpterm: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        _write_nowhere()
        return 0
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            return _tell(error)
        with suppress(OSError):
            print(
                f"helpterm: nothing can be written ({error.strerror}) — free some room, or look where it goes",
                file=sys.stderr,
            )
        _write_nowhere()
        return 3
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _tell(error)


def _tell(error: Exception) -> int:
    from tui.crash import tell

    return tell(error)


def _open_what_is_closed() -> None:
    """A daemon may be started without standard streams; Python then has none to print to."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # for as long as the program runs


def _write_nowhere() -> None:
    """What is still to be flushed at the end goes nowhere, without another error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
