"""Coverage-guided fuzzing of everything that reads a stranger's mail (atheris; `pip install -e '.[fuzz]'`).

`python -m tests.fuzz.mail [CORPUS…] -max_total_time=300` takes libFuzzer's options; every file below a corpus is a first input.
An exception other than BadInput, a fold out of place or five seconds on one input ends it with that input written to a file.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory


def read(data: bytes) -> None:
    """What happens to a mail before it is filed; asserts what the desk relies on."""
    from store.channels.mail.kind import kind_of
    from store.channels.mail.letters import Door, prepare
    from store.channels.mail.new_text import folds
    from store.channels.mail.parse import attachment_bytes
    from store.channels.mail.people import House
    from store.config.settings import Mail as Settings
    from store.errors import BadInput

    try:
        letter = prepare("fuzz", data, Door(House(frozenset({"support@lumen.example"})), Settings()))
    except BadInput:
        return
    mail = letter.mail
    at = 0
    for start, end, _ in letter.folds:
        assert at <= start <= end <= len(mail.body)
        at = end
    assert "\x1b" not in mail.body + mail.subject + mail.sender.name
    folds(mail.body)
    kind_of(mail)
    for attachment in mail.attachments[:3]:
        assert len(attachment_bytes(data, attachment.index)) == attachment.size
        assert "/" not in attachment.name


def main() -> None:
    """Fuzz until libFuzzer's options or a finding say stop."""
    import atheris  # type: ignore[import-not-found]

    with atheris.instrument_imports(include=["store.channels.mail", "store.text"]):
        read(b"From: a@example.org\n\nHello")
    options = [each for each in sys.argv[1:] if each.startswith("-")]
    folders = [Path(each) for each in sys.argv[1:] if not each.startswith("-")]
    with TemporaryDirectory() as seeds:
        for number, file in enumerate(each for folder in folders for each in sorted(folder.rglob("*"))):
            if file.is_file() and file.stat().st_size < 100_000:
                (Path(seeds) / str(number)).write_bytes(file.read_bytes())
        atheris.Setup([sys.argv[0], "-timeout=5", "-max_len=65536", *options, seeds], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
