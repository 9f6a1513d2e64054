"""Shops: lists, one shop with its people as the reader may see them, and the full number as an act of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.history import Entry, HistorySide
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.privacy import VisiblePerson, visible_person, visible_text
from mapsvc.domain.promises import Promise
from mapsvc.domain.quiet_hours import QuietHours
from mapsvc.domain.register import RegisterEntry
from mapsvc.domain.shops import Shop
from mapsvc.domain.times import month_start, office_day
from mapsvc.domain.topic_choices import TopicChoice
from mapsvc.errors import NotFound, Refused
from mapsvc.operations import history
from mapsvc.operations.needs import UntoldLine, untold_at
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, promises, quiet_hours, register, search, shops, topic_choices, visits
from mapsvc.store.places import Box

_MOST_FOUND = 500
_SHORTEST_REASON = 2


@dataclass(frozen=True)
class ShopPage:
    """Shops by code; `next` is the code to go on after."""

    items: tuple[Shop, ...]
    next: str | None


@dataclass(frozen=True)
class ShopDetail:
    """A shop with what stands in its panel.

    Attributes
    ----------
    merchant : VisiblePerson or None
        Masked for this reader.
    due_visit_by : date or None
        Last day of the interval since the present tenant was met, or for the first visit to a new one; None if the
        tenant has long been there and was never met, or there is none.
    counts : dict
        Entries of the history per tab.
    may_edit : bool
        Whether this reader may correct the shop and print its card.
    untold : tuple of UntoldLine
        What was done for the merchant, who does not know of it yet.
    quiet : tuple of QuietHours
        When it does not suit who runs it now.
    topics : tuple of TopicChoice or None
        What they want to be told about in time; None for who may not know.
    """

    shop: Shop
    merchant: VisiblePerson | None
    note: str
    promises: tuple[Promise, ...]
    open: tuple[Entry, ...]
    last_visit_at: datetime | None
    visited_this_month: bool
    due_visit_by: date | None
    counts: dict[HistorySide, int]
    register: RegisterEntry | None
    may_edit: bool = False
    untold: tuple[UntoldLine, ...] = ()
    quiet: tuple[QuietHours, ...] = ()
    topics: tuple[TopicChoice, ...] | None = None


def list_shops(
    ws: Workspace, actor: Actor, q: str = "", box: Box | None = None, limit: int = 50, after: str = ""
) -> ShopPage:
    """Shops by code, found by `q` (sign, address, code, pinyin) and within `box`."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        ids = [hit.ref for hit in search.find(conn, q, _MOST_FOUND, ("shop",))] if q.strip() else None
        found = shops.page(conn, limit + 1, after, box, ids, office_day(ws.clock()))
    return ShopPage(tuple(found[:limit]), found[limit - 1].code if len(found) > limit else None)


def get_shop(ws: Workspace, actor: Actor, code: str) -> ShopDetail:
    """The shop with this code.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_MAP)
    at = ws.clock()
    with ws.read() as conn:
        shop = find_shop(conn, code, office_day(at))
        door = history.door_of(conn, shop)
        last_at = visits.last_at(conn, shop.id)
        return ShopDetail(
            shop,
            visible_person(actor, shop.merchant, shop.worker_id),
            visible_text(actor, shop.note, shop.worker_id, door.left),
            tuple(_visible(actor, promises.open_of_shop(conn, shop.id, door.tenancy_id), door)),
            history.open_entries(ws, conn, actor, door),
            last_at,
            last_at is not None and last_at >= month_start(at),
            _due_visit_by(ws, conn, shop, office_day(at)),
            history.counts(conn, actor, door),
            _responsible(conn, shop),
            may(actor, Action.EDIT_SHOP, shop.worker_id),
            untold_at(conn, actor, shop.id, at),
            tuple(quiet_hours.of_shops(conn, [shop.id]).get(shop.id, ())),
            _topics(conn, actor, shop),
        )


def _topics(conn: Connection, actor: Actor, shop: Shop) -> tuple[TopicChoice, ...] | None:
    if shop.tenancy is None or not may(actor, Action.CHOOSE_TOPICS, shop.worker_id):
        return None
    return topic_choices.of_tenancies(conn, [shop.tenancy.id]).get(shop.tenancy.id, ())


def find_shop(conn: Connection, code: str, on: date | None = None) -> Shop:
    """The shop with this code; raises NotFound with a sentence that names it."""
    shop = shops.by_code(conn, code, on)
    if shop is None:
        raise unknown_shop(code)
    return shop


def unknown_shop(code: str) -> NotFound:
    """What is said of a code that no shop bears."""
    return NotFound(f"没有编号为{code}的商铺，请核对编号。", field="shop", code="unknown_shop")


def see_phone(ws: Workspace, actor: Actor, code: str, reason: str) -> str:
    """The merchant's full number: an act with a reason, kept in the audit without the number.

    Raises
    ------
    NotFound, Forbidden
    Refused
        If no reason is given.
    """
    at = ws.clock()
    if len(reason.strip()) < _SHORTEST_REASON:
        raise Refused("看完整号码要写明原因，例如“约时间上门”。", field="reason", code="reason_missing")
    with ws.write() as conn:
        shop = find_shop(conn, code, office_day(at))
        require(actor, Action.SEE_PERSON, shop.worker_id)
        if shop.merchant is None or not shop.merchant.phone or shop.merchant.erased_at:
            raise NotFound(f"{shop.name}没有留电话。", code="no_phone")
        audit.append(conn, actor, "see_phone", "person", shop.merchant.id, after={"reason": reason.strip()}, at=at)
        return shop.merchant.phone


def _due_visit_by(ws: Workspace, conn: Connection, shop: Shop, day: date) -> date | None:
    now = shop.tenancy
    if now is None:
        return None
    met_at = visits.last_met_at(conn, shop.id, now.id)
    if met_at and (now.started_on is None or office_day(met_at) >= now.started_on):
        return office_day(met_at + timedelta(days=ws.settings.visit_interval_days))
    return now.first_visit_due_on if now.is_new_on(day) else None


def index_shop(conn: Connection, shop: Shop) -> None:
    """Make a shop findable by sign, address and code."""
    search.index(conn, kind="shop", ref=shop.id, title=shop.name, subtitle=shop.location.address or "", code=shop.code)


def _visible(actor: Actor, made: Sequence[Promise], door: history.Door) -> list[Promise]:
    theirs = [p for p in made if door.is_theirs(p.tenancy_id)]
    return [replace(p, text=visible_text(actor, p.text, door.owner, door.left)) for p in theirs]


def _responsible(conn: Connection, shop: Shop) -> RegisterEntry | None:
    where = shop.location
    if where.street is None or where.house_number is None:
        return None
    return next(iter(register.for_door(conn, where.street, where.house_number)), None)
