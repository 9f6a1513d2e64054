"""Tickets of the hotline as the office reads them: lists with both clocks, one ticket with all that belongs to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.clock import Reading
from mapsvc.domain.contacts import ContactAttempt
from mapsvc.domain.limits import Extension
from mapsvc.domain.people import Person
from mapsvc.domain.permissions import Action, Reach, may, reach
from mapsvc.domain.privacy import NOBODY_LEFT, visible_text
from mapsvc.domain.tickets import LEAST_COUNTED, MOVES, Ticket, TicketState, clocks
from mapsvc.domain.times import office_day
from mapsvc.errors import Forbidden, Malformed, NotFound
from mapsvc.operations.clock import working_days
from mapsvc.operations.ticket_known import known_words
from mapsvc.operations.workspace import Workspace
from mapsvc.store import contacts, extensions, issues, leavers, people, shops, tickets
from mapsvc.store.issues import Found as FoundIssue
from mapsvc.store.tickets import Found, Wanted

MOST = 200
FOUND_FIRST_DAYS = 90
"""The window of the block's headline."""
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Line:
    """A ticket in a list.

    Attributes
    ----------
    first, handling : Reading
        The clocks of 先行联系 and of handling.
    known : str or None
        10月8日走访已发现，早了6天.
    """

    found: Found
    first: Reading
    handling: Reading
    known: str | None
    text: str

    @property
    def ticket(self) -> Ticket:
        """The ticket itself."""
        return self.found.ticket


@dataclass(frozen=True)
class TicketPage:
    """A page of tickets; `total` counts all that the list asks for."""

    items: tuple[Line, ...]
    next: str | None
    total: int


@dataclass(frozen=True)
class Attempt:
    """An attempt to reach somebody, with who made it and its text as this reader may see it."""

    attempt: ContactAttempt
    by: str | None
    note: str


@dataclass(frozen=True)
class TicketDetail:
    """A ticket with the contacts made, what was asked for it, its case, and those that tell of the same thing.

    `alike` are offered for merging, `merged` were merged into it; `near_cases` are open cases of its kind at its spot.
    """

    line: Line
    attempts: tuple[Attempt, ...]
    extensions: tuple[Extension, ...]
    case: FoundIssue | None
    near_cases: tuple[FoundIssue, ...]
    alike: tuple[Line, ...]
    merged: tuple[Line, ...]
    survivor: Line | None
    answered_by: str | None
    answer: str
    may_handle: bool
    legal: tuple[TicketState, ...]

    @property
    def ticket(self) -> Ticket:
        """The ticket itself."""
        return self.line.ticket


@dataclass(frozen=True)
class FoundFirst:
    """先发现 of the block: tickets with a spot and a kind, and how many of them were known before the call."""

    known: int
    counted: int
    days: int

    @property
    def is_enough(self) -> bool:
        """Whether there are enough to say a number."""
        return self.counted >= LEAST_COUNTED


def require_reader(actor: Actor) -> None:
    """Raise Forbidden unless `actor` works on cases of the whole block: tickets are what citizens said."""
    if reach(actor, Action.WORK_CASE) is not Reach.ALL:
        raise Forbidden(f"{actor.role_name}看不到12345工单，要看请找街区书记。")


def list_tickets(
    ws: Workspace, actor: Actor, wanted: Wanted, limit: int | None = None, after: str | None = None
) -> TicketPage:
    """Tickets, the latest call first; all of them without a `limit`.

    Raises
    ------
    Forbidden
    Malformed
        If `after` is no cursor of ours.
    """
    require_reader(actor)
    last = read_cursor(after) if after else None
    with ws.read() as conn:
        found = tickets.page(conn, wanted, limit + 1 if limit else None, last)
        shown = found[:limit] if limit else found
        lines = lines_of(ws, conn, actor, shown)
        total = tickets.count(conn, wanted)
    more = limit is not None and len(found) > limit
    return TicketPage(lines, cursor_of(shown[-1].ticket) if more else None, total)


def count_by_state(ws: Workspace, actor: Actor) -> dict[TicketState, int]:
    """How many tickets stand in each state; merged ones count with the one they were merged into."""
    require_reader(actor)
    with ws.read() as conn:
        counted = tickets.count_by_state(conn)
    return {state: counted.get(state.value, 0) for state in TicketState}


def get_ticket(ws: Workspace, actor: Actor, number: str) -> TicketDetail:
    """The ticket with this number.

    Raises
    ------
    NotFound, Forbidden
    """
    require_reader(actor)
    with ws.read() as conn:
        return detail_of(ws, conn, actor, number)


