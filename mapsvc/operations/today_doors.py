"""The doors of a worker's day, each with what is due there and what is known: last talk, promises, hours, history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from mapsvc.domain.answers import Answer, Tip, tip_for
from mapsvc.domain.cases import CaseState
from mapsvc.domain.enquiries import Enquiry
from mapsvc.domain.needs import Need
from mapsvc.domain.opening_hours import Call, Suggestion, if_closed, usual_hours
from mapsvc.domain.privacy import NOBODY_LEFT, Leavers, mask_phones_in
from mapsvc.domain.promises import Promise
from mapsvc.domain.shops import SHOP_STATE_NAMES, ShopState
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.domain.today import Due, Promised, Standing, Trouble, clipped, due_today
from mapsvc.domain.visits import Outcome, Visit
from mapsvc.operations.history_words import words_of
from mapsvc.store import leavers
from mapsvc.store import today as store
from mapsvc.store.today import CaseAt, Door

Told = TypeVar("Told", Visit, Need, Promise, CaseAt)

HISTORY = 8
_LONGEST_TALK, _LONGEST_DETAIL, _LONGEST_PROMISE = 60, 80, 60
_HOURS_FROM = timedelta(days=365)
_ASKED_WITHIN = timedelta(days=180)
_SHUT = frozenset({ShopState.VACANT, ShopState.CLOSED})
_DONE = frozenset({Outcome.MET, Outcome.CHANGED})


@dataclass(frozen=True)
class Line:
    """One line of the past."""

    at: datetime
    type: str
    title: str
    detail: str


@dataclass(frozen=True)
class Talk:
    """What was said or noted last."""

    at: datetime
    text: str


@dataclass(frozen=True)
class DoorDay:
    """A door as the phone shows it; texts are masked, no person but colleagues is in it."""

    door: Door
    due: Due
    hours: str | None
    last_talk: Talk | None
    promises: tuple[Promise, ...]
    tip: Tip | None
    if_closed: Suggestion | None
    open_issues: tuple[CaseAt, ...]
    history: tuple[Line, ...]
    visited_today: Visit | None
    card: str | None
    cover_for: str | None = None

    @property
    def name(self) -> str:
        """The sign over the door, or what stands for it."""
        return self.door.sign_name or SHOP_STATE_NAMES[self.door.state]


@dataclass
class Known:
    """What the store knows of a door."""

    visits: list[Visit] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    enquiries: list[Enquiry] = field(default_factory=list)
    cases: list[CaseAt] = field(default_factory=list)
    history: list[Line] = field(default_factory=list)
    card: str | None = None


def gather(conn: Connection, doors: Sequence[Door], at: datetime) -> dict[str, Known]:
    """All that is known of these doors and who runs them now, by shop id; one look into each table."""
    ids = [door.id for door in doors]
    left = leavers.of_shops(conn, ids)
    known = {door.id: Known() for door in doors}
    by_id = {door.id: door for door in doors}
    month = at - timedelta(days=30)
    for visit in store.visits_of(conn, ids):
        known[visit.shop_id].visits.append(_without(visit, "note", left))
    for need in store.needs_of(conn, ids):
        if _is_theirs(by_id[need.shop_id], need.tenancy_id, need.voiced_at):
            known[need.shop_id].needs.append(_without(need, "text", left))
    for promise in store.promises_of(conn, ids, month):
        if _is_theirs(by_id[promise.shop_id], promise.tenancy_id, promise.promised_at):
            known[promise.shop_id].promises.append(_without(promise, "text", left))
    for asked in store.enquiries_of(conn, ids, at - _ASKED_WITHIN):
        if asked.shop_id and _is_theirs(by_id[asked.shop_id], asked.tenancy_id, asked.asked_at):
            known[asked.shop_id].enquiries.append(asked)
    for case in store.cases_at(conn, ids, month):
        known[case.shop_id].cases.append(_without(case, "description", left))
    for (shop_id, tenancy_id), token in store.card_tokens(conn, ids).items():
        if by_id[shop_id].tenancy_id == tenancy_id:
            known[shop_id].card = token
    _add_history(conn, known, left)
    return known


def _without(told: Told, field_name: str, left: Mapping[str, Leavers]) -> Told:
    """The same without the names and numbers of who left the shop."""
    gone, text = left.get(told.shop_id), getattr(told, field_name)
    hidden: dict[str, Any] = {field_name: gone.hide(text)} if gone and text else {}
    return replace(told, **hidden)


def door_day(
    door: Door, known: Known, at: datetime, interval_days: int, answers: Sequence[Answer], cover_for: str | None
) -> DoorDay:
    """A door as it stands on the office's day of `at`."""
    day = office_day(at)
    theirs = [v for v in known.visits if _is_theirs(door, v.tenancy_id, v.happened_at)]
    promises = [p for p in known.promises if p.is_open]
    visited = _visited_on(known.visits, day)
    standing = Standing(
        door.state,
        door.started_on,
        next((v.happened_at for v in theirs if v.outcome is Outcome.MET), None),
        visited.outcome if visited else None,
        tuple(Promised(mask_phones_in(p.text), p.promised_at, p.due_at) for p in promises),
        tuple(map(_trouble, known.cases)),
    )
    calls = _calls(theirs, at)
    return DoorDay(
        door, due_today(standing, day, interval_days), usual_hours(calls), _last_talk(theirs, known.needs),
        tuple(promises), None if door.state in _SHUT else _tip(door, known, answers, day), if_closed(calls),
        tuple(c for c in known.cases if c.state is not CaseState.CLOSED), tuple(known.history), visited, known.card,
        cover_for,
    )  # fmt: skip


