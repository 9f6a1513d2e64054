"""导出: the workbook in the office's form, layers for other programs."""

import io

from flask import Blueprint, render_template, request, send_file
from werkzeug.wrappers import Response

from mapsvc.domain.permissions import Action, may
from mapsvc.domain.times import office_day
from mapsvc.errors import Forbidden, MapsvcError, Refused
from mapsvc.operations import exports as operations
from mapsvc.web.context import actor, require_page, workspace

blueprint = Blueprint("admin_export", __name__, url_prefix="/admin/export")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DATUMS = (
    ("wgs84", "WGS-84"),
    ("gcj02", "GCJ-02（高德、腾讯）"),
    ("bd09", "BD-09（百度）"),
    ("EPSG:4549", "CGCS2000 / EPSG:4549"),
)
LAYERS = (
    ("shops", "商铺"),
    ("issues", "问题"),
    ("places", "点位"),
    ("visits", "走访记录（只有表格）"),
    ("patches", "责任片区"),
    ("streets", "街道"),
    ("hotspots", "问题分布"),
    ("subdistrict", "街道范围"),
)
FORMS = (
    (".xlsx", "表格 xlsx"),
    (".csv", "表格 csv"),
    (".geojson", "GeoJSON"),
    (".gpkg", "GeoPackage"),
    (".shp", "Shapefile"),
    (".kml", "KML"),
    (".gpx", "GPX（点）"),
)


@blueprint.get("")
def index() -> str:
    """The two forms."""
    return _page()


@blueprint.post("/ledger")
def ledger() -> Response | tuple[str, int]:
    """The workbook; names and phones in full for a reason only, which is written down."""
    reason = request.form.get("reason", "").strip() if request.form.get("full") else None
    target = io.BytesIO()
    try:
        operations.export_ledger(workspace(), actor(), target, reason=reason, datum=request.form.get("datum", "wgs84"))
    except Refused as error:
        return _page(error), 422
    target.seek(0)
    day = office_day(workspace().clock())
    return send_file(target, XLSX, as_attachment=True, download_name=f"台账_{day:%Y%m%d}.xlsx")


@blueprint.post("/layer")
def layer() -> Response | tuple[str, int]:
    """One layer as a file."""
    from mapsvc.maps.files import layer_bytes

    layer_, form = request.form.get("layer", ""), request.form.get("form", "")
    if layer_ not in dict(LAYERS) or form not in dict(FORMS):
        raise Refused("请选要导出的图层和格式。", field="layer", code="nothing_chosen")
    try:
        content, name = layer_bytes(workspace(), actor(), layer_, form, request.form.get("datum", "wgs84"))
    except Forbidden:
        raise
    except MapsvcError as error:
        return _page(layer_error=error.message), 422
    return send_file(io.BytesIO(content), as_attachment=True, download_name=name)


def _page(error: MapsvcError | None = None, layer_error: str = "") -> str:
    who = require_page(Action.EXPORT)
    return render_template(
        "admin_export.html",
        tab="ledger",
        datums=DATUMS,
        layers=LAYERS,
        forms=FORMS,
        may_full=may(who, Action.SEE_PERSON),
        form=request.form,
        faults={p.field: p.message for p in error.problems} if error else {},
        layer_error=layer_error,
    )
