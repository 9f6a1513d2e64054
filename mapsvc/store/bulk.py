"""Many rows at once: inserts, changes and removals by id, and what an import asks about whole chunks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    tuple_,
    union_all,
    update,
)

from mapsvc.store.tables import (
    alert,
    assignment,
    campaign_shop,
    case_file,
    case_step,
    contact_attempt,
    context_event,
    council,
    effect_check,
    enquiry,
    enquiry_step,
    extension,
    issue,
    location,
    metadata,
    need,
    notice,
    person,
    photo,
    place,
    playbook_run,
    promise,
    register_entry,
    roster,
    shop,
    storm_door,
    task,
    tenancy,
    ticket,
    topic_choice,
    visit,
    watch,
    work_order,
)

Rows = Sequence[Mapping[str, Any]]
_CHUNK = 900


def chunks(items: Sequence[Any], size: int = _CHUNK) -> Iterator[Sequence[Any]]:
    """Parts of at most `size`: databases bind a limited number of values."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def add(conn: Connection, table: str, rows: Rows) -> None:
    """Store new rows of a table; all have the same columns."""
    if rows:
        conn.execute(insert(metadata.tables[table]), list(rows))


def change(conn: Connection, table: str, rows: Rows) -> None:
    """Write columns of rows known by `id`; rows may name different columns."""
    target = metadata.tables[table]
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        values = {f"new_{name}": value for name, value in row.items() if name != "id"}
        alike[tuple(values)].append({"row_id": row["id"], **values})
    for names, some in alike.items():
        new = {name[4:]: bindparam(name, type_=target.c[name[4:]].type) for name in names}
        conn.execute(update(target).where(target.c.id == bindparam("row_id")).values(new), some)


def remove(conn: Connection, table: str, ids: Iterable[str], column: str = "id") -> int:
    """Remove rows by id (or by another column); returns how many."""
    target = metadata.tables[table]
    gone = 0
    for some in chunks(sorted(set(ids))):
        gone += conn.execute(delete(target).where(target.c[column].in_(some))).rowcount
    return gone


def raise_version(conn: Connection, table: str, ids: Iterable[str]) -> None:
    """Count up the version of rows that were changed."""
    target = metadata.tables[table]
    for some in chunks(sorted(set(ids))):
        conn.execute(update(target).where(target.c.id.in_(some)).values(version=target.c.version + 1))


def is_empty(conn: Connection, table: str) -> bool:
    """Whether a table has no row."""
    return conn.execute(select(exists(select(metadata.tables[table])))).scalar() is not True


def ids_by(conn: Connection, table: str, column: str, values: Iterable[str]) -> dict[str, str]:
    """Value of `column` -> id, for the rows that have one of `values` there."""
    target = metadata.tables[table]
    found: dict[str, str] = {}
    for some in chunks(sorted(set(values))):
        ask = select(target.c[column], target.c.id).where(target.c[column].in_(some))
        found.update((row[0], row[1]) for row in conn.execute(ask))
    return found


def ids_page(
    conn: Connection, table: str, order: Sequence[str], after: Sequence[Any] | None, limit: int
) -> list[Row[Any]]:
    """Up to `limit` rows (id, then the columns of `order`) in that order, id last, after (…, id)."""
    target = metadata.tables[table]
    columns = [*(target.c[name] for name in order), target.c.id]
    ask = select(target.c.id, *columns[:-1]).order_by(*columns).limit(limit)
    if after is not None:
        last = tuple_(*(literal(value, column.type) for value, column in zip(after, columns, strict=True)))
        ask = ask.where(tuple_(*columns) > last)
    return list(conn.execute(ask))


def at_shops(
    conn: Connection, table: str, shop_ids: Iterable[str], time_column: str, since: datetime, until: datetime
) -> list[Row[Any]]:
    """Rows of visit or enquiry at shops from `since` up to and with `until`."""
    target = metadata.tables[table]
    ask = select(target).where(target.c[time_column].between(since, until))
    return _all(conn, ask, target.c.shop_id, shop_ids)


def rows_by_ids(conn: Connection, table: str, ids: Iterable[str], column: str = "id") -> list[Row[Any]]:
    """Whole rows whose `column` is one of `ids`."""
    target = metadata.tables[table]
    return _all(conn, select(target), target.c[column], ids)


