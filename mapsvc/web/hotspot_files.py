"""问题分布 to take along: a table, GeoJSON, a picture."""

import io
from datetime import date
from urllib.parse import quote

import orjson
from flask import Blueprint, Response, request

from mapsvc.domain.kinds import kind_of
from mapsvc.domain.permissions import Action
from mapsvc.maps.hotspot_picture import FILE_PX, captioned, hotspot_picture
from mapsvc.operations.hotspot_exports import hotspots_geojson, hotspots_xlsx
from mapsvc.operations.hotspots import HotspotMap, hotspot_map
from mapsvc.web.context import require_page, workspace
from mapsvc.web.hotspot_query import read_query

blueprint = Blueprint("hotspot_files", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/hotspots.xlsx")
def xlsx() -> Response:
    """A row per stretch, and a sheet that says how it was counted."""
    who, target = require_page(Action.EXPORT), io.BytesIO()
    hotspots_xlsx(workspace(), who, read_query(), target)
    return _file(target.getvalue(), XLSX, "xlsx")


@blueprint.get("/hotspots.geojson")
def geojson() -> Response:
    """For other maps."""
    who = require_page(Action.EXPORT)
    told = hotspots_geojson(workspace(), who, read_query())
    return _file(orjson.dumps(told), "application/geo+json", "geojson")


@blueprint.get("/hotspots.png")
def png() -> Response:
    """The map with its sentence and its legend."""
    ws, who = workspace(), require_page(Action.SEE_MAP)
    found = hotspot_map(ws, who, read_query())
    drawn = captioned(ws, hotspot_picture(ws, who, found, FILE_PX), _title(found), found.sentence)
    return _file(drawn.png(), "image/png", "png")


def _title(found: HotspotMap) -> str:
    kind = f" · {kind_of(found.query.kind).name}" if found.query.kind else ""
    days = f"{found.since.year}年{_day(found.since)}到{_day(found.query.until)}"
    return f"{workspace().settings.block_name} · 问题分布{kind} · {days}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _file(content: bytes, kind: str, suffix: str) -> Response:
    response = Response(content, content_type=kind)
    until = read_query().until
    named = request.args.get("kind", "")
    words = f"问题分布_{kind_of(named).short_name + '_' if named else ''}{until:%Y%m%d}.{suffix}"
    plain = f"hotspots_{until:%Y%m%d}.{suffix}"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(words)}"
    return response
