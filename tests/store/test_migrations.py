"""Schema versions: made once by one process, a newer store is refused, geometry and guards are there."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from mapsvc.errors import Broken
from mapsvc.store import migrations
from mapsvc.store.database import Database
from mapsvc.store.migrations import alerts, casework, field, open_work, patrols, service
from mapsvc.store.tables import location, metadata
from tests.support.postgres import Cluster


def test_a_new_store_is_of_the_newest_version(database: Database) -> None:
    with database.read() as conn:
        assert migrations.version_of(conn) == migrations.NEWEST
        assert set(metadata.tables) <= set(inspect(conn).get_table_names())


def test_a_newer_store_is_refused_with_both_numbers(database: Database) -> None:
    with database.write() as conn:
        conn.execute(text("INSERT INTO schema_version (version) VALUES (99)"))
    with pytest.raises(Broken, match=r"99.*升级"):
        Database.open(database.folder, database.url)


@pytest.fixture
def bare_url(database_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a PostgreSQL database without a table; empty for SQLite."""
    if database_kind == "sqlite":
        yield ""
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.create("bare")
    cluster.execute("CREATE EXTENSION IF NOT EXISTS postgis", "bare")
    yield url
    cluster.drop("bare")


def _open(folder: Path, url: str) -> None:
    Database.open(folder, url).close()


def test_processes_that_open_a_new_folder_at_once_make_one_store(data_folder: Path, bare_url: str) -> None:
    told = (data_folder, bare_url)
    started = [multiprocessing.get_context("spawn").Process(target=_open, args=told) for _ in range(4)]
    for process in started:
        process.start()
    for process in started:
        process.join(60)
    assert [process.exitcode for process in started] == [0, 0, 0, 0]
    database = Database.open(data_folder, bare_url)
    with database.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM schema_version")).scalar() == 1
    database.close()


