"""How the page of a case, its forms and the report form are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

CASE, NOBODYS = "$case", uid("nobody's")
SEE = Action.SEE_MAP
_PAGE = f"/cases/{CASE}"
_LIMIT = {"calendar": "clock", "amount": "4", "reason": "急", "version": "1"}

# leave, address, json, form
WAYS: dict[str, tuple[Action | None, str, Any, Any]] = {
    "cases.show": (SEE, _PAGE, None, None),
    "cases.picture": (SEE, f"{_PAGE}/picture.svg", None, None),
    "past_cases.index": (SEE, f"{_PAGE}/past", None, None),
    "case_acts.move": (Action.MOVE_CASE, f"{_PAGE}/moves", None, {"to": "self_correcting", "version": "1"}),
    "case_acts.note": (Action.WORK_CASE, f"{_PAGE}/notes", None, {"text": "看过了"}),
    "case_acts.ask_extension": (
        Action.WORK_CASE,
        f"{_PAGE}/extensions",
        None,
        {"until": "2027-01-01T10:00", "reason": "等车"},
    ),
    "case_acts.decide_extension": (Action.DECIDE, f"{_PAGE}/extensions/{NOBODYS}", None, {"grant": "yes"}),
    "case_acts.change_limit": (Action.DECIDE, f"{_PAGE}/limit", None, _LIMIT),
    "case_acts.grade": (Action.DECIDE, f"{_PAGE}/severity", None, {"severity": "serious", "version": "1"}),
    "case_acts.urge": (Action.DECIDE, f"{_PAGE}/urge", None, {"text": "快点"}),
    "case_acts.supervise": (Action.DECIDE, f"{_PAGE}/supervise", None, {"reason": "来电"}),
    "case_acts.lift": (Action.DECIDE, f"{_PAGE}/lift", None, {}),
    "case_acts.merge": (Action.DECIDE, f"{_PAGE}/merge", None, {"into": NOBODYS, "version": "1"}),
    "case_acts.split": (Action.DECIDE, f"{_PAGE}/split", None, {"issue": NOBODYS, "reason": "两回事"}),
    "case_acts.ask_reopening": (Action.WORK_CASE, f"{_PAGE}/reopenings", None, {"reason": "又有了"}),
    "case_acts.decide_reopening": (Action.DECIDE, f"{_PAGE}/reopenings/{NOBODYS}", None, {"accept": "yes"}),
    "issue_form.new": (Action.REPORT_ISSUE, "/issues/new?shop=LT0001", None, None),
    "issue_form.file": (Action.REPORT_ISSUE, "/issues/new", None, {"shop": "LT0001", "kind": "06010"}),
}
