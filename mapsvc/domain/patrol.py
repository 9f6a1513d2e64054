"""Patrol plans: what could be visited and why, the routes chosen, what was left out."""

from dataclasses import asdict, dataclass
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
    `also` are refs of what stands at the same door; `at_s` the seconds from the shift's begin at which it is reached,
    `wait_s` those waited there until its hours begin, `late_min` by how much they are missed in a plan changed by
    hand; `about` is when it is begun. `keeper` looks after the door. Of `service_min` a stretch takes `along_min` to
    be walked along.
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
    wait_s: int = 0
    windows: tuple[tuple[int, int], ...] = ()
    street: str | None = None
    house_number: int | None = None
    keeper: str | None = None
    is_must: bool = False
    late_min: int = 0
    along_min: int = 0

    @property
    def points(self) -> int:
        """Sum of the points of all reasons."""
        return sum(reason.points for reason in self.reasons)

    def candidate(self) -> Candidate:
        """What could be walked to, as it was before it was planned."""
        return Candidate(
            self.ref, self.lon, self.lat, self.label, self.reasons, self.service_min - self.along_min, self.shop,
            self.street, self.house_number, self.keeper, self.is_must, self.side, self.also, self.windows,
            self.window_text, self.stretch,
        )  # fmt: skip


@dataclass(frozen=True)
class Route:
    """One worker's walk; geometry is a line of (lon, lat).

    `start` and `end` where they set out and end, `minutes` their shift; `home` says the way from the last stop;
    `begin_s` and `end_s` the seconds from the shift's begin at which they set out and are back. `notes` say what a
    route made by hand overruns.
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
    end_s: int = 0
    notes: tuple[str, ...] = ()
    begin_s: int = 0


@dataclass(frozen=True)
class Skipped:
    """A candidate left out, with a computed reason that holds.

    reason: left_out (by hand) | other_day (walked to on another day of a planned week) | unreachable (no way leads
    there) | quiet (its hours cannot be met) | too_far (cannot fit even alone) | loses (fits, but the time goes to
    `loses_to`, worth at least as much) | no_time (`lacking_min` are missing) | detour (fits, costing `lacking_min`
    more of walking) | room (fits, was left out of a plan changed by hand); a must says so in its text.
    patrol/explain.py has what makes each true.
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
    lacking_min: int = 0
    service_min: int = 0
    shop: str | None = None
    street: str | None = None
    house_number: int | None = None
    side: str = ""
    also: tuple[str, ...] = ()
    windows: tuple[tuple[int, int], ...] = ()
    window_text: str = ""
    stretch: tuple[LonLat, ...] = ()
    keeper: str | None = None

    def candidate(self) -> Candidate | None:
        """What could be walked to; None of plans made before they kept where it is."""
        if self.lon is None or self.lat is None:
            return None
        return Candidate(
            self.ref, self.lon, self.lat, self.label, self.reasons, self.service_min, self.shop, self.street,
            self.house_number, self.keeper, self.is_must, self.side, self.also, self.windows, self.window_text,
            self.stretch,
        )  # fmt: skip


@dataclass(frozen=True)
class Lock:
    """A stop put to one person by hand: no new plan takes it away."""

    ref: str
    worker: str


@dataclass(frozen=True)
class Special:
    """Where one person's shift differs from the others'; `begin`: they set out so many minutes after its begin."""

    worker: str
    minutes: int | None = None
    start: LonLat | None = None
    end: LonLat | None = None
    begin: int = 0


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
    turns : tuple of (str, int)
        Per person the minutes of the walks they were given in the last weeks, so that long ones go round; for the
        planner alone, shown nowhere.
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
    turns: tuple[tuple[str, int], ...] = ()


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
    def candidates(self) -> tuple[Candidate, ...]:
        """All that could be walked to, by ref, as the plan keeps it."""
        stops = (stop.candidate() for route in self.routes for stop in route.stops)
        left = (candidate for skipped in self.skipped if (candidate := skipped.candidate()))
        return tuple(sorted((*stops, *left), key=lambda candidate: candidate.ref))

    @property
    def request(self) -> PlanRequest:
        """What was asked for, as the plan keeps it."""
        return PlanRequest(
            self.day, self.shift, tuple(route.worker for route in self.routes), self.minutes, self.start, self.must,
            self.seed, self.locks, self.specials, self.rounds, self.leave_out,
        )  # fmt: skip

    @property
    def totals(self) -> dict[str, int]:
        """Sums over all routes; `share_pct` is what was taken of all points, 按轻重计."""
        stops = sum(len(route.stops) for route in self.routes)
        taken = sum(stop.points for route in self.routes for stop in route.stops)
        left = [skipped for skipped in self.skipped if skipped.reason != "other_day"]
        asked = taken + sum(skipped.points for skipped in left)
        return {
            "stops": stops,
            "candidates": stops + len(left),
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


def _line(points: tuple[tuple[float, float], ...]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(p) for p in points]}


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
