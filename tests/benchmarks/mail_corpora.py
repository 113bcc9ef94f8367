"""Mails that other projects keep for their own tests, read by the desk and compared with what those projects expect.

Run `python -m tests.benchmarks.mail_corpora --shared ../shared`. Compared are subject, sender, the words of the text,
and number and names of the attachments. The oracle is the JSON beside a mail (stalwart) or the imap-tools library, which
reads all the other sets; it opens attached mails and reads what is in them as this mail's own, so they are closed first.
Bounces are counted in flufl.bounce's samples, false alarms in two public lists.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.channels.mail.kind import Kind, kind_of
from store.channels.mail.parse import Mail, parse
from store.errors import BadInput
from tests.benchmarks.mail_disputes import DISPUTED, NO_BOUNCES

_MAIL = Path("data/mail")
_LIBRARY_SETS = {
    "chatwoot": "chatwoot/files",
    "mikel_mail": "mikel_mail",
    "cpython_email": "cpython_email",
    "imap_tools": "imap_tools/messages",
    "spamscope": "spamscope",
}
_LISTS = (
    "usrp-users.mbox",
    "r-help-es/2010-March.mbox",
    "r-help-es/2010-April.mbox",
    "r-help-es/2010-May.mbox",
)


@dataclass(frozen=True, slots=True)
class Expected:
    """What an oracle says of a mail; `sender` is None where it says nothing, attachment names only where there are any."""

    subject: str
    sender: tuple[str, str] | None
    words: list[str] | None
    attachments: list[str]


def run(shared: Path) -> dict[str, Any]:
    """Figures of every set: how many right, disputed and wrong, what was wrong, and mails a second."""
    root = shared / _MAIL
    if not root.is_dir():
        raise FileNotFoundError(2, "no such folder", str(root))
    sets = {name: _compared(root, _library_cases(root / folder)) for name, folder in _LIBRARY_SETS.items()}
    sets |= {
        f"stalwart/{name}": _compared(root, _stalwart_cases(root / "stalwart" / name))
        for name in ("rfc", "legacy")
    }
    return {"sets": sets, "bounces": _bounces(root), "lists": _lists(root)}


def _compared(root: Path, cases: Iterator[tuple[Path, bytes, Expected]]) -> dict[str, Any]:
    right = total = 0
    wrong: dict[str, list[str]] = {}
    disputed: dict[str, str] = {}
    for path, raw, expected in cases:
        case = str(path.relative_to(root)).removesuffix(".eml")
        reason = next((why for end, why in DISPUTED.items() if case.endswith(end)), "")
        faults = _faults(parse(raw), expected)
        total += 1
        if not faults:
            right += 1
        elif reason:
            disputed[case] = reason
        else:
            wrong[case] = faults
    return {"mails": total, "right": right, "disputed": disputed, "wrong": wrong}


def _faults(mail: Mail, expected: Expected) -> list[str]:
    faults = []
    if _plain(mail.subject) != _plain(expected.subject):
        faults.append(f"subject {mail.subject!r}, expected {expected.subject!r}")
    if expected.sender is not None and (mail.sender.name, mail.sender.email.lower()) != expected.sender:
        faults.append(f"sender {mail.sender}, expected {expected.sender}")
    if expected.words is not None and _words(mail.body) != expected.words:
        faults.append(f"text {_plain(mail.body)[:80]!r}, expected {' '.join(expected.words)[:80]!r}")
    names = [attachment.name for attachment in mail.attachments]
    if len(names) != len(expected.attachments) or any(
        wanted and wanted != name for wanted, name in zip(expected.attachments, names, strict=True)
    ):
        faults.append(f"attachments {names}, expected {expected.attachments}")
    return faults


def _plain(text: str) -> str:
    return " ".join(text.split())


def _words(text: str) -> list[str]:
    """Words in order, the targets that the desk puts behind links left out."""
    return re.findall(r"\w+", re.sub(r"<(?:https?|mailto|ftp|tel):[^>]*>", "", text))


def _words_of_page(html: str) -> list[str]:
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(html)
    page.strip_tags(["script", "style", "title", "head"])
    return _words(page.body.text(separator=" ")) if page.body else []


def _library_cases(folder: Path) -> Iterator[tuple[Path, bytes, Expected]]:
    """What imap-tools reads in every mail of a folder; files that are no mail are passed over."""
    from imap_tools import MailMessage

    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        try:
            parse(raw)
        except BadInput:
            continue
        read = MailMessage.from_bytes(raw)
        for part in list(read.obj.walk()):
            if part.get_content_maintype() == "message":
                part.set_payload("")
        sender = read.from_values
        yield (
            path,
            raw,
            Expected(
                subject=read.subject,
                sender=(_plain(sender.name), sender.email.lower()) if sender else None,
                words=_words(read.text) or (_words_of_page(read.html) if read.html else []),
                attachments=[attachment.filename for attachment in read.attachments],
            ),
        )


def _stalwart_cases(folder: Path) -> Iterator[tuple[Path, bytes, Expected]]:
    for path in sorted(folder.glob("*.eml")):
        parts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        root = parts["parts"][0]
        texts = [parts["parts"][index]["body"] for index in parts["text_body"]]
        words: list[str] = []
        for text in texts:
            words += _words(text["Text"]) if "Text" in text else _words_of_page(text.get("Html", ""))
        subject = _field(root, "subject")
        yield (
            path,
            path.read_bytes(),
            Expected(
                subject=subject.get("Text", "") if isinstance(subject, dict) else "",
                sender=_stalwart_sender(_field(root, "from")),
                words=words,
                attachments=[_stalwart_name(parts["parts"][index]) for index in parts["attachments"]],
            ),
        )


def _field(part: dict[str, Any], name: str) -> Any:
    return next((field["value"] for field in reversed(part["headers"]) if field["name"] == name), None)


def _stalwart_sender(value: Any) -> tuple[str, str] | None:
    addresses = value.get("Address", {}) if isinstance(value, dict) else {}
    listed = addresses.get("List") or [
        each for group in addresses.get("Group", []) for each in group["addresses"]
    ]
    return (_plain(listed[0].get("name") or ""), (listed[0].get("address") or "").lower()) if listed else None


def _stalwart_name(part: dict[str, Any]) -> str:
    for name, wanted in (("content_disposition", "filename"), ("content_type", "name")):
        value = _field(part, name)
        for attribute in (
            (value.get("ContentType", {}).get("attributes") or []) if isinstance(value, dict) else []
        ):
            if attribute["name"] == wanted:
                return str(attribute["value"])
    return ""


def _bounces(root: Path) -> dict[str, Any]:
    paths = sorted((root / "flufl_bounce" / "data").glob("*.txt"))
    missed = [path.stem for path in paths if kind_of(parse(path.read_bytes())).kind is not Kind.BOUNCE]
    return {
        "mails": len(paths),
        "recognised": len(paths) - len(missed),
        "disputed": {name: NO_BOUNCES[name] for name in missed if name in NO_BOUNCES},
        "missed": [name for name in missed if name not in NO_BOUNCES],
    }


def _lists(root: Path) -> dict[str, Any]:
    """Ordinary mail: how much is taken for a machine's, and how fast one core reads and judges it."""
    raws = [
        raw
        for name in _LISTS
        for raw in re.split(rb"(?m)^From [^\n]*\d{4}\n", (root / name).read_bytes())[1:]
    ]
    began = time.perf_counter()
    verdicts = [kind_of(parse(raw)) for raw in raws]
    seconds = time.perf_counter() - began
    alarms = [verdict.kind.value for verdict in verdicts if verdict.kind is not Kind.PERSON]
    return {"mails": len(raws), "false_alarms": alarms, "mails_per_second": round(len(raws) / seconds)}


