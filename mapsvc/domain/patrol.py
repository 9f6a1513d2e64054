"""Patrol plans: what could be visited and why, the routes chosen, what was left out."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any


class Shift(StrEnum):
    """When a patrol walks."""

    MORNING = "morning"
    DAY = "day"
    EVENING = "evening"


SHIFT_NAMES: dict[Shift, str] = {Shift.MORNING: "早班", Shift.DAY: "白班", Shift.EVENING: "晚班"}
SHIFT_STARTS: dict[Shift, tuple[int, int]] = {
    Shift.MORNING: (7, 0),
    Shift.DAY: (9, 30),
    Shift.EVENING: (18, 0),
}


@dataclass(frozen=True)
class Reason:
    """Why a stop is worth a walk: a code, its points, the words shown; of issues the kind, for its sign."""

    code: str
    points: int
    text: str
    kind: str = ""


@dataclass(frozen=True)
class Candidate:
    """A door, place or cell that a patrol could stop at; several reasons at one door are one candidate.

    Attributes
    ----------
    ref : str
        ``shop:LT0001``, ``place:PD0001`` or ``cell:…``; unique in a plan.
    lon, lat : float
        WGS-84.
    label : str
        Address and name, no person.
    service_min : int
        Minutes spent there.
    worker : str or None
        Nickname of the one who looks after it.
    must : bool
        Whether it is to be reached whatever else is left out.
    side : str
        ``odd``, ``even`` or empty: which numbers stand there.
    also : tuple of str
        Refs of what stands at the same door and was made one with it.
    """

    ref: str
    lon: float
    lat: float
    label: str
    reasons: tuple[Reason, ...]
    service_min: int
    shop: str | None = None
    street: str | None = None
    house_number: int | None = None
    worker: str | None = None
    must: bool = False
    side: str = ""
    also: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """Sum of the points of all reasons."""
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True)
class Stop:
    """A stop of a route; `about` is rounded to ten minutes, since nobody walks by the minute.

    `turn` says before it that the walk changes sides, e.g. 过街,从单号侧往回走; empty when it does not.
    """

    order: int
    about: str
    ref: str
    label: str
    lon: float
    lat: float
    shop: str | None
    reasons: tuple[Reason, ...]
    service_min: int
    walk_distance_m: int
    crosses: bool
    side: str = ""
    turn: str = ""


@dataclass(frozen=True)
class Route:
    """One worker's walk; geometry is a line of (lon, lat)."""

    worker: str
    color_index: int
    title: str
    stops: tuple[Stop, ...]
    walk_distance_m: int
    walk_min: int
    service_min: int
    end_about: str
    geometry: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Skipped:
    """A candidate left out, with a computed reason: too_far | no_time | detour."""

    ref: str
    label: str
    reason: str
    text: str
    points: int = 0


@dataclass(frozen=True)
class PlanRequest:
    """What was asked for.

    Attributes
    ----------
    workers : tuple of str
        Nicknames; one route each.
    minutes : int
        Length of the shift.
    start : (lon, lat) or None
        Where everybody sets out and ends; None is the corner of the two shop streets.
    must : tuple of str
        Refs that are to be reached.
    """

    day: date
    shift: Shift
    workers: tuple[str, ...]
    minutes: int = 120
    start: tuple[float, float] | None = None
    must: tuple[str, ...] = ()
    seed: int = 1


@dataclass(frozen=True)
class Plan:
    """A patrol plan; final as JSON through `to_json`."""

    id: str
    day: date
    shift: Shift
    minutes: int
    routes: tuple[Route, ...]
    skipped: tuple[Skipped, ...]
    seed: int
    version: int
    input_hash: str
    method: str
    notes: tuple[str, ...] = ()
    start: tuple[float, float] | None = None
    must: tuple[str, ...] = ()

    @property
    def totals(self) -> dict[str, int]:
        """Sums over all routes; `share_pct` is what was taken of all points, 按轻重计."""
        stops = sum(len(route.stops) for route in self.routes)
        taken = sum(r.points for route in self.routes for s in route.stops for r in s.reasons)
        asked = taken + sum(skipped.points for skipped in self.skipped)
        return {
            "stops": stops,
            "candidates": stops + len(self.skipped),
            "points": taken,
            "share_pct": round(100 * taken / asked) if asked else 100,
            "walk_distance_m": sum(route.walk_distance_m for route in self.routes),
            "walk_min": sum(route.walk_min for route in self.routes),
            "service_min": sum(route.service_min for route in self.routes),
            "crossings": sum(s.crosses for route in self.routes for s in route.stops),
        }

    def to_json(self) -> dict[str, Any]:
        """The plan as the contract has it."""
        routes = [asdict(route) | {"geometry": _line(route.geometry)} for route in self.routes]
        return {
            "id": self.id,
            "date": self.day.isoformat(),
            "shift": self.shift.value,
            "shift_name": SHIFT_NAMES[self.shift],
            "start_at": clock_text(shift_start(self.shift)),
            "end_at": clock_text(shift_start(self.shift) + timedelta(minutes=self.minutes)),
            "minutes": self.minutes,
            "routes": routes,
            "skipped": [asdict(s) for s in self.skipped],
            "totals": self.totals,
            "seed": self.seed,
            "version": self.version,
            "input_hash": self.input_hash,
            "method": self.method,
            "notes": list(self.notes),
            "start": list(self.start) if self.start else None,
            "must": list(self.must),
        }


