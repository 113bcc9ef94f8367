"""The file: private, migrated once, refused when it is not ours, and durable."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from store.database import Database, migrations
from store.database.file import APPLICATION_ID
from store.errors import (
    DamagedStore,
    DiskFull,
    ForeignStore,
    LockedStore,
    NewerStore,
    NotFound,
    ReadOnlyStore,
    StoreError,
)


def open_store(path: Path) -> None:
    Database(path).close()


def test_a_new_store_and_its_folder_are_private(tmp_path: Path) -> None:
    path = tmp_path / "data" / "desk.db"
    open_store(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_store_of_another_program_is_refused_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE birds (name)")
    before = path.read_bytes()
    with pytest.raises(ForeignStore, match="another program"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear support, this is only a letter." * 100)
    with pytest.raises(ForeignStore):
        open_store(path)


def test_a_store_of_a_newer_helpterm_is_refused_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    open_store(path)
    with sqlite3.connect(path) as newer:
        newer.execute(f"PRAGMA user_version = {len(migrations.STEPS) + 1}")
    newer.close()
    before = path.read_bytes()
    with pytest.raises(NewerStore, match="newer helpterm"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_damaged_store_says_so(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    open_store(path)
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * (4096 - 100)
    path.write_bytes(data)
    with pytest.raises(DamagedStore, match="damaged"):
        open_store(path)


def test_a_missing_store_is_not_made_by_a_question(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no desk"):
        Database(tmp_path / "desk.db", create=False)
    assert not (tmp_path / "desk.db").exists()


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="folder"):
        open_store(tmp_path)


def test_a_lock_held_by_another_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.database.file.BUSY_TIMEOUT_SECONDS", 0.05)
    path = tmp_path / "desk.db"
    database = Database(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(LockedStore, match="another program"):
            database.write(lambda connection: connection.execute("DELETE FROM meta"))
    finally:
        other.execute("ROLLBACK")
        other.close()
    database.write(lambda connection: connection.execute("INSERT INTO meta VALUES ('a', 'b')"))
    assert database.reader().execute("SELECT value FROM meta").fetchone() == ("b",)
    database.close()


def test_a_store_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    database = Database(tmp_path / "desk.db")

    def as_read_only(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA query_only = ON")
        try:
            connection.execute("DELETE FROM meta")
        finally:
            connection.execute("PRAGMA query_only = OFF")

    with pytest.raises(ReadOnlyStore, match="permissions"):
        database.write(as_read_only)
    database.close()


def test_a_full_disk_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    database = Database(tmp_path / "desk.db")
    database.write(lambda connection: connection.execute("INSERT INTO meta VALUES ('saved', 'yes')"))

    def fill(connection: sqlite3.Connection) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        connection.execute("INSERT INTO meta VALUES ('big', hex(randomblob(500000)))")

    with pytest.raises(DiskFull, match="room"):
        database.write(fill)
    assert database.reader().execute("SELECT key FROM meta").fetchall() == [("saved",)]
    database.close()


def test_a_failing_job_leaves_no_trace_and_the_next_one_works(tmp_path: Path) -> None:
    database = Database(tmp_path / "desk.db")

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO meta VALUES ('half', '')")
        raise ValueError("stop here")

    with pytest.raises(ValueError, match="stop here"):
        database.write(half)
    database.write(lambda connection: connection.execute("INSERT INTO meta VALUES ('whole', '')"))
    assert database.reader().execute("SELECT key FROM meta").fetchall() == [("whole",)]
    database.close()


def test_readers_cannot_write(tmp_path: Path) -> None:
    database = Database(tmp_path / "desk.db")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.reader().execute("DELETE FROM meta")
    database.close()


def test_every_thread_reads_on_a_connection_of_its_own(tmp_path: Path) -> None:
    database = Database(tmp_path / "desk.db")
    seen: list[sqlite3.Connection] = []
    threads = [threading.Thread(target=lambda: seen.append(database.reader())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(connection) for connection in [*seen, database.reader()]}) == 4
    database.close()


def test_an_older_store_is_backed_up_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "desk.db"
    database = Database(path)
    database.write(lambda connection: connection.execute("INSERT INTO meta VALUES ('kept', 'yes')"))
    database.close()
    _pretend_next_step(monkeypatch, "CREATE TABLE later (a)")
    open_store(path)
    old, new = path.with_name(f"desk.db.before-{len(migrations.STEPS)}"), path
    with sqlite3.connect(old) as backup, sqlite3.connect(new) as current:
        assert backup.execute("SELECT value FROM meta WHERE key = 'kept'").fetchone() == ("yes",)
        assert backup.execute("PRAGMA user_version").fetchone()[0] == len(migrations.STEPS) - 1
        assert current.execute("PRAGMA user_version").fetchone()[0] == len(migrations.STEPS)
        assert current.execute("SELECT count(*) FROM later").fetchone() == (0,)
    assert stat.S_IMODE(old.stat().st_mode) == 0o600


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "desk.db"
    open_store(path)
    _pretend_next_step(monkeypatch, "CREATE TABLE half (a)", "CREATE TABLE half (a)")
    with pytest.raises(StoreError):
        open_store(path)
    with sqlite3.connect(path) as current:
        assert current.execute("PRAGMA user_version").fetchone()[0] == len(migrations.STEPS) - 1
        assert current.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)


def _pretend_next_step(monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
    """One more migration than there is."""

    class Step:
        @staticmethod
        def up(connection: sqlite3.Connection) -> None:
            for statement in statements:
                connection.execute(statement)

    real = migrations.import_module
    steps = (*migrations.STEPS, "m9999_later")
    monkeypatch.setattr(migrations, "STEPS", steps)
    monkeypatch.setattr("store.database.database.STEPS", steps)
    monkeypatch.setattr(
        migrations, "import_module", lambda name: Step if name.endswith("later") else real(name)
    )


def test_two_programs_that_open_a_new_store_at_once_both_get_it(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    code = "import sys; from pathlib import Path; from store.database import Database; Database(Path(sys.argv[1])).close()"
    programs = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stderr=subprocess.PIPE) for _ in range(4)
    ]
    errors = [program.communicate()[1] for program in programs]
    assert [program.returncode for program in programs] == [0, 0, 0, 0], errors


def test_a_killed_program_loses_nothing_that_was_written(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    code = """
import os, signal, sys
from pathlib import Path
from store.database import Database
database = Database(Path(sys.argv[1]))
for number in range(20):
    database.write(lambda connection: connection.execute("INSERT INTO meta VALUES (?, '')", (f"{number:02}",)))
