"""What a row of the desk's lists shows, a question per noun: id, place, kind, words, times, where it leads."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, literal, null, select
from sqlalchemy import case as sql_case

from mapsvc.store.bulk import chunks
from mapsvc.store.tables import (
    alert,
    case_file,
    contact_attempt,
    council,
    enquiry,
    extension,
    issue,
    location,
    need,
    notice,
    place,
    playbook_run,
    promise,
    reopening,
    response,
    shop,
    storm,
    storm_door,
    task,
    tenancy,
    ticket,
    visit,
    watch,
    work_order,
)

Rows = Callable[[], Select[Any]]
_first_issue = issue.c.joined_at.is_(None)


def _row(
    of: Any,
    link: Any,
    what: Any,
    *,
    due_at: Any = None,
    at: Any = None,
    state: Any = None,
    more: Sequence[ColumnElement[Any]] = (),
) -> list[Any]:
    """The columns of a row: `link` is what its address is made of, `what` free words or None."""
    named = {"link": link, "what": what, "due_at": due_at, "at": at, "state": state}
    columns = [(null() if value is None else value).label(name) for name, value in named.items()]
    return [of.c.id.label("row_id"), *columns, *more]


_SPOT = (
    func.coalesce(place.c.name, location.c.address, shop.c.code).label("place"),
    tenancy.c.sign_name.label("sign"),
    shop.c.id.label("shop_id"),
)
_DOOR = (
    null().label("kind"),
    null().label("number"),
    location.c.address.label("place"),
    tenancy.c.sign_name.label("sign"),
    shop.c.id.label("shop_id"),
)


def _at_spot(ask: Select[Any], shop_id: Any, place_id: Any, location_id: Any) -> Select[Any]:
    current = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))
    ask = ask.outerjoin(shop, shop.c.id == shop_id).outerjoin(place, place.c.id == place_id)
    return ask.outerjoin(location, location.c.id == location_id).outerjoin(tenancy, current)


def _of_case(ask: Select[Any], case_id: Any) -> Select[Any]:
    """With the case's first issue and where that is."""
    ask = ask.outerjoin(issue, and_(issue.c.case_id == case_id, _first_issue))
    return _at_spot(ask, issue.c.shop_id, issue.c.place_id, issue.c.location_id)


_CASE = (issue.c.kind, issue.c.number, *_SPOT)


def _cases() -> Select[Any]:
    clock = (case_file.c.calendar, case_file.c.paused_at, case_file.c.return_visit_due_at)
    columns = _row(
        case_file, case_file.c.id, None, due_at=case_file.c.due_at, at=issue.c.happened_at, state=case_file.c.state,
        more=(*_CASE, *clock),
    )  # fmt: skip
    return _of_case(select(*columns).select_from(case_file), case_file.c.id)


def _of(of: Any, what: Any, due_at: Any = None, at: Any = None, state: Any = None) -> Select[Any]:
    columns = _row(of, of.c.case_id, what, due_at=due_at, at=at, state=state, more=_CASE)
    return _of_case(select(*columns).select_from(of), of.c.case_id)


def _orders() -> Select[Any]:
    of = work_order
    what = of.c.to_unit + literal("：") + of.c.what
    columns = _row(of, of.c.case_id, what, due_at=of.c.due_at, at=of.c.made_at, state=of.c.state, more=_CASE)
    ask = select(*columns, of.c.token.label("token"), of.c.what.label("asked")).select_from(of)
    ask = ask.outerjoin(issue, and_(issue.c.case_id == of.c.case_id, _first_issue))
    return _at_spot(ask, issue.c.shop_id, func.coalesce(of.c.place_id, issue.c.place_id), issue.c.location_id)


def _tasks() -> Select[Any]:
    columns = _row(
        task, task.c.case_id, task.c.text, due_at=task.c.due_at, at=task.c.made_at, state=task.c.role,
        more=(*_CASE, task.c.owner_name),
    )  # fmt: skip
    ask = select(*columns).select_from(task).outerjoin(playbook_run, playbook_run.c.id == task.c.run_id)
    ask = ask.outerjoin(issue, and_(issue.c.case_id == task.c.case_id, _first_issue))
    # The door to look at, else where the case is, else where the playbook is used.
    named = {n: func.coalesce(issue.c[n], playbook_run.c[n]) for n in ("shop_id", "place_id", "location_id")}
    has_door = task.c.shop_id.is_not(None)
    place_id = sql_case((has_door, null()), else_=named["place_id"])
    location_id = sql_case((has_door, shop.c.location_id), else_=named["location_id"])
    return _at_spot(ask, func.coalesce(task.c.shop_id, named["shop_id"]), place_id, location_id)


def _tickets() -> Select[Any]:
    columns = _row(
        ticket, ticket.c.number, None, due_at=ticket.c.due_at, at=ticket.c.called_at, state=ticket.c.state,
        more=(
            ticket.c.kind, ticket.c.number, ticket.c.first_contact_due_at,
            func.coalesce(place.c.name, ticket.c.address, location.c.address).label("place"),
            tenancy.c.sign_name.label("sign"), shop.c.id.label("shop_id"),
        ),
    )  # fmt: skip
    ask = select(*columns).select_from(ticket)
    return _at_spot(ask, ticket.c.shop_id, ticket.c.place_id, ticket.c.location_id)


