"""Reporting issues: from a visit or on their own; each gets a number, a case, and a hint at near duplicates."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain import cases as case_rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import Case, CaseState, CaseStep, Severity
from mapsvc.domain.issues import Issue, IssueSource, next_number, number_prefix
from mapsvc.domain.kinds import Kind, kind_named
from mapsvc.domain.limits import limit_of
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.places import Location, LocationKind, PositionSource
from mapsvc.domain.times import office_day, to_second
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.errors import Conflict, Refused
from mapsvc.operations.clock import working_days
from mapsvc.operations.nearby import near_duplicates
from mapsvc.operations.watches import heed
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, cases, events, ids, issues, limits, places, search, shops, withdrawn
from mapsvc.store.issues import Found

EARLY = timedelta(minutes=10)
"""A phone's clock may run ahead by this much; beyond it the server's time counts."""


@dataclass(frozen=True)
class Spot:
    """A position from a device: WGS-84 degrees."""

    lon: float
    lat: float
    error_m: float | None = None


@dataclass(frozen=True)
class NewIssue:
    """What a person reports; `id` comes from the client, `kind` is a code, name or synonym."""

    id: str
    kind: str
    description: str = ""
    source: IssueSource = IssueSource.APP
    at: datetime | None = None
    shop: str | None = None
    place: str | None = None
    position: Spot | None = None
    severity: Severity | None = None


@dataclass(frozen=True)
class Where:
    """Where an issue hangs: its location, and the shop or place that is."""

    location: Location
    is_new: bool = False
    shop_id: str | None = None
    place_id: str | None = None
    tenancy_id: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Reported:
    """What came of a report: `nearby` are open issues of the same kind within 50 m, to join instead."""

    found: Found
    is_new: bool
    nearby: tuple[Found, ...]


def report_issue(ws: Workspace, actor: Actor, new: NewIssue) -> Reported | Withdrawn:
    """Report something wrong; the same id again changes nothing, one that was taken back is not written again.

    Raises
    ------
    Forbidden
    Refused
        Unknown kind, shop or place; no place at all; a position far away.
    Conflict
        If the id was used for something else.
    """
    require(actor, Action.REPORT_ISSUE)
    received_at = to_second(ws.clock())
    with ws.write() as conn:
        if gone := withdrawn.by_id(conn, new.id):
            return gone
        before = issues.by_id(conn, new.id)
        kind = kind_named(new.kind)
        if before is None:
            where = _where(ws, conn, new)
            issue = file_issue(conn, actor, new, kind, where, received_at)
        else:
            _require_same(conn, before, new, kind)
            issue = before
        found = issues.found_by_ids(conn, [issue.id])[issue.id]
        return Reported(found, before is None, near_duplicates(conn, found))


def file_issue(
    conn: Connection,
    actor: Actor,
    new: NewIssue,
    kind: Kind,
    where: Where,
    received_at: datetime,
    visit_id: str | None = None,
) -> Issue:
    """Write an issue with its case, first step, event, audit row and search entry, in the caller's transaction."""
    if where.is_new:
        places.add_location(conn, where.location)
    day = office_day(received_at)
    number = next_number(day, issues.numbers_like(conn, number_prefix(day)))
    limit = limit_of(kind.code, new.severity, limits.read(conn))
    case = case_rules.open_case(ids.of("case", new.id), received_at, limit, working_days(conn), severity=new.severity)
    issue = Issue(
        new.id, number, case.id, where.location.id, kind.code, new.source, happened_at(new.at, received_at),
        received_at, where.shop_id, where.place_id, visit_id, actor.person_id, new.description.strip() or None,
    )  # fmt: skip
    cases.add(conn, case)
    cases.add_step(conn, _first_step(case, actor, received_at))
    issues.add(conn, issue)
    events.append(
        conn, type="issue", ref=issue.id, at=issue.happened_at, shop_id=where.shop_id, place_id=where.place_id,
        location_id=where.location.id, tenancy_id=where.tenancy_id, case_id=case.id, actor_id=actor.person_id,
    )  # fmt: skip
    audit.append(conn, actor, "report_issue", "issue", issue.id, after=issue, at=received_at)
    index_issue(conn, issue, kind, where)
    heed(conn, case.id)
    return issue


