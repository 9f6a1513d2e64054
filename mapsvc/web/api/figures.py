"""/api/v1/figures: the four rates of a month by kind, patch or month, against the month before."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.figures import RATE_NAMES, Figure
from mapsvc.domain.periods import month_of, parse_month
from mapsvc.domain.times import office_day
from mapsvc.errors import Refused
from mapsvc.operations.figures import Asked, By, Row, figures
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import TEXT, describe, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_figures", __name__, url_prefix="/api/v1/figures")

_ASK: p.Spec = {
    "month": p.optional(p.text(7)),
    "per": p.optional(p.choice(By), By.KIND),
    "kind": p.optional(p.text(16)),
    "patch": p.optional(p.text(40)),
}
_ROW = thing(name=TEXT, rates={"type": "object"})
_ROW["properties"]["from"] = _ROW["properties"]["until"] = TEXT


@blueprint.get("")
@describe(
    "办理情况：按时办结率、先行联系率、实际解决率、满意率，按类别、片区或月，和上月比；不到5件的没有百分比；没有一项按人算",
    tag="figures",
    query=_ASK,
    responses={200: thing(month=TEXT, per=TEXT, rows={"type": "array", "items": _ROW})},
    problems=(422,),
)
def index() -> Response:
    """The whole first, then row by row."""
    asked = p.query(_ASK)
    day = parse_month(asked["month"]) if asked["month"] else office_day(workspace().clock())
    if day is None:
        raise Refused("月份要写成 2026-11 这样。", field="month", code="bad_month")
    month = month_of(day)
    table = figures(workspace(), actor(), Asked(month, asked["kind"], asked["patch"]), asked["per"])
    rows = [_row(row) for row in table.rows]
    return r.answer({"month": f"{month.first:%Y-%m}", "per": asked["per"].value, "rows": rows})


def _row(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "kind": row.asked.kind,
        "patch": row.asked.patch,
        "from": row.asked.period.first.isoformat(),
        "until": row.asked.period.last.isoformat(),
        "rates": {
            cell.rate.value: {"name": RATE_NAMES[cell.rate]} | _figure(cell.now) | {"before": _figure(cell.before)}
            for cell in row.cells
        },
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {"hits": figure.hits, "total": figure.total, "percent": figure.percent}
