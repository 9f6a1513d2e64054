"""Issues in the store, and lists of issues with their cases and where they are."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    func,
    insert,
    literal,
    nulls_last,
    or_,
    select,
    update,
)
from sqlalchemy import case as sql_case

from mapsvc.domain.cases import OPEN_STATES, Case, CaseState
from mapsvc.domain.issues import Issue, IssueSource
from mapsvc.domain.places import Location, LocationKind
from mapsvc.domain.shops import RANK
from mapsvc.store import cases
from mapsvc.store.places import LOCATION, Box, location_of, within
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import assignment, case_file, issue, location, place, shop, tenancy

_FIELDS = tuple(f.name for f in fields(Issue) if f.name != "source")
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_CASE = tuple(c.label(f"file_{c.name}") for c in case_file.c)


@dataclass(frozen=True)
class Found:
    """An issue as a list shows it: with its case, where it is, and the shop or place by name."""

    issue: Issue
    case: Case
    location: Location
    shop_code: str | None
    shop_name: str | None
    place_code: str | None
    place_name: str | None


@dataclass(frozen=True)
class Wanted:
    """Which issues a list asks for; an empty field asks for all.

    `states`, `or_overdue_at` and `or_awaits_return_visit` widen each other; everything else narrows. `workers` look
    after the shop on the office's day `on`, or reported what is at no shop.
    """

    states: tuple[CaseState, ...] = ()
    or_overdue_at: datetime | None = None
    or_awaits_return_visit: bool = False
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    workers: tuple[str, ...] = ()
    on: date | None = None
    overdue_at: datetime | None = None
    box: Box | None = None
    since: datetime | None = None
    until: datetime | None = None
    shop_id: str | None = None
    place_id: str | None = None


def from_row(row: Row[Any]) -> Issue:
    """An issue from a row of table issue."""
    return Issue(**{name: getattr(row, name) for name in _FIELDS}, source=IssueSource(row.source))


def by_id(conn: Connection, issue_id: str) -> Issue | None:
    """The issue with this id."""
    row = conn.execute(select(issue).where(issue.c.id == issue_id)).first()
    return from_row(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Issue]:
    """Issues by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, issue, ids)}


def of_visit(conn: Connection, visit_id: str) -> list[Issue]:
    """What was reported on a visit, by id."""
    ask = select(issue).where(issue.c.visit_id == visit_id).order_by(issue.c.id)
    return [from_row(row) for row in conn.execute(ask)]


def of_cases(conn: Connection, case_ids: Iterable[str | None]) -> dict[str, Issue]:
    """The issue that opened each case, by case id; of a merged case its survivor's."""
    wanted = sorted({i for i in case_ids if i})
    if not wanted:
        return {}
    found = _first_of(conn, wanted)
    missing = [case_id for case_id in wanted if case_id not in found]
    if missing:
        merged = select(case_file.c.id, case_file.c.merged_into).where(
            case_file.c.id.in_(missing), case_file.c.merged_into.is_not(None)
        )
        into = {row.id: row.merged_into for row in conn.execute(merged)}
        survivors = _first_of(conn, sorted(set(into.values()))) if into else {}
        found |= {case_id: survivors[to] for case_id, to in into.items() if to in survivors}
    return found


def _first_of(conn: Connection, case_ids: list[str]) -> dict[str, Issue]:
    # The last one counts: who opened the case.
    order = (issue.c.joined_at.is_(None), issue.c.happened_at.desc(), issue.c.id.desc())
    ask = select(issue).where(issue.c.case_id.in_(case_ids)).order_by(*order)
    return {row.case_id: from_row(row) for row in conn.execute(ask)}


def numbers_like(conn: Connection, prefix: str) -> list[str]:
    """Numbers that begin with `prefix`."""
    ask = select(issue.c.number).where(issue.c.number.startswith(prefix, autoescape=True))
    return list(conn.execute(ask).scalars())


def add(conn: Connection, new: Issue) -> None:
    """Store a new issue; its case must be stored before."""
    conn.execute(insert(issue).values(**asdict(new)))


def move_to_case(conn: Connection, issue_ids: Sequence[str], case_id: str, joined_at: datetime | None) -> None:
    """Let issues belong to another case; `joined_at` None: they open it."""
    ask = update(issue).where(issue.c.id.in_(sorted(issue_ids)))
    conn.execute(ask.values(case_id=case_id, joined_at=joined_at))


def _found() -> Select[Any]:
    current = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))
    return (
        select(
            issue,
            *_CASE,
            *LOCATION,
            location.c.kind.label("location_kind"),
            shop.c.code.label("shop_code"),
            tenancy.c.sign_name.label("shop_name"),
            place.c.code.label("place_code"),
            place.c.name.label("place_name"),
        )
        .join(case_file, case_file.c.id == issue.c.case_id)
        .join(location, location.c.id == issue.c.location_id)
        .outerjoin(shop, shop.c.id == issue.c.shop_id)
        .outerjoin(tenancy, current)
        .outerjoin(place, place.c.id == issue.c.place_id)
    )


