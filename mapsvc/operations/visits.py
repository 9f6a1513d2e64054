"""Recording calls: the visit with what was voiced, promised and found, in one transaction, once per client id."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import needs as need_rules
from mapsvc.domain import topics
from mapsvc.domain.actors import Actor
from mapsvc.domain.issues import Issue, IssueSource
from mapsvc.domain.kinds import kind_named
from mapsvc.domain.needs import Need, Way
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.promises import Promise
from mapsvc.domain.shops import Shop, Tenancy
from mapsvc.domain.times import office_day, to_second
from mapsvc.domain.visits import CheckedBy, Outcome, PlaceCheck, Visit, VisitKind
from mapsvc.errors import Conflict, Refused
from mapsvc.operations.issues import NewIssue, Spot, Where, file_issue, happened_at, is_early
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, events, issues, needs, promises, shops, visits


@dataclass(frozen=True)
class NewNeed:
    """Something voiced; without `way` it stays open."""

    id: str
    text: str
    topic: str | None = None
    way: Way | None = None


@dataclass(frozen=True)
class NewPromise:
    """Something promised, by when."""

    id: str
    text: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class FoundIssue:
    """Something wrong seen on the visit; it hangs on the shop."""

    id: str
    kind: str
    description: str = ""


@dataclass(frozen=True)
class NewVisit:
    """A call as the worker's device tells it; ids come from the client, so that a retry is harmless."""

    id: str
    shop: str
    kind: VisitKind
    at: datetime
    outcome: Outcome
    needs: tuple[NewNeed, ...] = ()
    promises: tuple[NewPromise, ...] = ()
    issues: tuple[FoundIssue, ...] = ()
    note: str = ""
    position: Spot | None = None


@dataclass(frozen=True)
class Recorded:
    """What is in the store now; `is_new` is False for a retry. `notes` says what was taken otherwise than told."""

    visit: Visit
    shop_code: str
    needs: tuple[Need, ...]
    promises: tuple[Promise, ...]
    issues: tuple[Issue, ...]
    is_new: bool
    notes: tuple[str, ...] = ()


def record_visit(ws: Workspace, actor: Actor, new: NewVisit) -> Recorded:
    """Record a call; the same id with the same content again changes nothing. Never refused for distance.

    Raises
    ------
    Forbidden
    Refused
        Unknown shop, unknown kind of issue, a promise due before the visit, an id twice.
    Conflict
        If an id was used for something else.
    """
    require(actor, Action.RECORD_VISIT)
    received_at = to_second(ws.clock())
    with ws.write() as conn:
        before = visits.by_id(conn, new.id)
        if before is not None:
            return _again(conn, before, new)
        shop = shops.by_code(conn, new.shop, office_day(received_at))
        if shop is None:
            raise Refused(f"没有编号为{new.shop}的商铺，请核对编号。", field="shop", code="unknown_shop")
        _check_ids(conn, new)
        visit = _visit(conn, actor, shop, new, received_at)
        recorded = _write(conn, actor, shop, visit, new)
        return replace(recorded, notes=_notes(new, visit))


def _visit(conn: Connection, actor: Actor, shop: Shop, new: NewVisit, received_at: datetime) -> Visit:
    at = happened_at(new.at, received_at)
    tenancy = _tenancy_at(conn, shop, at)
    return Visit(
        new.id,
        shop.id,
        new.kind,
        new.outcome,
        at,
        received_at,
        tenancy.id if tenancy else None,
        actor.person_id,
        new.note.strip() or None,
        place_check=_place_check(shop, new.position),
    )


def _tenancy_at(conn: Connection, shop: Shop, at: datetime) -> Tenancy | None:
    # A call made without signal may arrive after the shop changed hands.
    now, day = shop.tenancy, office_day(at)
    if now is None or now.started_on is None or now.started_on <= day:
        return now
    past = (t for t in shops.tenancies(conn, shop.id) if t.ended_on and t.ended_on > day)
    return next((t for t in past if t.started_on is None or t.started_on <= day), now)


def _place_check(shop: Shop, spot: Spot | None) -> PlaceCheck:
    where = shop.location
    if spot is None or where.lon is None or where.lat is None:
        return PlaceCheck()
    from mapsvc.geo.local import distance_m

    return PlaceCheck(CheckedBy.GPS, round(float(distance_m(spot.lon, spot.lat, where.lon, where.lat)), 1))


