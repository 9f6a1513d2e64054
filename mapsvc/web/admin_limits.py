"""/admin/limits: the allowed time of every kind and severity, what it was shipped with, changed and reset."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import groupby

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.cases import SEVERITY_NAMES, Severity
from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar
from mapsvc.domain.kinds import BY_CODE, KINDS, Kind
from mapsvc.domain.limits import SHIPPED
from mapsvc.domain.permissions import Action
from mapsvc.errors import NotFound, Refused
from mapsvc.operations import limits as operations
from mapsvc.operations.limits import LimitLine
from mapsvc.operations.words.note import limit_words
from mapsvc.web import forms
from mapsvc.web.context import actor, require_page, workspace

blueprint = Blueprint("admin_limits", __name__, url_prefix="/admin/limits")
SAID = {
    "set": "改好了，从现在起上报、分级、重开的按新的算。",
    "reset": "恢复出厂了，从现在起上报、分级、重开的按出厂的算。",
}
CALENDARS = (
    (LimitCalendar.CLOCK.value, "自然时，几小时"),
    (LimitCalendar.WORKING_HOURS.value, "工作时，几小时"),
    (LimitCalendar.WORKING_DAYS.value, "工作日，几天"),
)
ANYHOW = "any"
_MOST_DAYS = 366


@dataclass(frozen=True)
class Level:
    """One severity of a kind (`severity` None: whichever): its own line, if it has one."""

    id: str
    name: str
    severity: Severity | None
    line: LimitLine | None
    is_shipped: bool


@dataclass(frozen=True)
class Row:
    """A kind with its line for all and those of severities."""

    kind: Kind
    whole: LimitLine
    levels: tuple[Level, ...]

    @property
    def is_own(self) -> bool:
        """Whether the office changed anything of it."""
        return self.whole.is_own or any(level.line and level.line.is_own for level in self.levels)


@blueprint.get("")
def index() -> str:
    """Every kind, by family."""
    who = require_page(Action.EDIT_LIMITS)
    rows = _rows(operations.list_limits(workspace(), who))
    families = [(name, list(some)) for name, some in groupby(rows, key=lambda row: row.kind.family)]
    return render_template("admin_limits.html", tab="ledger", families=families, words=limit_words)


@blueprint.get("/<kind>")
def show(kind: str) -> str:
    """One kind with the forms of its severities."""
    return _page(kind)


@blueprint.post("/<kind>")
def change(kind: str) -> Response:
    """Another allowed time."""
    require_page(Action.EDIT_LIMITS)

    def act() -> object:
        return operations.set_limit(workspace(), actor(), kind, _severity(), typed_limit())

    return _done(kind, act_id=f"level-{request.form.get('severity') or ANYHOW}", act=act, said="set")


@blueprint.post("/<kind>/reset")
def reset(kind: str) -> Response:
    """Back to what was shipped."""
    require_page(Action.EDIT_LIMITS)
    return _done(
        kind, act_id="", act=lambda: operations.reset_limit(workspace(), actor(), kind, _severity()), said="reset"
    )


def typed_limit() -> Limit:
    """The allowed time from the fields `calendar` and `limit`; an empty one means none.

    Raises
    ------
    Refused
    """
    calendar = forms.choice("calendar", LimitCalendar, "按什么算")
    assert calendar is not None
    value = unicodedata.normalize("NFKC", request.form.get("limit", "")).strip()
    if not value:
        return Limit(calendar)
    is_days = calendar is LimitCalendar.WORKING_DAYS
    try:
        amount = Decimal(value)
        minutes = amount * (DAY_MIN if is_days else 60)
        if not minutes.is_finite() or minutes != minutes.to_integral_value() or (is_days and amount % 1):
            raise ValueError(value)
    except (InvalidOperation, ValueError):
        how = "工作日要写整天，例如5。" if is_days else "要写几小时，例如4或0.5。"
        raise Refused(how, field="limit", code="bad_limit") from None
    if calendar is not LimitCalendar.CLOCK and minutes > _MOST_DAYS * DAY_MIN:
        raise Refused("时限要大于0，最长一年；不设时限就留空。", field="limit", code="bad_limit")
    return Limit(calendar, int(minutes))


def amount_words(limit: Limit) -> str:
    """The number as the form takes it: days, or hours."""
    if limit.minutes is None:
        return ""
    per = DAY_MIN if limit.calendar is LimitCalendar.WORKING_DAYS else 60
    whole, rest = divmod(limit.minutes, per)
    return str(whole) if not rest else f"{Decimal(limit.minutes) / per:f}"


def _severity() -> Severity | None:
    return forms.choice("severity", Severity, "轻重", required=False)


def _rows(lines: tuple[LimitLine, ...]) -> list[Row]:
    by_key = {(line.kind.code, line.severity): line for line in lines}
    rows = []
    for kind in KINDS:
        levels = tuple(
            Level(s.value, SEVERITY_NAMES[s], s, by_key.get((kind.code, s)), (kind.code, s) in SHIPPED)
            for s in Severity
        )
        rows.append(Row(kind, by_key[kind.code, None], levels))
    return rows


def _done(kind: str, *, act_id: str, act: Callable[[], object], said: str) -> Response:
    to = f"/admin/limits/{kind}?done={said}"
    return forms.done(act, to, lambda form, faults: _page(kind, act_id, form, faults))


def _page(kind: str, open_form: str = "", form: forms.Form | None = None, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.EDIT_LIMITS)
    if kind not in BY_CODE:
        raise NotFound("没有这类问题，请从“办理时限”里选一类。")
    row = next(r for r in _rows(operations.list_limits(workspace(), who)) if r.kind.code == kind)
    whole = Level(ANYHOW, "不论轻重", None, row.whole, True)
    return render_template(
        "admin_limit.html",
        tab="ledger",
        row=row,
        levels=[whole, *row.levels],
        calendars=CALENDARS,
        words=limit_words,
        amount=amount_words,
        said=SAID.get(request.args.get("done", "")),
        form=form or {},
        faults=faults or {},
        open_form=open_form,
    )
