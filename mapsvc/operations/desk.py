"""今日 at the office: every number with the list it opens; a list's rows in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.alerts import RULE_NAMES, Rule
from mapsvc.domain.cases import STATE_NAMES, CaseState
from mapsvc.domain.clock import LimitCalendar, WorkingDays, read_clock
from mapsvc.domain.contacts import CONTACT_PARTY_NAMES, ContactParty
from mapsvc.domain.councils import COUNCIL_STATE_NAMES, CouncilState
from mapsvc.domain.desk import FOUND_FIRST, DeskList, Section, due_words, list_for, lists_for
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.orders import STATE_NAMES as ORDER_STATE_NAMES
from mapsvc.domain.orders import OrderState
from mapsvc.domain.privacy import NOBODY_LEFT, Leavers, mask_phones_in
from mapsvc.domain.tasks import TASK_ROLE_NAMES, TaskRole
from mapsvc.domain.tickets import LEAST_COUNTED, TicketState
from mapsvc.domain.tickets import STATE_NAMES as TICKET_STATE_NAMES
from mapsvc.domain.times import day_start, month_start, office_day
from mapsvc.errors import Forbidden, NotFound
from mapsvc.operations import watches
from mapsvc.operations.clock import working_days
from mapsvc.operations.ticket_known import known_words
from mapsvc.operations.tickets import FOUND_FIRST_DAYS, FoundFirst
from mapsvc.operations.workspace import Workspace
from mapsvc.store import desk, desk_rows, leavers, tickets
from mapsvc.store.desk import Asked

_LAST = datetime.max.replace(tzinfo=UTC)
_WATCHED = timedelta(days=7)
"""So long a report where something is watched is news."""
NOUN_OF: dict[str, str] = {
    "enquiries": "enquiry",
    "enquiries_urgent": "enquiry",
    "enquiries_overdue": "enquiry",
    "enquiries_referred": "enquiry",
    "reported": "case",
    "self_corrected": "case",
    "to_close": "case",
    "cases_overdue": "case",
    "cases_due": "case",
    "return_visits": "case",
    "relapses": "watch",
    "watched": "case",
    "alerts": "alert",
    "refused_orders": "order",
    "unit_orders": "order",
    "reopenings": "reopening",
    "extensions": "extension",
    "councils": "council",
    "unit_councils": "council",
    "hard_needs": "need",
    "needs_due": "need",
    "tickets_to_sign": "ticket",
    "tickets_unmatched": "ticket",
    "tickets_contact": "ticket",
    "tickets_due": "ticket",
    "found_first": "ticket",
    "tasks_due": "task",
    "unit_tasks": "task",
    "unit_tasks_due": "task",
    "promises_due": "promise",
    "untold": "promise",
    "notices_down": "notice",
    "storm_doors": "storm_door",
    "not_visited": "shop",
    "unit_responses": "response",
    "unit_contacts": "contact",
}


@dataclass(frozen=True)
class Figure:
    """A number of the page."""

    list: DeskList
    count: int


@dataclass(frozen=True)
class Desk:
    """The page: figures by section in their order, and the block's headline (None: not for this reader)."""

    figures: dict[Section, tuple[Figure, ...]]
    found_first: FoundFirst | None


@dataclass(frozen=True)
class DeskRow:
    """A row: where, what, the clock, where it leads (None: nowhere for this reader)."""

    id: str
    url: str | None
    place: str
    what: str
    clock: str
    is_late: bool
    under_clock: str
    kind: str | None
    order: tuple[datetime, str]


@dataclass(frozen=True)
class Opened:
    """A list with all its rows."""

    list: DeskList
    rows: tuple[DeskRow, ...]


def get_desk(ws: Workspace, actor: Actor) -> Desk:
    """The numbers of this reader's day.

    Raises
    ------
    Forbidden
    """
    mine = lists_for(actor)
    if not mine:
        raise Forbidden(f"{actor.role_name}没有“今日”这一页，请用地图。")
    asked = _asked(ws, actor)
    figures: dict[Section, list[Figure]] = {}
    with ws.read() as conn:
        for one in mine:
            figures.setdefault(one.section, []).append(Figure(one, desk.count(conn, desk.QUERIES[one.id](asked))))
        first = None
        if list_for(actor, FOUND_FIRST.id):
            first = FoundFirst(
                *tickets.counted_known(conn, asked.since, asked.at + timedelta(seconds=1)), FOUND_FIRST_DAYS
            )
    return Desk({section: tuple(figures[section]) for section in Section if section in figures}, first)