def _one(row: Row[Any]) -> Found:
    return Found(
        from_row(row),
        cases.from_row(row, "file_"),
        location_of(row, row.location_id, LocationKind(row.location_kind)),
        row.shop_code,
        row.shop_name,
        row.place_code,
        row.place_name,
    )


def find(conn: Connection, case_id: str) -> list[Found]:
    """The issues of a case: the one that opened it, then those that joined, the first reported first."""
    ask = _found().where(issue.c.case_id == case_id)
    ask = ask.order_by(issue.c.joined_at.is_not(None), issue.c.happened_at, issue.c.id)
    return [_one(row) for row in conn.execute(ask)]


def by_number(conn: Connection, number: str) -> Found | None:
    """The issue people call by this number."""
    row = conn.execute(_found().where(issue.c.number == number)).first()
    return _one(row) if row else None


def found_by_ids(conn: Connection, ids: Sequence[str]) -> dict[str, Found]:
    """Issues with their cases, by issue id."""
    if not ids:
        return {}
    return {row.id: _one(row) for row in conn.execute(_found().where(issue.c.id.in_(sorted(ids))))}


@dataclass(frozen=True)
class Key:
    """Where an issue stands in a list.

    Attributes
    ----------
    at : datetime
        When it is due where the list stands by deadline and the clock runs, else when it happened.
    rests : bool
        Of a list by deadline: no clock runs, as for what is suspended or has no limit.
    """

    at: datetime
    id: str
    rests: bool = False


def page_by_due(conn: Connection, wanted: Wanted, limit: int, after: Key | None) -> list[Found]:
    """Up to `limit` issues after `after`: the next due first, then those whose clock does not run, the latest first."""
    keys: list[str] = []
    due = case_file.c.due_at
    if after is None or not after.rests:
        ask = _keys(wanted).where(case_file.c.paused_at.is_(None), _is_due(wanted))
        ask = ask.order_by(*_by_due(wanted)).limit(limit)
        if after:
            ask = ask.where(due >= after.at, or_(due > after.at, issue.c.id > after.id))
        keys = list(conn.execute(ask).scalars())
    if len(keys) < limit:
        rests = case_file.c.due_at.is_(None) | case_file.c.paused_at.is_not(None)
        ask = _latest_first(_keys(wanted).where(rests), after if after and after.rests else None)
        keys += conn.execute(ask.limit(limit - len(keys))).scalars()
    return _in_order(conn, keys)


def page_by_report(conn: Connection, wanted: Wanted, limit: int, after: Key | None) -> list[Found]:
    """Up to `limit` issues after `after`, the latest reported first."""
    return _in_order(conn, list(conn.execute(_latest_first(_keys(wanted), after).limit(limit)).scalars()))


def _latest_first(ask: Select[Any], after: Key | None) -> Select[Any]:
    at = issue.c.happened_at
    if after:
        ask = ask.where(at <= after.at, or_(at < after.at, issue.c.id < after.id))
    return ask.order_by(at.desc(), issue.c.id.desc())


def _is_due(wanted: Wanted) -> ColumnElement[bool]:
    # A bound where NOT NULL would do: it lets a store walk along the deadlines instead of sorting all of them.
    return case_file.c.due_at.is_not(None) if _are_few(wanted) else case_file.c.due_at >= _EVER


def _by_due(wanted: Wanted) -> tuple[ColumnElement[Any], ...]:
    few = (case_file.c.due_at.is_(None),) if _are_few(wanted) else ()
    return *few, case_file.c.due_at, issue.c.id


def _are_few(wanted: Wanted) -> bool:
    # What waits for a return visit is little and long past its time: walking along all deadlines would find it last.
    return wanted.or_awaits_return_visit and not wanted.states


def _keys(wanted: Wanted) -> Select[Any]:
    return _narrow(select(issue.c.id), wanted).join(case_file, case_file.c.id == issue.c.case_id)


def _narrow(ask: Select[Any], wanted: Wanted) -> Select[Any]:
    # Sorting and counting go over few columns and no more tables than the question needs.
    ask = ask.select_from(issue)
    if wanted.box:
        ask = ask.join(location, location.c.id == issue.c.location_id)
    return ask.where(*_clauses(wanted))


def _in_order(conn: Connection, keys: list[str]) -> list[Found]:
    found = found_by_ids(conn, keys)
    return [found[key] for key in keys if key in found]


def due_key(found: Found) -> Key:
    """Where an issue stands in `page_by_due`."""
    due = None if found.case.paused_at else found.case.due_at
    return Key(due, found.issue.id) if due else replace(report_key(found), rests=True)


