"""很久没走的路: runs of pavement that nobody came by for long; a few for each shift, others on the next day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain.coverage import Due, Part, due, offered
from mapsvc.operations.coverage import last_walked
from mapsvc.operations.runs import blocks, line_of, opposite
from mapsvc.operations.stretches import LonLat, Stretches, stretches_in

if TYPE_CHECKING:
    from mapsvc.geo.addresses import Gazetteer

MOST = 3
"""So many runs come up for one shift."""


@dataclass(frozen=True)
class StaleRun:
    """A run that is due to be walked along.

    Attributes
    ----------
    id : str
        Name of the first stretch of its block: the same on other days, when more or less of it is due.
    segments : tuple of str
        Names of its stretches, from the first to the last that is due.
    due : Due
        Of the stretch that has been due longest.
    text : str
        Why, in words.
    is_oldest : bool
        Whether no run has been due for longer.
    """

    id: str
    label: str
    street: str
    side: str
    lon: float
    lat: float
    pavement: tuple[LonLat, ...]
    segments: tuple[str, ...]
    due: Due
    text: str
    is_oldest: bool = False


def stale_runs(
    conn: Connection,
    gazetteer: "Gazetteer",
    day: date,
    part: Part,
    most: int = MOST,
    walked: Collection[str] = (),
) -> tuple[StaleRun, ...]:
    """The run that has been due longest on `day` in that part of it, that across the street, others due in turn.

    Parameters
    ----------
    most : int
        No more than so many beside the one across the street: the others come up on the days after.
    walked : collection of str
        Stretches that are walked along on this shift anyway.

    Returns
    -------
    tuple of StaleRun
        None where nothing is known of anybody's coming by.
    """
    known = stretches_in(gazetteer)
    since, last = last_walked(conn, known, day)
    if since is None:
        return ()
    told = {
        i: late
        for i, one in enumerate(last)
        if known.ids[i] not in walked and (late := due(one, day, part, since)) is not None
    }
    waiting = [(n, some) for n, block in enumerate(blocks(known)) if (some := _due_of(block, told))]
    oldest = {n: max((told[i] for i in some if i in told), key=lambda late: late.days) for n, some in waiting}
    chosen = offered(tuple(oldest.items()), day, most)
    across = opposite(known, chosen[0][0]) if chosen else None
    if across in oldest and across not in dict(chosen):
        # Out on one side, back on the other.
        chosen.append((across, oldest[across]))
    runs = dict(waiting)
    return tuple(_run(known, n, runs[n], told, late, is_oldest=k == 0) for k, (n, late) in enumerate(chosen))


def _due_of(block: Sequence[int], told: Collection[int]) -> tuple[int, ...]:
    """From the first to the last of a block that is due: what lies between is walked along with them."""
    some = [k for k, number in enumerate(block) if number in told]
    return tuple(block[some[0] : some[-1] + 1]) if some else ()


def _run(
    known: Stretches, number: int, run: Sequence[int], told: dict[int, Due], late: Due, *, is_oldest: bool
) -> StaleRun:
    one, first = known.segments[run[0]], blocks(known)[number][0]
    lon, lat = known.middle(run[len(run) // 2])
    is_same = all(i in told and told[i].text == late.text for i in run)
    return StaleRun(
        known.ids[first], f"{known.run_span(run)}沿路走一遍", one.street, one.side, lon, lat, line_of(known, run),
        tuple(known.ids[i] for i in run), late, late.text if is_same else f"最久的一段{late.text}", is_oldest,
    )  # fmt: skip
