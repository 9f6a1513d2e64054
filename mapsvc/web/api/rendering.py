"""Nouns as JSON: the one place that says which member is called how."""

from datetime import date, datetime
from typing import Any

from flask import Response, current_app

from mapsvc.domain.case_moves import move_name, needs_reason
from mapsvc.domain.cases import STATE_NAMES
from mapsvc.domain.clock import Reading
from mapsvc.domain.councils import Council
from mapsvc.domain.history import Entry, HistoryPage
from mapsvc.domain.issues import ISSUE_SOURCE_NAMES
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.photos import Photo
from mapsvc.domain.places import POSITION_SOURCE_NAMES, Location, Place
from mapsvc.domain.promises import Promise
from mapsvc.domain.quiet_hours import QuietHours
from mapsvc.domain.register import RegisterEntry
from mapsvc.domain.shops import SHOP_STATE_NAMES, Shop, TenancyChange
from mapsvc.domain.times import iso
from mapsvc.domain.topic_choices import CHOICE_SOURCE_NAMES, TopicChoice
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.operations.cases import CaseDetail, Line, Step
from mapsvc.operations.shops import ShopDetail
from mapsvc.operations.visits import Recorded
from mapsvc.store.issues import Found
from mapsvc.web.caching import reader_answer

Json = dict[str, Any]


def answer(document: Json, status: int = 200) -> Response:
    """A JSON answer that nobody keeps: it is about one reader at one moment."""
    return reader_answer(current_app.json.dumps(document).encode(), status)


def when(at: datetime | None) -> str | None:
    """A time at the edge."""
    return iso(at) if at else None


def on(day: date | None) -> str | None:
    """A day at the edge."""
    return day.isoformat() if day else None


def position(where: Location) -> Json | None:
    """Where it is and how we know."""
    if not where.has_position:
        return None
    source = where.position_source
    return {
        "lon": where.lon,
        "lat": where.lat,
        "source": source.value if source else None,
        "source_name": POSITION_SOURCE_NAMES[source] if source else None,
        "error_m": where.error_m,
        "note": where.position_note,
    }


def shop_line(shop: Shop) -> Json:
    """A shop in a list: no person but its worker's nickname."""
    return {
        "code": shop.code,
        "name": shop.name,
        "address": shop.location.address,
        "trade": shop.tenancy.trade if shop.tenancy else None,
        "state": shop.state.value,
        "state_name": SHOP_STATE_NAMES[shop.state],
        "position": position(shop.location),
        "worker": shop.worker.display_name if shop.worker else None,
    }


def shop(detail: ShopDetail, at: datetime) -> Json:
    """A shop with its panel."""
    one = detail.shop
    return shop_line(one) | {
        "id": one.id,
        "version": one.version,
        "area_m2": one.area_m2,
        "note": detail.note,
        "updated_at": when(one.updated_at),
        "tenancy": _tenancy(detail),
        "promises": [promise(p, at) for p in detail.promises],
        "open": [entry(e) for e in detail.open],
        "last_visit_at": when(detail.last_visit_at),
        "visited_this_month": detail.visited_this_month,
        "due_visit_by": on(detail.due_visit_by),
        "counts": {side.value: n for side, n in detail.counts.items()},
        "register": register(detail.register) if detail.register else None,
        "may_edit": detail.may_edit,
        "quiet_hours": [quiet(one) for one in detail.quiet],
        "topics": None if detail.topics is None else [topic_choice(one) for one in detail.topics],
        "untold": [{"type": u.type, "id": u.id, "text": u.text, "outcome": u.outcome} for u in detail.untold],
    }


def topic_choice(one: TopicChoice) -> Json:
    """A topic a merchant wants to be told about in time, and who chose it."""
    return {
        "topic": one.topic,
        "source": one.source.value,
        "source_name": CHOICE_SOURCE_NAMES[one.source],
        "chosen_at": when(one.chosen_at),
    }


def quiet(one: QuietHours) -> Json:
    """When it does not suit a merchant; minutes of the office's day."""
    return {
        "id": one.id,
        "weekday": one.weekday,
        "from_minute": one.from_minute,
        "until_minute": one.until_minute,
        "text": one.text,
        "source": one.source.value,
        "words": one.words,
    }


def _tenancy(detail: ShopDetail) -> Json | None:
    now, merchant = detail.shop.tenancy, detail.merchant
    if now is None:
        return None
    return {
        "id": now.id,
        "sign_name": now.sign_name,
        "from": on(now.started_on),
        "merchant": merchant.name if merchant else None,
        "phone": merchant.phone if merchant else None,
        "may_see_phone": merchant.may_see_phone if merchant else False,
    }


def register(one: RegisterEntry) -> Json:
    """Who answers for the building."""
    return {
        "building": one.building,
        "residents_committee": one.residents_committee,
        "property_company": one.property_company,
        "duty_phone": one.duty_phone,
        "owners_committee": one.owners_committee,
    }


def promise(one: Promise, at: datetime) -> Json:
    """What, by when, kept."""
    return {
        "id": one.id,
        "text": one.text,
        "promised_at": when(one.promised_at),
        "due_at": when(one.due_at),
        "overdue": one.is_overdue(at),
        "kept_at": when(one.kept_at),
        "withdrawn_at": when(one.withdrawn_at),
        "told_at": when(one.told_at),
    }


def entry(one: Entry) -> Json:
    """A line of the history."""
    return {
        "at": when(one.at),
        "type": one.type.value,
        "title": one.title,
        "detail": one.detail,
        "actor": one.actor,
        "ref": one.ref,
        "side": one.side.value,
        "case": one.case_id,
        "kind": one.kind,
        "kind_name": kind_of(one.kind).short_name if one.kind else None,
        "number": one.number,
        "state": one.state,
        "former": one.is_former,
        "due_at": when(one.due_at),
        "url": one.url,
        "photos": [photo(p) for p in one.photos],
    }