def test_an_older_store_is_copied_before_it_is_changed(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Database.open(data_folder).close()
    monkeypatch.setattr(migrations, "NEWEST", migrations.NEWEST + 1)
    steps = (*migrations.STEPS, lambda conn: conn.execute(text("ALTER TABLE shop ADD COLUMN shade TEXT")))
    monkeypatch.setattr(migrations, "STEPS", steps)
    database = Database.open(data_folder)
    with database.read() as conn:
        assert "shade" in {column["name"] for column in inspect(conn).get_columns("shop")}
        triggers = conn.execute(text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")).scalar()
        assert triggers and triggers > 30
    database.close()
    assert (data_folder / f"before-version-{migrations.NEWEST}.sqlite").stat().st_size > 0


def _shape(conn: Connection) -> dict[str, tuple[set[str], set[str]]]:
    """Tables with their columns and indexes, those with a geometry, which the inspection cannot read, by name only;
    under their own heads the triggers and the layers that have a revision."""
    found = inspect(conn)
    told = {
        t.name
        for t in (
            *field.TABLES,
            *casework.TABLES,
            *alerts.TABLES,
            *patrols.TABLES,
            *(table for table, _ in (*casework.COLUMNS, *patrols.COLUMNS)),
        )
    }
    triggers = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[conn.dialect.name]
    return {
        " triggers": ({*conn.exec_driver_sql(triggers).scalars()}, set()),
        " layers": ({*conn.execute(text("SELECT layer FROM revision")).scalars()}, set()),
    } | {
        name: (
            {c["name"] for c in found.get_columns(name)} if name in told else set(),
            {str(i["name"]) for i in found.get_indexes(name)} if name in told else set(),
        )
        for name in found.get_table_names()
    }


def _undo_casework(conn: Connection) -> None:
    for name in open_work.NAMES:
        conn.exec_driver_sql(f"DROP INDEX {name}")
    for index in (i for table, _ in casework.COLUMNS for i in table.indexes if i.name in casework.INDEXES):
        index.drop(conn)
    for table in reversed(casework.TABLES):
        conn.exec_driver_sql(f"DROP TABLE {table.name}" + ("" if conn.dialect.name == "sqlite" else " CASCADE"))
    for table in ("council", "context_event"):
        for moment in ("insert", "update", "delete"):
            on = "" if conn.dialect.name == "sqlite" else f" ON {table}"
            conn.exec_driver_sql(f"DROP TRIGGER revise_{table}_{moment}{on}")
    for table, columns in casework.COLUMNS:
        for column in columns:
            conn.exec_driver_sql(f"ALTER TABLE {table.name} DROP COLUMN {column}")
    conn.execute(text("DELETE FROM revision WHERE layer = 'casework'"))


def _undo_patrols(conn: Connection) -> None:
    for table in reversed(patrols.TABLES):
        table.drop(conn)
    for table, columns in patrols.COLUMNS:
        for column in columns:
            conn.exec_driver_sql(f"ALTER TABLE {table.name} DROP COLUMN {column}")
    conn.execute(text("DELETE FROM revision WHERE layer = 'walks'"))


def _undo_service(conn: Connection) -> None:
    for table in reversed(service.TABLES):
        table.drop(conn)
    for moment in ("insert", "update", "delete"):
        on = "" if conn.dialect.name == "sqlite" else " ON card"
        conn.exec_driver_sql(f"DROP TRIGGER revise_card_{moment}{on}")
    for table, columns in service.COLUMNS:
        for column in columns:
            conn.exec_driver_sql(f"ALTER TABLE {table.name} DROP COLUMN {column}")
    for layer in service.LAYERS:
        conn.execute(text("DELETE FROM revision WHERE layer = :layer"), {"layer": layer})


def _undo_alerts(conn: Connection) -> None:
    for table in reversed(alerts.TABLES):
        table.drop(conn)
    conn.execute(text("DELETE FROM revision WHERE layer = 'alerts'"))


def _undo_field(conn: Connection) -> None:
    for table in field.TABLES:
        table.drop(conn)


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
def test_a_store_of_an_older_version_becomes_the_newest(data_folder: Path, bare_url: str, version: int) -> None:
    database = Database.open(data_folder, bare_url)
    with database.write() as conn:
        newest = _shape(conn)
        _undo_service(conn)
        if version <= 4:
            _undo_patrols(conn)
        if version <= 3:
            _undo_alerts(conn)
        if version <= 2:
            _undo_casework(conn)
        if version == 1:
            _undo_field(conn)
        assert _shape(conn) != newest
        conn.execute(text("UPDATE schema_version SET version = :v"), {"v": version})
    database.close()
    database = Database.open(data_folder, bare_url)
    with database.read() as conn:
        assert migrations.version_of(conn) == migrations.NEWEST
        assert _shape(conn) == newest
    database.close()


def test_a_step_that_fails_leaves_the_old_version(
    data_folder: Path, bare_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database.open(data_folder, bare_url).close()
    newest = migrations.NEWEST

    def broken(conn: object) -> None:
        conn.execute(text("ALTER TABLE shop ADD COLUMN shade TEXT"))  # type: ignore[attr-defined]
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(migrations, "NEWEST", newest + 1)
        patched.setattr(migrations, "STEPS", (*migrations.STEPS, broken))
        with pytest.raises(ZeroDivisionError):
            Database.open(data_folder, bare_url)
    database = Database.open(data_folder, bare_url)
    with database.read() as conn:
        assert migrations.version_of(conn) == newest
        assert "shade" not in {column["name"] for column in inspect(conn).get_columns("shop")}
    database.close()


def test_points_have_a_geometry_with_an_index_on_postgis(database: Database) -> None:
    with database.write() as conn:
        conn.execute(location.insert().values(id="l", kind="point", lon=121.42, lat=31.25))
        conn.execute(location.insert().values(id="m", kind="point"))
        if database.is_sqlite:
            assert "ix_location_lon_lat" in {i["name"] for i in inspect(conn).get_indexes("location")}
            return
        inside = "SELECT id FROM location WHERE geom && ST_MakeEnvelope(121.4, 31.2, 121.5, 31.3, 4326)"
        assert conn.execute(text(inside)).scalars().all() == ["l"]
        names = conn.execute(text("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%gist%'")).scalars().all()
        assert {"ix_location_geom", "ix_patch_geom"} <= set(names)
