"""What is done on the page of a case: moves, notes, more time, severity, 催办, 督办, merging, taking up again."""

from collections.abc import Callable

from flask import Blueprint, request
from werkzeug.wrappers import Response

from mapsvc.domain.cases import CaseState, Severity
from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar
from mapsvc.domain.photos import PhotoOf, Purpose
from mapsvc.errors import NotFound, Refused
from mapsvc.operations import cases, escalations, extensions, joining, limits, reopenings
from mapsvc.operations.cases import CaseDetail
from mapsvc.web import forms
from mapsvc.web.cases import case_page
from mapsvc.web.context import actor, workspace
from mapsvc.web.uploads import keep_photos, read_photos

blueprint = Blueprint("case_acts", __name__)
MOST_TEXT = 400


@blueprint.post("/cases/<case_id>/moves")
def move(case_id: str) -> Response:
    """Move the case on."""

    def act() -> object:
        to = forms.choice("to", CaseState, "要转到哪里")
        assert to is not None
        reason = forms.text("reason", "原因", MOST_TEXT)
        severity = forms.choice("severity", Severity, "轻重", required=False)
        by = forms.when("correct_by", "整改期限")
        handler = forms.text("handler", "处置单位", cases.MOST_HANDLER)
        return cases.move_case(workspace(), actor(), case_id, to, reason, forms.version(), severity, by, handler)

    return _done(case_id, act, "moved", f"move-{request.form.get('to', '')}")


@blueprint.post("/cases/<case_id>/notes")
def note(case_id: str) -> Response:
    """记录处置: words and pictures; with `next` the case goes to be verified in the same act."""

    def act() -> object:
        text = forms.text("text", "做了什么", forms.LONGEST, required=True)
        pictures = read_photos()
        case = cases.get_case(workspace(), actor(), case_id)
        if request.form.get("next"):
            cases.move_case(workspace(), actor(), case_id, CaseState.VERIFYING, text, forms.version())
        else:
            escalations.note_case(workspace(), actor(), case_id, text)
        return keep_photos(workspace(), actor(), pictures, PhotoOf.CASE, case.line.found.case.id, Purpose.AFTER)

    return _done(case_id, act, "noted", "note")


@blueprint.post("/cases/<case_id>/extensions")
def ask_extension(case_id: str) -> Response:
    """申请延期."""

    def act() -> object:
        until, reason = forms.when("until", "延到几时", required=True), forms.text("reason", "原因", MOST_TEXT)
        assert until is not None
        return extensions.ask_extension(workspace(), actor(), case_id, until, reason)

    return _done(case_id, act, "asked", "extension")


@blueprint.post("/cases/<case_id>/extensions/<extension_id>")
def decide_extension(case_id: str, extension_id: str) -> Response:
    """Grant it or not."""

    def act() -> object:
        grant, told = request.form.get("grant") == "yes", forms.text("decision", "意见", MOST_TEXT)
        return extensions.decide_extension(workspace(), actor(), extension_id, grant, told)

    return _done(case_id, act, "granted", "decide-extension")


@blueprint.post("/cases/<case_id>/limit")
def change_limit(case_id: str) -> Response:
    """改时限 of this case."""

    def act() -> object:
        reason = forms.text("reason", "原因", MOST_TEXT)
        return limits.change_limit(workspace(), actor(), case_id, typed_limit(), reason, forms.version())

    return _done(case_id, act, "limited", "limit")


@blueprint.post("/cases/<case_id>/severity")
def grade(case_id: str) -> Response:
    """定轻重."""

    def act() -> object:
        severity = forms.choice("severity", Severity, "轻重")
        assert severity is not None
        return limits.triage(workspace(), actor(), case_id, severity, forms.version())

    return _done(case_id, act, "graded", "severity")


@blueprint.post("/cases/<case_id>/urge")
def urge(case_id: str) -> Response:
    """催办."""
    act = lambda: escalations.urge(workspace(), actor(), case_id, forms.text("text", "要什么", MOST_TEXT))  # noqa: E731
    return _done(case_id, act, "urged", "urge")


@blueprint.post("/cases/<case_id>/supervise")
def supervise(case_id: str) -> Response:
    """督办, until lifted."""

    def act() -> object:
        return escalations.supervise(workspace(), actor(), case_id, forms.text("reason", "原因", MOST_TEXT))

    return _done(case_id, act, "supervised", "supervise")


@blueprint.post("/cases/<case_id>/lift")
def lift(case_id: str) -> Response:
    """解除督办."""

    def act() -> object:
        return escalations.lift(workspace(), actor(), case_id, forms.text("reason", "原因", MOST_TEXT))

    return _done(case_id, act, "lifted", "lift")


@blueprint.post("/cases/<case_id>/merge")
def merge(case_id: str) -> Response:
    """合并到 another case, by its number."""

    def act() -> CaseDetail:
        into = forms.text("into", "并到哪一件的案卷号", 60, required=True)
        reason = forms.text("reason", "原因", MOST_TEXT)
        try:
            return joining.merge_cases(workspace(), actor(), case_id, into, reason, forms.version())
        except NotFound as error:
            # The page itself is there: it is the number typed that leads nowhere.
            cases.get_case(workspace(), actor(), case_id)
            raise Refused(str(error), field="into", code="unknown_case") from error

    return _done(case_id, act, "merged", "merge")


@blueprint.post("/cases/<case_id>/split")
def split(case_id: str) -> Response:
    """拆出 one issue as a case of its own."""

    def act() -> CaseDetail:
        issue, reason = forms.text("issue", "拆哪一件", 60, required=True), forms.text("reason", "原因", MOST_TEXT)
        return joining.split_issue(workspace(), actor(), issue, reason)

    return _done(case_id, act, "split", "split")


@blueprint.post("/cases/<case_id>/reopenings")
def ask_reopening(case_id: str) -> Response:
    """File that it should be taken up again."""

    def act() -> object:
        return reopenings.ask_reopening(workspace(), actor(), case_id, forms.text("reason", "原因", MOST_TEXT))

    return _done(case_id, act, "reopening_filed", "reopening")


@blueprint.post("/cases/<case_id>/reopenings/<reopening_id>")
def decide_reopening(case_id: str, reopening_id: str) -> Response:
    """Take the case up again, or not."""

    def act() -> object:
        accept, told = request.form.get("accept") == "yes", forms.text("decision", "意见", MOST_TEXT)
        return reopenings.decide_reopening(workspace(), actor(), reopening_id, accept, told)

    return _done(case_id, act, "granted", "decide-reopening")


def typed_limit() -> Limit:
    """An allowed time from the fields `calendar` and `amount` (working days, or hours).

    Raises
    ------
    Refused
    """
    calendar = forms.choice("calendar", LimitCalendar, "按什么算")
    assert calendar is not None
    if calendar is LimitCalendar.WORKING_DAYS:
        return Limit(calendar, (forms.whole("amount", "几个工作日", 1, 366, required=True) or 0) * DAY_MIN)
    return Limit(calendar, (forms.whole("amount", "几小时", 1, 24 * 366, required=True) or 0) * 60)


def _done(case_id: str, act: Callable[[], object], said: str, open_form: str) -> Response:
    def onwards(result: object) -> str:
        named = result.line.found.case.id if isinstance(result, CaseDetail) else case_id
        return f"/cases/{named}?done={said}"

    return forms.done(act, onwards, lambda form, faults: case_page(case_id, open_form, form, faults))
