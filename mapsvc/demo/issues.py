"""Two years of issues with their cases: a quiet street, busy corners, and what is open today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mapsvc.demo import words
from mapsvc.demo.rows import Rows
from mapsvc.demo.street import Door, Street
from mapsvc.demo.visits import at_office
from mapsvc.domain.clock import Limit, due_at
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.times import OFFICE_ZONE, office_day

WorkingDays = Callable[[date], bool]
_SOURCES = ("patrol", "visit", "resident", "merchant", "card", "hotline")
_SOURCE_WEIGHTS = (28, 22, 22, 14, 9, 5)
_PER_DAY = 0.62
_RETURN_VISIT_DAYS = 14
_DAY_HOURS = (7, 22)
_LEAST_BETWEEN = timedelta(minutes=5)


@dataclass
class Spot:
    """Where an issue is: a door, or a place."""

    location_id: str
    shop_id: str | None
    place_id: str | None
    worker_id: str
    label: str


@dataclass
class Corner:
    """A stretch that was busy for a while: per-week rate from week to week before now."""

    spots: list[Spot]
    kind: str
    per_week: float
    from_weeks_ago: float
    to_weeks_ago: float
    hours: tuple[int, int]


def at_door(door: Door) -> Spot:
    """The spot of a shop."""
    return Spot(door.location["id"], door.id, None, door.worker_id, f"{door.street}{door.number}号 {door.name}")


def at_place(place: dict[str, Any], worker_id: str) -> Spot:
    """The spot of a place."""
    return Spot(place["location"]["id"], None, place["id"], worker_id, str(place["name"]))


def by_day(at: datetime) -> datetime:
    """What would fall into the night happens in the morning after it."""
    local = at.astimezone(OFFICE_ZONE)
    if _DAY_HOURS[0] <= local.hour < _DAY_HOURS[1]:
        return at
    day = local.date() + timedelta(days=1 if local.hour >= _DAY_HOURS[1] else 0)
    return at_office(day, _DAY_HOURS[0], local.minute)


class Casebook:
    """Adds issues and walks their cases through the legal moves up to now."""

    def __init__(self, rows: Rows, working: WorkingDays) -> None:
        self.rows, self.working = rows, working

    def report(
        self, spot: Spot, kind: str, at: datetime, description: str | None = None, source: str | None = None
    ) -> dict[str, Any]:
        """One issue with its case in state 待受理; returns the case row with the issue row in it."""
        rows, known = self.rows, kind_of(kind)
        limit: Limit = known.limit
        case = rows.add(
            "case_file",
            state="reported",
            version=1,
            handler=None,
            severity=None,
            calendar=limit.calendar.value,
            limit_min=limit.minutes,
            opened_at=at,
            due_at=due_at(at, limit, 0, self.working),
            paused_min=0,
            rework_count=0,
            is_supervised=False,
            is_imported=False,
            closed_at=None,
            paused_at=None,
            suspended_from=None,
            return_visit_due_at=None,
            return_visited_at=None,
        )
        source = source or rows.random.choices(_SOURCES, _SOURCE_WEIGHTS)[0]
        issue = rows.add(
            "issue",
            number="",
            case_id=case["id"],
            location_id=spot.location_id,
            shop_id=spot.shop_id,
            place_id=spot.place_id,
            reporter_id=spot.worker_id if source in ("patrol", "visit") else None,
            kind=kind,
            source=source,
            description=description or rows.random.choice(words.ISSUE_WORDS.get(kind, ("",))),
            happened_at=at,
            received_at=at,
        )
        self._event("issue", issue["id"], at, spot, case)
        return {"case": case, "issue": issue, "spot": spot}

    def move(self, told: dict[str, Any], to: str, at: datetime, reason: str | None = None) -> None:
        """One legal move; those still to come are not made."""
        if at > self.rows.now:
            return
        case, spot = told["case"], told["spot"]
        case["version"] += 1
        step = self.rows.add(
            "case_step",
            case_id=case["id"],
            from_state=case["state"],
            to_state=to,
            reason=reason,
            actor_id=spot.worker_id,
            version=case["version"],
            at=at,
        )
        case["state"] = to
        if to == "dispatched":
            case["handler"] = words.handler_of(told["issue"]["kind"])
        if to == "closed":
            case["closed_at"] = at
            case["return_visit_due_at"] = at + timedelta(days=_RETURN_VISIT_DAYS)
        self._event("case_step", step["id"], at, spot, case)

    def handle(self, told: dict[str, Any], hours: float, reason: str = "现场看过，已处理好") -> None:
        """The ordinary way from report to closing within `hours`, as far as now allows."""
        began = at = told["case"]["opened_at"]
        for to, share in (("dispatched", 0.08), ("handling", 0.25), ("verifying", 0.85), ("closed", 1.0)):
            at = by_day(max(began + timedelta(hours=hours * share), at + _LEAST_BETWEEN))
            self.move(told, to, at, reason if to == "closed" else None)
        if told["case"]["state"] == "closed":
            self._return_visit(told)

    def _return_visit(self, told: dict[str, Any]) -> None:
        case = told["case"]
        due = by_day(case["return_visit_due_at"] + timedelta(hours=self.rows.random.randrange(-90, 60)))
        if due <= self.rows.now and self.rows.now - due > timedelta(days=3):
            case["return_visited_at"] = due

    def _event(self, kind: str, ref: str, at: datetime, spot: Spot, case: dict[str, Any]) -> None:
        self.rows.event(
            kind,
            ref,
            at,
            shop_id=spot.shop_id,
            place_id=spot.place_id,
            location_id=spot.location_id,
            case_id=case["id"],
            actor_id=spot.worker_id,
        )


def report_years(rows: Rows, street: Street, book: Casebook, since: datetime) -> None:
    """The ordinary two years, the busy corners, then numbers in the order of reporting."""
    random = rows.random
    doors = [door for door in street.doors if door.is_open]
    day, today = office_day(since), office_day(rows.now)
    while day < today:
        for _ in range(_poisson(rows, _PER_DAY)):
            kind = random.choices(list(words.KIND_WEIGHTS), list(words.KIND_WEIGHTS.values()))[0]
            at = at_office(day, random.choice((7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 20, 21)), random.randrange(60))
            told = book.report(at_door(random.choice(doors)), kind, at)
            book.handle(told, _hours(rows, told))
        day += timedelta(days=1)
    for corner in _corners(street):
        _busy(rows, book, corner)


def number_issues(rows: Rows) -> None:
    """WT00001 and on, by time of report; makes the cases findable."""
    places = {row["id"]: row for row in rows.tables["location"]}
    for n, issue in enumerate(sorted(rows.tables["issue"], key=lambda i: (i["happened_at"], i["id"])), start=1):
        issue["number"] = f"WT{n:05d}"
        where = places[issue["location_id"]]["address"] or ""
        rows.findable("case", issue["case_id"], f"{where} {kind_of(issue['kind']).short_name}", where, issue["number"])


def _hours(rows: Rows, told: dict[str, Any]) -> float:
    """Hours to closing: mostly within the limit, one in eight beyond it."""
    limit: timedelta = told["case"]["due_at"] - told["case"]["opened_at"]
    share = rows.random.uniform(1.05, 1.8) if rows.random.random() < 0.12 else rows.random.uniform(0.25, 0.95)
    return max(0.5, limit.total_seconds() / 3600 * share)


def _corners(street: Street) -> list[Corner]:
    """Where it was busy: the corner by the flats since ten weeks ago, and milder ones."""
    flats = street.door("岚皋路", 236)
    near_flats = [d for d in street.doors if d.street == "岚皋路" and d.number % 2 == 0 and 222 <= d.number <= 250]
    stalls = [d for d in street.doors if d.street == "岚皋西路" and d.number % 2 == 0 and 96 <= d.number <= 116]
    leaks = [d for d in street.doors if d.street == "岚皋西路" and d.number % 2 == 1 and 23 <= d.number <= 37]
    market = street.places["PD0002"]
    return [
        Corner([at_place(street.places["PD0001"], flats.worker_id), at_door(flats)], "06010", 2.8, 10, 0, (19, 22)),
        Corner([at_door(d) for d in near_flats], "06010", 1.0, 9, 0, (18, 22)),
        Corner([at_door(d) for d in stalls], "09005", 1.3, 8, 0, (16, 20)),
        Corner([at_door(d) for d in leaks], "L0001", 0.7, 6, 0, (8, 18)),
        Corner([at_place(market, flats.worker_id)], "06042", 0.9, 104, 0, (6, 9)),
        Corner([at_place(street.places["PD0003"], flats.worker_id)], "06010", 1.6, 52, 40, (19, 22)),
        Corner([at_place(street.places["PD0003"], flats.worker_id)], "06010", 0.9, 5, 0, (19, 22)),
    ]


def _busy(rows: Rows, book: Casebook, corner: Corner) -> None:
    random = rows.random
    day = office_day(rows.now) - timedelta(weeks=corner.from_weeks_ago)
    until = office_day(rows.now) - timedelta(weeks=corner.to_weeks_ago)
    while day < until and corner.spots:
        if random.random() < corner.per_week / 7:
            at = at_office(day, random.randrange(*corner.hours), random.randrange(60))
            told = book.report(random.choice(corner.spots), corner.kind, at)
            book.handle(told, _hours(rows, told))
        day += timedelta(days=1)


def _poisson(rows: Rows, mean: float) -> int:
    n, left = 0, rows.random.expovariate(1.0)
    while left < mean:
        n += 1
        left += rows.random.expovariate(1.0)
    return n
