"""The doors that go along with a 顶班 or 交接: sign, what was promised, what is open, usual hours; nobody's phone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from mapsvc.domain.cases import OPEN_STATES
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.opening_hours import Call, usual_hours
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.shops import SHOP_STATE_NAMES
from mapsvc.domain.times import day_start, office_day
from mapsvc.domain.visits import Outcome
from mapsvc.store import today


@dataclass(frozen=True)
class HandedPromise:
    """答应的事 at a door."""

    text: str
    due_day: date | None


@dataclass(frozen=True)
class HandedDoor:
    """One line of the sheet."""

    code: str
    number: str
    name: str
    promises: tuple[HandedPromise, ...]
    issues: tuple[str, ...]
    hours: str | None


def handed_doors(conn: Connection, shop_ids: Iterable[str], day: date) -> tuple[HandedDoor, ...]:
    """These shops in walking order: street by street, one side after the other, by number."""
    wanted = sorted(set(shop_ids))
    if not wanted:
        return ()
    promised = _promises(conn, wanted, day)
    open_ = _issues(conn, wanted, day_start(day))
    calls = _calls(conn, wanted)
    doors = sorted(today.doors(conn, wanted), key=_walking)
    return tuple(
        HandedDoor(
            door.code,
            door.address or door.code,
            door.sign_name or SHOP_STATE_NAMES[door.state],
            tuple(p for tenancy_id, p in promised.get(door.id, ()) if tenancy_id in (None, door.tenancy_id)),
            tuple(open_.get(door.id, ())),
            usual_hours(calls.get(door.id, ())),
        )
        for door in doors
    )


def _walking(door: today.Door) -> tuple[object, ...]:
    return (door.street is None, door.street or "", door.side != "odd", door.house_number or 0, door.code)


def _promises(
    conn: Connection, shop_ids: Sequence[str], day: date
) -> dict[str, list[tuple[str | None, HandedPromise]]]:
    found: dict[str, list[tuple[str | None, HandedPromise]]] = {}
    for one in today.promises_of(conn, shop_ids, day_start(day)):
        if one.is_open:
            told = HandedPromise(mask_phones_in(one.text).strip(), office_day(one.due_at) if one.due_at else None)
            found.setdefault(one.shop_id, []).append((one.tenancy_id, told))
    return found


def _issues(conn: Connection, shop_ids: Sequence[str], since: datetime) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in today.cases_at(conn, shop_ids, since):
        awaits = one.return_visit_due_at is not None and one.return_visited_at is None
        if one.state in OPEN_STATES or awaits:
            told = kind_of(one.kind).short_name + ("" if one.state in OPEN_STATES else "（待回访）")
            some = found.setdefault(one.shop_id, [])
            if told not in some:
                some.append(told)
    return found


def _calls(conn: Connection, shop_ids: Sequence[str]) -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = {}
    for one in today.visits_of(conn, shop_ids):
        found.setdefault(one.shop_id, []).append(Call(one.happened_at, one.outcome is not Outcome.CLOSED))
    return found
