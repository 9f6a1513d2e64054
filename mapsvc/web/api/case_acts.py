"""/api/v1/cases/…: what is asked and decided about a case besides moving it on."""

from flask import Blueprint, Response

from mapsvc.domain.cases import Severity
from mapsvc.domain.clock import Limit, LimitCalendar
from mapsvc.domain.limits import MOST_MIN
from mapsvc.operations import cases, escalations, extensions, joining, limits, reopenings
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.case_rendering import full
from mapsvc.web.api.cases import CASE
from mapsvc.web.api.describe import describe
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_case_acts", __name__, url_prefix="/api/v1")

_REASON = p.optional(p.text(p.LONG_TEXT, least=0), "")
_VERSION = p.whole(1, 1_000_000)
_BAD = (404, 409, 413, 415, 422)
_MERGE = {"into": p.text(60), "reason": _REASON, "version": _VERSION}
_LIMIT = {
    "calendar": p.choice(LimitCalendar),
    "minutes": p.optional(p.whole(0, MOST_MIN)),
    "reason": _REASON,
    "version": _VERSION,
}
_SEVERITY = {"severity": p.choice(Severity), "version": _VERSION}
_TEXT = {"text": p.optional(p.text(p.LONG_TEXT, least=0), "")}
_WHY = {"reason": _REASON}
_EXTENSION = {"until": p.deadline(), "reason": _REASON}
_GRANT = {"grant": p.flag(), "decision": _REASON}
_ACCEPT = {"accept": p.flag(), "decision": _REASON}


def _shown(case_id: str) -> Response:
    return r.answer(full(cases.get_case(workspace(), actor(), case_id)))


@blueprint.post("/cases/<case_id>/merge")
@describe("并入另一件案件（编号或 id）", tag="cases", request=_MERGE, responses={200: CASE}, problems=_BAD)
def merge(case_id: str) -> Response:
    """Merge a case into another; the answer is the survivor."""
    sent = p.body(_MERGE)
    told = sent["into"], sent["reason"], sent["version"]
    return r.answer(full(joining.merge_cases(workspace(), actor(), p.path_code(case_id), *told)))


@blueprint.post("/cases/<case_id>/limit")
@describe("改这件案件的办理时限，从计时开始算", tag="cases", request=_LIMIT, responses={200: CASE}, problems=_BAD)
def change_limit(case_id: str) -> Response:
    """Set the allowed time of one case; no `minutes`: none."""
    sent, case_id = p.body(_LIMIT), p.path_code(case_id)
    limit = Limit(sent["calendar"], sent["minutes"])
    limits.change_limit(workspace(), actor(), case_id, limit, sent["reason"], sent["version"])
    return _shown(case_id)


@blueprint.post("/cases/<case_id>/severity")
@describe("分级：有单独时限的级别，时限跟着变", tag="cases", request=_SEVERITY, responses={200: CASE}, problems=_BAD)
def triage(case_id: str) -> Response:
    """Say how severe a case is."""
    sent, case_id = p.body(_SEVERITY), p.path_code(case_id)
    limits.triage(workspace(), actor(), case_id, sent["severity"], sent["version"])
    return _shown(case_id)


@blueprint.post("/cases/<case_id>/urgings")
@describe("催办", tag="cases", request=_TEXT, responses={201: CASE}, problems=_BAD)
def urge(case_id: str) -> Response:
    """Say to get on with it."""
    sent, case_id = p.body(_TEXT), p.path_code(case_id)
    escalations.urge(workspace(), actor(), case_id, sent["text"])
    return r.answer(full(cases.get_case(workspace(), actor(), case_id)), 201)


@blueprint.post("/cases/<case_id>/supervision")
@describe("督办", tag="cases", request=_WHY, responses={201: CASE}, problems=_BAD)
def supervise(case_id: str) -> Response:
    """Supervise a case until further notice."""
    sent, case_id = p.body(_WHY), p.path_code(case_id)
    escalations.supervise(workspace(), actor(), case_id, sent["reason"])
    return r.answer(full(cases.get_case(workspace(), actor(), case_id)), 201)


@blueprint.delete("/cases/<case_id>/supervision")
@describe("解除督办", tag="cases", responses={200: CASE}, problems=(404, 409))
def lift(case_id: str) -> Response:
    """End the supervision."""
    escalations.lift(workspace(), actor(), p.path_code(case_id))
    return _shown(p.path_code(case_id))


@blueprint.post("/cases/<case_id>/notes")
@describe("在案件上记一笔", tag="cases", request=_TEXT, responses={201: CASE}, problems=_BAD)
def note(case_id: str) -> Response:
    """Write something down."""
    sent, case_id = p.body(_TEXT), p.path_code(case_id)
    escalations.note_case(workspace(), actor(), case_id, sent["text"])
    return r.answer(full(cases.get_case(workspace(), actor(), case_id)), 201)


@blueprint.post("/cases/<case_id>/extensions")
@describe("申请延期", tag="cases", request=_EXTENSION, responses={201: CASE}, problems=_BAD)
def ask_extension(case_id: str) -> Response:
    """Ask for more time."""
    sent, case_id = p.body(_EXTENSION), p.path_code(case_id)
    extensions.ask_extension(workspace(), actor(), case_id, sent["until"], sent["reason"])
    return r.answer(full(cases.get_case(workspace(), actor(), case_id)), 201)


@blueprint.post("/extensions/<extension_id>/decision")
@describe("同意或不同意延期", tag="cases", request=_GRANT, responses={200: CASE}, problems=_BAD)
def decide_extension(extension_id: str) -> Response:
    """Grant more time, or not."""
    sent, extension_id = p.body(_GRANT), p.path_identifier(extension_id)
    decided = extensions.decide_extension(workspace(), actor(), extension_id, sent["grant"], sent["decision"])
    return _shown(decided.case_id or "")


@blueprint.post("/cases/<case_id>/reopenings")
@describe("申请重新办理已经结案的案件", tag="cases", request=_WHY, responses={201: CASE}, problems=_BAD)
def ask_reopening(case_id: str) -> Response:
    """File that a case should be taken up again."""
    sent, case_id = p.body(_WHY), p.path_code(case_id)
    reopenings.ask_reopening(workspace(), actor(), case_id, sent["reason"])
    return r.answer(full(cases.get_case(workspace(), actor(), case_id)), 201)


@blueprint.post("/reopenings/<reopening_id>/decision")
@describe("重新办理，或不办并写明原因", tag="cases", request=_ACCEPT, responses={200: CASE}, problems=_BAD)
def decide_reopening(reopening_id: str) -> Response:
    """Take a case up again, or not."""
    sent, reopening_id = p.body(_ACCEPT), p.path_identifier(reopening_id)
    case = reopenings.decide_reopening(workspace(), actor(), reopening_id, sent["accept"], sent["decision"])
    return _shown(case.id)
