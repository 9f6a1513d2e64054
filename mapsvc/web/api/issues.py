"""/api/v1/issues: reporting something wrong."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.domain.issues import IssueSource
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.operations.issues import NewIssue, Spot, report_issue
from mapsvc.operations.withdrawals import withdraw_issue
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MOMENT, TEXT, describe, thing
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
}
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
    """Report an issue; 200 if it was reported before, or taken back."""
    done = report_issue(workspace(), actor(), new_issue(p.body(ISSUE)))
    if isinstance(done, Withdrawn):
        return r.answer(r.withdrawn(done))
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


def new_issue(sent: dict[str, Any]) -> NewIssue:
    """What the operation takes, from a body read by `ISSUE`."""
    spot = sent.pop("position")
    return NewIssue(**sent, position=Spot(**spot) if spot else None)
