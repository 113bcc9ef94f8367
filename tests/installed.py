"""The installed `helpterm` as an agent runs it: the program, its surroundings at the sample desk, and what it answers as JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HELPTERM = str(Path(sys.executable).parent / "helpterm")


def at_sample_desk(sample: Path, folder: Path, config: str) -> dict[str, str]:
    """The environment of Sam at a copy of the sample desk in `folder`, with this configuration."""
    desk, file = folder / "desk.db", folder / "config.toml"
    shutil.copy(sample, desk)
    file.write_text(config)
    return {
        "HELPTERM_DB": str(desk),
        "HELPTERM_CONFIG": str(file),
        "HELPTERM_AGENT": "sam",
        "HOME": str(folder),
    }


def helpterm(surroundings: dict[str, str], *arguments: str, stdin: str = "") -> Any:
    """What a command prints with `--json`."""
    done = subprocess.run(
        [HELPTERM, *arguments, "--json"],
        input=stdin,
        capture_output=True,
        text=True,
        env=surroundings,
        check=False,
    )
    return json.loads(done.stdout)
