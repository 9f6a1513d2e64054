"""政策进商铺, as a draft: begun from a warning or by hand, with what policy and calendar say of it, and its doors."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain import campaigns as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.alerts import Alert
from mapsvc.domain.campaigns import STATE_NAMES, Campaign, CampaignState
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, Refused
from mapsvc.operations.campaign_reasons import Audience, doors_for
from mapsvc.operations.policies import entries_in_force
from mapsvc.operations.policy_windows import openings
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, ids
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
        return _begun(conn, actor, made, told), True


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
    return _begun(conn, actor, made, known)


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
    topics: tuple[str, ...] = ()


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
            topics=turn.window.topics,
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


def _begun(conn: Connection, actor: Actor, made: Campaign, about: _About) -> Campaign:
    """Store a draft with its doors; the same draft again is as it was."""
    before = store.by_id(conn, made.id)
    if before is not None:
        return before
    _require_alone(conn, made)
    topics = tuple(dict.fromkeys((made.topic, *about.topics)))
    doors = doors_for(conn, made, Audience(topics, made.opens_on or made.from_day, about.trades))
    store.add(conn, made, doors)
    audit.append(
        conn, actor, "begin_campaign", "campaign", made.id, None, {"campaign": made, "doors": len(doors)}, made.made_at
    )
    return made


def _require_alone(conn: Connection, made: Campaign) -> None:
    """Nobody is told of one window twice."""
    day = office_day(made.made_at)
    for other in store.every(conn) if made.window_code else ():
        is_same = (other.window_code, other.closes_on) == (made.window_code, made.closes_on)
        if is_same and other.state_on(day) is not CampaignState.OVER:
            told = f"“{other.title}”已经有一次，{STATE_NAMES[other.state_on(day)]}，不用再开；请在政策进商铺里打开它。"
            raise Conflict(told, field="window_code", code="campaign_open", extra={"campaign": other.id})


def _text(value: object) -> str | None:
    return str(value) if value else None


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
