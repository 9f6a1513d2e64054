"""Pictures of walked streets: how long ago each pavement was walked, and the way of a round."""

from mapsvc.domain.actors import Actor
from mapsvc.domain.coverage import Band, Part, band_of
from mapsvc.maps.picture import Mark, MarkForm, Picture, Trace, street_picture
from mapsvc.operations.coverage import Coverage
from mapsvc.operations.round_walks import RoundWalk
from mapsvc.operations.stretches import LonLat, runs, stretches_of
from mapsvc.operations.workspace import Workspace

PAGE_PX, ROUND_PX = (760, 680), (720, 420)
PAPER_PX = (660, 400)
# Names stand in the road: the lines keep clear of them.
_ASIDE_M = 7.0
_MARGIN_DEG = 0.0004


def coverage_picture(
    ws: Workspace, actor: Actor, found: Coverage, part: Part | None = None, *, dark: bool = False
) -> Picture:
    """Every pavement by how long ago it was walked on the last day of the span, in any part of the day or one.

    Raises
    ------
    Forbidden
    """
    known = stretches_of(ws)
    bands = [band_of(one.walked.last_in(part), found.until_day) for one in found.segments]
    # Neighbours of one band are one line, or their dashes would not go on.
    joined = runs(range(len(bands)), lambda a, b: bands[a] is bands[b] and known.follows(a, b))
    traces = [Trace(tuple(p for n in run for p in known.pavement(n, _ASIDE_M)), bands[run[0]]) for run in joined]
    long = bands.count(Band.LONG)
    return street_picture(
        ws, actor, (), width_px=PAGE_PX[0], height_px=PAGE_PX[1], bounds=_bounds([t.points for t in traces]),
        traces=traces, dark=dark, day=found.until_day, alt=f"{len(bands)}段里有{long}段两周以上没走到",
    )  # fmt: skip


def round_picture(
    ws: Workspace, actor: Actor, walk: RoundWalk, name: str, size: tuple[int, int] = ROUND_PX, *, dark: bool = False
) -> Picture:
    """The stretches of a round, the ways between them dotted, and where it sets out.

    Raises
    ------
    Forbidden
    """
    traces = [Trace(walk.line), *(Trace(line, Band.RECENT) for line in walk.along)]
    start = Mark("start", *walk.start, form=MarkForm.PLACE, label="集合", is_main=True)
    lines = [walk.line, *walk.along, (walk.start,)]
    return street_picture(
        ws, actor, (start,), width_px=size[0], height_px=size[1], bounds=_bounds(lines), traces=traces,
        dark=dark, alt=f"{name}怎么走",
    )  # fmt: skip


def _bounds(lines: "list[tuple[LonLat, ...]]") -> tuple[float, float, float, float]:
    """Around some lines, with a margin."""
    lons = [lon for line in lines for lon, _ in line]
    lats = [lat for line in lines for _, lat in line]
    return min(lons) - _MARGIN_DEG, min(lats) - _MARGIN_DEG, max(lons) + _MARGIN_DEG, max(lats) + _MARGIN_DEG
