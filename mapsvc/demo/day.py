"""The day of one worker: a dozen doors due along one side, a return visit, two promises, a colleague's door."""

from datetime import date, datetime, timedelta
from typing import Any

from mapsvc.demo.issues import Casebook, at_door
from mapsvc.demo.rows import Rows
from mapsvc.demo.street import Door, Street
from mapsvc.demo.visits import add_promise, add_visit, at_office
from mapsvc.domain.shops import AssignmentSource
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.store import ids

WHOSE, AWAY = "小陈", "小沈"
_STREET, _FIRST, _DUE_DOORS = "岚皋西路", 25, 9
# 27号: what is promised there for Friday is a story of its own.
_KNOWN = 27
_YEAR_DAYS, _CALL_DUE_DAYS = 365, 31
_NEVER = datetime.max.replace(tzinfo=OFFICE_ZONE)
# Days ago and hour: open in the afternoons, shut on the last two mornings.
_MET = ((48, 14), (79, 15), (107, 16), (142, 14), (171, 15))
_SHUT = ((23, 9), (9, 10))


def lay_out_day(rows: Rows, street: Street, book: Casebook) -> None:
    """Make today of `WHOSE` one to look at, still to be walked whatever the hour; nothing else changes."""
    mine = [d for d in street.doors if d.worker == WHOSE and d.is_open]
    side = [d for d in mine if d.street == _STREET and d.number % 2 and d.number >= _FIRST][:_DUE_DOORS]
    for door in mine:
        _forget_calls(rows, door, office_day(rows.now))
        _settle(rows, door)
    for n, door in enumerate(door for door in mine if door not in side):
        _walked(rows, door, n)
    for n, door in enumerate(side):
        if door.number != _KNOWN:
            _let_be_due(rows, door, _CALL_DUE_DAYS + 2 * n)
    _shut_in_the_mornings(rows, street.door(_STREET, _KNOWN))
    _to_return_to(rows, book, street.door(_STREET, 33))
    _promised_for_today(rows, side[2])
    _twice_shut(rows, side[5])
    _stand_in(rows, street)


def _day(rows: Rows, days_ago: int) -> date:
    """The working day so many days ago, or the last one before it."""
    day = office_day(rows.now) - timedelta(days=days_ago)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _settle(rows: Rows, door: Door) -> None:
    """What was due before today was done: promises kept, return visits made, all by yesterday."""
    yesterday = at_office(office_day(rows.now) - timedelta(days=1), 16, 30)
    for promise in [p for p in rows.tables["promise"] if p["shop_id"] == door.id and _is_of_today(rows, p, door)]:
        before = promise["kept_at"]
        promise["kept_at"] = max(promise["promised_at"], min(promise["promised_at"] + timedelta(days=1), yesterday))
        where = {"shop_id": door.id, "tenancy_id": door.tenancy_id, "actor_id": door.worker_id}
        is_told = [e for e in rows.tables["event"] if e["ref"] == promise["id"] and e["at"] == before]
        for event in is_told:
            event["at"] = promise["kept_at"]
        if not is_told:
            rows.event("promise", promise["id"], promise["kept_at"], **where)
    at_door_ = {issue["case_id"] for issue in rows.tables["issue"] if issue["shop_id"] == door.id}
    for case in rows.tables["case_file"]:
        if case["id"] in at_door_ and case["return_visit_due_at"] and not case["return_visited_at"]:
            case["return_visited_at"] = min(case["return_visit_due_at"], yesterday)


def _is_of_today(rows: Rows, promise: dict[str, Any], door: Door) -> bool:
    """Whether it is due by tomorrow or was kept today, and belongs to no story."""
    today = office_day(rows.now)
    if door.number == _KNOWN and office_day(promise["promised_at"]) >= today - timedelta(days=7):
        return False
    kept = promise["kept_at"]
    return office_day(kept) == today if kept else office_day(promise["due_at"]) <= today + timedelta(days=1)


def _walked(rows: Rows, door: Door, n: int) -> None:
    """Somebody was met there within the month."""
    since = office_day(rows.now) - timedelta(days=20)
    visits = (v for v in rows.tables["visit"] if v["shop_id"] == door.id and v["outcome"] == "met")
    if max((office_day(v["happened_at"]) for v in visits), default=date.min) < since:
        add_visit(rows, door, at_office(_day(rows, 3 + n % 15), 13 + n % 4, 7 * n % 60))


