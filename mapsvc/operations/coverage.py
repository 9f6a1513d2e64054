"""走到情况: which stretches of street were walked when, by part of the day; of places alone, never of people."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.coverage import (
    BACK_DAYS,
    PARTS,
    Part,
    Walked,
    part_of,
)
from mapsvc.domain.periods import Period
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import day_start, office_day
from mapsvc.operations.stretches import LonLat, Stretches, stretches_of
from mapsvc.operations.workspace import Workspace
from mapsvc.store import coverage as store_coverage
from mapsvc.store import revisions as store_revisions

if TYPE_CHECKING:
    import numpy as np

    from mapsvc.geo.segments import StreetSegment

LAYERS = ("visits", "shops", "issues", "walks")
"""What the coverage depends on."""
_NO_PART = len(PARTS)
_KEPT = 6


@dataclass(frozen=True)
class SegmentCover:
    """A stretch of one side of a street and when it was walked.

    Attributes
    ----------
    walked : Walked
        The last days, up to the end of the span.
    times : int
        On how many occasions in the span: a part of a day is one, however many came by.
    by_part : tuple of int
        The same by part of the day, in the order of `PARTS`; occasions without an hour are in none.
    """

    id: str
    street: str
    side: str
    side_label: str
    label: str
    lon: float
    lat: float
    ring: tuple[tuple[float, float], ...]
    walked: Walked
    times: int
    by_part: tuple[int, ...]

    def times_in(self, part: Part | None) -> int:
        """Occasions in that part of the day; in all for None."""
        return self.times if part is None else self.by_part[PARTS.index(part)]


@dataclass(frozen=True)
class Coverage:
    """All stretches of the shop streets in the order of the streets: out on one side, then the other."""

    from_day: date
    until_day: date
    segments: tuple[SegmentCover, ...]

    def walked(self, part: Part | None = None) -> tuple[SegmentCover, ...]:
        """Those that were walked in the span."""
        return tuple(s for s in self.segments if s.times_in(part))

    def missed(self, part: Part | None = None) -> tuple[SegmentCover, ...]:
        """Those that were not."""
        return tuple(s for s in self.segments if not s.times_in(part))


@dataclass(frozen=True)
class Passings:
    """Distinct occasions, by stretch, day and part of the day.

    Attributes
    ----------
    segment, day, part : int arrays of shape (n,)
        Number of the stretch, ordinal of the office's day, number of the part (`len(PARTS)`: no hour known).
    """

    segment: "np.ndarray[Any, Any]"
    day: "np.ndarray[Any, Any]"
    part: "np.ndarray[Any, Any]"


_passings: OrderedDict[tuple[object, ...], Passings] = OrderedDict()
_lock = Lock()


def coverage(ws: Workspace, actor: Actor, from_day: date, until_day: date) -> Coverage:
    """When each stretch was walked: on how many occasions from `from_day` to `until_day`, and when last.

    Walked is where somebody called at a door, found something on patrol, or passed on a walk that was planned.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_COVERAGE)
    return cover_between(ws, from_day, until_day)


def week_coverage(ws: Workspace, actor: Actor, period: Period) -> Coverage:
    """The same of a week or month, as far as it has run."""
    return coverage(ws, actor, period.first, min(period.last, max(period.first, office_day(ws.clock()))))


def cover_between(ws: Workspace, from_day: date, until_day: date) -> Coverage:
    """As `coverage`, for callers who have asked leave for what they show of it."""
    known = stretches_of(ws)
    back = min(from_day, until_day - timedelta(days=BACK_DAYS - 1))
    last, times = _counted(passings(ws, back, until_day), len(known), from_day)
    rows = zip(known.segments, known.ids, last.tolist(), times.tolist(), strict=True)
    return Coverage(
        from_day,
        until_day,
        tuple(
            SegmentCover(
                name, s.street, s.side, s.side_label, s.label, s.lon, s.lat, s.ring, _walked(days),
                sum(counts), tuple(counts[:_NO_PART]),
            )
            for s, name, days, counts in rows
        ),
    )  # fmt: skip


def passings(ws: Workspace, from_day: date, until_day: date) -> Passings:
    """Distinct occasions from `from_day` to `until_day`; kept until a call, an issue, a door or a walk changes."""
    with ws.read() as conn:
        revision = store_revisions.read(conn)
        counted = tuple(revision[layer] for layer in LAYERS)
        key = (str(ws.folder), ws.settings.database, ws.settings.layers, counted, from_day, until_day)
        with _lock:
            if (kept := _passings.get(key)) is not None:
                _passings.move_to_end(key)
                return kept
        made = _gathered(conn, stretches_of(ws), *_span(from_day, until_day))
    with _lock:
        _passings[key] = made
        while len(_passings) > _KEPT:
            _passings.popitem(last=False)
    return made


