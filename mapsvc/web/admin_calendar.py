"""/admin/calendar: working days month by month, and the days on which the office does otherwise."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.permissions import Action
from mapsvc.domain.times import office_day
from mapsvc.errors import Malformed, Refused
from mapsvc.operations import limits as operations
from mapsvc.operations.clock import general_working_day, knows_year
from mapsvc.operations.office_calendar import OfficeDay, OfficeMonth, month_of
from mapsvc.web import forms
from mapsvc.web.context import actor, require_page, workspace

blueprint = Blueprint("admin_calendar", __name__, url_prefix="/admin/calendar")
_FIRST, _LAST = date(2000, 1, 1), date(2100, 12, 1)
CHOICES = (("off", "休息"), ("works", "上班"))
MOST_NOTE = 60
SAID = {"set": "记下了", "removed": "撤掉了，按国家的放假安排算"}


@blueprint.get("")
def index() -> str:
    """One month."""
    return _page(_asked_month(), _asked_day())


@blueprint.post("")
def enter() -> Response:
    """A day on which the office works, or does not, against the general calendar."""
    require_page(Action.EDIT_LIMITS)

    def act() -> tuple[date, int]:
        day = forms.day("day", "日子", required=True)
        assert day is not None
        works = _typed_choice()
        note = forms.text("note", "说明", MOST_NOTE)
        if knows_year(day.year) and works is general_working_day(day) and not _is_entered(day):
            as_is = "上班" if works else "休息"
            raise Refused(f"这一天按国家的放假安排本来就{as_is}，不用改。", field="works", code="nothing_to_change")
        return day, operations.set_calendar_day(workspace(), actor(), day, works, note)

    return _done(act, "set")


@blueprint.post("/<day>/remove")
def remove(day: str) -> Response:
    """Back to the general calendar."""
    require_page(Action.EDIT_LIMITS)
    which = _day_of(day)
    return _done(lambda: (which, operations.set_calendar_day(workspace(), actor(), which, None)), "removed")


def _done(act: Callable[[], tuple[date, int]], said: str) -> Response:
    def onwards(made: tuple[date, int]) -> str:
        day, moved = made
        return f"/admin/calendar?month={day:%Y-%m}&done={said}&moved={moved}"

    def again(form: forms.Form, faults: dict[str, str]) -> str:
        typed = _read(str(form.get("day", ""))) or _today()
        return _page(typed.replace(day=1), None, form, faults)

    return forms.done(act, onwards, again)


def _typed_choice() -> bool:
    value = request.form.get("works", "")
    if value not in dict(CHOICES):
        raise Refused("请选休息还是上班。", field="works", code="not_a_choice")
    return value == "works"


def _is_entered(day: date) -> bool:
    return any(entered == day for entered, *_ in operations.list_calendar_days(workspace(), actor()))


def _asked_month() -> date:
    value = request.args.get("month", "")
    if not value:
        day = _asked_day()
        return (day or _today()).replace(day=1)
    first = _read(f"{value}-01")
    if first is None:
        raise Malformed("月份要写成2026-11这样，在2000年到2100年之间。", field="month", code="bad_month")
    return first


def _asked_day() -> date | None:
    value = request.args.get("day", "")
    return _day_of(value) if value else None


def _day_of(value: str) -> date:
    day = _read(value)
    if day is None:
        raise Malformed("日子要写成2026-11-24这样。", field="day", code="bad_day")
    return day


def _read(value: str) -> date | None:
    """A day within the years one can turn to."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if _FIRST <= day.replace(day=1) <= _LAST else None


def _today() -> date:
    return office_day(workspace().clock())


def _page(
    month: date, chosen: date | None, form: forms.Form | None = None, faults: dict[str, str] | None = None
) -> str:
    who = require_page(Action.EDIT_LIMITS)
    shown = month_of(workspace(), who, month)
    before, after = (month - timedelta(days=1)).replace(day=1), (month + timedelta(days=31)).replace(day=1)
    return render_template(
        "admin_calendar.html",
        tab="ledger",
        month=shown,
        weeks=_weeks(shown),
        before=before if before >= _FIRST else None,
        after=after if after <= _LAST else None,
        today=_today(),
        chosen=next((d for d in shown.days if d.day == chosen), None),
        choices=CHOICES,
        most_note=MOST_NOTE,
        said=_said(),
        form=form or {},
        faults=faults or {},
        open_form="",
    )


def _weeks(month: OfficeMonth) -> list[list[OfficeDay | None]]:
    """Rows from Monday to Sunday; None where another month stands."""
    cells: list[OfficeDay | None] = [None] * month.first.weekday() + list(month.days)
    cells += [None] * (-len(cells) % 7)
    return [cells[i : i + 7] for i in range(0, len(cells), 7)]


def _said() -> str:
    done, moved = SAID.get(request.args.get("done", "")), request.args.get("moved", "")
    if not done:
        return ""
    many = int(moved) if moved.isascii() and moved.isdigit() and len(moved) < 7 else 0
    counted = f"没办完的案件重新算过，{many}件的到期往后移了。" if many else "没办完的案件重新算过，到期都没有变。"
    return f"{done}。{counted}"
