"""Today's patrols as the phone takes them along: short, since they travel every morning."""

from typing import Any

from mapsvc.domain.patrol import SHIFT_NAMES, Reason, Stop, clock_text, shift_start
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.operations.today_walks import WalkToday
from mapsvc.web.api.walks import walk_json

_PLACES = 6


def walk_today(one: WalkToday) -> dict[str, Any]:
    """My route with all that is needed to walk it, and to plan it anew, without network."""
    plan, route = one.plan, one.route
    begins = shift_start(plan.shift)
    return {
        "id": one.id,
        "plan": plan.id,
        "edition": one.edition,
        "date": plan.day.isoformat(),
        "shift": plan.shift.value,
        "shift_name": SHIFT_NAMES[plan.shift],
        "title": route.title,
        "start_at": clock_text(begins),
        "begin_s": int(begins.total_seconds()),
        "minutes": route.minutes or plan.minutes,
        "end_about": route.end_about,
        "stops": [_stop(stop, stay) for stop, stay in zip(route.stops, one.stays, strict=True)],
        "home": list(route.home),
        "seconds": [list(row) for row in one.seconds],
        "skipped": [{"label": mask_phones_in(s.label), "text": mask_phones_in(s.text)} for s in one.skipped],
        "left_out": one.left_out,
        "walked": walk_json(one.walk) if one.walk else None,
    }


def _stop(stop: Stop, stay_s: int) -> dict[str, Any]:
    told = {
        "ref": stop.ref,
        "label": mask_phones_in(stop.label),
        "shop": stop.shop,
        "lon": round(stop.lon, _PLACES),
        "lat": round(stop.lat, _PLACES),
        "about": stop.about,
        "why": [_why(reason) for reason in stop.reasons],
        "points": stop.points,
        "must": stop.is_must,
        "service_s": stay_s,
        "walk_m": stop.walk_distance_m,
        "turn": stop.turn,
        "way": [mask_phones_in(words) for words in stop.way],
        "windows": [[begin * 60, end * 60] for begin, end in stop.windows],
        "window_text": stop.window_text,
        "street": stop.street,
        "side": stop.side,
        "number": f"{stop.house_number}号" if stop.house_number is not None else "",
        "stretch": len(stop.stretch) > 1,
    }
    return {name: value for name, value in told.items() if value not in (None, "", [], False)}


def _why(reason: Reason) -> dict[str, str]:
    return {"text": mask_phones_in(reason.text)} | ({"kind": reason.kind} if reason.kind else {})
