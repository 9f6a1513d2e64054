"""Why to go where: calls due, promises, open issues, return visits and hot cells as candidates of a patrol."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain.hotspots import Verdict
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.patrol import Candidate, Reason, due_days, reason_points, service_minutes
from mapsvc.domain.shops import ShopState
from mapsvc.domain.times import office_day
from mapsvc.operations.hotspots import HotspotMap
from mapsvc.store import demand as store_demand

_CLOSED = frozenset({ShopState.VACANT.value, ShopState.CLOSED.value})
_HOT = frozenset({Verdict.MUCH, Verdict.MORE})


@dataclass
class _Stop:
    """A candidate in the making."""

    lon: float
    lat: float
    label: str
    shop: str | None = None
    street: str | None = None
    house_number: int | None = None
    worker: str | None = None
    reasons: list[Reason] = field(default_factory=list)

    def add(self, code: str, days_overdue: int, text: str) -> None:
        """One more reason; the same words are said once."""
        if text not in {reason.text for reason in self.reasons}:
            self.reasons.append(Reason(code, reason_points(code, days_overdue), text))


def candidates(conn: Connection, at: datetime, interval_days: int, hot: HotspotMap | None) -> tuple[Candidate, ...]:
    """Everything worth a walk at `at`, by ref; several reasons at one door are one candidate.

    Parameters
    ----------
    at : datetime
        Begin of the shift.
    interval_days : int
        After how many days a door is due again.
    hot : HotspotMap or None
        Cells to stand at for a while.
    """
    stops: dict[str, _Stop] = {}
    for door in store_demand.doors(conn, office_day(at)):
        label = f"{door.address or ''} {door.name}".strip()
        stop = _Stop(door.lon, door.lat, label, door.code, door.street, door.house_number, door.worker)
        stops[f"shop:{door.code}"] = stop
        if door.state not in _CLOSED:
            _add_call(stop, door.last_met_at, at, interval_days)
    _add_promises(stops, store_demand.promises(conn, at + timedelta(days=1)), at)
    _add_spots(stops, store_demand.spots(conn, at + timedelta(days=1)), at)
    if hot is not None:
        _add_hot_cells(stops, hot)
    return tuple(
        Candidate(
            ref, s.lon, s.lat, s.label, tuple(s.reasons), service_minutes(tuple(s.reasons)),
            s.shop, s.street, s.house_number, s.worker,
        )
        for ref, s in sorted(stops.items())
        if s.reasons
    )  # fmt: skip


def _add_call(stop: _Stop, last_met_at: datetime | None, at: datetime, interval_days: int) -> None:
    if last_met_at is None:
        stop.add("call", 0, "还没走到过")
    elif (late := due_days(last_met_at, at) - interval_days) >= 0:
        stop.add("call", late, f"上次见到是{due_days(last_met_at, at)}天前")


def _add_promises(stops: dict[str, _Stop], due: Iterable[store_demand.Due], at: datetime) -> None:
    for promise in due:
        if (stop := stops.get(f"shop:{promise.shop_code}")) is None:
            continue
        late = due_days(promise.due_at, at) if promise.due_at else 0
        stop.add("promise", late, f"答应的事:{promise.text}" + (f"(过了{late}天)" if late > 0 else ""))


def _add_spots(stops: dict[str, _Stop], spots: Iterable[store_demand.Spot], at: datetime) -> None:
    for spot in spots:
        stop = stops.setdefault(_ref(spot), _Stop(spot.lon, spot.lat, spot.place_name or spot.address or "图上一点"))
        stop.worker = stop.worker or _nearest_worker(stops.values(), stop)
        if spot.return_visit_due_at is not None:
            stop.add(
                "return_visit", due_days(spot.return_visit_due_at, at), f"{kind_of(spot.kind).short_name} 结案后待回访"
            )
            continue
        days = due_days(spot.opened_at, at)
        late = due_days(spot.due_at, at) + 1 if spot.due_at and spot.due_at < at else 0
        since = "新记" if days < 1 else f"未结{days}天"
        stop.add("issue", late, f"{kind_of(spot.kind).short_name} {since}" + (",已超时" if late else ""))


def _ref(spot: store_demand.Spot) -> str:
    if spot.shop_code:
        return f"shop:{spot.shop_code}"
    return f"place:{spot.place_code}" if spot.place_code else f"location:{spot.location_id}"


def _add_hot_cells(stops: dict[str, _Stop], hot: HotspotMap) -> None:
    for cell in hot.cells:
        if cell.spot.verdict in _HOT:
            stop = _Stop(cell.spot.lon, cell.spot.lat, cell.label, None, cell.street, cell.house_number)
            stop.worker = _nearest_worker(stops.values(), stop)
            stop.add("hot_cell", 0, cell.spot.text)
            stops[f"cell:{cell.spot.cell}"] = stop


def _nearest_worker(stops: Iterable[_Stop], at: _Stop) -> str | None:
    """Who looks after the door nearest to a spot that is nobody's own."""
    doors = [stop for stop in stops if stop.worker and stop.shop]
    nearest = min(doors, key=lambda d: ((d.lon - at.lon) ** 2 + (d.lat - at.lat) ** 2, d.shop), default=None)
    return nearest.worker if nearest else None
