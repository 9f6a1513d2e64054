"""/api/v1/hotspots: cells against what is usual there, and the reports behind one cell."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.times import iso, office_day
from mapsvc.operations import hotspots
from mapsvc.operations.hotspot_reports import CellDetail, hotspot_cell
from mapsvc.operations.hotspots import STREET_CELLS, HotspotQuery
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, NUMBER, TEXT, WHOLE, describe, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_hotspots", __name__, url_prefix="/api/v1/hotspots")

_ASK = {
    "kind": p.optional(p.text(40)),
    "days": p.optional(p.text(8), "auto"),
    "until": p.optional(p.day()),
    "cells": p.optional(p.text(40), STREET_CELLS),
    "seed": p.optional(p.whole(0, 2**31 - 1), 1),
}
_SOURCE = thing(name=TEXT, count=WHOLE)
_CELL = thing(
    cell=TEXT, lon=NUMBER, lat=NUMBER, count=WHOLE, patrol=WHOLE, sources={"type": "array", "items": _SOURCE},
    report_days=WHOLE, episodes=WHOLE, expected=NUMBER, verdict=TEXT, p_usual=NUMBER, p_others=NUMBER,
    z=NUMBER, p=NUMBER, q=NUMBER, band=WHOLE, enough=FLAG, type=TEXT, priority=WHOLE, text=TEXT, label=TEXT, side=TEXT,
)  # fmt: skip
_MAP = thing(
    method=TEXT, n=WHOLE, seed=WHOLE, compared=TEXT, placeholders=WHOLE, cells={"type": "array", "items": _CELL}
)


def read_query() -> HotspotQuery:
    """The question in the address."""
    asked = p.query(_ASK)
    days = None if asked["days"] == "auto" else p.whole(7, 728).read(asked["days"], "days")
    until = asked["until"] or office_day(workspace().clock())
    return HotspotQuery(until, asked["kind"], days, asked["cells"], asked["seed"])


@blueprint.get("")
@describe(
    "问题分布：每段和平时比多不多，最短够用的时间窗",
    tag="hotspots",
    query=_ASK,
    responses={200: _MAP},
    problems=(422,),
)
def index() -> Response:
    """All cells that can hold a report, the strongest first."""
    return r.answer(hotspots.hotspot_map(workspace(), actor(), read_query()).to_json())


@blueprint.get("/cells/<path:cell>")
@describe("一段的数字背后是哪些上报，怎么算的", tag="hotspots", query=_ASK, problems=(404, 422))
def show(cell: str) -> Response:
    """One cell with the very reports behind its number."""
    return r.answer(_detail(hotspot_cell(workspace(), actor(), read_query(), cell[:200])))


def _detail(found: CellDetail) -> dict[str, Any]:
    whole = found.map.to_json()
    return hotspots.cell_json(found.cell) | {
        "window": whole["window"],
        "sources": [{"name": name, "count": count} for name, count in found.sources],
        "mostly": found.mostly,
        "context": list(found.context),
        "steps": list(found.steps),
        "issues": [
            {
                "id": f.case.id,
                "number": f.issue.number,
                "kind": f.issue.kind,
                "at": iso(f.issue.happened_at),
                "place": f.location.address or f.place_name or "",
                "shop": f.shop_code,
                "state": f.case.state.value,
            }
            for f in found.issues
        ],
    }
