"""What a shift would be with other people, another length or a stop first: compared in words, not kept."""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock as Mutex

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import Plan, PlanRequest, Stop
from mapsvc.domain.permissions import Action, require
from mapsvc.operations import plans
from mapsvc.operations.workspace import Workspace

FEWEST, MOST = 3, 8
"""The bars shown, unless the present number lies outside."""
_KEPT = 64
_WEIGHTY = (
    ("promise", "件答应的事"),
    ("special", "处专项上门"),
    ("return_visit", "个回访"),
    ("storm", "处雨前雨后要看的"),
    ("issue", "个到时限的问题"),
    ("pin", "处指定要去的"),
    ("first_visit", "家新店"),
    ("in_hand", "个在办的问题"),
    ("hot_cell", "段比平时多的路"),
)
"""Reasons that are named when they fall out or come in, the weightiest first, each with its measure word."""
_MOST_NAMED = 2
_known: OrderedDict[str, Plan] = OrderedDict()
_mutex = Mutex()


@dataclass(frozen=True)
class Bar:
    """How many stops a number of people reaches, and the difference to now in words."""

    people: int
    stops: int
    share_pct: int
    text: str
    is_now: bool


def what_if(
    ws: Workspace,
    actor: Actor,
    plan_id: str,
    people: int | None = None,
    minutes: int | None = None,
    first: str | None = None,
) -> dict[str, object]:
    """The same shift with other people, another length, or a stop that is to be reached; nothing is kept.

    Parameters
    ----------
    people, minutes : int, optional
        As now by default.
    first : str, optional
        Ref of a stop that becomes a must.

    Raises
    ------
    NotFound, Forbidden, Refused
    """
    old = plans.get_plan(ws, actor, plan_id).plan
    require(actor, Action.PLAN_PATROL, actor.person_id)
    request = plans.request_of(ws, actor, old, people, minutes)
    if first:
        request = replace(request, must=tuple(dict.fromkeys((*request.must, first))))
    other = _planned(ws, actor, request)
    return {
        "people": len(other.routes),
        "minutes": other.minutes,
        **other.totals,
        "text": difference(old, other, _changed(old, other, first)),
    }


def bars(ws: Workspace, actor: Actor, plan_id: str) -> list[Bar]:
    """The stops that each number of people would reach in the same time, fewest first.

    Raises
    ------
    NotFound, Forbidden
    """
    old = plans.get_plan(ws, actor, plan_id).plan
    require(actor, Action.PLAN_PATROL, actor.person_id)
    now, room = len(old.routes), plans.room_of(ws, actor, old)
    counts = range(min(FEWEST, now, max(room, 1)), max(min(MOST, room), now) + 1)
    found = []
    for people in counts:
        other = old if people == now else _planned(ws, actor, plans.request_of(ws, actor, old, people))
        text = "现在" if people == now else difference(old, other, _changed(old, other, None))
        found.append(Bar(people, other.totals["stops"], other.totals["share_pct"], text, people == now))
    return found


def difference(old: Plan, new: Plan, changed: str = "") -> str:
    """How `new` differs from `old` in words: stops, what falls out or comes in of weight, when the last one is done."""
    before, after = old.totals, new.totals
    stops = after["stops"] - before["stops"]
    parts = [f"少{-stops}站" if stops < 0 else f"多{stops}站" if stops > 0 else "站数一样"]
    gone, come = _weighty(old, new), _weighty(new, old)
    parts += [f"{n}{name}推到明天" for name, n in gone[:_MOST_NAMED]]
    parts += [f"多走到{n}{name}" for name, n in come[: _MOST_NAMED - len(gone[:_MOST_NAMED])]]
    if len(parts) == 1:
        parts += _otherwise(old, new)
    return f"{changed}：{'，'.join(parts)}" if changed else "，".join(parts)


def _otherwise(old: Plan, new: Plan) -> list[str]:
    ends = [max((route.end_about for route in plan.routes if route.stops), default="") for plan in (old, new)]
    if old.totals["share_pct"] != new.totals["share_pct"]:
        return [f"按轻重计{new.totals['share_pct']}%"]
    return [f"约{ends[1]}走完"] if ends[1] and ends[1] != ends[0] else []


def _weighty(plan: Plan, other: Plan) -> list[tuple[str, int]]:
    """What of weight `plan` reaches and `other` does not, by name."""
    reached = {stop.ref for stop in _stops(other)}
    missing = Counter(_name(stop) for stop in _stops(plan) if stop.ref not in reached)
    return [(name, missing[name]) for _, name in _WEIGHTY if missing[name]]


def _name(stop: Stop) -> str:
    codes = {reason.code for reason in stop.reasons}
    return next((name for code, name in _WEIGHTY if code in codes), "")


def _stops(plan: Plan) -> Sequence[Stop]:
    return [stop for route in plan.routes for stop in route.stops]


def _changed(old: Plan, new: Plan, first: str | None) -> str:
    people, minutes = len(new.routes) - len(old.routes), new.minutes - old.minutes
    told = [f"{'少' if people < 0 else '多'}{abs(people)}人"] if people else []
    told += [f"{'少' if minutes < 0 else '多'}{abs(minutes)}分钟"] if minutes else []
    if first:
        labels = {one.ref: one.label for one in old.candidates}
        told.append(f"先去{labels.get(first, first)}")
    return "，".join(told)


def _planned(ws: Workspace, actor: Actor, request: PlanRequest) -> Plan:
    """A quick draft; the same question is worked out once."""
    from mapsvc.patrol.plan import QUICK

    asked = plans.asked(ws, actor, request)
    key = plans.digest(ws, asked)
    with _mutex:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    made = plans.solved(ws, asked.request, asked.candidates, QUICK)
    with _mutex:
        _known[key] = made
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return made
