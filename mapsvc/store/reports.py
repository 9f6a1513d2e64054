"""Reports in the store: drafts, and what was frozen."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mapsvc.domain.periods import Period, PeriodKind
from mapsvc.domain.reports import Body, Frozen, Report
from mapsvc.domain.times import office_day
from mapsvc.store.tables import person, report, tenancy

_PLAIN = ("id", "title", "version", "made_by", "made_at", "changed_at", "frozen_at", "frozen_by")
_MOMENT = timedelta(seconds=1)
# What is frozen weighs a megabyte: lists do without.
_LIGHT = tuple(c for c in report.c if c.name != "frozen")


def by_id(conn: Connection, report_id: str) -> Report | None:
    """The report with this id."""
    row = conn.execute(select(report).where(report.c.id == report_id)).first()
    return _report(row) if row else None


def newest_of(conn: Connection, period: Period) -> Report | None:
    """The report of a span: of several (one was taken back) the last made."""
    ask = select(report).where(report.c.from_at == period.from_at, report.c.until_at == period.until_at)
    found = [_report(row) for row in conn.execute(ask.order_by(report.c.made_at.desc(), report.c.id))]
    taken_back = {one.body.based_on for one in found}
    return next((one for one in found if one.id not in taken_back), None)


def all_of(conn: Connection, limit: int = 200) -> list[Report]:
    """The reports there are, the latest span first; what is frozen is left out."""
    order = (report.c.until_at.desc(), report.c.from_at, report.c.made_at.desc(), report.c.id)
    return [_report(row) for row in conn.execute(select(*_LIGHT).order_by(*order).limit(limit))]


def successor_of(conn: Connection, taken_back: Report) -> Report | None:
    """The draft made when a frozen report was taken back; None while it stands."""
    ask = select(*_LIGHT).where(report.c.from_at == taken_back.period.from_at).order_by(report.c.made_at, report.c.id)
    found = (_report(row) for row in conn.execute(ask))
    return next((one for one in found if one.body.based_on == taken_back.id), None)


def add(conn: Connection, new: Report) -> None:
    """Keep a new draft."""
    values = {name: getattr(new, name) for name in _PLAIN}
    period = new.period
    times = {"kind": period.kind.value, "from_at": period.from_at, "until_at": period.until_at}
    conn.execute(insert(report).values(**values, **times, body=new.body.to_json()))


def replace_draft(conn: Connection, changed: Report) -> bool:
    """Write the next version of a draft; False if it is no longer the one before, or is frozen."""
    where = (report.c.id == changed.id, report.c.version == changed.version - 1, report.c.frozen_at.is_(None))
    values = {"body": changed.body.to_json(), "version": changed.version, "changed_at": changed.changed_at}
    return bool(conn.execute(update(report).where(*where).values(**values)).rowcount)


def freeze(conn: Connection, report_id: str, version: int, frozen: Frozen, by: str | None, at: datetime) -> bool:
    """Freeze a draft; False if it is no longer that version, or is frozen already."""
    where = (report.c.id == report_id, report.c.version == version, report.c.frozen_at.is_(None))
    values = {"frozen": frozen.to_json(), "frozen_at": at, "frozen_by": by}
    return bool(conn.execute(update(report).where(*where).values(**values)).rowcount)


def _report(row: Row[Any]) -> Report:
    period = Period(PeriodKind(row.kind), office_day(row.from_at), office_day(row.until_at - _MOMENT))
    frozen = getattr(row, "frozen", None)
    return Report(
        **{name: getattr(row, name) for name in _PLAIN},
        period=period,
        body=Body.from_json(row.body),
        frozen=Frozen.from_json(frozen) if frozen else None,
    )


def known_names(conn: Connection) -> tuple[frozenset[str], frozenset[str]]:
    """(people, signs of shops): what a report that is thrown on a wall does not show."""
    people = conn.execute(select(person.c.name, person.c.nickname).where(person.c.erased_at.is_(None)))
    names = {name for row in people for name in row if name}
    return frozenset(names), frozenset(conn.execute(select(tenancy.c.sign_name).distinct()).scalars())
