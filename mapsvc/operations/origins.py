"""来沪经营 and 学龄前子女: sums of ten and more, by the beginning of the month; and deleting what ledgers brought."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.origins import LEFT_OUT, SETTING, Count, Sums, sums
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day, to_second
from mapsvc.operations.ledgers.patches import PatchLookup
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, settings
from mapsvc.store import origins as store
from mapsvc.store.origins import DoorFacts

ELSEWHERE = "没划进片区的"


@dataclass(frozen=True)
class OriginSums:
    """What may be known of the street.

    Attributes
    ----------
    as_of : date
        First day of the month: sums move once a month, so that nobody who comes or goes can be read from them.
    held : int
        Tenancies that hold either value: those that would be emptied.
    is_left_out : bool
        Both were deleted, and imports leave them out.
    """

    as_of: date
    origin: Sums
    preschooler: Sums
    patches: tuple[str, ...]
    held: int
    is_left_out: bool


@dataclass(frozen=True)
class Forgotten:
    """Tenancies emptied, and kept rows of imports that held the values."""

    tenancies: int
    rows: int


def origin_sums(ws: Workspace, actor: Actor) -> OriginSums:
    """The sums of the whole street and of each patch, where none of them tells of fewer than ten. Raises Forbidden."""
    require(actor, Action.SEE_ORIGIN_SUMS)
    first = office_day(ws.clock()).replace(day=1)
    with ws.read() as conn:
        doors = store.doors(conn, first)
        areas = _areas(conn, first, doors)
        held = store.count_held(conn)
        left_out = is_left_out(conn)
    names = tuple(sorted(set(areas) - {ELSEWHERE}) + ([ELSEWHERE] if ELSEWHERE in areas else []))
    return OriginSums(
        first,
        _sums(doors, areas, names, lambda door: door.from_elsewhere),
        _sums(doors, areas, names, lambda door: door.has_preschooler),
        names,
        held,
        left_out,
    )


def delete_origins(ws: Workspace, actor: Actor) -> Forgotten:
    """Take both values out of every tenancy and of all that imports kept; imports leave them out from now on.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.DELETE_ORIGIN)
    at = to_second(ws.clock())
    with ws.write() as conn:
        done = Forgotten(*store.forget(conn))
        settings.put(conn, SETTING, LEFT_OUT, at)
        told = {"tenancies": done.tenancies, "rows": done.rows}
        audit.append(conn, actor, "delete_origins", "setting", SETTING, None, told, at)
    return done


def take_in_again(ws: Workspace, actor: Actor) -> None:
    """Imports bring both again from now on. Raises Forbidden."""
    require(actor, Action.DELETE_ORIGIN)
    at = to_second(ws.clock())
    with ws.write() as conn:
        if is_left_out(conn):
            settings.put(conn, SETTING, "", at)
            audit.append(conn, actor, "take_in_origins", "setting", SETTING, LEFT_OUT, "", at)


def brought(ws: Workspace, actor: Actor, batch_id: str) -> bool:
    """Whether an import brought either value: then deleting them is offered. Raises Forbidden."""
    require(actor, Action.IMPORT_LEDGER)
    with ws.read() as conn:
        return store.is_in_batch(conn, batch_id)


def is_left_out(conn: Connection) -> bool:
    """Whether imports leave both values out."""
    return settings.get(conn, SETTING) == LEFT_OUT


def _areas(conn: Connection, day: date, doors: Sequence[DoorFacts]) -> dict[str, list[int]]:
    """Numbers of the doors by the name of the patch they lie in."""
    placed = [n for n, door in enumerate(doors) if door.lon is not None and door.lat is not None]
    spots = [(doors[n].lon or 0.0, doors[n].lat or 0.0) for n in placed]
    patch_of = dict(zip(placed, PatchLookup(conn, day).at(spots), strict=True))
    areas: dict[str, list[int]] = {}
    for n in range(len(doors)):
        patch = patch_of.get(n)
        areas.setdefault(patch.name if patch else ELSEWHERE, []).append(n)
    return areas


def _sums(
    doors: Sequence[DoorFacts],
    areas: dict[str, list[int]],
    names: Sequence[str],
    of: Callable[[DoorFacts], bool | None],
) -> Sums:
    told = {name: [of(doors[n]) for n in areas[name]] for name in names}
    return sums({name: Count(some.count(True), some.count(False)) for name, some in told.items()})
