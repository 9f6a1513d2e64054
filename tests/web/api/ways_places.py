"""How the routes of places, playbooks, notices, rosters and context events are asked well, and the leave each needs."""

from typing import Any

from mapsvc.domain.permissions import Action
from tests.support.street import uid

CASE, NOTICE, NOBODYS = "$case", "$notice", uid("nobody's")
SEE = Action.SEE_MAP
Told = tuple[Action | None, str, Any, Any]


def _way(leave: Action | None, address: str, json: Any = None, form: Any = None) -> Told:
    return leave, address, json, form


WAYS: dict[str, Told] = {
    "api_context_events.index": _way(SEE, "/api/v1/context-events"),
    "api_context_events.add": _way(
        Action.EDIT_CONTEXT,
        "/api/v1/context-events",
        json={"id": uid("bins"), "kind": "bins_removed", "text": "撤桶", "from": "2026-11-20", "place": "PD0001"},
    ),
    "api_context_events.end": _way(
        Action.EDIT_CONTEXT, f"/api/v1/context-events/{NOBODYS}/end", json={"until": "2026-11-21"}
    ),
    "api_context_events.withdraw": _way(Action.EDIT_CONTEXT, f"/api/v1/context-events/{NOBODYS}/withdraw"),
    "api_context_events.restore": _way(Action.EDIT_CONTEXT, f"/api/v1/context-events/{NOBODYS}/restore"),
    "context_events.index": _way(SEE, "/context-events"),
    "context_events.new": _way(Action.EDIT_CONTEXT, "/context-events/new?place=PD0001"),
    "context_events.add": _way(Action.EDIT_CONTEXT, "/context-events", form={"place": "PD0001"}),
    "context_events.end": _way(Action.EDIT_CONTEXT, f"/context-events/{NOBODYS}/end", form={"until": "2026-11-21"}),
    "context_events.withdraw": _way(Action.EDIT_CONTEXT, f"/context-events/{NOBODYS}/withdraw", form={}),
    "context_events.restore": _way(Action.EDIT_CONTEXT, f"/context-events/{NOBODYS}/restore", form={}),
    "context_events.end_watch": _way(Action.EDIT_CONTEXT, f"/watches/{NOBODYS}/end", form={}),
    "api_playbooks.index": _way(SEE, "/api/v1/playbooks"),
    "api_playbooks.on_case": _way(
        Action.RUN_PLAYBOOK,
        f"/api/v1/cases/{CASE}/playbook",
        json={"id": uid("run"), "playbook": "rain_leak", "order_to": "兰凤物业"},
    ),
    "api_playbooks.on_place": _way(
        Action.RUN_PLAYBOOK,
        "/api/v1/places/PD0001/playbook",
        json={"id": uid("place run"), "playbook": "dumping_spot", "order_to": "兰凤物业"},
    ),
    "api_playbooks.end": _way(Action.RUN_PLAYBOOK, f"/api/v1/runs/{NOBODYS}/end", json={"outcome": "好了"}),
    "playbooks.index": _way(SEE, "/playbooks"),
    "playbooks.show": _way(SEE, "/playbooks/dumping_spot"),
    "playbooks.new": _way(Action.EDIT_PLAYBOOKS, "/playbooks/new"),
    "playbooks.create": _way(Action.EDIT_PLAYBOOKS, "/playbooks", form={}),
    "playbooks.edit": _way(Action.EDIT_PLAYBOOKS, "/playbooks/dumping_spot/edit"),
    "playbooks.save": _way(Action.EDIT_PLAYBOOKS, "/playbooks/dumping_spot", form={}),
    "playbooks.retire": _way(Action.EDIT_PLAYBOOKS, "/playbooks/beyond_door/retire", form={}),
    "playbooks.export": _way(Action.RUN_PLAYBOOK, "/playbooks/dumping_spot/file.toml"),
    "playbooks.take_in": _way(Action.EDIT_PLAYBOOKS, "/playbooks/import", form={}),
    "playbooks.choose": _way(Action.RUN_PLAYBOOK, "/playbooks/start?playbook=dumping_spot&place=PD0001"),
    "playbooks.prescribe": _way(Action.RUN_PLAYBOOK, "/playbooks/dumping_spot/start?place=PD0001"),
    "playbooks.on_case": _way(Action.RUN_PLAYBOOK, f"/cases/{CASE}/playbook", form={"playbook": "rain_leak"}),
    "playbooks.on_place": _way(Action.RUN_PLAYBOOK, "/places/PD0001/playbook", form={"playbook": "dumping_spot"}),
    "playbooks.end": _way(Action.RUN_PLAYBOOK, f"/runs/{NOBODYS}/end", form={"outcome": "好了"}),
    "places.show": _way(SEE, "/places/PD0001"),
    "places.edit": _way(Action.EDIT_PLACE, "/places/PD0001", form={"name": "角落"}),
    "places.add_photos": _way(Action.EDIT_PLACE, "/places/PD0001/photos", form={"purpose": "before"}),
    "places.remove_photo": _way(Action.EDIT_PLACE, f"/places/PD0001/photos/{NOBODYS}/remove", form={}),
    "places.add_notice": _way(Action.RUN_PLAYBOOK, "/places/PD0001/notices", form={}),
    "places.add_roster": _way(Action.RUN_PLAYBOOK, "/places/PD0001/rosters", form={}),
    "places.send_order": _way(Action.SEND_ORDER, "/places/PD0001/orders", form={}),
    "places.check": _way(Action.CHECK_EFFECT, "/places/PD0001/check", form={"result": "better"}),
    "places.picture": _way(SEE, "/places/PD0001/picture.svg"),
    "notices.index": _way(SEE, "/notices"),
    "notices.show": _way(SEE, f"/notices/{NOTICE}"),
    "notices.change": _way(Action.RUN_PLAYBOOK, f"/notices/{NOBODYS}", form={}),
    "notices.paper": _way(SEE, f"/notices/{NOTICE}/print"),
    "notices.taken_down": _way(Action.EDIT_CONTEXT, f"/notices/{NOBODYS}/taken-down", form={}),
    "notices.hang": _way(Action.EDIT_CONTEXT, f"/notices/{NOBODYS}/hang", form={}),
    "rosters.show": _way(Action.RUN_PLAYBOOK, f"/rosters/{NOBODYS}"),
    "rosters.cancel": _way(Action.RUN_PLAYBOOK, f"/rosters/{NOBODYS}/cancel", form={}),
    "rosters.restore": _way(Action.RUN_PLAYBOOK, f"/rosters/{NOBODYS}/restore", form={}),
    "rosters.close": _way(Action.RUN_PLAYBOOK, f"/rosters/{NOBODYS}/close", form={}),
    "rosters.remove": _way(Action.RUN_PLAYBOOK, f"/rosters/{NOBODYS}/remove", form={}),
}
