"""A worker's day: the doors due in walking order, who covers for whom, the patrol, and what got solved."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from mapsvc import __version__
from mapsvc.domain.actors import Actor
from mapsvc.domain.answers import Answer
from mapsvc.domain.cases import CaseState
from mapsvc.domain.handovers import covered_for
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.needs import Way
from mapsvc.domain.patrol import Shift, shift_start
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.shops import Assignment, in_force
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.domain.today import Code
from mapsvc.domain.walking import Stop, Stretch, walk
from mapsvc.operations.answers import shelf_of
from mapsvc.operations.street_lines import StreetLine, street_lines
from mapsvc.operations.today_doors import DoorDay, Known, door_day, gather, masked
from mapsvc.operations.workspace import Workspace
from mapsvc.store import patrols as store_patrols
from mapsvc.store import revisions
from mapsvc.store import settings as store_settings
from mapsvc.store import today as store
from mapsvc.store.patrols import KeptPlan
from mapsvc.store.today import Door, Handover, PlaceAt

NEWS_DAYS, SOLVED_DAYS, MOST_SOLVED = 14, 30, 12
_AHEAD_DAYS = 7
# A change in any of these may change somebody's day.
_LAYERS = ("shops", "visits", "issues", "needs", "promises", "enquiries", "places", "patrol", "people", "settings")
_SHIFT_LASTS = timedelta(hours=3)


@dataclass(frozen=True)
class Cover:
    """Whose doors I have: until their last day with me, None for good."""

    name: str
    until: date | None
    doors: int
    promises: int


@dataclass(frozen=True)
class Away:
    """Who stands in for me, from when to which day."""

    name: str
    from_day: date
    until: date | None


@dataclass(frozen=True)
class PatrolToday:
    """My route of a plan of today."""

    plan: KeptPlan
    about: str | None
    stops: int


@dataclass(frozen=True)
class Solved:
    """Something that came to its end at one of my doors."""

    at: datetime
    place: str
    text: str


@dataclass(frozen=True)
class Day:
    """Everything the phone takes along."""

    at: datetime
    is_demo: bool
    doors: tuple[DoorDay, ...]
    route: tuple[Stretch, ...]
    covering: tuple[Cover, ...]
    away: tuple[Away, ...]
    patrol: PatrolToday | None
    places: tuple[PlaceAt, ...]
    streets: tuple[StreetLine, ...]
    answers: tuple[Answer, ...]
    answers_note: str | None
    solved: tuple[Solved, ...]
    trades: tuple[str, ...]
    names: Mapping[str, str]

    @property
    def counts(self) -> dict[str, int]:
        """Doors to walk to, how many of them for a return visit, and promises due."""
        due = [d.due for d in self.doors if d.due.is_due]
        returns = [d for d in due if any(r.code is Code.RETURN_VISIT for r in d.reasons)]
        return {"calls": len(due), "return_visits": len(returns), "promises": sum(d.promises_due for d in due)}


def stamp(ws: Workspace, actor: Actor) -> str:
    """Names what `my_day` would say now: equal as long as nothing changed that could change it.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.RECORD_VISIT)
    at = ws.clock()
    with ws.read() as conn:
        numbers = revisions.read(conn)
        changing = [*(numbers.get(layer) for layer in _LAYERS), *store.marks(conn)]
    who = (actor.person_id, actor.name, actor.role.value)
    static = (__version__, ws.folder.resolve(), ws.settings, shelf_of(ws), street_lines(ws))
    key = repr((changing, who, office_day(at), _shifts_over(at), static))
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def my_day(ws: Workspace, actor: Actor) -> Day:
    """The day of `actor`: their own doors and those they cover; for who has none an empty one.

    Raises
    ------
    Forbidden
        Those who do not call on doors have no such day.
    """
    require(actor, Action.RECORD_VISIT)
    at, me, shelf = ws.clock(), actor.person_id or "", shelf_of(ws)
    day = office_day(at)
    with ws.read() as conn:
        handovers = store.handovers(conn, me, day, day - timedelta(days=NEWS_DAYS))
        assignments = store.assignments(conn, me, day)
        mine = _mine(assignments, me, day)
        doors = store.doors(conn, mine)
        known = gather(conn, doors, at)
        covered = _covered(handovers, assignments, mine, me, day)
        answers = tuple(a for a in shelf.answers if a.is_valid(day))
        interval = ws.settings.visit_interval_days
        days = tuple(door_day(d, known[d.id], at, interval, answers, _name(covered.get(d.id))) for d in doors)
        return Day(
            at, store_settings.get(conn, "demo") not in ("", "0"), days, walk(map(_stop, filter(_is_due, days))),
            _covering(covered, days), _away(handovers, me, day), _patrol(conn, actor, at), tuple(store.places(conn)),
            street_lines(ws), answers, shelf.note, _solved(doors, known, at),
            tuple(store.trades(conn)), _names(conn, days),
        )  # fmt: skip


