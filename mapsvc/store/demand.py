"""What a patrol could be for: doors with their calls, promises, issues and return visits, looks of playbooks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, union

from mapsvc.domain.cases import CaseState, Severity
from mapsvc.domain.shops import ShopState
from mapsvc.domain.visits import Outcome
from mapsvc.store.snapshots import workers_by_shop
from mapsvc.store.tables import (
    account,
    assignment,
    case_file,
    issue,
    location,
    place,
    playbook,
    playbook_run,
    promise,
    shop,
    task,
    tenancy,
    visit,
)


@dataclass(frozen=True)
class Door:
    """A shop with a position and who runs it now."""

    id: str
    code: str
    name: str
    state: ShopState
    address: str | None
    lon: float
    lat: float
    street: str | None
    house_number: int | None
    side: str | None
    tenancy_id: str | None
    started_on: date | None
    worker: str | None


@dataclass(frozen=True)
class Spot:
    """Where an issue is whose case is open or waits for a return visit: at a shop, a place or a bare point."""

    case_id: str
    shop_id: str | None
    shop_code: str | None
    place_code: str | None
    place_name: str | None
    location_id: str
    address: str | None
    lon: float
    lat: float
    street: str | None
    house_number: int | None
    side: str | None
    kind: str
    state: CaseState
    happened_at: datetime
    opened_at: datetime
    due_at: datetime | None
    is_supervised: bool
    severity: Severity | None
    return_visit_due_at: datetime | None


@dataclass(frozen=True)
class Given:
    """An open promise; `tenancy_id` of whom it was given to, where that is known."""

    shop_id: str
    text: str
    due_at: datetime | None
    promised_at: datetime
    tenancy_id: str | None


@dataclass(frozen=True)
class Called:
    """A call at a shop: its latest of an outcome (`met_by_tenancy`), or each (`calls`)."""

    shop_id: str
    tenancy_id: str | None
    outcome: Outcome
    happened_at: datetime


@dataclass(frozen=True)
class Watched:
    """An open task of a running playbook, and where it runs."""

    run_id: str
    playbook: str
    text: str
    repeats: str
    due_at: datetime | None
    shop_code: str | None
    place_code: str | None
    place_name: str | None
    location_id: str
    address: str | None
    lon: float
    lat: float
    street: str | None
    house_number: int | None
    side: str | None


_WHERE = (
    location.c.address, location.c.lon, location.c.lat, location.c.street, location.c.house_number, location.c.side,
)  # fmt: skip


def doors(conn: Connection, day: date) -> list[Door]:
    """All shops with a position, by code; `worker` looks after them on `day`."""
    workers = workers_by_shop(conn, day)
    current = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))
    query = (
        select(
            shop.c.id, shop.c.code, func.coalesce(tenancy.c.sign_name, "").label("name"), shop.c.state, *_WHERE,
            tenancy.c.id.label("tenancy_id"), tenancy.c.started_on,
        )
        .join(location, location.c.id == shop.c.location_id)
        .outerjoin(tenancy, current)
        .where(location.c.lon.is_not(None), location.c.lat.is_not(None))
        .order_by(shop.c.code)
    )  # fmt: skip
    return [
        Door(**dict(row._mapping) | {"state": ShopState(row.state)}, worker=workers.get(row.id))
        for row in conn.execute(query)
    ]


def last_met(conn: Connection) -> list[Called]:
    """When somebody was last met at each shop, for each of those who ran it."""
    query = (
        select(visit.c.shop_id, visit.c.tenancy_id, func.max(visit.c.happened_at).label("happened_at"))
        .where(visit.c.outcome == Outcome.MET.value)
        .group_by(visit.c.shop_id, visit.c.tenancy_id)
    )
    return [Called(r.shop_id, r.tenancy_id, Outcome.MET, r.happened_at) for r in conn.execute(query)]


def calls_between(conn: Connection, since: datetime, until: datetime) -> list[Called]:
    """All calls from `since` to before `until`, the latest first."""
    query = select(visit.c.shop_id, visit.c.tenancy_id, visit.c.outcome, visit.c.happened_at).where(
        visit.c.happened_at >= since, visit.c.happened_at < until
    )
    return _calls(conn, query.order_by(visit.c.happened_at.desc(), visit.c.id))


def calls_at_shut_doors(conn: Connection, since: datetime, least_shut: int) -> list[Called]:
    """Calls since then at the shops found shut so often, the latest first."""
    shut = (
        select(visit.c.shop_id)
        .where(visit.c.outcome == Outcome.CLOSED.value, visit.c.happened_at >= since)
        .group_by(visit.c.shop_id)
        .having(func.count() >= least_shut)
    )
    query = select(visit.c.shop_id, visit.c.tenancy_id, visit.c.outcome, visit.c.happened_at).where(
        visit.c.happened_at >= since, visit.c.shop_id.in_(shut)
    )
    return _calls(conn, query.order_by(visit.c.happened_at.desc(), visit.c.id))


def _calls(conn: Connection, query: Any) -> list[Called]:
    return [Called(r.shop_id, r.tenancy_id, Outcome(r.outcome), r.happened_at) for r in conn.execute(query)]


def spots(conn: Connection, return_visits_until: datetime) -> list[Spot]:
    """Issues whose case is open, and those closed whose return visit is due by then; the oldest first."""
    waits = and_(
        case_file.c.state == "closed",
        case_file.c.return_visited_at.is_(None),
        case_file.c.return_visit_due_at < return_visits_until,
    )
    query = (
        select(
            issue.c.case_id, issue.c.shop_id, shop.c.code.label("shop_code"), place.c.code.label("place_code"),
            place.c.name.label("place_name"), issue.c.location_id, *_WHERE, issue.c.kind, case_file.c.state,
            issue.c.happened_at, case_file.c.opened_at, case_file.c.due_at, case_file.c.is_supervised,
            case_file.c.severity, case_file.c.return_visit_due_at,
        )
        .join(case_file, case_file.c.id == issue.c.case_id)
        .join(location, location.c.id == issue.c.location_id)
        .outerjoin(shop, shop.c.id == issue.c.shop_id)
        .outerjoin(place, place.c.id == issue.c.place_id)
        .where(location.c.lon.is_not(None), location.c.lat.is_not(None), case_file.c.merged_into.is_(None))
        .where(case_file.c.state.not_in(["closed", "rejected", "suspended"]) | waits)
        .order_by(issue.c.happened_at, issue.c.id)
    )  # fmt: skip
    return [Spot(**_spot(dict(row._mapping))) for row in conn.execute(query)]


def _spot(values: dict[str, Any]) -> dict[str, Any]:
    severity = values["severity"]
    return values | {
        "state": CaseState(values["state"]),
        "severity": Severity(severity) if severity else None,
        "is_supervised": bool(values["is_supervised"]),
    }


def walkers(conn: Connection, day: date) -> set[str]:
    """Ids of the people who walk: those who look after a shop on `day`, and those whose account is a worker's."""
    holds = and_(assignment.c.from_day <= day, or_(assignment.c.until_day.is_(None), assignment.c.until_day > day))
    assigned = select(assignment.c.worker_id).where(holds)
    accounts = select(account.c.person_id).where(account.c.role == "worker", account.c.disabled_at.is_(None))
    return set(conn.scalars(union(assigned, accounts)))


