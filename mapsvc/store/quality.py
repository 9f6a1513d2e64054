"""What the data's quality is asked about: for each question the rows that answer it, counted and paged."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    text,
    union,
)

from mapsvc.store.tables import (
    assignment,
    case_file,
    enquiry,
    issue,
    location,
    need,
    person,
    place,
    shop,
    tenancy,
    visit,
)

REPEATED_FROM = 10
"""A text of a visit that stands this often word for word says little."""
SILENT_VISITS = 3
OPEN_FOR_LONG = timedelta(days=30)

Asked = Callable[[Connection, datetime, datetime], Select[Any]]
"""(connection, now, a year ago) -> rows kind, id, code, title, detail, at."""

_NOTHING = null()
_current = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))


def _row(
    kind: str, id: Any, code: Any, title: Any, detail: Any = _NOTHING, at: Any = _NOTHING
) -> tuple[ColumnElement[Any], ...]:
    return (
        literal(kind).label("kind"),
        id.label("id"),
        code.label("code"),
        title.label("title"),
        cast(detail, String).label("detail"),
        at.label("at"),
    )


def _visits(*where: ColumnElement[bool]) -> Select[Any]:
    columns = _row("visit", visit.c.id, shop.c.code, tenancy.c.sign_name, visit.c.note, visit.c.happened_at)
    joined = select(*columns).join(shop, shop.c.id == visit.c.shop_id)
    return joined.outerjoin(tenancy, tenancy.c.id == visit.c.tenancy_id).where(*where)


def _shops(*where: ColumnElement[bool], detail: Any = location.c.address) -> Select[Any]:
    columns = _row("shop", shop.c.id, shop.c.code, tenancy.c.sign_name, detail, shop.c.updated_at)
    joined = select(*columns).join(location, location.c.id == shop.c.location_id).outerjoin(tenancy, _current)
    return joined.where(*where)


def _issues(*where: ColumnElement[bool], detail: Any = issue.c.description) -> Select[Any]:
    columns = _row("case", issue.c.case_id, issue.c.number, location.c.address, detail, issue.c.happened_at)
    joined = select(*columns).join(location, location.c.id == issue.c.location_id)
    return joined.join(case_file, case_file.c.id == issue.c.case_id).where(*where)


def identical_texts(_: Connection, _now: datetime, _year_ago: datetime) -> Select[Any]:
    """Visits whose text stands word for word on many others."""
    many = select(visit.c.note).where(visit.c.note.is_not(None)).group_by(visit.c.note)
    return _visits(visit.c.note.in_(many.having(func.count() >= REPEATED_FROM)))


def grades_without_meeting(_: Connection, _now: datetime, _year_ago: datetime) -> Select[Any]:
    """Visits with a grade although nobody was met."""
    return _visits(visit.c.satisfaction.is_not(None), visit.c.outcome != "met")


def night_visits(conn: Connection, _now: datetime, _year_ago: datetime) -> Select[Any]:
    """Visits between 21:00 and 6:00 at the office; those with a day and no time do not count."""
    if conn.dialect.name == "postgresql":
        local = func.to_char(func.timezone("Asia/Shanghai", visit.c.happened_at), "HH24:MI")
    else:
        # Shanghai keeps one time all year: UTC+8.
        local = func.strftime("%H:%M", cast(visit.c.happened_at, String), text("'+8 hours'"))
    return _visits(or_(local >= "21:00", local < "06:00"), local != "00:00")


def silent_doors(_: Connection, _now: datetime, year_ago: datetime) -> Select[Any]:
    """Shops met three times or more within a year where nothing was voiced."""
    met = (
        select(visit.c.shop_id)
        .where(visit.c.outcome == "met", visit.c.happened_at >= year_ago)
        .group_by(visit.c.shop_id)
        .having(func.count() >= SILENT_VISITS)
    )
    said = exists().where(need.c.shop_id == shop.c.id, need.c.voiced_at >= year_ago)
    asked = exists().where(enquiry.c.shop_id == shop.c.id, enquiry.c.asked_at >= year_ago)
    theirs = issue.c.source.in_(("merchant", "card"))
    reported = exists().where(issue.c.shop_id == shop.c.id, issue.c.happened_at >= year_ago, theirs)
    return _shops(shop.c.id.in_(met), not_(said), not_(asked), not_(reported))


def never_met(_: Connection, _now: datetime, _year_ago: datetime) -> Select[Any]:
    """Open shops where nobody was ever met."""
    met = exists().where(visit.c.shop_id == shop.c.id, visit.c.outcome == "met")
    return _shops(not_(met), shop.c.state == "open")


def by_address_only(_: Connection, _now: datetime, _year_ago: datetime) -> Select[Any]:
    """Shops placed by their address alone."""
    return _shops(location.c.position_source == "address")


def extrapolated(_: Connection, _now: datetime, _year_ago: datetime) -> Select[Any]:
    """Shops placed by a house number beyond the known ones."""
    found = and_(location.c.position_source == "address", location.c.position_note.is_not(None))
    return _shops(found, detail=location.c.position_note)


def without_place(_: Connection, _now: datetime, _year_ago: datetime) -> Select[Any]:
    """Issues tied to no shop and no place."""
    return _issues(issue.c.shop_id.is_(None), issue.c.place_id.is_(None))


def without_worker(_: Connection, _now: datetime, _year_ago: datetime) -> Select[Any]:
    """Shops nobody looks after."""
    held = exists().where(assignment.c.shop_id == shop.c.id, assignment.c.until_day.is_(None))
    return _shops(not_(held))


def without_phone(_: Connection, _now: datetime, _year_ago: datetime) -> Select[Any]:
    """Open shops without a phone that can be rung."""
    ask = _shops(shop.c.state == "open", or_(person.c.phone.is_(None), func.length(person.c.phone) < 8))
    return ask.outerjoin(person, person.c.id == tenancy.c.merchant_id)


def answered_without_words(_: Connection, _now: datetime, _year_ago: datetime) -> Select[Any]:
    """Enquiries with a time of answer and no answer; what was asked on a card's page is not for everybody."""
    columns = _row("enquiry", enquiry.c.id, shop.c.code, tenancy.c.sign_name, enquiry.c.text, enquiry.c.asked_at)
    joined = select(*columns).outerjoin(shop, shop.c.id == enquiry.c.shop_id)
    joined = joined.outerjoin(tenancy, tenancy.c.id == enquiry.c.tenancy_id)
    return joined.where(enquiry.c.answered_at.is_not(None), enquiry.c.answer.is_(None), enquiry.c.card_id.is_(None))


