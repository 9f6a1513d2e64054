"""问题分布 as files: a table that says how it was made, and GeoJSON; without anybody's name."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from mapsvc.domain.actors import Actor
from mapsvc.domain.hotspots import VERDICT_WORDS
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.permissions import Action, require
from mapsvc.ledger.writer import SheetToWrite, write_xlsx
from mapsvc.operations.hotspots import HotCell, HotspotMap, HotspotQuery, cell_json, hotspot_map
from mapsvc.operations.workspace import Workspace

_HEADER = (
    "路段", "哪一侧", "件数", "有人报的天数", "合并后起数", "平时件数", "判断", "巡查优先级", "这一句", "经度", "纬度",
    "分格编号", "z", "p", "p（只和自己比）", "q",
)  # fmt: skip


def hotspots_xlsx(ws: Workspace, actor: Actor, query: HotspotQuery, target: Path | IO[bytes]) -> int:
    """Write a workbook: a row per cell, and a sheet that says how the numbers came about; returns the rows.

    Raises
    ------
    Forbidden, Refused
    """
    require(actor, Action.EXPORT)
    found = hotspot_map(ws, actor, query)
    sheets = [
        SheetToWrite("问题分布", _HEADER, (_row(cell) for cell in shown(found)), found.sentence),
        SheetToWrite("怎么算的", ("是什么", "数值"), list(_made(found))),
    ]
    return write_xlsx(target, sheets)["问题分布"]


def hotspots_geojson(ws: Workspace, actor: Actor, query: HotspotQuery) -> dict[str, Any]:
    """A FeatureCollection of the cells in WGS-84, with method, window, n and seed beside them.

    Raises
    ------
    Forbidden, Refused
    """
    require(actor, Action.EXPORT)
    found = hotspot_map(ws, actor, query)
    about = {name: value for name, value in found.to_json().items() if name != "cells"}
    features = [
        {
            "type": "Feature",
            "id": cell.spot.cell,
            "geometry": {"type": "Polygon", "coordinates": [_closed(cell.shape.ring)]},
            "properties": cell_json(cell) | {"verdict_text": VERDICT_WORDS[cell.spot.verdict]},
        }
        for cell in shown(found)
    ]
    return {"type": "FeatureCollection", **about, "features": features}


def shown(found: HotspotMap) -> Iterator[HotCell]:
    """The cells that may be shown one by one: with three doors or more."""
    return (cell for cell in found.cells if cell.shape.is_marked)


def _row(cell: HotCell) -> tuple[Any, ...]:
    told, s = cell_json(cell), cell.spot
    return (
        cell.shape.label, cell.shape.side, s.count, s.report_days, s.episodes, s.expected, VERDICT_WORDS[s.verdict],
        s.priority or None, s.text, told["lon"], told["lat"], s.cell, told["z"], told["p"], told["p_usual"], told["q"],
    )  # fmt: skip


def _made(found: HotspotMap) -> Iterator[tuple[str, Any]]:
    yield "时间窗", f"{found.since.isoformat()} 到 {found.query.until.isoformat()}（{found.days}天）"
    yield "类别", kind_of(found.query.kind).name if found.query.kind else "全部"
    yield "分格", found.query.cells
    yield "合并重复后一共几起", found.n
    yield "够不够说", "够" if found.speaks else "不够，说不准"
    yield "方法", found.method
    yield "随机数种子", found.seed
    yield "报得少不等于没有问题", "数的是报上来的；巡查走得多的地方报得也多。"
    yield "不单独列出的", "不到三个门面的地方，以免指到某一家。"


def _closed(ring: tuple[tuple[float, float], ...]) -> list[list[float]]:
    closed = ring if not ring or ring[0] == ring[-1] else (*ring, ring[0])
    return [[round(lon, 7), round(lat, 7)] for lon, lat in closed]
