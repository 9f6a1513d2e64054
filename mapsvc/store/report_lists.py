"""The rows behind a report's numbers: what happened in a span, what was open at its end, what falls due in one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from mapsvc.domain.cases import Case, CaseState
from mapsvc.domain.effects import RESULT_NAMES, Result
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.reports import Item
from mapsvc.domain.visits import OUTCOME_NAMES, Outcome
from mapsvc.store import cases as store_cases
from mapsvc.store.tables import (
    case_file,
    council,
    effect_check,
    enquiry,
    issue,
    location,
    need,
    place,
    promise,
    response,
    shop,
    ticket,
    visit,
)

_SPOT = func.coalesce(place.c.name, location.c.address).label("spot")
_UNKNOWN = "没记地点"
_KEPT = {True: "办到了", False: "还没办"}


@dataclass(frozen=True)
class CaseAt:
    """A case with the first report of it and where that is."""

    case: Case
    number: str
    kind: str
    where: str
    issue_id: str
    source: str
    lon: float | None
    lat: float | None

    def item(self, at: datetime | None, said: str = "") -> Item:
        """As a row."""
        return Item("case", self.case.id, kind_of(self.kind).name, self.where, at, said)


def visits(conn: Connection, since: datetime, until: datetime) -> list[Item]:
    """Calls on doors."""
    ask = _at_door(select(visit.c.id, visit.c.outcome, visit.c.happened_at, shop.c.code, location.c.address), visit)
    ask = ask.where(_in(visit.c.happened_at, since, until)).order_by(visit.c.happened_at, visit.c.id)
    return [
        Item("shop", r.code, "走访", r.address or _UNKNOWN, r.happened_at, OUTCOME_NAMES[Outcome(r.outcome)])
        for r in conn.execute(ask)
    ]


def needs(conn: Connection, since: datetime, until: datetime, *, settled: bool = False) -> list[Item]:
    """Needs that were voiced, or settled, in the span: by topic alone, what was said stays at the door."""
    column = need.c.settled_at if settled else need.c.voiced_at
    ask = _at_door(select(need.c.topic, column.label("at"), shop.c.code, location.c.address), need)
    ask = ask.where(_in(column, since, until)).order_by(column, need.c.id)
    return [Item("shop", r.code, r.topic or "其他", r.address or _UNKNOWN, r.at) for r in conn.execute(ask)]


def promises(conn: Connection, since: datetime, until: datetime) -> list[tuple[Item, datetime | None]]:
    """Promises that fell due in the span, each with when it was kept."""
    columns = (promise.c.due_at, promise.c.kept_at, shop.c.code, location.c.address)
    ask = _at_door(select(*columns), promise).where(promise.c.withdrawn_at.is_(None))
    ask = ask.where(_in(promise.c.due_at, since, until)).order_by(promise.c.due_at, promise.c.id)
    return [
        (Item("shop", r.code, "答应的事", r.address or _UNKNOWN, r.due_at, _KEPT[r.kept_at is not None]), r.kept_at)
        for r in conn.execute(ask)
    ]


def enquiries(conn: Connection, since: datetime, until: datetime) -> list[tuple[Item, bool]]:
    """Enquiries at doors whose clock ended in the span, each with whether it was answered in time; imported ones run
    under none, and those that needed no answer do not count."""
    columns = (enquiry.c.due_at, enquiry.c.answered_at, shop.c.code, location.c.address)
    ask = _at_door(select(*columns), enquiry)
    ask = ask.where(or_(enquiry.c.closed_at.is_(None), enquiry.c.answered_at.is_not(None)))
    ask = ask.where(_in(enquiry.c.due_at, since, until)).order_by(enquiry.c.due_at, enquiry.c.id)
    return [_enquiry(r) for r in conn.execute(ask)]


def _enquiry(row: Row[Any]) -> tuple[Item, bool]:
    in_time = row.answered_at is not None and row.answered_at <= row.due_at
    said = "按时答复" if in_time else "超时答复" if row.answered_at else "还没答复"
    return Item("shop", row.code, "咨询", row.address or _UNKNOWN, row.due_at, said), in_time


def issues(conn: Connection, since: datetime, until: datetime) -> list[tuple[Item, str]]:
    """What was reported in the span, each with its kind's code."""
    ask = (
        select(issue.c.case_id, issue.c.kind, issue.c.number, issue.c.happened_at, _SPOT)
        .join(location, location.c.id == issue.c.location_id)
        .outerjoin(place, place.c.id == issue.c.place_id)
        .where(_in(issue.c.happened_at, since, until))
        .order_by(issue.c.happened_at, issue.c.id)
    )
    return [
        (Item("case", r.case_id, kind_of(r.kind).name, r.spot or _UNKNOWN, r.happened_at, r.number), r.kind)
        for r in conn.execute(ask)
    ]