def open_list(ws: Workspace, actor: Actor, list_id: str) -> Opened:
    """One list with all its rows, the most urgent first.

    Raises
    ------
    NotFound
        There is no such list on this reader's desk.
    """
    one = list_for(actor, list_id)
    if one is None:
        raise NotFound("没有这张单子，请回到今日重新点。", code="unknown_list")
    asked = _asked(ws, actor)
    with ws.read() as conn:
        wanted = desk.ids(conn, desk.QUERIES[one.id](asked))
        if one is FOUND_FIRST and tickets.counted_known(conn, asked.since, asked.at)[1] < LEAST_COUNTED:
            wanted = []
        rows = desk_rows.load(conn, NOUN_OF[one.id], wanted)
        made = _Words(conn, ws, actor, one, asked).of(rows)
    return Opened(one, tuple(sorted(made, key=lambda r: r.order)))


def _asked(ws: Workspace, actor: Actor) -> Asked:
    at = ws.clock()
    today = office_day(at)
    since = at - timedelta(days=FOUND_FIRST_DAYS)
    with ws.read() as conn:
        watched = tuple(sorted(watches.reported_within(conn, at - _WATCHED)))
    return Asked(at, day_start(today + timedelta(days=1)), month_start(at), since, today, actor.unit, watched)


class _Words:
    """Rows of one list in words."""

    def __init__(self, conn: Connection, ws: Workspace, actor: Actor, one: DeskList, asked: Asked) -> None:
        self._conn, self._actor, self._list, self._asked = conn, actor, one, asked
        self._is_working: WorkingDays = working_days(conn)
        self._noun = NOUN_OF[one.id]
        self._known: dict[str, str] = {}
        self._left: dict[str, Leavers] = {}

    def of(self, rows: Sequence[Any]) -> list[DeskRow]:
        """All rows."""
        self._left = leavers.of_shops(self._conn, (row.shop_id for row in rows))
        if self._noun == "ticket":
            self._known = known_words(self._conn, tickets.by_ids(self._conn, (r.row_id for r in rows)).values())
        return [self._row(row) for row in rows]

    def _row(self, row: Any) -> DeskRow:
        clock, is_late = self._clock(row)
        left = self._left.get(row.shop_id or "", NOBODY_LEFT)
        what = mask_phones_in(left.hide(_WHAT[self._noun](self, row)))
        place = row.place or ("全街" if self._noun == "alert" else "没说在哪里")
        under = _day(row.at) if row.at else ""
        key = row.due_at or row.at or _LAST
        then = f"{row.rank:04d}" if self._noun == "storm_door" else row.row_id
        return DeskRow(
            row.row_id, self._url(row), place, what, clock, is_late, _UNDER[self._noun].format(under) if under else "",
            row.kind, (key, then),
        )  # fmt: skip

    def _clock(self, row: Any) -> tuple[str, bool]:
        if self._noun == "case":
            if self._list.id == "return_visits":
                # Nobody is late here: it is a walk that is due.
                return f"{_day(row.return_visit_due_at)}起", False
            paused = row.paused_at
            told = read_clock(
                row.due_at, LimitCalendar(row.calendar), self._asked.at, self._is_working, paused_at=paused
            )
            return told.text, told.overdue
        if self._list.id == "tickets_contact":
            return due_words(row.first_contact_due_at, self._asked.at)
        if self._noun in ("extension", "shop", "notice", "watch", "storm_door") or self._list.id in (
            "found_first",
            "untold",
        ):
            return "", False
        return due_words(row.due_at, self._asked.at)

    def _url(self, row: Any) -> str | None:
        if self._list.id == "unit_orders":
            return f"/w/{row.token}"
        if self._noun == "watch" and row.link is None:
            return f"/cases/{row.state}" if row.state else None
        own = row.row_id if self._noun in _OWN_PAGE else row.link
        return f"{_PATH[self._noun]}{own}" if own else None

    # What is said in a row, by noun.

    def case(self, row: Any) -> str:
        """跨门经营 26-1019-03 · 核查."""
        return _joined(_kind(row), row.number, STATE_NAMES[CaseState(row.state)])

    def order(self, row: Any) -> str:
        """What is asked for and how the order stands."""
        asked = row.asked if self._list.id == "unit_orders" else row.what
        return _joined(_kind(row), asked, ORDER_STATE_NAMES[OrderState(row.state)])

    def words(self, row: Any) -> str:
        """The kind and the words of the record itself."""
        return _joined(_kind(row), row.what)

    def alert(self, row: Any) -> str:
        """好了又来：橙子公寓旁空地."""
        return _joined(RULE_NAMES[Rule(row.state)], row.what)

    def council(self, row: Any) -> str:
        """Where it meets and how it stands."""
        return _joined(_kind(row), row.what, COUNCIL_STATE_NAMES[CouncilState(row.state)] if row.state else None)

    def contact(self, row: Any) -> str:
        """Whom to reach, and what was agreed as next."""
        return _joined(_kind(row), f"找{CONTACT_PARTY_NAMES[ContactParty(row.state)]}", row.what)

    def task(self, row: Any) -> str:
        """What is to be done, and which side does it; units by name, persons by their role."""
        role = TaskRole(row.state)
        unit = row.owner_name if role in (TaskRole.COMMITTEE, TaskRole.PROPERTY) and row.owner_name else None
        return _joined(row.what, unit or TASK_ROLE_NAMES[role])

    def ticket(self, row: Any) -> str:
        """The kind, the state and what was known before."""
        state = TICKET_STATE_NAMES[TicketState(row.state)]
        return _joined(_kind(row) or "没看出类别", row.number, state, self._known.get(row.row_id))

    def storm(self, row: Any) -> str:
        """The shop's sign, and why it is looked at."""
        return _joined(row.sign, "雨前看一眼" if row.state else "雨后看一眼", row.why.get("text"))

    def enquiry(self, row: Any) -> str:
        """The shop's sign and the topic: never what was asked."""
        return _joined(row.sign, "咨询", row.what)

    def door(self, row: Any) -> str:
        """The shop's sign and the words of the record."""
        return _joined(row.sign, row.what)


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _day(at: datetime) -> str:
    day = office_day(at)
    return f"{day.month}月{day.day}日"


