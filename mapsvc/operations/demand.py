"""Why to go where: calls due, promises, open issues, return visits and hot cells as candidates of a patrol."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain.demand import due_days, reason_points, service_minutes
from mapsvc.domain.hotspots import Verdict
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.patrol import Candidate, Reason
from mapsvc.domain.places import SIDE_NAMES
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.shops import ShopState
from mapsvc.domain.times import office_day
from mapsvc.operations.hotspots import HotCell, HotspotMap
from mapsvc.operations.storm_views import open_looks
from mapsvc.store import demand as store_demand
from mapsvc.store import places as store_places

if TYPE_CHECKING:
    from mapsvc.geo.addresses import Gazetteer

_CLOSED = frozenset({ShopState.VACANT.value, ShopState.CLOSED.value})
_HOT = frozenset({Verdict.MUCH, Verdict.MORE})
_TROUBLE = frozenset({"issue", "return_visit"})
_SAME_DOOR_M = 8.0
_LONGEST_PROMISE = 40
_SOMEWHERE = "图上一点"
_M_PER_DEGREE = 111_320.0
_SIDE_OF_NAME = {name: side for side, name in SIDE_NAMES.items()}


@dataclass
class _Stop:
    """A candidate in the making."""

    ref: str
    lon: float
    lat: float
    label: str
    shop: str | None = None
    street: str | None = None
    house_number: int | None = None
    side: str = ""
    worker: str | None = None
    reasons: list[Reason] = field(default_factory=list)
    also: list[str] = field(default_factory=list)

    def add(self, code: str, days_overdue: int, text: str, kind: str = "") -> None:
        """One more reason; the same words are said once."""
        if text not in {reason.text for reason in self.reasons}:
            self.reasons.append(Reason(code, reason_points(code, days_overdue), text, kind))

    def take(self, other: "_Stop") -> None:
        """Make `other` one with this: one door, one stop, all reasons."""
        known = {reason.text for reason in self.reasons}
        self.reasons += [reason for reason in other.reasons if reason.text not in known]
        self.also += [other.ref, *other.also]
        name = other.label.rpartition(" ")[2]
        if other.ref.startswith("place:") and name not in self.label:
            self.label = f"{self.label} · {name}"

    def candidate(self) -> Candidate:
        """As the planner wants it."""
        reasons = tuple(sorted(self.reasons, key=lambda reason: -reason.points))
        return Candidate(
            self.ref, self.lon, self.lat, self.label, reasons, service_minutes(reasons), self.shop, self.street,
            self.house_number, self.worker, False, self.side, tuple(self.also),
        )  # fmt: skip


def candidates(
    conn: Connection,
    at: datetime,
    interval_days: int,
    hot: HotspotMap | None,
    gazetteer: "Gazetteer | None" = None,
    must: Sequence[str] = (),
) -> tuple[Candidate, ...]:
    """Everything worth a walk at `at`, by ref; several reasons at one door are one candidate.

    Parameters
    ----------
    at : datetime
        Begin of the shift.
    interval_days : int
        After how many days a door is due again.
    hot : HotspotMap or None
        Cells to stand at for a while.
    gazetteer : Gazetteer, optional
        Tells street and side of spots that carry no address.
    must : sequence of str
        Refs or codes that are to be reached, due or not; those nobody knows are left out.
    """
    stops: dict[str, _Stop] = {}
    doors_known = store_demand.doors(conn, office_day(at))
    for door in doors_known:
        stop = stops[f"shop:{door.code}"] = _door(door)
        if door.state not in _CLOSED:
            _add_call(stop, door.last_met_at, at, interval_days)
    _add_storms(conn, stops, doors_known)
    _add_promises(stops, store_demand.promises(conn, at + timedelta(days=1)), at)
    _add_spots(stops, store_demand.spots(conn, at + timedelta(days=1)), at)
    _add_musts(conn, stops, must)
    wanted = [stop for _, stop in sorted(stops.items()) if stop.reasons]
    for stop in wanted:
        _place_on_street(stop, gazetteer)
    wanted = _one_stop_per_door(wanted)
    if hot is not None:
        wanted = _with_hot_cells(wanted, hot, {asked.removeprefix("cell:") for asked in must})
    doors = [stop for stop in stops.values() if stop.worker and stop.shop]
    for stop in wanted:
        stop.worker = stop.worker or _nearest_worker(doors, stop)
    return tuple(stop.candidate() for stop in sorted(wanted, key=lambda stop: stop.ref))


def _door(door: store_demand.Door) -> _Stop:
    label = f"{door.address or ''} {door.name}".strip() or door.code
    side = door.side or _side_of(door.house_number)
    return _Stop(
        f"shop:{door.code}", door.lon, door.lat, label, door.code, door.street, door.house_number, side, door.worker
    )


def _side_of(house_number: int | None) -> str:
    return "" if house_number is None else "odd" if house_number % 2 else "even"


def _add_call(stop: _Stop, last_met_at: datetime | None, at: datetime, interval_days: int) -> None:
    if last_met_at is None:
        stop.add("call", 0, "还没走到过")
    elif (late := due_days(last_met_at, at) - interval_days) >= 0:
        stop.add("call", late, f"{due_days(last_met_at, at)}天没走到")


def _add_storms(conn: Connection, stops: dict[str, _Stop], doors: Sequence[store_demand.Door]) -> None:
    looks = open_looks(conn, [door.id for door in doors])
    for door in doors:
        for look in looks.get(door.id, ()):
            if look.seen_at is None and door.state not in _CLOSED:
                stops[f"shop:{door.code}"].add("storm", 0, look.text)


def _add_promises(stops: dict[str, _Stop], due: Iterable[store_demand.Due], at: datetime) -> None:
    for promise in due:
        if (stop := stops.get(f"shop:{promise.shop_code}")) is None:
            continue
        late = due_days(promise.due_at, at) if promise.due_at else 0
        # Sheets hang on walls and plans go out as files: no number of anybody's in them.
        what = mask_phones_in(promise.text).strip()
        what = what if len(what) <= _LONGEST_PROMISE else what[: _LONGEST_PROMISE - 1] + "…"
        stop.add("promise", late, f"答应的事：{what}" + (f"（过了{late}天）" if late > 0 else ""))


def _add_spots(stops: dict[str, _Stop], spots: Iterable[store_demand.Spot], at: datetime) -> None:
    for spot in spots:
        stop = stops.setdefault(_ref(spot), _spot(spot))
        name = kind_of(spot.kind).short_name
        if spot.return_visit_due_at is not None:
            stop.add("return_visit", due_days(spot.return_visit_due_at, at), f"{name} 结案后待回访", spot.kind)
            continue
        days = due_days(spot.opened_at, at)
        late = due_days(spot.due_at, at) + 1 if spot.due_at and spot.due_at < at else 0
        since = "新记" if days < 1 else f"未结{days}天"
        stop.add("issue", late, f"{name} {since}" + ("，已超时" if late else ""), spot.kind)


def _spot(spot: store_demand.Spot) -> _Stop:
    side = spot.side or _side_of(spot.house_number)
    label = spot.place_name or spot.address or _SOMEWHERE
    return _Stop(_ref(spot), spot.lon, spot.lat, label, None, spot.street, spot.house_number, side)


def _ref(spot: store_demand.Spot) -> str:
    if spot.shop_code:
        return f"shop:{spot.shop_code}"
    return f"place:{spot.place_code}" if spot.place_code else f"location:{spot.location_id}"


def _add_musts(conn: Connection, stops: dict[str, _Stop], must: Iterable[str]) -> None:
    for asked in must:
        kind, _, code = asked.rpartition(":")
        stop = stops.get(asked) or stops.get(f"shop:{code}") or stops.get(f"place:{code}")
        if stop is None and kind in ("", "place") and (place := store_places.by_code(conn, code)):
            where = place.location
            if where.lon is not None and where.lat is not None:
                stop = _Stop(f"place:{code}", where.lon, where.lat, place.name, None, where.street, where.house_number)
                stops[stop.ref] = stop
        if stop is not None and not stop.reasons:
            stop.add("must", 0, "指定要去")


def _place_on_street(stop: _Stop, gazetteer: "Gazetteer | None") -> None:
    """Street, number and side of a spot that has a position only; its name is said with its number."""
    if gazetteer and not (stop.street and stop.side) and (near := gazetteer.nearest_address(stop.lon, stop.lat)):
        stop.street, stop.side = stop.street or near.street, stop.side or near.side
        stop.house_number = stop.house_number or near.house_number
        if stop.label == _SOMEWHERE:
            stop.label = near.label
    if stop.street and stop.house_number and not any(letter.isdigit() for letter in stop.label):
        stop.label = f"{stop.street}{stop.house_number}号 {stop.label}"


def _one_stop_per_door(stops: list[_Stop]) -> list[_Stop]:
    """Places and bare points at the door of a shop go into its stop, points at a place into the place's."""
    kept = [stop for stop in stops if stop.shop]
    for rank in ("place:", "location:"):
        for stop in (s for s in stops if s.ref.startswith(rank)):
            home = min(kept, key=lambda k: (_apart_m(k, stop), k.ref), default=None)
            if home is not None and _apart_m(home, stop) <= _SAME_DOOR_M and home.side == stop.side:
                home.take(stop)
            else:
                kept.append(stop)
    return kept


