"""How one patrol plan is said on its page and on paper: head, numbers, routes, what is still to be handed out."""

from dataclasses import dataclass
from datetime import datetime

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import SHIFT_NAMES, Plan, Route
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.patrol.exports import tags
from mapsvc.store.patrols import KeptPlan

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Number:
    """A number with its name, and what it was on the same day last week."""

    value: str
    name: str
    before: str


@dataclass(frozen=True)
class RouteWords:
    """One person's walk; `route` has the stops. `late` says that it ends after the shift."""

    index: int
    tag: str
    route: Route
    km: str
    summary: str
    text: str
    late: str


@dataclass(frozen=True)
class PlanWords:
    """A plan as its page says it."""

    shift: str
    span: str
    day: str
    numbers: tuple[Number, ...]
    people: int
    walking: int
    routes: tuple[RouteWords, ...]
    edition: str
    state: str
    made: str


def shift_name(plan: Plan) -> str:
    """早班, 白班, 晚班."""
    return SHIFT_NAMES[plan.shift]


def edition_words(plan: Plan, edition: int) -> str:
    """第1版; changed by hand, 第1版第3稿."""
    return f"第{plan.version}版" + (f"第{edition}稿" if edition > 1 else "")


def km(metres: int) -> str:
    """Kilometres with one digit."""
    return f"{metres / 1000:.1f}"


def moment(at: datetime, now: datetime) -> str:
    """09:20 today, else 11月22日 09:20."""
    here, today = at.astimezone(OFFICE_ZONE), now.astimezone(OFFICE_ZONE)
    return f"{here:%H:%M}" if here.date() == today.date() else f"{here.month}月{here.day}日 {here:%H:%M}"


def state(kept: KeptPlan, now: datetime) -> str:
    """When it was handed out to how many, as it was then; empty: it was not."""
    if kept.published_at is None:
        return ""
    return f"{moment(kept.published_at, now)}已发给{len(kept.carried.routes)}人"


def describe(kept: KeptPlan, now: datetime, before: Plan | None = None, plan: Plan | None = None) -> PlanWords:
    """A plan's title, numbers and routes; of `plan` where it is not the plan as it stands.

    Parameters
    ----------
    before : Plan, optional
        Of the same shift a week ago.
    """
    shown = plan or kept.plan
    document = shown.to_json()
    edition = kept.edition if shown is kept.plan else kept.published_edition or kept.edition
    named = zip(tags(shown), shown.routes, strict=True)
    return PlanWords(
        shift_name(shown), f"{document['start_at']}–{document['end_at']}",
        f"{shown.day.month}月{shown.day.day}日 周{WEEKDAYS[shown.day.weekday()]}",
        _numbers(shown, before), len(shown.routes), sum(bool(route.stops) for route in shown.routes),
        tuple(_route(i, tag, route) for i, (tag, route) in enumerate(named)),
        edition_words(shown, edition), state(kept, now), moment(kept.made_at, now),
    )  # fmt: skip


def own_route(plan: Plan, actor: Actor, asked: str = "") -> int:
    """Which route stands open: the one asked for (from 1), the reader's own, else the first that has stops."""
    if asked.isdecimal() and 0 < int(asked[:4]) <= len(plan.routes):
        return int(asked[:4]) - 1
    own = next((i for i, route in enumerate(plan.routes) if route.worker == actor.name), None)
    return own if own is not None else next((i for i, route in enumerate(plan.routes) if route.stops), 0)


def _numbers(plan: Plan, before: Plan | None) -> tuple[Number, ...]:
    now, then = plan.totals, before.totals if before else None
    day = f"上周{WEEKDAYS[plan.day.weekday()]}"

    def was(value: object) -> str:
        return f"{day} {value}" if then else ""

    return (
        Number(str(now["stops"]), f"站，共{now['candidates']}处要去", was(then and then["stops"])),
        Number(f"{now['share_pct']}%", "按轻重计", was(then and f"{then['share_pct']}%")),
        Number(km(now["walk_distance_m"]), f"公里，{len(plan.routes)}人", was(then and km(then["walk_distance_m"]))),
    )


def _route(index: int, tag: str, route: Route) -> RouteWords:
    count = len(route.stops)
    if not count:
        text = "这一班没有要走的，包联的门都走到了。可以歇一歇，或者陪别人走一段。"
        return RouteWords(index, tag, route, "", "", text, "")
    summary = f"{count}站 {km(route.walk_distance_m)}公里 约{route.end_about}"
    return RouteWords(index, tag, route, km(route.walk_distance_m), summary, "", "；".join(route.notes))