def _kind(row: Any) -> str | None:
    return kind_of(row.kind).short_name if row.kind else None


_WHAT: dict[str, Callable[[_Words, Any], str]] = {
    "case": _Words.case,
    "order": _Words.order,
    "reopening": _Words.words,
    "extension": _Words.words,
    "response": _Words.words,
    "council": _Words.council,
    "contact": _Words.contact,
    "task": _Words.task,
    "ticket": _Words.ticket,
    "promise": _Words.door,
    "need": _Words.door,
    "shop": _Words.door,
    "notice": _Words.words,
    "watch": _Words.words,
    "alert": _Words.alert,
    "storm_door": _Words.storm,
    "enquiry": _Words.enquiry,
}
_UNDER: dict[str, str] = {
    "case": "{}上报",
    "order": "{}派出",
    "reopening": "{}提出",
    "extension": "{}申请",
    "response": "{}发起",
    "council": "{}",
    "contact": "{}联系过",
    "task": "{}定下",
    "ticket": "{}来电",
    "promise": "{}答应",
    "need": "{}说的",
    "shop": "上次{}",
    "notice": "{}张贴",
    "watch": "{}起看着",
    "alert": "{}提醒",
    "storm_door": "{}的雨",
    "enquiry": "{}问的",
}
_PATH: dict[str, str] = {
    "case": "/cases/",
    "order": "/orders/",
    "reopening": "/cases/",
    "extension": "/cases/",
    "response": "/cases/",
    "council": "/cases/",
    "contact": "/cases/",
    "task": "/tasks/",
    "ticket": "/tickets/",
    "promise": "/shops/",
    "need": "/shops/",
    "shop": "/shops/",
    "notice": "/notices/",
    "watch": "/places/",
    "alert": "/alerts/",
    "storm_door": "/storms/",
    "enquiry": "/enquiries/",
}
_OWN_PAGE = frozenset({"order", "task", "notice", "alert", "enquiry"})
"""Nouns with a page of their own; the others lead to their case, shop or number."""
