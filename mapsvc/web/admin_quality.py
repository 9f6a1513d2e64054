"""数据质量: numbers about the ledgers, each opening its rows; nothing is counted per person."""

from flask import Blueprint, render_template, request

from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.operations import quality as operations
from mapsvc.operations.quality import CHECKS, QualityRow
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("admin_quality", __name__, url_prefix="/admin/quality")
PAGE = 50
# A page number beyond this is a typing error.
_LAST_PAGE = 10_000
UNITS = {"shop": "户", "visit": "次", "case": "件", "enquiry": "条"}


@blueprint.get("")
def index() -> str:
    """All numbers."""
    numbers = operations.quality_numbers(workspace(), actor())
    return render_template("admin_quality.html", tab="ledger", numbers=numbers, units=UNITS)


@blueprint.get("/<code>")
def show(code: str) -> str:
    """The rows behind one number."""
    page = _page_number(request.args.get("page", "1"))
    found = operations.quality_rows(workspace(), actor(), code, PAGE + 1, (page - 1) * PAGE)
    check = next(check for check in CHECKS if check.code == code)
    return render_template(
        "admin_quality_rows.html",
        tab="ledger",
        check=check,
        rows=[_row(row) for row in found[:PAGE]],
        page=page,
        is_more=len(found) > PAGE,
        texts=operations.repeated_texts(workspace(), actor()) if code == "identical_texts" else [],
    )


def _page_number(text: str) -> int:
    return min(_LAST_PAGE, max(1, int(text))) if text.isdecimal() and len(text) < 9 else 1


def _row(row: QualityRow) -> dict[str, str | None]:
    at = row.at.astimezone(OFFICE_ZONE) if row.at else None
    told = f"{at:%Y-%m-%d %H:%M}" if at else ""
    return {"title": row.title, "code": row.code, "detail": row.detail, "at": told, "url": row.url}
