"""The desk's lists in the store: for each a narrow question for ids, and for each noun what a row shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, or_, select

from mapsvc.domain.alerts import AlertState
from mapsvc.domain.cases import OPEN_STATES, CaseState
from mapsvc.domain.orders import OrderState
from mapsvc.domain.storms import LEAK_KIND
from mapsvc.domain.tickets import OPEN_STATES as OPEN_TICKETS
from mapsvc.domain.tickets import TicketState
from mapsvc.store import storms
from mapsvc.store.tables import (
    alert,
    case_file,
    contact_attempt,
    council,
    council_party,
    enquiry,
    enquiry_step,
    extension,
    need,
    notice,
    promise,
    reopening,
    response,
    response_party,
    shop,
    task,
    ticket,
    visit,
    watch,
    work_order,
)

NOBODY_THERE = ("vacant", "closed")
UNTOLD_DAYS = 30
"""What was done longer ago and not told is not told any more."""


@dataclass(frozen=True)
class Asked:
    """When and for whom: the present moment, the end of the office's day, the start of its month, the unit of a
    committee or property company, and the cases that were reported lately within a watch."""

    at: datetime
    day_end: datetime
    month_start: datetime
    since: datetime
    today: date
    unit: str | None = None
    watched: tuple[str, ...] = ()


Ids = Callable[[Asked], Select[Any]]


def count(conn: Connection, ask: Select[Any]) -> int:
    """How many rows a list has."""
    return int(conn.execute(select(func.count()).select_from(ask.order_by(None).subquery())).scalar_one())


def ids(conn: Connection, ask: Select[Any]) -> Sequence[str]:
    """The ids of a list's rows."""
    return list(conn.execute(ask).scalars())


_OPEN = sorted(OPEN_STATES)
_alone = case_file.c.merged_into.is_(None)


def _cases(*where: Any) -> Select[Any]:
    return select(case_file.c.id).where(_alone, *where)


def _reported(_: Asked) -> Select[Any]:
    return _cases(case_file.c.state == CaseState.REPORTED)


def _self_corrected(asked: Asked) -> Select[Any]:
    return _cases(case_file.c.state == CaseState.SELF_CORRECTING, case_file.c.self_correct_by < asked.at)


def _to_close(_: Asked) -> Select[Any]:
    return _cases(case_file.c.state == CaseState.VERIFYING)


def _runs() -> list[Any]:
    return [case_file.c.state.in_(_OPEN), case_file.c.paused_at.is_(None)]


def _cases_overdue(asked: Asked) -> Select[Any]:
    return _cases(*_runs(), case_file.c.due_at < asked.at)


def _cases_due(asked: Asked) -> Select[Any]:
    return _cases(*_runs(), case_file.c.due_at >= asked.at, case_file.c.due_at < asked.day_end)


def _return_visits(asked: Asked) -> Select[Any]:
    return _cases(
        case_file.c.state == CaseState.CLOSED,
        case_file.c.return_visit_due_at < asked.day_end,
        case_file.c.return_visited_at.is_(None),
    )


def _refused_orders(_: Asked) -> Select[Any]:
    return select(work_order.c.id).where(
        work_order.c.state == OrderState.NOT_OURS.value, work_order.c.closed_at.is_(None)
    )


def _reopenings(_: Asked) -> Select[Any]:
    return select(reopening.c.id).where(reopening.c.decided_at.is_(None))


def _extensions(_: Asked) -> Select[Any]:
    ask = select(extension.c.id).join(case_file, case_file.c.id == extension.c.case_id)
    return ask.where(extension.c.decided_at.is_(None), case_file.c.state.in_(_OPEN))


def _councils(asked: Asked) -> Select[Any]:
    past = and_(council.c.state == "planned", council.c.held_at < asked.at)
    return select(council.c.id).where(or_(council.c.state == "held", past))


