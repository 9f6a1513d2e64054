"""Writes layers/patches.geojson, the seed of an empty store, from the 包联 column of an office workbook.

Run ``python -m mapsvc.geo.seed_patches WORKBOOK.xlsx [LAYERS_DIR]`` to make it again. Worker names are taken as the
workbook gives them (nicknames); the shapes are illustrative (示意), since no real outline is known.
"""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from mapsvc.errors import Refused
from mapsvc.geo.addresses import Gazetteer
from mapsvc.geo.area import load_area
from mapsvc.geo.patches import AssignedShop, PatchShape, check_tiling, cut_patches
from mapsvc.geo.seed_layers import write_collection
from mapsvc.paths import shipped

_CODE = re.compile(r"[A-Z]{2}\d{4}")
_ADDRESS, _WORKER = "地址(门牌)", "包联网格员"


def assigned_shops(rows: Iterable[tuple[str, str]], gazetteer: Gazetteer) -> list[AssignedShop]:
    """Place (address, worker) pairs along their streets; addresses that cannot be placed are left out."""
    shops = []
    for address, worker in rows:
        try:
            found = gazetteer.locate(address)
        except Refused:
            continue
        if found.house_number is not None and worker:
            shops.append(AssignedShop(found.street, found.chainage_m, found.house_number, worker.strip()))
    return shops


def read_assignments(workbook: Path) -> list[tuple[str, str]]:
    """Read (address, worker) of every shop row of the sheet 商铺底册."""
    import openpyxl

    book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
    rows = [tuple(row) for row in book["商铺底册"].iter_rows(values_only=True)]
    book.close()
    header = next(i for i, row in enumerate(rows) if _ADDRESS in row)
    address, worker = rows[header].index(_ADDRESS), rows[header].index(_WORKER)
    code = rows[header].index("商铺编号")
    shops = (row for row in rows[header + 1 :] if _CODE.fullmatch(str(row[code] or "")) and row[address])
    return [(str(row[address]), str(row[worker] or "")) for row in shops]


def seed(assignments: Iterable[tuple[str, str]], gazetteer: Gazetteer) -> tuple[PatchShape, ...]:
    """Cut the seed patches inside the shipped sub-district outline."""
    import shapely

    shops = assigned_shops(assignments, gazetteer)
    patches = cut_patches(shops, gazetteer.streets, shapely.Polygon(load_area().ring))
    if problems := check_tiling([(p.name, p.polygon) for p in patches]):
        raise Refused(problems[0].message, code="bad_tiling")
    return patches


def features(patches: Sequence[PatchShape]) -> list[dict[str, Any]]:
    """Turn patches into GeoJSON features {code, name, worker, illustrative: true}."""
    import shapely

    return [
        {
            "type": "Feature",
            "properties": {"code": p.code, "name": p.name, "worker": p.worker, "illustrative": True},
            "geometry": json.loads(shapely.to_geojson(p.polygon)),
        }
        for p in patches
    ]


if __name__ == "__main__":
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else shipped("layers")
    write_collection(target / "patches.geojson", features(seed(read_assignments(Path(sys.argv[1])), Gazetteer.load())))