def open_for_long(_: Connection, now: datetime, _year_ago: datetime) -> Select[Any]:
    """Imported issues that nobody closed in the ledger for a month."""
    is_open = case_file.c.state.not_in(("closed", "rejected"))
    return _issues(case_file.c.is_imported, is_open, case_file.c.opened_at < now - OPEN_FOR_LONG)


ASKS: dict[str, Asked] = {
    "identical_texts": identical_texts,
    "grades_without_meeting": grades_without_meeting,
    "night_visits": night_visits,
    "silent_doors": silent_doors,
    "never_met": never_met,
    "by_address_only": by_address_only,
    "extrapolated": extrapolated,
    "without_place": without_place,
    "without_worker": without_worker,
    "without_phone": without_phone,
    "answered_without_words": answered_without_words,
    "open_for_long": open_for_long,
}


def count(conn: Connection, asked: str, now: datetime, year_ago: datetime) -> int:
    """How many rows answer a question."""
    rows = ASKS[asked](conn, now, year_ago).subquery()
    return int(conn.execute(select(func.count()).select_from(rows)).scalar_one())


def page(conn: Connection, asked: str, now: datetime, year_ago: datetime, limit: int, offset: int) -> list[Row[Any]]:
    """Rows that answer a question, the newest first, by code and id where times are equal."""
    rows = ASKS[asked](conn, now, year_ago).subquery()
    ordered = select(rows).order_by(rows.c.at.desc(), rows.c.code, rows.c.id)
    return list(conn.execute(ordered.limit(limit).offset(offset)))


def totals(conn: Connection) -> dict[str, int]:
    """Rows in all: shops, visits, issues, enquiries."""
    tables = {"shop": shop, "visit": visit, "case": issue, "enquiry": enquiry}
    return {
        name: int(conn.execute(select(func.count()).select_from(table)).scalar_one()) for name, table in tables.items()
    }


def given_with_address(conn: Connection) -> list[Row[Any]]:
    """Shops, issues and places that have both a coordinate and a house number, with the columns of where they are."""
    where = [location.c[n] for n in ("lon", "lat", "address", "street", "house_number")]
    both = and_(location.c.position_source != "address", location.c.house_number.is_not(None))
    shops = _shops(both).add_columns(*where)
    cases = _issues(both).add_columns(*where)
    columns = _row("place", place.c.id, place.c.code, place.c.name, null(), place.c.updated_at)
    places = select(*columns, *where).join(location, location.c.id == place.c.location_id).where(both)
    return list(conn.execute(union(shops, cases, places)))


def repeated_texts(conn: Connection, limit: int = 10) -> Sequence[Row[Any]]:
    """Texts of visits that stand often, with how often, the most frequent first."""
    ask = select(visit.c.note, func.count().label("n")).where(visit.c.note.is_not(None)).group_by(visit.c.note)
    ask = ask.having(func.count() >= REPEATED_FROM).order_by(func.count().desc(), visit.c.note)
    return list(conn.execute(ask.limit(limit)))
