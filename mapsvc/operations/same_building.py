"""举一反三: doors to look at because of a case, made tasks of, and what was seen there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import CaseState
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.people import Person
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.register import RegisterEntry
from mapsvc.domain.same_building import LEAK, NEAR_M, Door, SharedDoor, shared
from mapsvc.domain.tasks import Task, TaskOrigin, TaskRole
from mapsvc.domain.times import office_day
from mapsvc.errors import Refused
from mapsvc.operations.case_around import Around, around
from mapsvc.operations.tasks import NewTask, TaskLine, add_task, lines
from mapsvc.operations.workspace import Workspace
from mapsvc.store import register, same_building, shops, tasks

_DEGREES_PER_M = 1.2e-5
MOST_DOORS = 60


@dataclass(frozen=True)
class Check:
    """A door with what was made of it: no task yet, one to do, or what was seen."""

    shared: SharedDoor
    label: str
    task: TaskLine | None


@dataclass(frozen=True)
class SameBuilding:
    """The doors of a case; `done` of `total` looks are done."""

    doors: tuple[Check, ...]
    done: int
    total: int
    is_leak: bool
    may_add: bool
    kind: str


def case_doors(ws: Workspace, actor: Actor, case_id: str) -> SameBuilding:
    """Doors that share what was found in a case, the nearest first.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        about = around(conn, case_id, ws.clock())
        made = [t for t in tasks.of_case(conn, about.case_id) if t.origin is TaskOrigin.SAME_BUILDING]
        per_shop = {line.task.shop_id: line for line in lines(ws, conn, actor, made, about) if line.task.shop_id}
        checks = tuple(
            Check(one, _label(one.door), per_shop.get(one.door.shop_id)) for one in _shared(conn, about)[:MOST_DOORS]
        )
    kind = about.found.issue.kind
    looks = [t for t in made if not t.cancelled_at]
    is_rejected = about.found.case.state is CaseState.REJECTED
    may_add = not is_rejected and may(actor, Action.WORK_CASE, units=about.units)
    done = sum(1 for t in looks if t.done_at)
    return SameBuilding(checks, done, len(looks), kind == LEAK, may_add, kind_of(kind).short_name)


def add_checks(
    ws: Workspace, actor: Actor, case_id: str, shop_codes: Collection[str], due_at: datetime | None = None
) -> list[Task]:
    """Make tasks of looking at these doors, each for who looks after it; those that are tasks already stay.

    Raises
    ------
    NotFound, Forbidden
    Refused
        No door, or one that does not share it; a time before the case's report.
    """
    require(actor, Action.WORK_CASE, actor.person_id, (actor.unit,))
    with ws.write() as conn:
        about = around(conn, case_id, ws.clock())
        require(actor, Action.WORK_CASE, units=about.units)
        known = {one.door.code: one.door for one in _shared(conn, about)}
        unknown = sorted(set(shop_codes) - set(known))
        if not shop_codes or unknown:
            told = f"{unknown[0]}不在这一幢，请从列表里选。" if unknown else "请至少选一户。"
            raise Refused(told, field="doors", code="no_door")
        there = tasks.of_case(conn, about.case_id)
        had = {t.shop_id for t in there if t.origin is TaskOrigin.SAME_BUILDING and t.is_open}
        wanted = [known[code] for code in sorted(set(shop_codes)) if known[code].shop_id not in had]
        workers = shops.workers_of(conn, [d.shop_id for d in wanted], office_day(ws.clock()))
        return [_add(conn, ws, actor, about, door, workers, due_at) for door in wanted]


def open_checks(conn: Connection, shop_ids: Collection[str]) -> dict[str, tuple[Task, ...]]:
    """What is still to be looked at, by door: a reason to call there."""
    found: dict[str, tuple[Task, ...]] = {}
    for task in tasks.open_of_shops(conn, shop_ids, TaskOrigin.SAME_BUILDING):
        found[task.shop_id or ""] = (*found.get(task.shop_id or "", ()), task)
    return found


def _add(
    conn: Connection,
    ws: Workspace,
    actor: Actor,
    about: Around,
    door: Door,
    workers: dict[str, Person],
    due_at: datetime | None,
) -> Task:
    kind = kind_of(about.found.issue.kind)
    where = about.found.location.address or about.found.shop_name or ""
    before = "下次下雨前" if kind.code == LEAK else ""
    worker = workers.get(door.shop_id)
    task = NewTask(
        f"{before}看看有没有{kind.short_name}（{where}出过）",
        TaskRole.WORKER,
        about.case_id,
        shop_id=door.shop_id,
        origin=TaskOrigin.SAME_BUILDING,
        owner_id=worker.id if worker else None,
        due_at=due_at,
    )
    return add_task(conn, ws, actor, task)


def _shared(conn: Connection, about: Around) -> list[SharedDoor]:
    issue, place = about.found.issue, about.found.location
    here = Door(
        issue.shop_id or "", about.found.shop_code or "", about.found.shop_name, place.address, place.street,
        place.house_number, place.lon, place.lat,
    )  # fmt: skip
    run = _run(conn, here)
    doors = same_building.doors(conn, here.street if run else None, _box(here) if issue.kind == LEAK else None)
    return shared(here, doors, run, _apart_m, issue.kind)


def _run(conn: Connection, here: Door) -> RegisterEntry | None:
    if not (here.street and here.number):
        return None
    return next(iter(register.for_door(conn, here.street, here.number)), None)


def _box(here: Door) -> tuple[float, float, float, float] | None:
    if here.lon is None or here.lat is None:
        return None
    reach = NEAR_M * _DEGREES_PER_M
    return (here.lon - reach, here.lat - reach, here.lon + reach, here.lat + reach)


def _apart_m(one: Door, other: Door) -> float | None:
    from mapsvc.geo.local import distance_m

    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    return distance_m(one.lon, one.lat, other.lon, other.lat)


def _label(door: Door) -> str:
    return " ".join(p for p in (door.address, door.name) if p) or door.code
