"""/api/v1/campaigns: 政策进商铺, with its doors; begun, started and ended, told and taken up at a door."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.campaigns import MOST_TITLE, MOST_WORDS, CampaignState, Uptake
from mapsvc.operations import campaign_doors, campaigns
from mapsvc.operations.campaign_views import CampaignLine, CampaignView, DoorLine, get_campaign, list_campaigns
from mapsvc.operations.campaigns import NewCampaign
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import (
    FLAG,
    MAYBE_MOMENT,
    MAYBE_NUMBER,
    MAYBE_TEXT,
    TEXT,
    WHOLE,
    describe,
    listing,
    thing,
)
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_campaigns", __name__, url_prefix="/api/v1/campaigns")

_NEW = {
    "id": p.identifier(),
    "topic": p.optional(p.text(40)),
    "title": p.optional(p.text(MOST_TITLE), ""),
    "words": p.optional(p.text(MOST_WORDS), ""),
    "policy": p.optional(p.text(40)),
    "window": p.optional(p.text(40)),
    "from": p.optional(p.day()),
    "until": p.optional(p.day()),
}
_TURN = {"version": p.whole(1, 10**6)}
_DOOR_IN = {"code": p.text(40), "in": p.flag()}
_TOLD = {"told": p.flag()}
_UPTAKE = {"uptake": p.optional(p.choice(Uptake))}
_HEAD = {
    "id": TEXT, "title": TEXT, "topic": TEXT, "state": TEXT, "words": TEXT, "from": TEXT, "until": TEXT,
    "opens_on": MAYBE_TEXT, "closes_on": MAYBE_TEXT, "policy": MAYBE_TEXT, "window": MAYBE_TEXT, "alert": MAYBE_TEXT,
    "version": WHOLE, "doors": WHOLE, "told": WHOLE, "told_by_due_calls": WHOLE, "told_by_extra_calls": WHOLE,
}  # fmt: skip
_DOOR = thing(
    code=TEXT, reason=MAYBE_TEXT, why=TEXT, told_at=MAYBE_MOMENT, uptake=MAYBE_TEXT, next_call=MAYBE_TEXT,
    call=MAYBE_TEXT,
)  # fmt: skip
_AFTER = thing(
    doors=WHOLE, others=WHOLE, weeks=WHOLE, before=WHOLE, after=WHOLE, others_before=WHOLE, others_after=WHOLE,
    difference=MAYBE_NUMBER, low=MAYBE_NUMBER, high=MAYBE_NUMBER, verdict=TEXT, is_enough=FLAG, method=TEXT, seed=WHOLE,
)  # fmt: skip
_ONE = thing(**_HEAD, items={"type": "array", "items": _DOOR}, asked_after={"anyOf": [_AFTER, {"type": "null"}]})


@blueprint.get("")
@describe("政策进商铺：正在办的、草稿、办完的", tag="campaigns", responses={200: listing(thing(**_HEAD))})
def index() -> Response:
    """Those that run first, then drafts, then those that are over."""
    found = list_campaigns(workspace(), actor())
    lines = (*found.running, *found.drafts, *found.over)
    return r.answer({"items": [_line(line) for line in lines], "next": None})


@blueprint.get("/<campaign_id>")
@describe("一次政策进商铺：哪些门、为什么、怎么走到、说了没有", tag="campaigns", responses={200: _ONE}, problems=(404,))
def show(campaign_id: str) -> Response:
    """One with its doors in the order of the street."""
    return r.answer(_one(campaign_id))


@blueprint.post("")
@describe(
    "新办一次，存成草稿，门按理由排好；同一个 id 不会重复",
    tag="campaigns",
    request=_NEW,
    responses={201: _ONE, 200: _ONE},
    problems=(413, 415, 422),
)
def begin() -> Response:
    """Begin a draft; 200 if it was begun before."""
    sent = p.body(_NEW)
    new = NewCampaign(
        sent["id"], sent["topic"], sent["title"], sent["words"], sent["policy"], sent["window"], sent["from"],
        sent["until"],
    )  # fmt: skip
    made, is_new = campaigns.begin(workspace(), actor(), new)
    return r.answer(_one(made.id), 201 if is_new else 200)


@blueprint.post("/<campaign_id>/start")
@describe(
    "开始：走访和巡查的单子上带上这句话",
    tag="campaigns",
    request=_TURN,
    responses={200: _ONE},
    problems=(404, 409, 413, 415, 422),
)
def start(campaign_id: str) -> Response:
    """Let it ride."""
    sent = p.body(_TURN)
    campaigns.start(workspace(), actor(), p.path_code(campaign_id), sent["version"])
    return r.answer(_one(campaign_id))


@blueprint.post("/<campaign_id>/end")
@describe("结束", tag="campaigns", request=_TURN, responses={200: _ONE}, problems=(404, 409, 413, 415, 422))
def end(campaign_id: str) -> Response:
    """Nobody brings it up any more."""
    sent = p.body(_TURN)
    campaigns.end(workspace(), actor(), p.path_code(campaign_id), sent["version"])
    return r.answer(_one(campaign_id))


@blueprint.post("/<campaign_id>/doors")
@describe(
    "拿一户进来，或拿出去", tag="campaigns", request=_DOOR_IN, responses={200: _ONE}, problems=(404, 409, 413, 415, 422)
)
def doors(campaign_id: str) -> Response:
    """One door in or out."""
    sent = p.body(_DOOR_IN)
    act = campaign_doors.put_in if sent["in"] else campaign_doors.take_out
    act(workspace(), actor(), p.path_code(campaign_id), sent["code"])
    return r.answer(_one(campaign_id))


@blueprint.post("/<campaign_id>/doors/<code>/told")
@describe(
    "没有走访也说了，或点错了；走访时说的跟走访一起记",
    tag="campaigns",
    request=_TOLD,
    responses={200: _ONE},
    problems=(404, 409, 413, 415, 422),
)
def told(campaign_id: str, code: str) -> Response:
    """Told without a call, or a slip."""
    sent = p.body(_TOLD)
    campaign_doors.tell(workspace(), actor(), p.path_code(campaign_id), p.path_code(code), sent["told"])
    return r.answer(_one(campaign_id))


@blueprint.post("/<campaign_id>/doors/<code>/uptake")
@describe(
    "这一户后来怎样：想办、办了、用不上",
    tag="campaigns",
    request=_UPTAKE,
    responses={200: _ONE},
    problems=(404, 409, 413, 415, 422),
)
def uptake(campaign_id: str, code: str) -> Response:
    """What came of it."""
    sent = p.body(_UPTAKE)
    chosen = Uptake(sent["uptake"]) if sent["uptake"] else None
    campaign_doors.set_uptake(workspace(), actor(), p.path_code(campaign_id), p.path_code(code), chosen)
    return r.answer(_one(campaign_id))


def _line(line: CampaignLine | CampaignView) -> dict[str, Any]:
    one, far = line.campaign, line.reached
    return {
        "id": one.id,
        "title": one.title,
        "topic": one.topic,
        "state": line.state.value,
        "words": one.words,
        "from": one.from_day.isoformat(),
        "until": one.until_day.isoformat(),
        "opens_on": r.on(one.opens_on),
        "closes_on": r.on(one.closes_on),
        "policy": one.policy_id,
        "window": one.window_code,
        "alert": one.alert_id,
        "version": one.version,
        "doors": far.doors,
        "told": far.told,
        "told_by_due_calls": far.by_due,
        "told_by_extra_calls": far.by_extra,
    }


def _one(campaign_id: str) -> dict[str, Any]:
    view = get_campaign(workspace(), actor(), p.path_code(campaign_id))
    return _line(view) | {"items": [_door(line) for line in view.inside], "asked_after": _after(view)}


def _door(line: DoorLine) -> dict[str, Any]:
    door = line.door
    assert door is not None  # it is in
    return {
        "code": line.at.code,
        "reason": line.reason.value if line.reason else None,
        "why": line.why,
        "told_at": r.when(door.told_at),
        "uptake": door.uptake.value if door.uptake else None,
        "next_call": r.on(line.coming.next_on) if line.coming else None,
        "call": line.coming.call.value if line.coming else None,
    }


def _after(view: CampaignView) -> dict[str, Any] | None:
    found = view.after
    if found is None or view.state is CampaignState.DRAFT:
        return None
    numbers = {"difference": found.difference, "low": found.low, "high": found.high}
    said = {name: round(value, 4) if found.is_enough else None for name, value in numbers.items()}
    return {
        "doors": found.doors,
        "others": found.others,
        "weeks": found.weeks,
        "before": found.before,
        "after": found.after,
        "others_before": found.others_before,
        "others_after": found.others_after,
        **said,
        "verdict": found.verdict,
        "is_enough": found.is_enough,
        "method": found.method,
        "seed": found.seed,
    }
