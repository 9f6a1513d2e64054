"""Where there is more than usual, and where something happens most often: stretches of street to stand at."""

from mapsvc.domain.hotspots import Verdict
from mapsvc.domain.places import SIDE_NAMES
from mapsvc.operations.demands.gathering import Gathering, Stop
from mapsvc.operations.hotspots import HotCell

FIRST = 5
"""So many stretches that come first by priority are walked to, if they do not stand out anyway."""
_HOT = frozenset({Verdict.MUCH, Verdict.MORE})
_TROUBLE = ("issue", "in_hand", "return_visit", "special")
_SIDE_OF_NAME = {name: side for side, name in SIDE_NAMES.items()}


def add(g: Gathering) -> None:
    """Hot cells, those asked for, and the first by priority.

    Said at the place or troubled door that lies in them, else at a stop of their own: a door where nothing is wrong is
    not called a hot spot.
    """
    if g.hot is None:
        return
    asked = {ref.removeprefix("cell:") for ref in g.must}
    for cell in g.hot.cells:
        if cell.spot.verdict in _HOT or cell.spot.cell in asked:
            stop = _stop(g, cell)
            g.add(stop, "hot_cell", cell.spot.text)
        elif 0 < cell.spot.priority <= FIRST and cell.shape.is_marked:
            g.add(_stop(g, cell), "hot_segment", f"这一段近来报得勤，优先级第{cell.spot.priority}")


def _stop(g: Gathering, cell: HotCell) -> Stop:
    for along in (s for s in g.stops.values() if s.stretch):
        # Who walks along there walks past it; to stand there is a stop of its own.
        along.also = [ref for ref in along.also if ref != f"cell:{cell.spot.cell}"]
    home = max(
        (s for s in g.stops.values() if s.has(*_TROUBLE) and _contains(cell, s)),
        key=lambda s: ("place:" in f"{s.ref} {s.also}", s.points, s.ref),
        default=None,
    )
    if home is not None:
        home.also.append(f"cell:{cell.spot.cell}")
        return home
    shape = cell.shape
    side = _SIDE_OF_NAME.get(shape.side, "")
    return g.at_point(
        f"cell:{cell.spot.cell}", shape.label, cell.spot.lon, cell.spot.lat, shape.street, shape.house_number, side
    )


def _contains(cell: HotCell, stop: Stop) -> bool:
    """Whether the cell's ring holds the stop (even-odd)."""
    inside, ring = False, cell.shape.ring
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], *ring[:1]), strict=True):
        if (y1 > stop.lat) != (y2 > stop.lat) and stop.lon < (x2 - x1) * (stop.lat - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