def _let_be_due(rows: Rows, door: Door, days: int) -> str:
    """The last call was so many days ago; returns it."""
    day = _day(rows, days)
    _forget_calls(rows, door, day)
    note = ("生意和上月差不多", "店里在盘货，聊了几句就走", "说最近网上订单多", "请了新帮工，还在学")[days // 2 % 4]
    return add_visit(rows, door, at_office(day, 14 + days % 3, days), note=note, satisfaction="satisfied")


def _forget_calls(rows: Rows, door: Door, since: date) -> None:
    """Take out the calls made since with all that was said on them."""
    is_late = {v["id"] for v in rows.tables["visit"] if v["shop_id"] == door.id and _day_of(v) >= since}
    gone = is_late | {row["id"] for t in ("need", "promise") for row in rows.tables[t] if row["visit_id"] in is_late}
    for table in ("visit", "need", "promise"):
        rows.tables[table] = [row for row in rows.tables[table] if row["id"] not in gone]
    rows.tables["event"] = [e for e in rows.tables["event"] if e["ref"] not in gone]


def _day_of(visit: dict[str, Any]) -> date:
    return office_day(visit["happened_at"])


def _shut_in_the_mornings(rows: Rows, door: Door) -> None:
    """Who came in the morning on a regular call mostly found it shut."""
    since = office_day(rows.now) - timedelta(days=_YEAR_DAYS)
    said_on = {need["visit_id"] for need in rows.tables["need"]}
    for visit in rows.tables["visit"]:
        is_theirs = visit["shop_id"] == door.id and visit["kind"] == "regular" and visit["id"] not in said_on
        if is_theirs and _day_of(visit) >= since and visit["happened_at"].astimezone(OFFICE_ZONE).hour < 12:
            visit |= {"outcome": "closed", "note": None, "satisfaction": None}
    for days in (61, 96, 133):
        add_visit(rows, door, at_office(_day(rows, days), 10, 20), outcome="closed")


def _to_return_to(rows: Rows, book: Casebook, door: Door) -> None:
    """A sign that was loose: fixed, to be looked at again."""
    told = book.report(at_door(door), "L0012", at_office(_day(rows, 18), 10, 30), "招牌一角松了", "visit")
    told["issue"]["visit_id"] = None
    for to, days, reason in (("dispatched", 18, None), ("handling", 17, None), ("verifying", 17, "已加固")):
        hour = {"dispatched": 11, "handling": 9, "verifying": 16}[to]
        book.move(told, to, at_office(_day(rows, days), hour, 15), reason)
    book.move(told, "closed", at_office(_day(rows, 15), 15, 10), "现场看过，已处理好")


def _promised_for_today(rows: Rows, door: Door) -> None:
    """To be told today."""
    visit = max((v for v in rows.tables["visit"] if v["shop_id"] == door.id), key=lambda v: v["happened_at"])
    visit["note"] = "店招想换，问要不要审批"
    due = at_office(office_day(rows.now), 17, 0)
    add_promise(rows, door, visit["id"], visit["happened_at"], "换店招要不要审批，问清楚回话", due, _NEVER)


def _twice_shut(rows: Rows, door: Door) -> None:
    """Open in the afternoons, shut on the last two mornings."""
    _forget_calls(rows, door, office_day(rows.now) - timedelta(days=_YEAR_DAYS))
    for days, hour in _MET:
        add_visit(rows, door, at_office(_day(rows, days), hour, days % 60), note="下午来的，聊了几句")
    for days, hour in _SHUT:
        add_visit(rows, door, at_office(_day(rows, days), hour, 40), outcome="closed")


def _stand_in(rows: Rows, street: Street) -> None:
    """顶班: the doors of a colleague for some days, and what was promised at one of them."""
    today = office_day(rows.now)
    until = today + timedelta(days=3)
    giver, taker = street.workers[AWAY], street.workers[WHOSE]
    made_at = min(at_office(today, 8, 10), rows.now)
    handover = rows.add(
        "handover", from_id=giver, to_id=taker, from_day=today, until_day=until, made_by=street.secretary_id,
        made_at=made_at,
    )  # fmt: skip
    theirs = [door for door in street.doors if door.worker == AWAY]
    for own in [a for a in rows.tables["assignment"] if a["worker_id"] == giver]:
        rows.add(
            "assignment", shop_id=own["shop_id"], worker_id=taker, source=AssignmentSource.COVER.value, from_day=today,
            until_day=until,
        )["id"] = ids.of(handover["id"], own["id"], today)  # fmt: skip
    door = next(d for d in theirs if d.is_open)
    visits = [v for v in rows.tables["visit"] if v["shop_id"] == door.id and v["outcome"] == "met"]
    last = max(visits, key=lambda v: v["happened_at"])
    due = at_office(today + timedelta(days=1), 17, 0)
    add_promise(rows, door, last["id"], last["happened_at"], "卸货停车的位置，问好回话", due, _NEVER)
