"""How a round of the guard team is walked: its stretches in order and direction, and the line to draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from mapsvc.operations.rounds import RoundLine
from mapsvc.operations.stretches import LonLat, Stretches, runs, stretches_of
from mapsvc.operations.workspace import Workspace

if TYPE_CHECKING:
    from mapsvc.patrol.network import Network
    from mapsvc.patrol.rounds import Leg, Walked

_M_PER_MIN = 66.0


@dataclass(frozen=True)
class RoundStep:
    """A part of a round that is walked in one go: what is said before it, where, how far."""

    turn: str
    text: str
    length_m: int


@dataclass(frozen=True)
class RoundWalk:
    """A round as it is walked from its place (or the corner of the shop streets) and back.

    Attributes
    ----------
    line : tuple of (lon, lat)
        All of it.
    along : tuple of tuple of (lon, lat)
        The stretches that are to be walked, without the ways between.
    """

    steps: tuple[RoundStep, ...]
    length_m: int
    line: tuple[LonLat, ...]
    along: tuple[tuple[LonLat, ...], ...]
    start: LonLat

    @property
    def minutes(self) -> int:
        """About how long, to five minutes."""
        return max(5, 5 * round(self.length_m / _M_PER_MIN / 5))


def walk_of(ws: Workspace, line: RoundLine) -> RoundWalk:
    """The way along all stretches of a round with the least further walking and crossing."""
    from mapsvc.operations.plans import network, start_of

    known = stretches_of(ws)
    names = tuple(name for name in line.round.segments if name in known.number)
    return _walk(known, network(ws.settings.layers), names, _place_of(line) or start_of(ws))


@lru_cache(maxsize=32)
def _walk(known: Stretches, network: "Network", names: tuple[str, ...], start: LonLat) -> RoundWalk:
    from mapsvc.geo.local import to_lonlat, to_metres
    from mapsvc.patrol.rounds import Party, Stretch, walk_segments

    lines = [known.pavement(known.number[name]) for name in names]
    asked = [
        Stretch(name, tuple(to_metres(*p) for p in line), known.segments[known.number[name]].street)
        for name, line in zip(names, lines, strict=True)
    ]
    set_out = to_metres(*start)
    (walked,) = walk_segments(network, asked, [Party(set_out, set_out)]).parties
    drawn = [point for leg in walked.legs for point in leg.line] + list(walked.home)
    points = tuple(_rounded(to_lonlat(x, y)) for x, y in drawn)
    return RoundWalk(_steps(known, names, walked), round(walked.length_m), points, tuple(lines), start)


def _steps(known: Stretches, names: Sequence[str], walked: "Walked") -> tuple[RoundStep, ...]:
    """Stretches that follow each other in one direction are one step."""
    legs = list(walked.legs)
    numbers = [known.number[names[leg.stretch]] for leg in legs]

    def goes_on(here: int, there: int) -> bool:
        a, b = legs[here], legs[there]
        step = -1 if a.is_reversed else 1
        same = known.segments[numbers[here]].side == known.segments[numbers[there]].side
        same_street = known.segments[numbers[here]].street == known.segments[numbers[there]].street
        return a.is_reversed == b.is_reversed and same and same_street and numbers[there] - numbers[here] == step

    groups = runs(range(len(legs)), goes_on)
    turns = [""] * bool(groups) + [_turn(known, numbers[a[-1]], numbers[b[0]], legs[b[0]]) for a, b in pairwise(groups)]
    return tuple(
        RoundStep(turn, known.run_words([numbers[i] for i in group]), round(sum(legs[i].along_m for i in group)))
        for turn, group in zip(turns, groups, strict=True)
    )


def _turn(known: Stretches, before: int, after: int, leg: "Leg") -> str:
    """What is said where a walk leaves one run for another."""
    a, b = known.segments[before], known.segments[after]
    if a.street != b.street:
        return f"转到{b.street}"
    if a.side != b.side:
        return f"过街，走{b.side_label}"
    return "往前走" if leg.way_m else ""


def _place_of(line: RoundLine) -> LonLat | None:
    where = line.place.location if line.place else None
    return (where.lon, where.lat) if where and where.lon is not None and where.lat is not None else None


def _rounded(point: LonLat) -> LonLat:
    return round(point[0], 6), round(point[1], 6)
