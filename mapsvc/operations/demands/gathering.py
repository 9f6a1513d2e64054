"""Stops in the making: what every source of demand adds its reasons to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from math import cos, hypot, radians
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection

from mapsvc.domain.demand import Weights, reason_points, service_minutes
from mapsvc.domain.patrol import Candidate, LonLat, Reason, Shift
from mapsvc.operations.campaign_calls import Waiting, waiting_at
from mapsvc.operations.hotspots import HotspotMap
from mapsvc.store.demand import Door, Spot

if TYPE_CHECKING:
    from mapsvc.geo.addresses import Gazetteer

SOMEWHERE = "图上一点"
_M_PER_DEGREE = 111_320.0


class Located(Protocol):
    """Something at a shop, a place or a bare point."""

    @property
    def shop_code(self) -> str | None: ...
    @property
    def place_code(self) -> str | None: ...
    @property
    def place_name(self) -> str | None: ...
    @property
    def location_id(self) -> str: ...
    @property
    def address(self) -> str | None: ...
    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...
    @property
    def street(self) -> str | None: ...
    @property
    def house_number(self) -> int | None: ...
    @property
    def side(self) -> str | None: ...


@dataclass
class Stop:
    """A candidate in the making.

    Attributes
    ----------
    calls : bool
        Whether somebody at the shop is called on: then its hours count.
    insists : bool
        Whether it does not wait for the hours in which the door is usually open.
    """

    ref: str
    lon: float
    lat: float
    label: str
    shop: str | None = None
    street: str | None = None
    house_number: int | None = None
    side: str = ""
    worker: str | None = None
    must: bool = False
    calls: bool = False
    insists: bool = False
    reasons: list[Reason] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    windows: tuple[tuple[int, int], ...] = ()
    window_text: str = ""
    stretch: tuple[LonLat, ...] = ()

    @property
    def points(self) -> int:
        """Sum of the points of all reasons."""
        return sum(reason.points for reason in self.reasons)

    def has(self, *codes: str) -> bool:
        """Whether one of its reasons is one of these."""
        return any(reason.code in codes for reason in self.reasons)

    def take(self, other: "Stop") -> None:
        """Make `other` one with this: one door, one stop, all reasons."""
        known = {reason.text for reason in self.reasons}
        self.reasons += [reason for reason in other.reasons if reason.text not in known]
        self.also += [other.ref, *other.also]
        self.must, self.insists = self.must or other.must, self.insists or other.insists
        name = other.label.rpartition(" ")[2]
        if other.ref.startswith("place:") and name not in self.label:
            self.label = f"{self.label} · {name}"

    def candidate(self, weights: Weights) -> Candidate:
        """As the planner wants it."""
        reasons = tuple(sorted(self.reasons, key=lambda reason: -reason.points))
        return Candidate(
            self.ref, self.lon, self.lat, self.label, reasons, service_minutes(reasons, weights), self.shop,
            self.street, self.house_number, self.worker, self.must, self.side, tuple(self.also), self.windows,
            self.window_text, self.stretch,
        )  # fmt: skip


@dataclass
class Gathering:
    """What one shift is planned from: `day` is the office's on which it begins `at`, `doors` are all shops by id.

    `runs` of pavement come up at most; `walked` are the stretches walked along on this shift anyway.
    `spots` are issues open or waiting for a return visit; `told` the cases that need no reason of their own any more.
    """

    conn: Connection
    at: datetime
    day: date
    shift: Shift
    interval_days: int
    weights: Weights
    hot: HotspotMap | None
    gazetteer: "Gazetteer | None"
    must: tuple[str, ...]
    doors: dict[str, Door]
    spots: Sequence[Spot]
    runs: int = 3
    walked: frozenset[str] = frozenset()
    told: set[str] = field(default_factory=set)
    stops: dict[str, Stop] = field(default_factory=dict)

    @cached_property
    def by_code(self) -> dict[str, Door]:
        """All shops by code."""
        return {door.code: door for door in self.doors.values()}

    @cached_property
    def campaigns(self) -> dict[str, tuple[Waiting, ...]]:
        """What waits to be told at the doors, by shop id."""
        return waiting_at(self.conn, self.day, self.interval_days)

    def add(
        self, stop: Stop, code: str, text: str, *, days_late: int = 0, kind: str = "", calls: bool = False
    ) -> None:  # fmt: skip
        """One more reason to stop there; the same words are said once."""
        stop.calls = stop.calls or calls
        if text not in {reason.text for reason in stop.reasons}:
            stop.reasons.append(Reason(code, reason_points(code, days_late, self.weights), text, kind))

    def at_shop(self, code: str) -> Stop | None:
        """The stop at a shop's door; None where no such shop has a position."""
        door = self.by_code.get(code)
        if door is None:
            return None
        ref = f"shop:{code}"
        if ref not in self.stops:
            label = f"{door.address or ''} {door.name}".strip() or code
            side = door.side or side_of(door.house_number)
            self.stops[ref] = Stop(
                ref, door.lon, door.lat, label, code, door.street, door.house_number, side, door.worker
            )
        return self.stops[ref]

    def at_spot(self, spot: Located) -> Stop:
        """The stop at a shop, a place or a bare point."""
        if spot.shop_code and (stop := self.at_shop(spot.shop_code)) is not None:
            return stop
        ref = f"place:{spot.place_code}" if spot.place_code else f"location:{spot.location_id}"
        label = spot.place_name or spot.address or SOMEWHERE
        return self.at_point(ref, label, spot.lon, spot.lat, spot.street, spot.house_number, spot.side or "")

    def at_point(
        self, ref: str, label: str, lon: float, lat: float, street: str | None = None,
        house_number: int | None = None, side: str = "",
    ) -> Stop:  # fmt: skip
        """The stop with this ref, a new one where there is none yet."""
        made = Stop(ref, lon, lat, label, None, street, house_number, side or side_of(house_number))
        return self.stops.setdefault(ref, made)


def side_of(house_number: int | None) -> str:
    """On which side a number stands."""
    return "" if house_number is None else "odd" if house_number % 2 else "even"


def apart_m(a: Stop | Door, b: Stop) -> float:
    """Metres between two stops; flat is enough within a street."""
    return hypot((a.lon - b.lon) * cos(radians(a.lat)), a.lat - b.lat) * _M_PER_DEGREE
