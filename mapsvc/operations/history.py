"""The history of a shop or a place: open things on top, then what was, newest first, as this reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import STATE_NAMES
from mapsvc.domain.enquiry_reading import may_read
from mapsvc.domain.history import Entry, EventType, HistoryPage, HistorySide, Words, side_of
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.needs import WAY_NAMES
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.privacy import NOBODY_LEFT, Leavers, mask_phones_in, visible_text
from mapsvc.domain.shops import Shop
from mapsvc.domain.times import office_day
from mapsvc.errors import Malformed, NotFound
from mapsvc.operations.clock import reading, working_days
from mapsvc.operations.history_words import Loaded, joined, promise_words, words_of
from mapsvc.operations.photos import shown_with
from mapsvc.operations.words import enquiry as enquiry_words
from mapsvc.operations.words.need import given_to
from mapsvc.operations.workspace import Workspace
from mapsvc.store import enquiries, events, history, issues, leavers, needs, people, places, promises, shops
from mapsvc.store.events import Event

PAGE, MOST = 20, 200
_CURSOR_FORM = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Door:
    """Whose history is read: a shop or a place, and what decides what is shown of people.

    Attributes
    ----------
    tenancy_from : date or None
        Since when who is there is there; of an empty shop since when nobody is.
    left : Leavers
        Who was there before.
    """

    owner: str | None
    shop_id: str | None = None
    place_id: str | None = None
    tenancy_id: str | None = None
    tenancy_from: date | None = None
    left: Leavers = NOBODY_LEFT

    @property
    def is_empty(self) -> bool:
        """Whether it is a shop that nobody runs."""
        return self.shop_id is not None and self.tenancy_id is None

    def is_theirs(self, tenancy_id: str | None) -> bool:
        """Whether what was voiced or promised under this tenancy concerns who is there now."""
        return not self.is_empty or tenancy_id is None


def shop_history(ws: Workspace, actor: Actor, code: str, limit: int = PAGE, after: str | None = None) -> HistoryPage:
    """What happened at the shop with this code.

    Raises
    ------
    NotFound, Forbidden
    Malformed
        If `after` is no cursor of ours.
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        shop = shops.by_code(conn, code, office_day(ws.clock()))
        if shop is None:
            raise NotFound(f"没有编号为{code}的商铺，请核对编号。", field="code", code="unknown_shop")
        return page_of(ws, conn, actor, door_of(conn, shop), limit, after)


