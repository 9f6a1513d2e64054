"""/api/v1/today: everything the phone takes along for a worker's day, in one answer."""

import hashlib
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app

from mapsvc.domain import topics
from mapsvc.domain.actors import Actor
from mapsvc.domain.campaigns import Campaign
from mapsvc.domain.kinds import KINDS, kind_of
from mapsvc.domain.needs import WAY_NAMES
from mapsvc.domain.patrol import SHIFT_NAMES
from mapsvc.domain.permissions import Action, Reach, reach
from mapsvc.domain.places import SIDE_NAMES
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.shops import SHOP_STATE_NAMES
from mapsvc.domain.times import iso, office_day
from mapsvc.domain.today import clipped
from mapsvc.domain.visits import Visit
from mapsvc.operations import today
from mapsvc.operations.today import Day
from mapsvc.operations.today_doors import DoorDay
from mapsvc.operations.today_news import PatrolToday
from mapsvc.store.today import CaseAt
from mapsvc.web.api import rendering as r
from mapsvc.web.api.answers import answer_json
from mapsvc.web.api.describe import FLAG, MAYBE_TEXT, MOMENT, TEXT, WHOLE, describe, thing
from mapsvc.web.api.today_walks import walk_today
from mapsvc.web.caching import shared_answer
from mapsvc.web.context import actor, workspace
from mapsvc.web.maps import map_service

blueprint = Blueprint("api_today", __name__, url_prefix="/api/v1/today")

VERSION = 2
_LONGEST_TEXT = 60
_LIST, _OBJECT = {"type": "array"}, {"type": "object"}
_DAY = thing(
    version=WHOLE, as_of=MOMENT, date=TEXT, person=thing(id=MAYBE_TEXT, name=TEXT, role=TEXT, may=_LIST),
    office=thing(name=TEXT, block=TEXT, demo=FLAG, phone=MAYBE_TEXT), asks_position=FLAG,
    counts=thing(calls=WHOLE, return_visits=WHOLE, promises=WHOLE), covering=_LIST, away=_LIST,
    patrol={"type": ["object", "null"]}, walks=_LIST, route=_LIST, doors=_OBJECT, solved=_LIST, places=_LIST,
    streets=_LIST, answers=_LIST, kinds=_LIST, topics=_LIST, ways=_LIST, trades=_LIST,
    states=_LIST,
)  # fmt: skip


@blueprint.get("")
@describe("今日：要走的门、答应的事、回访、走的次序，手机带走用", tag="today", responses={200: _DAY})
def show() -> Response:
    """The day of who asks; 304 when nothing changed."""
    ws, who = workspace(), actor()
    # How issues look is the map's: a change of colours is a change of the day's answer.
    etag = hashlib.sha256(f"{today.stamp(ws, who)}{VERSION}{_kinds()}".encode()).hexdigest()[:32]
    return shared_answer(etag, lambda: current_app.json.dumps(_day(today.my_day(ws, who), who)).encode())


def _day(day: Day, who: Actor) -> dict[str, Any]:
    settings = workspace().settings
    return {
        "version": VERSION,
        "as_of": iso(day.at),
        "date": office_day(day.at).isoformat(),
        "person": {
            "id": who.person_id,
            "name": who.name,
            "role": who.role.value,
            "may": [action.value for action in Action if reach(who, action) is not Reach.NONE],
        },
        "office": {
            "name": settings.office_name,
            "block": settings.block_name,
            "demo": day.is_demo,
            "phone": settings.office_phone or None,
        },
        "asks_position": settings.asks_position,
        "counts": day.counts,
        "covering": [
            {"name": c.name, "until": r.on(c.until), "doors": c.doors, "promises": c.promises} for c in day.covering
        ],
        "away": [{"name": a.name, "from": r.on(a.from_day), "until": r.on(a.until)} for a in day.away],
        "patrol": _patrol(day.patrol),
        "walks": [walk_today(one) for one in day.walks],
        "route": _route(day),
        "doors": {d.door.code: _door(d, day) for d in day.doors},
        "solved": [{"at": iso(s.at), "place": s.place, "text": s.text} for s in day.solved],
        **_static(day),
    }


def _static(day: Day) -> dict[str, Any]:
    """What hardly ever changes."""
    return {
        "places": [
            {
                "code": p.code,
                "name": mask_phones_in(p.name),
                "kind": p.kind,
                "lon": p.lon,
                "lat": p.lat,
                "address": p.address,
            }
            for p in day.places
        ],
        "streets": [
            {"name": s.name, "class": s.street_class, "width_m": s.width_m, "kind": s.kind, "points": s.points}
            for s in day.streets
        ],
        "answers": [answer_json(a) | {"words": " ".join([*a.questions[1:], *a.tags])} for a in day.answers],
        "kinds": _kinds(),
        "topics": [{"name": topic.name, "words": topic.words} for topic in topics.TOPICS],
        "ways": [{"code": way.value, "name": name} for way, name in WAY_NAMES.items()],
        "trades": day.trades,
        "states": [{"code": state.value, "name": name} for state, name in SHOP_STATE_NAMES.items()],
    }


