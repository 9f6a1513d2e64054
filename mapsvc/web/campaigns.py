"""`/campaigns`: 政策进商铺, begun, its doors chosen on the map, started, told, ended; handout and list on paper."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from mapsvc.domain import topics
from mapsvc.domain.campaign_effects import asked_words
from mapsvc.domain.campaigns import (
    MOST_TITLE,
    MOST_WORDS,
    REASON_NAMES,
    STATE_NAMES,
    UPTAKE_NAMES,
    CallFor,
    Campaign,
    Uptake,
    day_words,
)
from mapsvc.domain.permissions import Action
from mapsvc.domain.places import SIDE_NAMES
from mapsvc.domain.policy_windows import Opening
from mapsvc.domain.times import office_day
from mapsvc.maps.campaign_picture import doors_picture
from mapsvc.operations import campaign_doors, campaigns
from mapsvc.operations.campaign_views import CampaignView, DoorLine, choices, get_campaign, list_campaigns
from mapsvc.operations.campaigns import USUAL_DAYS, Changed, NewCampaign
from mapsvc.web import forms
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.form_ids import form_id
from mapsvc.web.forms import Form

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")
SAID = {
    "made": "草稿好了。看看门对不对，再点“开始”。",
    "changed": "改好了。",
    "started": "开始了：从今天起，走访和巡查的单子上会带上这句话。",
    "undone": "撤回了，还是草稿。",
    "ended": "结束了，以后上门不再提。",
    "dropped": "草稿删掉了。",
    "doors": "名单存好了。",
    "told": "记下了。",
    "untold": "改回来了，算没说过。",
}
Faults = dict[str, str]


@blueprint.get("")
def index() -> str:
    """What runs, drafts, what is over."""
    who = require_page(Action.SEE_CAMPAIGN)
    found = list_campaigns(workspace(), who)
    done = SAID.get(request.args.get("done", ""))
    return render_template("campaigns/list.html", tab="enquiries", found=found, state_names=STATE_NAMES, said=done)


@blueprint.get("/new")
def new() -> str:
    """The form for a new one; `?policy=` and `?window=` say what it is about."""
    return _new()


@blueprint.post("")
def begin() -> Response:
    """Begin a draft."""
    require_page(Action.RUN_CAMPAIGN)

    def act() -> Campaign:
        topic = forms.text("topic", "主题", 40)
        told = NewCampaign(
            form_id(), topic or None, forms.text("title", "名称", MOST_TITLE),
            forms.text("words", "到门口说的话", MOST_WORDS), forms.text("policy_id", "政策", 40) or None,
            forms.text("window_code", "窗口", 40) or None, forms.day("from_day", "从哪天起"),
            forms.day("until_day", "到哪天"),
        )  # fmt: skip
        return campaigns.begin(workspace(), actor(), told)[0]

    return forms.done(act, lambda made: _url(made.id, "made"), _new)


@blueprint.get("/<campaign_id>")
def show(campaign_id: str) -> str:
    """One, as a draft, running or over."""
    return _one(campaign_id)


@blueprint.get("/<campaign_id>/print")
def paper(campaign_id: str) -> str:
    """The handout, A5 two on a sheet, and the list of doors by side with a column to tick."""
    who = require_page(Action.SEE_CAMPAIGN)
    view = get_campaign(workspace(), who, path_code(campaign_id))
    return render_template(
        "campaigns/print.html", view=view, sides=_by_side(view), phone=workspace().settings.office_phone or "",
        only=request.args.get("only", ""),
    )  # fmt: skip


@blueprint.post("/<campaign_id>")
def change(campaign_id: str) -> Response:
    """Title, words and days anew."""
    require_page(Action.RUN_CAMPAIGN)

    def act() -> object:
        first, last = forms.day("from_day", "从哪天起", required=True), forms.day("until_day", "到哪天", required=True)
        assert first is not None and last is not None  # required
        told = Changed(
            forms.text("title", "名称", MOST_TITLE), forms.text("words", "到门口说的话", MOST_WORDS), first, last
        )
        return campaigns.change(workspace(), actor(), path_code(campaign_id), forms.version(), told)

    return _done(campaign_id, act, "changed", "change")


@blueprint.post("/<campaign_id>/start")
def start(campaign_id: str) -> Response:
    """Let it ride."""
    return _turn(campaign_id, campaigns.start, "started")


@blueprint.post("/<campaign_id>/undo")
def undo(campaign_id: str) -> Response:
    """It was started by mistake."""
    return _turn(campaign_id, campaigns.undo_start, "undone")


@blueprint.post("/<campaign_id>/end")
def end(campaign_id: str) -> Response:
    """Nobody brings it up any more."""
    return _turn(campaign_id, campaigns.end, "ended")


@blueprint.post("/<campaign_id>/drop")
def drop(campaign_id: str) -> Response:
    """Throw the draft away."""
    require_page(Action.RUN_CAMPAIGN)
    return forms.done(
        lambda: campaigns.drop(workspace(), actor(), path_code(campaign_id)),
        "/campaigns?done=dropped",
        lambda form, faults: _one(campaign_id, form, faults),
    )


@blueprint.post("/<campaign_id>/doors")
def doors(campaign_id: str) -> Response:
    """For just the doors that are ticked."""
    require_page(Action.RUN_CAMPAIGN)
    return _done(
        campaign_id,
        lambda: campaign_doors.choose_doors(workspace(), actor(), path_code(campaign_id), forms.many("door")),
        "doors",
    )


@blueprint.post("/<campaign_id>/doors/<code>")
def door(campaign_id: str, code: str) -> Response:
    """What was done at one door: told, a slip, or what came of it."""
    require_page(Action.SEE_CAMPAIGN)
    did = request.form.get("did", "")

    def act() -> object:
        where = (workspace(), actor(), path_code(campaign_id), path_code(code))
        if did in ("told", "untold"):
            return campaign_doors.tell(*where, told=did == "told")
        return campaign_doors.set_uptake(*where, uptake=forms.choice("did", Uptake, "后来怎样"))

    return _done(campaign_id, act, "untold" if did == "untold" else "told", anchor=f"door-{path_code(code)}")


def _turn(campaign_id: str, act: Any, said: str) -> Response:
    require_page(Action.RUN_CAMPAIGN)
    return _done(campaign_id, lambda: act(workspace(), actor(), path_code(campaign_id), forms.version()), said)


def _done(campaign_id: str, act: Any, said: str, form_name: str = "", anchor: str = "") -> Response:
    to = _url(campaign_id, said) + (f"#{anchor}" if anchor else "")
    return forms.done(act, to, lambda form, faults: _one(campaign_id, form, faults, form_name))


def _new(form: Form | None = None, faults: Faults | None = None) -> str:
    who = require_page(Action.RUN_CAMPAIGN)
    found, today = choices(workspace(), who), office_day(workspace().clock())
    return render_template(
        "campaigns/new.html", tab="enquiries", form=form, faults=faults, open_form="new" if form else "",
        fresh_id=form_id("none"), topics=[(name, name) for name in topics.NAMES if name != topics.OTHER],
        entries=[(e.id, e.title) for e in found.entries],
        windows=[(t.window.code, _window_words(t)) for t in found.openings],
        policy=request.args.get("policy", ""), window=request.args.get("window", ""), today=today, days=USUAL_DAYS,
        most_title=MOST_TITLE, most_words=MOST_WORDS,
    )  # fmt: skip


def _one(campaign_id: str, form: Form | None = None, faults: Faults | None = None, open_form: str = "") -> str:
    who = require_page(Action.SEE_CAMPAIGN)
    view = get_campaign(workspace(), who, path_code(campaign_id))
    at = [line.at for line in view.lines]
    placed = [(one.code, (one.lon, one.lat)) for one in at if one.lon is not None and one.lat is not None]
    picture = doors_picture(workspace(), who, placed, f"{view.campaign.title}的门")
    return render_template(
        "campaigns/one.html", tab="enquiries", view=view, one=view.campaign, state_names=STATE_NAMES,
        reason_names=REASON_NAMES, uptake_names=UPTAKE_NAMES, due=view.waiting(CallFor.DUE),
        extra=view.waiting(CallFor.EXTRA), later=view.waiting(CallFor.LATER),
        missed=[line for line in view.inside if not line.is_told],
        others=[line for line in view.lines if line.door is None], picture=picture,
        after_words=asked_words(view.after) if view.after else "", form=form, faults=faults, open_form=open_form,
        most_title=MOST_TITLE, most_words=MOST_WORDS, said=SAID.get(request.args.get("done", "")),
    )  # fmt: skip


def _by_side(view: CampaignView) -> list[tuple[str, list[DoorLine]]]:
    """Doors still to be told, by street and side, for paper."""
    groups: dict[str, list[DoorLine]] = {}
    for line in view.inside:
        if not line.is_told:
            side = SIDE_NAMES.get(line.at.side or "", "")
            groups.setdefault(f"{line.at.street or '别处'}{side}", []).append(line)
    return sorted(groups.items())


def _window_words(turn: Opening) -> str:
    first, last = turn.opens_on, turn.closes_on
    year = f"{last.year}年" if last.year != first.year else ""
    return f"{turn.window.title}，{first.year}年{day_words(first)}到{year}{day_words(last)}"


def _url(campaign_id: str, done: str) -> str:
    return f"/campaigns/{quote(path_code(campaign_id))}?done={done}"
