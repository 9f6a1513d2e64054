"""政策进商铺: begun from a warning or by hand, changed, started, taken back, ended."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain import campaigns as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.alerts import Alert
from mapsvc.domain.campaigns import Campaign, CampaignState
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.campaign_reasons import Audience, doors_for
from mapsvc.operations.policies import entries_in_force
from mapsvc.operations.policy_windows import openings
from mapsvc.operations.workspace import Workspace
from mapsvc.store import alerts, audit, ids
from mapsvc.store import campaigns as store

USUAL_DAYS = 30
"""So long a campaign runs whose window nobody knows."""
_LOOKS_AHEAD_DAYS = 370


@dataclass(frozen=True)
class NewCampaign:
    """A campaign begun by hand; `id` comes from the client.

    `policy_id` or `window_code` say what it is about; of what is left open the title, the words and the days come from
    them.
    """

    id: str
    topic: str | None = None
    title: str = ""
    words: str = ""
    policy_id: str | None = None
    window_code: str | None = None
    from_day: date | None = None
    until_day: date | None = None


@dataclass(frozen=True)
class Changed:
    """What may be said anew of a campaign that is not over."""

    title: str
    words: str
    from_day: date
    until_day: date


def begin(ws: Workspace, actor: Actor, new: NewCampaign) -> tuple[Campaign, bool]:
    """Begin a draft with the doors it seems to be for; the same id again changes nothing.

    Returns
    -------
    (Campaign, bool)
        The campaign, and whether it is new.

    Raises
    ------
    Forbidden
    Refused
        Beside the fields: no topic, no such policy or window, days that cannot be.
    """
    require(actor, Action.RUN_CAMPAIGN)
    at = to_second(ws.clock())
    day = office_day(at)
    with ws.write() as conn:
        before = store.by_id(conn, new.id)
        if before is not None:
            return before, False
        told = _about(conn, day, new.policy_id, new.window_code)
        topic = new.topic or told.topic
        if not topic:
            raise Refused("请选一个主题，或选一条政策、一个窗口。", field="topic", code="missing")
        made = _draft(new.id, actor, at, replace(told, topic=topic), new)
        return _begun(conn, actor, made, told.trades), True


def begin_within(conn: Connection, ws: Workspace, actor: Actor, alert: Alert, words: str) -> Campaign:
    """Begin a draft from a warning, in the caller's transaction.

    Parameters
    ----------
    words : str
        What is to be said at the doors; empty: the policy's own words.

    Raises
    ------
    Forbidden
    Refused
        The warning is about no topic.
    """
    require(actor, Action.RUN_CAMPAIGN)
    at = to_second(ws.clock())
    told = alert.evidence
    topic = str(told.get("topic") or alert.topic or "")
    if not topic:
        raise Refused("这条提醒不是说商户问的事，办不成政策进商铺；请选别的办法。", field="decision", code="no_topic")
    known = _about(conn, office_day(at), _text(told.get("policy_id")), _text(told.get("window_code")), lenient=True)
    known = replace(known, topic=topic)
    closes_on = _day(told.get("closes_on"))
    if closes_on is not None and closes_on >= office_day(at):
        known = replace(known, opens_on=_day(told.get("opens_on")), closes_on=closes_on)
    if known.policy is None:
        entry = next((e for e in entries_in_force(conn, office_day(at)) if e.topic == topic), None)
        known = replace(known, policy=entry, title=known.title or (entry.title if entry else ""))
    new = NewCampaign(ids.of("campaign", "alert", alert.id, alert.version), words=words.strip()[: rules.MOST_WORDS])
    made = replace(_draft(new.id, actor, at, known, new), alert_id=alert.id)
    return _begun(conn, actor, made, known.trades)


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


@dataclass(frozen=True)
class _About:
    """What a campaign is about, as policy and window say."""

    topic: str = ""
    title: str = ""
    policy: PolicyEntry | None = None
    window_code: str | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    trades: tuple[str, ...] = ()


def _about(
    conn: Connection, day: date, policy_id: str | None, window_code: str | None, lenient: bool = False
) -> _About:
    turn = next((t for t in openings(conn, day, _LOOKS_AHEAD_DAYS) if t.window.code == window_code), None)
    if window_code and turn is None and not lenient:
        raise Refused("政策日历里没有这个窗口，或一年里都不开；请另选。", field="window_code", code="unknown_window")
    policy_id = policy_id or (turn.window.policy_id if turn else None)
    entry = next((e for e in entries_in_force(conn, day) if e.id == policy_id), None) if policy_id else None
    if policy_id and entry is None and turn is None and not lenient:
        raise Refused("没有这一条政策解答，或已经过期；请从线上驿站里选。", field="policy_id", code="unknown_policy")
    found = _About(policy=entry)
    if entry is not None:
        found = replace(found, topic=entry.topic, title=entry.title, trades=entry.trades)
    if turn is not None:
        found = replace(
            found, topic=turn.window.topics[0], title=turn.window.title, window_code=turn.window.code,
            opens_on=turn.opens_on, closes_on=turn.closes_on, trades=turn.window.trades or found.trades,
        )  # fmt: skip
    return found


def _draft(campaign_id: str, actor: Actor, at: datetime, about: _About, new: NewCampaign) -> Campaign:
    day = office_day(at)
    title = mask_phones_in(new.title.strip() or about.title or about.topic)[: rules.MOST_TITLE]
    from_day = new.from_day or day
    usual = from_day + timedelta(days=USUAL_DAYS)
    until_day = new.until_day or (about.closes_on if about.closes_on and about.closes_on >= from_day else usual)
    until_day = min(until_day, from_day + timedelta(days=rules.MOST_DAYS)) if new.until_day is None else until_day
    words = mask_phones_in(new.words.strip()) or _usual_words(about, title)
    rules.require_sound(title, about.topic, words, from_day, until_day, about.closes_on, day)
    return Campaign(
        campaign_id, title, about.topic, CampaignState.DRAFT, words, from_day, until_day, at,
        policy_id=about.policy.id if about.policy else None, window_code=about.window_code, opens_on=about.opens_on,
        closes_on=about.closes_on, made_by=actor.person_id,
    )  # fmt: skip


def _usual_words(about: _About, title: str) -> str:
    """What to say where nobody wrote anything: what it is and when it can be done."""
    when = ""
    if about.opens_on and about.closes_on:
        when = f"，{rules.day_words(about.opens_on)}到{rules.day_words(about.closes_on)}能办"
    words = f"{title}{when}，用得上就留一份说明"
    return words if len(words) <= rules.MOST_WORDS else title


def _begun(conn: Connection, actor: Actor, made: Campaign, trades: tuple[str, ...]) -> Campaign:
    """Store a draft with its doors; the same draft again is as it was."""
    before = store.by_id(conn, made.id)
    if before is not None:
        return before
    doors = doors_for(conn, made, Audience(made.topic, trades))
    store.add(conn, made, doors)
    audit.append(
        conn, actor, "begin_campaign", "campaign", made.id, None, {"campaign": made, "doors": len(doors)}, made.made_at
    )
    return made


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


def _text(value: object) -> str | None:
    return str(value) if value else None


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
