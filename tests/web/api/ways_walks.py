"""How the routes of walking a patrol are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

NOBODYS = uid("nobody's")
AT = "2026-11-23T18:10:00+08:00"
STEP = {"id": uid("step"), "ref": "shop:LT0001", "outcome": "done", "at": AT}
Told = tuple[Action | None, str, Any, Any]
WALK = Action.WALK_PATROL
WAYS: dict[str, Told] = {
    "api_walks.create": (WALK, "/api/v1/walks", {"id": uid("walk"), "plan": "$plan", "started_at": AT}, None),
    # One's own walk needs no leave, and of others' nobody learns that they are there.
    "api_walks.show": (None, f"/api/v1/walks/{NOBODYS}", None, None),
    "api_walks.record": (WALK, f"/api/v1/walks/{NOBODYS}/steps", STEP, None),
    "api_walks.withdraw": (WALK, f"/api/v1/walks/{NOBODYS}/steps/{uid('step')}/withdraw", {}, None),
    "api_walks.finish": (WALK, f"/api/v1/walks/{NOBODYS}/finish", {"at": AT}, None),
    "api_walks.go_on": (WALK, f"/api/v1/walks/{NOBODYS}/go-on", {}, None),
}
