"""How the routes of guard rounds and coverage are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

NOBODYS, ROUND = uid("nobody's"), uid("round")
Told = tuple[Action | None, str, Any, Any]
SEE, PLAN, COVERAGE = Action.SEE_MAP, Action.PLAN_PATROL, Action.SEE_COVERAGE
AT = f"/patrol/rounds/{ROUND}"
FORM = {"id": ROUND, "name": "一圈", "street1": "岚皋西路", "shift": "morning", "weekdays": "0", "last1": "30"}
"""Makes the round that the routes below are about."""

WAYS: dict[str, Told] = {
    "rounds.index": (SEE, "/patrol/rounds", None, None),
    "rounds.create": (PLAN, "/patrol/rounds", None, FORM | {"id": uid("another round")}),
    "rounds.show": (SEE, AT, None, None),
    "rounds.paper": (SEE, f"{AT}/print", None, None),
    "rounds.walked": (PLAN, f"{AT}/walked", None, {"id": uid("walked")}),
    "rounds.not_walked": (PLAN, f"{AT}/walked/{NOBODYS}/remove", None, {}),
    "rounds.end": (PLAN, f"{AT}/end", None, {}),
    "rounds.resume": (PLAN, f"{AT}/resume", None, {}),
    "coverage.index": (COVERAGE, "/patrol/coverage", None, None),
    "coverage.behind": (COVERAGE, "/patrol/coverage/list", None, None),
}
