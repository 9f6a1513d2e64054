"""How the page that plans a shift says it: its form, what is due, the rows of plans."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from mapsvc.domain.patrol import SHIFT_NAMES, Candidate, Shift, clock_text, shift_start
from mapsvc.domain.times import office_day
from mapsvc.operations import plans
from mapsvc.store.patrols import KeptPlan
from mapsvc.web.patrol_plan_words import WEEKDAYS, edition_words, km, shift_name, state


@dataclass(frozen=True)
class StartForm:
    """What is filled in on the page that plans a shift; `workers` None: everybody."""

    day: date
    shift: Shift
    minutes: str
    workers: tuple[str, ...] | None
    must: tuple[str, ...]


def shifts() -> list[tuple[str, str, str]]:
    """Value, name and begin of each shift."""
    return [(s.value, SHIFT_NAMES[s], clock_text(shift_start(s))) for s in Shift]


def day_words(day: date) -> str:
    """11月23日 周一."""
    return f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def row(kept: KeptPlan, at: datetime) -> dict[str, Any]:
    """A line of the list of plans."""
    plan, totals = kept.plan, kept.plan.totals
    return {
        "url": f"/patrol/{plan.id}",
        "title": f"{day_words(plan.day)} {shift_name(plan)}",
        "about": f"{len(plan.routes)}人 {totals['stops']}站 {km(totals['walk_distance_m'])}公里",
        "state": _state_of(kept, at),
        "sent": kept.published_at is not None and not kept.has_changes,
        "is_now": kept.published_at is not None and plan.day == office_day(at),
    }


def _state_of(kept: KeptPlan, at: datetime) -> str:
    if kept.has_changes:
        return "有改动，还没发给大家"
    return state(kept, at) or f"草稿 {edition_words(kept.plan, kept.edition)}"


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
