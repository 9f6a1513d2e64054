"""Storms as they are shown: the list by building with what was found, past ones, and what a phone takes along."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import storms as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.storms import LEAK_KIND, DoorOutcome, Storm, StormDoor
from mapsvc.domain.times import office_day
from mapsvc.domain.today import StormLook
from mapsvc.domain.visits import Outcome
from mapsvc.errors import NotFound
from mapsvc.operations.storm_risks import Risks, doors_at_risk, label
from mapsvc.operations.workspace import Workspace
from mapsvc.store import shops
from mapsvc.store import storms as store
from mapsvc.store.storms import Spot

_ELSEWHERE = "没有登记楼栋的"
_NOBODYS = "没有包联人的"


@dataclass(frozen=True)
class DoorLine:
    """A door as it is listed; `outcome` said here, or by a call or a report since."""

    door: StormDoor
    spot: Spot
    label: str
    name: str
    outcome: DoorOutcome | None
    seen_at: datetime | None
    by: str
    case_id: str | None
    worker: str | None

    @property
    def is_waiting(self) -> bool:
        """Whether somebody should still look; a door that was shut waits too."""
        return self.outcome in (None, DoorOutcome.CLOSED)

    @property
    def url(self) -> str:
        """Where the door's own page is."""
        return f"/{'places' if self.door.place_id else 'shops'}/{self.spot.code}"


@dataclass(frozen=True)
class Group:
    """Doors of one building, or of one person's patch."""

    name: str
    lines: tuple[DoorLine, ...]


@dataclass(frozen=True)
class StormView:
    """A storm with its list, the likeliest first."""

    storm: Storm
    lines: tuple[DoorLine, ...]
    may_call: bool
    may_see: bool
    may_undo: bool
    group_text: str

    @property
    def waiting(self) -> tuple[DoorLine, ...]:
        """Doors still to be looked at."""
        return tuple(line for line in self.lines if line.is_waiting)

    @property
    def seen(self) -> tuple[DoorLine, ...]:
        """Doors that were looked at, or need not be."""
        return tuple(line for line in self.lines if not line.is_waiting)

    @property
    def leaking(self) -> tuple[DoorLine, ...]:
        """Doors where it leaks."""
        return tuple(line for line in self.lines if line.outcome is DoorOutcome.LEAK)

    def by_building(self, lines: Iterable[DoorLine]) -> tuple[Group, ...]:
        """The same by building, in the order of their first door."""
        return _grouped(lines, lambda line: line.door.building or _ELSEWHERE)

    def by_worker(self) -> tuple[Group, ...]:
        """All doors by who looks after them, by name; along the street within."""
        ordered = sorted(self.lines, key=lambda d: (d.spot.street or "", (d.spot.number or 0) % 2, d.spot.number or 0))
        return tuple(sorted(_grouped(ordered, lambda line: line.worker or _NOBODYS), key=lambda g: g.name))


@dataclass(frozen=True)
class PastStorm:
    """A storm that is over, and what was found."""

    storm: Storm
    total: int
    seen: int
    leaks: int

    @property
    def words(self) -> str:
        """看了24户里的20户，2户在漏."""
        return rules.past_words(self.seen, self.leaks, self.total)


@dataclass(frozen=True)
class StormsPage:
    """Open storms with their lists, past ones, and what a list made now would hold."""

    open: tuple[StormView, ...]
    past: tuple[PastStorm, ...]
    risks: Risks
    may_call: bool


def get_storm(ws: Workspace, actor: Actor, storm_id: str) -> StormView:
    """One storm.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_ALERTS)
    with ws.read() as conn:
        storm = store.by_id(conn, storm_id)
        if storm is None:
            raise NotFound("没有这张雨前雨后的单子，请刷新后再看。", field="storm", code="unknown_storm")
        return _view(ws, conn, actor, storm)


def list_storms(ws: Workspace, actor: Actor) -> StormsPage:
    """Everything the page of storms shows.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_ALERTS)
    with ws.read() as conn:
        open_ = tuple(_view(ws, conn, actor, storm) for storm in store.every(conn, is_open=True))
        past = tuple(_past(conn, storm) for storm in store.every(conn, is_open=False))
        risks = doors_at_risk(conn, ws.clock())
    return StormsPage(open_, past, risks, may(actor, Action.CALL_STORM))


def open_looks(conn: Connection, shop_ids: Collection[str]) -> dict[str, tuple[StormLook, ...]]:
    """What is to be looked at for the storms that are open, by shop; doors nobody need look at are left out."""
    found: dict[str, tuple[StormLook, ...]] = {}
    for storm in reversed(store.every(conn, is_open=True)):
        doors = store.doors(conn, [storm.id], shop_ids)
        for door, (outcome, seen_at, *_) in zip(doors, _found(conn, storm, doors), strict=True):
            if outcome is not DoorOutcome.NOT_NEEDED and door.shop_id is not None:
                look = _look(storm, door, outcome, seen_at)
                found[door.shop_id] = (*found.get(door.shop_id, ()), look)
    return found


