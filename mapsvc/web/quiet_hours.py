"""`/shops/{code}/quiet-hours`: 不方便的时间, when a merchant does not want to be called on."""

import re
from urllib.parse import quote

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.permissions import Action
from mapsvc.domain.quiet_hours import DAY_MIN, MOST_TEXT, SOURCE_NAMES, QuietHours
from mapsvc.errors import Refused
from mapsvc.operations import quiet_hours
from mapsvc.operations.shops import get_shop
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.form_ids import form_id
from mapsvc.web.forms import Form

blueprint = Blueprint("quiet_hours", __name__, url_prefix="/shops/<code>/quiet-hours")
WEEKDAYS = tuple((str(n), f"周{name}") for n, name in enumerate("一二三四五六日"))
SAID = {"said": "记下了，排巡查和走访都照着。", "restored": "恢复了，还照着。"}
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::00)?")


@blueprint.get("")
def index(code: str) -> str:
    """What the merchant asked for, and the form for one line more."""
    return _page(code)


@blueprint.post("")
def say(code: str) -> Response:
    """Write one line down."""
    require_page(Action.KEEP_QUIET_HOURS)

    def act() -> QuietHours:
        weekday = forms.whole("weekday", "星期几", 0, 6)
        text = forms.text("text", "怎么说的", MOST_TEXT)
        begins, ends = (0, DAY_MIN) if request.form.get("all_day") else (_minute("from"), _minute("until"))
        shop = path_code(code)
        return quiet_hours.say(workspace(), actor(), shop, weekday, begins, ends, text, quiet_id=form_id())

    return forms.done(act, f"{_url(code)}?done=said", lambda form, faults: _page(code, form, faults))


@blueprint.post("/<quiet_id>/end")
def end(code: str, quiet_id: str) -> Response:
    """It no longer holds."""
    return _changed(code, quiet_id, f"{_url(code)}?ended={quote(path_code(quiet_id))}")


@blueprint.post("/<quiet_id>/restore")
def restore(code: str, quiet_id: str) -> Response:
    """It holds after all."""
    return _changed(code, quiet_id, f"{_url(code)}?done=restored")


def _changed(code: str, quiet_id: str, to: str) -> Response:
    require_page(Action.KEEP_QUIET_HOURS)
    act = quiet_hours.end if "ended=" in to else quiet_hours.restore
    return forms.done(
        lambda: act(workspace(), actor(), path_code(quiet_id)), to, lambda form, faults: _page(code, None, faults)
    )


def _minute(name: str) -> int:
    """A time of day as ``<input type="time">`` sends it, in minutes; the end of the day is 24:00 or 0:00."""
    found = _CLOCK.fullmatch(request.form.get(name, "").strip())
    if found is None:
        raise Refused("请写几点到几点，例如12:00到14:00；整天不方便就勾“全天”。", field=name, code="bad_time")
    minute = int(found[1]) * 60 + int(found[2])
    return DAY_MIN if name == "until" and minute == 0 else minute


def _page(code: str, form: Form | None = None, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.KEEP_QUIET_HOURS)
    ws = workspace()
    shop = get_shop(ws, who, path_code(code)).shop
    lines = quiet_hours.of_shop(ws, who, shop.code)
    ended = path_code(request.args.get("ended", ""))
    if ended and quiet_hours.shop_of(ws, who, ended) != shop.code:
        ended = ""
    return render_template(
        "quiet_hours.html", tab="map", shop=shop, lines=lines, sources=SOURCE_NAMES, weekdays=WEEKDAYS,
        ended=ended if ended not in {line.id for line in lines} else "", most_text=MOST_TEXT,
        fresh_id=form_id("none"), form=form, faults=faults, open_form="new" if form is not None else "",
        said=SAID.get(request.args.get("done", "")),
    )  # fmt: skip


def _url(code: str) -> str:
    return f"/shops/{quote(path_code(code))}/quiet-hours"