def promises(conn: Connection) -> list[Given]:
    """Promises neither kept nor taken back, the earliest given first."""
    query = (
        select(promise.c.shop_id, promise.c.text, promise.c.due_at, promise.c.promised_at, promise.c.tenancy_id)
        .where(promise.c.kept_at.is_(None), promise.c.withdrawn_at.is_(None))
        .order_by(promise.c.promised_at, promise.c.id)
    )
    return [Given(**row._mapping) for row in conn.execute(query)]


def watched(conn: Connection, phase: str, repeats: Collection[str], roles: Collection[str]) -> list[Watched]:
    """Open tasks of running playbooks in this phase that come again and that these roles do, the oldest run first."""
    where = func.coalesce(playbook_run.c.location_id, shop.c.location_id, place.c.location_id)
    query = (
        select(
            task.c.run_id, playbook.c.name.label("playbook"), task.c.text, task.c.repeats, task.c.due_at,
            shop.c.code.label("shop_code"), place.c.code.label("place_code"), place.c.name.label("place_name"),
            location.c.id.label("location_id"), *_WHERE,
        )
        .join(playbook_run, playbook_run.c.id == task.c.run_id)
        .join(playbook, playbook.c.id == playbook_run.c.playbook_id)
        .outerjoin(shop, shop.c.id == playbook_run.c.shop_id)
        .outerjoin(place, place.c.id == playbook_run.c.place_id)
        .join(location, location.c.id == where)
        .where(playbook_run.c.ended_at.is_(None), task.c.done_at.is_(None), task.c.cancelled_at.is_(None))
        .where(task.c.phase == phase, task.c.repeats.in_(sorted(repeats)), task.c.role.in_(sorted(roles)))
        .where(location.c.lon.is_not(None), location.c.lat.is_not(None))
        .order_by(playbook_run.c.started_at, task.c.run_id, task.c.step_no, task.c.id)
    )  # fmt: skip
    return [Watched(**row._mapping) for row in conn.execute(query)]
