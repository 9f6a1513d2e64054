"""Looking for warnings: once a day and kept, or tried out for any day without keeping anything."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.alerts import PASSES_AFTER, Alert, AlertRun, AlertState, Candidate
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import day_start, office_day, to_second
from mapsvc.errors import Refused
from mapsvc.operations.alert_plans import Found, Memory, Plan, evidence_of, look, plan, remember, renewed
from mapsvc.operations.workspace import Workspace
from mapsvc.store import alerts, asks, audit, events, ids, issues, policy_windows
from mapsvc.store.issues import Wanted


@dataclass(frozen=True)
class Replayed:
    """A look of the past as it would have been: what it found, and the warnings that were new."""

    until_day: date
    tested: int
    found: int
    raised: tuple[Alert, ...]
    held: tuple[Alert, ...]


def run_alerts(ws: Workspace, actor: Actor, until: date | None = None, seed: int = 1) -> AlertRun:
    """Look for warnings and keep them; a day that was looked at before changes nothing.

    Parameters
    ----------
    until : date, optional
        The last day to look at; usually yesterday, the last one that is whole.

    Raises
    ------
    Forbidden
    Refused
        A later day was looked at already.
    """
    require(actor, Action.DECIDE_ALERT)
    at = to_second(ws.clock())
    day = until or last_whole_day(at)
    with ws.read() as conn:
        if before := _before(conn, day):
            return before
        looked = look(ws, conn, day, seed)
    with ws.write() as conn:
        if before := _before(conn, day):
            return before
        made = plan(remember(conn, day, at), looked, ws.settings.alert_budget, at, seed)
        run = AlertRun(
            ids.of("alert_run", day.isoformat()), day, at, made.tested, made.found, len(made.shown), made.budget,
            made.detail,
        )  # fmt: skip
        alerts.add_run(conn, run)
        _keep(conn, actor, made, run, at)
        _let_pass(conn, actor, at)
        told = {"until": day, "tested": run.tested, "found": run.found, "shown": run.shown}
        audit.append(conn, actor, "run_alerts", "alert_run", run.id, None, told, at)
    return run


def is_due(ws: Workspace) -> bool:
    """Whether yesterday was not looked at yet, and there is anything to look at."""
    with ws.read() as conn:
        last = alerts.last_run(conn)
        if last is not None and last.until_day >= last_whole_day(ws.clock()):
            return False
        return issues.count(conn, Wanted()) > 0 or asks.is_any(conn) or bool(policy_windows.listed(conn))


def preview(ws: Workspace, actor: Actor, until: date | None = None, seed: int = 1) -> Plan:
    """What a look at `until` would raise by itself, keeping nothing: as the first one of its week.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_ALERTS)
    at = to_second(ws.clock())
    day = until or last_whole_day(at)
    then = min(at, _morning_after(day))
    with ws.read() as conn:
        known = remember(conn, day, then)
        learned = Memory(decided=known.decided, goes_on=known.goes_on)
        return plan(learned, look(ws, conn, day, seed), ws.settings.alert_budget, then, seed)


def replay(
    ws: Workspace, actor: Actor, from_day: date, until_day: date, step_days: int = 7, seed: int = 1
) -> Iterator[Replayed]:
    """Look at one day after the other as it would have been then, keeping nothing; nobody decides on anything.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_ALERTS)
    waiting: dict[str, Alert] = {}
    runs: list[AlertRun] = []
    day = from_day
    while day <= until_day:
        at = _morning_after(day)
        waiting = {s: a for s, a in waiting.items() if at - a.last_seen_at < PASSES_AFTER}
        with ws.read() as conn:
            looked = look(ws, conn, day, seed)
        week = [r for r in runs if r.until_day >= day - timedelta(days=(day.weekday() + 1) % 7)]
        made = plan(Memory(waiting=waiting, looks=week), looked, ws.settings.alert_budget, at, seed)
        run_id = ids.of("alert_run", day.isoformat())
        runs.append(AlertRun(run_id, day, at, made.tested, made.found, len(made.shown), made.budget, made.detail))
        raised = tuple(_opened(f, run_id, at) for f in made.shown)
        held = tuple(_held(f, run_id, at) for f in made.held)
        again = [renewed(f.before, f, at) for f in made.again if f.before]
        waiting |= {a.subject: a for a in (*raised, *held, *again)}
        yield Replayed(day, made.tested, made.found, raised, held)
        day += timedelta(days=step_days)


def last_whole_day(at: datetime) -> date:
    """Yesterday, by the office's clock."""
    return office_day(at) - timedelta(days=1)


def _morning_after(day: date) -> datetime:
    return day_start(day + timedelta(days=1)) + timedelta(hours=6)


def _before(conn: Connection, day: date) -> AlertRun | None:
    last = alerts.last_run(conn)
    if last is None or last.until_day < day:
        return None
    if same := alerts.runs_between(conn, day, day):
        return same[0]
    told = f"已经查到{last.until_day.month}月{last.until_day.day}日了，更早的一天不再补查；要看那天的，用预览。"
    raise Refused(told, field="until", code="looked_later")


def _keep(conn: Connection, actor: Actor, made: Plan, run: AlertRun, at: datetime) -> None:
    for found in made.shown:
        one = _opened(found, run.id, at)
        _write(conn, found.before, one)
        _tell(conn, one, at)
        audit.append(conn, actor, "raise_alert", "alert", one.id, found.before, one, at)
    for found in made.held:
        _write(conn, found.before, _held(found, run.id, at))
    for found in made.again:
        if found.before is not None:
            _write(conn, found.before, renewed(found.before, found, at))


def _write(conn: Connection, before: Alert | None, after: Alert) -> None:
    if before is None:
        alerts.add(conn, after)
        return
    was, now = asdict(before), asdict(after)
    alerts.change(conn, before.id, **{name: value for name, value in now.items() if was[name] != value})


def _opened(found: Found, run_id: str, at: datetime) -> Alert:
    if found.before is not None:
        return replace(renewed(found.before, found, at), state=AlertState.OPEN, run_id=run_id, raised_at=at)
    return _new(found.candidate, found, AlertState.OPEN, run_id, at)


def _held(found: Found, run_id: str, at: datetime) -> Alert:
    if found.before is not None:
        return renewed(found.before, found, at)
    return _new(found.candidate, found, AlertState.HELD, run_id, at)


def _new(one: Candidate, found: Found, state: AlertState, run_id: str, at: datetime) -> Alert:
    return Alert(
        ids.of("alert", run_id, one.subject), one.rule, one.subject, state, one.title, one.text, evidence_of(found),
        one.p, found.q, one.from_day, one.until_day, at, run_id, None, one.kind, one.topic, one.place_id, one.shop_id,
        one.location_id, one.case_id,
    )  # fmt: skip


def _let_pass(conn: Connection, actor: Actor, at: datetime) -> None:
    for one in alerts.waiting(conn):
        if at - one.last_seen_at >= PASSES_AFTER:
            after = replace(one, state=AlertState.OVER, version=one.version + 1)
            alerts.take(conn, one.id, one.version, state=AlertState.OVER)
            audit.append(conn, actor, "pass_alert", "alert", one.id, one, after, at)


def _tell(conn: Connection, one: Alert, at: datetime) -> None:
    """On the timeline of its shop, place or case; what belongs to the whole street has none."""
    if one.shop_id or one.place_id or one.case_id:
        events.append(
            conn, type="alert", ref=one.id, at=at, shop_id=one.shop_id, place_id=one.place_id,
            location_id=one.location_id, case_id=one.case_id,
        )  # fmt: skip
