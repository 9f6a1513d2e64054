"""`/patrol/rounds`: 护卫队路线, the rounds there are, a new one, one of them with its way drawn."""

from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.patrol import SHIFT_NAMES, Shift
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.places import SIDE_NAMES
from mapsvc.domain.rounds import EVERY_DAY, MOST_NAME, WEEKDAY_NAMES, GuardRound
from mapsvc.domain.times import office_day
from mapsvc.maps.coverage_picture import PAPER_PX, round_picture
from mapsvc.operations import round_picks, rounds, walked_rounds
from mapsvc.operations.round_picks import BOTH, Pick
from mapsvc.operations.round_walks import RoundWalk, walk_of
from mapsvc.operations.rounds import NewRound
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.form_ids import form_id
from mapsvc.web.forms import Form

blueprint = Blueprint("rounds", __name__, url_prefix="/patrol/rounds")
SAID = {
    "made": "路线排好了，排巡查时可以一起走。",
    "ended": "这条路线停了，排巡查时不再出现。",
    "resumed": "这条路线接着走。",
    "walked": "记下了，走到情况里算走过。",
    "removed": "撤回了。",
}
SIDES = ((BOTH, "两侧"), *SIDE_NAMES.items())
PICKS = (1, 2, 3)
"""So many stretches can be typed into one form."""
_LAST_NUMBER = 9999


@blueprint.get("")
def index() -> str:
    """The rounds there are, and the form for one more."""
    return _page()


@blueprint.post("")
def create() -> Response:
    """Lay a round out."""
    require_page(Action.PLAN_PATROL)

    def act() -> GuardRound:
        return rounds.make_round(workspace(), actor(), _read())[0]

    return forms.done(act, lambda made: _url(made.id, "made"), _page)


@blueprint.get("/<round_id>")
def show(round_id: str) -> str:
    """One round: where it goes, how it is walked, when."""
    return _one(round_id)


@blueprint.get("/<round_id>/print")
def paper(round_id: str) -> str:
    """The way on A4, for volunteers without a phone at hand."""
    who = require_page(Action.SEE_MAP)
    line = rounds.get_round(workspace(), who, path_code(round_id))
    walk = walk_of(workspace(), line)
    picture = round_picture(workspace(), who, walk, line.round.name, PAPER_PX).svg()
    return render_template("round_print.html", line=line, walk=walk, picture=picture)


@blueprint.post("/<round_id>/end")
def end(round_id: str) -> Response:
    """It is not walked any more."""
    return _changed(round_id, "ended")


@blueprint.post("/<round_id>/resume")
def resume(round_id: str) -> Response:
    """It goes on after all."""
    return _changed(round_id, "resumed")


@blueprint.post("/<round_id>/walked")
def walked(round_id: str) -> Response:
    """It was walked, by whomever."""
    require_page(Action.PLAN_PATROL)

    def act() -> object:
        day = forms.day("day", "哪天")
        return walked_rounds.record_walk(workspace(), actor(), form_id(), path_code(round_id), day)

    return forms.done(act, _url(round_id, "walked"), lambda form, faults: _one(round_id, faults))


@blueprint.post("/<round_id>/walked/<walk_id>/remove")
def not_walked(round_id: str, walk_id: str) -> Response:
    """It was not walked after all."""
    require_page(Action.PLAN_PATROL)
    walked_rounds.take_back_walk(workspace(), actor(), path_code(walk_id))
    return redirect(_url(round_id, "removed"), 303)


def _changed(round_id: str, said: str) -> Response:
    require_page(Action.PLAN_PATROL)
    act = rounds.end_round if said == "ended" else rounds.resume_round
    return forms.done(
        lambda: act(workspace(), actor(), path_code(round_id)),
        _url(round_id, said),
        lambda form, faults: _one(round_id, faults),
    )


def _read() -> NewRound:
    """What the form says; raises Refused."""
    shift = forms.choice("shift", Shift, "早班、白班还是晚班")
    assert shift is not None
    place, also = forms.text("place", "点位", 40), forms.many("also")
    around = place if "around" in also else None
    segments = round_picks.segments_of(workspace(), actor(), _picks(), around, hot="hot" in also)
    return NewRound(
        form_id(), forms.text("name", "名称", MOST_NAME, required=True), segments, shift,
        "".join(day for day in forms.many("weekdays") if day in EVERY_DAY), forms.day("from", "从哪天起"),
        forms.day("until", "走到哪天"), place or None, forms.text("roster", "排班", 36) or None,
    )  # fmt: skip


def _picks() -> list[Pick]:
    found = []
    for n in PICKS:
        street = forms.text(f"street{n}", "哪条路", 40)
        if not street:
            continue
        side = request.form.get(f"side{n}", BOTH)
        first = forms.whole(f"first{n}", "从几号", 1, _LAST_NUMBER)
        last = forms.whole(f"last{n}", "到几号", 1, _LAST_NUMBER)
        found.append(Pick(street, side if side in SIDE_NAMES else BOTH, first, last))
    return found


def _page(form: Form | None = None, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.SEE_MAP)
    may_plan = may(who, Action.PLAN_PATROL)
    choices = round_picks.choices(workspace(), who) if may_plan else round_picks.Choices((), (), ())
    return render_template(
        "rounds.html", tab="patrol", rounds=rounds.list_rounds(workspace(), who), may_plan=may_plan, choices=choices,
        street_pairs=[(name, name) for name in choices.streets],
        place_pairs=[(one.code, one.name) for one in choices.places],
        roster_pairs=[(one.id, one.name) for one in choices.rosters], shifts=tuple(SHIFT_NAMES.items()),
        weekdays=tuple((str(n), name) for n, name in enumerate(WEEKDAY_NAMES)), sides=SIDES, picks=PICKS,
        today=office_day(workspace().clock()), fresh_id=form_id("none"), form=form, faults=faults,
        open_form="new" if form is not None else "", said=SAID.get(request.args.get("done", "")),
    )  # fmt: skip


def _one(round_id: str, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.SEE_MAP)
    line = rounds.get_round(workspace(), who, path_code(round_id))
    walk = walk_of(workspace(), line)
    days = walked_rounds.walked_days(workspace(), who, line.round.id)
    return render_template(
        "round.html", tab="patrol", line=line, walk=walk, pictures=_drawn(line.round.name, walk), walked=days,
        may_plan=may(who, Action.PLAN_PATROL), faults=faults, today=office_day(workspace().clock()),
        fresh_id=form_id("none"), said=SAID.get(request.args.get("done", "")),
    )  # fmt: skip


def _drawn(name: str, walk: RoundWalk) -> str:
    """The picture twice, light and dark: the style sheet shows the one that suits the screen."""
    both = ((False, "by-day"), (True, "by-night"))
    return "".join(round_picture(workspace(), actor(), walk, name, dark=dark).svg(shown) for dark, shown in both)


def _url(round_id: str, done: str) -> str:
    return f"/patrol/rounds/{quote(path_code(round_id))}?done={done}"
