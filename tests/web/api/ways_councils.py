"""How the routes of councils, private notes, tasks and same-building checks are asked well, and the leave they need."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

CASE, COUNCIL, NOBODYS = "$case", "$council", uid("nobody's")
_INVITED = {"held_at": "2026-12-01T14:00:00", "parties": [{"role": "owner", "name": "201室"}]}
_TYPED = {"held_at": "2026-12-01T14:00", "parties.0.role": "owner", "parties.0.name": "201室"}

# leave, address, json, form; who may not see private notes finds nothing at their address
WAYS: dict[str, tuple[Action | None, str, Any, Any]] = {
    "api_councils.plan": (Action.HOLD_COUNCIL, f"/api/v1/cases/{CASE}/council", _INVITED, None),
    "api_councils.show": (Action.SEE_MAP, f"/api/v1/councils/{COUNCIL}", None, None),
    "api_councils.minutes": (
        Action.HOLD_COUNCIL,
        f"/api/v1/councils/{NOBODYS}/minutes",
        {"version": 1, "held_at": "2026-12-01"},
        None,
    ),
    "api_councils.agree": (Action.HOLD_COUNCIL, f"/api/v1/councils/{NOBODYS}/agreement", {"version": 1}, None),
    "api_councils.signatures": (Action.HOLD_COUNCIL, f"/api/v1/councils/{NOBODYS}/signatures", {"version": 1}, None),
    "api_councils.failure": (
        Action.HOLD_COUNCIL,
        f"/api/v1/councils/{NOBODYS}/failure",
        {"version": 1, "way_out": "mediation"},
        None,
    ),
    "api_councils.come_back": (Action.HOLD_COUNCIL, f"/api/v1/councils/{NOBODYS}/return", {"version": 1}, None),
    "api_councils.call_off": (Action.HOLD_COUNCIL, f"/api/v1/councils/{NOBODYS}/call-off", {"version": 1}, None),
    "api_councils.notes": (None, f"/api/v1/councils/{NOBODYS}/notes", None, None),
    "api_councils.add_note": (None, f"/api/v1/councils/{NOBODYS}/notes", {"text": "谈了"}, None),
    "councils.plan": (Action.HOLD_COUNCIL, f"/cases/{CASE}/council", None, _TYPED),
    "councils.minutes": (Action.HOLD_COUNCIL, f"/councils/{NOBODYS}/minutes", None, {}),
    "councils.agree": (Action.HOLD_COUNCIL, f"/councils/{NOBODYS}/agreement", None, {}),
    "councils.signatures": (Action.HOLD_COUNCIL, f"/councils/{NOBODYS}/signatures", None, {}),
    "councils.failure": (Action.HOLD_COUNCIL, f"/councils/{NOBODYS}/failure", None, {}),
    "councils.come_back": (Action.HOLD_COUNCIL, f"/councils/{NOBODYS}/return", None, {}),
    "councils.call_off": (Action.HOLD_COUNCIL, f"/councils/{NOBODYS}/call-off", None, {}),
    "councils.paper": (Action.SEE_MAP, f"/councils/{COUNCIL}/print", None, None),
    "councils.document": (Action.SEE_MAP, f"/councils/{COUNCIL}/agreement.docx", None, None),
    "private_notes.index": (None, f"/councils/{NOBODYS}/notes", None, None),
    "private_notes.add": (None, f"/councils/{NOBODYS}/notes", None, {"text": "谈了"}),
    "private_notes.remove": (None, f"/councils/{NOBODYS}/notes/{NOBODYS}/remove", None, {}),
    "api_tasks.index": (Action.SEE_MAP, f"/api/v1/cases/{CASE}/tasks", None, None),
    "api_tasks.create": (Action.WORK_CASE, f"/api/v1/cases/{CASE}/tasks", {"text": "再看一眼"}, None),
    "api_tasks.look_around": (Action.WORK_CASE, f"/api/v1/cases/{CASE}/same-building", {"shops": []}, None),
    "api_tasks.finish": (None, f"/api/v1/tasks/{NOBODYS}/done", {}, None),
    "api_tasks.cancel": (None, f"/api/v1/tasks/{NOBODYS}/cancel", {"reason": "不用了"}, None),
    "api_tasks.undo": (None, f"/api/v1/tasks/{NOBODYS}/undo", {}, None),
    "tasks.add": (Action.WORK_CASE, f"/cases/{CASE}/tasks", None, {"text": "再看一眼", "whom": "merchant"}),
    "tasks.show": (None, f"/tasks/{NOBODYS}", None, None),
    "tasks.finish": (None, f"/tasks/{NOBODYS}/done", None, {}),
    "tasks.cancel": (None, f"/tasks/{NOBODYS}/cancel", None, {"reason": "不用了"}),
    "tasks.undo": (None, f"/tasks/{NOBODYS}/undo", None, {}),
    "same_building.add": (Action.WORK_CASE, f"/cases/{CASE}/same-building", None, {}),
}
