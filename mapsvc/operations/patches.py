"""Patches: the seed of an empty store."""

from datetime import date
from uuid import uuid4

from mapsvc.domain.actors import Actor
from mapsvc.domain.patches import Patch, PatchVersion
from mapsvc.domain.permissions import Action, require
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store import audit as store_audit
from mapsvc.store import patches as store_patches
from mapsvc.store import people as store_people

SEED_FROM = date(2000, 1, 1)


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
        patches = [
            Patch(str(uuid4()), version.id, s.code, s.name, s.polygon.wkb, known.get(s.worker)) for s in shapes
        ]
        store_patches.add_version(conn, version, patches, ws.clock())
        store_audit.append(conn, actor, "seed_patches", "patch_version", version.id, None, version, ws.clock())
    return True
