"""The store's door: readers cannot write, writers queue, a copy is whole, a network drive is refused."""

import multiprocessing
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mapsvc.errors import Broken, NoSpace, Usage
from mapsvc.store import settings as settings_store
from mapsvc.store.database import Database
from mapsvc.store.drives import network_kind
from mapsvc.store.engines import postgres_url
from tests.support.clock import MONDAY_AT_NINE

PUT = text("INSERT INTO setting (name, value, changed_at) VALUES (:name, 'x', '2026-01-01T00:00:00Z')")


def test_a_reader_cannot_write(database: Database) -> None:
    with database.read() as conn, pytest.raises(DBAPIError):
        conn.execute(PUT, {"name": "a"})


def test_a_failed_write_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as conn:
        settings_store.put(conn, "a", "b", MONDAY_AT_NINE)
        raise ZeroDivisionError
    with database.read() as conn:
        assert settings_store.read(conn) == {}


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.read() as conn:
        before = settings_store.read(conn)
        with database.write() as writer:
            settings_store.put(writer, "a", "b", MONDAY_AT_NINE)
        assert settings_store.read(conn) == before
    with database.read() as conn:
        assert settings_store.get(conn, "a") == "b"


def test_read_then_write_loses_no_count_among_threads(database: Database) -> None:
    def count() -> None:
        for _ in range(25):
            with database.write() as conn:
                n = int(settings_store.get(conn, "n", "0"))
                settings_store.put(conn, "n", str(n + 1), MONDAY_AT_NINE)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as conn:
        assert settings_store.get(conn, "n") == "200"


def _write_as_child(database: Database, name: str) -> None:
    with database.write() as conn:
        settings_store.put(conn, name, "x", MONDAY_AT_NINE)


@pytest.mark.parametrize("way", ["spawn", "fork"])
def test_a_child_process_makes_its_own_engine(database: Database, way: str) -> None:
    with database.write() as conn:
        settings_store.put(conn, "parent", "x", MONDAY_AT_NINE)
    child = multiprocessing.get_context(way).Process(target=_write_as_child, args=(database, way))
    child.start()
    child.join(30)
    assert child.exitcode == 0
    _write_as_child(database, "after")
    with database.read() as conn:
        assert set(settings_store.read(conn)) == {"parent", way, "after"}


def test_every_connection_is_wal_full_and_keeps_foreign_keys(data_folder: Path) -> None:
    database = Database.open(data_folder)
    for door in (database.read, database.write):
        with door() as conn:
            assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()


def test_writing_inside_writing_is_said_and_not_waited_for(database: Database) -> None:
    with database.write(), pytest.raises(RuntimeError, match="inside"), database.write():
        pass


def test_a_copy_holds_what_is_still_in_the_write_log(data_folder: Path, tmp_path: Path) -> None:
    database = Database.open(data_folder)
    with database.write() as conn:
        settings_store.put(conn, "a", "b", MONDAY_AT_NINE)
    assert database.wal_bytes() > 0
    database.copy_to(tmp_path / "copy" if (tmp_path / "copy").is_dir() else tmp_path / "mapsvc.sqlite")
    copy = Database.open(tmp_path)
    with copy.read() as conn:
        assert settings_store.get(conn, "a") == "b"
    copy.close()
    database.close()


def test_a_checkpoint_empties_the_write_log(data_folder: Path) -> None:
    database = Database.open(data_folder)
    with database.write() as conn:
        settings_store.put(conn, "a", "b", MONDAY_AT_NINE)
    database.checkpoint()
    assert database.wal_bytes() == 0
    with database.read() as conn:
        assert settings_store.get(conn, "a") == "b"
    database.close()


MOUNTS = """/dev/sda1 / ext4 rw 0 0
server:/x /mnt/office\\040share nfs4 rw 0 0
/dev/sdb1 /mnt/office\\040share/local xfs rw 0 0
//nas/y /srv cifs rw 0 0
me@host: /home/me/remote fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/data", None),
        ("/mnt/office share/data", "nfs4"),
        ("/mnt/office share/local/data", None),
        ("/srv/a/b", "cifs"),
        ("/home/me/remote", "fuse.sshfs"),
        ("/home/me/remoteness", None),
    ],
)
def test_network_drives_are_recognised_by_the_nearest_mount(folder: str, kind: str | None) -> None:
    assert network_kind(Path(folder), MOUNTS) == kind


def test_a_network_drive_is_refused_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"nas:/x {tmp_path} nfs rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr("mapsvc.store.drives._MOUNTS", mounts)
    with pytest.raises(Broken, match=r"网络盘（nfs）"):
        Database.open(tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_wrong_address_is_wrong_usage() -> None:
    for address in ("mysql://x", "nonsense", "sqlite:///x"):
        with pytest.raises(Usage):
            postgres_url(address)
    assert postgres_url("postgresql://u@h/d").drivername == "postgresql+psycopg"


def test_only_its_owner_reads_the_store(data_folder: Path) -> None:
    database = Database.open(data_folder)
    with database.write() as conn:
        settings_store.put(conn, "a", "b", MONDAY_AT_NINE)
    rights = {file.name: file.stat().st_mode & 0o077 for file in data_folder.glob("mapsvc.sqlite*")}
    assert rights == {"mapsvc.sqlite": 0, "mapsvc.sqlite-wal": 0, "mapsvc.sqlite-shm": 0}
    database.close()


def test_a_file_that_is_no_store_is_said_to_be_damaged(data_folder: Path) -> None:
    data_folder.mkdir()
    (data_folder / "mapsvc.sqlite").write_bytes(b"this is no database at all, " * 400)
    with pytest.raises(Broken, match="损坏"):
        Database.open(data_folder)


def test_a_full_disk_is_said_and_nothing_is_written(data_folder: Path) -> None:
    database = Database.open(data_folder)
    with database.write() as conn:
        settings_store.put(conn, "a", "kept", MONDAY_AT_NINE)
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar()
    with pytest.raises(NoSpace, match="磁盘满了"), database.write() as conn:
        conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        settings_store.put(conn, "a", "x" * 5_000_000, MONDAY_AT_NINE)
    with database.read() as conn:
        assert settings_store.get(conn, "a") == "kept"
    database.close()
