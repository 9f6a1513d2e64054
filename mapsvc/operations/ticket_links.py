"""What a ticket hangs on: its spot and kind, the case it is handled in, the ticket it was merged into."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain import tickets as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.issues import IssueSource
from mapsvc.domain.kinds import kind_named, kind_of
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.places import LocationKind
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.tickets import Request, Ticket, TicketState
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.clock import working_days
from mapsvc.operations.issues import NewIssue, Where, file_issue
from mapsvc.operations.ticket_known import settle_known
from mapsvc.operations.ticket_places import Spot, find_spot, tenancy_at
from mapsvc.operations.ticket_steps import change, held, keep, require_fresh, tell
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, bulk, cases, ids, issues, places, shops, tickets

LONGEST_TEXT = 2000


@dataclass(frozen=True)
class NewTicket:
    """A ticket typed in by hand; `id` comes from the client. What is left empty follows from the rules."""

    id: str
    number: str
    called_at: datetime
    text: str
    request: Request | None = None
    address: str | None = None
    unit: str | None = None
    limit_days: int | None = None
    first_contact_due_at: datetime | None = None
    is_repeat: bool = False


def add_ticket(ws: Workspace, actor: Actor, new: NewTicket) -> tuple[Ticket, bool]:
    """Take in a ticket; (it, whether it is new): the same id again changes nothing.

    Raises
    ------
    Forbidden
    Refused
        Without number or text, called in the future, or a limit that cannot be.
    Conflict
        The number is another ticket's.
    """
    require(actor, Action.HANDLE_TICKETS)
    now = to_second(ws.clock())
    number = rules.require_words(new.number, "number", "工单编号").upper()
    text = rules.require_words(new.text, "text", "诉求内容")
    called_at = to_second(new.called_at)
    if called_at > now + timedelta(minutes=10):
        raise Refused("来电时间在以后，请核对。", field="called_at", code="ahead")
    if new.limit_days is not None and not 1 <= new.limit_days <= rules.MOST_LIMIT_DAYS:
        raise Refused("办理时限请填 1、3、5 或 15 个工作日。", field="limit_days", code="bad_limit")
    if new.first_contact_due_at and new.first_contact_due_at < called_at:
        raise Refused("先行联系时限不能早于来电时间。", field="first_contact_due_at", code="contact_before_call")
    with ws.write() as conn:
        if known := tickets.by_ids(conn, [new.id]).get(new.id):
            if known.number != number:
                raise Conflict("这个编号（id）已经用来记过另一张工单，请换一个新的 id。", field="id", code="id_used")
            return known, False
        if tickets.by_number(conn, number) is not None:
            raise Conflict(f"工单{number}已经在系统里了，请直接打开它。", field="number", code="number_used")
        one = _made(ws, conn, new, number, text, called_at, now)
        tickets.add(conn, one)
        tell(conn, actor, one, "ticket", one.id, one.called_at)
        audit.append(conn, actor, "add_ticket", "ticket", one.id, None, one, now)
        settle_known(conn, [one.id])
        return one, True


def _made(
    ws: Workspace, conn: Connection, new: NewTicket, number: str, text: str, called_at: datetime, now: datetime
) -> Ticket:
    is_working = working_days(conn)
    days = new.limit_days or rules.limit_days_of(new.request)
    spot = find_spot(conn, ws.gazetteer, new.address)
    due = rules.days_after(called_at, days, is_working)
    return Ticket(
        new.id, number, called_at, text, TicketState.TO_SIGN, now, new.request, new.address or None, new.unit or None,
        rules.kind_in(text), _location(conn, spot, new.id, new.address), spot.shop_id, spot.place_id,
        is_repeat=new.is_repeat, limit_days=days, due_at=due,
        first_contact_due_at=new.first_contact_due_at or rules.first_contact_due(called_at, is_working),
    )  # fmt: skip


def _location(conn: Connection, spot: Spot, ticket_id: str, address: str | None) -> str | None:
    if spot.located is None:
        return spot.location_id
    from mapsvc.operations.ledgers.positions import spot_of

    location_id = ids.of("location", "ticket", ticket_id, address)
    if not bulk.rows_by_ids(conn, "location", [location_id]):
        columns = spot_of(spot.located).columns()
        row = {"id": location_id, "kind": LocationKind.POINT.value, "address": address, **columns}
        bulk.add(conn, "location", [row])
    return location_id


def set_spot(ws: Workspace, actor: Actor, number: str, spot: str, kind: str, version: int) -> Ticket:
    """Say where a ticket is and what it is about: `spot` is a shop's or place's code or an address, `kind` a code,
    name or synonym; what is empty stays.

    Raises
    ------
    Refused
        Nothing like this is known.
    """

    def placed(conn: Connection, one: Ticket, at: datetime) -> Ticket:
        after = replace(one, version=one.version + 1)
        if kind.strip():
            after = replace(after, kind=kind_named(kind).code)
        if spot.strip():
            after = replace(after, **_spot_columns(ws, conn, one, spot.strip(), at))
        return after

    then = lambda conn, one: settle_known(conn, [one.id])  # noqa: E731
    return change(ws, actor, number, version, "place_ticket", placed, then)


def _spot_columns(ws: Workspace, conn: Connection, one: Ticket, text: str, at: datetime) -> dict[str, Any]:
    shop = shops.by_code(conn, text.upper(), office_day(at))
    if shop is not None:
        return {"shop_id": shop.id, "place_id": None, "location_id": shop.location.id}
    place = places.by_code(conn, text.upper())
    if place is not None:
        return {"shop_id": None, "place_id": place.id, "location_id": place.location.id}
    found = find_spot(conn, ws.gazetteer, text)
    if not found.is_known:
        raise Refused(
            f"没有找到“{text[:30]}”。请填商铺编号、点位编号，或路名加门牌号。", field="spot", code="unknown_spot"
        )
    location_id = _location(conn, found, one.id, text)
    return {"shop_id": found.shop_id, "place_id": found.place_id, "location_id": location_id}


def merge(ws: Workspace, actor: Actor, number: str, into: str, version: int) -> Ticket:
    """并单: `number` tells of the same thing as `into` and is answered with it, at once if that one is answered.

    Raises
    ------
    Conflict
        It is finished, others were merged into it, or `into` was itself merged or returned.
    Refused
        Into itself.
    """

    def merged(conn: Connection, one: Ticket, at: datetime) -> Ticket:
        other = held(conn, into)
        if other.id == one.id:
            raise Refused("不能并到自己里面，请选另一张工单。", field="into", code="itself")
        if not one.is_open or one.duplicate_of:
            raise Conflict("这张工单已经办完或并过了，不能再并。", code="not_open")
        if other.duplicate_of:
            raise Conflict("那张工单自己已经并到别的工单里了，请并到那一张。", code="merged")
        if other.state is TicketState.RETURNED:
            raise Conflict("那张工单已经退单了，不能并过去。", code="returned")
        if tickets.merged_into(conn, one.id):
            raise Conflict("已经有别的工单并到这一张里了，请反过来并。", code="has_merged")
        with_it = replace(
            one, duplicate_of=other.id, is_repeat=True, case_id=other.case_id, state=TicketState.HANDLING,
            version=one.version + 1,
        )  # fmt: skip
        if other.state is not TicketState.ANSWERED:
            return with_it
        return replace(
            with_it, state=other.state, answer=other.answer, answered_at=at, answered_by=actor.person_id,
            is_solved=other.is_solved,
        )  # fmt: skip

    return change(ws, actor, number, version, "merge_ticket", merged)


def part(ws: Workspace, actor: Actor, number: str, version: int) -> Ticket:
    """拆开: a merged ticket is handled by itself again."""

    def parted(_: Connection, one: Ticket, __: datetime) -> Ticket:
        if one.duplicate_of is None:
            raise Conflict("这张工单没有并到别的工单里。", code="not_merged")
        return replace(one, duplicate_of=None, version=one.version + 1)

    return change(ws, actor, number, version, "part_ticket", parted)


def link_case(ws: Workspace, actor: Actor, number: str, case_id: str, version: int) -> Ticket:
    """Handle a ticket in a case that is there already; `case_id` may be the number of one of its issues.

    Raises
    ------
    Refused
        No such case.
    """

    def linked(conn: Connection, one: Ticket, _: datetime) -> Ticket:
        wanted = case_id.strip()
        named = issues.by_number(conn, wanted)
        case = cases.by_id(conn, named.case.id if named else wanted)
        if case is None:
            raise Refused(f"没有编号为{wanted[:40]}的案件，请核对编号。", field="case", code="unknown_case")
        return _in_case(one, case.merged_into or case.id)

    return change(ws, actor, number, version, "link_ticket", linked, _take_merged_along)


def _in_case(one: Ticket, case_id: str) -> Ticket:
    state = TicketState.HANDLING if one.state is TicketState.TO_SIGN else one.state
    return replace(one, case_id=case_id, state=state, version=one.version + 1)


def open_case(ws: Workspace, actor: Actor, number: str, version: int) -> str:
    """Report what a ticket tells as an issue of its own, source 12345; returns the case's id.

    Raises
    ------
    Refused
        It is not known yet where it is or what it is about.
    Conflict
        It has a case already.
    """
    require(actor, Action.HANDLE_TICKETS)
    require(actor, Action.REPORT_ISSUE)
    at = to_second(ws.clock())
    with ws.write() as conn:
        one = held(conn, number)
        require_fresh(one, version)
        if one.case_id:
            raise Conflict("这张工单已经有案件了，请直接打开案件。", code="has_case")
        if not one.is_matched or one.kind is None:
            raise Refused("先选好地点和类别，再立案。", field="spot", code="not_matched")
        where = _where(conn, one)
        told = mask_phones_in(one.text)
        new = NewIssue(ids.of("issue", "ticket", one.id), one.kind, told, IssueSource.HOTLINE, one.called_at)
        issue = file_issue(conn, actor, new, kind_of(one.kind), where, at)
        _take_merged_along(conn, keep(conn, actor, one, _in_case(one, issue.case_id), "open_case_for_ticket", at))
    return issue.case_id


def _where(conn: Connection, one: Ticket) -> Where:
    location = places.location_by_id(conn, one.location_id or "")
    if location is None:
        raise NotFound("这张工单的地点已经不在了，请重新选。", code="no_location")
    return Where(location, False, one.shop_id, one.place_id, tenancy_at(conn, one.shop_id, one.called_at))


def _take_merged_along(conn: Connection, done: Ticket) -> None:
    """Tickets merged into one follow it into its case."""
    for found in tickets.merged_into(conn, done.id):
        tickets.touch(conn, found.ticket, case_id=done.case_id)
