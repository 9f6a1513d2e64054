"""Daily rainfall taken in: once, again, with another amount; what nobody wrote down stays open."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from mapsvc.errors import Forbidden, Refused
from mapsvc.operations.rainfall import import_rainfall, last_days, rain_csv
from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables
from tests.support.street import Street

FILE = "日期,雨量mm\n2026-11-21,0\n2026-11-22,36.5\n2026-02-30,1\n".encode()


def counts(ws: Workspace, street: Street, content: bytes, dry_run: bool = False) -> tuple[int, int, int, int, int]:
    """(read, added, updated, unchanged, rejected)."""
    c = import_rainfall(ws, street.office, content, dry_run=dry_run).sheets["雨量表"]
    return c.read, c.added, c.updated, c.unchanged, c.rejected


def audited(ws: Workspace) -> list[str]:
    """Acts on rainfall, in their order."""
    ask = select(tables.audit.c.action).where(tables.audit.c.record_type == "rainfall").order_by(tables.audit.c.id)
    with ws.read() as conn:
        return list(conn.scalars(ask))


def test_the_same_file_again_changes_nothing(workspace: Workspace, street: Street) -> None:
    assert counts(workspace, street, FILE, dry_run=True) == (3, 2, 0, 0, 1)
    assert audited(workspace) == []
    assert counts(workspace, street, FILE) == (3, 2, 0, 0, 1)
    assert counts(workspace, street, FILE) == (3, 0, 0, 2, 1)
    assert audited(workspace) == ["import_rainfall"]
    with workspace.read() as conn:
        assert conn.scalar(select(func.count()).select_from(tables.rainfall)) == 2


def test_another_amount_replaces_the_old_one_and_is_audited(workspace: Workspace, street: Street) -> None:
    counts(workspace, street, FILE)
    assert counts(workspace, street, FILE.replace(b"36.5", b"41")) == (3, 0, 1, 1, 1)
    assert audited(workspace) == ["import_rainfall", "change_rainfall"]
    assert last_days(workspace, street.chen)[-2].mm == 41.0


def test_the_last_days_say_what_is_not_known(workspace: Workspace, street: Street) -> None:
    more = "day,mm,station\n2026-11-22,12,别处\n".encode()
    counts(workspace, street, FILE)
    counts(workspace, street, more)
    days = last_days(workspace, street.chen, 3)
    assert [(d.day, d.mm) for d in days] == [
        (date(2026, 11, 21), 0.0), (date(2026, 11, 22), 36.5), (date(2026, 11, 23), None)
    ]  # fmt: skip
    assert [d.is_heavy for d in days] == [False, True, False]
    assert [d.words for d in days][1:] == ["11月22日 36.5毫米，大雨", "11月23日 没有记录"]


def test_what_is_written_out_changes_nothing_when_it_comes_back(workspace: Workspace, street: Street) -> None:
    counts(workspace, street, b"day,mm,station\n2026-11-21,0.4,=HYPERLINK\n2026-11-22,36.5,\n")
    told = rain_csv(workspace, street.chen)
    assert told == "日期,雨量mm,站点\r\n2026-11-21,0.4,'=HYPERLINK\r\n2026-11-22,36.5,\r\n"
    assert counts(workspace, street, told.encode()) == (2, 0, 0, 2, 0)


def test_who_may_not_import_is_refused_and_so_is_a_file_without_header(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Forbidden):
        import_rainfall(workspace, street.chen, FILE)
    with pytest.raises(Refused):
        import_rainfall(workspace, street.office, b"x,y\n1,2\n")
