"""周报、月报: the list, one report to change or frozen, its lists, print, file, slides, five lines."""

import base64
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.periods import REPORT_NAMES, Period, between, day_words, month_of
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.report_words import SENTENCE_NAMES
from mapsvc.domain.reports import LIST_NAMES, STORIES, Item, ListId, Report
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.errors import NotFound, Refused
from mapsvc.maps import report_pages
from mapsvc.operations import reports as operations
from mapsvc.operations.reports import LONGEST, Change, Draft
from mapsvc.web import forms
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.coverage import stretch_address

blueprint = Blueprint("reports", __name__, url_prefix="/reports", template_folder=str(report_pages.SHEETS))
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("")
def index() -> str:
    """The reports there are, and which can be begun."""
    who, today = require_page(Action.SEE_FIGURES), office_day(workspace().clock())
    week, month = operations.this_week(workspace()), month_of(today)
    begin = [("本周", week), ("上周", week.before), ("本月", month), ("上月", month.before)]
    return render_template(
        "reports.html", tab="reports", listed=operations.list_reports(workspace(), who),
        begin=[(word, period, operations.key_of(period)) for word, period in begin], today=today,
        names=REPORT_NAMES, moment=_moment, faults={}, form={}, may_write=may(who, Action.WRITE_REPORT),
    )  # fmt: skip


@blueprint.get("/weekly")
def weekly() -> str:
    """This week's."""
    require_page(Action.SEE_FIGURES)
    period = operations.this_week(workspace())
    return _page(operations.key_of(period))


@blueprint.get("/monthly")
def monthly() -> str:
    """This month's."""
    require_page(Action.SEE_FIGURES)
    return _page(operations.key_of(month_of(office_day(workspace().clock()))))


@blueprint.get("/new")
def new() -> AnyResponse:
    """The report of any days."""
    require_page(Action.WRITE_REPORT)
    if not request.args:
        return redirect("/reports", 302)
    return redirect(f"/reports/{operations.key_of(_asked())}", 302)


@blueprint.get("/<key>")
def show(key: str) -> str:
    """One report."""
    return _page(key)


@blueprint.post("/<key>")
def save(key: str) -> AnyResponse:
    """Keep what was typed, and freeze it if that was asked for."""

    def act() -> Report:
        kept = operations.save_report(workspace(), actor(), key, forms.version(), _change())
        return _freeze(kept) if request.form.get("act") == "freeze" else kept

    return forms.done(act, lambda kept: f"/reports/{kept.id}", lambda form, faults: _page(key, form, faults))


@blueprint.post("/<key>/take-back")
def take_back(key: str) -> AnyResponse:
    """收回定稿."""
    return forms.done(
        lambda: operations.take_back(workspace(), actor(), key, forms.text("reason", "原因", LONGEST)),
        lambda kept: f"/reports/{kept.id}",
        lambda form, faults: _page(key, form, faults),
    )


@blueprint.get("/<key>/print")
def paper(key: str) -> str:
    """A4."""
    found = _found(key)
    return render_template("report_print.html", title=found.title, article=_article(found), key=key)


@blueprint.get("/<key>/screen")
def screen(key: str) -> str:
    """投屏."""
    found = _found(key)
    if isinstance(found, Report):
        slides = found.frozen.screen if found.frozen else ""
    else:
        slides = report_pages.slides(workspace(), actor(), found)
    return render_template("report_screen.html", title=found.title, slides=slides, key=key)


@blueprint.get("/<key>/report.docx")
def docx(key: str) -> Response:
    """The file."""
    found = _found(key)
    if isinstance(found, Report):
        content = base64.b64decode(found.frozen.docx) if found.frozen else b""
    else:
        content = report_pages.file_of(workspace(), actor(), found)
    response = Response(content, content_type=DOCX)
    plain = f"report_{found.period.first:%Y%m%d}_{found.period.last:%Y%m%d}.docx"
    name = quote(f"{found.title}.docx")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}"
    return response


