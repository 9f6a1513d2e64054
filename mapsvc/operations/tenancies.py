"""换店 within a transaction: one tenancy ends with its people and card, the next begins; and the way back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.people import Person, PersonKind
from mapsvc.domain.privacy import UNNAMED
from mapsvc.domain.shops import SHOP_STATE_NAMES, Shop, ShopState, Tenancy, TenancyChange
from mapsvc.domain.times import office_day
from mapsvc.errors import Conflict, Refused
from mapsvc.operations.corrections import stale
from mapsvc.operations.shops import index_shop
from mapsvc.store import audit, bulk, cards, events, ids, people, shops

_LEAST_DIGITS, _MOST_DIGITS = 7, 15
_FURTHEST_AHEAD = timedelta(days=1)
_HANGS_ON = {"visit": "走访", "need": "诉求", "promise": "答应的事", "enquiry": "咨询", "quiet_hours": "不方便的时间",
             "topic_choice": "想提前知道的事", "campaign_shop": "政策进商铺的名单", "event": "别的记录"}  # fmt: skip
_NOBODY_IN = frozenset({ShopState.VACANT, ShopState.CLOSED})


@dataclass(frozen=True)
class NewTenancy:
    """Who runs the premises now; without `sign_name` nobody does. `id` comes from the client.

    Without `state` the premises are open, or vacant if nobody runs them. `goes_on`: the same people stay, with the
    builders in or under another sign; no change of hands.
    """

    id: str
    from_day: date
    sign_name: str | None = None
    trade: str | None = None
    merchant_name: str | None = None
    merchant_phone: str | None = None
    state: ShopState | None = None
    goes_on: bool = False

    @property
    def shop_state(self) -> ShopState:
        """How the premises stand from then on."""
        return self.state or (ShopState.OPEN if self.sign_name else ShopState.VACANT)


@dataclass(frozen=True)
class ChangedHands:
    """换店 or 歇业 as seen on a visit: as `NewTenancy`, from the visit's day on.

    `replaces` is the tenancy the phone knew of (None: it knew of none): the lock against changing what it never saw.
    """

    id: str
    replaces: str | None = None
    state: ShopState | None = None
    sign_name: str | None = None
    trade: str | None = None
    merchant_name: str | None = None
    merchant_phone: str | None = None
    goes_on: bool = False

    def begins(self, day: date) -> NewTenancy:
        """The same, from `day` on."""
        who = self.merchant_name, self.merchant_phone
        return NewTenancy(self.id, day, self.sign_name, self.trade, *who, self.state, self.goes_on)

    @property
    def shop_state(self) -> ShopState:
        """How the premises stand from then on."""
        return self.begins(date.min).shop_state


def turn_over(
    conn: Connection, actor: Actor, before: Shop, new: NewTenancy, at: datetime, told_at: datetime | None = None
) -> Shop:
    """Write 换店 in the caller's transaction: tenancy, people, card, event, audit row, search entry.

    Parameters
    ----------
    before : Shop
        As read in this transaction.
    at : datetime
        When it is written: people leave and cards die at this moment.
    told_at : datetime, optional
        When it was seen, for the history; `at` if not given.

    Raises
    ------
    Refused
        A day ahead of today or before the present tenancy; a state that does not fit the sign.
    Conflict
        If the id is another tenancy's.
    """
    _check_day(before, new.from_day, office_day(at))
    _check_state(new)
    if not shops.change(conn, before.id, before.version, updated_at=at, state=new.shop_state):
        raise stale(before.name, before.version)
    if new.goes_on and before.tenancy:
        if new.sign_name:
            shops.change_tenancy(conn, before.tenancy.id, sign_name=new.sign_name)
        return _written(conn, actor, "correct_shop", before, at)
    _end(conn, before, new.from_day, at)
    begun_id = _begin(conn, before, new, at)
    ref = begun_id or (before.tenancy.id if before.tenancy else None)
    if ref:
        events.append(
            conn,
            type="tenancy",
            ref=ref,
            at=told_at or at,
            shop_id=before.id,
            location_id=before.location.id,
            tenancy_id=begun_id,
            actor_id=actor.person_id,
        )
    return _written(conn, actor, "change_tenancy", before, at)


def turn_back(
    conn: Connection, actor: Actor, change: TenancyChange, seen_at: datetime, own: frozenset[str], at: datetime
) -> Shop:
    """Undo what a visit changed: the old tenancy, its people and card are back, the new one never was.

    The visit itself, its own records and `change` must be removed before.

    Parameters
    ----------
    seen_at : datetime
        When the visit saw it: the moment of the event.
    own : frozenset of str
        Ids of the visit and of what came with it.

    Raises
    ------
    Conflict
        If anything else hangs on the new tenancy, or the shop changed again; names it.
    """
    before = shops.by_id(conn, change.shop_id, office_day(at))
    assert before is not None  # a shop is never removed
    _require_untouched(conn, before, change, own)
    if change.is_same_tenancy:
        if change.sign_before and change.ended_id:
            shops.change_tenancy(conn, change.ended_id, sign_name=change.sign_before)
    else:
        _forget_event(conn, change, seen_at)
        if change.begun_id:
            _unmake(conn, change.begun_id)
        if change.ended_id:
            _reopen(conn, change)
    shops.change(conn, before.id, before.version, updated_at=at, state=change.state_before)
    return _written(conn, actor, "withdraw_tenancy", before, at)


def _written(conn: Connection, actor: Actor, act: str, before: Shop, at: datetime) -> Shop:
    after = shops.by_id(conn, before.id, office_day(at))
    assert after is not None
    audit.append(conn, actor, act, "shop", after.id, before, after, at)
    index_shop(conn, after)
    return after


def _check_day(shop: Shop, day: date, today: date) -> None:
    if day > today + _FURTHEST_AHEAD:
        raise Refused("换店的日期还没到，请填今天或以前的日期。", field="from", code="ahead_of_today")
    since = shop.tenancy.started_on if shop.tenancy else None
    if since and day < since:
        raise Refused(f"换店的日期早于现在这家店开业（{since}），请核对。", field="from", code="before_present")


def _check_state(new: NewTenancy) -> None:
    state = new.shop_state
    if new.goes_on and state in _NOBODY_IN:
        raise Refused("还是这家店，请写现在的店名，或者状态选装修。", field="state", code="goes_on_and_nobody")
    if new.sign_name and state in _NOBODY_IN:
        told = f"{SHOP_STATE_NAMES[state]}的铺面没有店名：要么不填店名，要么状态选营业或装修。"
        raise Refused(told, field="state", code="sign_and_nobody")
    if not new.sign_name and state is ShopState.OPEN:
        raise Refused("换了新店要写店名；没有新店请选空置、歇业或装修。", field="sign_name", code="no_name")


def _end(conn: Connection, shop: Shop, day: date, at: datetime) -> None:
    if shop.tenancy is None:
        return
    shops.change_tenancy(conn, shop.tenancy.id, ended_on=day)
    cards.revoke_of_shop(conn, shop.id, at)
    if shop.merchant:
        people.change(conn, shop.merchant.id, left_at=at)


def _begin(conn: Connection, shop: Shop, new: NewTenancy, at: datetime) -> str | None:
    if not new.sign_name:
        return None
    if shops.tenancies_by_ids(conn, [new.id]):
        raise Conflict("这个编号（id）已经用来登记过另一家店，请换一个新的 id。", field="id", code="id_used")
    merchant_id = None
    if new.merchant_name or new.merchant_phone:
        phone = checked_phone(new.merchant_phone)
        merchant_id = add_merchant(conn, new.merchant_name or UNNAMED, phone, at, ids.of("merchant", new.id))
    tenancy = Tenancy(new.id, shop.id, new.sign_name, new.trade, merchant_id, started_on=new.from_day)
    shops.add_tenancy(conn, tenancy)
    return tenancy.id


def add_merchant(conn: Connection, name: str, phone: str | None, at: datetime, person_id: str | None = None) -> str:
    """Store a merchant; returns the id."""
    person = Person(person_id or str(uuid4()), PersonKind.MERCHANT, name, phone=phone or None, created_at=at)
    people.add(conn, person)
    return person.id


def checked_phone(phone: str | None) -> str | None:
    """The phone, unless it cannot be one: then Refused says why."""
    if phone and not _LEAST_DIGITS <= sum(c.isdigit() for c in phone) <= _MOST_DIGITS:
        raise Refused("联系电话要是7到15位数字。", field="merchant_phone", code="bad_phone")
    return phone


def _require_untouched(conn: Connection, now: Shop, change: TenancyChange, own: frozenset[str]) -> None:
    is_another = (now.tenancy.id if now.tenancy else None) != change.begun_id or now.state is not change.state
    if is_another or (change.sign_before and now.name != change.sign_name):
        told = f"{now.code}后来又改过（现在是“{now.name}”），不能撤回这次换店，请在商铺资料里改。"
        raise Conflict(told, code="touched")
    if change.begun_id is None or change.is_same_tenancy:
        return
    for table, what in _HANGS_ON.items():
        for row in bulk.rows_by_ids(conn, table, [change.begun_id], "tenancy_id"):
            ref = row.ref if table == "event" else row.id
            if ref not in own and ref != change.begun_id:
                told = f"“{now.name}”后来有了{what}，不能撤回这次换店，请在商铺资料里改。"
                raise Conflict(told, code="touched")


def _forget_event(conn: Connection, change: TenancyChange, seen_at: datetime) -> None:
    if change.begun_id:
        events.forget(conn, [change.begun_id])
    elif change.ended_id:
        # The old tenancy's opening bears the same ref: only the moment tells the two apart.
        events.forget(conn, [change.ended_id], seen_at)


def _unmake(conn: Connection, tenancy_id: str) -> None:
    merchants = [t.merchant_id for t in shops.tenancies_by_ids(conn, [tenancy_id]).values() if t.merchant_id]
    bulk.remove(conn, "card", [tenancy_id], "tenancy_id")
    bulk.remove(conn, "tenancy", [tenancy_id])
    bulk.remove(conn, "person", merchants)


def _reopen(conn: Connection, change: TenancyChange) -> None:
    ended_id = change.ended_id or ""
    shops.change_tenancy(conn, ended_id, ended_on=None)
    for tenancy in shops.tenancies_by_ids(conn, [ended_id]).values():
        if tenancy.merchant_id:
            people.change(conn, tenancy.merchant_id, left_at=None)
    died = [c for c in bulk.rows_by_ids(conn, "card", [ended_id], "tenancy_id") if c.revoked_at == change.at]
    bulk.change(conn, "card", [{"id": c.id, "revoked_at": None, "revoked_why": None} for c in died])