def _write(conn: Connection, actor: Actor, shop: Shop, visit: Visit, new: NewVisit) -> Recorded:
    visits.add(conn, visit)
    voiced = tuple(_need(visit, n) for n in new.needs)
    promised = tuple(_promise(visit, p) for p in new.promises)
    needs.add_many(conn, voiced)
    promises.add_many(conn, promised)
    told = [("visit", visit.id), *(("need", n.id) for n in voiced), *(("promise", p.id) for p in promised)]
    events.append_many(conn, (_event(t, ref, visit) for t, ref in told))
    audit.append(conn, actor, "record_visit", "visit", visit.id, after=visit, at=visit.received_at)
    where = Where(shop.location, False, shop.id, None, visit.tenancy_id, shop.name)
    filed = tuple(
        file_issue(conn, actor, _reported(visit, one), kind_named(one.kind), where, visit.received_at, visit.id)
        for one in new.issues
    )
    return Recorded(visit, shop.code, voiced, promised, filed, True)


def _event(event_type: str, ref: str, visit: Visit) -> events.Event:
    return events.Event(
        event_type,
        ref,
        visit.happened_at,
        shop_id=visit.shop_id,
        tenancy_id=visit.tenancy_id,
        actor_id=visit.worker_id,
    )


def _need(visit: Visit, new: NewNeed) -> Need:
    if new.topic is not None and new.topic not in topics.NAMES:
        raise Refused(
            f"没有“{new.topic}”这个主题，可选：{'、'.join(topics.NAMES)}。", field="needs.topic", code="unknown_topic"
        )
    settled_at = need_rules.settled_at(new.way, visit.happened_at)
    return Need(
        new.id,
        visit.shop_id,
        new.text,
        visit.happened_at,
        new.topic,
        new.way,
        visit.tenancy_id,
        visit.id,
        settled_at,
    )


def _promise(visit: Visit, new: NewPromise) -> Promise:
    due_at = to_second(new.due_at) if new.due_at else None
    if due_at and due_at < visit.happened_at:
        raise Refused("答应办好的时间早于走访的时间，请改一下。", field="promises.due_at", code="due_before_visit")
    return Promise(
        new.id,
        visit.shop_id,
        new.text,
        visit.happened_at,
        due_at,
        visit.tenancy_id,
        visit.id,
        promised_by=visit.worker_id,
    )


def _reported(visit: Visit, one: FoundIssue) -> NewIssue:
    return NewIssue(one.id, one.kind, one.description, IssueSource.VISIT, visit.happened_at)


def _notes(new: NewVisit, visit: Visit) -> tuple[str, ...]:
    if is_early(to_second(new.at), visit.received_at):
        return ("手机的时间比办公室快，已按收到的时间记。",)
    return ()


def _check_ids(conn: Connection, new: NewVisit) -> None:
    groups: dict[str, list[str]] = {
        "needs": [n.id for n in new.needs],
        "promises": [p.id for p in new.promises],
        "issues": [i.id for i in new.issues],
    }
    for name, some in groups.items():
        if len(set(some)) < len(some):
            raise Refused(f"{name} 里有两项用了同一个 id。", field=name, code="id_twice")
    used: dict[str, Iterable[str]] = {
        "needs": needs.by_ids(conn, groups["needs"]),
        "promises": promises.by_ids(conn, groups["promises"]),
        "issues": issues.by_ids(conn, groups["issues"]),
    }
    for name, taken in used.items():
        if any(taken):
            raise Conflict(f"{name} 里有 id 已经用过，请换新的 id。", field=name, code="id_used")


def _again(conn: Connection, before: Visit, new: NewVisit) -> Recorded:
    shop = shops.by_id(conn, before.shop_id)
    code = shop.code if shop else ""
    had = Recorded(
        before,
        code,
        tuple(needs.of_visit(conn, before.id)),
        tuple(promises.of_visit(conn, before.id)),
        tuple(issues.of_visit(conn, before.id)),
        False,
    )
    if _content(had) != _content_of(new, before):
        raise Conflict("这个编号（id）已经记过另一次走访，请换一个新的 id。", field="id", code="id_used")
    return replace(had, notes=_notes(new, before))


def _content(had: Recorded) -> tuple[object, ...]:
    made = had.visit
    return (
        (had.shop_code, made.kind, made.outcome, made.happened_at, made.note or ""),
        {(n.id, n.text, n.topic, n.way) for n in had.needs},
        {(p.id, p.text, p.due_at) for p in had.promises},
        {(i.id, i.kind, i.description or "") for i in had.issues},
    )


def _content_of(new: NewVisit, before: Visit) -> tuple[object, ...]:
    at = happened_at(new.at, before.received_at)
    return (
        (new.shop, new.kind, new.outcome, at, new.note.strip()),
        {(n.id, n.text, n.topic, n.way) for n in new.needs},
        {(p.id, p.text, to_second(p.due_at) if p.due_at else None) for p in new.promises},
        {(i.id, kind_named(i.kind).code, i.description.strip()) for i in new.issues},
    )