def detail_of(ws: Workspace, conn: Connection, actor: Actor, number: str) -> TicketDetail:
    """As `get_ticket`, within the caller's transaction."""
    found = tickets.find(conn, number)
    if found is None:
        raise unknown(number)
    one = found.ticket
    line = lines_of(ws, conn, actor, [found])[0]
    attempts = contacts.of_ticket(conn, one.id)
    names = people.by_ids(conn, [one.answered_by, *(a.actor_id for a in attempts)])
    owner = _owners(ws, conn, [found]).get(one.shop_id or "")
    survivor = tickets.found_by_ids(conn, [one.duplicate_of]) if one.duplicate_of else {}
    may_handle = may(actor, Action.HANDLE_TICKETS)
    return TicketDetail(
        line,
        tuple(
            Attempt(
                a,
                who.display_name if (who := names.get(a.actor_id or "")) else None,
                visible_text(actor, a.note, owner),
            )
            for a in attempts
        ),
        tuple(extensions.of_ticket(conn, one.id)),
        next(iter(issues.find(conn, one.case_id)), None) if one.case_id else None,
        _near_cases(conn, found) if one.case_id is None else (),
        lines_of(ws, conn, actor, tickets.near_in_time(conn, one)) if one.duplicate_of is None else (),
        lines_of(ws, conn, actor, tickets.merged_into(conn, one.id)),
        lines_of(ws, conn, actor, survivor.values())[0] if survivor else None,
        _name(names, one.answered_by),
        visible_text(actor, one.answer, owner),
        may_handle,
        MOVES[one.state] if may_handle and one.duplicate_of is None else (),
    )


def _name(names: Mapping[str, Person], person_id: str | None) -> str | None:
    found = names.get(person_id or "")
    return found.display_name if found else None


def _near_cases(conn: Connection, found: Found) -> tuple[FoundIssue, ...]:
    """Open cases of the ticket's kind at its shop, place or within 50 m."""
    from mapsvc.geo.local import distance_m

    one = found.ticket
    if one.kind is None or found.lon is None or found.lat is None:
        return ()
    reach_deg = 50 * 1.2e-5
    box = (found.lon - reach_deg, found.lat - reach_deg, found.lon + reach_deg, found.lat + reach_deg)
    near = []
    for other in issues.open_in_box(conn, one.kind, box):
        at = other.location
        if at.lon is not None and at.lat is not None:
            apart_m = float(distance_m(found.lon, found.lat, at.lon, at.lat))
            if apart_m <= 50:
                near.append((apart_m, other.issue.id, other))
    return tuple(other for *_, other in sorted(near, key=lambda n: n[:2]))[:5]


def lines_of(ws: Workspace, conn: Connection, actor: Actor, some: Iterable[Found]) -> tuple[Line, ...]:
    """Tickets with their clocks and what was known before the call."""
    found = list(some)
    at, is_working = ws.clock(), working_days(conn)
    known = known_words(conn, (f.ticket for f in found))
    owners = _owners(ws, conn, found)
    left = leavers.of_shops(conn, (f.ticket.shop_id for f in found))
    lines = []
    for one in found:
        first, handling = clocks(one.ticket, at, is_working)
        shop_id = one.ticket.shop_id or ""
        text = visible_text(actor, one.ticket.text, owners.get(shop_id), left.get(shop_id, NOBODY_LEFT))
        lines.append(Line(one, first, handling, known.get(one.ticket.id), text))
    return tuple(lines)


def _owners(ws: Workspace, conn: Connection, found: Sequence[Found]) -> dict[str, str]:
    shop_ids = {f.ticket.shop_id for f in found if f.ticket.shop_id}
    workers = shops.workers_of(conn, shop_ids, office_day(ws.clock())) if shop_ids else {}
    return {shop_id: worker.id for shop_id, worker in workers.items()}


def found_first(ws: Workspace, actor: Actor, days: int = FOUND_FIRST_DAYS) -> FoundFirst:
    """The block's headline over the last `days` days."""
    require_reader(actor)
    until = ws.clock()
    with ws.read() as conn:
        known, counted = tickets.counted_known(conn, until - timedelta(days=days), until + timedelta(seconds=1))
    return FoundFirst(known, counted, days)


def known_in_time(ws: Workspace, days: int = FOUND_FIRST_DAYS) -> Wanted:
    """The tickets that the headline counts as known."""
    until = ws.clock()
    ours = tuple(sorted(state.value for state in TicketState if state is not TicketState.RETURNED))
    since, after = until - timedelta(days=days), until + timedelta(seconds=1)
    return Wanted(states=ours, known=True, matched=True, since=since, until=after)


def tickets_of_case(ws: Workspace, actor: Actor, case_id: str) -> tuple[Line, ...]:
    """Tickets about a case, the latest call first; none for those who may not read them."""
    if reach(actor, Action.WORK_CASE) is not Reach.ALL:
        return ()
    with ws.read() as conn:
        return lines_of(ws, conn, actor, tickets.of_case(conn, case_id))


def cursor_of(one: Ticket) -> str:
    """Where a page ended."""
    return f"{one.called_at.astimezone(UTC):{_STAMP}}.{one.id}"


def read_cursor(text: str) -> tuple[datetime, str]:
    """The (called_at, id) behind a cursor; raises Malformed if it is none of ours."""
    at, _, ticket_id = text.partition(".")
    try:
        if not 0 < len(ticket_id) <= 36:
            raise ValueError(ticket_id)
        return datetime.strptime(at, _STAMP).replace(tzinfo=UTC), ticket_id
    except ValueError:
        raise Malformed("after 不是上一页给出的 next，请从第一页重新开始。", field="after", code="bad_cursor") from None


def unknown(number: str) -> NotFound:
    """No such ticket."""
    return NotFound(f"没有编号为{number[:40]}的工单，请核对编号。", field="number", code="unknown_ticket")
