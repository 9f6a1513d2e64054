"""Everything about one place: what is open, what happened around, what was tried and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.context_events import ContextEvent
from mapsvc.domain.history import Entry, EventType, HistoryPage
from mapsvc.domain.orders import Order
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.photos import Photo, PhotoOf, Purpose
from mapsvc.domain.places import Place
from mapsvc.domain.times import office_day, to_second
from mapsvc.operations import history
from mapsvc.operations.case_lines import Line, lines_of
from mapsvc.operations.context_events import around_spot
from mapsvc.operations.notices import NoticeLine
from mapsvc.operations.notices import lines as notice_lines
from mapsvc.operations.place_effects import PlaceEffect, effect_around, last_turn
from mapsvc.operations.places import find_place
from mapsvc.operations.playbook_runs import RunView, runs_of_place
from mapsvc.operations.rosters import RosterDetail, details
from mapsvc.operations.watches import WatchLine, lines
from mapsvc.operations.workspace import Workspace
from mapsvc.store import effects, issues, notices, orders, photos, rosters, watches

MOST_HISTORY = 120
_BETWEEN = frozenset({"dispatched", "handling", "verifying"})


@dataclass(frozen=True)
class Shot:
    """A picture with what it is of."""

    photo: Photo
    words: str


@dataclass(frozen=True)
class PlaceFile:
    """A place with all that belongs to it.

    Attributes
    ----------
    cases : tuple of Line
        Open ones, the next due first.
    contexts : tuple
        What happened around, the latest first, what was taken back left out.
    watched : tuple
        What is looked at now, with the reports it saw.
    before, after : tuple of Shot
        Pictures of before and after, the latest first.
    promises : tuple of Entry
        Other open things.
    """

    place: Place
    cases: tuple[Line, ...]
    contexts: tuple[ContextEvent, ...]
    watched: tuple[WatchLine, ...]
    runs: tuple[RunView, ...]
    orders: tuple[Order, ...]
    notices: tuple[NoticeLine, ...]
    rosters: tuple[RosterDetail, ...]
    before: tuple[Shot, ...]
    after: tuple[Shot, ...]
    effect: PlaceEffect | None
    history: HistoryPage

    @property
    def told(self) -> tuple[Entry, ...]:
        """The history without what lies between a case's report and its end: that stands in the case."""
        steps = EventType.CASE_STEP
        return tuple(e for e in self.history.items if e.type is not steps or e.state not in _BETWEEN)

    @property
    def relapses(self) -> tuple[WatchLine, ...]:
        """Watches of an effect within which it was reported again."""
        return tuple(w for w in self.watched if w.is_relapse)

    @property
    def open_entries(self) -> tuple[Entry, ...]:
        """What is open besides the cases."""
        return tuple(e for e in self.history.open if e.case_id is None)


def place_file(ws: Workspace, actor: Actor, code: str, after: str | None = None) -> PlaceFile:
    """The place with this code; `after` is where the page of the history before this one ended.

    Raises
    ------
    NotFound, Forbidden, Malformed
    """
    require(actor, Action.SEE_MAP)
    # Rounded as what was written just now is.
    at = to_second(ws.clock())
    with ws.read() as conn:
        place = find_place(conn, code)
        door = history.Door(None, place_id=place.id)
        runs = runs_of_place(ws, conn, actor, place.id)
        ordered = orders.of_place(conn, place.id)
        return PlaceFile(
            place,
            lines_of(conn, actor, issues.open_of_place(conn, place.id), at),
            tuple(reversed(around_spot(conn, place.location, None, datetime(2100, 1, 1, tzinfo=at.tzinfo)))),
            _watched(conn, place, at),
            runs,
            tuple(ordered),
            notice_lines(conn, notices.of(conn, place_id=place.id), office_day(at)),
            details(conn, actor, rosters.of(conn, place_id=place.id), at),
            _before(conn, place),
            _after(conn, place, ordered),
            _effect(conn, place, at),
            history.page_of(ws, conn, actor, door, MOST_HISTORY, after),
        )


def _watched(conn: Connection, place: Place, at: datetime) -> tuple[WatchLine, ...]:
    on = [p for p in watches.of_place(conn, place.id, place.location.id) if p.watch.is_on(at)]
    return lines(conn, on)


def _effect(conn: Connection, place: Place, at: datetime) -> PlaceEffect | None:
    where, turn = place.location, last_turn(conn, place.id)
    if turn is None or where.lon is None or where.lat is None:
        return None
    return effect_around(conn, where.lon, where.lat, turn, office_day(at), place_id=place.id)


def _before(conn: Connection, place: Place) -> tuple[Shot, ...]:
    own = _of_place(conn, place, Purpose.BEFORE)
    return tuple(Shot(p, "之前") for p in reversed(own))


def _after(conn: Connection, place: Place, ordered: Sequence[Order]) -> tuple[Shot, ...]:
    """Those taken for it, and what units sent with their answers: one picture serves all."""
    sent = photos.of_records(conn, PhotoOf.ORDER, (o.id for o in ordered))
    seen = photos.of_records(conn, PhotoOf.CHECK, (c.id for c in effects.of_place(conn, place.id)))
    found = [Shot(p, "之后") for p in _of_place(conn, place, Purpose.AFTER)]
    found += [Shot(p, "回访") for some in seen.values() for p in some]
    found += [Shot(p, "派单办好") for some in sent.values() for p in some if p.purpose is not Purpose.BEFORE]
    return tuple(sorted(found, key=lambda s: (s.photo.taken_at, s.photo.id), reverse=True))


def _of_place(conn: Connection, place: Place, purpose: Purpose) -> list[Photo]:
    return [p for p in photos.of_records(conn, PhotoOf.PLACE, [place.id]).get(place.id, ()) if p.purpose is purpose]
