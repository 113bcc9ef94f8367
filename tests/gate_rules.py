"""The rules of the gate's findings, read from its own source, for what must speak of each: the guide, and the pictures."""

from __future__ import annotations

import re
from importlib import resources

KINDS = "takeaway|canned|scope|reply|leftover|language|greeting|attachment|link|secret|voice"


def gate_rules() -> set[str]:
    """Every rule that a finding can have."""
    from store.policy.takeaway import _WHY

    sources = (
        path.read_text(encoding="utf-8")
        for path in resources.files("store.policy").iterdir()
        if path.name.endswith(".py")
    )
    named = {rule for source in sources for rule in re.findall(rf'"((?:{KINDS})\.[a-z_]+)"', source)}
    return named | {f"takeaway.{reason}" for reason in _WHY}
