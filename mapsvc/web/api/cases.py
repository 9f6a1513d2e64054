"""/api/v1/cases: lists with clocks, one case, moving it on."""

from flask import Blueprint, Response

from mapsvc.domain.cases import CaseState, Severity
from mapsvc.domain.issues import IssueSource
from mapsvc.operations import cases
from mapsvc.store.issues import Wanted
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.case_rendering import full
from mapsvc.web.api.describe import FLAG, MAYBE_MOMENT, MAYBE_TEXT, TEXT, WHOLE, describe, listing, thing
from mapsvc.web.context import actor, workspace
from mapsvc.web.maps import map_service

blueprint = Blueprint("api_cases", __name__, url_prefix="/api/v1/cases")

_STATES = (*(state.value for state in CaseState), "open", "all", "overdue", "new", "follow_up")
_LIST = {
    "state": p.choices(_STATES),
    "kind": p.words(),
    "source": p.choices(IssueSource),
    "worker": p.words(),
    "overdue": p.optional(p.flag(), False),
    "bbox": p.optional(p.box()),
    "since": p.optional(p.deadline(end_of_day=False)),
    "until": p.optional(p.deadline()),
    "sort": p.optional(p.choice(cases.Sort), cases.Sort.DUE),
    "limit": p.optional(p.whole(1, cases.MOST), 50),
    "after": p.optional(p.text(60)),
}
_MOVE = {
    "to": p.choice(CaseState),
    "reason": p.optional(p.text(p.LONG_TEXT, least=0), ""),
    "version": p.whole(1, 1_000_000),
    "severity": p.optional(p.choice(Severity)),
    "self_correct_by": p.optional(p.deadline()),
    "handler": p.optional(p.text(cases.MOST_HANDLER)),
}
MAYBE_THING = {"type": ["object", "null"]}
_CLOCK = thing(
    due_at=MAYBE_MOMENT, remaining_min={"type": ["integer", "null"]}, paused=FLAG, overdue=FLAG, text=TEXT, near=FLAG
)
_LINE = thing(id=TEXT, number=TEXT, kind=TEXT, state=TEXT, ring=TEXT, place=TEXT, shop=MAYBE_TEXT, clock=_CLOCK)
CASE = thing(
    **_LINE["properties"],
    version=WHOLE,
    description=TEXT,
    severity=MAYBE_TEXT,
    self_correct_by=MAYBE_MOMENT,
    reopen_count=WHOLE,
    extension=MAYBE_THING,
    reopening=MAYBE_THING,
    escalations={"type": "array"},
    limit_changes={"type": "array"},
    steps={"type": "array"},
    moves={"type": "array"},
    councils={"type": "array"},
)


@blueprint.get("")
@describe("案件列表：时限近的在前", tag="cases", query=_LIST, responses={200: listing(_LINE, total=WHOLE)})
def index() -> Response:
    """A page of cases."""
    asked = p.query(_LIST)
    wanted = Wanted(
        kinds=asked["kind"],
        sources=asked["source"],
        workers=asked["worker"],
        overdue_at=workspace().clock() if asked["overdue"] else None,
        box=asked["bbox"],
        since=asked["since"],
        until=asked["until"],
    )
    states = asked["state"] or ("open",)
    # What a map shows is in memory: its list need not be looked for in the store.
    seen = asked["bbox"] and not (asked["after"] or asked["worker"] or asked["overdue"])
    seen = seen and asked["sort"] is cases.Sort.DUE and set(states) <= {"open", *CaseState}
    picked = map_service().due_first(actor(), wanted, states, asked["limit"]) if seen else None
    page = cases.list_cases(workspace(), actor(), wanted, asked["sort"], asked["limit"], asked["after"], states, picked)
    return r.answer({"items": [r.case_line(line) for line in page.items], "next": page.next, "total": page.total})


@blueprint.get("/<case_id>")
@describe("一件案件：经过、时限、议事会、责任主体、能转到哪里", tag="cases", responses={200: CASE}, problems=(404,))
def show(case_id: str) -> Response:
    """One case."""
    p.query({})
    return r.answer(full(cases.get_case(workspace(), actor(), p.path_code(case_id))))


@blueprint.post("/<case_id>/moves")
@describe(
    "推进案件：按规定的走向，带上看到的版本号",
    tag="cases",
    request=_MOVE,
    responses={200: CASE},
    problems=(404, 409, 413, 415, 422),
)
def move(case_id: str) -> Response:
    """Move a case on."""
    sent = p.body(_MOVE)
    case_id = p.path_code(case_id)
    told = sent["to"], sent["reason"], sent["version"], sent["severity"], sent["self_correct_by"], sent["handler"]
    moved = cases.move_case(workspace(), actor(), case_id, *told)
    return r.answer(full(moved))