def happened_at(told: datetime | None, received_at: datetime) -> datetime:
    """When it happened: as told, but never later than it was received (phones' clocks run ahead)."""
    return received_at if told is None else min(to_second(told), received_at)


def is_early(told: datetime, received_at: datetime) -> bool:
    """Whether a told time lies further ahead than clocks differ."""
    return told > received_at + EARLY


def index_issue(conn: Connection, issue: Issue, kind: Kind, where: Where) -> None:
    """Make a case findable by number, kind and place; never by what was written about it."""
    spot = where.name or where.location.address or ""
    title = f"{where.location.address or spot} {kind.short_name}".strip()
    search.index(conn, kind="case", ref=issue.case_id, title=title, subtitle=spot, code=issue.number)


def at_shop(conn: Connection, code: str, on: datetime) -> Where:
    """Where a report about the shop `code` hangs."""
    shop = shops.by_code(conn, code, office_day(on))
    if shop is None:
        raise Refused(f"没有编号为{code}的商铺，请核对编号。", field="shop", code="unknown_shop")
    tenancy_id = shop.tenancy.id if shop.tenancy else None
    return Where(shop.location, False, shop.id, None, tenancy_id, shop.name)


def _where(ws: Workspace, conn: Connection, new: NewIssue) -> Where:
    if new.shop and new.place:
        raise Refused("商铺和点位只能填一个。", field="place", code="two_places")
    if new.shop:
        return at_shop(conn, new.shop, ws.clock())
    if new.place:
        place = places.by_code(conn, new.place)
        if place is None:
            raise Refused(f"没有编号为{new.place}的点位，请核对编号。", field="place", code="unknown_place")
        return Where(place.location, False, None, place.id, None, place.name)
    if new.position:
        return Where(point_at(ws, new.position, own_location_id(new.id)), True)
    raise Refused("要说明在哪里：商铺编号、点位编号或位置，填一个。", field="shop", code="no_place")


def own_location_id(issue_id: str) -> str:
    """Id of the location that an issue reported at a bare position brings with it."""
    return ids.of("location", issue_id)


def point_at(ws: Workspace, spot: Spot, location_id: str, kind: LocationKind = LocationKind.POINT) -> Location:
    """A location of its own at a device's position, named by the nearest door; raises Refused if it is far away."""
    checked = checked_spot(ws, spot)
    near = ws.gazetteer.nearest_address(checked.lon, checked.lat)
    return Location(
        location_id,
        kind,
        checked.lon,
        checked.lat,
        PositionSource.GIVEN,
        checked.error_m,
        None,
        near.label if near else None,
        near.street if near else None,
        near.house_number if near else None,
        near.side if near else None,
        near.chainage_m if near else None,
    )


def checked_spot(ws: Workspace, spot: Spot) -> Spot:
    """The position, unless it cannot be one here (zero, swapped, far away): then Refused says which."""
    from mapsvc.geo.area import load_area
    from mapsvc.geo.datum import check_coordinate
    from mapsvc.geo.streets import layer_file

    area = load_area(layer_file("subdistrict.geojson", ws.settings.layers)).bounds
    check = check_coordinate(spot.lon, spot.lat, "WGS-84", area)
    if check.code != "ok":
        raise Refused(f"位置不能用：{check.message}。", field="position", code=check.code)
    return spot


def _first_step(case: Case, actor: Actor, at: datetime) -> CaseStep:
    step_id = ids.of("case_step", case.id, 1)
    return CaseStep(step_id, case.id, CaseState.REPORTED, 1, at, None, None, actor.person_id)


def _require_same(conn: Connection, before: Issue, new: NewIssue, kind: Kind) -> None:
    told = happened_at(new.at, before.received_at) if new.at else before.happened_at
    shop = shops.by_id(conn, before.shop_id) if before.shop_id else None
    place = places.by_ids(conn, [before.place_id]).get(before.place_id or "")
    same = (
        before.kind == kind.code
        and (before.description or "") == new.description.strip()
        and before.source is new.source
        and before.happened_at == told
        and (shop.code if shop else None) == new.shop
        and (place.code if place else None) == new.place
    )
    if not same:
        raise Conflict("这个编号（id）已经用来上报过另一个问题，请换一个新的 id。", field="id", code="id_used")
