"""`/street-sheets`: 办结公示, what got done, for a shop window."""

from datetime import date, timedelta
from urllib.parse import quote

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.periods import Period, between, month_of
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.times import office_day
from mapsvc.errors import MapsvcError, Refused
from mapsvc.operations import street_sheets as operations
from mapsvc.operations.street_sheets import Draft
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.form_ids import form_id
from mapsvc.web.forms import Faults, Form

blueprint = Blueprint("street_sheets", __name__, url_prefix="/street-sheets")


@blueprint.get("")
def index() -> str:
    """The sheets there are; for who may make one, the next with its sentences to tick."""
    return _page()


@blueprint.post("")
def make() -> Response:
    """Freeze the ticked sentences."""
    require_page(Action.RUN_CAMPAIGN)
    return forms.done(
        lambda: operations.make_sheet(workspace(), actor(), _period(request.form), forms.many("keep"), form_id()),
        lambda made: f"/street-sheets/{quote(made.id, safe='')}",
        lambda form, faults: _page(form, faults),
    )


@blueprint.get("/<sheet_id>")
def show(sheet_id: str) -> str:
    """A sheet as it was printed, to print again."""
    found = operations.get_sheet(workspace(), require_page(Action.SEE_CAMPAIGN), path_code(sheet_id))
    return render_template("street_sheet.html", sheet=found, content=found.content)


@blueprint.post("/<sheet_id>/withdraw")
def withdraw(sheet_id: str) -> Response:
    """It is to hang no longer."""
    operations.withdraw(workspace(), require_page(Action.RUN_CAMPAIGN), path_code(sheet_id))
    return forms.done(lambda: None, f"/street-sheets?withdrawn={quote(path_code(sheet_id), safe='')}", _again)


@blueprint.post("/<sheet_id>/restore")
def restore(sheet_id: str) -> Response:
    """It hangs after all."""
    require_page(Action.RUN_CAMPAIGN)
    return forms.done(
        lambda: operations.restore(workspace(), actor(), path_code(sheet_id)), "/street-sheets?done=back", _again
    )


def _again(form: Form, faults: dict[str, str]) -> str:
    return _page(None, faults)


def _page(form: Form | None = None, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.SEE_CAMPAIGN)
    sheets = operations.list_sheets(workspace(), who)
    draft, wrong = _draft(form)
    withdrawn = path_code(request.args.get("withdrawn", ""))
    return render_template(
        "street_sheets.html", tab="enquiries", sheets=sheets, draft=draft, form=form, faults=faults or wrong,
        kept=forms.many("keep"), is_back=request.args.get("done") == "back", fresh_id=form_id("none"),
        withdrawn=next((one.id for one in sheets if one.id == withdrawn and one.withdrawn_at), ""),
    )  # fmt: skip


def _draft(form: Form | None) -> tuple[Draft | None, dict[str, str] | None]:
    """The sentences of the span that is asked for, for who may make a sheet; else what is wrong with it."""
    who = actor()
    if not may(who, Action.RUN_CAMPAIGN):
        return None, None
    try:
        return operations.draft(workspace(), who, _period(form or request.args)), None
    except MapsvcError as error:
        if not isinstance(error, Refused):
            raise
        return None, Faults(error)


def _period(asked: Form) -> Period:
    """The days asked for; last month by default."""
    first, last = (str(asked.get(name, "")).strip() for name in ("from", "until"))
    if not first and not last:
        return month_of(office_day(workspace().clock()).replace(day=1) - timedelta(days=1))
    return between(_day(first, "from"), _day(last, "until"))


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("日期要写成年-月-日，例如2026-11-01。", field=field, code="bad_day") from None
