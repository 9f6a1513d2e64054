"""Which stretches make a round: from number to number on one side, around a place, where there is more than usual."""

from collections.abc import Sequence
from dataclasses import dataclass

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.places import Place
from mapsvc.domain.rosters import Roster
from mapsvc.domain.times import office_day
from mapsvc.errors import Refused
from mapsvc.operations.hotspots import HotspotQuery, hotspot_map
from mapsvc.operations.places import find_place
from mapsvc.operations.rounds import in_order
from mapsvc.operations.stretches import stretches_of
from mapsvc.operations.workspace import Workspace
from mapsvc.store import places, rosters

AROUND_M = 100.0
BOTH = "both"
_MOST_PLACES = 200


@dataclass(frozen=True)
class Pick:
    """One side of a street (or both) from one house number to another; open ends reach to the street's."""

    street: str
    side: str = BOTH
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class Choices:
    """What a form for a round offers: streets with stretches, places, rosters that go on."""

    streets: tuple[str, ...]
    places: tuple[Place, ...]
    rosters: tuple[Roster, ...]


def choices(ws: Workspace, actor: Actor) -> Choices:
    """What can be chosen from. Raises Forbidden."""
    require(actor, Action.PLAN_PATROL)
    streets = tuple(dict.fromkeys(s.street for s in stretches_of(ws).segments))
    with ws.read() as conn:
        spots = tuple(places.page(conn, _MOST_PLACES))
        teams = tuple(rosters.open_on(conn, office_day(ws.clock())))
    return Choices(streets, spots, teams)


def segments_of(
    ws: Workspace, actor: Actor, picks: Sequence[Pick], place: str | None = None, *, hot: bool = False
) -> tuple[str, ...]:
    """All stretches picked, each once, in the order of the streets.

    Parameters
    ----------
    place : str, optional
        Code of a place: what lies within 100 m of it is walked.
    hot : bool
        Also where there is more than usual now.

    Raises
    ------
    NotFound, Forbidden
    Refused
        A street without stretches, or numbers in the wrong order.
    """
    require(actor, Action.PLAN_PATROL)
    found = [name for pick in picks for name in between(ws, pick)]
    if place:
        found += around(ws, place)
    if hot:
        shown = hotspot_map(ws, actor, HotspotQuery(until=office_day(ws.clock())))
        found += [cell.spot.cell for cell in shown.cells if cell.spot.verdict.says_more]
    return in_order(stretches_of(ws), found)


def between(ws: Workspace, pick: Pick) -> tuple[str, ...]:
    """The stretches of a street that hold the numbers from `first` to `last`."""
    known = stretches_of(ws)
    numbers = known.gazetteer.numbers.get(pick.street)
    if numbers is None:
        raise Refused(f"{pick.street[:20]}没有门牌，选不了路段；请从有门牌的路里选。", field="street", code="street")
    if pick.first is not None and pick.last is not None and pick.last < pick.first:
        raise Refused("到几号不能小于从几号起。", field="last", code="reversed")
    from_m = float("-inf") if pick.first is None else numbers.chainage(pick.first)
    to_m = float("inf") if pick.last is None else numbers.chainage(pick.last)
    return tuple(
        name
        for name, s in zip(known.ids, known.segments, strict=True)
        if s.street == pick.street and pick.side in (BOTH, s.side) and s.from_m <= to_m and s.to_m > from_m
    )


def around(ws: Workspace, place: str) -> tuple[str, ...]:
    """The stretches within 100 m of a place. Raises NotFound."""
    from mapsvc.geo.local import distance_m

    known = stretches_of(ws)
    with ws.read() as conn:
        where = find_place(conn, place).location
    if where.lon is None or where.lat is None:
        return ()
    middles = [known.middle(n) for n in range(len(known))]
    return tuple(
        name
        for name, (lon, lat) in zip(known.ids, middles, strict=True)
        if distance_m(where.lon, where.lat, lon, lat) <= AROUND_M
    )