def half(connection):
    for number in range(100, 10**7):
        connection.execute("INSERT INTO meta VALUES (?, 'half')", (str(number),))
database.submit(half)
print("saved", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert "saved" in done.stdout
    database = Database(path)
    rows = database.reader().execute("SELECT key FROM meta ORDER BY key").fetchall()
    assert rows == [(f"{number:02}",) for number in range(20)]
    database.close()


def test_the_store_is_marked_as_ours_and_syncs_fully(tmp_path: Path) -> None:
    database = Database(tmp_path / "desk.db")
    pragmas = database.write(
        lambda connection: [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "journal_mode", "synchronous", "foreign_keys")
        ]
    )
    assert pragmas == [APPLICATION_ID, "wal", 2, 1]
    database.close()


def test_opening_a_current_store_imports_nothing_slow(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    open_store(path)
    code = (
        "import sys; from pathlib import Path; from store.database import Database; Database(Path(sys.argv[1])).close();"
        "print([name for name in ('sqlite_utils', 'textual', 'rich', 'email', 'psycopg', 'keyring') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_store_whose_maker_was_killed_in_the_middle_opens_again(tmp_path: Path) -> None:
    """The rollback journal of an unfinished first write: a read-only connection alone could never put it right."""
    path = tmp_path / "desk.db"
    script = f"""
import os, sqlite3
connection = sqlite3.connect({str(path)!r}, isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("CREATE TABLE IF NOT EXISTS before (x)")
connection.execute("DROP TABLE before")
connection.execute("BEGIN IMMEDIATE")
connection.execute("CREATE TABLE half (x)")
connection.executemany("INSERT INTO half VALUES (?)", [("x" * 3000,)] * 200)
os._exit(9)
"""
    subprocess.run([sys.executable, "-c", script], check=False)
    assert path.with_name("desk.db-journal").stat().st_size > 0
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True).execute("SELECT * FROM sqlite_master")
    database = Database(path)
    assert database.reader().execute("SELECT count(*) FROM tickets").fetchone() == (0,)
    assert database.reader().execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchone() is None
    database.close()
