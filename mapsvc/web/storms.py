"""`/storms`: 雨前雨后, who should look where before and after rain; daily rainfall; lists on paper."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.permissions import Action, may
from mapsvc.domain.rainfall import HEAVY_MM
from mapsvc.domain.storms import (
    LEAK_KIND,
    MOST_DOORS,
    MOST_TEXT,
    OUTCOME_NAMES,
    USUAL_DOORS,
    DoorOutcome,
    Storm,
    StormKind,
)
from mapsvc.errors import Refused
from mapsvc.operations import rainfall, storms
from mapsvc.operations.rainfall import RainOnDay
from mapsvc.operations.storm_views import DoorLine, get_storm, list_storms
from mapsvc.operations.storms import NewStorm
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.form_ids import form_id
from mapsvc.web.forms import Form

blueprint = Blueprint("storms", __name__, url_prefix="/storms")
SAID = {
    "called": "单子排好了，已经进到走访人的今日。",
    "ended": "结束了，今日里不再提。",
    "undone": "撤回了，就当没有发起过。",
    "added": "加上了。",
    "removed": "去掉了。",
    "seen": "记下了。",
}
KINDS = ((StormKind.TYPHOON.value, "台风"), (StormKind.RAIN.value, "大雨"))
ANSWERS = tuple((o.value, OUTCOME_NAMES[o]) for o in (DoorOutcome.OK, DoorOutcome.CLOSED, DoorOutcome.NOT_NEEDED))
_CHART = (20, 120, 18)
"""Width of a day, height of the bars and of the axis, in px."""


@dataclass(frozen=True)
class Bar:
    """A day of the chart: where it stands, how high, what it says; an unknown day has no height."""

    day: RainOnDay
    x: int
    y: float
    height: float
    label: str


@blueprint.get("")
def index() -> str:
    """What is open, what was, and the rain."""
    return _page()


@blueprint.post("")
def call() -> Response:
    """Call a storm: with one button when it has fallen, with a few words when it comes."""
    require_page(Action.CALL_STORM)

    def act() -> Storm:
        kind = forms.choice("kind", StormKind, "台风还是大雨")
        assert kind is not None
        mm = forms.whole("expected_mm", "预计雨量", 1, 2000)
        new = NewStorm(
            form_id(), kind, request.form.get("coming") == "1", forms.when("from", "几时来"), None,
            float(mm) if mm is not None else None, forms.text("text", "说明", MOST_TEXT) or None,
            forms.whole("most", "最多看几户", 1, MOST_DOORS) or USUAL_DOORS,
        )  # fmt: skip
        return storms.call_storm(workspace(), actor(), new)[0]

    return forms.done(act, lambda made: _url(made.id, "called"), _page)


@blueprint.post("/rainfall")
def upload() -> Response:
    """Take in daily amounts."""
    require_page(Action.CALL_STORM)

    def act() -> str:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Refused("请先选一个 csv 文件。", field="file", code="no_file")
        report = rainfall.import_rainfall(workspace(), actor(), sent.stream.read())
        counts = next(iter(report.sheets.values()))
        if counts.rejected:
            lines = "".join(f"第{p.row}行：{p.message}" for p in report.problems[:5])
            told = (
                f"读到{counts.read}行，新增{counts.added}，更新{counts.updated}，没有导入{counts.rejected}行。{lines}"
            )
            raise Refused(told, field="file", code="some_rejected")
        return f"/storms?added={counts.added}&updated={counts.updated}&same={counts.unchanged}#rain"

    return forms.done(act, lambda url: str(url), _page)


@blueprint.get("/rainfall.csv")
def download() -> Response:
    """The amounts that are kept, for a spreadsheet."""
    text = "\ufeff" + rainfall.rain_csv(workspace(), actor())
    named = {"Content-Disposition": "attachment; filename=rainfall.csv"}
    return Response(text, mimetype="text/csv", headers=named)


@blueprint.get("/<storm_id>")
def show(storm_id: str) -> str:
    """One storm: by building, who was seen and who waits, the text for the group."""
    return _one(storm_id)


@blueprint.get("/<storm_id>/print")
def paper(storm_id: str) -> str:
    """The list on paper, a table per patch."""
    require_page(Action.SEE_ALERTS)
    return render_template("storm_print.html", view=get_storm(workspace(), actor(), path_code(storm_id)))


@blueprint.post("/<storm_id>/end")
def end(storm_id: str) -> Response:
    """Nobody need look any more."""
    storms.end_storm(workspace(), actor(), path_code(storm_id))
    return redirect(_url(storm_id, "ended"), 303)


@blueprint.post("/<storm_id>/undo")
def undo(storm_id: str) -> Response:
    """It was called by mistake."""
    require_page(Action.CALL_STORM)
    return forms.done(
        lambda: storms.undo_storm(workspace(), actor(), path_code(storm_id)),
        "/storms?done=undone",
        lambda form, faults: _one(storm_id, form, faults),
    )


@blueprint.post("/<storm_id>/doors")
def add_door(storm_id: str) -> Response:
    """One more door."""
    require_page(Action.CALL_STORM)
    return forms.done(
        lambda: storms.add_door(
            workspace(), actor(), path_code(storm_id), forms.text("code", "商铺或点位编号", 40, required=True)
        ),
        _url(storm_id, "added"),
        lambda form, faults: _one(storm_id, form, faults),
    )


@blueprint.post("/<storm_id>/doors/<door_id>/remove")
def remove_door(storm_id: str, door_id: str) -> Response:
    """One door less."""
    require_page(Action.CALL_STORM)
    return forms.done(
        lambda: storms.remove_door(workspace(), actor(), path_code(door_id)),
        _url(storm_id, "removed"),
        lambda form, faults: _one(storm_id, form, faults),
    )


@blueprint.post("/<storm_id>/doors/<door_id>/seen")
def seen(storm_id: str, door_id: str) -> Response:
    """What was found at a door; nothing chosen: it was a slip."""

    def act() -> object:
        outcome = forms.choice("outcome", DoorOutcome, "看到什么", required=False)
        return storms.see_door(workspace(), actor(), path_code(door_id), outcome)

    return forms.done(act, _url(storm_id, "seen"), lambda form, faults: _one(storm_id, form, faults))


def report_url(line: DoorLine) -> str:
    """The form for reporting a leak there."""
    spot = f"place={quote(line.spot.code)}" if line.door.place_id else f"shop={quote(line.spot.code)}"
    return f"/issues/new?{spot}&kind={LEAK_KIND}"


def bars(days: tuple[RainOnDay, ...]) -> tuple[Bar, ...]:
    """The chart: as high as the wettest day, and never higher than heavy rain would be where there was little."""
    width, height, _ = _CHART
    top = max([HEAVY_MM * 2, *(d.mm or 0.0 for d in days)])
    return tuple(
        Bar(
            d, n * width, round(height - height * (d.mm or 0.0) / top, 1), round(height * (d.mm or 0.0) / top, 1),
            f"{d.mm:.0f}" if d.is_heavy else "",
        )
        for n, d in enumerate(days)
    )  # fmt: skip


def _page(form: Form | None = None, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.SEE_ALERTS)
    days = rainfall.last_days(workspace(), who)
    numbers = [request.args.get(name, "") for name in ("added", "updated", "same")]
    rained = f"雨量记好了：新增{numbers[0]}天，更新{numbers[1]}天，{numbers[2]}天没变。" if all(
        n.isdecimal() and len(n) < 7 for n in numbers
    ) else ""  # fmt: skip
    return render_template(
        "storms.html",
        tab="today",
        page=list_storms(workspace(), who),
        may_import=may(who, Action.CALL_STORM),
        bars=bars(days),
        known=sum(d.mm is not None for d in days),
        heavy=sum(d.is_heavy for d in days),
        heavy_y=round(_CHART[1] - _CHART[1] * HEAVY_MM / max([HEAVY_MM * 2, *(d.mm or 0.0 for d in days)]), 1),
        chart=_CHART,
        kinds=KINDS,
        usual=USUAL_DOORS,
        most=MOST_DOORS,
        now=workspace().clock(),
        fresh_ids=(form_id("none"), form_id("none")),
        form=form,
        faults=faults,
        open_form=_opened(form),
        said=rained or SAID.get(request.args.get("done", "")),
    )


def _opened(form: Form | None) -> str:
    """Which form failed: that of what comes, that of what fell, that of the rain."""
    if form is None:
        return ""
    return "coming" if form.get("coming") == "1" else "fallen" if "kind" in form else "rain"


def _one(storm_id: str, form: Form | None = None, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.SEE_ALERTS)
    view = get_storm(workspace(), who, path_code(storm_id))
    return render_template(
        "storm.html",
        tab="today",
        view=view,
        answers=ANSWERS,
        names=OUTCOME_NAMES,
        report_url=report_url,
        may_report=may(who, Action.REPORT_ISSUE),
        form=form,
        faults=faults,
        said=SAID.get(request.args.get("done", "")),
    )


def _url(storm_id: str, done: str) -> str:
    return f"/storms/{quote(path_code(storm_id))}?done={done}"
