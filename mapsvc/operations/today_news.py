"""What else a worker wants to know in the morning: the own patrol of today, and what got solved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import CaseState
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.needs import Way
from mapsvc.domain.patrol import Shift, shift_start
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.domain.today import clipped
from mapsvc.operations.today_known import Known
from mapsvc.store import patrols as store_patrols
from mapsvc.store.patrols import KeptPlan
from mapsvc.store.today import Door

SOLVED_DAYS, MOST_SOLVED = 30, 12
_LONGEST_TEXT = 60
_SHIFT_LASTS = timedelta(hours=3)


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


def shifts_over(at: datetime) -> int:
    """How many of the day's shifts nobody looks for any more."""
    here = at.astimezone(OFFICE_ZONE)
    since_midnight = timedelta(hours=here.hour, minutes=here.minute)
    return sum(shift_start(shift) + _SHIFT_LASTS <= since_midnight for shift in Shift)


def patrol(conn: Connection, actor: Actor, at: datetime) -> PatrolToday | None:
    """My route: handed out before my own draft, the shift that is not over before the others, the latest made."""
    shifts = list(Shift)
    found = []
    for kept in store_patrols.of_day(conn, office_day(at)):
        route = next((r for r in kept.carried.routes if r.worker == actor.name and r.stops), None)
        is_out = kept.published_at is not None
        if route is None or not (is_out or kept.made_by == actor.person_id):
            continue
        is_over = shifts.index(kept.plan.shift) < shifts_over(at)
        rank = (is_out, not is_over, -shifts.index(kept.plan.shift), kept.published_at or kept.made_at)
        found.append((rank, PatrolToday(kept, route.stops[0].about, len(route.stops))))
    return max(found, key=lambda one: one[0])[1] if found else None


def solved(doors: Sequence[Door], known: Mapping[str, Known], at: datetime) -> tuple[Solved, ...]:
    """What came to its end in the last weeks, newest first; what was only explained is no news."""
    since, found = at - timedelta(days=SOLVED_DAYS), []
    for door in doors:
        place, here = f"{door.address or door.code} {door.sign_name or ''}".strip(), known[door.id]
        for need in here.needs:
            if need.settled_at and need.settled_at >= since and need.way is not Way.EXPLAINED:
                found.append(Solved(need.settled_at, place, clipped(f"{need.text}，办好了", _LONGEST_TEXT)))
        for promise in here.promises:
            if promise.kept_at and promise.kept_at >= since:
                found.append(Solved(promise.kept_at, place, clipped(f"答应的事办好了：{promise.text}", _LONGEST_TEXT)))
        for case in here.cases:
            if case.state is CaseState.CLOSED and case.closed_at and case.closed_at >= since:
                what = f"{kind_of(case.kind).short_name}结案：{case.description or ''}".rstrip("：")
                found.append(Solved(case.closed_at, place, clipped(what, _LONGEST_TEXT)))
    past = (one for one in found if one.at <= at)
    return tuple(sorted(past, key=lambda one: (one.at, one.place, one.text), reverse=True)[:MOST_SOLVED])