def closed(conn: Connection, since: datetime, until: datetime) -> list[CaseAt]:
    """Cases closed in the span."""
    return _cases(conn, and_(_in(case_file.c.closed_at, since, until), case_file.c.state == CaseState.CLOSED))


def open_at(conn: Connection, at: datetime) -> list[CaseAt]:
    """Cases that were open at a moment."""
    is_open = or_(case_file.c.closed_at.is_(None), case_file.c.closed_at >= at)
    return _cases(conn, and_(case_file.c.opened_at < at, is_open))


def due(conn: Connection, since: datetime, until: datetime) -> list[CaseAt]:
    """Open cases whose time runs out in the span."""
    runs = and_(case_file.c.closed_at.is_(None), case_file.c.paused_at.is_(None))
    return _cases(conn, and_(_in(case_file.c.due_at, since, until), runs))


def return_visits(conn: Connection, since: datetime, until: datetime) -> list[CaseAt]:
    """Closed cases that are to be looked at again in the span."""
    waits = and_(case_file.c.state == CaseState.CLOSED, case_file.c.return_visited_at.is_(None))
    return _cases(conn, and_(_in(case_file.c.return_visit_due_at, since, until), waits))


def tickets(conn: Connection, since: datetime, until: datetime) -> list[tuple[Item, bool]]:
    """Orders of the hotline called in the span, each with whether it was known before."""
    ask = (
        select(ticket, _SPOT)
        .outerjoin(location, location.c.id == ticket.c.location_id)
        .outerjoin(place, place.c.id == ticket.c.place_id)
        .where(_in(ticket.c.called_at, since, until), ticket.c.duplicate_of.is_(None))
        .order_by(ticket.c.called_at, ticket.c.id)
    )
    return [
        (
            Item("ticket", r.number, kind_of(r.kind).name if r.kind else "没有类别", r.spot or _UNKNOWN, r.called_at,
                 "来电以前已发现" if r.known_at else ""),
            r.known_at is not None,
        )
        for r in conn.execute(ask)
    ]  # fmt: skip


def councils(conn: Connection, since: datetime, until: datetime) -> list[tuple[str, datetime]]:
    """(case, when) of councils held in the span."""
    is_held = or_(council.c.state.is_(None), council.c.state != "planned")
    ask = select(council.c.case_id, issue.c.case_id.label("of_issue"), council.c.held_at)
    ask = ask.outerjoin(issue, issue.c.id == council.c.issue_id).where(_in(council.c.held_at, since, until), is_held)
    rows = conn.execute(ask.order_by(council.c.held_at, council.c.id))
    return [(r.case_id or r.of_issue, r.held_at) for r in rows if r.case_id or r.of_issue]


def responses(conn: Connection, since: datetime, until: datetime) -> list[tuple[str, datetime]]:
    """(case, when) of red responses called in the span."""
    ask = select(response.c.case_id, response.c.called_at).where(_in(response.c.called_at, since, until))
    return [(r.case_id, r.called_at) for r in conn.execute(ask.order_by(response.c.called_at, response.c.id))]


