"""Revisions: each table raises the layers that show it, and no others; on both databases alike."""

import pytest
from sqlalchemy import Connection, text

from mapsvc.store import revisions
from mapsvc.store.database import Database
from mapsvc.store.migrations.triggers import LAYERS, RAISES
from mapsvc.store.tables import case_file, issue, location, metadata, place, shop
from tests.support.clock import MONDAY_AT_NINE

NOW = {"created_at": MONDAY_AT_NINE, "updated_at": MONDAY_AT_NINE}


def raised(database: Database, *statements: object) -> set[str]:
    with database.read() as conn:
        before = revisions.read(conn)
    with database.write() as conn:
        for statement in statements:
            conn.execute(statement)  # type: ignore[call-overload]
    with database.read() as conn:
        after = revisions.read(conn)
    return {layer for layer in LAYERS if after[layer] != before[layer]}


def _one_of_each(conn: Connection) -> None:
    for kind in ("shop", "place", "point"):
        conn.execute(location.insert().values(id=f"l-{kind}", kind=kind))
    conn.execute(shop.insert().values(id="s", code="LT0001", location_id="l-shop", state="open", **NOW))
    conn.execute(place.insert().values(id="p", code="PD0001", location_id="l-place", name="空地", **NOW))
    conn.execute(case_file.insert().values(id="c", state="reported", calendar="clock", opened_at=MONDAY_AT_NINE))
    times = {"happened_at": MONDAY_AT_NINE, "received_at": MONDAY_AT_NINE}
    conn.execute(
        issue.insert().values(id="i", number="1", case_id="c", location_id="l-point", kind="1", source="app", **times)
    )


def test_every_layer_starts_at_naught(database: Database) -> None:
    with database.read() as conn:
        assert revisions.read(conn) == dict.fromkeys(LAYERS, 0)


def test_a_change_raises_the_layers_that_show_it(database: Database) -> None:
    with database.write() as conn:
        _one_of_each(conn)
    assert raised(database, shop.update().values(state="vacant")) == {"shops", "hotspots"}
    assert raised(database, place.update().values(name="桶点")) == {"places", "issues"}
    assert raised(database, case_file.update().values(state="handling")) == {"issues", "hotspots"}
    assert raised(database, issue.delete()) == {"issues", "hotspots"}
    moved = location.update().where(location.c.id == "l-shop").values(lon=121.42, lat=31.25)
    assert raised(database, moved) == {"shops", "places", "issues", "hotspots"}


def test_a_new_location_alone_changes_no_layer(database: Database) -> None:
    assert raised(database, location.insert().values(id="l-1", kind="shop")) == set()


def test_nothing_is_raised_by_a_write_that_failed(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as conn:
        _one_of_each(conn)
        raise ZeroDivisionError
    with database.read() as conn:
        assert set(revisions.read(conn).values()) == {0}


def test_every_named_table_has_its_triggers(database: Database) -> None:
    assert {table for table, _, _ in RAISES} <= set(metadata.tables)
    catalogue = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if not database.is_sqlite:
        catalogue = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with database.read() as conn:
        there = set(conn.execute(text(catalogue)).scalars())
    assert {f"revise_{table}_{moment.lower()}" for table, moments, _ in RAISES for moment in moments} <= there