def _with_hot_cells(stops: list[_Stop], hot: HotspotMap, asked: set[str]) -> list[_Stop]:
    """Hot cells and those asked for: said at the place or troubled door that lies in them, else a stop of their own.

    A door where nothing is wrong is not called a hot spot.
    """
    added = []
    for cell in hot.cells:
        if cell.spot.verdict not in _HOT and cell.spot.cell not in asked:
            continue
        home = max(
            (s for s in stops if _is_troubled(s) and _contains(cell, s)),
            key=lambda s: ("place:" in f"{s.ref} {s.also}", sum(r.points for r in s.reasons), s.ref),
            default=None,
        )
        if home is None:
            side = _SIDE_OF_NAME.get(cell.shape.side, "")
            home = _Stop(
                f"cell:{cell.spot.cell}", cell.spot.lon, cell.spot.lat, cell.shape.label, None, cell.shape.street,
                cell.shape.house_number, side,
            )  # fmt: skip
            added.append(home)
        else:
            home.also.append(f"cell:{cell.spot.cell}")
        home.add("hot_cell", 0, cell.spot.text)
    return stops + added


def _is_troubled(stop: _Stop) -> bool:
    return any(reason.code in _TROUBLE for reason in stop.reasons)


def _contains(cell: HotCell, stop: _Stop) -> bool:
    """Whether the cell's ring holds the stop (even-odd)."""
    inside, ring = False, cell.shape.ring
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], *ring[:1]), strict=True):
        if (y1 > stop.lat) != (y2 > stop.lat) and stop.lon < (x2 - x1) * (stop.lat - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _apart_m(a: _Stop, b: _Stop) -> float:
    """Metres between two stops; flat is enough within a street."""
    return hypot((a.lon - b.lon) * cos(radians(a.lat)), a.lat - b.lat) * _M_PER_DEGREE


def _nearest_worker(doors: list[_Stop], at: _Stop) -> str | None:
    """Who looks after the door nearest to a spot that is nobody's own."""
    nearest = min(doors, key=lambda d: (_apart_m(d, at), d.ref), default=None)
    return nearest.worker if nearest else None
