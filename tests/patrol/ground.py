"""Two streets that cross, doors along them, and plans on that ground."""

from datetime import date

from mapsvc.domain.patrol import Candidate, PlanRequest, Reason, Shift
from mapsvc.patrol.network import Network, StreetLine
from mapsvc.patrol.plan import make_plan
from mapsvc.patrol.problems import Ground

STREETS = (
    StreetLine("岚皋路", ((0.0, 0.0), (0.0, 600.0)), 17.0),
    StreetLine("岚皋西路", ((0.0, 200.0), (-500.0, 200.0)), 15.0),
)
NETWORK = Network(STREETS)
START = (0.0, 200.0)
DAY = date(2026, 11, 23)
EVENING_MIN = 18 * 60
"""The evening shift's begin, in minutes of the day."""


def to_lonlat(x, y):
    return 121.42 + x / 95_000, 31.25 + y / 111_000


def to_metres(lon, lat):
    return (lon - 121.42) * 95_000, (lat - 31.25) * 111_000


GROUND = Ground(NETWORK, to_metres, to_lonlat)


def door(number, side, points=10, minutes=5, **more):
    """A door on 岚皋路: side -1 west, +1 east."""
    lon, lat = to_lonlat(side * 9.0, number * 2.0)
    ref = f"shop:{number}{'E' if side > 0 else 'W'}"
    reasons, label = (Reason("call", points, "还没走到"),), f"岚皋路{number}号{'东' if side > 0 else '西'}"
    return Candidate(ref, lon, lat, label, reasons, minutes, ref[5:], "岚皋路", number, **more)


def stretch(first, last, side, points=10, **more):
    """A stretch of pavement of 岚皋路 between two numbers."""
    ends = tuple(to_lonlat(side * 8.0, number * 2.0) for number in (first, last))
    middle = to_lonlat(side * 8.0, float(first + last))
    reasons = (Reason("round", points, "护卫队路线"),)
    label = f"岚皋路{first}–{last}号"
    return Candidate(
        f"cell:{first}-{last}/{side}", *middle, label, reasons, 0, None, "岚皋路", first, stretch=ends, **more
    )


def asked_for(workers=("小陈",), minutes=120, seed=1, must=(), **more):
    start = more.pop("start", to_lonlat(*START))
    return PlanRequest(DAY, Shift.EVENING, tuple(workers), minutes, start, tuple(must), seed, **more)


def planned(candidates, effort=None, **request):
    return make_plan("p1", asked_for(**request), tuple(candidates), GROUND, effort=effort)


def stops_of(plan):
    """Refs of each person's stops, in order."""
    return {route.worker: [stop.ref for stop in route.stops] for route in plan.routes}


def skipped_of(plan):
    """What was left out, by ref."""
    return {one.ref: one for one in plan.skipped}