def place_history(ws: Workspace, actor: Actor, code: str, limit: int = PAGE, after: str | None = None) -> HistoryPage:
    """What happened at the place with this code; raises as `shop_history`."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        place = places.by_code(conn, code)
        if place is None:
            raise NotFound(f"没有编号为{code}的点位，请核对编号。", field="code", code="unknown_place")
        return page_of(ws, conn, actor, Door(None, place_id=place.id), limit, after)


def door_of(conn: Connection, shop: Shop) -> Door:
    """The door of a shop as its present tenancy and worker make it."""
    now, left = shop.tenancy, leavers.of_shops(conn, [shop.id]).get(shop.id, NOBODY_LEFT)
    if now is None:
        ended = [t.ended_on for t in shops.tenancies(conn, shop.id) if t.ended_on]
        return Door(shop.worker_id, shop.id, None, None, max(ended, default=None), left)
    return Door(shop.worker_id, shop.id, None, now.id, now.started_on, left)


def page_of(ws: Workspace, conn: Connection, actor: Actor, door: Door, limit: int, after: str | None) -> HistoryPage:
    """One page; the open things come with the first."""
    limit = max(1, min(limit, MOST))
    found = _visible(conn, actor, door, limit + 1, read_cursor(after) if after else None)
    shown, more = found[:limit], len(found) > limit
    open_things = open_entries(ws, conn, actor, door) if after is None else ()
    return HistoryPage(open_things, tuple(entry for _, entry in shown), cursor_of(shown[-1][0]) if more else None)


def _visible(
    conn: Connection, actor: Actor, door: Door, wanted: int, after: tuple[datetime, int] | None
) -> list[tuple[Event, Entry]]:
    """The next `wanted` events with their entries that `actor` sees; fewer where there are no more."""
    shown: list[tuple[Event, Entry]] = []
    size = wanted if may(actor, Action.SEE_ASKED) else MOST
    while True:
        found = events.page(conn, shop_id=door.shop_id, place_id=door.place_id, limit=size, after=after)
        told = zip(found, entries_of(conn, actor, door, found), strict=True)
        shown += [(event, entry) for event, entry in told if _may_see(actor, entry.side)]
        if len(shown) >= wanted or len(found) < size:
            return shown[:wanted]
        after = found[-1].at, found[-1].id


def _may_see(actor: Actor, side: HistorySide) -> bool:
    """What a merchant is asked to change is not for everybody."""
    return side is HistorySide.HELP or may(actor, Action.SEE_ASKED)


def cursor_of(event: Event) -> str:
    """Where a page ended."""
    return f"{event.at.astimezone(UTC):{_CURSOR_FORM}}.{event.id}"


def read_cursor(text: str) -> tuple[datetime, int]:
    """The (at, id) behind a cursor; raises Malformed if it is none of ours."""
    at, _, last = text.partition(".")
    try:
        if not (last.isascii() and last.isdigit() and len(last) < 19):
            raise ValueError(last)
        return datetime.strptime(at, _CURSOR_FORM).replace(tzinfo=UTC), int(last)
    except ValueError:
        raise Malformed("after 不是上一页给出的 next，请从第一页重新开始。", field="after", code="bad_cursor") from None


def counts(conn: Connection, actor: Actor, door: Door) -> dict[HistorySide, int]:
    """How many entries stand under each tab that `actor` sees."""
    per_type = history.count_by_type(conn, door.shop_id, door.place_id)
    of_case = issues.of_cases(conn, (case_id for _, case_id in per_type))
    sums = {side: 0 for side in HistorySide if _may_see(actor, side)}
    for (event_type, case_id), n in per_type.items():
        issue = of_case.get(case_id or "")
        side = side_of(EventType(event_type), issue.kind if issue else None)
        if side in sums:
            sums[side] += n
    return sums


def open_entries(ws: Workspace, conn: Connection, actor: Actor, door: Door) -> tuple[Entry, ...]:
    """What is not done yet: promises, then cases, then needs and questions."""
    at = ws.clock()
    found = [*_open_promises(conn, door, at), *_open_cases(conn, door, at), *_open_needs(conn, actor, door)]
    return tuple(_masked(entry, actor, door) for entry in found if _may_see(actor, entry.side))


def _open_promises(conn: Connection, door: Door, at: datetime) -> list[Entry]:
    if not door.shop_id:
        return []
    made = [p for p in promises.open_of_shop(conn, door.shop_id, door.tenancy_id) if door.is_theirs(p.tenancy_id)]
    staff = people.by_ids(conn, (p.promised_by for p in made))
    entries = []
    for one in made:
        words, by = promise_words(one, None), staff.get(one.promised_by or "")
        entries.append(
            Entry(
                one.promised_at,
                EventType.PROMISE,
                words.title,
                one.text,
                by.display_name if by else None,
                one.id,
                HistorySide.HELP,
                state="overdue" if one.is_overdue(at) else "open",
                due_at=one.due_at,
            )
        )
    return entries


def _open_cases(conn: Connection, door: Door, at: datetime) -> list[Entry]:
    at_shop = door.shop_id is not None
    found = (issues.open_of_shop if at_shop else issues.open_of_place)(conn, door.shop_id or door.place_id or "")
    is_working = working_days(conn)
    entries = []
    for one in found:
        case, issue = one.case, one.issue
        clock = reading(case, at, is_working)
        entries.append(
            Entry(
                issue.happened_at,
                EventType.ISSUE,
                joined("问题", kind_of(issue.kind).short_name),
                joined(STATE_NAMES[case.state], clock.text, issue.description),
                case.handler,
                issue.id,
                _side(EventType.ISSUE, issue.kind, issue.shop_id),
                case.id,
                issue.kind,
                issue.number,
                "overdue" if clock.overdue else case.state.value,
                due_at=case.due_at,
                url=f"/cases/{case.id}",
            )
        )
    return entries


def _open_needs(conn: Connection, actor: Actor, door: Door) -> list[Entry]:
    if not door.shop_id:
        return []
    entries = []
    voiced = needs.open_of_shop(conn, door.shop_id, door.tenancy_id)
    staff = {i: person.display_name for i, person in people.by_ids(conn, (n.handler_id for n in voiced)).items()}
    for need in (n for n in voiced if door.is_theirs(n.tenancy_id)):
        detail = joined(need.text, WAY_NAMES[need.way] if need.way else None, given_to(need, staff))
        title = joined("诉求", need.topic)
        entries.append(Entry(need.voiced_at, EventType.NEED, title, detail, None, need.id, HistorySide.HELP))
    questions = enquiries.open_of_shop(conn, door.shop_id, door.tenancy_id)
    for asked in (q for q in questions if door.is_theirs(q.tenancy_id)):
        title, detail = enquiry_words.open_words(asked, actor, door.owner)
        url = f"/enquiries/{asked.id}" if may_read(actor, asked, door.owner) else None
        entries.append(
            Entry(asked.asked_at, EventType.ENQUIRY, title, detail, None, asked.id, HistorySide.HELP, url=url)
        )
    return entries


def _masked(entry: Entry, actor: Actor, door: Door) -> Entry:
    return replace(entry, detail=visible_text(actor, entry.detail, door.owner, door.left))


def entries_of(conn: Connection, actor: Actor, door: Door, found: Sequence[Event]) -> tuple[Entry, ...]:
    """Events as `actor` may read them."""
    asked, pages = enquiry_words.opened(conn, actor, door.owner, found)
    words = words_of(conn, found) | asked
    staff = people.by_ids(conn, (e.actor_id for e in found))
    of_case = _kinds_of_cases(conn, found, words)
    refs = {of: [e.ref for e in found if e.type == of] for of in (EventType.VISIT, EventType.ISSUE)}
    photos = shown_with(conn, refs[EventType.VISIT], refs[EventType.ISSUE])
    entries = []
    for event in found:
        told = words.get(event.id or 0) or Words("记录已删除")
        told = replace(told, kind=told.kind or of_case.get(event.case_id or ""))
        by = staff.get(event.actor_id or "")
        entry = _entry(event, told, by.display_name if by else None, actor, door)
        entry = replace(entry, url=pages.get(event.ref, entry.url))
        entries.append(replace(entry, photos=photos.get(event.ref, ()) if event.type in refs else ()))
    return tuple(entries)


def _entry(event: Event, told: Words, by: str | None, actor: Actor, door: Door) -> Entry:
    former, event_type = _is_former(event, door), EventType(event.type)
    detail = visible_text(actor, told.detail, door.owner, door.left)
    detail = mask_phones_in(detail) if former else detail
    side = _side(event_type, told.kind, event.shop_id)
    return Entry(
        event.at, event_type, told.title, detail, by, event.ref, side, event.case_id,
        told.kind, told.number, told.state, event.tenancy_id, former,
        url=_url(event, actor),
    )  # fmt: skip


def _url(event: Event, actor: Actor) -> str | None:
    if event.type == EventType.ALERT and may(actor, Action.SEE_ALERTS):
        return f"/alerts/{event.ref}"
    return f"/cases/{event.case_id}" if event.case_id else None


def _side(event_type: EventType, kind: str | None, shop_id: str | None) -> HistorySide:
    """Its tab; where no shop is concerned, no merchant is asked anything."""
    return side_of(event_type, kind) if shop_id else HistorySide.HELP


def _kinds_of_cases(conn: Connection, found: Sequence[Event], words: Loaded) -> dict[str, str]:
    unknown = {e.case_id for e in found if e.case_id and not (e.id in words and words[e.id].kind)}
    return {case_id: issue.kind for case_id, issue in issues.of_cases(conn, unknown).items()} if unknown else {}


def _is_former(event: Event, door: Door) -> bool:
    if event.tenancy_id and door.shop_id:
        return event.tenancy_id != door.tenancy_id
    return door.tenancy_from is not None and office_day(event.at) < door.tenancy_from