def checks(conn: Connection, since: datetime, until: datetime) -> list[tuple[str, datetime, Result, str]]:
    """(case, when, result, in words) of looks at what came of a case in the span."""
    columns = (effect_check.c.case_id, effect_check.c.at, effect_check.c.result)
    ask = select(*columns).where(_in(effect_check.c.at, since, until), effect_check.c.case_id.is_not(None))
    rows = conn.execute(ask.order_by(effect_check.c.at, effect_check.c.id))
    return [(r.case_id, r.at, Result(r.result), RESULT_NAMES[Result(r.result)]) for r in rows]


def cases_by_ids(conn: Connection, ids: Iterable[str]) -> dict[str, CaseAt]:
    """Cases by id, with their first report."""
    wanted = sorted(set(ids))
    return {c.case.id: c for c in _cases(conn, case_file.c.id.in_(wanted))} if wanted else {}


def received_after(conn: Connection, since: datetime, until: datetime, after: datetime) -> list[Item]:
    """Late records: what happened in the span and came in after it was told about."""
    late_visits = (
        _at_door(select(visit.c.happened_at, shop.c.code, location.c.address), visit)
        .where(_in(visit.c.happened_at, since, until), visit.c.received_at > after)
        .order_by(visit.c.happened_at, visit.c.id)
    )
    found = [Item("shop", r.code, "走访", r.address or _UNKNOWN, r.happened_at) for r in conn.execute(late_visits)]
    late_issues = (
        select(issue.c.case_id, issue.c.kind, issue.c.happened_at, _SPOT)
        .join(location, location.c.id == issue.c.location_id)
        .outerjoin(place, place.c.id == issue.c.place_id)
        .where(_in(issue.c.happened_at, since, until), issue.c.received_at > after)
        .order_by(issue.c.happened_at, issue.c.id)
    )
    found += [
        Item("case", r.case_id, kind_of(r.kind).name, r.spot or _UNKNOWN, r.happened_at)
        for r in conn.execute(late_issues)
    ]
    late_tickets = (
        select(ticket.c.number, ticket.c.address, ticket.c.called_at)
        .where(_in(ticket.c.called_at, since, until), ticket.c.received_at > after)
        .order_by(ticket.c.called_at, ticket.c.id)
    )
    rows = conn.execute(late_tickets)
    found += [Item("ticket", r.number, "12345工单", r.address or _UNKNOWN, r.called_at) for r in rows]
    looked = select(effect_check.c.case_id, effect_check.c.at).where(
        _in(effect_check.c.at, since, until), effect_check.c.received_at > after, effect_check.c.case_id.is_not(None)
    )
    looks = conn.execute(looked.order_by(effect_check.c.at, effect_check.c.id)).all()
    known = cases_by_ids(conn, [r.case_id for r in looks])
    return found + [known[r.case_id].item(r.at, "回访问效") for r in looks if r.case_id in known]


def _cases(conn: Connection, where: ColumnElement[bool]) -> list[CaseAt]:
    columns: list[Any] = [*(c.label(f"file_{c.name}") for c in case_file.c), _SPOT]
    columns += [
        issue.c.number,
        issue.c.kind,
        issue.c.source,
        issue.c.id.label("issue_id"),
        location.c.lon,
        location.c.lat,
    ]
    ask = (
        select(*columns)
        .select_from(case_file)
        .join(issue, issue.c.case_id == case_file.c.id)
        .join(location, location.c.id == issue.c.location_id)
        .outerjoin(place, place.c.id == issue.c.place_id)
        .where(where, case_file.c.merged_into.is_(None))
        .order_by(issue.c.joined_at.is_not(None), issue.c.happened_at, issue.c.id)
    )
    first: dict[str, CaseAt] = {}
    for row in conn.execute(ask):
        first.setdefault(row.file_id, _case_at(row))
    return list(first.values())


def _case_at(row: Row[Any]) -> CaseAt:
    case = store_cases.from_row(row, "file_")
    return CaseAt(case, row.number, row.kind, row.spot or _UNKNOWN, row.issue_id, row.source, row.lon, row.lat)


def _at_door(ask: Select[Any], table: Any) -> Select[Any]:
    return ask.join(shop, shop.c.id == table.c.shop_id).join(location, location.c.id == shop.c.location_id)


def _in(column: Any, since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(column >= since, column < until)
