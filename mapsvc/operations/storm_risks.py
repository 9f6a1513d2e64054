"""Doors at risk when it rains: past leaks, the register's buildings and the neighbours made one ranked list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain.rainfall import HEAVY_MM
from mapsvc.domain.register import RegisterEntry
from mapsvc.domain.same_building import BUILDING_M, NEAR_M
from mapsvc.domain.storms import LEAK_KIND, SIGN_KIND, SIGN_WORDS, StormKind, short_words, why_words
from mapsvc.domain.times import day_start, office_day
from mapsvc.operations.rainfall import rain_known
from mapsvc.store import register, storms
from mapsvc.store.storms import NOBODY_THERE, Leak, Spot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mapsvc.analysis.leaks import DoorRisk, LeakRisks, Leaks

WINDOW_DAYS = 1095
LEAST_POINTS = 1.25
"""A door that never leaked itself is listed from so many times the street's mean on (starting value)."""
HOUSE_NUMBERS = 40
"""A run of the register with a name and no more numbers than this is one house."""
IN_A_ROW = 0.3
"""What a neighbour in the same row tells, beside one of the same house or within 15 m (starting value)."""
_NEXT_NUMBER = 2


@dataclass(frozen=True)
class DoorAtRisk:
    """A door with why it is on the list; `building` as the register names it."""

    spot: Spot
    building: str | None
    points: float
    text: str
    short: str
    n: int
    n_rain: int
    near: tuple[str, ...]


@dataclass(frozen=True)
class Risks:
    """All doors for which past leaks speak, the likeliest first, and how that was reckoned."""

    doors: tuple[DoorAtRisk, ...]
    method: str
    window: int
    n: int
    seed: int
    trials: int
    enough: bool
    by_rain: bool
    has_rain: bool

    @property
    def words(self) -> str:
        """How sure that is, in a sentence."""
        if not self.n:
            return "还没有记过渗漏，排不出哪户该先看；可以手工加几户。"
        if not self.enough:
            return f"近{_span(self.window)}只记过{self.n}次渗漏，说不准哪户更可能漏；先去漏过的和它们隔壁。"
        why_not = "大雨记得还太少" if self.has_rain else "没有雨量"
        how = f"{self.trials}场大雨之后漏没漏" if self.by_rain else f"哪些门漏过、多久以前（{why_not}，按月份算）"
        return f"按近{_span(self.window)}{self.n}次渗漏和{how}排的，越靠前越可能。"


def doors_at_risk(conn: Connection, at: datetime, seed: int = 1) -> Risks:
    """Every open door that leaked or whose neighbours did, the likeliest first.

    Parameters
    ----------
    at : datetime
        What happened up to then counts.
    """
    from mapsvc.analysis.leaks import METHOD_RAIN
    from mapsvc.analysis.leaks import doors_at_risk as ranked

    today = office_day(at)
    window = _window(conn, today)
    first = today - timedelta(days=window - 1)
    spots = [*storms.shop_spots(conn), *storms.place_spots(conn, [LEAK_KIND])]
    buildings = _buildings(conn, spots)
    pairs, near = _pairs(spots, buildings)
    leaks = _leaks(spots, storms.leaks(conn, LEAK_KIND, day_start(first), at))
    rain = {day.toordinal(): mm for day, mm in rain_known(conn, first, today).items()}
    found = ranked(leaks, len(spots), pairs, today.toordinal(), window, near, rain, HEAVY_MM, seed)
    least = LEAST_POINTS if found.enough else 0.0
    doors = [
        _described(found, one, spots, buildings)
        for one in found.doors
        if (one.points > least or one.n) and spots[one.door].state not in NOBODY_THERE
    ]
    by_rain = found.method == METHOD_RAIN
    return Risks(tuple(doors), found.method, window, found.n, seed, found.trials, found.enough, by_rain, bool(rain))


def doors_for(conn: Connection, at: datetime, kind: StormKind, is_coming: bool) -> tuple[Risks, list[DoorAtRisk]]:
    """The doors of a storm in their order: before wind first those whose sign may come down."""
    risks = doors_at_risk(conn, at)
    if not (kind is StormKind.TYPHOON and is_coming):
        return risks, list(risks.doors)
    known = {one.spot.shop_id or one.spot.place_id: one for one in risks.doors}
    spots = [*storms.shop_spots(conn), *storms.place_spots(conn, [SIGN_KIND])]
    there = {s.shop_id or s.place_id: s for s in spots if s.state not in NOBODY_THERE}
    loose = [
        replace(one, text="；".join(t for t in (SIGN_WORDS, one.text) if t), short=SIGN_WORDS)
        for found in storms.troubled(conn, SIGN_KIND)
        if found in there and (one := known.pop(found, None) or _unknown(conn, there[found]))
    ]
    return risks, [*loose, *known.values()]


def _unknown(conn: Connection, spot: Spot) -> DoorAtRisk:
    return replace(by_hand(conn, spot), text="", short="")


def by_hand(conn: Connection, spot: Spot) -> DoorAtRisk:
    """A door that somebody puts on the list."""
    entry = _buildings(conn, [spot])[0]
    return DoorAtRisk(spot, _name(entry), 0.0, "手工加的", "手工加的", 0, 0, ())


def label(spot: Spot) -> str:
    """Where it is: its address, a place's name."""
    return (spot.name if spot.place_id else spot.address) or spot.code


