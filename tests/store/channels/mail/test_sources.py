"""Stored mail in its many forms: recognised by content, read one by one, nothing lost and nothing invented."""

from __future__ import annotations

import gzip
import mailbox
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.channels.mail import sources
from store.channels.mail.sources import Export, Place, Sources, Unreadable, recognise
from store.errors import BadInput
from tests.store.channels.mail.servers import letter

POSTMARK = b"From carla@customer.example Tue Mar  3 10:00:00 2026\n"


def mbox(*mails: bytes) -> bytes:
    return b"".join(POSTMARK + mail.rstrip(b"\n") + b"\n\n" for mail in mails)


def raws(*paths: Path) -> list[bytes]:
    with Sources(paths) as found:
        return [found.read(each) for each in found.find() if isinstance(each, Place)]


def test_every_mail_of_an_mbox_comes_out_as_it_went_in(tmp_path: Path) -> None:
    mails = [letter("One"), letter("Two", "a\n\nb\n"), letter("Three")]
    (tmp_path / "box").write_bytes(mbox(*mails))
    assert raws(tmp_path / "box") == [mail.rstrip(b"\n") + b"\n" for mail in mails]


def test_an_mbox_agrees_with_the_standard_library(tmp_path: Path) -> None:
    kept = mailbox.mbox(tmp_path / "box")
    for each in range(5):
        kept.add(letter(f"Mail {each}", "From here on it is text.\n>From quoted"))
    kept.close()
    assert len(raws(tmp_path / "box")) == 5


def test_a_line_that_only_looks_like_a_postmark_parts_nothing(tmp_path: Path) -> None:
    body = "Hello\n\nFrom the day of 12:30 in 2026 on\nFrom now on\n\nFrom there it works.\nBest: me"
    (tmp_path / "box").write_bytes(
        mbox(letter("One", body.replace("\n\nFrom the", "\nFrom the")), letter("Two"))
    )
    assert len(raws(tmp_path / "box")) == 2


def test_an_escaped_from_loses_one_sign(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(mbox(letter("One", "x\n>From me\n>>From you\n> From them")))
    (raw,) = raws(tmp_path / "box")
    assert raw.endswith(b"x\nFrom me\n>From you\n> From them\n")


def test_mail_with_crlf_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(mbox(letter("One"), letter("Two")).replace(b"\n", b"\r\n"))
    assert [raw.count(b"\r\n") == raw.count(b"\n") for raw in raws(tmp_path / "box")] == [True, True]


@given(
    st.lists(
        st.binary(max_size=60).map(lambda b: b.replace(b"\r", b"").replace(b"From ", b"from ")), max_size=8
    ),
    st.integers(1030, 1300),
)
def test_a_mailbox_larger_than_a_block_is_parted_in_the_same_places(bodies: list[bytes], block: int) -> None:
    import tempfile

    mails = [b"Subject: x\nFrom: a@b.example\n\n" + body * 20 + b"\n" for body in bodies]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "box"
        path.write_bytes(mbox(*mails))
        whole = raws(path)
        patch.setattr(sources, "_BLOCK", block)
        assert raws(path) == whole
        assert len(whole) == len(mails)


def test_a_folder_of_everything_is_read_and_what_is_no_mail_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(letter("One"))
    (tmp_path / "b.mbox").write_bytes(mbox(letter("Two"), letter("Three")))
    (tmp_path / "c.mbox.gz").write_bytes(gzip.compress(mbox(letter("Four"))))
    for part in ("cur", "new", "tmp"):
        (tmp_path / "Maildir" / part).mkdir(parents=True)
    (tmp_path / "Maildir" / "cur" / "1:2,S").write_bytes(letter("Five"))
    (tmp_path / "Maildir" / "new" / "2").write_bytes(letter("Six"))
    (tmp_path / "Maildir" / "tmp" / "3").write_bytes(letter("Unfinished"))
    (tmp_path / "Maildir" / "dovecot-uidlist").write_bytes(b"3 V1")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (tmp_path / "empty.eml").write_bytes(b"")
    with Sources([tmp_path]) as found:
        everything = list(found.find())
        subjects = [
            found.read(each).split(b"Subject: ")[1].split(b"\n")[0]
            for each in everything
            if isinstance(each, Place)
        ]
    assert sorted(subjects) == [b"Five", b"Four", b"One", b"Six", b"Three", b"Two"]
    broken = {Path(each.source).name: each.reason for each in everything if isinstance(each, Unreadable)}
    assert broken == {"picture.png": "it is no mail", "empty.eml": "it is empty"}


def test_a_missing_path_is_said_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        Sources([tmp_path / "nowhere"])


def test_a_torn_gzip_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "torn.gz").write_bytes(gzip.compress(mbox(letter()))[:-20])
    with Sources([tmp_path / "torn.gz"]) as found:
        (each,) = found.find()
    assert isinstance(each, Unreadable)


def test_a_mail_beyond_the_limit_is_named_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LARGEST_MAIL", 1000)
    (tmp_path / "box").write_bytes(mbox(letter("Large", "x" * 3000), letter("Small")))
    with Sources([tmp_path / "box"]) as found:
        first, second = found.find()
    assert isinstance(first, Unreadable)
    assert isinstance(second, Place)


def test_unpacked_copies_do_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    (tmp_path / "box.gz").write_bytes(gzip.compress(mbox(letter())))
    raws(tmp_path / "box.gz")
    assert list((tmp_path / "scratch").iterdir()) == []


def test_an_export_is_told_from_a_mail(tmp_path: Path) -> None:
    (tmp_path / "a").write_text('[{"id": "1", "subject": "x", "messages": []}]')
    (tmp_path / "b").write_text("ticket,subject,customer_email,sent_at,body\n")
    with Sources([tmp_path]) as found:
        assert [each.form for each in found.find() if isinstance(each, Export)] == ["json", "csv"]


@given(st.binary(max_size=300))
def test_no_content_makes_recognition_fail(head: bytes) -> None:
    assert recognise(head) in ("mbox", "mail", "json", "csv", None)


def test_a_postmark_anywhere_near_the_end_of_a_block_is_seen_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_BLOCK", 2048)
    path = tmp_path / "box"
    for padding in range(900, 1000):
        path.write_bytes(mbox(b"Subject: x\n\n" + b"y" * padding + b"\n", letter("Two")))
        assert len(raws(path)) == 2
