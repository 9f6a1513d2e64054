"""A new division holds from its day on; before it the old one; overlaps and gapes are named with their m²."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from mapsvc.errors import Forbidden, Refused
from mapsvc.operations import shops
from mapsvc.operations.patches import import_patches, list_versions, seed_patches
from mapsvc.operations.workspace import Workspace
from mapsvc.store import patches as store_patches
from tests.support.clock import FixedClock
from tests.support.street import Street

WEST, MIDDLE, EAST, SOUTH, NORTH = 121.418, 121.4202, 121.422, 31.249, 31.252
DAY = date(2026, 12, 1)


def written(folder: Path, *boxes: tuple[str, str, float, float]) -> Path:
    """A GeoJSON file of (name, worker, west, east) strips."""
    features = []
    for name, worker, west, east in boxes:
        ring = [[west, SOUTH], [east, SOUTH], [east, NORTH], [west, NORTH], [west, SOUTH]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"name": name, "worker": worker}, "geometry": geometry})
    file = folder / "片区.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return file


def test_the_new_holds_from_its_day_and_the_old_before(workspace: Workspace, street: Street, tmp_path: Path) -> None:
    seed_patches(workspace, street.secretary)
    file = written(tmp_path, ("东片", "小陈", MIDDLE, EAST), ("西片", "小周", WEST, MIDDLE))
    done = import_patches(workspace, street.secretary, file, DAY)
    assert (done.count, done.unknown_workers) == (2, ())
    assert [v.is_illustrative for v in list_versions(workspace, street.chen)] == [False, True]
    with workspace.read() as conn:
        assert {p.name for p in store_patches.in_force(conn, DAY)} == {"东片", "西片"}
        assert "东片" not in {p.name for p in store_patches.in_force(conn, date(2026, 11, 30))}


def test_shops_of_a_row_keep_their_worker_the_others_follow_their_patch(
    workspace: Workspace, street: Street, tmp_path: Path, clock: FixedClock
) -> None:
    from mapsvc.store import shops as store_shops

    first = written(tmp_path, ("一片", "小陈", WEST, EAST))
    with workspace.write() as conn:
        shop = store_shops.by_code(conn, "LT0002")
        assert shop is not None
        store_shops.end_assignments(conn, [shop.id], date(2026, 1, 1))
    assert import_patches(workspace, street.secretary, first, date(2026, 11, 1)).reassigned == 1
    second = written(tmp_path, ("一片", "小周", WEST, EAST))
    assert import_patches(workspace, street.secretary, second, DAY).reassigned == 1

    def workers() -> list[str | None]:
        seen = [shops.get_shop(workspace, street.secretary, code).shop.worker for code in ("LT0001", "LT0002")]
        return [w.nickname if w else None for w in seen]

    assert workers() == ["小陈", "小陈"]
    clock.advance(days=8)
    assert workers() == ["小陈", "小周"]


def test_an_overlap_is_named_with_its_area_and_nothing_is_kept(
    workspace: Workspace, street: Street, tmp_path: Path
) -> None:
    file = written(tmp_path, ("东片", "小陈", MIDDLE - 0.0002, EAST), ("西片", "小周", WEST, MIDDLE))
    with pytest.raises(Refused, match=r"东片.*西片.*重叠.*平方米") as caught:
        import_patches(workspace, street.secretary, file, DAY)
    assert caught.value.problems[0].code == "overlap"
    assert list_versions(workspace, street.chen) == ()


def test_a_slit_between_two_is_a_gape(workspace: Workspace, street: Street, tmp_path: Path) -> None:
    file = written(tmp_path, ("东片", "小陈", MIDDLE + 0.00005, EAST), ("西片", "小周", WEST, MIDDLE))
    with pytest.raises(Refused, match="空隙"):
        import_patches(workspace, street.secretary, file, DAY)


def test_a_day_has_one_division_and_not_everybody_divides(workspace: Workspace, street: Street, tmp_path: Path) -> None:
    file = written(tmp_path, ("一片", "某人", WEST, EAST))
    with pytest.raises(Forbidden):
        import_patches(workspace, street.chen, file, DAY)
    assert import_patches(workspace, street.office, file, DAY).unknown_workers == ("某人",)
    with pytest.raises(Refused, match="2026-12-01"):
        import_patches(workspace, street.office, file, DAY)
