"""How the routes of campaigns are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

NOBODYS = uid("nobody's")
Told = tuple[Action | None, str, Any, Any]
SEE, RUN, TELL = Action.SEE_CAMPAIGN, Action.RUN_CAMPAIGN, Action.TELL_CAMPAIGN
ONE, DOOR = f"/campaigns/{NOBODYS}", f"/campaigns/{NOBODYS}/doors/LT0001"

WAYS: dict[str, Told] = {
    "api_campaigns.index": (SEE, "/api/v1/campaigns", None, None),
    "api_campaigns.show": (SEE, f"/api/v1{ONE}", None, None),
    "api_campaigns.begin": (RUN, "/api/v1/campaigns", {"id": uid("campaign"), "topic": "子女入园"}, None),
    "api_campaigns.start": (RUN, f"/api/v1{ONE}/start", {"version": 1}, None),
    "api_campaigns.end": (RUN, f"/api/v1{ONE}/end", {"version": 1}, None),
    "api_campaigns.doors": (RUN, f"/api/v1{ONE}/doors", {"code": "LT0001", "in": True}, None),
    "api_campaigns.told": (SEE, f"/api/v1{DOOR}/told", {"told": True}, None),
    "api_campaigns.uptake": (SEE, f"/api/v1{DOOR}/uptake", {"uptake": "wants"}, None),
    "campaigns.index": (SEE, "/campaigns", None, None),
    "campaigns.new": (RUN, "/campaigns/new", None, None),
    "campaigns.begin": (RUN, "/campaigns", None, {"topic": "子女入园"}),
    "campaigns.show": (SEE, ONE, None, None),
    "campaigns.paper": (SEE, f"{ONE}/print", None, None),
    "campaigns.change": (RUN, ONE, None, {"title": "报名"}),
    "campaigns.start": (RUN, f"{ONE}/start", None, {}),
    "campaigns.undo": (RUN, f"{ONE}/undo", None, {}),
    "campaigns.end": (RUN, f"{ONE}/end", None, {}),
    "campaigns.drop": (RUN, f"{ONE}/drop", None, {}),
    "campaigns.doors": (RUN, f"{ONE}/doors", None, {}),
    "campaigns.door": (SEE, f"{DOOR}", None, {"did": "told"}),
}
