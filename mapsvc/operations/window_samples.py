"""The policy calendar a fresh office begins with, out of layers/calendar/windows.toml."""

import logging
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.policy_windows import PolicyWindow, require_sound
from mapsvc.domain.times import to_second
from mapsvc.errors import Broken, Refused
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store import audit, ids, policy_windows
from mapsvc.store import settings as store_settings

log = logging.getLogger(__name__)
FILE = Path("calendar") / "windows.toml"
SEEDED = "policy_calendar_seeded"


def settle_windows(ws: Workspace, known_from: datetime | None = None) -> int:
    """Seed a calendar that never had anything in it, once; how many windows were put in.

    What an office's own file holds takes the place of what is shipped; one that cannot be read is left aside and said
    in the log. What was retired since is not put in again.

    Parameters
    ----------
    known_from : datetime, optional
        From when the windows count as known; usually now.
    """
    with ws.read() as conn:
        if store_settings.get(conn, SEEDED):
            return 0
    at = to_second(known_from or ws.clock())
    found = _found(ws, at)
    with ws.write() as conn:
        if store_settings.get(conn, SEEDED):
            return 0
        known = {one.code for one in policy_windows.listed(conn)}
        new = [one for one in found if one.code not in known]
        for one in new:
            policy_windows.add(conn, one)
        store_settings.put(conn, SEEDED, "1", ws.clock())
        audit.append(conn, SYSTEM, "seed_policy_calendar", "policy_window", "samples", None, len(new), ws.clock())
    return len(new)


def read_windows(file: Path, at: datetime) -> tuple[PolicyWindow, ...]:
    """The windows of a file, marked as samples.

    Raises
    ------
    Broken
        It cannot be read, with the window that is wrong.
    """
    try:
        told = tomllib.loads(file.read_text("utf-8"))["windows"]
        return tuple(_window(one, at) for one in told)
    except (OSError, ValueError, KeyError, TypeError, Refused) as error:
        raise Broken(f"政策日历的文件 {file.name} 用不了：{error}") from error


def _found(ws: Workspace, at: datetime) -> tuple[PolicyWindow, ...]:
    own = ws.settings.layers / FILE if ws.settings.layers else None
    if own is not None and own.is_file():
        try:
            return read_windows(own, at)
        except Broken as error:
            log.warning("%s", error)
    return read_windows(shipped("layers") / FILE, at)


def _window(told: Mapping[str, Any], at: datetime) -> PolicyWindow:
    made = PolicyWindow(
        ids.of("policy_window", str(told["code"])), str(told["code"]), str(told["title"]), tuple(told["topics"]),
        bool(told["yearly"]), int(told["lead_days"]), at, told.get("policy"), _day(told, "opens_on"),
        _day(told, "closes_on"), told.get("event"), _day(told, "event_on"), told.get("opens_weeks_before"),
        told.get("closes_weeks_before"), tuple(told.get("trades", ())), told.get("source"), told.get("note"),
        is_sample=True, event_days=dict(told.get("event_days", {})),
    )  # fmt: skip
    require_sound(made)
    return made


def _day(told: Mapping[str, Any], name: str) -> date | None:
    value = told.get(name)
    if value is not None and type(value) is not date:
        raise ValueError(f"{name} 要写成日期")
    return value
