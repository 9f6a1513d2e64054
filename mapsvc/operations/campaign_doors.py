"""The doors of a campaign: put in, taken out, told on a call or otherwise, and what came of it there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from mapsvc.domain import campaigns as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.campaigns import Campaign, CampaignShop, CampaignState, DoorReason, Uptake, Why, strongest
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.shops import Shop
from mapsvc.domain.times import office_day, to_second
from mapsvc.domain.visits import Outcome, Visit
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.campaign_reasons import audience_of, door_of, reasons
from mapsvc.operations.campaigns import find_campaign, require_open
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, events, shops
from mapsvc.store import campaigns as store
from mapsvc.store.campaigns import Premises

MOST_TOLD = 10
"""So many campaigns can be told on one call."""


def put_in(ws: Workspace, actor: Actor, campaign_id: str, code: str) -> CampaignShop:
    """Put a shop into a campaign, or back into it; there already, nothing changes.

    Raises
    ------
    NotFound, Forbidden
    Refused
        No such shop, or nobody runs it now.
    Conflict
        The campaign is over.
    """
    require(actor, Action.RUN_CAMPAIGN)
    at = to_second(ws.clock())
    with ws.write() as conn:
        campaign = _open(conn, campaign_id, office_day(at))
        door = _premises(conn).get(code.strip().upper())
        if door is None:
            told = f"没有编号为{code[:20]}的商铺，或现在没有店家；请核对编号。"
            raise Refused(told, field="code", code="unknown_shop")
        return _put_in(conn, actor, campaign, door, at)


def take_out(ws: Workspace, actor: Actor, campaign_id: str, code: str) -> CampaignShop:
    """Take a shop out of a campaign; it is kept as taken out, and can come back.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        It was told there already, or the campaign is over.
    """
    require(actor, Action.RUN_CAMPAIGN)
    at = to_second(ws.clock())
    with ws.write() as conn:
        campaign = _open(conn, campaign_id, office_day(at))
        return _take_out(conn, actor, _door(conn, campaign, _shop(conn, code, at)), at)


def choose_doors(ws: Workspace, actor: Actor, campaign_id: str, codes: Collection[str]) -> tuple[int, int]:
    """Let a campaign be for just these shops, as chosen on the map; those told stay.

    Returns
    -------
    (int, int)
        How many came in, how many went out.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        The campaign is over.
    """
    require(actor, Action.RUN_CAMPAIGN)
    at = to_second(ws.clock())
    with ws.write() as conn:
        campaign = _open(conn, campaign_id, office_day(at))
        known, wanted = _premises(conn), set(codes)
        there = {door.shop_id: door for door in store.doors(conn, [campaign_id])}
        is_in = {shop_id for shop_id, door in there.items() if door.is_in}
        coming = [d for code, d in known.items() if code in wanted and d.shop_id not in is_in]
        # Who is shown and not ticked goes; a shop that nobody runs any more is not shown, and stays as it is.
        going = [d for code, d in known.items() if code not in wanted and d.shop_id in is_in]
        going = [d for d in going if there[d.shop_id].told_at is None]
        for door in coming:
            _put_in(conn, actor, campaign, door, at)
        for door in going:
            _take_out(conn, actor, there[door.shop_id], at)
    return len(coming), len(going)


def tell(ws: Workspace, actor: Actor, campaign_id: str, code: str, told: bool = True) -> CampaignShop:
    """Note at the desk that it was told at a door, or (`told` False) that this was a slip.

    Raises
    ------
    NotFound
    Forbidden
        Neither one's own door nor the secretary.
    Conflict
        The campaign has not begun; or it was told on a call, which is taken back with the call.
    """
    require(actor, Action.SEE_CAMPAIGN)
    at = to_second(ws.clock())
    with ws.write() as conn:
        campaign = find_campaign(conn, campaign_id)
        shop = _shop(conn, code, at)
        require(actor, Action.TELL_CAMPAIGN, shop.worker.id if shop.worker else None)
        before = _door(conn, campaign, shop)
        if campaign.state is CampaignState.DRAFT:
            raise Conflict("还没开始，先点“开始”。", code="not_begun")
        if (before.told_at is not None) is told:
            return before
        if not told:
            return _untold(conn, actor, before, at)
        return _told(conn, actor, before, at, actor.person_id, None)


def set_uptake(ws: Workspace, actor: Actor, campaign_id: str, code: str, uptake: Uptake | None) -> CampaignShop:
    """Say what came of it at a door that was told; None: nobody knows yet.

    Raises
    ------
    NotFound
    Forbidden
        Neither one's own door nor the secretary.
    Conflict
        Nobody told them yet.
    """
    require(actor, Action.SEE_CAMPAIGN)
    at = to_second(ws.clock())
    with ws.write() as conn:
        campaign = find_campaign(conn, campaign_id)
        shop = _shop(conn, code, at)
        require(actor, Action.TELL_CAMPAIGN, shop.worker.id if shop.worker else None)
        before = _door(conn, campaign, shop)
        if before.told_at is None:
            raise Conflict("这一户还没说过，先记“说了”。", field="uptake", code="not_told")
        if before.uptake is uptake:
            return before
        after = replace(before, uptake=uptake, uptake_at=at if uptake else None)
        store.change_door(conn, before.id, uptake=uptake, uptake_at=after.uptake_at)
        audit.append(conn, actor, "set_campaign_uptake", "campaign_shop", before.id, before, after, at)
    return after


@dataclass(frozen=True)
class ToldOnCall:
    """What a call told: the campaigns by id, and what was left out, in words."""

    campaign_ids: tuple[str, ...]
    notes: tuple[str, ...]


def require_tellable(outcome: Outcome, campaign_ids: Collection[str]) -> None:
    """Raise Refused where something is said to have been told and nobody was met, or too much at once."""
    if campaign_ids and outcome is Outcome.CLOSED:
        raise Refused("没开门的走访不能记“顺带说了”。", field="told", code="not_met")
    if len(set(campaign_ids)) > MOST_TOLD:
        raise Refused(f"一次最多记{MOST_TOLD}件。", field="told", code="too_many")


def tell_within(conn: Connection, actor: Actor, visit: Visit, campaign_ids: Iterable[str]) -> ToldOnCall:
    """Note what was told on a call, in the caller's transaction.

    A call is never refused for it: what was taken back meanwhile, or told before, is left out with a word.
    """
    ids, known = dict.fromkeys(campaign_ids), store.by_ids(conn, campaign_ids)
    told, notes = [], []
    for campaign_id in ids:
        campaign = known.get(campaign_id)
        door = store.door_at(conn, campaign_id, visit.shop_id) if campaign else None
        day = office_day(visit.happened_at)
        if campaign is None or door is None or not door.is_in or not _was_told_on(campaign, day):
            notes.append("“顺带说了”没有记：这件事已经不在办，或这家不在名单里。")
        elif door.tenancy_id != visit.tenancy_id:
            notes.append("“顺带说了”没有记：店已经换了人。")
        elif door.told_at is None:
            _told(conn, actor, door, visit.happened_at, visit.worker_id, visit.id)
            told.append(campaign_id)
    return ToldOnCall(tuple(told), tuple(dict.fromkeys(notes)))


def untell_within(conn: Connection, actor: Actor, visit_id: str, at: datetime) -> None:
    """A call was taken back: what was told on it was not told."""
    for door in store.told_with(conn, visit_id):
        _untold(conn, actor, door, at, by_call=True)


def told_on(conn: Connection, visit_id: str) -> frozenset[str]:
    """Ids of the campaigns that were told on a call."""
    return frozenset(door.campaign_id for door in store.told_with(conn, visit_id))


def _was_told_on(campaign: Campaign, day: date) -> bool:
    """Whether it ran on that day: a call made without signal may arrive when it is over."""
    is_begun = campaign.state is not CampaignState.DRAFT
    last = min(campaign.until_day, office_day(campaign.ended_at)) if campaign.ended_at else campaign.until_day
    return is_begun and campaign.from_day <= day <= last


def _put_in(conn: Connection, actor: Actor, campaign: Campaign, at_door: Premises, at: datetime) -> CampaignShop:
    before = store.door_at(conn, campaign.id, at_door.shop_id)
    if before is not None and before.is_in and before.tenancy_id == at_door.tenancy_id:
        return before
    if before is None:
        made = door_of(campaign, at_door, _why(conn, campaign, at_door, at), at)
        store.add_doors(conn, [made])
        audit.append(conn, actor, "put_into_campaign", "campaign_shop", made.id, None, made, at)
        return made
    after = replace(before, removed_at=None)
    if before.tenancy_id != at_door.tenancy_id:
        # Others run it now: nothing was told to them.
        why = _why(conn, campaign, at_door, at)
        after = replace(door_of(campaign, at_door, why, at), id=before.id)
        events.forget(conn, [before.id])
    store.change_door(conn, before.id, **{name: value for name, value in vars(after).items() if name != "id"})
    audit.append(conn, actor, "put_into_campaign", "campaign_shop", after.id, before, after, at)
    return after


def _why(conn: Connection, campaign: Campaign, at_door: Premises, at: datetime) -> Why:
    """Its own reason where it has one; else it was put in by hand."""
    own = reasons(conn, audience_of(campaign), at).get(at_door.shop_id, ())
    return strongest([*own, Why(DoorReason.BY_HAND, f"{rules.day_words(office_day(at))}手工加的")])


def _take_out(conn: Connection, actor: Actor, before: CampaignShop, at: datetime) -> CampaignShop:
    if not before.is_in:
        return before
    if before.told_at is not None:
        raise Conflict("这一户已经说过，留在名单里。", field="code", code="told")
    after = replace(before, removed_at=at)
    store.change_door(conn, before.id, removed_at=at)
    audit.append(conn, actor, "take_out_of_campaign", "campaign_shop", before.id, before, after, at)
    return after


def _told(
    conn: Connection, actor: Actor, before: CampaignShop, at: datetime, by: str | None, visit_id: str | None
) -> CampaignShop:
    after = replace(before, told_at=at, told_by=by, visit_id=visit_id)
    store.change_door(conn, before.id, told_at=at, told_by=by, visit_id=visit_id)
    events.append(
        conn, type="campaign", ref=before.id, at=at, shop_id=before.shop_id, tenancy_id=before.tenancy_id, actor_id=by
    )
    audit.append(conn, actor, "tell_campaign", "campaign_shop", before.id, before, after, at)
    return after


def _untold(conn: Connection, actor: Actor, before: CampaignShop, at: datetime, by_call: bool = False) -> CampaignShop:
    if before.visit_id is not None and not by_call:
        raise Conflict("这一户是走访时说的，要改请撤回那次走访。", field="code", code="told_on_call")
    after = replace(before, told_at=None, told_by=None, visit_id=None, uptake=None, uptake_at=None)
    store.change_door(
        conn, before.id, told_at=None, told_by=None, visit_id=None, uptake=None, uptake_at=None
    )  # fmt: skip
    events.forget(conn, [before.id])
    audit.append(conn, actor, "untell_campaign", "campaign_shop", before.id, before, after, at)
    return after


def _open(conn: Connection, campaign_id: str, day: date) -> Campaign:
    found = find_campaign(conn, campaign_id)
    require_open(found, day)
    return found


def _premises(conn: Connection) -> dict[str, Premises]:
    return {one.code: one for one in store.premises(conn)}


def _shop(conn: Connection, code: str, at: datetime) -> Shop:
    found = shops.by_code(conn, code.strip().upper(), office_day(at))
    if found is None:
        raise NotFound(f"没有编号为{code[:20]}的商铺，请核对编号。", field="code", code="unknown_shop")
    return found


def _door(conn: Connection, campaign: Campaign, shop: Shop) -> CampaignShop:
    found = store.door_at(conn, campaign.id, shop.id)
    if found is None or not found.is_in:
        raise NotFound("这一户不在这次的名单里，请先加上。", field="code", code="not_in_campaign")
    return found
