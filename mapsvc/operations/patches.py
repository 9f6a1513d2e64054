"""Patches: the seed of an empty store, and divisions of the block that hold from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.patches import Patch, PatchVersion
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.shops import Assignment, AssignmentSource
from mapsvc.errors import FieldProblem, Refused
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store import audit as store_audit
from mapsvc.store import patches as store_patches
from mapsvc.store import people as store_people
from mapsvc.store import shops as store_shops

if TYPE_CHECKING:
    from mapsvc.geo.patches import PatchShape

SEED_FROM = date(2000, 1, 1)
_MOST_PROBLEMS = 20


@dataclass(frozen=True)
class PatchImport:
    """What an import of patches did.

    Attributes
    ----------
    unknown_workers : tuple of str
        Names in the file that no staff person bears; their patches have nobody.
    reassigned : int
        Shops that follow the patch and change their worker on the day.
    """

    version: PatchVersion
    count: int
    unknown_workers: tuple[str, ...]
    reassigned: int


def seed_patches(ws: Workspace, actor: Actor) -> bool:
    """Put the shipped patches (示意) into a store that has none; True if it did.

    Workers are joined by nickname where the store knows them; nobody is made up.
    """
    require(actor, Action.EDIT_PATCHES)
    with ws.read() as conn:
        if store_patches.versions(conn):
            return False
    from mapsvc.geo.vector_files import read_patches

    folder = ws.settings.layers or shipped("layers")
    file = next(f / "patches.geojson" for f in (folder, shipped("layers")) if (f / "patches.geojson").is_file())
    shapes = read_patches(file)
    version = PatchVersion(str(uuid4()), SEED_FROM, "随程序附带的示意片区", True)
    with ws.write() as conn:
        if store_patches.versions(conn):
            return False
        known = {person.display_name: person.id for person in store_people.staff(conn)}
        patches = [Patch(str(uuid4()), version.id, s.code, s.name, s.polygon.wkb, known.get(s.worker)) for s in shapes]
        store_patches.add_version(conn, version, patches, ws.clock())
        store_audit.append(conn, actor, "seed_patches", "patch_version", version.id, None, version, ws.clock())
    return True


def list_versions(ws: Workspace, actor: Actor) -> tuple[PatchVersion, ...]:
    """Every division of the block there is, the latest first."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        return tuple(store_patches.versions(conn))


def import_patches(
    ws: Workspace, actor: Actor, file: Path, from_day: date, datum: str | None = None, name: str | None = None
) -> PatchImport:
    """Take a new division of the block that holds from the office's day `from_day`; earlier ones stay on record.

    Shops without a worker of their own follow their patch from that day on.

    Parameters
    ----------
    file : Path
        GeoJSON, GeoPackage, Shapefile (also zipped) or KML with one polygon per patch.
    datum : str, optional
        What the file's coordinates are given in.
    name : str, optional
        What the source is called; the file's name by default.

    Raises
    ------
    Forbidden
    Refused
        Overlaps and gapes, each named with its area in m²; a day that already has a division; an unusable file.
    """
    require(actor, Action.EDIT_PATCHES)
    from mapsvc.geo.vector_files import read_patches

    shapes = read_patches(file, datum)
    _require_tiling(shapes)
    at = ws.clock()
    version = PatchVersion(str(uuid4()), from_day, name or file.name, False)
    with ws.write() as conn:
        if any(v.valid_from == from_day for v in store_patches.versions(conn)):
            raise Refused(f"{from_day}起的片区已经有了，请换一个日期。", field="from", code="day_taken")
        staff = {person.display_name: person.id for person in store_people.staff(conn)}
        patches = [Patch(str(uuid4()), version.id, s.code, s.name, s.polygon.wkb, staff.get(s.worker)) for s in shapes]
        store_patches.add_version(conn, version, patches, at)
        moved = follow_patches(conn, shapes, staff, from_day)
        store_audit.append(conn, actor, "import_patches", "patch_version", version.id, None, version, at)
    unknown = sorted({s.worker for s in shapes if s.worker and s.worker not in staff})
    return PatchImport(version, len(shapes), tuple(unknown), moved)


def _require_tiling(shapes: "Sequence[PatchShape]") -> None:
    from mapsvc.geo.patches import check_tiling

    found = check_tiling([(shape.name, shape.polygon) for shape in shapes])
    if not found:
        return
    problems = [FieldProblem("、".join(p.names) or "file", p.kind, p.message) for p in found[:_MOST_PROBLEMS]]
    more = f"（共{len(found)}处）" if len(found) > 1 else ""
    raise Refused(f"片区没有拼合好{more}:{found[0].message}。", code="bad_tiling", problems=problems)


def follow_patches(
    conn: Connection,
    shapes: "Sequence[PatchShape]",
    staff: dict[str, str],
    from_day: date,
    *,
    only_without: bool = False,
) -> int:
    """Give shops that follow their patch to its worker; those of a row or a hand keep theirs. Returns how many.

    Parameters
    ----------
    staff : dict of str to str
        Name -> id.
    only_without : bool
        Leave those too that follow a patch already.
    """
    import shapely

    tree = shapely.STRtree([shape.polygon for shape in shapes])
    spots = store_shops.positions(conn)
    had = {a.shop_id: a for a in store_shops.assignments_of(conn, [s for s, _, _ in spots])}
    moved: list[Assignment] = []
    for shop_id, lon, lat in spots:
        before = had.get(shop_id)
        inside = sorted(tree.query(shapely.Point(lon, lat), predicate="intersects"))
        worker = staff.get(shapes[inside[0]].worker) if inside else None
        follows = before is None or (before.source is AssignmentSource.PATCH and not only_without)
        if follows and worker and (before is None or before.worker_id != worker):
            moved.append(Assignment(str(uuid4()), shop_id, worker, AssignmentSource.PATCH, from_day))
    store_shops.hand_over(conn, moved, from_day)
    return len(moved)
