"""The audit chain: any change is found, no value is kept, writers side by side keep it whole."""

import json
import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.store import audit, guards
from mapsvc.store.database import Database
from tests.support.clock import MONDAY_AT_NINE

WORKER = Actor("p-1", "小陈", Role.WORKER)


def fill(database: Database, rows: int = 6) -> None:
    acts = [audit.Act("edit_shop", "shop", f"s-{i}", {"note": f"老{i}"}, {"note": f"新{i}"}) for i in range(rows)]
    with database.write() as conn:
        audit.append_many(conn, WORKER, acts[: rows // 2], MONDAY_AT_NINE)
        audit.append_many(conn, SYSTEM, acts[rows // 2 :], MONDAY_AT_NINE + timedelta(seconds=1))


def test_an_untouched_chain_is_whole(database: Database) -> None:
    fill(database)
    with database.read() as conn:
        assert audit.verify(conn) == audit.Verdict(6, None)


def test_an_empty_chain_is_whole(database: Database) -> None:
    with database.read() as conn:
        assert audit.verify(conn).is_whole


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET action = 'x' WHERE id = 3",
        "UPDATE audit SET actor_id = 'p-2' WHERE id = 1",
        "UPDATE audit SET after_hash = before_hash WHERE id = 6",
        "UPDATE audit SET at = (SELECT max(at) FROM audit) WHERE id = 2",
        "UPDATE audit SET hash = (SELECT hash FROM audit WHERE id = 5) WHERE id = 4",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit WHERE id = 6",
        "DELETE FROM audit",
    ],
)
def test_any_change_is_found_even_at_the_end(database: Database, change: str) -> None:
    fill(database)
    with database.write() as conn, guards.lifted(conn, "audit"):
        conn.execute(text(change))
    with database.read() as conn:
        assert not audit.verify(conn).is_whole


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
def test_the_store_refuses_changes_of_the_chain(database: Database, statement: str) -> None:
    fill(database)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as conn:
        conn.execute(text(statement))
    with database.read() as conn:
        assert audit.verify(conn).rows == 6


def test_no_value_is_kept(database: Database) -> None:
    with database.write() as conn:
        audit.append(conn, WORKER, "edit", "person", "p-9", {"phone": "13812345678"}, {"phone": None}, MONDAY_AT_NINE)
    with database.read() as conn:
        rows = [dict(row) for row in conn.execute(text("SELECT * FROM audit")).mappings()]
    assert "13812345678" not in json.dumps(rows, default=str)


def test_writers_side_by_side_keep_the_chain_whole(database: Database) -> None:
    def write() -> None:
        for i in range(10):
            with database.write() as conn:
                audit.append(conn, WORKER, "record_visit", "visit", str(i), None, {"i": i}, MONDAY_AT_NINE)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as conn:
        assert audit.verify(conn) == audit.Verdict(60, None)


records = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=4)


@given(records, records)
def test_two_records_have_one_hash_only_if_they_are_equal(one: dict[str, object], other: dict[str, object]) -> None:
    assert (audit.digest(one) == audit.digest(other)) == (one == other)


@given(records)
def test_the_order_of_fields_does_not_matter(record: dict[str, object]) -> None:
    assert audit.digest(record) == audit.digest(dict(reversed(record.items())))
