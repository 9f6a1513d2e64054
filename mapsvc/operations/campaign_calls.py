"""What running campaigns ask of calls: said where somebody calls anyway; a call of its own where the window closes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from mapsvc.domain.campaigns import (
    CallFor,
    Campaign,
    CampaignShop,
    Coming,
    coming,
    extra_words,
)
from mapsvc.domain.times import office_day
from mapsvc.operations.today_known import is_theirs
from mapsvc.store import campaigns as store
from mapsvc.store import demand
from mapsvc.store.campaigns import Premises


@dataclass(frozen=True)
class Waiting:
    """A campaign that waits to be told at a door, and how it comes there."""

    campaign: Campaign
    door: CampaignShop
    coming: Coming
    last_met_on: date | None = None

    @property
    def is_extra(self) -> bool:
        """Whether somebody goes there for it alone: the door's own call comes after the window has closed."""
        return self.coming.call is CallFor.EXTRA

    @property
    def extra_words(self) -> str:
        """Why somebody goes there for it alone."""
        assert self.coming.next_on is not None  # an extra call has a next one that comes too late
        return extra_words(self.campaign, self.coming.next_on)

    def is_wanted_on(self, day: date) -> bool:
        """Whether somebody may go there for it alone on `day`; not where they were met that day already."""
        return self.is_extra and self.last_met_on != day


def waiting_at(conn: Connection, day: date, interval_days: int) -> dict[str, tuple[Waiting, ...]]:
    """What waits to be told on `day`, by shop id; of several campaigns the one that closes first first."""
    running = store.told_on(conn, day)
    if not running:
        return {}
    waits: dict[str, list[CampaignShop]] = defaultdict(list)
    for door in store.waiting(conn, [one.id for one in running]):
        waits[door.campaign_id].append(door)
    known = {one.shop_id: one for one in store.premises(conn)}
    met = met_on(conn, known)
    found: dict[str, list[Waiting]] = defaultdict(list)
    for campaign in running:
        for door in waits[campaign.id]:
            if at := known.get(door.shop_id):
                when = coming(campaign, met.get(at.shop_id), at.started_on, day, interval_days)
                found[door.shop_id].append(Waiting(campaign, door, when, met.get(at.shop_id)))
    return {shop_id: tuple(some) for shop_id, some in sorted(found.items())}


def met_on(conn: Connection, known: Mapping[str, Premises]) -> dict[str, date]:
    """On which day who runs each of these shops now was last met, by shop id; the same rule as a call's."""
    found: dict[str, datetime] = {}
    for call in demand.last_met(conn):
        door = known.get(call.shop_id)
        if door is not None and is_theirs(door, call.tenancy_id, call.happened_at):
            found[call.shop_id] = max(call.happened_at, found.get(call.shop_id, call.happened_at))
    return {shop_id: office_day(at) for shop_id, at in found.items()}


def forecast(
    conn: Connection, campaign: Campaign, doors: Iterable[CampaignShop], day: date, interval_days: int
) -> dict[str, Coming]:
    """How each of these doors will hear of it, as seen on `day`, by shop id; doors nobody runs any more are left out.

    For a draft too: that is what it would take.
    """
    known = {one.shop_id: one for one in store.premises(conn)}
    met = met_on(conn, known)
    return {
        door.shop_id: coming(campaign, met.get(door.shop_id), at.started_on, day, interval_days)
        for door in doors
        if (at := known.get(door.shop_id)) and door.is_in and door.told_at is None and door.tenancy_id == at.tenancy_id
    }
