"""Recording calls: the visit with what was voiced, promised and found, in one transaction, once per client id."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain import needs as need_rules
from mapsvc.domain import topics
from mapsvc.domain.actors import Actor
from mapsvc.domain.effects import EffectCheck
from mapsvc.domain.issues import Issue, IssueSource
from mapsvc.domain.kinds import kind_named
from mapsvc.domain.needs import Need, Way
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.promises import Promise
from mapsvc.domain.shops import Shop, Tenancy, TenancyChange
from mapsvc.domain.times import day_start, office_day, to_second
from mapsvc.domain.visits import CheckedBy, Outcome, PlaceCheck, Visit, VisitKind
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.errors import Conflict, Refused
from mapsvc.operations.campaign_doors import require_tellable, tell_within, told_on
from mapsvc.operations.effects import NewCheck, check_within
from mapsvc.operations.issues import NewIssue, Spot, Where, file_issue, happened_at, is_early
from mapsvc.operations.return_visits import mark_returned
from mapsvc.operations.tenancies import ChangedHands, turn_over
from mapsvc.operations.workspace import Workspace
from mapsvc.store import (
    audit,
    cards,
    effects,
    events,
    issues,
    needs,
    promises,
    shops,
    tenancy_changes,
    visits,
    withdrawn,
)


@dataclass(frozen=True)
class NewNeed:
    """Something voiced; without `way` it stays open. Handed on, it may say to whom and by when."""

    id: str
    text: str
    topic: str | None = None
    way: Way | None = None
    handler_name: str | None = None
    due_at: datetime | None = None


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
    """A call as the worker's device tells it; ids come from the client, so that a retry is harmless.

    `card` is the token of the shop's card where it was scanned; a wrong one counts as none. `effect` is what a return
    visit found, `told` the ids of the campaigns that were told on it.
    """

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
    tenancy: ChangedHands | None = None
    card: str | None = None
    effect: NewCheck | None = None
    told: tuple[str, ...] = ()


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
    change: TenancyChange | None = None
    effects: tuple[EffectCheck, ...] = ()
    told: frozenset[str] = frozenset()


def record_visit(ws: Workspace, actor: Actor, new: NewVisit) -> Recorded | Withdrawn:
    """Record a call; the same id with the same content again changes nothing. Never refused for distance.

    A visit that was taken back is not written again: its tombstone is returned. What was taken back of a visit is left
    out.

    Raises
    ------
    Forbidden
    Refused
        Unknown shop, unknown kind of issue, a promise due before the visit, an id twice, a tenancy that does not fit,
        something told where nobody was met.
    Conflict
        If an id was used for something else, or another tenancy runs the shop than the phone knew of.
    """
    require(actor, Action.RECORD_VISIT)
    require_tellable(new.outcome, new.told)
    received_at = to_second(ws.clock())
    with ws.write() as conn:
        if gone := withdrawn.by_id(conn, new.id):
            return gone
        new = _standing(conn, new)
        before = visits.by_id(conn, new.id)
        if before is not None:
            return _again(conn, actor, before, new)
        shop = shops.by_code(conn, new.shop, office_day(received_at))
        if shop is None:
            raise Refused(f"没有编号为{new.shop}的商铺，请核对编号。", field="shop", code="unknown_shop")
        _check_ids(conn, new)
        place_check = _place_check(conn, shop, new)
        changed, shop = _change_hands(conn, actor, shop, new, received_at)
        visit = _visit(conn, actor, shop, new, received_at, place_check)
        recorded = _write(conn, actor, shop, visit, new)
        if changed:
            tenancy_changes.add(conn, changed)
        told = tell_within(conn, actor, visit, new.told)
        notes = (*_notes(actor, shop, new, visit), *told.notes)
        recorded = replace(recorded, change=changed, told=frozenset(told.campaign_ids))
        if new.effect is None:
            mark_returned(conn, actor, visit)
            return replace(recorded, notes=notes)
        checked = check_within(conn, ws, actor, new.effect, received_at, visit)
        return replace(recorded, notes=(*notes, *checked.notes), effects=(checked.check,))


def _standing(conn: Connection, new: NewVisit) -> NewVisit:
    gone = withdrawn.among(conn, (i.id for i in new.issues))
    return replace(new, issues=tuple(i for i in new.issues if i.id not in gone))


def _change_hands(
    conn: Connection, actor: Actor, shop: Shop, new: NewVisit, received_at: datetime
) -> tuple[TenancyChange | None, Shop]:
    told = new.tenancy
    if told is None:
        return None, shop
    if new.outcome is not Outcome.CHANGED and not (told.goes_on and new.outcome is Outcome.MET):
        raise Refused("只有“换店或歇业”的走访才能带上新店的情况。", field="tenancy", code="not_changed")
    present = shop.tenancy.id if shop.tenancy else None
    if present != told.replaces:
        sentence = f"{shop.code}现在登记的是“{shop.name}”，和手机上看到的不一样，请更新今天的资料后再记换店。"
        raise Conflict(sentence, field="tenancy.replaces", code="other_tenancy")
    at = happened_at(new.at, received_at)
    after = turn_over(conn, actor, shop, told.begins(office_day(at)), received_at, at)
    begun = after.tenancy.id if after.tenancy else None
    changed = TenancyChange(
        new.id, shop.id, told.id, after.state, shop.state, received_at, present, begun, told.sign_name, told.trade,
        shop.name if told.goes_on and told.sign_name and present else None,
    )  # fmt: skip
    return changed, after


def _visit(
    conn: Connection, actor: Actor, shop: Shop, new: NewVisit, received_at: datetime, place_check: PlaceCheck
) -> Visit:
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
        place_check=place_check,
    )


def _tenancy_at(conn: Connection, shop: Shop, at: datetime) -> Tenancy | None:
    # A call made without signal may arrive after the shop changed hands, on that very day too.
    now, day = shop.tenancy, office_day(at)
    is_later = tenancy_changes.changed_between(conn, shop.id, at, day_start(day + timedelta(days=1)))
    if now is not None and (now.started_on is None or now.started_on <= day) and not is_later:
        return now
    ended_from = day if is_later else day + timedelta(days=1)
    past = (t for t in shops.tenancies(conn, shop.id) if t.ended_on and t.ended_on >= ended_from)
    return next((t for t in past if t.started_on is None or t.started_on <= day), now)


def _place_check(conn: Connection, shop: Shop, new: NewVisit) -> PlaceCheck:
    shown = cards.by_token(conn, new.card) if new.card else None
    if shown and shown.is_live and shown.shop_id == shop.id:
        return PlaceCheck(CheckedBy.CARD)
    where, spot = shop.location, new.position
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
    due_at = to_second(new.due_at) if new.due_at and settled_at is None else None
    if due_at and due_at < visit.happened_at:
        raise Refused("回话的日子早于走访的时间，请改一下。", field="needs.due_at", code="due_before_visit")
    handler = (new.handler_name or "").strip() or None
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
        handler_name=handler if new.way is Way.HANDED_ON else None,
        due_at=due_at,
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


def _notes(actor: Actor, shop: Shop, new: NewVisit, visit: Visit) -> tuple[str, ...]:
    notes = []
    if is_early(to_second(new.at), visit.received_at):
        notes.append("手机的时间比办公室快，已按收到的时间记。")
    if new.tenancy and shop.worker and shop.worker.id != actor.person_id:
        whose = shop.worker.display_name
        notes.append(f"换店已记下。这家由{whose}包联，一周内的第一次走访排给{whose}。")
    return tuple(notes)


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
        "effect": effects.by_ids(conn, [new.effect.id] if new.effect else []),
    }
    for name, taken in used.items():
        if any(taken):
            raise Conflict(f"{name} 里有 id 已经用过，请换新的 id。", field=name, code="id_used")


def _again(conn: Connection, actor: Actor, before: Visit, new: NewVisit) -> Recorded:
    shop = shops.by_id(conn, before.shop_id, office_day(before.received_at))
    assert shop is not None  # a shop is never removed
    had = Recorded(
        before,
        shop.code,
        tuple(needs.of_visit(conn, before.id)),
        tuple(promises.of_visit(conn, before.id)),
        tuple(issues.of_visit(conn, before.id)),
        False,
        change=tenancy_changes.of_visit(conn, before.id),
        effects=tuple(effects.of_visit(conn, before.id)),
        told=told_on(conn, before.id),
    )
    # What was told before, or is told no more, was left out the first time: it is no other content.
    if not had.told <= set(new.told) or _content(had) != _content_of(new, before):
        raise Conflict("这个编号（id）已经记过另一次走访，请换一个新的 id。", field="id", code="id_used")
    return replace(had, notes=_notes(actor, shop, new, before))


def _content(had: Recorded) -> tuple[object, ...]:
    made, change = had.visit, had.change
    return (
        (had.shop_code, made.kind, made.outcome, made.happened_at, made.note or ""),
        {(n.id, n.text, n.topic, n.way) for n in had.needs},
        {(p.id, p.text, p.due_at) for p in had.promises},
        {(i.id, i.kind, i.description or "") for i in had.issues},
        change and (change.told_id, change.ended_id, change.state, change.sign_name, change.trade),
        {(e.id, e.result, e.note or "") for e in had.effects},
    )


def _content_of(new: NewVisit, before: Visit) -> tuple[object, ...]:
    # Who runs the shop is not compared: a merchant may have been corrected or erased since.
    at, told = happened_at(new.at, before.received_at), new.tenancy
    return (
        (new.shop, new.kind, new.outcome, at, new.note.strip()),
        {(n.id, n.text, n.topic, n.way) for n in new.needs},
        {(p.id, p.text, to_second(p.due_at) if p.due_at else None) for p in new.promises},
        {(i.id, kind_named(i.kind).code, i.description.strip()) for i in new.issues},
        told and (told.id, told.replaces, told.shop_state, told.sign_name, told.trade),
        {(e.id, e.result, e.note.strip()) for e in [new.effect] if e},
    )
