"""`helpterm import`, `fetch`, `send` and `outbox`."""

from __future__ import annotations