def plan_from_json(document: dict[str, Any]) -> Plan:
    """Read back what `Plan.to_json` wrote."""
    return Plan(
        document["id"],
        date.fromisoformat(document["date"]),
        Shift(document["shift"]),
        document["minutes"],
        tuple(_route(route) for route in document["routes"]),
        tuple(Skipped(**skipped) for skipped in document["skipped"]),
        document["seed"],
        document["version"],
        document["input_hash"],
        document["method"],
        tuple(document["notes"]),
        (start[0], start[1]) if (start := document.get("start")) else None,
        tuple(document.get("must", ())),
    )


def _route(document: dict[str, Any]) -> Route:
    stops = tuple(Stop(**stop | {"reasons": tuple(Reason(**r) for r in stop["reasons"])}) for stop in document["stops"])
    line = tuple((lon, lat) for lon, lat in document["geometry"]["coordinates"])
    return Route(**document | {"stops": stops, "geometry": line})


def _line(points: tuple[tuple[float, float], ...]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(p) for p in points]}


def input_hash(request: PlanRequest, candidates: tuple[Candidate, ...], network: str) -> str:
    """SHA-256 over everything a plan is computed from; equal input, equal plan.

    Parameters
    ----------
    network : str
        Digest of the walking network.
    """
    document = {"request": asdict(request), "candidates": [asdict(c) for c in candidates], "network": network}
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def shift_start(shift: Shift) -> timedelta:
    """Time of day at which a shift begins."""
    hour, minute = SHIFT_STARTS[shift]
    return timedelta(hours=hour, minutes=minute)


def clock_text(of_day: timedelta) -> str:
    """A time of day as 18:05."""
    minutes = int(of_day.total_seconds()) // 60
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def about(of_day: timedelta) -> str:
    """A time of day to the nearest ten minutes."""
    tens = (int(of_day.total_seconds()) + 300) // 600
    return clock_text(timedelta(minutes=10 * tens))


def difference(old: Plan, new: Plan) -> str:
    """How `new` differs from `old` in words: stops, what they weigh, when the last one is done."""
    before, after = old.totals, new.totals
    stops = after["stops"] - before["stops"]
    ends = (max((route.end_about for route in plan.routes if route.stops), default="") for plan in (old, new))
    last_before, last_after = ends
    parts = [f"少{-stops}站" if stops < 0 else f"多{stops}站" if stops > 0 else "站数一样"]
    if after["share_pct"] != before["share_pct"]:
        parts.append(f"按轻重计{after['share_pct']}%")
    elif last_after and last_after != last_before:
        parts.append(f"约{last_after}走完")
    return "，".join(parts)


def mark_musts(candidates: tuple[Candidate, ...], must: tuple[str, ...]) -> tuple[Candidate, ...]:
    """The same candidates, those named in `must` to be reached whatever else is left out."""
    wanted = set(must)
    return tuple(replace(c, must=True) if wanted & {c.ref, *c.also} else c for c in candidates)


POINTS: dict[str, tuple[int, int, int]] = {
    # reason: points, points a day overdue, minutes there
    "promise": (40, 5, 5),
    "return_visit": (30, 2, 8),
    "storm": (35, 0, 5),
    "issue": (25, 3, 8),
    "hot_cell": (25, 0, 15),
    "call": (10, 1, 5),
    "must": (10, 0, 5),
}
_MOST_DAYS = 14


def reason_points(code: str, days_overdue: int) -> int:
    """Points of a reason: a base, growing with each day overdue up to two weeks."""
    base, growth, _ = POINTS[code]
    return base + growth * max(0, min(days_overdue, _MOST_DAYS))


def service_minutes(reasons: tuple[Reason, ...]) -> int:
    """Minutes at a door with several reasons: the longest, and two for each further one."""
    longest = max(POINTS[reason.code][2] for reason in reasons)
    return longest + 2 * (len(reasons) - 1)


def due_days(due_at: datetime, at: datetime) -> int:
    """Whole days by which `due_at` has passed at `at`; negative before."""
    return (at - due_at).days
