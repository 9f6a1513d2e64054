"""How the routes of rain and storms are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

NOBODYS = uid("nobody's")
Told = tuple[Action | None, str, Any, Any]
SEE, CALL = Action.SEE_ALERTS, Action.CALL_STORM
STORM, DOOR = f"/storms/{NOBODYS}", f"/storms/{NOBODYS}/doors/{NOBODYS}"

WAYS: dict[str, Told] = {
    "api_storms.index": (SEE, "/api/v1/storms", None, None),
    "api_storms.show": (SEE, f"/api/v1{STORM}", None, None),
    "api_storms.call": (CALL, "/api/v1/storms", {"id": uid("storm"), "kind": "rain", "coming": False}, None),
    "api_storms.end": (CALL, f"/api/v1{STORM}/end", None, None),
    "api_storms.see": (SEE, f"/api/v1{DOOR}", {"outcome": "ok"}, None),
    "storms.index": (SEE, "/storms", None, None),
    "storms.call": (CALL, "/storms", None, {"kind": "typhoon", "coming": "1"}),
    "storms.upload": (CALL, "/storms/rainfall", None, {}),
    "storms.download": (SEE, "/storms/rainfall.csv", None, None),
    "storms.show": (SEE, STORM, None, None),
    "storms.paper": (SEE, f"{STORM}/print", None, None),
    "storms.end": (CALL, f"{STORM}/end", None, {}),
    "storms.undo": (CALL, f"{STORM}/undo", None, {}),
    "storms.add_door": (CALL, f"{STORM}/doors", None, {"code": "LT0001"}),
    "storms.remove_door": (CALL, f"{DOOR}/remove", None, {}),
    "storms.seen": (SEE, f"{DOOR}/seen", None, {"outcome": "ok"}),
}