def _hard_needs(_: Asked) -> Select[Any]:
    open_ = need.c.settled_at.is_(None) & need.c.case_id.is_(None) & need.c.due_at.is_(None)
    return select(need.c.id).where(need.c.way == "hard_case", open_)


def _relapses(asked: Asked) -> Select[Any]:
    goes_on = watch.c.ended_at.is_(None) & or_(watch.c.until_at.is_(None), watch.c.until_at > asked.at)
    return select(watch.c.id).where(watch.c.is_relapsed.is_(True), goes_on)


def _alerts(_: Asked) -> Select[Any]:
    return select(alert.c.id).where(alert.c.state == AlertState.OPEN)


def _watched(asked: Asked) -> Select[Any]:
    return _cases(case_file.c.state.in_(_OPEN), case_file.c.id.in_(asked.watched))


def _tickets(*where: Any) -> Select[Any]:
    return select(ticket.c.id).where(ticket.c.duplicate_of.is_(None), *where)


def _tickets_to_sign(_: Asked) -> Select[Any]:
    return _tickets(ticket.c.state == TicketState.TO_SIGN.value)


_open_ticket = ticket.c.state.in_(sorted(OPEN_TICKETS))
# What came out of a workbook past its time runs under no clock of ours.
_runs_here = or_(ticket.c.is_imported.is_(False), ticket.c.is_second.is_(True))


def _tickets_unmatched(_: Asked) -> Select[Any]:
    return _tickets(_open_ticket, or_(ticket.c.location_id.is_(None), ticket.c.kind.is_(None)))


def _tickets_contact(asked: Asked) -> Select[Any]:
    due = ticket.c.first_contact_due_at < asked.day_end
    return _tickets(_open_ticket, _runs_here, ticket.c.first_contact_at.is_(None), due)


def _tickets_due(asked: Asked) -> Select[Any]:
    return _tickets(_open_ticket, _runs_here, ticket.c.due_at < asked.day_end)


def _found_first(asked: Asked) -> Select[Any]:
    whole = ticket.c.location_id.is_not(None) & ticket.c.kind.is_not(None) & ticket.c.known_at.is_not(None)
    ours = ticket.c.state != TicketState.RETURNED.value
    return _tickets(whole, ours, ticket.c.called_at >= asked.since, ticket.c.called_at <= asked.at)


def _enquiries(*where: Any) -> Select[Any]:
    open_ = enquiry.c.answered_at.is_(None) & enquiry.c.answer.is_(None) & enquiry.c.closed_at.is_(None)
    return select(enquiry.c.id).where(open_, enquiry.c.due_at.is_not(None), *where)


def _enquiries_referred(asked: Asked) -> Select[Any]:
    later = enquiry_step.alias("later")
    again = exists().where(
        later.c.enquiry_id == enquiry_step.c.enquiry_id,
        later.c.kind.in_(("referred", "replied")),
        later.c.n > enquiry_step.c.n,
    )
    waits = exists().where(
        enquiry_step.c.enquiry_id == enquiry.c.id,
        enquiry_step.c.kind == "referred",
        enquiry_step.c.due_at < asked.day_end,
        ~again,
    )
    return _enquiries(waits)


_todo = task.c.done_at.is_(None) & task.c.cancelled_at.is_(None)


def _tasks_due(asked: Asked) -> Select[Any]:
    return select(task.c.id).where(_todo, task.c.due_at < asked.day_end)


def _promises_due(asked: Asked) -> Select[Any]:
    open_ = promise.c.kept_at.is_(None) & promise.c.withdrawn_at.is_(None)
    return select(promise.c.id).where(open_, promise.c.due_at < asked.day_end)


def _needs_due(asked: Asked) -> Select[Any]:
    return select(need.c.id).where(need.c.settled_at.is_(None), need.c.due_at < asked.day_end)


def _notices_down(asked: Asked) -> Select[Any]:
    return select(notice.c.id).where(notice.c.taken_down_at.is_(None), notice.c.until_day < asked.today)


