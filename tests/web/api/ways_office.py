"""How the routes of allowed times and the working calendar are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action

Told = tuple[Action | None, str, Any, Any]
LIMITS = Action.EDIT_LIMITS
DAY = {"day": "2026-11-24", "works": "off"}

WAYS: dict[str, Told] = {
    "admin_limits.index": (LIMITS, "/admin/limits", None, None),
    "admin_limits.show": (LIMITS, "/admin/limits/06010", None, None),
    "admin_limits.change": (LIMITS, "/admin/limits/06010", None, {"calendar": "clock", "limit": "2"}),
    "admin_limits.reset": (LIMITS, "/admin/limits/06010/reset", None, {}),
    "admin_calendar.index": (LIMITS, "/admin/calendar", None, None),
    "admin_calendar.enter": (LIMITS, "/admin/calendar", None, DAY),
    "admin_calendar.remove": (LIMITS, "/admin/calendar/2026-11-24/remove", None, {}),
}
