"""What is new in a mail, measured against the answers that other projects expect for their own test mails.

Run `python -m tests.benchmarks.new_text --shared ../shared`. A case counts as right when the text is equal but for white
space at the ends of lines; HTML answers are compared as the words they show.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

from store.channels.mail.html import to_text
from store.channels.mail.new_text import folds_of_html, new_text, strip_html_quotes

CASES = Path("data/mail/new_text/cases.jsonl")

# Expectations held to be wrong for a desk, or in conflict with most of the others; counted as failures all the same.
DISPUTED = {
    "trimmer/embedded_email_1": "drops the author's words below the quote; they are kept here",
    "talon/test_too_many_lines_1": "tests a limit on lines: the author's `Hi` is not in the answer",
    "talon/test_dont_parse_quotations_for_forwarded_messages_48": "shows a forward that trimmer folds",
    "talon/std_iphone": "keeps `Sent from my iPhone`, which trimmer, mail-parser-reply and discourse drop",
    "talon/std_sparrow": "keeps a `-- ` signature, which trimmer, mail-parser-reply and discourse drop",
    "mpr/email_2_1": "keeps the rule above Outlook's header block, which trimmer drops",
    "mpr/email_nl_1_2": "keeps the rule above Outlook's header block, which trimmer drops",
    "talon/test_blockquote_disclaimer_62": "drops a quote that the author's words follow, which trimmer keeps",
}


def run(shared: Path) -> dict[str, Any]:
    """Cases, right answers and failures by set and by language, and mails a second."""
    cases = [json.loads(line) for line in (shared / CASES).read_text(encoding="utf-8").splitlines() if line]
    total: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    failures: list[dict[str, str]] = []
    began = time.perf_counter()
    answers = [answer(case) for case in cases]
    seconds = time.perf_counter() - began
    for case, got in zip(cases, answers, strict=True):
        expected = shown(to_text(case["expected"])) if case["kind"] == "html" else lines_of(case["expected"])
        hit = (shown(got) if case["kind"] == "html" else lines_of(got)) == expected
        for key in (("set", case["set"]), ("language", case["lang"])):
            total[key] += 1
            right[key] += hit
        if not hit:
            failures.append(
                {
                    "id": case["id"],
                    "why": DISPUTED.get(case["id"], ""),
                    "expected": expected,
                    "got": lines_of(got),
                }
            )
    return {
        "cases": len(cases),
        "right": len(cases) - len(failures),
        "by": {f"{kind} {name}": (right[kind, name], count) for (kind, name), count in sorted(total.items())},
        "failures": failures,
        "mails_per_second": round(len(cases) / seconds),
    }


def answer(case: dict[str, Any]) -> str:
    """What the desk would show of the case; for HTML by both roads, which have to agree."""
    if case["kind"] == "text":
        return new_text(case["input"])
    body = to_text(case["input"])
    shown_of_body = new_text(body, folds_of_html(case["input"], body))
    kept = to_text(strip_html_quotes(case["input"])[0])
    return shown_of_body if shown(shown_of_body) == shown(kept) else f"{shown_of_body}\n<> by markup:\n{kept}"


def lines_of(text: str) -> str:
    """`text` without white space at the ends of lines and around."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()


def shown(text: str) -> str:
    """The words of an answer, run together: the sets write HTML without blanks and leave out link targets."""
    return re.sub(r"[\W_]+", "", text)


def table(result: dict[str, Any]) -> str:
    """The figures as lines for a terminal, with every failure."""
    counts = {**result["by"], "all": (result["right"], result["cases"])}
    lines = [
        f"{name:32} {right:4} of {count:4}  {100 * right / count:5.1f} %"
        for name, (right, count) in counts.items()
    ]
    lines.append(f"{result['mails_per_second']} mails a second")
    for failure in result["failures"]:
        lines += [
            f"\n{failure['id']}  {failure['why']}",
            f"  expected {failure['expected'][:300]!r}\n  got      {failure['got'][:300]!r}",
        ]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    print(table(run(parser.parse_args().shared)))


if __name__ == "__main__":
    main()
