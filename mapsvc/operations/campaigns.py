"""政策进商铺: changed, started, taken back, ended, thrown away."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain import campaigns as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.campaigns import Campaign, CampaignState
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.campaign_drafts import USUAL_DAYS, NewCampaign, begin, begin_within
from mapsvc.operations.workspace import Workspace
from mapsvc.store import alerts, audit
from mapsvc.store import campaigns as store

__all__ = [
    "USUAL_DAYS",
    "Changed",
    "NewCampaign",
    "begin",
    "begin_within",
    "change",
    "drop",
    "drop_within",
    "end",
    "find_campaign",
    "require_open",
    "start",
    "undo_start",
]


@dataclass(frozen=True)
class Changed:
    """What may be said anew of a campaign that is not over."""

    title: str
    words: str
    from_day: date
    until_day: date


def change(ws: Workspace, actor: Actor, campaign_id: str, version: int, told: Changed) -> Campaign:
    """Say title, words and days anew; of one that runs the first day stays.

    Raises
    ------
    NotFound, Forbidden, Refused
    Conflict
        It is over, or somebody changed it meanwhile.
    """
    require(actor, Action.RUN_CAMPAIGN)
    day = office_day(ws.clock())
    with ws.write() as conn:
        before = find_campaign(conn, campaign_id)
        require_open(before, day)
        from_day = told.from_day if before.state is CampaignState.DRAFT else before.from_day
        values = {
            "title": mask_phones_in(told.title.strip()), "words": mask_phones_in(told.words.strip()),
            "from_day": from_day, "until_day": told.until_day,
        }  # fmt: skip
        rules.require_sound(
            told.title, before.topic, told.words, from_day, told.until_day, before.closes_on, day
        )  # fmt: skip
        return _turned(conn, ws, actor, "change_campaign", before, version, values)


def start(ws: Workspace, actor: Actor, campaign_id: str, version: int) -> Campaign:
    """Let it ride: from its first day on it is said at its doors.

    Raises
    ------
    NotFound, Forbidden
    Refused
        It has no doors, or its days are over.
    Conflict
        It was started before, or somebody changed it meanwhile.
    """
    require(actor, Action.RUN_CAMPAIGN)
    at = to_second(ws.clock())
    day = office_day(at)
    with ws.write() as conn:
        before = find_campaign(conn, campaign_id)
        if before.state is not CampaignState.DRAFT:
            raise _stale(before)
        if not any(door.is_in for door in store.doors(conn, [campaign_id])):
            raise Refused("名单是空的，请先加几户再开始。", field="doors", code="no_doors")
        rules.require_sound(
            before.title, before.topic, before.words, before.from_day, before.until_day, before.closes_on, day
        )  # fmt: skip
        values = {"state": CampaignState.RUNNING, "started_at": at, "from_day": max(before.from_day, day)}
        return _turned(conn, ws, actor, "start_campaign", before, version, values)


def undo_start(ws: Workspace, actor: Actor, campaign_id: str, version: int) -> Campaign:
    """Take a start back: it is a draft again.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Too late, somebody was told already, or somebody changed it meanwhile.
    """
    require(actor, Action.RUN_CAMPAIGN)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = find_campaign(conn, campaign_id)
        if any(door.told_at for door in store.doors(conn, [campaign_id])):
            raise Conflict("已经有说过的了，不能撤回；不办了就点“结束”。", code="told")
        if not before.may_undo_start(at):
            raise Conflict("过了能撤回的10分钟；不办了就点“结束”。", code="too_late")
        values = {"state": CampaignState.DRAFT, "started_at": None}
        return _turned(conn, ws, actor, "undo_start_campaign", before, version, values)


def end(ws: Workspace, actor: Actor, campaign_id: str, version: int) -> Campaign:
    """Nobody brings it up any more; ended before, nothing changes.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        It has not begun, or somebody changed it meanwhile.
    """
    require(actor, Action.RUN_CAMPAIGN)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = find_campaign(conn, campaign_id)
        if before.state is CampaignState.OVER:
            return before
        if before.state is CampaignState.DRAFT:
            raise Conflict("还没开始，不用结束；不办了就删掉这份草稿。", code="not_begun")
        values = {"state": CampaignState.OVER, "ended_at": at}
        return _turned(conn, ws, actor, "end_campaign", before, version, values)


def drop(ws: Workspace, actor: Actor, campaign_id: str) -> None:
    """Throw a draft away.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        It was started.
    """
    require(actor, Action.RUN_CAMPAIGN)
    with ws.write() as conn:
        find_campaign(conn, campaign_id)
        drop_within(conn, actor, campaign_id, to_second(ws.clock()))


def drop_within(conn: Connection, actor: Actor, campaign_id: str, at: datetime) -> None:
    """Throw a draft away in the caller's transaction, as `drop`; one that is gone already changes nothing."""
    before = store.by_id(conn, campaign_id)
    if before is None:
        return
    if before.state is not CampaignState.DRAFT:
        raise Conflict("政策进商铺已经开始过，留着看结果；不办了就在那里点“结束”。", code="begun")
    store.remove(conn, campaign_id)
    if before.alert_id is not None:
        # What it came from leads nowhere any more.
        alerts.change(conn, before.alert_id, decided_ref=None)
    audit.append(conn, actor, "drop_campaign", "campaign", campaign_id, before, None, at)


def find_campaign(conn: Connection, campaign_id: str) -> Campaign:
    """The campaign with this id; raises NotFound."""
    found = store.by_id(conn, campaign_id)
    if found is None:
        raise NotFound("没有这次政策进商铺，可能是删掉的草稿；请回到列表重新点。", field="id", code="unknown_campaign")
    return found


def require_open(campaign: Campaign, day: date) -> None:
    """Raise Conflict where a campaign is over."""
    if campaign.state_on(day) is CampaignState.OVER:
        raise Conflict("这次已经办完了，不能再改；还要说的话另办一次。", code="over")


def _turned(
    conn: Connection, ws: Workspace, actor: Actor, act: str, before: Campaign, version: int, values: Mapping[str, Any]
) -> Campaign:
    if before.version != version or not store.take(conn, before.id, version, **values):
        raise _stale(before)
    after = replace(before, version=version + 1, **values)
    audit.append(conn, actor, act, "campaign", before.id, before, after, to_second(ws.clock()))
    return after


def _stale(now: Campaign) -> Conflict:
    told = "别人刚改过这次政策进商铺，请看一眼现在的样子再点。"
    return Conflict(told, field="version", code="stale_version", extra={"version": now.version})
