"""Whose doors a worker has today: the own ones, a colleague's for some days, and who has theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mapsvc.domain.handovers import covered_for
from mapsvc.domain.shops import Assignment, in_force
from mapsvc.operations.today_doors import DoorDay
from mapsvc.store.today import Handover

NEWS_DAYS = 14
"""For how long doors handed over for good are said to be new."""
_AHEAD_DAYS = 7


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


def doors_in_hand(by_shop: Mapping[str, Sequence[Assignment]], me: str, day: date) -> set[str]:
    """Shops that are mine on `day`, whatever other assignments there are."""
    holding = {shop_id: in_force(some, day) for shop_id, some in by_shop.items()}
    return {shop_id for shop_id, one in holding.items() if one is not None and one.worker_id == me}


def covered_doors(
    handovers: Sequence[Handover], by_shop: Mapping[str, Sequence[Assignment]], mine: set[str], me: str, day: date
) -> dict[str, Handover]:
    """Which of my doors were somebody else's until the day a handover began."""
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


def covering(covered: Mapping[str, Handover], days: Sequence[DoorDay]) -> tuple[Cover, ...]:
    """For whom I stand in, or whose doors I was given lately, with how much of it."""
    found = []
    for one in dict.fromkeys(covered.values()):
        theirs = [d for d in days if covered.get(d.door.id) == one]
        found.append(Cover(one.from_name, _last_day(one), len(theirs), sum(len(d.promises) for d in theirs)))
    return tuple(found)


def away(handovers: Sequence[Handover], me: str, day: date) -> tuple[Away, ...]:
    """Who has my doors, today or within the week."""
    ahead = day + timedelta(days=_AHEAD_DAYS)
    return tuple(
        Away(one.to_name, one.from_day, _last_day(one))
        for one in handovers
        if one.from_id == me and one.from_day <= ahead
    )


def _last_day(one: Handover) -> date | None:
    return one.until_day - timedelta(days=1) if one.until_day else None