@blueprint.get("/<key>/list")
def behind(key: str) -> str | AnyResponse:
    """The rows behind a number."""
    require_page(Action.SEE_FIGURES)
    which = request.args.get("of", "")
    if not which:
        return redirect(f"/reports/{quote(key, safe='')}", 302)
    if which not in list(ListId):
        raise NotFound("报告里没有这一项，请回到报告再点。", code="unknown_list")
    before = bool(request.args.get("before"))
    items = operations.behind(workspace(), actor(), key, ListId(which), before=before)
    return _rows(key, LIST_NAMES[ListId(which)], items, "前一段的" if before else "")


@blueprint.get("/<key>/late")
def late(key: str) -> str:
    """定稿后补记."""
    found = _found(key)
    items = operations.late_records(workspace(), actor(), found) if isinstance(found, Report) else ()
    return _rows(key, ("定稿后补记", "件"), items, "")


def _rows(key: str, words: tuple[str, str], items: tuple[Item, ...], prefix: str) -> str:
    rows = [{"item": item, "href": _address(item), "at": _moment(item.at) if item.at else ""} for item in items]
    return render_template("report_list.html", tab="reports", key=key, name=prefix + words[0], unit=words[1], rows=rows)


def _address(item: Item) -> str:
    if item.ref_type == "stretch":
        return stretch_address(item.ref)
    return {"case": "/cases/", "shop": "/shops/", "ticket": "/tickets/"}[item.ref_type] + quote(item.ref, safe="")


def _found(key: str) -> Report | Draft:
    return operations.open_report(workspace(), require_page(Action.SEE_FIGURES), key)


def _article(found: Report | Draft) -> str:
    if isinstance(found, Report):
        return found.frozen.article if found.frozen else ""
    return report_pages.article(workspace(), actor(), found)


def _page(key: str, form: dict[str, Any] | None = None, faults: dict[str, str] | None = None) -> str:
    found = _found(key)
    shared = {"tab": "reports", "form": form or {}, "faults": faults or {}, "moment": _moment, "names": REPORT_NAMES}
    if isinstance(found, Report):
        return _frozen_page(found, shared)
    ws, who = workspace(), actor()
    candidates = [(story.case_id, story.name) for story in found.gathered.stories]
    return render_template(
        "report_draft.html", draft=found, lines=report_pages.lines(found), cases=report_pages.case_rows(found),
        map_svg=report_pages.by_day_and_night(ws, who, found), candidates=candidates, slots=range(STORIES),
        longest=LONGEST, day=_moment, **shared,
    )  # fmt: skip


def _frozen_page(report: Report, shared: dict[str, Any]) -> str:
    ws, who = workspace(), actor()
    plain = report.frozen.plain if report.frozen else ""
    form: dict[str, Any] = shared["form"]
    typed = [(words, str(form[f"text_{name}"])) for name, words in SENTENCE_NAMES.items() if form.get(f"text_{name}")]
    return render_template(
        "report_frozen.html", report=report, article=_article(report), plain=plain, typed=typed,
        late=len(operations.late_records(ws, who, report)), successor=operations.successor(ws, who, report),
        may_take_back=may(who, Action.WRITE_REPORT) and may(who, Action.WITHDRAW), **shared,
    )  # fmt: skip


def _freeze(kept: Report) -> Report:
    ws, who = workspace(), actor()
    return operations.freeze_report(ws, who, kept.id, kept.version, lambda draft: report_pages.freeze(ws, who, draft))


def _change() -> Change:
    """What was typed; fields that the form did not have stay as they are."""
    texts = {name.removeprefix("text_"): forms.text(name) for name in request.form if name.startswith("text_")}
    told = {name.removeprefix("told_"): forms.text(name) for name in request.form if name.startswith("told_")}
    slots = [f"story_{n}" for n in range(1, STORIES + 1)]
    chosen = tuple(request.form[name] for name in slots if request.form.get(name))
    return Change(texts, told, chosen if any(name in request.form for name in slots) else None)


def _asked() -> Period:
    first, last = _day("from"), _day("until")
    return between(first, last)


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        raise Refused("请选开始和结束的日子。", field=name, code="bad_day") from None


def _moment(at: Any) -> str:
    local = at.astimezone(OFFICE_ZONE)
    return f"{day_words(local.date())} {local:%H:%M}"
