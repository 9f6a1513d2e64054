"""Times and documents come back as they were put in, from either database."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from mapsvc.store.database import Database
from mapsvc.store.tables import import_batch, person, setting
from tests.support.clock import MONDAY_AT_NINE

zones = st.integers(-12 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=zones)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(moments)
def test_a_time_comes_back_in_utc_to_the_second(database: Database, at: datetime) -> None:
    with database.write() as conn:
        conn.execute(setting.delete())
        conn.execute(setting.insert().values(name="t", value="", changed_at=at))
        back = conn.execute(select(setting.c.changed_at)).scalar_one()
    assert back == at.replace(microsecond=0)
    assert back.tzinfo is UTC or back.utcoffset() == timedelta(0)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(moments, min_size=2, max_size=6))
def test_times_sort_as_they_passed(database: Database, times: list[datetime]) -> None:
    with database.write() as conn:
        conn.execute(setting.delete())
        rows = [{"name": str(i), "value": "", "changed_at": at} for i, at in enumerate(times)]
        conn.execute(setting.insert(), rows)
        back = conn.execute(select(setting.c.changed_at).order_by(setting.c.changed_at)).scalars().all()
    assert list(back) == sorted(back)


def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="zone"), database.write() as conn:
        conn.execute(setting.insert().values(name="t", value="", changed_at=datetime(2026, 1, 1)))


def test_times_are_text_of_one_width_on_sqlite(database: Database) -> None:
    with database.write() as conn:
        conn.execute(setting.insert().values(name="t", value="", changed_at=MONDAY_AT_NINE))
        raw = conn.execute(text("SELECT changed_at FROM setting")).scalar_one()
    assert raw == ("2026-11-23T01:00:00Z" if database.is_sqlite else MONDAY_AT_NINE)


def test_a_document_comes_back(database: Database) -> None:
    counts = {"商铺底册": {"read": 190, "note": "橙子\u2028", "none": None, "list": [1, 2.5, "三"]}}
    with database.write() as conn:
        values = {"file_name": "a.xlsx", "file_sha256": "0" * 64, "state": "done", "at": MONDAY_AT_NINE}
        conn.execute(import_batch.insert().values(id="b", counts=counts, **values))
        assert conn.execute(select(import_batch.c.counts)).scalar_one() == counts


def test_colleagues_have_nicknames_of_their_own_and_merchants_need_not(database: Database) -> None:
    made = {"created_at": MONDAY_AT_NINE, "nickname": "小陈"}
    with database.write() as conn:
        conn.execute(person.insert().values(id="m-1", kind="merchant", name="陈先生", **made))
        conn.execute(person.insert().values(id="w-1", kind="staff", name="陈一", **made))
    with pytest.raises(IntegrityError), database.write() as conn:
        conn.execute(person.insert().values(id="w-2", kind="staff", name="陈二", **made))


def test_no_document_is_null_and_not_the_word(database: Database) -> None:
    with database.write() as conn:
        values = {"file_name": "a.xlsx", "file_sha256": "0" * 64, "state": "done", "at": MONDAY_AT_NINE}
        conn.execute(import_batch.insert().values(id="b", counts=None, **values))
        assert conn.execute(select(import_batch.c.id).where(import_batch.c.counts.is_(None))).scalars().all() == ["b"]


def test_the_tables_load_no_other_database_s_dialect() -> None:
    code = "import sys, mapsvc.store.tables; print('sqlalchemy.dialects.postgresql' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