def _not_visited(asked: Asked) -> Select[Any]:
    seen = exists().where(visit.c.shop_id == shop.c.id, visit.c.happened_at >= asked.month_start)
    return select(shop.c.id).where(shop.c.state.not_in(NOBODY_THERE), ~seen)


def _storm_doors(_: Asked) -> Select[Any]:
    return storms.waiting(LEAK_KIND)


def _untold(asked: Asked) -> Select[Any]:
    since = asked.at - timedelta(days=UNTOLD_DAYS)
    return select(promise.c.id).where(
        promise.c.told_at.is_(None), promise.c.withdrawn_at.is_(None), promise.c.kept_at >= since
    )


def _unit_responses(asked: Asked) -> Select[Any]:
    theirs = exists().where(
        response_party.c.response_id == response.c.id,
        response_party.c.name == asked.unit,
        response_party.c.arrived_at.is_(None),
    )
    return select(response.c.id).where(response.c.stood_down_at.is_(None), theirs)


def _unit_orders(asked: Asked) -> Select[Any]:
    over = (OrderState.FIXED.value, OrderState.NOT_OURS.value, OrderState.WITHDRAWN.value)
    theirs = (work_order.c.to_unit == asked.unit) & (work_order.c.expires_at > asked.at)
    return select(work_order.c.id).where(theirs, work_order.c.state.not_in(over))


def _unit_councils(asked: Asked) -> Select[Any]:
    theirs = exists().where(council_party.c.council_id == council.c.id, council_party.c.name == asked.unit)
    return select(council.c.id).where(council.c.state == "planned", theirs)


def _unit_tasks(asked: Asked) -> Select[Any]:
    return select(task.c.id).where(_todo, task.c.owner_name == asked.unit)


def _unit_tasks_due(asked: Asked) -> Select[Any]:
    return _unit_tasks(asked).where(task.c.due_at < asked.day_end)


def _unit_contacts(asked: Asked) -> Select[Any]:
    later = contact_attempt.alias("later")
    again = exists().where(later.c.response_id == contact_attempt.c.response_id, later.c.at > contact_attempt.c.at)
    theirs = exists().where(
        response_party.c.response_id == contact_attempt.c.response_id, response_party.c.name == asked.unit
    )
    return select(contact_attempt.c.id).where(contact_attempt.c.next_at < asked.day_end, theirs, ~again)


QUERIES: dict[str, Ids] = {
    "enquiries": lambda _: _enquiries(),
    "enquiries_urgent": lambda _: _enquiries(enquiry.c.is_urgent.is_(True)),
    "enquiries_overdue": lambda asked: _enquiries(enquiry.c.due_at < asked.at),
    "enquiries_referred": _enquiries_referred,
    "reported": _reported,
    "self_corrected": _self_corrected,
    "to_close": _to_close,
    "refused_orders": _refused_orders,
    "reopenings": _reopenings,
    "extensions": _extensions,
    "councils": _councils,
    "hard_needs": _hard_needs,
    "relapses": _relapses,
    "alerts": _alerts,
    "watched": _watched,
    "tickets_to_sign": _tickets_to_sign,
    "tickets_unmatched": _tickets_unmatched,
    "cases_overdue": _cases_overdue,
    "cases_due": _cases_due,
    "tickets_contact": _tickets_contact,
    "tickets_due": _tickets_due,
    "tasks_due": _tasks_due,
    "promises_due": _promises_due,
    "needs_due": _needs_due,
    "notices_down": _notices_down,
    "storm_doors": _storm_doors,
    "not_visited": _not_visited,
    "return_visits": _return_visits,
    "untold": _untold,
    "found_first": _found_first,
    "unit_responses": _unit_responses,
    "unit_orders": _unit_orders,
    "unit_councils": _unit_councils,
    "unit_tasks": _unit_tasks,
    "unit_tasks_due": _unit_tasks_due,
    "unit_contacts": _unit_contacts,
}
"""The question of each list, by its id in domain/desk.py."""
