"""Why to go where on a shift: everything worth a walk, several reasons at one door one stop, as candidates."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain.patrol import SHIFT_STARTS, Candidate, Shift
from mapsvc.domain.times import OFFICE_ZONE, day_start, office_day
from mapsvc.operations import patrol_weights
from mapsvc.operations.demands import RIDERS, SOURCES, hot, windows
from mapsvc.operations.demands.gathering import SOMEWHERE, Gathering, Stop, apart_m
from mapsvc.operations.hotspots import HotspotMap
from mapsvc.operations.stale_runs import MOST as MOST_RUNS
from mapsvc.store import demand as store

if TYPE_CHECKING:
    from mapsvc.geo.addresses import Gazetteer
    from mapsvc.store.demand import Door

_SAME_DOOR_M = 8.0
_INTO_OTHERS = ("place:", "location:", "at:")


def candidates(
    conn: Connection,
    at: datetime,
    interval_days: int,
    hot_map: HotspotMap | None,
    gazetteer: "Gazetteer | None" = None,
    must: Sequence[str] = (),
    shift: Shift | None = None,
    runs: int = MOST_RUNS,
    walked: Collection[str] = (),
) -> tuple[Candidate, ...]:
    """Everything worth a walk at `at`, by ref; several reasons at one door are one candidate.

    Parameters
    ----------
    at : datetime
        Begin of the shift.
    interval_days : int
        After how many days a door is due again.
    hot_map : HotspotMap or None
        Cells to stand at for a while.
    gazetteer : Gazetteer, optional
        Tells street and side of spots that carry no address.
    must : sequence of str
        Refs or codes that are to be reached, due or not; those nobody knows are left out.
    shift : Shift, optional
        Whose pins and playbooks count; else the one that begins by `at`.
    runs : int
        So many runs of pavement that nobody came by for long, at most.
    walked : collection of str
        Stretches that are walked along on this shift anyway.
    """
    day = office_day(at)
    doors = {door.id: door for door in store.doors(conn, day)}
    g = Gathering(
        conn, at, day, shift or shift_at(at), interval_days, patrol_weights.in_force(conn), hot_map, gazetteer,
        tuple(must), doors, store.spots(conn, day_start(day + timedelta(days=1))),
        runs, frozenset(walked),
    )  # fmt: skip
    for source in SOURCES:
        source(g)
    for stop in g.stops.values():
        _place_on_street(stop, gazetteer)
    g.stops = {stop.ref: stop for stop in _one_stop_per_door(list(g.stops.values()))}
    hot.add(g)
    for rider in RIDERS:
        rider(g)
    windows.add(g)
    wanted = [stop for _, stop in sorted(g.stops.items()) if stop.points > 0 or stop.must or stop.insists]
    looked_after = [door for door in doors.values() if door.worker]
    for stop in wanted:
        stop.worker = stop.worker or _nearest_worker(looked_after, stop)
    return tuple(stop.candidate(g.weights) for stop in wanted)


def shift_at(at: datetime) -> Shift:
    """The shift that begins at `at`, or began last before it on that day."""
    here = at.astimezone(OFFICE_ZONE)
    begun = [s for s, start in SHIFT_STARTS.items() if start <= (here.hour, here.minute)]
    return begun[-1] if begun else Shift.MORNING


def _place_on_street(stop: Stop, gazetteer: "Gazetteer | None") -> None:
    """Street, number and side of a spot that has a position only; its name is said with its number."""
    if gazetteer and not (stop.street and stop.side) and (near := gazetteer.nearest_address(stop.lon, stop.lat)):
        stop.street, stop.side = stop.street or near.street, stop.side or near.side
        stop.house_number = stop.house_number or near.house_number
        if stop.label == SOMEWHERE:
            stop.label = near.label
    if stop.street and stop.house_number and not any(letter.isdigit() for letter in stop.label):
        stop.label = f"{stop.street}{stop.house_number}号 {stop.label}"


def _one_stop_per_door(stops: list[Stop]) -> list[Stop]:
    """Places and bare points at the door of a shop go into its stop, points at a place into the place's."""
    kept = [stop for stop in stops if not stop.ref.startswith(_INTO_OTHERS)]
    for rank in _INTO_OTHERS:
        for stop in (s for s in sorted(stops, key=lambda s: s.ref) if s.ref.startswith(rank)):
            home = min((k for k in kept if not k.stretch), key=lambda k: (apart_m(k, stop), k.ref), default=None)
            if home is not None and apart_m(home, stop) <= _SAME_DOOR_M and home.side == stop.side:
                home.take(stop)
            else:
                kept.append(stop)
    return kept


def _nearest_worker(doors: "Sequence[Door]", at: Stop) -> str | None:
    """Who looks after the door nearest to a spot that is nobody's own."""
    nearest = min(doors, key=lambda d: (apart_m(d, at), d.code), default=None)
    return nearest.worker if nearest else None