def _enquiries() -> Select[Any]:
    columns = _row(
        enquiry, enquiry.c.id, enquiry.c.topic, due_at=enquiry.c.due_at, at=enquiry.c.asked_at,
        more=(null().label("kind"), null().label("number"), *_SPOT),
    )  # fmt: skip
    return _at_spot(select(*columns).select_from(enquiry), enquiry.c.shop_id, null(), shop.c.location_id)


def _at_door(of: Any, what: Any, due_at: Any, at: Any, state: Any = None) -> Select[Any]:
    columns = _row(of, shop.c.code, what, due_at=due_at, at=at, state=state, more=_DOOR)
    return _with_door(select(*columns).select_from(of).join(shop, shop.c.id == of.c.shop_id))


def _with_door(ask: Select[Any]) -> Select[Any]:
    current = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))
    return ask.join(location, location.c.id == shop.c.location_id).outerjoin(tenancy, current)


def _shops() -> Select[Any]:
    last = select(func.max(visit.c.happened_at)).where(visit.c.shop_id == shop.c.id).scalar_subquery()
    columns = _row(shop, shop.c.code, None, at=last, state=shop.c.state, more=_DOOR)
    return _with_door(select(*columns).select_from(shop))


def _notices() -> Select[Any]:
    nothing = [null().label(name) for name in ("kind", "number", "sign", "shop_id")]
    columns = _row(
        notice, place.c.code, notice.c.title, at=notice.c.made_at, state=notice.c.case_id,
        more=(*nothing, place.c.name.label("place")),
    )  # fmt: skip
    return select(*columns).select_from(notice).outerjoin(place, place.c.id == notice.c.place_id)


def _storm_doors() -> Select[Any]:
    columns = _row(
        storm_door, storm.c.id, storm.c.kind, at=storm.c.from_at, state=storm.c.is_coming,
        more=(null().label("kind"), null().label("number"), *_SPOT, storm_door.c.why, storm_door.c.rank),
    )  # fmt: skip
    ask = select(*columns).select_from(storm_door).join(storm, storm.c.id == storm_door.c.storm_id)
    return _at_spot(ask, storm_door.c.shop_id, storm_door.c.place_id, storm_door.c.location_id)


def _alerts() -> Select[Any]:
    columns = _row(
        alert, alert.c.id, alert.c.title, at=alert.c.raised_at, state=alert.c.rule,
        more=(alert.c.kind, null().label("number"), *_SPOT),
    )  # fmt: skip
    return _at_spot(select(*columns).select_from(alert), alert.c.shop_id, alert.c.place_id, alert.c.location_id)


def _watches() -> Select[Any]:
    nothing = [null().label(name) for name in ("number", "sign", "shop_id")]
    columns = _row(
        watch, place.c.code, watch.c.text, due_at=watch.c.until_at, at=watch.c.from_at, state=watch.c.case_id,
        more=(*nothing, watch.c.kind, func.coalesce(place.c.name, location.c.address).label("place")),
    )  # fmt: skip
    ask = select(*columns).select_from(watch).outerjoin(place, place.c.id == watch.c.place_id)
    return ask.outerjoin(location, location.c.id == func.coalesce(watch.c.location_id, place.c.location_id))


NOUNS: dict[str, tuple[Any, Rows]] = {
    "case": (case_file, _cases),
    "order": (work_order, _orders),
    "reopening": (reopening, lambda: _of(reopening, reopening.c.reason, at=reopening.c.filed_at)),
    "extension": (
        extension,
        lambda: _of(extension, extension.c.reason, due_at=extension.c.until_at, at=extension.c.asked_at),
    ),
    "council": (council, lambda: _of(council, council.c.venue, at=council.c.held_at, state=council.c.state)),
    "response": (response, lambda: _of(response, response.c.reason, at=response.c.called_at)),
    "contact": (
        contact_attempt,
        lambda: _of(
            contact_attempt, contact_attempt.c.next_step, due_at=contact_attempt.c.next_at, at=contact_attempt.c.at,
            state=contact_attempt.c.party,
        ),
    ),
    "task": (task, _tasks),
    "ticket": (ticket, _tickets),
    "promise": (
        promise,
        lambda: _at_door(promise, promise.c.text, promise.c.due_at, promise.c.promised_at),
    ),
    "need": (need, lambda: _at_door(need, need.c.text, need.c.due_at, need.c.voiced_at, need.c.way)),
    "shop": (shop, _shops),
    "notice": (notice, _notices),
    "alert": (alert, _alerts),
    "watch": (watch, _watches),
    "storm_door": (storm_door, _storm_doors),
    "enquiry": (enquiry, _enquiries),
}  # fmt: skip
"""By noun: its table, and the question for its rows."""


def load(conn: Connection, noun: str, wanted: Sequence[str]) -> list[Row[Any]]:
    """The rows of these ids, each once, in no order."""
    of, ask = NOUNS[noun]
    rows: list[Row[Any]] = []
    for some in chunks(sorted(set(wanted))):
        rows += conn.execute(ask().where(of.c.id.in_(some)))
    return list({row.row_id: row for row in rows}.values())