def open_places(conn: Connection) -> list[tuple[Spot, StormLook]]:
    """The same of the places that are on the list of an open storm."""
    found: list[tuple[Spot, StormLook]] = []
    for storm in reversed(store.every(conn, is_open=True)):
        doors = [door for door in store.doors(conn, [storm.id]) if door.place_id]
        spots = store.spots_of(conn, doors) if doors else {}
        for door, (outcome, seen_at, *_) in zip(doors, _found(conn, storm, doors), strict=True):
            if outcome is not DoorOutcome.NOT_NEEDED and door.id in spots:
                found.append((spots[door.id], _look(storm, door, outcome, seen_at)))
    return found


def _look(storm: Storm, door: StormDoor, outcome: DoorOutcome | None, seen_at: datetime | None) -> StormLook:
    # A door that was shut waits.
    done_at = None if outcome is DoorOutcome.CLOSED else seen_at
    help_ = "，帮着收货、垫高" if storm.is_coming else ""
    return StormLook(
        f"{storm.look}{help_}：{door.why.get('short') or door.why.get('text', '')}", storm.made_at, done_at
    )


def _view(ws: Workspace, conn: Connection, actor: Actor, storm: Storm) -> StormView:
    doors = store.doors(conn, [storm.id])
    spots = store.spots_of(conn, doors)
    workers = shops.workers_of(conn, [d.shop_id for d in doors if d.shop_id], office_day(ws.clock()))
    told = zip(doors, _found(conn, storm, doors), strict=True)
    lines = tuple(_line(door, spots[door.id], found, workers) for door, found in told if door.id in spots)
    where = rules.doors_words([(x.spot.street, x.spot.number, x.label) for x in lines])
    may_call, is_open = may(actor, Action.CALL_STORM), storm.ended_at is None
    in_time = ws.clock() <= storm.made_at + rules.UNDO_WITHIN
    return StormView(
        _shown(storm), lines, may_call and is_open, is_open and may(actor, Action.SEE_ALERTS),
        may_call and in_time and not any(d.outcome for d in doors),
        rules.group_words(storm, where, ws.settings.office_phone),
    )  # fmt: skip


def _shown(storm: Storm) -> Storm:
    """Without anybody's number in its words."""
    return replace(storm, text=mask_phones_in(storm.text)) if storm.text else storm


def _past(conn: Connection, storm: Storm) -> PastStorm:
    doors = store.doors(conn, [storm.id])
    found = [outcome for outcome, *_ in _found(conn, storm, doors)]
    seen = [outcome for outcome in found if outcome not in (None, DoorOutcome.CLOSED)]
    return PastStorm(_shown(storm), len(doors), len(seen), seen.count(DoorOutcome.LEAK))


_Found = tuple[DoorOutcome | None, datetime | None, str, str | None]


def _line(door: StormDoor, spot: Spot, found: _Found, workers: Mapping[str, object]) -> DoorLine:
    outcome, seen_at, by, case_id = found
    worker = workers.get(door.shop_id or "")
    name = mask_phones_in(spot.name or "") if not spot.place_id else ""
    return DoorLine(door, spot, label(spot), name, outcome, seen_at, by, case_id, getattr(worker, "display_name", None))


def _found(conn: Connection, storm: Storm, doors: Sequence[StormDoor]) -> list[_Found]:
    """What is known of each door since: said here, else reported, else by the last call; with the case of a leak."""
    shop_ids, place_ids = ({i for d in doors if (i := getattr(d, name))} for name in ("shop_id", "place_id"))
    if not doors:
        return []
    since, until = storm.seen_from, storm.ended_at
    leaks: dict[str, tuple[str, datetime]] = {}
    for there, case_id, at in store.reported(conn, LEAK_KIND, shop_ids, place_ids, since):
        if until is None or at <= until:
            leaks.setdefault(there, (case_id, at))
    calls: dict[str, tuple[Outcome, datetime]] = {}
    for call in store.calls(conn, shop_ids, since):
        if (until is None or call.at <= until) and (
            call.outcome is not Outcome.CLOSED or calls.get(call.shop_id, (call.outcome,))[0] is Outcome.CLOSED
        ):
            calls[call.shop_id] = (call.outcome, call.at)
    return [_of(door, leaks, calls) for door in doors]


def _of(
    door: StormDoor, leaks: Mapping[str, tuple[str, datetime]], calls: Mapping[str, tuple[Outcome, datetime]]
) -> _Found:
    case_id, leaked_at = leaks.get(door.shop_id or door.place_id or "", (None, None))
    if case_id is not None:
        return DoorOutcome.LEAK, leaked_at, "报了渗漏", case_id
    if door.outcome is not None and door.outcome is not DoorOutcome.CLOSED:
        return door.outcome, door.seen_at, "这里记的", None
    outcome, called_at = calls.get(door.shop_id or "", (None, None))
    if outcome is not None and outcome is not Outcome.CLOSED:
        return DoorOutcome.OK, called_at, "走访时看的", None
    if door.outcome is not None or outcome is not None:
        return DoorOutcome.CLOSED, called_at or door.seen_at, "没开门", None
    return None, None, "", None


def _grouped(lines: Iterable[DoorLine], key: Callable[[DoorLine], str]) -> tuple[Group, ...]:
    found: dict[str, list[DoorLine]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return tuple(Group(name, tuple(some)) for name, some in found.items())
