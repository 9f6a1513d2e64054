"""户籍 and 学龄前子女 change nothing that anybody can see: two offices that differ in them alone look the same."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from mapsvc.app import create_app
from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM
from mapsvc.maps.publish import publish
from mapsvc.operations.exports import export_layer, export_ledger
from mapsvc.operations.import_batches import problem_rows_xlsx
from mapsvc.operations.imports import import_ledger, preview_import
from mapsvc.operations.workspace import Workspace
from tests.support.client import SignedClient
from tests.support.clock import FixedClock
from tests.support.street import build
from tests.support.workbook import SHOP, write_workbook

ROLES = ("secretary", "worker", "office", "committee", "volunteer", "admin")
CHANCE = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9_-]{22,}|[0-9a-f]{16,}|T\d\d:\d\d:\d\d\.\d{3}Z|\b\d+\.\d+\b"
)
PERSON = {"经营者": "王先生", "联系电话": "13812345678"}
Closed = tuple[str, str]


def office(folder: Path, closed: Closed, other: Closed) -> tuple[Workspace, list[str]]:
    """An office whose ledger says `closed` of its shops, then `other`; with rows that were wrong."""
    clock = FixedClock()
    ws = Workspace.open(Settings.load({}, data=str(folder / "data")), clock=clock)
    build(ws)
    batches = []
    for n, (origin, child) in enumerate((closed, other)):
        own = {"户籍(本市/外来)": origin, "有学龄前子女": child}
        rows = [SHOP | PERSON | own | {"商铺编号": f"LT01{k:02d}", "备注": f"第{n}次"} for k in range(3)] + [
            SHOP | own | {"商铺编号": None},
            SHOP | own | {"商铺编号": "LT0199", "有学龄前子女": child + "？"},
        ]
        if n:
            rows[0] |= {"店名(招牌)": "新叶咖啡", "经营者": "周女士"}
        file = write_workbook(folder / f"{n}.xlsx", {"商铺底册": rows})
        batches.append(import_ledger(ws, SYSTEM, file).batch or "")
        clock.advance(minutes=1)
    with (folder / "1.xlsx").open("rb") as again:
        batches.append(preview_import(ws, SYSTEM, again, "再看.xlsx").batch or "")
    return ws, batches


def seen(ws: Workspace, batches: list[str], folder: Path) -> dict[str, str]:
    """All that can be read there, chance taken out."""
    app = create_app(ws)
    app.test_client_class = SignedClient
    plain = sorted(r.rule for r in app.url_map.iter_rules() if "GET" in (r.methods or ()) and "<" not in r.rule)
    of_shop = [f"{a}/LT0100{b}" for a, b in (("/shops", ""), ("/api/v1/shops", ""), ("/api/v1/shops", "/history"))]
    of_batch = [f"/admin/import/{b}?show={s}" for b in batches for s in ("changes", "problems", "conflicts")]
    found_by = [f"/api/v1/search?q={q}" for q in ("外来", "本市", "有", "LT0100")]
    layers = ["/api/v1/layers/shops/features?bbox=121,31,122,32&zoom=18"]
    found = {}
    for role in ROLES:
        client = app.test_client()
        assert isinstance(client, SignedClient)
        client.sign_in(ws, role)
        for address in [*plain, *of_shop, *of_batch, *found_by, *layers]:
            if not address.startswith(("/admin/origin", "/static", "/metrics")):
                found[f"{role} {CHANCE.sub('…', address)}"] = told(client.get(address).get_data())
    files: dict[str, Callable[[Any], Any]] = {
        "masked": lambda out: export_ledger(ws, SYSTEM, out),
        "full": lambda out: export_ledger(ws, SYSTEM, out, reason="消防检查逐户联系"),
        "layer": lambda out: export_layer(ws, SYSTEM, "shops", out),
        **{f"wrong {n}": lambda out, b=b: problem_rows_xlsx(ws, SYSTEM, b, out) for n, b in enumerate(batches)},
    }
    for name, write in files.items():
        out = io.BytesIO()
        write(out)
        found[name] = told(out.getvalue())
    publish(ws)
    found["published"] = CHANCE.sub("…", rows_of(folder / "data" / "view.gpkg"))
    return found


def rows_of(file: Path) -> str:
    """Every row of every table of a GeoPackage."""
    with closing(sqlite3.connect(file)) as base:
        names = [name for (name,) in base.execute("select name from sqlite_master where type = 'table' order by name")]
        plain = [name for name in names if not name.startswith(("rtree_", "sqlite_"))]
        return "\n".join(str(row) for name in plain for row in base.execute(f'select * from "{name}"'))


def told(content: bytes) -> str:
    if content[:2] == b"PK":
        book = load_workbook(io.BytesIO(content))
        return "\n".join(str([[str(c) for c in row] for row in page.iter_rows(values_only=True)]) for page in book)
    return CHANCE.sub("…", content.decode("utf-8", "replace"))


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, str]]:
    both = []
    for closed, other in ((("本市", "无"), ("外来", "有")), (("外来", "有"), ("本市", "无"))):
        folder = tmp_path_factory.mktemp("office")
        ws, batches = office(folder, closed, other)
        both.append(seen(ws, batches, folder))
        ws.database.close()
    return both[0], both[1]


def test_no_page_no_file_and_no_answer_depends_on_them(offices: tuple[dict[str, str], dict[str, str]]) -> None:
    one, another = offices
    assert len(one) > 200
    assert one.keys() == another.keys()
    assert not [name for name in one if one[name] != another[name]]


def test_what_is_compared_shows_everything_else_of_the_shop(offices: tuple[dict[str, str], dict[str, str]]) -> None:
    one, _ = offices
    assert "第1次" in one["secretary /api/v1/shops/LT0100"]
    assert "13812345678" in one["full"]
    assert "138****5678" in one["masked"]
    assert "LT0199" in "".join(one[f"wrong {n}"] for n in range(3))
    assert "岚西杂货" in one["published"]


def test_an_export_holds_a_star_in_their_place(offices: tuple[dict[str, str], dict[str, str]]) -> None:
    for name in ("full", "masked"):
        assert "'*', '*'" in offices[0][name]
