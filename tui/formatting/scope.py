"""Scope rules in lines: one at the side of a decline, one whole, one in a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from store.model import ScopeMatch, ScopeRule
from tui.formatting.cells import Piece, cut, isolated
from tui.formatting.times import full_moment
from tui.formatting.wrapping import wrapped

LANGUAGES = {"*": "any", "en": "English", "de": "German", "fr": "French", "es": "Spanish", "tr": "Turkish"}


def side(rule: ScopeRule) -> tuple[str, str]:
    """Sign and word: covered or not; retired comes first."""
    if not rule.active:
        return "–", "retired"
    return ("✓", "covered") if rule.covered else ("✗", "not covered")


def at_the_side(rule: ScopeRule, cells: int) -> list[list[Piece]]:
    """A rule beside the editor: something to know while writing, not to paste."""
    lines: list[list[Piece]] = [
        [(" § No, by the rule: ", "muted"), (cut(rule.title, max(cells - 20, 8)), "title")]
    ]
    lines += _block("why", rule.why, cells)
    for link in rule.links:
        lines += _block("→", link, cells, role="link")
    lines.append([(cut("   Say it to this customer in your own words; name the way on.", cells), "muted")])
    return lines


def whole(rule: ScopeRule, match: ScopeMatch | None, cells: int) -> list[list[Piece]]:
    """Everything about a rule, and why the ticket touches it."""
    sign, word = side(rule)
    lines: list[list[Piece]] = [[(isolated(text), "title")] for text in wrapped(f" {rule.title}", cells)]
    lines.append(
        [
            (f" {sign} {word}", "good" if rule.covered else "late"),
            (f" · {_of(rule)} · version {rule.version}", "muted"),
        ]
    )
    lines.append([])
    if match is not None:
        lines += _block("touched", f"{match.because} ({match.score:.0%})", cells)
    lines += _block("why", rule.why or "no reason is written down", cells)
    for link in rule.links or ("nowhere is written down",):
        lines += _block("go to", link, cells, role="link" if rule.links else "muted")
    for language, words in sorted(rule.words.items()):
        if words:
            lines += _block(LANGUAGES.get(language, language), ", ".join(words), cells)
    if rule.examples:
        count = len(rule.examples)
        lines += _block("decided", f"{count} ticket{'s' * (count != 1)} so far", cells)
    return lines


def _of(rule: ScopeRule) -> str:
    return rule.product or "every product"


def _block(label: str, text: str, cells: int, *, role: str = "text") -> Iterator[list[Piece]]:
    """A label and its text, broken under itself."""
    indent = 11 if cells >= 30 else 3
    for number, line in enumerate(wrapped(text, max(cells - indent - 1, 8))):
        head = f" {label:<{indent - 2}} " if not number else " " * indent
        yield [(cut(head, indent), "muted"), (isolated(line), role)]


def version(value: Mapping[str, Any], at: int, agent: str, previous: Mapping[str, Any] | None) -> str:
    """One version on one line: when, who, and what of it was changed."""
    who = agent or "somebody"
    return f"version {value['version']} · {full_moment(at)} · {who} · {_changed(value, previous)}"


def _changed(value: Mapping[str, Any], previous: Mapping[str, Any] | None) -> str:
    if previous is None:
        return "written"
    names = [name for name in value if name not in ("version", "id") and value[name] != previous.get(name)]
    if names == ["active"]:
        return "brought back" if value["active"] else "retired"
    return f"changed: {', '.join(names)}" if names else "unchanged"
