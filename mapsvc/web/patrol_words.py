"""How a patrol plan is said on its pages: titles, numbers, rows, marks."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import SHIFT_NAMES, Candidate, Plan, Route, Shift, clock_text, shift_start
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.operations import plans
from mapsvc.patrol.exports import tags
from mapsvc.store.patrols import KeptPlan

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class RouteWords:
    """One person's walk; `route` has the stops."""

    index: int
    tag: str
    route: Route
    km: str
    summary: str
    text: str


@dataclass(frozen=True)
class PlanWords:
    """A plan as its page says it."""

    shift: str
    span: str
    day: str
    stops: int
    candidates: int
    share_pct: int
    km: str
    people: int
    walking: int
    routes: tuple[RouteWords, ...]
    state: str
    made: str


@dataclass(frozen=True)
class StartForm:
    """What is filled in on the page that plans a shift; `workers` None: everybody."""

    day: date
    shift: Shift
    minutes: str
    workers: tuple[str, ...] | None
    must: tuple[str, ...]


def shift_name(plan: Plan) -> str:
    """早班, 白班, 晚班."""
    return SHIFT_NAMES[plan.shift]


def shifts() -> list[tuple[str, str, str]]:
    """Value, name and begin of each shift."""
    return [(s.value, SHIFT_NAMES[s], clock_text(shift_start(s))) for s in Shift]


def day_words(day: date) -> str:
    """11月23日 周一."""
    return f"{day.month}月{day.day}日 周{_WEEKDAYS[day.weekday()]}"


def km(metres: int) -> str:
    """Kilometres with one digit."""
    return f"{metres / 1000:.1f}"


def describe(kept: KeptPlan, at: datetime) -> PlanWords:
    """A plan's title, numbers and routes."""
    plan, totals = kept.plan, kept.plan.totals
    document = plan.to_json()
    return PlanWords(
        shift_name(plan), f"{document['start_at']}–{document['end_at']}", day_words(plan.day),
        totals["stops"], totals["candidates"], totals["share_pct"], km(totals["walk_distance_m"]), len(plan.routes),
        sum(bool(route.stops) for route in plan.routes),
        tuple(_route(i, tag, route) for i, (tag, route) in enumerate(zip(tags(plan), plan.routes, strict=True))),
        _state(kept, at), _moment(kept.made_at, at),
    )  # fmt: skip


def _route(index: int, tag: str, route: Route) -> RouteWords:
    count = len(route.stops)
    if not count:
        return RouteWords(
            index, tag, route, "", "", "这一班没有要走的，包联的门都走到了。可以歇一歇，或者陪别人走一段。"
        )
    summary = f"{count}站 {km(route.walk_distance_m)}公里 约{route.end_about}"
    return RouteWords(index, tag, route, km(route.walk_distance_m), summary, "")


def _moment(moment: datetime, at: datetime) -> str:
    """09:20 today, else 11月22日 09:20."""
    here, now = moment.astimezone(OFFICE_ZONE), at.astimezone(OFFICE_ZONE)
    return f"{here:%H:%M}" if here.date() == now.date() else f"{here.month}月{here.day}日 {here:%H:%M}"


def _state(kept: KeptPlan, at: datetime) -> str:
    if kept.published_at is None:
        return ""
    return f"{_moment(kept.published_at, at)}已发给{len(kept.plan.routes)}人"


def own_route(plan: Plan, actor: Actor) -> int:
    """Which route is the reader's own, else the first that has stops."""
    own = next((i for i, route in enumerate(plan.routes) if route.worker == actor.name), None)
    return own if own is not None else next((i for i, route in enumerate(plan.routes) if route.stops), 0)


def row(kept: KeptPlan, at: datetime) -> dict[str, Any]:
    """A line of the list of plans."""
    plan, totals = kept.plan, kept.plan.totals
    return {
        "url": f"/patrol/{plan.id}",
        "title": f"{day_words(plan.day)} {shift_name(plan)}",
        "about": f"{len(plan.routes)}人 {totals['stops']}站 {km(totals['walk_distance_m'])}公里",
        "state": _state(kept, at) or f"草稿 第{plan.version}版",
        "sent": kept.published_at is not None,
        "is_now": kept.published_at is not None and plan.day == office_day(at),
    }


def form_of(form: MultiDict[str, str], at: datetime) -> StartForm:
    """The form as it was sent, else the next shift with everybody."""
    day, shift = plans.next_shift(at)
    if form.get("shift") in list(Shift):
        shift = Shift(form["shift"])
    with suppress(ValueError):
        day = date.fromisoformat(form.get("date", ""))
    workers = tuple(form.getlist("workers")) if "csrf_token" in form else None
    must = tuple(dict.fromkeys(code[:80] for code in form.getlist("must") if code.strip()))
    return StartForm(day, shift, form.get("minutes", "120")[:6], workers, must[: plans.MOST_MUSTS])


def choices(due: Sequence[Candidate], must: Sequence[str]) -> list[dict[str, Any]]:
    """What can be ticked as a must: everything due beyond a mere call, and what was asked for."""
    asked = set(must)
    found = []
    for candidate in due:
        refs = {candidate.ref, *candidate.also}
        ticked = bool(asked & (refs | {ref.partition(":")[2] for ref in refs}))
        if ticked or any(reason.code != "call" for reason in candidate.reasons):
            why = "；".join(reason.text for reason in candidate.reasons)
            found.append({"ref": candidate.ref, "label": candidate.label, "why": why, "ticked": ticked})
    return sorted(found, key=lambda choice: not choice["ticked"])
