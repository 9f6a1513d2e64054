"""`/patrol/coverage`: 走到情况, which streets were walked in a week, by part of the day; what is behind each number."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from mapsvc.domain.coverage import (
    BACK_DAYS,
    BAND_NAMES,
    DUE_DAYS,
    DUE_IN_PART_DAYS,
    PART_HOURS,
    PART_NAMES,
    PARTS,
    Part,
    ago_words,
    band_of,
)
from mapsvc.domain.periods import Period, week_of
from mapsvc.domain.permissions import Action
from mapsvc.domain.times import office_day
from mapsvc.maps.coverage_picture import coverage_picture
from mapsvc.operations.coverage import Coverage, SegmentCover, week_coverage
from mapsvc.operations.stretches import stretches_of
from mapsvc.web.context import actor, require_page, workspace

blueprint = Blueprint("coverage", __name__, url_prefix="/patrol/coverage")
WEEKS = 8
"""So many weeks can be looked back at."""


@blueprint.get("")
def index() -> str:
    """A week: how many stretches were walked, the map, and each stretch in the order of the streets."""
    who, part, period = require_page(Action.SEE_COVERAGE), _part(), _period()
    ws = workspace()
    found = week_coverage(ws, who, period)
    earlier = _same_days(period, found)
    before = week_coverage(ws, who, earlier)
    today = office_day(ws.clock())
    return render_template(
        "coverage.html", tab="patrol", found=found, before=before, period=period, part=part, parts=PARTS,
        names=PART_NAMES, hours=PART_HOURS, weeks=_weeks(today), sides=_sides(found), bands=BAND_NAMES, day=today,
        band_of=lambda one: band_of(one.walked.last_in(part), found.until_day), pictures=_drawn(found, part),
        ago=lambda last: ago_words(last, found.until_day), running=period.last > found.until_day,
        list_of=lambda of, in_part=part: _address("/patrol/coverage/list", period, in_part, of),
        before_list=_address("/patrol/coverage/list", earlier, part, "walked", earlier.last),
        page_of=lambda in_part: _address("/patrol/coverage", period, in_part),
        rules=(DUE_DAYS, DUE_IN_PART_DAYS // 7, BACK_DAYS // 30),
    )  # fmt: skip


@blueprint.get("/list")
def behind() -> str:
    """The stretches behind a number."""
    who, part, period = require_page(Action.SEE_COVERAGE), _part(), _period()
    found = week_coverage(workspace(), who, _until(period))
    missed = request.args.get("of") == "missed"
    rows = found.missed(part) if missed else found.walked(part)
    return render_template(
        "coverage_list.html", tab="patrol", rows=rows, missed=missed, period=period, part=part, names=PART_NAMES,
        back=_address("/patrol/coverage", period, part), ago=lambda last: ago_words(last, found.until_day),
        on_map=lambda one: _on_map(one.lon, one.lat),
    )  # fmt: skip


def _drawn(found: Coverage, part: Part | None) -> str:
    """The picture twice, light and dark: the style sheet shows the one that suits the screen."""
    both = ((False, "by-day"), (True, "by-night"))
    return "".join(coverage_picture(workspace(), actor(), found, part, dark=dark).svg(shown) for dark, shown in both)


def _sides(found: Coverage) -> list[tuple[str, str, list[SegmentCover]]]:
    """Stretches by street and side, in the order of the streets."""
    groups = groupby(found.segments, key=lambda s: (s.street, s.side_label))
    return [(street, side, list(some)) for (street, side), some in groups]


def _same_days(period: Period, found: Coverage) -> Period:
    """The week before, as far as this one has run."""
    before = period.before
    return Period(before.kind, before.first, before.first + (found.until_day - found.from_day))


def _weeks(today: date) -> list[tuple[str, str]]:
    """This week and those before, as addresses name them."""
    week = week_of(today)
    found = []
    for n in range(WEEKS):
        name = "本周" if n == 0 else "上周" if n == 1 else week.words
        found.append((week.first.isoformat(), name))
        week = week.before
    return found


def _period() -> Period:
    """The week asked for; this one where none is, or none that could be shown."""
    today = office_day(workspace().clock())
    try:
        asked = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        return week_of(today)
    return week_of(asked) if today - timedelta(days=7 * WEEKS + 7) < asked <= today else week_of(today)


def _until(period: Period) -> Period:
    """The week as far as the address says: while a week runs, the one before is looked at as far as it has run."""
    try:
        last = date.fromisoformat(request.args.get("until", ""))
    except ValueError:
        return period
    return replace(period, last=last) if period.first <= last <= period.last else period


def _part() -> Part | None:
    asked = request.args.get("part", "")
    return Part(asked) if asked in PARTS else None


def _address(path: str, period: Period, part: Part | None, of: str = "", until: date | None = None) -> str:
    values = {"week": period.first.isoformat(), "part": part.value if part else "", "of": of}
    values["until"] = until.isoformat() if until else ""
    return f"{path}?{urlencode({name: value for name, value in values.items() if value})}"


def stretch_address(name: str) -> str:
    """Where a stretch is on the map; the page of all of them where the streets are others by now."""
    known = stretches_of(workspace())
    return _on_map(*known.middle(known.number[name])) if name in known.number else "/patrol/coverage"


def _on_map(lon: float, lat: float) -> str:
    return f"/?{urlencode({'at': f'18.5,{lat:.5f},{lon:.5f}'}, safe=',')}"
