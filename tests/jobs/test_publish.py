"""The published copy: styled layers, nothing of a person in any table, safe beside writers."""

import multiprocessing
import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import pyogrio
import pytest

from mapsvc.maps.publish import NAME, publish
from mapsvc.operations import backup
from mapsvc.operations.workspace import Workspace
from mapsvc.store import settings as settings_store
from mapsvc.store.database import Database
from tests.store.office import LANDLINE, MERCHANT, NICKNAME, PHONE, TOKEN, furnish
from tests.support.clock import MONDAY_AT_NINE


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    with workspace.write() as conn:
        furnish(conn)
    return workspace


def tables(file: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(file) as conn:
        names = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        told = {name: conn.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    conn.close()
    return told


def test_the_layers_are_there_with_a_style_each(office: Workspace) -> None:
    done = publish(office)
    layers = {str(name): kind for name, kind in pyogrio.list_layers(done.file)}
    assert {"shops": "Point", "issues": "Point", "places": "Point", "patches": "MultiPolygon"}.items() <= layers.items()
    assert {"streets", "subdistrict", "layer_styles"} <= set(layers)
    styles = pyogrio.read_dataframe(done.file, layer="layer_styles")
    assert set(styles.f_table_name) == set(layers) - {"layer_styles"}
    assert styles.useAsDefault.all()
    for style in styles.styleQML:
        root = ElementTree.fromstring(style)
        used = {c.get("symbol") for c in root.iter("category")} or {"0"}
        assert used == {s.get("name") for s in root.iter("symbol")}


def test_shops_and_issues_say_what_the_map_says(office: Workspace) -> None:
    file = publish(office).file
    shops = pyogrio.read_dataframe(file, layer="shops").set_index("code")
    # The seventh has no position and cannot be drawn.
    assert sorted(shops.index) == [f"LT{i:04}" for i in range(6)]
    assert shops.loc["LT0001", "address"] == "岚皋西路29号"
    assert shops.visited_this_month.to_dict() == {f"LT{i:04}": i < 3 for i in range(6)}
    issues = pyogrio.read_dataframe(file, layer="issues")
    assert set(issues.kind_name) == {"渗漏水"}
    assert set(issues.state_name) == {"处理中"}
    assert issues.crs.to_epsg() == 4326
    patches = pyogrio.read_dataframe(file, layer="patches")
    assert list(patches.code) == ["P-pv-1"]


def test_no_person_phone_or_token_is_in_any_table(office: Workspace) -> None:
    told = str(tables(publish(office).file))
    for secret in (PHONE, "13900001111", LANDLINE, MERCHANT, "慕容", NICKNAME, "欧阳", TOKEN, "楼上漏水"):
        assert secret not in told
    assert not {"person", "account", "token", "audit", "event", "visit"} & set(tables(office.folder / NAME))


def test_text_columns_are_text_and_older_programs_may_read_it(office: Workspace) -> None:
    file = publish(office).file
    with sqlite3.connect(file) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (10300,)
        made = " ".join(row[0] for row in conn.execute("SELECT sql FROM sqlite_master WHERE name = 'shops'"))
    conn.close()
    assert "VARCHAR" not in made
    assert '"name" TEXT' in made


def test_an_empty_office_has_a_copy_too(workspace: Workspace) -> None:
    done = publish(workspace)
    assert done.counts["shops"] == 0
    assert "streets" in done.counts


def test_a_reader_of_the_old_copy_keeps_it_while_the_new_one_comes(office: Workspace) -> None:
    file = publish(office).file
    with sqlite3.connect(file) as old:
        before = old.execute("SELECT count(*) FROM shops").fetchone()
        with office.write() as conn:
            conn.exec_driver_sql("UPDATE location SET lon = NULL WHERE id = 'l-0'")
        assert publish(office).counts["shops"] == 5
        assert old.execute("SELECT count(*) FROM shops").fetchone() == before
    old.close()
    assert [p.name for p in office.folder.glob("*.gpkg")] == [NAME]


def test_a_copy_for_somebody_goes_where_they_say(office: Workspace, tmp_path: Path) -> None:
    done = publish(office, tmp_path / "for-gis" / "map.gpkg")
    assert done.file.exists()
    assert not (office.folder / NAME).exists()


def _write(database: Database, who: int, stop: object, begun: object) -> None:
    n = 0
    while not stop.is_set():  # type: ignore[attr-defined]
        n += 1
        with database.write() as conn:
            settings_store.put(conn, f"writer-{who}", str(n), MONDAY_AT_NINE)
        if n == 1:
            begun.release()  # type: ignore[attr-defined]


def _read_layers(folder: Path, stop: object, listed: object) -> None:
    while not stop.is_set():  # type: ignore[attr-defined]
        listed.append(len(pyogrio.list_layers(folder / NAME)))  # type: ignore[attr-defined]


def test_the_store_stays_whole_while_eight_write_and_the_copy_is_made_and_read(office: Workspace) -> None:
    publish(office)
    spawn = multiprocessing.get_context("spawn")
    with spawn.Manager() as manager:
        stop, listed, begun = manager.Event(), manager.list(), manager.Semaphore(0)
        children = [spawn.Process(target=_write, args=(office.database, i, stop, begun)) for i in range(8)]
        children.append(spawn.Process(target=_read_layers, args=(office.folder, stop, listed)))
        for child in children:
            child.start()
        try:
            assert all(begun.acquire(timeout=60) for _ in range(8))
            for _ in range(8):
                publish(office)
                office.database.checkpoint()
        finally:
            stop.set()
            for child in children:
                child.join(30)
        assert [child.exitcode for child in children] == [0] * 9
        assert set(listed) <= {len(pyogrio.list_layers(office.folder / NAME))}
        assert listed
    assert backup.check(office).is_whole
    with office.read() as conn:
        counted = settings_store.read(conn)
    assert all(int(counted[f"writer-{i}"]) > 0 for i in range(8))