def _window(conn: Connection, today: date) -> int:
    """Days looked back: no further than anything was recorded."""
    first = storms.first_report(conn)
    return min(WINDOW_DAYS, (today - office_day(first)).days + 1) if first else WINDOW_DAYS


def _buildings(conn: Connection, spots: Sequence[Spot]) -> list[RegisterEntry | None]:
    """By spot the narrowest entry of the register over it."""
    entries = sorted(register.everything(conn), key=lambda e: (e.number_to - e.number_from, e.id))
    return [next((e for e in entries if s.street and s.number and e.covers(s.street, s.number)), None) for s in spots]


def _name(entry: RegisterEntry | None) -> str | None:
    return (entry.building or entry.doors) if entry else None


def _leaks(spots: Sequence[Spot], told: Sequence[Leak]) -> "Leaks":
    """Leaks by the index of their door; one on the bare map belongs to the nearest door within reach."""
    import numpy as np

    from mapsvc.analysis.leaks import Leaks

    index = {s.shop_id or s.place_id: n for n, s in enumerate(spots)}
    found = [(index.get(t.shop_id or t.place_id or "", -1), t) for t in told]
    found = [(n if n >= 0 else _nearest(spots, t), t) for n, t in found]
    found = [(n, t) for n, t in found if n >= 0]
    return Leaks(
        np.array([n for n, _ in found], dtype=np.int64),
        np.array([office_day(t.happened_at).toordinal() for _, t in found], dtype=np.int64),
        np.array([t.is_gone for _, t in found], dtype=np.bool_),
    )


def _nearest(spots: Sequence[Spot], leak: Leak) -> int:
    from mapsvc.geo.local import distance_m

    if leak.shop_id or leak.place_id or leak.lon is None or leak.lat is None:
        return -1
    apart = [
        (distance_m(leak.lon, leak.lat, s.lon, s.lat), n)
        for n, s in enumerate(spots)
        if s.lon is not None and s.lat is not None
    ]
    far, n = min(apart, default=(NEAR_M + 1, -1))
    return n if far <= NEAR_M else -1


def _pairs(
    spots: Sequence[Spot], buildings: Sequence[RegisterEntry | None]
) -> "tuple[NDArray[np.int64], NDArray[np.float64]]":
    """Neighbours, each pair once: one building, within reach of water, or the next number where no position is known.

    With each how near that is: those of a long run of the register share less than those of one house.

    A run of the register may be a whole row of houses: further apart than `BUILDING_M` they share no wall.
    """
    import numpy as np

    found: dict[tuple[int, int], float] = {}
    for a, b, apart in _within(spots, BUILDING_M):
        same = buildings[a] is not None and buildings[a] == buildings[b]
        if apart <= NEAR_M or (same and _is_house(buildings[a])):
            found[a, b] = 1.0
        elif same:
            found[a, b] = IN_A_ROW
    found |= dict.fromkeys(_next_doors(spots), 1.0)
    pairs = sorted(found)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array([found[one] for one in pairs], dtype=np.float64)


def _within(spots: Sequence[Spot], reach_m: float) -> Iterator[tuple[int, int, float]]:
    """Pairs (the lower index first) no further apart than `reach_m`, with their distance in metres."""
    import numpy as np
    from scipy.spatial import cKDTree

    from mapsvc.geo.local import to_metres

    known = [n for n, s in enumerate(spots) if s.lon is not None and s.lat is not None]
    if len(known) < 2:
        return
    east, north = to_metres(np.array([spots[n].lon for n in known]), np.array([spots[n].lat for n in known]))
    at = np.column_stack([east, north])
    for i, k in cKDTree(at).query_pairs(reach_m, output_type="ndarray"):
        yield known[i], known[k], float(np.hypot(*(at[i] - at[k])))


def _next_doors(spots: Sequence[Spot]) -> Iterator[tuple[int, int]]:
    """Pairs of neighbouring numbers of which one has no position."""
    numbered = {(s.street, s.number): n for n, s in enumerate(spots) if s.street and s.number}
    for (street, number), n in numbered.items():
        other = numbered.get((street, (number or 0) + _NEXT_NUMBER))
        if other is not None and (spots[n].lon is None or spots[other].lon is None):
            yield min(n, other), max(n, other)


def _is_house(entry: RegisterEntry | None) -> bool:
    return entry is not None and bool(entry.building) and entry.number_to - entry.number_from <= HOUSE_NUMBERS


def _described(
    found: "LeakRisks", one: "DoorRisk", spots: Sequence[Spot], buildings: Sequence[RegisterEntry | None]
) -> DoorAtRisk:
    here, entry = spots[one.door], buildings[one.door]
    near = [spots[n] for n in one.neighbours]
    named = tuple(f"{s.number}号" if s.number and s.street == here.street else label(s) for s in near)
    is_one = _is_house(entry) and all(buildings[n] == entry for n in one.neighbours)
    year = date.fromordinal(one.first_day).year if one.first_day else None
    return DoorAtRisk(
        here, _name(entry), round(one.points, 2) if found.enough else 0.0,
        why_words(one.n, one.n_rain, year, named, is_one), short_words(one.n, one.n_rain, named), one.n, one.n_rain,
        named,
    )  # fmt: skip


def _span(days: int) -> str:
    if days >= 700:
        return f"{round(days / 365)}年"
    return "一年" if days >= 350 else f"{max(1, round(days / 30))}个月"
