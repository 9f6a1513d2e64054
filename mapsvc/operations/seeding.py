"""The shipped patches in a fresh office, and their workers once the office's people are known."""

import json
from pathlib import Path

from mapsvc.domain.actors import SYSTEM
from mapsvc.operations.patches import SEED_FROM, follow_patches, seed_patches
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store import patches as store_patches
from mapsvc.store import people as store_people
from mapsvc.store import system as store_system


def settle_patches(ws: Workspace) -> int:
    """Seed a store without patches; give seeded patches without a worker the colleague the file names.

    Shops that came in before their patch had anybody follow it then. Returns how many patches got their worker;
    cheap when there is nothing to do.
    """
    is_new = seed_patches(ws, SYSTEM)
    with ws.read() as conn:
        version = store_patches.version_on(conn, SEED_FROM)
        open_codes = (
            store_system.patches_without_worker(conn, version.id) if version and version.is_illustrative else []
        )
        staff = {p.display_name: p.id for p in store_people.staff(conn)} if open_codes or is_new else {}
    if version is None or not staff:
        return 0
    folders = [folder for folder in (ws.settings.layers, shipped("layers")) if folder]
    file = next(f / "patches.geojson" for f in folders if (f / "patches.geojson").is_file())
    if not is_new and not _said_in(file) & staff.keys():
        return 0
    from mapsvc.geo.vector_files import read_patches

    shapes = read_patches(file)
    named = {shape.code: staff[shape.worker] for shape in shapes if shape.worker in staff}
    wanted = {code: named[code] for code in open_codes if code in named}
    if wanted or is_new:
        with ws.write() as conn:
            store_system.name_patch_workers(conn, version.id, wanted)
            if len(store_patches.versions(conn)) == 1:
                follow_patches(conn, shapes, staff, SEED_FROM, only_without=True)
    return len(wanted)


def _said_in(file: Path) -> set[str]:
    """Every word in the properties of a GeoJSON file: enough to see whether a name may stand there."""
    features = json.loads(file.read_bytes())["features"]
    return {word for feature in features for word in feature["properties"].values() if isinstance(word, str)}