def _all(conn: Connection, ask: Select[Any], column: Column[Any], ids: Iterable[str]) -> list[Row[Any]]:
    rows: list[Row[Any]] = []
    for some in chunks(sorted(set(ids))):
        rows += conn.execute(ask.where(column.in_(some)))
    return rows


def staff(conn: Connection) -> dict[str, str]:
    """Nickname -> id of all staff, those who left too."""
    ask = select(person.c.nickname, person.c.id).where(person.c.kind == "staff", person.c.nickname.is_not(None))
    return {row.nickname: row.id for row in conn.execute(ask)}


def shops_by_codes(conn: Connection, codes: Iterable[str]) -> list[Row[Any]]:
    """Shops with their location: id, code, location_id, lon, lat, error_m, address."""
    columns = (shop.c.id, shop.c.code, shop.c.location_id, *(location.c[n] for n in _WHERE))
    ask = select(*columns).join(location, location.c.id == shop.c.location_id)
    return _all(conn, ask, shop.c.code, codes)


_WHERE = ("lon", "lat", "error_m", "address", "street", "house_number", "side", "chainage_m")


def shops_whole(conn: Connection, ids: Iterable[str]) -> list[Row[Any]]:
    """Shops with location, present tenancy and its merchant, as an import compares them."""
    current = (tenancy.c.shop_id == shop.c.id) & tenancy.c.ended_on.is_(None)
    ask = (
        select(
            shop.c.id, shop.c.code, shop.c.location_id, shop.c.state, shop.c.area_m2, shop.c.note,
            location.c.lon, location.c.lat, location.c.position_source, location.c.address,
            tenancy.c.id.label("tenancy_id"), tenancy.c.sign_name, tenancy.c.trade, tenancy.c.origin,
            tenancy.c.has_preschooler, tenancy.c.staff_count, tenancy.c.merchant_id,
            person.c.name.label("merchant"), person.c.phone,
        )
        .join(location, location.c.id == shop.c.location_id)
        .outerjoin(tenancy, current)
        .outerjoin(person, person.c.id == tenancy.c.merchant_id)
    )  # fmt: skip
    return _all(conn, ask, shop.c.id, ids)


def places_whole(conn: Connection, ids: Iterable[str]) -> list[Row[Any]]:
    """Places with their location."""
    columns = [location.c[name] for name in ("lon", "lat", "position_source", "address")]
    return _all(conn, select(place, *columns).join(location, location.c.id == place.c.location_id), place.c.id, ids)


def place_names(conn: Connection) -> list[Row[Any]]:
    """All places: id, code, name, lon, lat, error_m."""
    ask = select(place.c.id, place.c.code, place.c.name, location.c.lon, location.c.lat, location.c.error_m)
    return list(conn.execute(ask.join(location, location.c.id == place.c.location_id).order_by(place.c.code)))


def issues_whole(conn: Connection, ids: Iterable[str]) -> list[Row[Any]]:
    """Issues with case, location, shop code and reporter."""
    ask = (
        select(
            issue,
            case_file.c.state, case_file.c.calendar, case_file.c.limit_min, case_file.c.closed_at,
            case_file.c.version.label("case_version"), case_file.c.paused_min, case_file.c.due_at,
            location.c.lon, location.c.lat, location.c.position_source, location.c.address,
            shop.c.code.label("shop_code"), person.c.nickname, person.c.name,
        )
        .join(case_file, case_file.c.id == issue.c.case_id)
        .join(location, location.c.id == issue.c.location_id)
        .outerjoin(shop, shop.c.id == issue.c.shop_id)
        .outerjoin(person, person.c.id == issue.c.reporter_id)
    )  # fmt: skip
    return _all(conn, ask, issue.c.id, ids)


def issues_by_numbers(conn: Connection, numbers: Iterable[str]) -> list[Row[Any]]:
    """Issues: id, number, case_id, location_id, shop_id, place_id, happened_at."""
    columns = [issue.c[n] for n in ("id", "number", "case_id", "location_id", "shop_id", "place_id", "happened_at")]
    return _all(conn, select(*columns), issue.c.number, numbers)


