"""The command line: `helpterm` opens the console, `helpterm COMMAND` is the headless door on the same store.

stdout carries data, stderr narration, the exit code the answer: 0 done, 1 no, 2 bad input, 3 the store or a server cannot
be used, 70 an error of helpterm's own.
Each subcommand lives in a module of this folder that is imported only when it is called.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from store.errors import DeskError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs `helpterm` with these arguments and returns its exit code; never raises for what a user can cause."""
    arguments = list(sys.argv[1:] if argv is None else argv)
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
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from tui.crash import tell

        return tell(error)
