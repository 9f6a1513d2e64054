"""巡查优先级: which cells of the office come first, by the fit on its own past where there is one."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from mapsvc.domain.kinds import kind_named
from mapsvc.errors import MapsvcError
from mapsvc.operations.hotspot_cells import CellShape
from mapsvc.operations.hotspot_events import Events
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store import fits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mapsvc.analysis.cells import Cells
    from mapsvc.analysis.events import CleanEvents
    from mapsvc.analysis.kernel import Spread
    from mapsvc.analysis.priority import Past, Ranking

NAME = "priority"
FILE = Path("priority") / "importance.toml"
OVER_KINDS = ""
"""Under this name a fit keeps the weights over all kinds."""
MOST_IMPORTANT = 100.0
_STREET_M = (10.0, 25.0, 60.0, 150.0)
_ACROSS_M = 60.0
_PLANE_M = (50.0, 100.0, 200.0, 400.0)
_REACH_OF_SIZE = {"square": 1.5, "hex": 1.2}


@dataclass(frozen=True)
class Chosen:
    """Parameters in force.

    Attributes
    ----------
    weights : mapping of kind to tuple
        Weights of the mixture; `OVER_KINDS` for kinds that have none of their own. Empty: equal weights.
    until : date or None
        Last day of the past they were fitted on.
    fit_id : str
        "" for the defaults.
    """

    weights: Mapping[str, tuple[float, ...]]
    until: date | None = None
    fit_id: str = ""


def chosen(conn: Connection, parts: tuple[str, ...], until: date) -> Chosen:
    """The fitted parameters for a mixture of these parts; the equal ones without a fit, or from one for other parts.

    Nothing fitted on days after `until` is used: asked for an earlier day, the answer is what it could have been then.
    """
    kept = fits.latest(conn, NAME, until)
    if kept is None or tuple(kept.chosen.get("parts", ())) != parts:
        return Chosen({})
    weights = {kind: tuple(values) for kind, values in kept.chosen["weights"].items()}
    return Chosen(weights, kept.until_day, kept.id)


def rank_cells(
    ws: Workspace, cells: "Cells", shapes: tuple[CellShape, ...], index: "NDArray[np.int64]", events: Events,
    until: date, *, kind: str | None = None, clean: "CleanEvents | None" = None, with_patrols: bool = False,
    seed: int = 1,
) -> "Ranking":  # fmt: skip
    """Rank the cells at the end of `until`.

    Parameters
    ----------
    cells, shapes, index
        As `cells_of` gives them; `index` is the cell of each of `events`.
    events : Events
        Of all kinds, or of one.
    kind : str, optional
        Rank by the reports of one kind, by code; else over all kinds, by their importance.
    clean : CleanEvents, optional
        Of `events`, if it is at hand.
    with_patrols : bool
        Patrols make reports where they walk, so what only they found counts only where nobody else says anything.

    Returns
    -------
    Ranking
        `rank` 1 = first, 0 = nothing is expected.
    """
    from mapsvc.analysis.priority import rank

    rows = voiced(events, until, kind, clean, with_patrols=with_patrols)
    past = past_of(ws, cells, shapes, index, events, rows)
    with ws.read() as conn:
        found = chosen(conn, past.names, until)
    labels = events.kind_labels
    overall = found.weights.get(OVER_KINDS)
    weights = {i: w for i, label in enumerate(labels) if (w := found.weights.get(label, overall)) is not None}
    importance = {} if kind else importance_of(ws)
    by_code = {i: importance.get(label, 1.0) for i, label in enumerate(labels)}
    return rank(past, until.toordinal() + 1, events.kind[rows], by_code, weights, seed)


def voiced(
    events: Events, until: date, kind: str | None = None, clean: "CleanEvents | None" = None, *,
    with_patrols: bool = False,
) -> "NDArray[np.int64]":  # fmt: skip
    """Troubles that somebody other than a patrol spoke of, each once: rows of `events`."""
    import numpy as np

    told = clean or events.clean()
    kept = (told.opener if with_patrols else told.voiced) & (events.day <= until.toordinal())
    if kind is not None:
        kept &= events.kind == (events.kind_labels.index(kind) if kind in events.kind_labels else -1)
    return np.flatnonzero(kept)


def past_of(
    ws: Workspace, cells: "Cells", shapes: tuple[CellShape, ...], index: "NDArray[np.int64]", events: Events,
    rows: "NDArray[np.int64]",
) -> "Past":  # fmt: skip
    """The reports `rows` within the cells, with the kernels that suit the cells."""
    from mapsvc.analysis.priority import Past

    inside = rows[index[rows] >= 0] if len(rows) else rows
    return Past(events.day[rows], index[rows], _spreads(ws, cells, shapes, index, events, rows, inside), len(cells.ids))


def _spreads(
    ws: Workspace, cells: "Cells", shapes: tuple[CellShape, ...], index: "NDArray[np.int64]", events: Events,
    rows: "NDArray[np.int64]", inside: "NDArray[np.int64]",
) -> "tuple[Spread, ...]":  # fmt: skip
    from mapsvc.analysis.kernel import own_cell, squares_spreads

    n = len(cells.ids)
    if cells.kind == "street":
        return own_cell(index[rows], n), *_along_streets(ws, shapes, index, events, rows)
    if cells.kind == "patches" or not n or not len(inside):
        return (own_cell(index[rows], n),)
    size_m = cells.reach_m / _REACH_OF_SIZE[cells.kind]
    return squares_spreads(events.points[rows], index[rows], cells.centres, size_m, _PLANE_M)


def _along_streets(
    ws: Workspace, shapes: tuple[CellShape, ...], index: "NDArray[np.int64]", events: Events,
    rows: "NDArray[np.int64]",
) -> "list[Spread]":  # fmt: skip
    """Kernels along each side of a street, and one along the street with both sides together."""
    from dataclasses import replace

    import numpy as np

    from mapsvc.analysis.kernel import along_lines

    names, sides, starts = zip(*(_piece(shape) for shape in shapes), strict=True) if shapes else ((), (), ())
    streets = {name: i for i, name in enumerate(sorted(set(names)))}
    street = np.array([streets[name] for name in names], dtype=np.int64)
    side = 2 * street + np.array([one == "even" for one in sides], dtype=np.int64)
    from_m = np.array(starts, dtype=np.float64)
    to_m = from_m + np.array([shape.length_m for shape in shapes])
    cell = index[rows]
    chainage = np.zeros(len(rows))
    for line in ws.gazetteer.streets:
        mine = (cell >= 0) & (street[cell] == streets[line.name]) if line.name in streets else np.zeros(len(cell), bool)
        if mine.any():
            chainage[mine] = line.project_many(events.lon[rows][mine], events.lat[rows][mine])[0]
    on_side, on_street = (
        np.where(cell >= 0, of[cell], -1) if len(of) else np.full(len(cell), -1) for of in (side, street)
    )
    own = [along_lines(on_side, chainage, side, from_m, to_m, width) for width in _STREET_M]
    across = along_lines(on_street, chainage, street, from_m, to_m, _ACROSS_M)
    return [*own, replace(across, name=f"{_ACROSS_M:g}m.across")]


def _piece(shape: CellShape) -> tuple[str, str, float]:
    """Street, side and first metre, as the id of a segment says them."""
    street, side, start = shape.id.split(":", 2)[2].rsplit("/", 2)
    return street, side, float(start)


def importance_of(ws: Workspace) -> dict[str, float]:
    """How much a report of each kind counts beside others, by code; kinds that are not listed count 1.

    The office's own file if it has a usable one, else what came with the program.
    """
    own = ws.settings.layers / FILE if ws.settings.layers else None
    for file in (own, shipped("layers") / FILE):
        if file is not None and file.is_file():
            try:
                return _importance(tomllib.loads(file.read_text("utf-8")))
            except (OSError, ValueError, MapsvcError):
                continue
    return {}


def _importance(told: Mapping[str, Any]) -> dict[str, float]:
    found = {kind_named(name).code: float(value) for name, value in told.get("importance", {}).items()}
    if any(not 0 <= value <= MOST_IMPORTANT for value in found.values()):
        raise ValueError(f"importance lies between 0 and {MOST_IMPORTANT:g}")
    return found