def _kinds() -> list[dict[str, Any]]:
    styles = map_service().kinds
    words = {kind.code: kind.synonyms for kind in KINDS}
    shown = ("code", "name", "short_name", "shape", "color", "color_dark", "edge")
    return [{name: one[name] for name in shown} | {"words": words[one["code"]]} for one in styles.describe({})]


def _patrol(patrol: PatrolToday | None) -> dict[str, Any] | None:
    if patrol is None:
        return None
    plan = patrol.plan.plan
    return {
        "id": plan.id,
        "url": f"/patrol/{plan.id}",
        "shift": plan.shift.value,
        "shift_name": SHIFT_NAMES[plan.shift],
        "about": patrol.about,
        "stops": patrol.stops,
    }


def _route(day: Day) -> list[dict[str, Any]]:
    return [
        {"street": s.street, "side": s.side, "side_name": s.side_name, "doors": s.doors, "turn": s.turn}
        for s in day.route
    ]


def _door(one: DoorDay, day: Day) -> dict[str, Any]:
    door, due, tip, shut = one.door, one.due, one.tip, one.if_closed
    return {
        "code": door.code,
        "name": one.name,
        "address": door.address or "",
        "number": f"{door.house_number}号" if door.house_number is not None else "",
        "street": door.street,
        "side": door.side,
        "side_name": SIDE_NAMES.get(door.side or ""),
        "chainage_m": None if door.chainage_m is None else round(door.chainage_m, 1),
        "lon": None if door.lon is None else round(door.lon, 6),
        "lat": None if door.lat is None else round(door.lat, 6),
        "trade": door.trade,
        "state": door.state.value,
        "state_name": SHOP_STATE_NAMES[door.state],
        "tenancy": door.tenancy_id,
        "due": due.is_due,
        "kind": due.kind.value,
        "reasons": [
            {"code": b.code.value, "text": b.text}
            | ({"kind": b.kind} if b.kind else {})
            | ({"task": b.task_id} if b.task_id else {})
            for b in due.reasons
        ],
        "hours": one.hours,
        "last_talk": {"at": iso(one.last_talk.at), "text": one.last_talk.text} if one.last_talk else None,
        "promises": [
            {
                "id": p.id,
                "text": clipped(p.text, _LONGEST_TEXT),
                "due_at": r.when(p.due_at),
                "by": day.names.get(p.promised_by or ""),
            }
            for p in one.promises
        ],
        "tip": {"answer": tip.answer, "text": tip.text} if tip else None,
        "if_closed": {
            "in_a_row": shut.in_a_row,
            "text": shut.text,
            "from_hour": shut.from_hour,
            "until_hour": shut.until_hour,
        }
        if shut
        else None,
        "open_issues": _issues(one.open_issues),
        "history": [{"at": iso(h.at), "type": h.type, "title": h.title, "detail": h.detail} for h in one.history],
        **({"returns": _returns(one, day)} if one.returns else {}),
        **({"untold": [{"type": u.type, "id": u.id, "text": u.text} for u in one.untold]} if one.untold else {}),
        **({"campaigns": [_campaign(c) for c in one.campaigns]} if one.campaigns else {}),
        "cover_for": one.cover_for,
        "card": hashlib.sha256(one.card.encode()).hexdigest()[:16] if one.card else None,
        "visited_today": _visited(one.visited_today),
    }


def _issues(cases: Sequence[CaseAt]) -> list[dict[str, Any]]:
    return [
        {
            "case": c.case_id,
            "kind": c.kind,
            "kind_name": kind_of(c.kind).short_name,
            "text": clipped(c.description or "", _LONGEST_TEXT),
        }
        for c in cases
    ]


def _returns(one: DoorDay, day: Day) -> list[dict[str, Any]]:
    """The cases to go back to; whether the merchant may be asked for their opinion of it."""
    return [
        told | {"asks": case.case_id not in day.own_work}
        for told, case in zip(_issues(one.returns), one.returns, strict=True)
    ]


def _campaign(one: Campaign) -> dict[str, Any]:
    return {"id": one.id, "title": one.title, "words": one.words}


def _visited(visit: Visit | None) -> dict[str, Any] | None:
    if visit is None:
        return None
    return {"visit": visit.id, "outcome": visit.outcome.value, "at": iso(visit.happened_at)}