def visits_whole(conn: Connection, ids: Iterable[str]) -> list[Row[Any]]:
    """Visits with the shop's code, the sign over its door at that time and the worker's name."""
    ask = (
        select(visit, shop.c.code.label("shop_code"), tenancy.c.sign_name, person.c.nickname, person.c.name)
        .join(shop, shop.c.id == visit.c.shop_id)
        .outerjoin(tenancy, tenancy.c.id == visit.c.tenancy_id)
        .outerjoin(person, person.c.id == visit.c.worker_id)
    )
    return _all(conn, ask, visit.c.id, ids)


def enquiries_whole(conn: Connection, ids: Iterable[str]) -> list[Row[Any]]:
    """Enquiries with the shop's code."""
    ask = select(enquiry, shop.c.code.label("shop_code")).outerjoin(shop, shop.c.id == enquiry.c.shop_id)
    return _all(conn, ask, enquiry.c.id, ids)


def councils_whole(conn: Connection, ids: Iterable[str]) -> list[Row[Any]]:
    """Councils with the issue's number."""
    ask = select(council, issue.c.number).outerjoin(issue, issue.c.id == council.c.issue_id)
    return _all(conn, ask, council.c.id, ids)


def register_whole(conn: Connection, ids: Iterable[str]) -> list[Row[Any]]:
    """Entries of the register."""
    return _all(conn, select(register_entry), register_entry.c.id, ids)


def assignments_in_force(conn: Connection, shop_ids: Iterable[str], day: date) -> list[Row[Any]]:
    """Assignments of shops that hold on `day`, with the worker's nickname."""
    holds = (assignment.c.from_day <= day) & (assignment.c.until_day.is_(None) | (assignment.c.until_day > day))
    ask = select(assignment, person.c.nickname, person.c.name).join(person, person.c.id == assignment.c.worker_id)
    return _all(conn, ask.where(holds), assignment.c.shop_id, shop_ids)


def locations_of(conn: Connection, table: str, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Location of each shop, place, issue or visit (its shop's), by id."""
    columns = [location.c[n] for n in ("lon", "lat", "position_source", "error_m")]
    target = metadata.tables[table]
    if table == "visit":
        ask = select(visit.c.id, *columns).join(shop, shop.c.id == visit.c.shop_id)
        ask = ask.join(location, location.c.id == shop.c.location_id)
    else:
        ask = select(target.c.id, *columns).join(location, location.c.id == target.c.location_id)
    return {row.id: row for row in _all(conn, ask, target.c.id, ids)}


def steps_of(conn: Connection, case_ids: Iterable[str]) -> list[str]:
    """Ids of the steps of cases."""
    return [row.id for row in _all(conn, select(case_step.c.id), case_step.c.case_id, case_ids)]


_LEAN_ON = {
    "shop": (
        visit,
        need,
        promise,
        enquiry,
        issue,
        ticket,
        task,
        playbook_run,
        notice,
        effect_check,
        alert,
        storm_door,
        topic_choice,
        campaign_shop,
    ),
    "place": (
        issue,
        ticket,
        playbook_run,
        notice,
        roster,
        watch,
        effect_check,
        work_order,
        context_event,
        alert,
        storm_door,
    ),
    "visit": (issue, promise, photo),
    "issue": (council, promise, photo),
    "location": (context_event, watch, playbook_run),
    "ticket": (contact_attempt, extension),
    "enquiry": (enquiry_step,),
    # An import brings issues and steps with their case; whatever else hangs on it was done here.
    "case": tuple(
        t
        for t in metadata.sorted_tables
        if "case_id" in t.c and t.name not in {"issue", "case_step", "escalation", "event"}
    ),
}


def leaned_on(conn: Connection, table: str, ids: Sequence[str]) -> set[str]:
    """Those of `ids` to which other records point that nobody imported with them (asked after those were removed)."""
    found: set[str] = set()
    others = [other for other in _LEAN_ON.get(table, ()) if f"{table}_id" in other.c]
    for some in chunks(ids, 400):
        if others:
            asks = [select(o.c[f"{table}_id"]).where(o.c[f"{table}_id"].in_(some)) for o in others]
            found.update(row[0] for row in conn.execute(union_all(*asks)) if row[0])
    return found


def count(conn: Connection, table: str) -> int:
    """Rows of a table."""
    return int(conn.execute(select(func.count()).select_from(metadata.tables[table])).scalar_one())
