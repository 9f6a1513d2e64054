"""Whom a campaign is for: doors that chose the topic, asked about it, or whose trade it is for, each once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from mapsvc.domain.campaigns import (
    ASKED_WITHIN,
    SEASON,
    YEAR,
    Campaign,
    CampaignShop,
    DoorReason,
    Why,
    day_words,
    strongest,
)
from mapsvc.domain.times import day_start, office_day
from mapsvc.operations.today_known import is_theirs
from mapsvc.store import campaigns as store
from mapsvc.store import ids, topic_choices
from mapsvc.store.campaigns import Premises


@dataclass(frozen=True)
class Audience:
    """Whom a campaign is for.

    Attributes
    ----------
    season : date
        When it is asked about: the window's first day, else that of the campaign.
    trades : tuple of str
        None: nobody by trade alone.
    """

    topics: tuple[str, ...]
    season: date
    trades: tuple[str, ...] = ()


def doors_for(conn: Connection, campaign: Campaign, audience: Audience) -> list[CampaignShop]:
    """The doors it seems to be for, in the order of the street, each with its strongest reason.

    Only who runs a shop now counts: what earlier people chose or asked went with them.
    """
    whys = reasons(conn, audience, campaign.made_at)
    return [
        door_of(campaign, at, strongest(whys[at.shop_id]), campaign.made_at)
        for at in store.premises(conn)
        if at.shop_id in whys
    ]


def reasons(conn: Connection, audience: Audience, at: datetime) -> dict[str, list[Why]]:
    """All reasons for each door, by shop id."""
    known = {one.shop_id: one for one in store.premises(conn)}
    found: dict[str, list[Why]] = defaultdict(list)
    for choice in (one for topic in audience.topics for one in topic_choices.doors_of_topic(conn, topic)):
        if choice.shop_id in known and known[choice.shop_id].tenancy_id == choice.tenancy_id:
            text = f"{_when(office_day(choice.chosen_at), office_day(at))}说了要提前提醒"
            found[choice.shop_id].append(Why(DoorReason.CHOSEN, text))
    # The latest first: of several questions that is the one that is said.
    last_year = audience.season - YEAR
    since = min(day_start(last_year - SEASON), at - ASKED_WITHIN)
    for one in reversed(store.asked(conn, since, at, audience.topics)):
        door = known.get(one.shop_id)
        if door is not None and is_theirs(door, one.tenancy_id, one.at) and (why := _asked(one.at, at, last_year)):
            found[one.shop_id].append(why)
    if audience.trades:
        for door in known.values():
            if door.trade in audience.trades:
                found[door.shop_id].append(Why(DoorReason.TRADE, f"做{door.trade}的用得上"))
    return dict(found)


def door_of(campaign: Campaign, at: Premises, why: Why, added_at: datetime) -> CampaignShop:
    """A door of a campaign."""
    return CampaignShop(
        ids.of("campaign_shop", campaign.id, at.shop_id), campaign.id, at.shop_id, why.reason, why.text, added_at,
        at.tenancy_id,
    )  # fmt: skip


def audience_of(campaign: Campaign) -> Audience:
    """Whom a campaign is for, as far as it tells itself."""
    return Audience((campaign.topic,), campaign.opens_on or campaign.from_day)


def _asked(asked_at: datetime, at: datetime, last_year: date) -> Why | None:
    day = office_day(asked_at)
    if asked_at >= at - ASKED_WITHIN:
        return Why(DoorReason.ASKED, f"{_when(day, office_day(at))}问过")
    if abs(day - last_year) <= SEASON:
        return Why(DoorReason.ASKED_LAST_YEAR, f"{day.year}年{day.month}月问过")
    return None


def _when(day: date, today: date) -> str:
    return f"{day.year}年{day_words(day)}" if day.year != today.year else day_words(day)
