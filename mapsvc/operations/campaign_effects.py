"""政策进商铺: how far it came, and what the doors told asked afterwards against comparable ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain.campaign_effects import AskedAfter, Reached
from mapsvc.domain.campaigns import Campaign, CampaignShop, CampaignState
from mapsvc.domain.times import day_start, office_day
from mapsvc.domain.visits import VisitKind
from mapsvc.operations.today_known import is_theirs
from mapsvc.store import campaigns as store
from mapsvc.store.campaigns import Asked, MetAt, Premises

if TYPE_CHECKING:
    from mapsvc.analysis.matched import Subject

WEEKS, LEAST_WEEKS = 8, 4
"""Weeks looked at before and after; sooner than the latter nothing is said."""
_YEAR = timedelta(days=366)
_SEED = 1


def counted(doors: Iterable[CampaignShop], present: Mapping[str, str | None]) -> list[CampaignShop]:
    """Doors that are in and were told, or whose people (`present`: tenancy by shop id) are there still to be told."""
    return [d for d in doors if d.is_in and (d.told_at is not None or present.get(d.shop_id) == d.tenancy_id)]


def reached(conn: Connection, campaign: Campaign, inside: Sequence[CampaignShop], interval_days: int) -> Reached:
    """Of the doors that count, how many were told, on which calls, and what came of it.

    An extra call is one at a door whose own call was due only after the window's end; any other was due anyway, or
    somebody was there for something else.
    """
    told = [door for door in inside if door.told_at is not None]
    called = {door.visit_id: door for door in told if door.visit_id}
    met = store.met_before(conn, list(called))
    extra = sum(_was_extra(campaign, met[visit_id], interval_days) for visit_id in called if visit_id in met)
    by_call = len(called)
    uptake = Counter(door.uptake for door in told if door.uptake is not None)
    return Reached(len(inside), len(told), by_call - extra, extra, len(told) - by_call, dict(sorted(uptake.items())))


def asked_after(conn: Connection, campaign: Campaign, doors: Sequence[CampaignShop], today: date) -> AskedAfter | None:
    """What the doors told asked about the topic afterwards, against comparable doors; None as long as it is too soon.

    Questions of earlier people at a door count for nobody; doors of other campaigns on the topic in those weeks are
    no comparison.
    """
    told = {d.shop_id: office_day(d.told_at) for d in doors if d.is_in and d.told_at is not None}
    weeks = _weeks(told.values(), today)
    if weeks is None:
        return None
    last = today - timedelta(weeks=weeks)
    old_enough = {shop_id: day for shop_id, day in told.items() if day < last}
    first = min(old_enough.values()) - _YEAR
    known = {one.shop_id: one for one in store.premises(conn)}
    tenancies = {door.shop_id: door.tenancy_id for door in doors}
    asked = _by_door(store.asked(conn, day_start(first), day_start(today + timedelta(days=1))), known)
    spoiled = {door.shop_id for door in doors if door.is_in} | _told_elsewhere(conn, campaign, first, today)
    from mapsvc.analysis.matched import compare

    subjects = [
        _subject(known[shop_id], asked[shop_id], campaign.topic, day)
        for shop_id, day in sorted(old_enough.items())
        if shop_id in known and known[shop_id].tenancy_id == tenancies[shop_id]
    ]
    others = [_subject(one, asked[one.shop_id], campaign.topic) for one in known.values() if one.shop_id not in spoiled]
    return compare(subjects, others, weeks, _SEED)


def _was_extra(campaign: Campaign, call: MetAt, interval_days: int) -> bool:
    if campaign.closes_on is None or call.kind is not VisitKind.REGULAR or call.last_met_at is None:
        return False
    return office_day(call.last_met_at) + timedelta(days=interval_days) > campaign.closes_on


def _weeks(told: Iterable[date], today: date) -> int | None:
    """Eight weeks where most of those told heard of it that long ago, else four where any did."""
    passed = sorted((today - day).days for day in told)
    if not passed or passed[-1] <= LEAST_WEEKS * 7:
        return None
    return WEEKS if passed[len(passed) // 2] > WEEKS * 7 else LEAST_WEEKS


def _by_door(asked: Iterable[Asked], known: Mapping[str, Premises]) -> dict[str, list[Asked]]:
    found: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        door = known.get(one.shop_id)
        if door is not None and is_theirs(door, one.tenancy_id, one.at):
            found[one.shop_id].append(one)
    return found


def _told_elsewhere(conn: Connection, campaign: Campaign, first: date, today: date) -> set[str]:
    """Doors that another campaign on the topic was for in those weeks."""
    others = [
        one.id
        for one in store.every(conn)
        if one.id != campaign.id and one.topic == campaign.topic and one.state is not CampaignState.DRAFT
        if one.until_day >= first and one.from_day <= today
    ]
    since = day_start(first)
    return {d.shop_id for d in store.doors(conn, others) if d.told_at is not None and d.told_at >= since}


def _subject(door: Premises, asked: Sequence[Asked], topic: str, told: date | None = None) -> "Subject":
    import numpy as np

    from mapsvc.analysis.matched import Subject

    days = [(office_day(one.at).toordinal(), one.topic) for one in asked]
    begun = door.started_on.toordinal() if door.started_on else 0
    return Subject(
        door.code, door.trade or "", np.array([day for day, about in days if about == topic], dtype=np.int64),
        np.array([day for day, _ in days], dtype=np.int64), begun, told.toordinal() if told else None,
    )  # fmt: skip
