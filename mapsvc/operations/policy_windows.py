"""Windows of the policy calendar: what opens when; added, changed, retired, and each of it undone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.policy_windows import Opening, PolicyWindow, require_sound, turns
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.times import day_start, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit
from mapsvc.store import policy_windows as store

_SAID = (
    "title", "topics", "is_yearly", "lead_days", "policy_id", "opens_on", "closes_on", "event", "event_on",
    "opens_weeks_before", "closes_weeks_before", "trades", "source", "note", "event_days",
)  # fmt: skip
_DAYS = ("opens_on", "closes_on", "event_on")


@dataclass(frozen=True)
class Said:
    """What a person says of a window: every column that is theirs to fill in."""

    title: str
    topics: tuple[str, ...]
    is_yearly: bool
    lead_days: int
    policy_id: str | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    event: str | None = None
    event_on: date | None = None
    opens_weeks_before: int | None = None
    closes_weeks_before: int | None = None
    trades: tuple[str, ...] = ()
    source: str | None = None
    note: str | None = None


def openings(conn: Connection, day: date, horizon_days: int) -> tuple[Opening, ...]:
    """Turns of windows in force that are open on `day` or open within `horizon_days` after it, the earliest first."""
    known = store.known_at(conn, day_start(day + timedelta(days=1)))
    return turns(known, day, day + timedelta(days=horizon_days))


def get_window(ws: Workspace, actor: Actor, window_id: str) -> PolicyWindow:
    """One, retired or not; raises NotFound, Forbidden."""
    require(actor, Action.SEE_POLICIES)
    with ws.read() as conn:
        return _get(conn, window_id)


def add_window(ws: Workspace, actor: Actor, said: Said, window_id: str | None = None) -> PolicyWindow:
    """A new window; the same `window_id` (the client's) again changes nothing.

    Raises
    ------
    Forbidden
    Refused
        As `domain.policy_windows.require_sound` says, with the field.
    """
    require(actor, Action.EDIT_POLICIES)
    at = to_second(ws.clock())
    own = window_id or str(uuid4())
    new = _with(PolicyWindow(own, f"w-{own[:8]}", "", (), False, 0, at, made_by=actor.person_id), said)
    require_sound(new)
    with ws.write() as conn:
        before = store.by_id(conn, own)
        if before is not None:
            return before
        if store.by_code(conn, new.code) is not None:
            new = replace(new, code=f"w-{own}")
        store.add(conn, new)
        audit.append(conn, actor, "add_policy_window", "policy_window", own, None, new, at)
    return new


def change_window(ws: Workspace, actor: Actor, window_id: str, version: int, said: Said) -> PolicyWindow:
    """Say something else of it; the same again changes nothing. What was changed is no sample any more.

    Raises
    ------
    NotFound, Forbidden, Refused
    Conflict
        Somebody changed it meanwhile (`extra`: version), or it is retired.
    """
    require(actor, Action.EDIT_POLICIES)
    with ws.write() as conn:
        before = _get(conn, window_id)
        after = _with(before, said)
        require_sound(after)
        if after == before:
            return before
        return _change(conn, ws, actor, before, replace(after, is_sample=False), version, "change_policy_window")


def undo_change(ws: Workspace, actor: Actor, window_id: str, version: int) -> PolicyWindow:
    """Take the last change back; raises as `change_window`, Conflict too where there is none."""
    require(actor, Action.EDIT_POLICIES)
    with ws.write() as conn:
        now = _get(conn, window_id)
        if now.before is None:
            raise Conflict("没有可以撤销的改动。", code="nothing_to_undo")
        after = replace(now, **_read(now.before), is_sample=bool(now.before.get("is_sample")))
        return _change(conn, ws, actor, now, after, version, "undo_policy_window", keeps=False)


def retire_window(ws: Workspace, actor: Actor, window_id: str) -> PolicyWindow:
    """No longer in the calendar; retired before, nothing changes. Raises NotFound, Forbidden."""
    return _set_retired(ws, actor, window_id, is_retired=True)


def restore_window(ws: Workspace, actor: Actor, window_id: str) -> PolicyWindow:
    """Into the calendar again; raises as `retire_window`."""
    return _set_retired(ws, actor, window_id, is_retired=False)


def set_event_day(ws: Workspace, actor: Actor, event: str, year: int, day: date | None) -> int:
    """Say on which day an event is in a year (None: not known), for all windows that follow it; how many these are.

    Raises
    ------
    NotFound
        No window follows it.
    Refused
        The day is more than half a year from that year.
    """
    require(actor, Action.EDIT_POLICIES)
    if day is not None and day.year != year:
        raise Refused(f"请填{year}年里的一天。", field="day", code="wrong_year")
    with ws.write() as conn:
        found = [one for one in store.listed(conn) if one.event == event]
        if not found:
            raise NotFound(f"没有跟着“{event[:20]}”走的窗口，请刷新后再看。", field="event", code="unknown_event")
        for before in found:
            days = {y: d for y, d in before.event_days.items() if y != str(year)}
            after = replace(before, event_days=dict(sorted((days | _said_day(year, day)).items())))
            if after.event_days != before.event_days:
                _change(conn, ws, actor, before, after, before.version, "set_event_day")
    return len(found)


def _said_day(year: int, day: date | None) -> dict[str, str]:
    return {str(year): day.isoformat()} if day else {}


def _with(one: PolicyWindow, said: Said) -> PolicyWindow:
    told = {name: value for name, value in vars(said).items() if name != "title"}
    for name in ("event", "source", "note", "policy_id"):
        told[name] = mask_phones_in(told[name].strip()) or None if told[name] else None
    return replace(one, title=mask_phones_in(said.title.strip()), **told)


def _change(
    conn: Connection, ws: Workspace, actor: Actor, before: PolicyWindow, after: PolicyWindow, version: int, verb: str,
    *, keeps: bool = True,
) -> PolicyWindow:  # fmt: skip
    if before.retired_at is not None:
        raise Conflict("这个窗口已经停用；要改请先恢复。", code="retired")
    kept = _written(before) if keeps else None
    made = replace(after, version=before.version + 1, before=kept)
    if before.version != version or not store.write(conn, made, version):
        told = f"别人刚改过“{before.title}”，请看一眼现在的样子再改。"
        raise Conflict(told, field="version", code="stale_version", extra={"version": before.version})
    audit.append(conn, actor, verb, "policy_window", before.id, before, made, to_second(ws.clock()))
    return made


def _written(one: PolicyWindow) -> dict[str, Any]:
    """What a person said of it, as a document."""
    values: dict[str, Any] = {name: getattr(one, name) for name in _SAID} | {"is_sample": one.is_sample}
    values |= {name: values[name].isoformat() if values[name] else None for name in _DAYS}
    return values | {"topics": list(one.topics), "trades": list(one.trades), "event_days": dict(one.event_days)}


def _read(kept: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: kept.get(name) for name in _SAID}
    values |= {name: date.fromisoformat(str(values[name])) if values[name] else None for name in _DAYS}
    return values | {"topics": tuple(kept["topics"]), "trades": tuple(kept["trades"])}


def _set_retired(ws: Workspace, actor: Actor, window_id: str, *, is_retired: bool) -> PolicyWindow:
    require(actor, Action.EDIT_POLICIES)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, window_id)
        if (before.retired_at is not None) == is_retired:
            return before
        after = replace(before, retired_at=at if is_retired else None, version=before.version + 1)
        store.write(conn, after, before.version)
        verb = "retire_policy_window" if is_retired else "restore_policy_window"
        audit.append(conn, actor, verb, "policy_window", window_id, before, after, at)
    return after


def _get(conn: Connection, window_id: str) -> PolicyWindow:
    found = store.by_id(conn, window_id)
    if found is None:
        raise NotFound("政策日历里没有这一条，请刷新后再看。", field="window", code="unknown_window")
    return found
