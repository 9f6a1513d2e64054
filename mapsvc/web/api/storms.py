"""/api/v1/storms: 雨前雨后, called and ended by a program that hears of rain first; what was found at the doors."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.storms import MOST_DOORS, MOST_TEXT, USUAL_DOORS, DoorOutcome, Storm, StormKind
from mapsvc.operations import storms
from mapsvc.operations.storm_views import DoorLine, StormView, get_storm, list_storms
from mapsvc.operations.storms import NewStorm
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import (
    FLAG,
    MAYBE_MOMENT,
    MAYBE_NUMBER,
    MAYBE_TEXT,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    describe,
    listing,
    thing,
)
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_storms", __name__, url_prefix="/api/v1/storms")

_NEW = {
    "id": p.identifier(),
    "kind": p.choice(StormKind),
    "coming": p.flag(),
    "from": p.optional(p.moment()),
    "until": p.optional(p.moment()),
    "expected_mm": p.optional(p.number(0.1, 2000)),
    "text": p.optional(p.text(MOST_TEXT)),
    "most": p.optional(p.whole(1, MOST_DOORS), USUAL_DOORS),
}
_SEEN = {"outcome": p.choice(DoorOutcome)}
_DOOR = thing(
    id=TEXT, rank=WHOLE, code=TEXT, label=TEXT, building=MAYBE_TEXT, points=NUMBER, why=TEXT, outcome=MAYBE_TEXT,
    seen_at=MAYBE_MOMENT, case=MAYBE_TEXT,
)  # fmt: skip
_HEAD = {
    "id": TEXT, "kind": TEXT, "coming": FLAG, "title": TEXT, "from": MOMENT, "until": MAYBE_MOMENT,
    "expected_mm": MAYBE_NUMBER, "ended_at": MAYBE_MOMENT, "total": WHOLE, "seen": WHOLE, "leaking": WHOLE,
}  # fmt: skip
_STORM = thing(**_HEAD, doors={"type": "array", "items": _DOOR})


@blueprint.get("")
@describe(
    "雨前雨后：正在看的和以前的，各有几户、看过几户、几户在漏", tag="storms", responses={200: listing(thing(**_HEAD))}
)
def index() -> Response:
    """Open ones first, then past ones, the latest first."""
    page = list_storms(workspace(), actor())
    open_ = [_head(v.storm, len(v.lines), len(v.seen), len(v.leaking)) for v in page.open]
    past = [_head(one.storm, one.total, one.seen, one.leaks) for one in page.past]
    return r.answer({"items": [*open_, *past], "next": None})


@blueprint.get("/<storm_id>")
@describe("一张雨前雨后的单子：哪些门、为什么、看到什么", tag="storms", responses={200: _STORM}, problems=(404,))
def show(storm_id: str) -> Response:
    """One with its doors, the likeliest first."""
    return r.answer(_storm(get_storm(workspace(), actor(), p.path_code(storm_id))))


@blueprint.post("")
@describe(
    "发起：台风、大雨要来，或刚下过；同一个 id 不会重复",
    tag="storms",
    request=_NEW,
    responses={201: _STORM, 200: _STORM},
    problems=(409, 413, 415, 422),
)
def call() -> Response:
    """Call a storm; 200 if it was called before."""
    sent = p.body(_NEW)
    new = NewStorm(
        sent["id"], StormKind(sent["kind"]), sent["coming"], sent["from"], sent["until"], sent["expected_mm"],
        sent["text"], sent["most"],
    )  # fmt: skip
    made, is_new = storms.call_storm(workspace(), actor(), new)
    return r.answer(_storm(get_storm(workspace(), actor(), made.id)), 201 if is_new else 200)


@blueprint.post("/<storm_id>/end")
@describe("结束一张单子，今日里不再提", tag="storms", responses={200: _STORM}, problems=(404,))
def end(storm_id: str) -> Response:
    """Nobody need look any more."""
    made = storms.end_storm(workspace(), actor(), p.path_code(storm_id))
    return r.answer(_storm(get_storm(workspace(), actor(), made.id)))


@blueprint.post("/<storm_id>/doors/<door_id>")
@describe(
    "在这一户看到什么；渗漏请另外上报问题",
    tag="storms",
    request=_SEEN,
    responses={200: _STORM},
    problems=(404, 409, 413, 415, 422),
)
def see(storm_id: str, door_id: str) -> Response:
    """What was found at a door."""
    sent = p.body(_SEEN)
    storms.see_door(workspace(), actor(), p.path_code(door_id), DoorOutcome(sent["outcome"]))
    return r.answer(_storm(get_storm(workspace(), actor(), p.path_code(storm_id))))


def _head(storm: Storm, total: int, seen: int, leaking: int) -> dict[str, Any]:
    return {
        "id": storm.id,
        "kind": storm.kind.value,
        "coming": storm.is_coming,
        "title": storm.title,
        "from": r.when(storm.from_at),
        "until": r.when(storm.until_at),
        "expected_mm": storm.expected_mm,
        "ended_at": r.when(storm.ended_at),
        "total": total,
        "seen": seen,
        "leaking": leaking,
    }


def _storm(view: StormView) -> dict[str, Any]:
    head = _head(view.storm, len(view.lines), len(view.seen), len(view.leaking))
    return head | {"doors": [_door(line) for line in view.lines]}


def _door(line: DoorLine) -> dict[str, Any]:
    return {
        "id": line.door.id,
        "rank": line.door.rank,
        "code": line.spot.code,
        "label": line.label,
        "building": line.door.building,
        "points": line.door.points,
        "why": line.door.why.get("text", ""),
        "outcome": line.outcome.value if line.outcome else None,
        "seen_at": r.when(line.seen_at),
        "case": line.case_id,
    }
