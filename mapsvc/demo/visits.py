"""Two years of calls: monthly per door, on working days and in shop hours; needs, promises, enquiries."""

from datetime import UTC, date, datetime, time, timedelta

from mapsvc.demo import words
from mapsvc.demo.rows import Rows
from mapsvc.demo.street import Door, Street
from mapsvc.domain.times import OFFICE_ZONE, office_day

_HOURS = (9, 10, 10, 11, 13, 14, 14, 15, 15, 16, 17)
_SATISFACTION = (None, None, "satisfied", "satisfied", "very", "fair")


def at_office(day: date, hour: int, minute: int) -> datetime:
    """A time of the office's day, in UTC."""
    return datetime.combine(day, time(hour, minute), OFFICE_ZONE).astimezone(UTC)


def record_years(rows: Rows, street: Street, since: datetime) -> None:
    """Calls on every door up to now."""
    today = office_day(rows.now)
    for door in street.doors:
        if not door.is_open:
            continue
        # The current month is mostly walked, as late in a month as today is.
        day = office_day(since) + timedelta(days=rows.random.randrange(28))
        while day <= today:
            if (visit_day := _working(day)) <= today:
                _call(rows, door, visit_day)
            day += timedelta(days=rows.random.randrange(24, 34))
    _enquiries(rows, street, since)


def _working(day: date) -> date:
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def _call(rows: Rows, door: Door, day: date) -> None:
    random = rows.random
    hour = random.choice(_HOURS)
    at = at_office(day, hour, random.randrange(60))
    if at > rows.now:
        return
    closed = random.random() < (0.8 if door.mornings_closed and hour < 13 else 0.04)
    note = None if closed or random.random() < 0.55 else random.choice(words.QUIET_NOTES)
    visit = add_visit(
        rows,
        door,
        at,
        outcome="closed" if closed else "met",
        note=note,
        satisfaction=None if closed else random.choice(_SATISFACTION),
    )
    if not closed and not door.silent and random.random() < 0.09:
        topic, said, way = random.choice(words.NEEDS)
        add_need(rows, door, visit, at, topic, said, way)


def add_visit(
    rows: Rows,
    door: Door,
    at: datetime,
    *,
    kind: str = "regular",
    outcome: str = "met",
    note: str | None = None,
    satisfaction: str | None = None,
    worker_id: str | None = None,
) -> str:
    """One call with its line of history."""
    worker = worker_id or door.worker_id
    visit = rows.add(
        "visit",
        shop_id=door.id,
        tenancy_id=door.tenancy_id,
        worker_id=worker,
        kind=kind,
        outcome=outcome,
        note=note,
        satisfaction=satisfaction,
        checked_by="none",
        source="demo",
        happened_at=at,
        received_at=at,
    )
    rows.event(
        "visit",
        visit["id"],
        at,
        shop_id=door.id,
        location_id=door.location["id"],
        tenancy_id=door.tenancy_id,
        actor_id=worker,
    )
    return str(visit["id"])


def add_need(rows: Rows, door: Door, visit_id: str, at: datetime, topic: str, said: str, way: str) -> None:
    """What was said on a call; some of it becomes a promise."""
    recent = rows.now - at < timedelta(days=20)
    settled = at if way in ("explained", "on_the_spot") else None if recent else at + timedelta(days=9)
    need = rows.add(
        "need",
        shop_id=door.id,
        tenancy_id=door.tenancy_id,
        visit_id=visit_id,
        topic=topic,
        text=said,
        way=way,
        voiced_at=at,
        settled_at=settled,
    )
    rows.event("need", need["id"], at, shop_id=door.id, tenancy_id=door.tenancy_id, actor_id=door.worker_id)
    if way in ("handed_on", "hard_case") and rows.random.random() < 0.5:
        due = at_office(_working(office_day(at) + timedelta(days=rows.random.randrange(3, 12))), 17, 0)
        add_promise(rows, door, visit_id, at, f"{topic}：问清楚回话", due, due - timedelta(hours=5))


def add_promise(
    rows: Rows, door: Door, visit_id: str, at: datetime, text: str, due_at: datetime, kept_at: datetime
) -> None:
    """A promise with its day, kept if that time has come."""
    kept = kept_at if kept_at <= rows.now else None
    promise = rows.add(
        "promise",
        shop_id=door.id,
        tenancy_id=door.tenancy_id,
        visit_id=visit_id,
        promised_by=door.worker_id,
        text=text,
        promised_at=at,
        due_at=due_at,
        kept_at=kept,
    )
    where = {"shop_id": door.id, "tenancy_id": door.tenancy_id, "actor_id": door.worker_id}
    rows.event("promise", promise["id"], at, **where)
    if kept:
        rows.event("promise", promise["id"], kept, **where)


def _enquiries(rows: Rows, street: Street, since: datetime) -> None:
    """Questions by topic; kindergarten gathers from March to May."""
    random = rows.random
    talking = [door for door in street.doors if door.is_open and not door.silent]
    day, today = office_day(since), office_day(rows.now)
    while day <= today:
        weights = [6 if topic == "子女入园" and day.month in (3, 4, 5) else 1 for topic in words.ENQUIRIES]
        if random.random() < 0.24 + 0.2 * (day.month in (3, 4, 5)):
            topic = random.choices(list(words.ENQUIRIES), weights)[0]
            at = at_office(day, random.randrange(9, 21), random.randrange(60))
            if at <= rows.now:
                _enquiry(rows, random.choice(talking), topic, at)
        day += timedelta(days=1)


def _enquiry(rows: Rows, door: Door, topic: str, at: datetime) -> None:
    answered = at + timedelta(hours=rows.random.randrange(1, 26))
    done = answered if answered <= rows.now else None
    enquiry = rows.add(
        "enquiry",
        shop_id=door.id,
        tenancy_id=door.tenancy_id,
        channel=rows.random.choice(("联心卡", "走访", "电话", "微信")),
        topic=topic,
        text=words.ENQUIRIES[topic],
        asked_at=at,
        answer="已把办理条件和材料清单发给店主" if done else None,
        answered_at=done,
    )
    rows.event("enquiry", enquiry["id"], at, shop_id=door.id, tenancy_id=door.tenancy_id)
