"""Two years of daily rain as Shanghai has it, wet before some of the demo's leaks, and the last storm, over by now."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from mapsvc.demo.rows import Rows
from mapsvc.demo.visits import at_office
from mapsvc.domain.accounts import Account
from mapsvc.domain.rainfall import HEAVY_MM
from mapsvc.domain.storms import LEAK_KIND, DoorOutcome, StormKind
from mapsvc.domain.times import office_day
from mapsvc.operations.rainfall import rain_known
from mapsvc.operations.storm_views import get_storm
from mapsvc.operations.storms import NewStorm, call_storm, end_storm, see_door
from mapsvc.operations.workspace import Workspace
from mapsvc.store import ids

# By month: share of days with rain, and mean mm on such a day (about the normals of 1991-2020).
_WET_SHARE = (0.32, 0.33, 0.42, 0.40, 0.38, 0.45, 0.38, 0.40, 0.30, 0.23, 0.26, 0.24)
_MEAN_MM = (6.3, 6.1, 7.4, 6.7, 7.1, 12.0, 12.0, 14.5, 11.5, 8.0, 6.7, 5.5)
# 梅雨: from the middle of June to the first week of July it rains most days.
_PLUM_FROM, _PLUM_UNTIL, _PLUM_SHARE = (6, 14), (7, 8), 0.7
_TYPHOONS = (((7, 20), (8, 10)), ((8, 20), (9, 20)))
_TYPHOON_MM = (70.0, 150.0)
_SHAPE = 0.7
_LEAKS_AFTER_RAIN = 0.5
_LEAK_MM = (27.0, 68.0)
_WET_HALF = range(4, 12)
_STORY = 27
_SETTLED = timedelta(days=5)


def add_rain(rows: Rows, since: datetime) -> None:
    """A row for every day from `since` to yesterday; the moment's own random numbers are left as they were."""
    first, last = office_day(since), office_day(rows.now) - timedelta(days=1)
    days = {first + timedelta(days=n): 0.0 for n in range((last - first).days + 1)}
    for day in days:
        days[day] = _mm(day)
    for year in range(first.year, last.year + 1):
        for n, (begin, end) in enumerate(_TYPHOONS):
            _typhoon(days, date(year, *begin), date(year, *end), Random(f"typhoon {year} {n}"))
    random = Random(f"leaks {rows.now:%Y-%m-%d}")
    for issue in sorted(rows.tables["issue"], key=lambda i: (i["happened_at"], i["id"])):
        day = office_day(issue["happened_at"]) - timedelta(days=random.randrange(3))
        after_rain = issue["kind"] == LEAK_KIND and random.random() < _LEAKS_AFTER_RAIN
        if after_rain and day in days and day.month in _WET_HALF:
            days[day] = max(days[day], round(random.uniform(*_LEAK_MM), 1))
    for day, mm in days.items():
        row_id = ids.of("demo_rain", day.isoformat())
        rows.add("rainfall", id=row_id, day=day, station="", mm=mm, made_by=None, made_at=rows.now)


def call_last_storm(ws: Workspace, secretary: Account) -> None:
    """The last heavy rain that is some days ago: called the morning after, over two days later."""
    today = office_day(ws.clock())
    with ws.read() as conn:
        known = rain_known(conn, today - timedelta(days=400), today - _SETTLED)
    heavy = [day for day, mm in known.items() if mm >= HEAVY_MM]
    if not heavy:
        return
    fell_at, called_at = at_office(heavy[-1], 20, 0), at_office(heavy[-1] + timedelta(days=1), 8, 30)
    storm = NewStorm(ids.of("demo_storm", heavy[-1].isoformat()), StormKind.RAIN, False, fell_at)
    call_storm(replace(ws, clock=lambda: called_at), secretary.actor, storm)
    looked_at = replace(ws, clock=lambda: called_at + timedelta(hours=5))
    for line in get_storm(looked_at, secretary.actor, storm.id).waiting:
        # 27号 has a story of its own.
        if line.spot.number != _STORY and line.door.rank % 6:
            outcome = DoorOutcome.CLOSED if line.door.rank % 6 == 1 else DoorOutcome.OK
            see_door(looked_at, secretary.actor, line.door.id, outcome)
    over_at = called_at + timedelta(days=2, hours=9)
    end_storm(replace(ws, clock=lambda: over_at), secretary.actor, storm.id)


def _mm(day: date) -> float:
    """What fell: the same for a day whenever the demo is made."""
    random = Random(f"rain {day.isoformat()}")
    is_plum = _PLUM_FROM <= (day.month, day.day) <= _PLUM_UNTIL
    share = _PLUM_SHARE if is_plum else _WET_SHARE[day.month - 1]
    if random.random() >= share:
        return 0.0
    return round(max(0.1, random.gammavariate(_SHAPE, _MEAN_MM[day.month - 1] / _SHAPE)), 1)


def _typhoon(days: dict[date, float], begin: date, end: date, random: Random) -> None:
    """One that comes near within these days, with its rain on two of them."""
    day = begin + timedelta(days=random.randrange((end - begin).days))
    most = random.uniform(*_TYPHOON_MM)
    for n, share in enumerate((0.55, 1.0, 0.3)):
        at = day + timedelta(days=n)
        if at in days:
            days[at] = max(days[at], round(most * share, 1))
