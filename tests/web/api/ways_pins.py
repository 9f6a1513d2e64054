"""How the routes of pinned stops, weights and quiet hours are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

PIN, QUIET = uid("pin"), uid("quiet")
Told = tuple[Action | None, str, Any, Any]
WEIGH, KEEP = Action.WEIGH_PATROL, Action.KEEP_QUIET_HOURS
DAY = "2026-11-30"
PINNED = {"id": PIN, "where": "LT0001", "from": DAY}
SAID = {"id": QUIET, "from_minute": 720, "until_minute": 840}
SHOP = "/shops/LT0001/quiet-hours"
WEIGHTS = {"points-call": "12", "growth-call": "1", "minutes-call": "5"}

WAYS: dict[str, Told] = {
    "pins.index": (Action.PIN_STOP, "/patrol/pins", None, None),
    "pins.create": (Action.PIN_STOP, "/patrol/pins", None, PINNED | {"id": uid("another pin")}),
    "pins.end": (Action.PIN_STOP, f"/patrol/pins/{PIN}/end", None, {}),
    "pins.restore": (Action.PIN_STOP, f"/patrol/pins/{PIN}/restore", None, {}),
    "api_pins.index": (Action.PIN_STOP, "/api/v1/pins", None, None),
    "api_pins.create": (Action.PIN_STOP, "/api/v1/pins", PINNED | {"id": uid("third pin")}, None),
    "api_pins.end": (Action.PIN_STOP, f"/api/v1/pins/{PIN}/end", {}, None),
    "api_pins.restore": (Action.PIN_STOP, f"/api/v1/pins/{PIN}/restore", {}, None),
    "admin_patrol.index": (WEIGH, "/admin/patrol", None, None),
    "admin_patrol.change": (WEIGH, "/admin/patrol", None, WEIGHTS),
    "admin_patrol.reset": (WEIGH, "/admin/patrol/reset", None, {}),
    "admin_patrol.ways": (Action.PLAN_PATROL, f"/admin/patrol/walkers/{uid('nobody')}", None, {"minutes": "90"}),
    "quiet_hours.index": (KEEP, SHOP, None, None),
    "quiet_hours.say": (KEEP, SHOP, None, {"id": uid("another line"), "weekday": "2", "all_day": "1"}),
    "quiet_hours.end": (KEEP, f"{SHOP}/{QUIET}/end", None, {}),
    "quiet_hours.restore": (KEEP, f"{SHOP}/{QUIET}/restore", None, {}),
    "api_quiet_hours.index": (Action.SEE_MAP, f"/api/v1{SHOP}", None, None),
    "api_quiet_hours.say": (KEEP, f"/api/v1{SHOP}", SAID | {"id": uid("third line"), "weekday": 3}, None),
    "api_quiet_hours.end": (KEEP, f"/api/v1/quiet-hours/{QUIET}/end", {}, None),
    "api_quiet_hours.restore": (KEEP, f"/api/v1/quiet-hours/{QUIET}/restore", {}, None),
}
