"""办结公示 in the store: what happened in a span, without a word anybody wrote, and the sheets as they were printed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from mapsvc.domain.cases import CaseState
from mapsvc.domain.street_sheets import Answered, Content, DoneCase, Facts, OpenCase, StreetSheet
from mapsvc.domain.topics import topic_of
from mapsvc.store.tables import case_file, enquiry, issue, location, need, promise, street_sheet

_PLAIN = ("id", "title", "from_day", "until_day", "made_at", "made_by", "withdrawn_at")


def facts(conn: Connection, since: datetime, until: datetime, now: datetime) -> Facts:
    """What was done from `since` up to `until`, and what is open `now`."""
    return Facts(
        _cases(conn, since, until),
        _answered(conn, need, need.c.settled_at, since, until),
        _answered(conn, enquiry, enquiry.c.answered_at, since, until),
        _promises(conn, since, until),
        _open(conn, now),
    )


def add(conn: Connection, new: StreetSheet) -> None:
    """Keep a sheet as it is printed."""
    values = {name: getattr(new, name) for name in _PLAIN}
    conn.execute(insert(street_sheet).values(**values, content=new.content.to_json()))


def by_id(conn: Connection, sheet_id: str) -> StreetSheet | None:
    """The sheet with this id, withdrawn or not."""
    row = conn.execute(select(street_sheet).where(street_sheet.c.id == sheet_id)).first()
    return _sheet(row) if row else None


def newest(conn: Connection, limit: int = 60) -> list[StreetSheet]:
    """The sheets there are, the latest made first."""
    ask = select(street_sheet).order_by(street_sheet.c.made_at.desc(), street_sheet.c.id).limit(limit)
    return [_sheet(row) for row in conn.execute(ask)]


def withdraw(conn: Connection, sheet_id: str, at: datetime | None) -> None:
    """It hangs nowhere any more; None: it does after all."""
    conn.execute(update(street_sheet).where(street_sheet.c.id == sheet_id).values(withdrawn_at=at))


def _sheet(row: Row[Any]) -> StreetSheet:
    return StreetSheet(**{name: getattr(row, name) for name in _PLAIN}, content=Content.from_json(row.content))


def _cases(conn: Connection, since: datetime, until: datetime) -> tuple[DoneCase, ...]:
    ask = (
        select(
            case_file.c.id, issue.c.kind, issue.c.shop_id, issue.c.place_id, location.c.id.label("spot"),
            location.c.street, location.c.side, location.c.house_number,
        )
        .select_from(case_file)
        .join(issue, issue.c.case_id == case_file.c.id)
        .join(location, location.c.id == issue.c.location_id)
        .where(
            case_file.c.closed_at >= since, case_file.c.closed_at < until, case_file.c.state == CaseState.CLOSED,
            case_file.c.merged_into.is_(None),
        )
        .order_by(case_file.c.id, issue.c.joined_at.is_not(None), issue.c.happened_at, issue.c.id)
    )  # fmt: skip
    first: dict[str, DoneCase] = {}
    for row in conn.execute(ask):
        is_door = row.shop_id is not None or (row.place_id is None and row.house_number is not None)
        number = f"{row.street}{row.house_number}" if row.house_number is not None else None
        spot = number or row.shop_id or row.place_id or row.spot
        first.setdefault(row.id, DoneCase(row.kind, row.street, row.side, spot, is_door))
    return tuple(first.values())


def _answered(conn: Connection, table: Any, column: Any, since: datetime, until: datetime) -> tuple[Answered, ...]:
    ask = select(table.c.topic, func.coalesce(table.c.shop_id, table.c.id).label("asker"))
    ask = ask.where(column >= since, column < until).order_by(column, table.c.id)
    return tuple(Answered(topic_of(row.topic or ""), row.asker) for row in conn.execute(ask))


def _promises(conn: Connection, since: datetime, until: datetime) -> tuple[int, int]:
    fell_due = and_(promise.c.due_at >= since, promise.c.due_at < until, promise.c.withdrawn_at.is_(None))
    ask = select(func.count(), func.count(promise.c.kept_at)).select_from(promise).where(fell_due)
    due, kept = conn.execute(ask).one()
    return due, kept


def _open(conn: Connection, now: datetime) -> tuple[OpenCase, ...]:
    is_open = or_(case_file.c.closed_at.is_(None), case_file.c.closed_at >= now)
    ask = select(case_file.c.due_at, case_file.c.paused_at).where(
        case_file.c.opened_at < now, is_open, case_file.c.merged_into.is_(None)
    )
    return tuple(OpenCase(row.due_at, row.paused_at is not None) for row in conn.execute(ask))
