"""顶班 and 交接: what becomes of a shop's assignments when a worker's doors go to somebody else."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mapsvc.domain.shops import Assignment, AssignmentSource, in_force

LONGEST_BACK = timedelta(days=31)
"""How far back a handover may begin, and how long one can be taken back."""
LONGEST_AHEAD = timedelta(days=366)
LONGEST_OWN_COVER_DAYS = 14
"""For how many days a worker finds somebody for the own doors without asking."""
_BACK = "back"


@dataclass(frozen=True)
class Handover:
    """All doors of one worker go to another from `from_day` on.

    Attributes
    ----------
    until_day : date or None
        First day they are back (顶班); None: for good (交接).
    """

    id: str
    from_id: str
    to_id: str
    from_day: date
    until_day: date | None
    made_by: str | None
    made_at: datetime
    undone_at: datetime | None = None

    @property
    def is_for_good(self) -> bool:
        """交接 rather than 顶班."""
        return self.until_day is None

    @property
    def last_day(self) -> date | None:
        """The last day of a 顶班, as people say it."""
        return self.until_day - timedelta(days=1) if self.until_day else None

    @property
    def is_undone(self) -> bool:
        """Whether it was taken back."""
        return self.undone_at is not None

    def runs_beyond(self, day: date) -> bool:
        """Whether it is a 顶班 that holds on `day` and on the day after."""
        return self.last_day is not None and self.from_day <= day < self.last_day

    def overlaps(self, from_day: date, until_day: date | None) -> bool:
        """Whether it shares a day with [`from_day`, `until_day`)."""
        return (until_day is None or self.from_day < until_day) and (
            self.until_day is None or from_day < self.until_day
        )


@dataclass(frozen=True)
class Moves:
    """What to write: assignments to end (id, first day they no longer hold) and new ones."""

    cuts: tuple[tuple[str, date | None], ...] = ()
    new: tuple[Assignment, ...] = ()


@dataclass(frozen=True)
class Return:
    """What to write to take a handover back: ends as they were, and pieces that go."""

    ends: tuple[tuple[str, date | None], ...] = ()
    gone: tuple[str, ...] = ()


IdOf = Callable[..., str]
"""Names a piece by handover, assignment and day, so that it is known again without being written down."""
_Piece = tuple[tuple[str, date] | None, tuple[Assignment, ...]]


def owner_of(held: Iterable[Assignment], day: date) -> Assignment | None:
    """Whose the shop is on `day`, whoever stands in."""
    return in_force([a for a in held if a.source is not AssignmentSource.COVER], day)


def covered_for(held: Sequence[Assignment], day: date) -> str | None:
    """Id of the worker for whom somebody else stands in on `day`; None if nobody does."""
    now, own = in_force(held, day), owner_of(held, day)
    stands_in = now is not None and now.source is AssignmentSource.COVER
    return own.worker_id if stands_in and own is not None else None


def moves(held: Sequence[Assignment], handover: Handover, id_of: IdOf) -> Moves:
    """What a handover changes at one shop, of which `held` are all assignments ever.

    顶班 lays covers over the days that are the giver's; what lies below stays and comes up again by itself. 交接 ends
    the giver's assignments and goes on with the taker's for the same reason (row, patch, hand, cover).
    """
    pieces = _for_good(held, handover, id_of) if handover.is_for_good else _for_days(held, handover, id_of)
    return Moves(tuple(cut for cut, _ in pieces if cut), tuple(piece for _, some in pieces for piece in some))


def _for_days(held: Sequence[Assignment], handover: Handover, id_of: IdOf) -> list[_Piece]:
    made: list[_Piece] = []
    for own, start, end in _runs(held, handover.from_id, handover.from_day, handover.until_day):
        assert end is not None  # a 顶班 has its last day
        piece_id = id_of(handover.id, own.id, start)
        pieces = [Assignment(piece_id, own.shop_id, handover.to_id, AssignmentSource.COVER, start, end)]
        cut = None
        if own.source is AssignmentSource.COVER:
            # Who stands in is covered too: covers never lie over each other.
            cut = (own.id, start)
            if own.until_day is not None and own.until_day > end:
                pieces.append(replace(own, id=id_of(handover.id, own.id, _BACK), from_day=end))
        made.append((cut, tuple(pieces)))
    return made


def _for_good(held: Sequence[Assignment], handover: Handover, id_of: IdOf) -> list[_Piece]:
    made: list[_Piece] = []
    own = [a for a in held if a.source is not AssignmentSource.COVER]
    for one in held:
        if one.worker_id != handover.from_id or not _holds_after(one, handover.from_day):
            continue
        spans = [(max(one.from_day, handover.from_day), one.until_day)]
        if one.source is AssignmentSource.MANUAL:
            # The latest by hand counts, and the taker's begins late: it may hold on those days only that were won.
            runs = _runs(own, handover.from_id, handover.from_day, None)
            spans = [(start, end) for winner, start, end in runs if winner.id == one.id]
        pieces = [
            replace(one, id=id_of(handover.id, one.id, start), worker_id=handover.to_id, from_day=start, until_day=end)
            for start, end in spans
        ]
        if pieces:
            made.append(((one.id, pieces[0].from_day), tuple(pieces)))
    return made


def takes_back(held: Sequence[Assignment], handover: Handover, id_of: IdOf) -> Return:
    """What undoing a handover changes at one shop: its pieces go, what it had ended holds as long as they did."""
    ends: list[tuple[str, date | None]] = []
    gone: list[str] = []
    for one in held:
        pieces = pieces_of(held, one, handover, id_of)
        if not pieces:
            continue
        gone += [piece.id for piece in pieces]
        if handover.is_for_good or one.source is AssignmentSource.COVER:
            lived = [p.until_day for p in pieces if _is_alive(p)] or [one.until_day]
            ends.append((one.id, None if None in lived else max(day for day in lived if day)))
    return Return(tuple(ends), tuple(gone))


def pieces_of(held: Iterable[Assignment], one: Assignment, handover: Handover, id_of: IdOf) -> list[Assignment]:
    """What a handover made out of one assignment."""
    back = id_of(handover.id, one.id, _BACK)
    return [a for a in held if a.id in (back, id_of(handover.id, one.id, a.from_day))]


def _runs(
    held: Sequence[Assignment], worker_id: str, from_day: date, until_day: date | None
) -> list[tuple[Assignment, date, date | None]]:
    """Assignments of a worker with the days [start, end) within the window on which they count."""
    turns = {day for a in held for day in (a.from_day, a.until_day) if day is not None and from_day < day}
    starts = sorted({from_day, *(day for day in turns if until_day is None or day < until_day)})
    found: list[tuple[Assignment, date, date | None]] = []
    for start, end in zip(starts, [*starts[1:], until_day], strict=True):
        now = in_force(held, start)
        if now is None or now.worker_id != worker_id:
            continue
        if found and found[-1][0].id == now.id and found[-1][2] == start:
            found[-1] = (now, found[-1][1], end)
        else:
            found.append((now, start, end))
    return found


def _is_alive(one: Assignment) -> bool:
    return one.until_day is None or one.from_day < one.until_day


def _holds_after(one: Assignment, day: date) -> bool:
    return _is_alive(one) and (one.until_day is None or one.until_day > day)