def walked_between(
    ws: Workspace, conn: Connection, since: datetime, until: datetime
) -> "list[tuple[str, StreetSegment, tuple[Part, ...]]]":
    """The stretches walked in [since, until) in the order of the streets: name, stretch, in which parts of the day."""
    known = stretches_of(ws)
    _, times = _counted(_gathered(conn, known, since, until), len(known), date.min)
    return [
        (known.ids[n], known.segments[n], tuple(part for part, count in zip(PARTS, row, strict=False) if count))
        for n, row in enumerate(times.tolist())
        if any(row)
    ]


def passed(ws: Workspace, way: Sequence[LonLat], streets: Sequence[str | None] = ()) -> tuple[tuple[str, ...], ...]:
    """Which stretches are passed from each stop of a walk to the next.

    Parameters
    ----------
    way : sequence of n (lon, lat)
        The stops in the order in which they were met, WGS-84; with where the walk set out first.
    streets : sequence of n str or None, optional
        The streets of their addresses: a corner house belongs to its own.

    Returns
    -------
    tuple of n - 1 tuples of str
        Ids such as street:25:岚皋路/odd/475, those of the stretch in which the next stop lies included.
    """
    import numpy as np

    from mapsvc.geo.local import to_lonlat, to_metres
    from mapsvc.operations.plans import network

    if len(way) < 2:
        return ()
    known = stretches_of(ws)
    metres = np.array([to_metres(*place) for place in way], dtype=np.float64)
    walks = network(ws.settings.layers).walks(metres, streets or [None] * len(way))
    at = known.at(*(np.array([place[i] for place in way], dtype=np.float64) for i in (0, 1))).tolist()
    found = []
    for i in range(len(way) - 1):
        along = known.along([to_lonlat(x, y) for x, y in walks.line(i, i + 1)])
        here = (known.ids[at[i + 1]],) if at[i + 1] >= 0 else ()
        found.append(tuple(dict.fromkeys((*along, *here))))
    return tuple(found)


def last_walked(conn: Connection, known: Stretches, day: date) -> tuple[date | None, list[Walked]]:
    """From when on anybody's coming by is known (None: of nobody), and of each stretch when it was walked last."""
    found = _gathered(conn, known, *_span(day - timedelta(days=BACK_DAYS - 1), day))
    last, _ = _counted(found, len(known), day)
    since = date.fromordinal(int(found.day.min())) if len(found.day) else None
    return since, [_walked(row) for row in last.tolist()]


def _span(from_day: date, until_day: date) -> tuple[datetime, datetime]:
    """From the first instant of one day to the end of the other."""
    return day_start(from_day), day_start(until_day + timedelta(days=1))


def _gathered(conn: Connection, known: Stretches, since: datetime, until: datetime) -> Passings:
    """Where and when somebody came by in [since, until), each occasion once."""
    import numpy as np

    placed = [*store_coverage.calls(conn, since, until), *store_coverage.found(conn, since, until)]
    lon, lat = (np.array([one[i] for one in placed], dtype=np.float64) for i in (0, 1))
    segment, moments = known.at(lon, lat).tolist(), [one[2] for one in placed]
    for names, moment in store_coverage.passed(conn, since, until):
        numbers = [known.number[name] for name in names if name in known.number]
        segment += numbers
        moments += [moment] * len(numbers)
    days, parts = _days_and_parts(moments)
    rows = np.stack([np.array(segment, dtype=np.int64), days, parts], axis=1).reshape(-1, 3)
    rows = np.unique(rows[rows[:, 0] >= 0], axis=0)
    return Passings(rows[:, 0], rows[:, 1], rows[:, 2])


def _days_and_parts(moments: Sequence[datetime]) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Ordinals of the office's days, and numbers of the parts of the day, each of shape (n,)."""
    import numpy as np

    # Calls come by the hundred in a minute of a ledger: each moment is worked out once.
    each = {at: (office_day(at).toordinal(), _part(at)) for at in set(moments)}
    found = np.array([each[at] for at in moments], dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _counted(found: Passings, n: int, from_day: date) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Per stretch and part of the day the last day (0: none), and how often since `from_day`; shape (n, parts + 1)."""
    import numpy as np

    last = np.zeros((n, _NO_PART + 1), dtype=np.int64)
    np.maximum.at(last, (found.segment, found.part), found.day)
    times = np.zeros((n, _NO_PART + 1), dtype=np.int64)
    inside = found.day >= from_day.toordinal()
    np.add.at(times, (found.segment[inside], found.part[inside]), 1)
    return last, times


def _part(at: datetime) -> int:
    part = part_of(at)
    return _NO_PART if part is None else PARTS.index(part)


def _walked(days: Sequence[int]) -> Walked:
    by_part = tuple(date.fromordinal(day) if day else None for day in days[:_NO_PART])
    return Walked(date.fromordinal(max(days)) if any(days) else None, by_part)
