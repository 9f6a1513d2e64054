"""Backup: one file holds everything, goes back on either database, and damage is said."""

import json
import threading
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.errors import Forbidden, Malformed, Refused
from mapsvc.operations import backup
from mapsvc.operations.workspace import Workspace
from mapsvc.store import events, guards, revisions, search
from mapsvc.store import settings as settings_store
from mapsvc.store.database import Database
from mapsvc.store.tables import metadata
from tests.store.office import furnish

PHOTO = b"\xff\xd8 a picture"
SHA = sha256(PHOTO).hexdigest()


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    with workspace.write() as conn:
        furnish(conn)
        conn.execute(
            metadata.tables["photo"]
            .insert()
            .values(id="ph", sha256=SHA, issue_id="i-1", width_px=1, height_px=1, taken_at=workspace.clock())
        )
    photo = workspace.folder / "photos" / SHA[:2] / f"{SHA}.jpg"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(PHOTO)
    return workspace


def content(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
    told = {}
    for table in metadata.sorted_tables:
        rows = conn.execute(select(table).order_by(*table.primary_key)).all()
        told[table.name] = [tuple(row) for row in rows]
    return told


def all_of(ws: Workspace) -> dict[str, list[tuple[object, ...]]]:
    with ws.read() as conn:
        return content(conn)


@pytest.mark.parametrize("onto", ["sqlite", "postgres"])
def test_what_was_backed_up_comes_back_on_either_database(
    office: Workspace, tmp_path: Path, onto: str, request: pytest.FixtureRequest
) -> None:
    before = all_of(office)
    done = backup.backup(office, SYSTEM, tmp_path / "b" / "office.zip")
    assert done.photos == 1
    assert done.file.stat().st_mode & 0o077 == 0
    url = ""
    if onto == "postgres":
        cluster = request.getfixturevalue("cluster")
        url = cluster.create(f"restored_{tmp_path.name[-20:].replace('-', '_')}", "mapsvc_template")
    settings = Settings(data=tmp_path / "new", database=url)
    backup.restore(done.file, settings)
    again = Workspace.open(settings, office.clock)
    try:
        assert all_of(again) == before
        assert (again.folder / "photos" / SHA[:2] / f"{SHA}.jpg").read_bytes() == PHOTO
        assert backup.check(again) == backup.Check(())
        with again.write() as conn:
            # Counters go on after the copied rows, search and triggers work.
            events.append(conn, type="visit", ref="v-new", at=again.clock(), shop_id="s-1")
            assert [hit.ref for hit in search.find(conn, "LT0003")] == ["s-3"]
            n = revisions.read(conn)["shops"]
            conn.execute(text("UPDATE shop SET note = 'x' WHERE id = 's-1'"))
            assert revisions.read(conn)["shops"] == n + 1
    finally:
        again.database.close()


def test_a_backup_while_others_write_is_one_moment(office: Workspace, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            with office.write() as conn:
                settings_store.put(conn, "a", str(n), office.clock())
                settings_store.put(conn, "b", str(n), office.clock())

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    try:
        done = backup.backup(office, SYSTEM, tmp_path / "office.zip")
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    settings = Settings(data=tmp_path / "new")
    backup.restore(done.file, settings)
    again = Workspace.open(settings, office.clock)
    with again.read() as conn:
        assert settings_store.get(conn, "a") == settings_store.get(conn, "b")
    assert backup.check(again).is_whole
    again.database.close()


def test_the_file_tells_the_settings_but_not_the_address_of_the_database(office: Workspace, tmp_path: Path) -> None:
    done = backup.backup(office, SYSTEM, tmp_path / "office.zip")
    with zipfile.ZipFile(done.file) as packed:
        manifest = json.loads(packed.read("manifest.json"))
    assert manifest["settings"]["office_name"] == office.settings.office_name
    assert "database" not in manifest["settings"]


def test_the_office_s_own_layers_come_along(office: Workspace, tmp_path: Path) -> None:
    layers = tmp_path / "layers"
    layers.mkdir()
    (layers / "bins.toml").write_text("id = 'bins'", encoding="utf-8")
    own = Workspace(Settings(data=office.folder, layers=layers), office.folder, office.database, office.clock)
    done = backup.backup(own, SYSTEM, tmp_path / "office.zip")
    backup.restore(done.file, Settings(data=tmp_path / "new"))
    assert (tmp_path / "new" / "layers" / "bins.toml").read_text(encoding="utf-8") == "id = 'bins'"


def test_a_folder_that_holds_something_is_not_overwritten(office: Workspace, tmp_path: Path) -> None:
    done = backup.backup(office, SYSTEM, tmp_path / "office.zip")
    with pytest.raises(Refused, match="不是空的"):
        backup.restore(done.file, office.settings)
    other = tmp_path / "letter.txt"
    other.write_text("dear", encoding="utf-8")
    with pytest.raises(Refused, match="不是备份"):
        backup.backup(office, SYSTEM, other)
    assert other.read_text(encoding="utf-8") == "dear"


def test_only_who_keeps_the_service_may_back_up(office: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        backup.backup(office, Actor("p", "书记", Role.SECRETARY), tmp_path / "office.zip")


@pytest.mark.parametrize("spoil", ["cut", "flip", "other", "outside", "newer form"])
def test_a_damaged_or_foreign_file_is_refused_and_nothing_is_written(
    office: Workspace, tmp_path: Path, spoil: str
) -> None:
    file = backup.backup(office, SYSTEM, tmp_path / "office.zip").file
    whole = file.read_bytes()
    if spoil == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif spoil == "flip":
        middle = len(whole) // 3
        file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :])
    elif spoil == "other":
        file.write_bytes(b"not a zip at all")
    else:
        digests = {"mapsvc.sqlite": "0", "../../evil": "0"} if spoil == "outside" else {"mapsvc.sqlite": "0"}
        form = backup.FORM if spoil == "outside" else "mapsvc-backup-9"
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("manifest.json", json.dumps({"form": form, "sha256": digests}))
            packed.writestr("mapsvc.sqlite", b"")
            packed.writestr("../../evil", b"")
    with pytest.raises(Malformed, match="备份"):
        backup.restore(file, Settings(data=tmp_path / "new"))
    assert not (tmp_path / "new").exists()
    assert not (tmp_path.parent / "evil").exists()


def test_check_says_each_damage(office: Workspace) -> None:
    assert backup.check(office).is_whole
    with office.write() as conn, guards.lifted(conn, "audit"):
        conn.execute(text("UPDATE audit SET action = 'x' WHERE id = 2"))
        if office.database.is_sqlite:
            conn.execute(text("UPDATE search_entry SET tokens = 'x' WHERE ref = 's-1'"))
    (office.folder / "photos" / SHA[:2] / f"{SHA}.jpg").unlink()
    found = " ".join(backup.check(office).problems)
    assert "第 2 条" in found
    assert "照片" in found
    if office.database.is_sqlite:
        assert "搜索" in found


def test_one_damaged_photo_does_not_keep_an_office_from_coming_back(office: Workspace, tmp_path: Path) -> None:
    (office.folder / "photos" / SHA[:2] / f"{SHA}.jpg").write_bytes(PHOTO[:-1] + b"?")
    done = backup.backup(office, SYSTEM, tmp_path / "office.zip")
    settings = Settings(data=tmp_path / "new")
    backup.restore(done.file, settings)
    again = Workspace.open(settings, office.clock)
    assert backup.check(again).problems == (f"照片 {SHA[:12]}… 的文件被改动过。",)
    again.database.close()


def test_a_store_that_points_nowhere_is_noticed(data_folder: Path) -> None:
    database = Database.open(data_folder)
    with database.write() as conn:
        furnish(conn)
    raw = database.engines.writer.raw_connection()
    raw.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
    raw.driver_connection.execute("DELETE FROM person WHERE id = 'w-1'")  # type: ignore[union-attr]
    raw.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
    raw.close()
    ws = Workspace(Settings(data=data_folder), data_folder, database)
    assert any("person" in problem for problem in backup.check(ws).problems)
    database.close()