def _mine(assignments: Sequence[Assignment], me: str, day: date) -> set[str]:
    holding = {shop_id: in_force(some, day) for shop_id, some in _by_shop(assignments).items()}
    return {shop_id for shop_id, one in holding.items() if one is not None and one.worker_id == me}


def _by_shop(assignments: Iterable[Assignment]) -> dict[str, list[Assignment]]:
    found: dict[str, list[Assignment]] = {}
    for one in assignments:
        found.setdefault(one.shop_id, []).append(one)
    return found


def _covered(
    handovers: Sequence[Handover], assignments: Sequence[Assignment], mine: set[str], me: str, day: date
) -> dict[str, Handover]:
    """Which of my doors were somebody else's until the day a handover began."""
    by_shop = _by_shop(assignments)
    found: dict[str, Handover] = {}
    for one in handovers:
        if one.to_id != me or one.from_day > day:
            continue
        for shop_id in mine:
            if one.until_day and covered_for(by_shop[shop_id], day) is None:
                continue
            before = in_force(by_shop[shop_id], one.from_day - timedelta(days=1))
            if before is not None and before.worker_id == one.from_id:
                found[shop_id] = one
    return found


def _covering(covered: Mapping[str, Handover], days: Sequence[DoorDay]) -> tuple[Cover, ...]:
    found = []
    for one in dict.fromkeys(covered.values()):
        theirs = [d for d in days if covered.get(d.door.id) == one]
        found.append(Cover(one.from_name, _last_day(one), len(theirs), sum(len(d.promises) for d in theirs)))
    return tuple(found)


def _away(handovers: Sequence[Handover], me: str, day: date) -> tuple[Away, ...]:
    ahead = day + timedelta(days=_AHEAD_DAYS)
    return tuple(
        Away(one.to_name, one.from_day, _last_day(one))
        for one in handovers
        if one.from_id == me and one.from_day <= ahead
    )


def _last_day(one: Handover) -> date | None:
    return one.until_day - timedelta(days=1) if one.until_day else None


def _name(one: Handover | None) -> str | None:
    return one.from_name if one else None


def _is_due(one: DoorDay) -> bool:
    return one.due.is_due


def _stop(one: DoorDay) -> Stop:
    door = one.door
    return Stop(
        door.code, door.street or "", door.side or "", door.house_number, door.chainage_m, door.lon, door.lat,
        one.due.pressing,
    )  # fmt: skip


def _shifts_over(at: datetime) -> int:
    here = at.astimezone(OFFICE_ZONE)
    since_midnight = timedelta(hours=here.hour, minutes=here.minute)
    return sum(shift_start(shift) + _SHIFT_LASTS <= since_midnight for shift in Shift)


def _patrol(conn: Connection, actor: Actor, at: datetime) -> PatrolToday | None:
    """My route: handed out before my own draft, the shift that is not over before the others, the latest made."""
    shifts = list(Shift)
    found = []
    for kept in store_patrols.of_day(conn, office_day(at)):
        route = next((r for r in kept.plan.routes if r.worker == actor.name and r.stops), None)
        is_out = kept.published_at is not None
        if route is None or not (is_out or kept.made_by == actor.person_id):
            continue
        is_over = shifts.index(kept.plan.shift) < _shifts_over(at)
        rank = (is_out, not is_over, -shifts.index(kept.plan.shift), kept.published_at or kept.made_at)
        found.append((rank, PatrolToday(kept, route.stops[0].about, len(route.stops))))
    return max(found, key=lambda one: one[0])[1] if found else None


def _names(conn: Connection, days: Iterable[DoorDay]) -> dict[str, str]:
    return store.names_of(conn, {p.promised_by for d in days for p in d.promises if p.promised_by})


def _solved(doors: Sequence[Door], known: Mapping[str, Known], at: datetime) -> tuple[Solved, ...]:
    """What came to its end in the last weeks, newest first; what was only explained is no news."""
    since, found = at - timedelta(days=SOLVED_DAYS), []
    for door in doors:
        place, here = f"{door.address or door.code} {door.sign_name or ''}".strip(), known[door.id]
        for need in here.needs:
            if need.settled_at and need.settled_at >= since and need.way is not Way.EXPLAINED:
                found.append(Solved(need.settled_at, place, masked(f"{need.text}，办好了")))
        for promise in here.promises:
            if promise.kept_at and promise.kept_at >= since:
                found.append(Solved(promise.kept_at, place, masked(f"答应的事办好了：{promise.text}")))
        for case in here.cases:
            if case.state is CaseState.CLOSED and case.closed_at and case.closed_at >= since:
                what = f"{kind_of(case.kind).short_name}结案：{case.description or ''}".rstrip("：")
                found.append(Solved(case.closed_at, place, masked(what)))
    past = (one for one in found if one.at <= at)
    return tuple(sorted(past, key=lambda one: (one.at, one.place, one.text), reverse=True)[:MOST_SOLVED])
