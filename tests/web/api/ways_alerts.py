"""How the routes of early warnings are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

NOBODYS = uid("nobody's")
Told = tuple[Action | None, str, Any, Any]
WAYS: dict[str, Told] = {
    "alerts.index": (Action.SEE_ALERTS, "/alerts", None, None),
    "alerts.show": (Action.SEE_ALERTS, f"/alerts/{NOBODYS}", None, None),
    "alerts.accept": (
        Action.DECIDE_ALERT, f"/alerts/{NOBODYS}/accept", None, {"decision": "noted", "version": "0"},
    ),
    "alerts.dismiss": (
        Action.DECIDE_ALERT, f"/alerts/{NOBODYS}/dismiss", None, {"reason": "small", "version": "0"},
    ),
    "alerts.take_back": (Action.DECIDE_ALERT, f"/alerts/{NOBODYS}/take-back", None, {"version": "0"}),
    "api_alerts.index": (Action.SEE_ALERTS, "/api/v1/alerts", None, None),
    "api_alerts.show": (Action.SEE_ALERTS, f"/api/v1/alerts/{NOBODYS}", None, None),
    "api_alerts.accept": (
        Action.DECIDE_ALERT, f"/api/v1/alerts/{NOBODYS}/accept", {"decision": "watch", "version": 0}, None,
    ),
    "api_alerts.dismiss": (
        Action.DECIDE_ALERT, f"/api/v1/alerts/{NOBODYS}/dismiss", {"reason": "wrong", "version": 0}, None,
    ),
    "api_alerts.take_back": (Action.DECIDE_ALERT, f"/api/v1/alerts/{NOBODYS}/take-back", {"version": 0}, None),
}  # fmt: skip
