"""How the routes of 政策日历 are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

Told = tuple[Action | None, str, Any, Any]
SEE, EDIT = Action.SEE_POLICIES, Action.EDIT_POLICIES
ONE = f"/policy-calendar/{uid('nobody’s')}"
FORM = {
    "title": "冬季用电检查",
    "by": "dates",
    "opens_on": "2026-12-10",
    "closes_on": "2026-12-31",
    "is_yearly": "1",
    "lead_days": "14",
    "topics": ["水电煤", "消防安全"],
}
EVENT = {
    "title": "节前用工",
    "by": "event",
    "event": "春节",
    "event_on": "2027-02-06",
    "opens_weeks_before": "4",
    "closes_weeks_before": "-2",
    "is_yearly": "1",
    "lead_days": "21",
    "topics": ["社保用工"],
    "trades": "餐饮、零售",
}

WAYS: dict[str, Told] = {
    "policy_calendar.index": (SEE, "/policy-calendar?year=2027", None, None),
    "policy_calendar.file": (SEE, "/policy-calendar.ics", None, None),
    "policy_calendar.new": (EDIT, "/policy-calendar/new", None, None),
    "policy_calendar.add": (EDIT, "/policy-calendar", None, FORM),
    "policy_calendar.show": (SEE, ONE, None, None),
    "policy_calendar.change": (EDIT, ONE, None, FORM | {"version": "1"}),
    "policy_calendar.undo": (EDIT, f"{ONE}/undo", None, {"version": "1"}),
    "policy_calendar.retire": (EDIT, f"{ONE}/retire", None, {}),
    "policy_calendar.restore": (EDIT, f"{ONE}/restore", None, {}),
    "policy_calendar.event_day": (
        EDIT, "/policy-calendar/event-day", None, {"event": "春节", "year": "2028", "day": "2028-01-26"},
    ),
    "api_policy_calendar.index": (SEE, "/api/v1/policy-calendar?days=30", None, None),
}  # fmt: skip