def table(result: dict[str, Any]) -> str:
    """The figures for people, with every failure and every oracle held to be wrong."""
    lines = [
        f"{'set':<18}{'mails':>7}{'right':>7}{'disputed':>10}{'wrong':>7}{'right where the oracle is':>28}"
    ]
    for name, figures in result["sets"].items():
        fair = figures["mails"] - len(figures["disputed"])
        share = 100 * figures["right"] / fair if fair else 100.0
        lines.append(
            f"{name:<18}{figures['mails']:>7}{figures['right']:>7}{len(figures['disputed']):>10}{len(figures['wrong']):>7}{share:>27.1f}%"
        )
    bounces, lists = result["bounces"], result["lists"]
    share = 100 * bounces["recognised"] / bounces["mails"]
    lines.append(f"\nbounces recognised: {bounces['recognised']} of {bounces['mails']} ({share:.1f} %)")
    alarms = lists["false_alarms"]
    lines.append(
        f"false alarms: {len(alarms)} of {lists['mails']} ordinary mails ({100 * len(alarms) / lists['mails']:.2f} %)"
    )
    lines.append(f"read and judged: {lists['mails_per_second']} mails/s on one core")
    for figures in result["sets"].values():
        for case, faults in figures["wrong"].items():
            lines += [f"\nwrong: {case}", *(f"    {fault}" for fault in faults)]
    lines += [f"\nmissed bounce: {name}" for name in bounces["missed"]]
    lines.append("\nOracles held to be wrong:")
    disputed = [
        case for figures in (*result["sets"].values(), bounces) for case in figures["disputed"].items()
    ]
    lines += [f"    {case}: {reason}" for case, reason in disputed]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    print(table(run(parser.parse_args().shared)))


if __name__ == "__main__":
    main()
