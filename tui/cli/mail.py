"""`helpterm import`, `fetch`, `send` and `outbox`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from store.desk import Desk, outbox as desk_outbox
from store.errors import NotFound
from tui.cli import shapes
from tui.cli.context import narrate, open_desk, print_json
from tui.cli.table import print_table