def masked(text: str, longest: int = _LONGEST_PROMISE) -> str:
    """Free text for the phone: on one line, short, no number of anybody's in it."""
    return clipped(mask_phones_in(text), longest)


def _is_theirs(door: Door, tenancy_id: str | None, at: datetime) -> bool:
    """Whether something belongs to who runs the door now: what earlier people said goes with them."""
    if tenancy_id is not None or door.tenancy_id is None:
        return tenancy_id == door.tenancy_id
    return door.started_on is None or office_day(at) >= door.started_on


def _visited_on(visits: Iterable[Visit], day: date) -> Visit | None:
    """The call of that day that counts: the latest at which somebody was met, else the latest."""
    todays = [v for v in visits if office_day(v.happened_at) == day]
    return next((v for v in todays if v.outcome in _DONE), todays[0] if todays else None)


def _calls(visits: Iterable[Visit], at: datetime) -> list[Call]:
    # A ledger's day without a time says nothing of the hour.
    timed = (v for v in visits if v.happened_at >= at - _HOURS_FROM and _has_time(v.happened_at))
    return [Call(v.happened_at, v.outcome is Outcome.MET) for v in timed if v.outcome is not Outcome.CHANGED]


def _has_time(at: datetime) -> bool:
    here = at.astimezone(OFFICE_ZONE)
    return (here.hour, here.minute) != (0, 0)


def _last_talk(visits: Iterable[Visit], needs: Iterable[Need]) -> Talk | None:
    noted = [(v.happened_at, 1, v.note) for v in visits if v.note and v.outcome is not Outcome.CLOSED]
    voiced = [(n.voiced_at, 0, n.text) for n in needs if n.text]
    if not noted and not voiced:
        return None
    at, _, text = max([*noted, *voiced])
    return Talk(at, masked(text, _LONGEST_TALK))


def _tip(door: Door, known: Known, answers: Sequence[Answer], day: date) -> Tip | None:
    voiced = [n.topic for n in known.needs if n.is_open and n.topic]
    asked = [e.topic for e in known.enquiries[:1] if e.topic]
    return tip_for(answers, day, door.trade, [*voiced, *asked], door.code)


def _trouble(case: CaseAt) -> Trouble:
    awaits = case.return_visit_due_at if case.return_visited_at is None else None
    return Trouble(
        case.kind, case.state, mask_phones_in(case.description or ""), case.due_at, awaits, case.is_supervised
    )


def _add_history(conn: Connection, known: dict[str, Known], left: Mapping[str, Leavers]) -> None:
    events = store.last_events(conn, list(known), HISTORY)
    words = words_of(conn, [event for some in events.values() for event in some])
    for shop_id, some in events.items():
        gone = left.get(shop_id, NOBODY_LEFT)
        for event in some:
            if (told := words.get(event.id)) is not None:
                line = Line(event.at, event.type, masked(told.title), masked(gone.hide(told.detail), _LONGEST_DETAIL))
                known[shop_id].history.append(line)
