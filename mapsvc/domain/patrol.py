"""Patrol plans: what could be visited and why, the routes chosen, what was left out."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
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


LonLat = tuple[float, float]


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
    windows : tuple of (from, until)
        Minutes of the office's day between which a stop may begin, any of them; none: at any time.
    window_text : str
        Why there are windows, e.g. 12:00–14:00不便 or 上午常没开.
    stretch : tuple of (lon, lat)
        Of a stretch of pavement to be walked along its line, either way; empty for a door.
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
    windows: tuple[tuple[int, int], ...] = ()
    window_text: str = ""
    stretch: tuple[LonLat, ...] = ()

    @property
    def points(self) -> int:
        """Sum of the points of all reasons."""
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True)
class Stop:
    """A stop of a route; `about` is rounded to ten minutes, since nobody walks by the minute.

    `turn` says before it that the walk changes sides, e.g. 过街,从单号侧往回走; empty when it does not. `way` how to
    get there from the stop before, e.g. 沿岚皋西路向西约120米,路北. `is_locked`: put to this person by hand; it stays.
    `also` are refs of what stands at the same door; `at_s` the seconds from the shift's begin at which it is reached.
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
    way: tuple[str, ...] = ()
    is_locked: bool = False
    also: tuple[str, ...] = ()
    at_s: int = 0
    window_text: str = ""
    stretch: tuple[LonLat, ...] = ()


@dataclass(frozen=True)
class Route:
    """One worker's walk; geometry is a line of (lon, lat).

    `start` and `end` where they set out and end, `minutes` their shift; `home` says the way from the last stop.
    """

    worker: str
    color_index: int
    title: str
    stops: tuple[Stop, ...]
    walk_distance_m: int
    walk_min: int
    service_min: int
    end_about: str
    geometry: tuple[LonLat, ...]
    minutes: int = 0
    start: LonLat | None = None
    end: LonLat | None = None
    home: tuple[str, ...] = ()


@dataclass(frozen=True)
class Skipped:
    """A candidate left out, with a computed reason that holds.

    reason: quiet (its hours cannot be met) | too_far (cannot fit even alone) | loses (fits, but the time goes to
    `loses_to`) | no_time | detour | unreachable; a must says so in its text.
    """

    ref: str
    label: str
    reason: str
    text: str
    points: int = 0
    loses_to: str | None = None
    reasons: tuple[Reason, ...] = ()
    is_must: bool = False
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Lock:
    """A stop put to one person by hand: no new plan takes it away."""

    ref: str
    worker: str


@dataclass(frozen=True)
class Special:
    """Where one person's shift differs from the others'."""

    worker: str
    minutes: int | None = None
    start: LonLat | None = None
    end: LonLat | None = None


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
    locks : tuple of Lock
    specials : tuple of Special
    rounds : tuple of str
        Ids of the guard rounds that are walked along.
    leave_out : tuple of str
        Refs that are not to be walked to this time.
    """

    day: date
    shift: Shift
    workers: tuple[str, ...]
    minutes: int = 120
    start: LonLat | None = None
    must: tuple[str, ...] = ()
    seed: int = 1
    locks: tuple[Lock, ...] = ()
    specials: tuple[Special, ...] = ()
    rounds: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()


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
    start: LonLat | None = None
    must: tuple[str, ...] = ()
    locks: tuple[Lock, ...] = ()
    specials: tuple[Special, ...] = ()
    rounds: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()

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
            "locks": [asdict(lock) for lock in self.locks],
            "specials": [asdict(special) for special in self.specials],
            "rounds": list(self.rounds),
            "leave_out": list(self.leave_out),
        }


def plan_from_json(document: dict[str, Any]) -> Plan:
    """Read back what `Plan.to_json` wrote."""
    return Plan(
        document["id"],
        date.fromisoformat(document["date"]),
        Shift(document["shift"]),
        document["minutes"],
        tuple(_route(route) for route in document["routes"]),
        tuple(_skipped(skipped) for skipped in document["skipped"]),
        document["seed"],
        document["version"],
        document["input_hash"],
        document["method"],
        tuple(document["notes"]),
        _lonlat(document.get("start")),
        tuple(document.get("must", ())),
        tuple(Lock(**lock) for lock in document.get("locks", ())),
        tuple(Special(**special | _ends(special)) for special in document.get("specials", ())),
        tuple(document.get("rounds", ())),
        tuple(document.get("leave_out", ())),
    )


def _route(document: dict[str, Any]) -> Route:
    line = tuple((lon, lat) for lon, lat in document["geometry"]["coordinates"])
    told = {"stops": tuple(map(_stop, document["stops"])), "geometry": line, "home": tuple(document.get("home", ()))}
    return Route(**document | told | _ends(document))


def _stop(document: dict[str, Any]) -> Stop:
    told = {name: tuple(document.get(name, ())) for name in ("way", "also")}
    stretch = tuple((lon, lat) for lon, lat in document.get("stretch", ()))
    return Stop(**document | told | {"reasons": _reasons(document), "stretch": stretch})


def _skipped(document: dict[str, Any]) -> Skipped:
    return Skipped(**document | {"reasons": _reasons(document)})


def _reasons(document: dict[str, Any]) -> tuple[Reason, ...]:
    return tuple(Reason(**reason) for reason in document.get("reasons", ()))


def _ends(document: dict[str, Any]) -> dict[str, LonLat | None]:
    return {name: _lonlat(document.get(name)) for name in ("start", "end")}


def _lonlat(pair: Sequence[float] | None) -> LonLat | None:
    return (pair[0], pair[1]) if pair else None


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
