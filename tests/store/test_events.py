"""History: append-only, newest first, paged without loss or repeat."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mapsvc.store import events
from mapsvc.store.database import Database
from mapsvc.store.events import Event
from mapsvc.store.tables import location, shop
from tests.support.clock import MONDAY_AT_NINE


@pytest.fixture
def shop_id(database: Database) -> str:
    with database.write() as conn:
        conn.execute(location.insert().values(id="l-1", kind="shop"))
        at = {"created_at": MONDAY_AT_NINE, "updated_at": MONDAY_AT_NINE}
        conn.execute(shop.insert().values(id="s-1", code="LT0001", location_id="l-1", state="open", **at))
    return "s-1"


def test_pages_hold_everything_once_newest_first(database: Database, shop_id: str) -> None:
    # Three share each moment, so that a page may end in the midst of them.
    told = [Event("visit", f"v-{i}", MONDAY_AT_NINE + timedelta(hours=i // 3), shop_id=shop_id) for i in range(20)]
    with database.write() as conn:
        events.append_many(conn, told)
    seen: list[Event] = []
    with database.read() as conn:
        while page := events.page(conn, shop_id=shop_id, limit=7, after=(seen[-1].at, seen[-1].id) if seen else None):
            seen += page
    assert [e.ref for e in seen] == [f"v-{i}" for i in reversed(range(20))]


def test_an_unknown_type_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="gossip"), database.write() as conn:
        events.append(conn, type="gossip", ref="x", at=MONDAY_AT_NINE)


@pytest.mark.parametrize("statement", ["UPDATE event SET ref = 'x'", "DELETE FROM event"])
def test_history_cannot_be_changed(database: Database, shop_id: str, statement: str) -> None:
    with database.write() as conn:
        events.append(conn, type="visit", ref="v-1", at=MONDAY_AT_NINE, shop_id=shop_id)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as conn:
        conn.execute(text(statement))


def test_only_forgetting_removes_history_and_the_guard_is_up_again(database: Database, shop_id: str) -> None:
    with database.write() as conn:
        for ref in ("v-1", "v-2"):
            events.append(conn, type="visit", ref=ref, at=MONDAY_AT_NINE, shop_id=shop_id)
        assert events.forget(conn, ["v-1"]) == 1
    with database.read() as conn:
        assert [e.ref for e in events.page(conn, shop_id=shop_id)] == ["v-2"]
    with pytest.raises(DBAPIError, match="append-only"), database.write() as conn:
        conn.execute(text("DELETE FROM event"))
