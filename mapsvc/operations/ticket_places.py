"""Where a ticket is: the shop whose door its address names, else a place it names, else the point of the number."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain.times import office_day
from mapsvc.errors import Refused
from mapsvc.store import bulk, places, shops, tickets

if TYPE_CHECKING:
    from mapsvc.geo.address_text import ParsedAddress
    from mapsvc.geo.addresses import Gazetteer, Located

_WIDEST_DOOR = 20
"""House numbers that one front spans at most (153-155号)."""


@dataclass(frozen=True)
class Spot:
    """Where a ticket lies; everything is None when nobody can say.

    Attributes
    ----------
    located : Located or None
        For a ticket that is at no shop or place: the point of its number.
    """

    shop_id: str | None = None
    place_id: str | None = None
    location_id: str | None = None
    located: "Located | None" = None

    @property
    def is_known(self) -> bool:
        """Whether it is anywhere."""
        return self.location_id is not None or self.located is not None


NOWHERE = Spot()


def find_spot(conn: Connection, gazetteer: "Gazetteer", address: str | None) -> Spot:
    """The spot that an address means."""
    if not address:
        return NOWHERE
    try:
        parsed = gazetteer.parse_address(address)
    except Refused:
        return _named_place(conn, address) or NOWHERE
    if door := _door(conn, gazetteer, parsed):
        return door
    if place := _named_place(conn, address):
        return place
    try:
        return Spot(located=gazetteer.locate(parsed))
    except Refused:
        return NOWHERE


def _door(conn: Connection, gazetteer: "Gazetteer", parsed: "ParsedAddress") -> Spot | None:
    """The shop at this number; of several at one number the one whose 甲, range and floor are alike, else none."""
    number = parsed.number
    if number is None or parsed.lane is not None or parsed.crossing:
        return None
    ranked = []
    for row in tickets.doors_on(conn, parsed.street, number - _WIDEST_DOOR, parsed.number_to or number):
        door = _parsed(gazetteer, row.address)
        rank = _likeness(parsed, row.house_number, door)
        if rank is not None:
            ranked.append((rank, row))
    if not ranked:
        return None
    best = max(rank for rank, _ in ranked)
    first = [row for rank, row in ranked if rank == best]
    return Spot(first[0].id, None, first[0].location_id) if len(first) == 1 else None


def _parsed(gazetteer: "Gazetteer", address: str | None) -> "ParsedAddress | None":
    try:
        return gazetteer.parse_address(address) if address else None
    except Refused:
        return None


def _likeness(asked: "ParsedAddress", number: int, door: "ParsedAddress | None") -> tuple[int, int, int, int] | None:
    """How much a shop's door is what was asked for; None if it is another door."""
    assert asked.number is not None
    last = (door.number_to if door else None) or number
    same_side = (number - asked.number) % 2 == 0
    inside = number <= asked.number <= last or asked.number <= number <= (asked.number_to or asked.number)
    if not (inside and same_side) or (door is not None and door.lane is not None):
        return None
    if door is None:
        return (int(number == asked.number), 0, 0, 0)
    return (
        int(number == asked.number),
        int(door.suffix == asked.suffix),
        int(door.number_to == asked.number_to),
        int(door.floor == asked.floor),
    )


def _named_place(conn: Connection, text: str) -> Spot | None:
    """The place whose code or name the text holds; the longest name wins."""
    plain = "".join(text.split())
    named = [p for p in bulk.place_names(conn) if p.name and ("".join(p.name.split()) in plain or p.code == plain)]
    if not named:
        return None
    best = max(named, key=lambda p: (len(p.name), p.code))
    place = places.by_ids(conn, [best.id])[best.id]
    return Spot(None, place.id, place.location.id)


def tenancy_at(conn: Connection, shop_id: str | None, called_at: datetime) -> str | None:
    """Who ran the shop on the day of the call."""
    if shop_id is None:
        return None
    day = office_day(called_at)
    for one in shops.tenancies(conn, shop_id):
        if (one.started_on or date.min) <= day < (one.ended_on or date.max):
            return one.id
    return None
