"""/api/v1/issues: reporting something wrong."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.issues import DUPLICATE_RADIUS_M, PUBLIC_RADIUS_M, IssueSource
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations.issues import NewIssue, Spot, report_issue
from mapsvc.operations.joining import join_issue, split_issue
from mapsvc.operations.kinds import suggest_kind
from mapsvc.operations.nearby import nearby_open
from mapsvc.operations.withdrawals import withdraw_issue
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.case_rendering import full, near, suggestion
from mapsvc.web.api.cases import CASE
from mapsvc.web.api.describe import FLAG, MOMENT, TEXT, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_issues", __name__, url_prefix="/api/v1/issues")

ISSUE = {
    "id": p.identifier(),
    "kind": p.text(40),
    "description": p.optional(p.text(p.LONG_TEXT, least=0), ""),
    "source": p.optional(p.choice(IssueSource), IssueSource.APP),
    "at": p.optional(p.moment()),
    "shop": p.optional(p.text(40)),
    "place": p.optional(p.text(40)),
    "position": p.optional(p.point()),
    "join": p.optional(p.text(60)),
}
_SUGGEST = {"text": p.text(p.LONG_TEXT)}
_NEARBY = {
    "kind": p.text(40),
    "lon": p.optional(p.number(-180, 180)),
    "lat": p.optional(p.number(-90, 90)),
    "shop": p.optional(p.text(40)),
    "place": p.optional(p.text(40)),
    "reach_m": p.optional(p.number(0, PUBLIC_RADIUS_M), DUPLICATE_RADIUS_M),
}
_JOIN = {"case": p.text(60)}
_SPLIT = {"reason": p.optional(p.text(p.LONG_TEXT, least=0), "")}
_KIND = thing(kind=TEXT, name=TEXT, short_name=TEXT, word=TEXT)
_LINE = thing(id=TEXT, number=TEXT, case=TEXT, kind=TEXT, state=TEXT, reported_at=MOMENT)
_REPORTED = thing(**_LINE["properties"], nearby={"type": "array", "items": _LINE})


@blueprint.post("")
@describe(
    "上报问题：在商铺、点位或一个位置；附近有同类在办的会提示",
    tag="issues",
    request=ISSUE,
    responses={201: _REPORTED, 200: _REPORTED},
    problems=(409, 413, 415, 422),
)
def create() -> Response:
    """Report an issue; 200 if it was reported before, or taken back. `join` is a case in hand to join."""
    sent = p.body(ISSUE)
    case = sent.pop("join")
    done = report_issue(workspace(), actor(), new_issue(sent))
    if isinstance(done, Withdrawn):
        return r.answer(r.withdrawn(done))
    if case:
        # A case that is over by now is no reason to lose the report: it then has a case of its own.
        with suppress(Conflict, Forbidden, NotFound, Refused):
            join_issue(workspace(), actor(), done.found.issue.id, case)
    nearby = [r.found_issue(one) for one in done.nearby]
    return r.answer(r.found_issue(done.found) | {"nearby": nearby}, 201 if done.is_new else 200)


@blueprint.delete("/<issue_id>")
@describe(
    "撤回上报的问题：上报的人当天和第二天，书记30天以内；案件已经有人办了就不能撤",
    tag="issues",
    responses={200: thing(id=TEXT, withdrawn=FLAG)},
    problems=(404, 409, 422),
)
def withdraw(issue_id: str) -> Response:
    """Take an issue back; the same again is 200 too."""
    return r.answer(r.withdrawn(withdraw_issue(workspace(), actor(), p.path_identifier(issue_id))))


@blueprint.get("/suggest")
@describe("按写的字猜问题类别：错别字、拼音、首字母都认", tag="issues", query=_SUGGEST, responses={200: listing(_KIND)})
def suggest() -> Response:
    """Kinds that the words may mean, the likeliest first."""
    require(actor(), Action.REPORT_ISSUE)
    found = suggest_kind(p.query(_SUGGEST)["text"])
    return r.answer({"items": [suggestion(s) for s in found]})


@blueprint.get("/nearby")
@describe(
    "附近还没办完的同类问题，上报前先看", tag="issues", query=_NEARBY, responses={200: listing(_LINE)}, problems=(422,)
)
def nearby() -> Response:
    """Open cases of the kind near a position, a shop or a place, the nearest first."""
    found = nearby_open(workspace(), actor(), **p.query(_NEARBY))
    return r.answer({"items": [near(n) for n in found]})


@blueprint.post("/<issue_id>/join")
@describe(
    "并到一件在办的案件（编号或 id），自己的案件并进去",
    tag="issues",
    request=_JOIN,
    responses={200: CASE},
    problems=(404, 409, 413, 415, 422),
)
def join(issue_id: str) -> Response:
    """Let an issue join a case; the same again changes nothing."""
    sent = p.body(_JOIN)
    return r.answer(full(join_issue(workspace(), actor(), p.path_identifier(issue_id), sent["case"])))


@blueprint.post("/<issue_id>/split")
@describe(
    "从并案里拆出来另办，时限从上报算起",
    tag="issues",
    request=_SPLIT,
    responses={201: CASE},
    problems=(404, 409, 413, 415, 422),
)
def split(issue_id: str) -> Response:
    """Give an issue a case of its own again."""
    sent = p.body(_SPLIT)
    return r.answer(full(split_issue(workspace(), actor(), p.path_identifier(issue_id), sent["reason"])), 201)


def new_issue(sent: dict[str, Any]) -> NewIssue:
    """What the operation takes, from a body read by `ISSUE`."""
    spot = sent.pop("position")
    sent.pop("join", None)
    return NewIssue(**sent, position=Spot(**spot) if spot else None)
