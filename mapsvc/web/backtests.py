"""用过去检验: what walking by the ranking would have met, beside simpler ways; and the button to try it anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.backtests import METHOD_NAMES, METHOD_WORDS, percent, sentence
from mapsvc.domain.permissions import Action
from mapsvc.operations import jobs
from mapsvc.operations.fits import latest_fit
from mapsvc.web import surfaces
from mapsvc.web.context import actor, require_page, workspace

blueprint = Blueprint("backtests", __name__, url_prefix="/hotspots/backtest")
COUNTED = (("episodes", "同一处的重复上报合并后"), ("raw", "每一件都算"))
_MAIN = 1


@dataclass(frozen=True)
class Row:
    """A way of ranking, and its figures at each share of the area."""

    name: str
    words: str
    is_ours: bool
    areas: tuple[Mapping[str, Any], ...]


@blueprint.get("")
def index() -> str:
    """What the last try on the office's own past said."""
    who = require_page(Action.RUN_BACKTEST)
    fit = latest_fit(workspace(), who)
    figures = fit.figures if fit else {}
    tables = [(title, _rows(figures[name])) for name, title in COUNTED if name in figures]
    return render_template(
        "hotspots/backtest.html", tab="map", fit=fit, figures=figures, tables=tables, percent=percent,
        is_asked="asked" in request.args, says=_says(figures["episodes"]) if "episodes" in figures else (),
        tests=[date.fromisoformat(day) for day in figures.get("tests", ())],
        until=date.fromisoformat(figures["until"]) if "until" in figures else None,
    )  # fmt: skip


@blueprint.post("")
def again() -> Response:
    """用过去再检验一次."""
    job = jobs.enqueue(workspace(), actor(), "fit")
    # Pages of jobs are the office's alone.
    at_desk = current_app.extensions[surfaces.EXTENSION] == surfaces.OFFICE
    return redirect(f"/admin/jobs/{job.id}" if at_desk else "/hotspots/backtest?asked=1", 303)


def _rows(tested: Mapping[str, Any]) -> list[Row]:
    return [
        Row(METHOD_NAMES[one["method"]], METHOD_WORDS[one["method"]], one["method"] == "priority", tuple(one["areas"]))
        for one in tested["methods"]
    ]


def _says(tested: Mapping[str, Any]) -> tuple[str, ...]:
    """The plain sentence, and how the simpler ways did beside it."""
    by_name = {one["method"]: one["areas"][_MAIN] for one in tested["methods"]}
    ours = by_name.pop("priority")
    best_of_all = by_name.pop("perfect")
    first = sentence(ours["share"], ours["hit_rate"], "路段")
    beside = "，".join(f"按{METHOD_NAMES[name]}走是{percent(by_name[name]['hit_rate'])}" for name in _BESIDE)
    most = f"事后看，走得最好也只能碰上{percent(best_of_all['hit_rate'])}。"
    return first, f"同样多的路段，{beside}；{most}", _sure(ours, by_name)


_BESIDE = ("last_period", "all_history", "kde", "gi_star")


def _sure(ours: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> str:
    """Whether the lead over the best of the others is more than chance."""
    name = max(others, key=lambda one: (others[one]["hit_rate"], one))
    low, high = others[name]["behind_interval"]
    called = METHOD_NAMES[name]
    if low > 0:
        return f"比其中最好的“{called}”还要好，不是碰巧。"
    if high < 0:
        return f"这里“{called}”更准，不是碰巧；请告诉管理员。"
    return f"和其中最好的“{called}”比，差别还说不准，可能是碰巧。"
