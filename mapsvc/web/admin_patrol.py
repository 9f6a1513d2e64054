"""`/admin/patrol`: 巡查轻重, what each reason counts, and where each sets out and ends."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain.demand import MOST_GROWTH, MOST_MINUTES, MOST_POINTS, SHIPPED, Weight
from mapsvc.domain.permissions import Action, may
from mapsvc.errors import Refused
from mapsvc.operations import patrol_walkers, patrol_weights, whereabouts
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.forms import Form

blueprint = Blueprint("admin_patrol", __name__, url_prefix="/admin/patrol")
FIELDS = (("points", "分数", MOST_POINTS), ("growth", "每超一天加", MOST_GROWTH), ("minutes", "停留分钟", MOST_MINUTES))
SAID = {
    "set": "改好了，从下一次排巡查起算。",
    "reset": "都恢复成出厂时的了。",
    "back": "撤销了，和改之前一样。",
    "ways": "记下了。",
}
_BEFORE = "before"


@blueprint.get("")
def index() -> str:
    """Every reason with what it counts; those who walk with their own ways."""
    return _page()


@blueprint.post("")
def change() -> Response:
    """Let reasons count otherwise."""
    require_page(Action.WEIGH_PATROL)

    def act() -> dict[str, Weight]:
        return patrol_weights.set_weights(workspace(), actor(), _typed())

    said = "back" if request.form.get("undo") else "set"
    return forms.done(act, lambda before: _url(said, before), lambda form, faults: _page("weights", form, faults))


@blueprint.post("/reset")
def reset() -> Response:
    """Every reason as it was shipped."""
    require_page(Action.WEIGH_PATROL)
    return forms.done(
        lambda: patrol_weights.reset_weights(workspace(), actor()),
        lambda before: _url("reset", before),
        lambda form, faults: _page("weights", form, faults),
    )


@blueprint.post("/walkers/<person_id>")
def ways(person_id: str) -> Response:
    """Where somebody sets out and ends, and for how long they walk: said by who plans their walks."""
    require_page(Action.PLAN_PATROL)

    def act() -> object:
        start, end = (forms.text(name, "在哪里", whereabouts.MOST_TEXT) for name in ("start", "end"))
        minutes = forms.whole("minutes", "时长", *patrol_walkers.MINUTES)
        return patrol_walkers.set_ways(workspace(), actor(), path_code(person_id), start, end, minutes)

    return forms.done(
        act, "/admin/patrol?done=ways", lambda form, faults: _page(f"walker-{path_code(person_id)}", form, faults)
    )


def _typed() -> dict[str, tuple[int, int, int]]:
    """The numbers of every reason that the form carries; raises Refused."""
    wanted = {}
    for code, weight in SHIPPED.items():
        if f"points-{code}" not in request.form:
            continue
        points, growth, minutes = (forms.whole(f"{name}-{code}", f"“{weight.name}”的{told}", 0, most)
                                   for name, told, most in FIELDS)  # fmt: skip
        if points is None or growth is None or minutes is None:
            raise Refused(f"“{weight.name}”的三个数都要填，不算就填0。", field=f"points-{code}", code="missing")
        wanted[code] = (points, growth, minutes)
    return wanted


def _url(said: str, before: dict[str, Weight]) -> str:
    """Back to the page, with what the numbers were, so that the change can be taken back."""
    kept = ",".join(f"{code}-{w.points}-{w.growth}-{w.minutes}" for code, w in sorted(before.items()))
    return f"/admin/patrol?done={said}" + (f"&{_BEFORE}={kept}" if kept and said != "back" else "")


def _before() -> list[tuple[str, int]]:
    """Fields that take the last change back, from the address."""
    found: list[tuple[str, int]] = []
    for one in request.args.get(_BEFORE, "").split(","):
        code, _, rest = one.partition("-")
        numbers = rest.split("-")
        if code in SHIPPED and len(numbers) == len(FIELDS) and all(n.isdecimal() and len(n) < 4 for n in numbers):
            found += [(f"{name}-{code}", int(n)) for (name, _, _), n in zip(FIELDS, numbers, strict=True)]
    return found


def _page(open_form: str = "", form: Form | None = None, faults: dict[str, str] | None = None) -> str:
    who = require_page(Action.WEIGH_PATROL)
    ws = workspace()
    walkers = patrol_walkers.list_walkers(ws, who) if may(who, Action.PLAN_PATROL) else ()
    return render_template(
        "admin_patrol.html", tab="patrol", lines=patrol_weights.list_weights(ws, who), fields=FIELDS, walkers=walkers,
        before=_before(), minutes=patrol_walkers.MINUTES, said=SAID.get(request.args.get("done", "")), form=form or {},
        faults=faults or {}, open_form=open_form,
    )  # fmt: skip