def report_key(found: Found) -> Key:
    """Where an issue stands in `page_by_report`."""
    return Key(found.issue.happened_at, found.issue.id)


def count(conn: Connection, wanted: Wanted) -> int:
    """How many issues `wanted` asks for."""
    if len(_clauses(wanted)) == 1:
        # All but what joined another's case: both numbers stand in small indexes.
        joined = select(func.count()).where(issue.c.joined_at.is_not(None)).scalar_subquery()
        return int(conn.execute(select(func.count() - joined).select_from(issue)).scalar_one())
    ask = _narrow(select(func.count()), wanted)
    if wanted.overdue_at or _states(wanted):
        ask = ask.join(case_file, case_file.c.id == issue.c.case_id)
    return int(conn.execute(ask).scalar_one())


def open_in_box(conn: Connection, kind: str, box: Box, limit: int = 20) -> list[Found]:
    """Open issues of a kind within `box`, the latest first: where duplicates are looked for."""
    ask = _found().where(issue.c.kind == kind, case_file.c.state.in_(sorted(OPEN_STATES)), within(box))
    return [_one(row) for row in conn.execute(ask.order_by(issue.c.happened_at.desc(), issue.c.id).limit(limit))]


def open_of_shop(conn: Connection, shop_id: str, limit: int = 20) -> list[Found]:
    """Open issues at a shop, the next due first."""
    return _open(conn, issue.c.shop_id == shop_id, limit)


def open_of_place(conn: Connection, place_id: str, limit: int = 20) -> list[Found]:
    """Open issues at a place, the next due first."""
    return _open(conn, issue.c.place_id == place_id, limit)


def _open(conn: Connection, where: ColumnElement[bool], limit: int) -> list[Found]:
    ask = _found().where(where, case_file.c.state.in_(sorted(OPEN_STATES)))
    ask = ask.order_by(nulls_last(case_file.c.due_at), issue.c.happened_at, issue.c.id).limit(limit)
    return [_one(row) for row in conn.execute(ask)]


def _clauses(wanted: Wanted) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = [issue.c.joined_at.is_(None)]
    either = _states(wanted)
    if either:
        clauses.append(or_(*either))
    if wanted.kinds:
        clauses.append(issue.c.kind.in_(wanted.kinds))
    if wanted.sources:
        clauses.append(issue.c.source.in_(wanted.sources))
    if wanted.workers:
        clauses.append(_looked_after_by(wanted.workers, wanted.on))
    if wanted.overdue_at:
        clauses.append(_overdue(wanted.overdue_at))
    if wanted.box:
        clauses.append(within(wanted.box))
    if wanted.since:
        clauses.append(issue.c.happened_at >= wanted.since)
    if wanted.until:
        clauses.append(issue.c.happened_at < wanted.until)
    if wanted.shop_id:
        clauses.append(issue.c.shop_id == wanted.shop_id)
    if wanted.place_id:
        clauses.append(issue.c.place_id == wanted.place_id)
    return clauses


def _looked_after_by(workers: tuple[str, ...], day: date | None) -> ColumnElement[bool]:
    # What is at no shop is nobody's own: there it is who reported it.
    holds: list[ColumnElement[bool]] = [assignment.c.shop_id == issue.c.shop_id]
    if day:
        holds += [assignment.c.from_day <= day, or_(assignment.c.until_day.is_(None), assignment.c.until_day > day)]
    counts = select(assignment.c.worker_id).where(*holds)
    counts = counts.order_by(sql_case(RANK, value=assignment.c.source), assignment.c.from_day.desc(), assignment.c.id)
    theirs = counts.limit(1).correlate(issue).scalar_subquery().in_(workers)
    return or_(theirs, and_(issue.c.shop_id.is_(None), issue.c.reporter_id.in_(workers)))


def _states(wanted: Wanted) -> list[ColumnElement[bool]]:
    either: list[ColumnElement[bool]] = []
    if wanted.states:
        either.append(case_file.c.state.in_(wanted.states))
    if wanted.or_overdue_at:
        either.append(_overdue(wanted.or_overdue_at))
    if wanted.or_awaits_return_visit:
        either.append(_awaits_return_visit())
    return either


def _overdue(at: datetime) -> ColumnElement[bool]:
    moment = func.coalesce(case_file.c.paused_at, literal(at, case_file.c.due_at.type))
    return case_file.c.state.in_(sorted(OPEN_STATES)) & (case_file.c.due_at < moment)


def _awaits_return_visit() -> ColumnElement[bool]:
    closed = case_file.c.state == CaseState.CLOSED
    return closed & case_file.c.return_visit_due_at.is_not(None) & case_file.c.return_visited_at.is_(None)
