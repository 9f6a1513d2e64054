"""/api/v1/policy-calendar: what can be done when, and from when merchants are to know."""

from typing import Any

from flask import Blueprint, Response

from mapsvc.operations import policy_calendar
from mapsvc.operations.policy_calendar import AHEAD_DAYS, Coming
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import MAYBE_TEXT, TEXT, WHOLE, describe, listing, thing
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("api_policy_calendar", __name__, url_prefix="/api/v1/policy-calendar")

_ASKED = {"days": p.optional(p.whole(0, 400), AHEAD_DAYS)}
_BOOL, _NAMES = {"type": "boolean"}, {"type": "array", "items": {"type": "string"}}
_OPENING = thing(
    code=TEXT, year=WHOLE, title=TEXT, topics=_NAMES, trades=_NAMES, opens_on=TEXT, closes_on=TEXT, tell_from=TEXT,
    policy_id=MAYBE_TEXT, source=MAYBE_TEXT, note=MAYBE_TEXT, is_sample=_BOOL, is_guessed=_BOOL, asked_to_be_told=WHOLE,
)  # fmt: skip


@blueprint.get("")
@describe(
    "政策日历：正在办和 days 天里要开的窗口，最早的在前",
    tag="policies",
    query=_ASKED,
    responses={200: listing(_OPENING)},
)
def index() -> Response:
    """What is open or opens soon."""
    found = policy_calendar.coming(workspace(), actor(), p.query(_ASKED)["days"])
    return r.answer({"items": [_opening(one) for one in found], "next": None})


def _opening(one: Coming) -> dict[str, Any]:
    made, window = one.opening, one.opening.window
    return {
        "code": window.code,
        "year": made.year,
        "title": window.title,
        "topics": list(window.topics),
        "trades": list(window.trades),
        "opens_on": made.opens_on.isoformat(),
        "closes_on": made.closes_on.isoformat(),
        "tell_from": made.tell_from.isoformat(),
        "policy_id": window.policy_id,
        "source": window.source,
        "note": window.note,
        "is_sample": window.is_sample,
        "is_guessed": made.is_guessed,
        "asked_to_be_told": one.asked_to_be_told,
    }
