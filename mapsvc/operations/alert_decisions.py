"""A warning is accepted (as a case, a playbook's run, a watch, a campaign) or dismissed; either can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.alerts import WATCHED_FOR, Alert, AlertState, Decision, Dismissal
from mapsvc.domain.issues import IssueSource
from mapsvc.domain.kinds import kind_named
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import to_second
from mapsvc.domain.watches import WatchOrigin
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.campaigns import begin_within, drop_within
from mapsvc.operations.issues import NewIssue, Where, at_shop, file_issue
from mapsvc.operations.playbook_runs import NewRun, start_within
from mapsvc.operations.watches import lines, open_watch
from mapsvc.operations.withdrawals import withdraw_issue_within
from mapsvc.operations.workspace import Workspace
from mapsvc.store import alerts, audit, cases, context_events, events, ids, places, shops, watches
from mapsvc.store.watches import Placed

MOST_WORDS = 200
_MADE_BEFORE = "case_before"


@dataclass(frozen=True)
class Acceptance:
    """What an accepted warning is to become.

    Attributes
    ----------
    case : str, optional
        The open case it belongs to; without one a new case begins.
    kind : str, optional
        Kind of the new case, where the warning has none of its own.
    playbook, order_to : str
        Code of the playbook, and whom its orders go to where the register names nobody.
    words : str
        What is to be written into the case, or why it is noted.
    """

    decision: Decision
    case: str | None = None
    kind: str | None = None
    playbook: str | None = None
    order_to: str = ""
    words: str = ""


def accept(ws: Workspace, actor: Actor, alert_id: str, version: int, wanted: Acceptance) -> Alert:
    """Accept a warning, and begin what it is to become.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Somebody decided on it meanwhile (`extra`: version); or what is to begin goes on already.
    Refused
        It is about no spot where that could begin, or what is needed for it is not said.
    """
    require(actor, Action.DECIDE_ALERT)
    words = _words(wanted.words)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _take(conn, alert_id, version, AlertState.ACCEPTED, actor, at)
        told: dict[str, object] = {"decision": wanted.decision, "reason_text": words or None}
        match wanted.decision:
            case Decision.CASE:
                told |= _case(conn, actor, before, replace(wanted, words=words), at)
            case Decision.PLAYBOOK:
                told["decided_ref"] = _run(conn, ws, actor, before, wanted)
            case Decision.WATCH:
                told["decided_ref"] = _watch(conn, actor, before, at)
            case Decision.CAMPAIGN:
                told["decided_ref"] = begin_within(conn, ws, actor, before, words).id
        return _decided(conn, actor, "accept_alert", before, told, at)


def dismiss(
    ws: Workspace,
    actor: Actor,
    alert_id: str,
    version: int,
    reason: Dismissal,
    words: str = "",
    because: str | None = None,
) -> Alert:
    """Put a warning aside; the reason weighs the next one.

    Parameters
    ----------
    because : str, optional
        Of an explained one the context event, of a known one the case.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Somebody decided on it meanwhile.
    Refused
        Another reason without words, or `because` is neither.
    """
    require(actor, Action.DECIDE_ALERT)
    told = _words(words)
    if reason is Dismissal.OTHER and not told:
        raise Refused("请写一句为什么放下。", field="words", code="missing")
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _take(conn, alert_id, version, AlertState.DISMISSED, actor, at)
        ref = _because(conn, reason, because) if because else None
        values = {"reason": reason, "reason_text": told or None, "decided_ref": ref}
        return _decided(conn, actor, "dismiss_alert", before, values, at)


def take_back(ws: Workspace, actor: Actor, alert_id: str, version: int) -> Alert:
    """Undo a decision: it waits again, and what it began is gone.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Somebody changed it meanwhile, too long ago, or others built on what it began.
    """
    require(actor, Action.DECIDE_ALERT)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = find_alert(conn, alert_id)
        if before.decided_at is None or before.version != version:
            raise _stale(before)
        if not before.may_take_back(at):
            raise Conflict(_why_not(before), field="version", code="too_late")
        case_id = before.evidence.get(_MADE_BEFORE, before.case_id)
        evidence = {k: v for k, v in before.evidence.items() if k != _MADE_BEFORE}
        after = replace(
            before, state=AlertState.OPEN, decision=None, decided_ref=None, reason=None, reason_text=None,
            decided_by=None, decided_at=None, case_id=case_id, evidence=evidence, version=version + 1,
        )  # fmt: skip
        events.forget(conn, [alert_id], before.decided_at)
        _write(conn, before, after)
        _unmake(conn, actor, before, at)
        audit.append(conn, actor, "take_back_alert", "alert", alert_id, before, after, at)
    return after


def find_alert(conn: Connection, alert_id: str) -> Alert:
    """The warning with this id; raises NotFound."""
    found = alerts.by_id(conn, alert_id)
    if found is None:
        raise NotFound("没有这条提醒，请回到早发现重新点。", field="alert", code="unknown_alert")
    return found


def _take(conn: Connection, alert_id: str, version: int, state: AlertState, actor: Actor, at: datetime) -> Alert:
    before = find_alert(conn, alert_id)
    is_ours = before.is_waiting and alerts.take(
        conn, alert_id, version, state=state, decided_by=actor.person_id, decided_at=at
    )
    if not is_ours:
        raise _stale(before)
    return replace(before, state=state, decided_by=actor.person_id, decided_at=at, version=version + 1)


def _stale(now: Alert) -> Conflict:
    told = "别人刚处理过这条提醒，请看一眼现在的样子再定。"
    return Conflict(told, field="version", code="stale_version", extra={"version": now.version})


def _decided(
    conn: Connection, actor: Actor, act: str, taken: Alert, values: Mapping[str, object], at: datetime
) -> Alert:
    after = replace(taken, **values)  # type: ignore[arg-type]
    _write(conn, taken, after)
    if after.shop_id or after.place_id or after.case_id:
        events.append(
            conn, type="alert", ref=after.id, at=at, shop_id=after.shop_id, place_id=after.place_id,
            case_id=after.case_id, actor_id=actor.person_id,
        )  # fmt: skip
    audit.append(conn, actor, act, "alert", after.id, taken, after, at)
    return after


def _write(conn: Connection, before: Alert, after: Alert) -> None:
    was, now = vars(before), vars(after)
    changed = {name: value for name, value in now.items() if was[name] != value}
    if changed:
        alerts.change(conn, after.id, **changed)


def _case(conn: Connection, actor: Actor, one: Alert, wanted: Acceptance, at: datetime) -> dict[str, object]:
    """The case it belongs to from now on: one that is open, or a new one at its spot."""
    if wanted.case:
        held = cases.by_id(conn, wanted.case)
        if held is None or not held.is_open:
            raise Refused("这件案件已经不在办了，请选另一件或新开一件。", field="case", code="not_open")
        case_id = held.id
    else:
        require(actor, Action.REPORT_ISSUE)
        where = _where(conn, one, at)
        kind = kind_named(one.kind or wanted.kind or "")
        new = NewIssue(_issue_id(one), kind.code, wanted.words or f"早发现提醒：{one.title}", IssueSource.APP)
        case_id = file_issue(conn, actor, new, kind, where, at).case_id
    kept = {**one.evidence, _MADE_BEFORE: one.case_id}
    return {"decided_ref": case_id, "case_id": case_id, "evidence": kept}


def _issue_id(one: Alert) -> str:
    return ids.of("issue", "alert", one.id, one.version)


def _where(conn: Connection, one: Alert, at: datetime) -> Where:
    if one.place_id and (place := places.by_ids(conn, [one.place_id]).get(one.place_id)):
        return Where(place.location, False, None, place.id, None, place.name)
    if one.shop_id and (shop := shops.by_id(conn, one.shop_id)):
        return at_shop(conn, shop.code, at)
    if one.location_id and (spot := places.location_by_id(conn, one.location_id)):
        return Where(spot)
    raise Refused("这条提醒说的是整条街，没有一处可以立案；请先看看是哪几处。", field="decision", code="no_spot")


def _run(conn: Connection, ws: Workspace, actor: Actor, one: Alert, wanted: Acceptance) -> str:
    place = places.by_ids(conn, [one.place_id]).get(one.place_id or "")
    case = wanted.case if not place else None
    if not place and not case:
        raise Refused("治理样板要用在一处点位或一件案件上；请先作为案件办。", field="decision", code="no_spot")
    if not wanted.playbook:
        raise Refused("请选用哪一个样板。", field="playbook", code="missing")
    run_id = ids.of("playbook_run", "alert", one.id, one.version)
    new = NewRun(run_id, wanted.playbook, case, place.code if place else None, order_to=wanted.order_to)
    return start_within(conn, ws, actor, new)[0].id


def _watch(conn: Connection, actor: Actor, one: Alert, at: datetime) -> str:
    if not (one.place_id or one.shop_id or one.location_id or one.case_id):
        raise Refused("这条提醒说的是整条街，没有一处可以关注；可以选“知道了”。", field="decision", code="no_spot")
    has_spot = one.place_id or one.shop_id or one.location_id
    location_id = _where(conn, one, at).location.id if has_spot else None
    made = open_watch(
        conn, actor, origin=WatchOrigin.MANUAL, text="早发现提醒后", from_at=at, until_at=at + WATCHED_FOR, at=at,
        ref=one.id, case_id=one.case_id, place_id=one.place_id, location_id=location_id, kind=one.kind,
    )  # fmt: skip
    return made.id


def _because(conn: Connection, reason: Dismissal, ref: str) -> str:
    if reason is Dismissal.EXPLAINED and context_events.by_id(conn, ref):
        return ref
    if reason is Dismissal.KNOWN and cases.by_id(conn, ref):
        return ref
    raise Refused("没有这条诱因或案件，请刷新后再选。", field="because", code="unknown_ref")


def _unmake(conn: Connection, actor: Actor, decided: Alert, at: datetime) -> None:
    """Take away what the decision began; raises Conflict where others built on it."""
    if decided.decision is Decision.CASE:
        withdraw_issue_within(conn, actor, _issue_id(decided), at)
    elif decided.decision is Decision.CAMPAIGN and decided.decided_ref:
        drop_within(conn, actor, decided.decided_ref, at)
    elif decided.decision is Decision.WATCH and decided.decided_ref:
        watch = watches.by_id(conn, decided.decided_ref)
        if watch is None or watch.ended_at is not None:
            return
        if lines(conn, [Placed(watch, None, None, None)])[0].news:
            raise Conflict("关注的地方已经又有了，不能撤回；不想看了请在关注里结束。", code="touched")
        watches.change(conn, watch.id, ended_at=at)
        audit.append(conn, actor, "end_watch", "watch", watch.id, watch, replace(watch, ended_at=at), at)


def _why_not(one: Alert) -> str:
    if one.decision is Decision.CAMPAIGN:
        return "过了能撤回的10分钟；不办了，打开那次政策进商铺，删掉草稿或结束。"
    if one.decision is Decision.PLAYBOOK:
        return "治理样板已经开始了，任务都派出去了；要停请在样板里收尾。"
    return "过了能撤回的时间。还有事的话，下次会再提醒。"


def _words(words: str) -> str:
    told = words.strip()
    if len(told) > MOST_WORDS:
        raise Refused(f"最多写{MOST_WORDS}个字，现在{len(told)}个字。", field="words", code="too_long")
    return told
