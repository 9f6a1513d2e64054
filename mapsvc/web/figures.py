"""办理情况: the four rates by kind, patch or month, and the list behind each number."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.figures import DEFINITIONS, GENERAL, RATE_NAMES, MatterKind, Outcome, Rate
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.periods import Period, between, month_of, months_back, parse_month
from mapsvc.domain.permissions import Action
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.errors import Malformed
from mapsvc.operations import figures as operations
from mapsvc.operations.figures import Asked, By
from mapsvc.web.context import require_page, workspace

blueprint = Blueprint("figures", __name__, url_prefix="/figures")
BY_NAMES = {By.KIND: "按类别", By.PATCH: "按片区", By.MONTH: "按月"}


@blueprint.get("")
def index() -> str:
    """The table of a month."""
    who, today = require_page(Action.SEE_FIGURES), office_day(workspace().clock())
    month = parse_month(request.args.get("month", "")) or today
    asked = Asked(month_of(month), request.args.get("kind") or None, request.args.get("patch") or None)
    by = By(request.args["by"]) if request.args.get("by") in list(By) else By.KIND
    table = operations.figures(workspace(), who, asked, by)
    return render_template(
        "figures.html", tab="figures", table=table, asked=asked, by=by, by_names=BY_NAMES,
        months=[(f"{m.first:%Y-%m}", m.words) for m in months_back(month_of(today), operations.MONTHS)],
        kinds=[(one.code, one.name) for one in table.kinds], patches=[(one.code, one.name) for one in table.patches],
        names=RATE_NAMES, definitions=DEFINITIONS, general=GENERAL, list_of=list_address, page_of=_page_address,
        before_of=lambda row: replace(row, period=row.period.before),
    )  # fmt: skip


@blueprint.get("/list")
def behind() -> str | Response:
    """What a number counts, row by row."""
    who = require_page(Action.SEE_FIGURES)
    if not request.args:
        return redirect("/figures", 302)
    rate, asked, hits_only = _rate(), _asked(request.args), request.args.get("part") == "hit"
    found = operations.behind(workspace(), who, asked, rate, hits_only=hits_only)
    return render_template(
        "figures_list.html", tab="figures", rate=rate, names=RATE_NAMES, asked=asked, hits_only=hits_only,
        rows=[_described(one) for one in found], definition=DEFINITIONS[rate], kind_name=_kind_name,
        other=list_address(rate, asked, hits=not hits_only),
    )  # fmt: skip


def list_address(rate: Rate, asked: Asked, *, hits: bool = False) -> str:
    """Where the list behind a number is."""
    values = {"rate": rate.value, "from": asked.period.first.isoformat(), "until": asked.period.last.isoformat()}
    values |= {name: value for name, value in (("kind", asked.kind), ("patch", asked.patch)) if value}
    return f"/figures/list?{urlencode(values | ({'part': 'hit'} if hits else {}))}"


def _page_address(asked: Asked, by: By, **changed: str | None) -> str:
    values: dict[str, str | None] = {"month": f"{asked.period.first:%Y-%m}", "by": by.value}
    values |= {"kind": asked.kind, "patch": asked.patch} | changed
    return f"/figures?{urlencode({name: value for name, value in values.items() if value})}"


def _rate() -> Rate:
    try:
        return Rate(request.args.get("rate", ""))
    except ValueError:
        raise Malformed("没有这一项，请从办理情况里点数字进来。", field="rate", code="unknown_rate") from None


def _asked(args: Mapping[str, str]) -> Asked:
    return Asked(_period(args), args.get("kind") or None, args.get("patch") or None)


def _period(args: Mapping[str, str]) -> Period:
    try:
        return between(date.fromisoformat(args.get("from", "")), date.fromisoformat(args.get("until", "")))
    except ValueError:
        raise Malformed("日子要写成 2026-11-01 这样。", field="from", code="bad_day") from None


def _described(one: Outcome) -> dict[str, object]:
    at = one.at.astimezone(OFFICE_ZONE)
    is_case = one.matter is MatterKind.CASE
    return {
        "href": f"/cases/{one.id}" if is_case else f"/tickets/{one.spot.number}",
        "what": _kind_name(one.spot.kind),
        "number": one.spot.number,
        "matter": "案件" if is_case else "12345工单",
        "where": one.spot.address or "没记地点",
        "at": f"{at.month}月{at.day}日 {at:%H:%M}",
        "said": one.said,
        "is_hit": one.is_hit,
    }


def _kind_name(code: str | None) -> str:
    return kind_of(code).name if code and code != operations.NO_KIND else "没有类别"