def history(page: HistoryPage) -> Json:
    """Open things on top, then a page."""
    return {"open": [entry(e) for e in page.open], "items": [entry(e) for e in page.items], "next": page.next}


def clock(reading: Reading) -> Json:
    """What is left."""
    return {
        "due_at": when(reading.due_at),
        "remaining_min": reading.remaining_min,
        "paused": reading.paused,
        "overdue": reading.overdue,
        "text": reading.text,
        "near": reading.is_near,
    }


def found_issue(found: Found) -> Json:
    """An issue with where it is."""
    issue, where = found.issue, found.location
    return {
        "id": issue.id,
        "case": found.case.id,
        "number": issue.number,
        "kind": issue.kind,
        "kind_name": kind_of(issue.kind).short_name,
        "state": found.case.state.value,
        "state_name": STATE_NAMES[found.case.state],
        "place": spot_name(found),
        "shop": found.shop_code,
        "shop_name": found.shop_name,
        "place_code": found.place_code,
        "address": where.address,
        "lon": where.lon,
        "lat": where.lat,
        "source": issue.source.value,
        "reported_at": when(issue.happened_at),
    }


def spot_name(found: Found) -> str:
    """What people call the spot: the place, the door, the shop."""
    return found.place_name or found.location.address or found.shop_name or ""


def case_line(line: Line) -> Json:
    """A case in a list; `id` is the case's."""
    found = line.found
    return found_issue(found) | {
        "id": found.case.id,
        "issue": found.issue.id,
        "ring": line.ring,
        "handler": found.case.handler,
        "supervised": found.case.is_supervised,
        "imported": found.case.is_imported,
        "clock": clock(line.clock),
    }


def case(detail: CaseDetail) -> Json:
    """A case with all that belongs to it."""
    line, one = detail.line, detail.line.found.case
    return case_line(line) | {
        "version": one.version,
        "description": line.description,
        "source_name": ISSUE_SOURCE_NAMES[line.found.issue.source],
        "reporter": detail.reporter,
        "worker": detail.worker,
        "opened_at": when(one.opened_at),
        "closed_at": when(one.closed_at),
        "rework_count": one.rework_count,
        "return_visit_due_at": when(one.return_visit_due_at),
        "limit": {"calendar": one.limit.calendar.value, "minutes": one.limit.minutes},
        "position": position(line.found.location),
        "steps": [step(s) for s in detail.steps],
        "moves": [
            {"to": to.value, "name": move_name(one.state, to), "needs_reason": needs_reason(one.state, to)}
            for to in detail.legal
        ],
        "issues": [case_line(other) | {"description": other.description} for other in (line, *detail.others)],
        "councils": [council(c) for c in detail.councils],
        "register": register(detail.register) if detail.register else None,
        "photos": [photo(p) for p in detail.photos],
    }


def photo(one: Photo) -> Json:
    """A picture, to be fetched by its address."""
    return {"id": one.id, "url": one.url, "taken_at": when(one.taken_at)}


def step(one: Step) -> Json:
    """A move that was made."""
    origin = one.step.from_state
    return {
        "at": when(one.step.at),
        "from": origin.value if origin else None,
        "to": one.step.to_state.value,
        "name": one.name,
        "reason": one.reason,
        "actor": one.actor,
    }


def council(one: Council) -> Json:
    """A meeting as recorded."""
    return {
        "id": one.id,
        "state": one.state.value if one.state else None,
        "way_out": one.way_out.value if one.way_out else None,
        "held_at": when(one.held_at),
        "venue": one.venue,
        "attendees": one.attendees,
        "survey": one.survey,
        "root_cause": one.root_cause,
        "claims": one.claims,
        "agreement": one.agreement,
        "fulfil_by": when(one.fulfil_by),
        "result": one.result,
    }


def visit(done: Recorded) -> Json:
    """A call with what came of it."""
    one = done.visit
    return {
        "id": one.id,
        "shop": done.shop_code,
        "kind": one.kind.value,
        "outcome": one.outcome.value,
        "at": when(one.happened_at),
        "received_at": when(one.received_at),
        "note": one.note or "",
        "place_check": {"by": one.place_check.by.value, "distance_m": one.place_check.distance_m},
        "needs": [{"id": n.id, "topic": n.topic, "text": n.text, "way": n.way} for n in done.needs],
        "promises": [{"id": p.id, "text": p.text, "due_at": when(p.due_at)} for p in done.promises],
        "issues": [
            {"id": i.id, "number": i.number, "kind": i.kind, "description": i.description or "", "case": i.case_id}
            for i in done.issues
        ],
        "tenancy": _changed_hands(done.change) if done.change else None,
        "effect": next(({"id": e.id, "case": e.case_id, "result": e.result.value} for e in done.effects), None),
        "notes": list(done.notes),
        "withdrawn": False,
    }


def _changed_hands(change: TenancyChange) -> Json:
    return {
        "id": change.begun_id,
        "replaces": change.ended_id,
        "sign_name": change.sign_name,
        "state": change.state.value,
        "state_name": SHOP_STATE_NAMES[change.state],
    }


def withdrawn(stone: Withdrawn) -> Json:
    """What was taken back: nothing is left of it but its id."""
    return {"id": stone.id, "withdrawn": True}


def place(one: Place) -> Json:
    """A spot that is no shop."""
    return {
        "code": one.code,
        "name": one.name,
        "kind": one.kind,
        "responsible_unit": one.responsible_unit,
        "note": one.note,
        "address": one.location.address,
        "position": position(one.location),
        "version": one.version,
        "updated_at": when(one.updated_at),
    }
