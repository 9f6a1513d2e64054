"""指定要去: stops that somebody wants walked to, put up, ended, taken up again."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from mapsvc.domain import pins as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import Shift
from mapsvc.domain.people import Person
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.pins import Pin
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations import whereabouts
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, people
from mapsvc.store import pins as store

MOST_PINS = 60


@dataclass(frozen=True)
class NewPin:
    """A stop to pin; `id` comes from the client. `where`: a code, a name, a door's number, or ``lon,lat``.

    Attributes
    ----------
    worker : str or None
        What colleagues call who should walk there.
    """

    id: str
    where: str
    from_day: date
    until_day: date | None = None
    shift: Shift | None = None
    worker: str | None = None
    is_must: bool = False
    text: str = ""


def pin_stop(ws: Workspace, actor: Actor, new: NewPin) -> tuple[Pin, bool]:
    """Let a stop be walked to from day to day; the same id again changes nothing.

    Those who plan their own walk alone pin for themselves.

    Returns
    -------
    (Pin, bool)
        The pin, and whether it is new.

    Raises
    ------
    Forbidden
        For somebody else.
    Refused
        Beside the fields: no such place, days that cannot be, nobody of that name, too many.
    """
    require(actor, Action.PIN_STOP, actor.person_id)
    at = to_second(ws.clock())
    rules.require_sound(new.from_day, new.until_day, new.text.strip(), office_day(at))
    with ws.write() as conn:
        if (before := store.by_id(conn, new.id)) is not None:
            return before, False
        who = _person(conn, actor, new.worker)
        require(actor, Action.PIN_STOP, who.id if who else None)
        where = whereabouts.find(ws, conn, new.where, "where")
        if sum(not pin.is_over(office_day(at)) for pin in store.every(conn)) >= MOST_PINS:
            raise Refused(f"最多同时指定{MOST_PINS}处，请先结束不用的。", field="where", code="too_many")
        made = Pin(
            new.id, where.ref, where.label, where.lon, where.lat, new.from_day, new.is_must,
            mask_phones_in(new.text.strip()), at, new.until_day, new.shift, who.id if who else None, actor.person_id,
            person=who.display_name if who else None,
        )  # fmt: skip
        store.add(conn, made)
        audit.append(conn, actor, "pin_stop", "patrol_pin", made.id, None, made, at)
    return made, True


def end_pin(ws: Workspace, actor: Actor, pin_id: str) -> Pin:
    """Nobody need go there for it any more; ended before, nothing changes. Raises NotFound, Forbidden."""
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _own(conn, actor, pin_id)
        if before.ended_at is not None:
            return before
        after = replace(before, ended_at=at)
        store.end(conn, pin_id, at)
        audit.append(conn, actor, "end_pin", "patrol_pin", pin_id, before, after, at)
    return after


def restore_pin(ws: Workspace, actor: Actor, pin_id: str) -> Pin:
    """It holds after all.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Its last day is over.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _own(conn, actor, pin_id)
        if before.ended_at is None:
            return before
        after = replace(before, ended_at=None)
        if after.is_over(office_day(at)):
            raise Conflict("这一处的日子已经过了，要再去请重新指定。", code="over")
        store.end(conn, pin_id, None)
        audit.append(conn, actor, "restore_pin", "patrol_pin", pin_id, before, after, at)
    return after


def list_pins(ws: Workspace, actor: Actor) -> tuple[Pin, ...]:
    """Pins that hold or will, the first to begin first; one's own and those for nobody in particular for a worker.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.PIN_STOP, actor.person_id)
    today = office_day(ws.clock())
    with ws.read() as conn:
        kept = [pin for pin in store.every(conn) if not pin.is_over(today)]
    seen = (pin for pin in kept if pin.person_id is None or may(actor, Action.PIN_STOP, pin.person_id))
    return tuple(sorted(seen, key=lambda pin: (pin.from_day, pin.made_at, pin.id)))


def get_pin(ws: Workspace, actor: Actor, pin_id: str) -> Pin:
    """One, ended or not. Raises NotFound, Forbidden."""
    require(actor, Action.PIN_STOP, actor.person_id)
    with ws.read() as conn:
        return _get(conn, pin_id)


def may_end(actor: Actor, pin: Pin) -> bool:
    """Whether `actor` may end it: everybody's, or what is their own."""
    return may(actor, Action.PIN_STOP, pin.person_id) or may(actor, Action.PIN_STOP, pin.made_by)


def _own(conn: Connection, actor: Actor, pin_id: str) -> Pin:
    require(actor, Action.PIN_STOP, actor.person_id)
    found = _get(conn, pin_id)
    if not may_end(actor, found):
        require(actor, Action.PIN_STOP, found.person_id)
    return found


def _get(conn: Connection, pin_id: str) -> Pin:
    found = store.by_id(conn, pin_id)
    if found is None:
        raise NotFound("没有这处指定，请刷新后再看。", field="pin", code="unknown_pin")
    return found


def _person(conn: Connection, actor: Actor, name: str | None) -> Person | None:
    """Who is to walk there; who may pin for themselves alone is meant where nobody is named."""
    staff = people.staff(conn)
    if not name:
        own = None if may(actor, Action.PIN_STOP) else actor.person_id
        return next((person for person in staff if person.id == own), None)
    found = next((person for person in staff if person.display_name == name), None)
    if found is None:
        raise Refused(f"不认识{name[:40]}，请从名单里选。", field="worker", code="unknown_worker")
    return found
