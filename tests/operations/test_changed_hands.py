"""A visit that finds another shop changes hands in the same breath: once, and only what the phone had seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mapsvc.domain.cards import Card
from mapsvc.domain.shops import ShopState
from mapsvc.domain.visits import CheckedBy, Outcome, VisitKind
from mapsvc.errors import Conflict, Refused
from mapsvc.operations import history, search, shops
from mapsvc.operations.shop_changes import ShopChanges, correct_shop
from mapsvc.operations.tenancies import ChangedHands
from mapsvc.operations.visits import NewPromise, NewVisit, Recorded, record_visit
from mapsvc.operations.withdrawals import withdraw_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store import cards, people
from mapsvc.store import shops as shop_store
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

AT = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)
CAFE = ChangedHands(uid("cafe"), uid("ten LT0001"), None, "新叶咖啡", "餐饮", "周小叶", "13900002222")
VISIT = NewVisit(uid("changed"), "LT0001", VisitKind.REGULAR, AT, Outcome.CHANGED, note="换成咖啡店了", tenancy=CAFE)
TOKEN = "abcdefghijklmnopqrstuvwxyz012345"


def recorded(ws: Workspace, street: Street, visit: NewVisit = VISIT) -> Recorded:
    done = record_visit(ws, street.chen, visit)
    assert isinstance(done, Recorded)
    return done


@pytest.fixture
def card(workspace: Workspace, street: Street) -> str:
    """The token of the live card of LT0001."""
    with workspace.write() as conn:
        cards.add(conn, Card(uid("card"), uid("LT0001"), uid("ten LT0001"), TOKEN, AT))
    return TOKEN


def test_the_old_people_leave_and_the_new_are_called_on_within_a_week(workspace: Workspace, street: Street) -> None:
    done = recorded(workspace, street)
    assert done.visit.tenancy_id == uid("cafe")
    detail = shops.get_shop(workspace, street.chen, "LT0001")
    assert (detail.shop.name, detail.shop.state) == ("新叶咖啡", ShopState.OPEN)
    assert detail.merchant is not None
    assert detail.merchant.name == "周小叶"
    assert detail.due_visit_by == date(2026, 11, 30)
    with workspace.read() as conn:
        old = people.by_id(conn, uid("徐女士"))
        assert old is not None
        assert old.left_at == done.visit.received_at
    assert [h.code for h in search.find(workspace, street.chen, "新叶咖啡")] == ["LT0001"]
    assert not [h for h in search.find(workspace, street.chen, "锦云家纺") if h.type == "shop"]
    page = history.shop_history(workspace, street.chen, "LT0001")
    told = [(e.title, e.detail, e.is_former) for e in page.items]
    assert told == [
        ("走访 · 定期 · 换店或歇业", "换成咖啡店了", False),
        ("换店", "锦云家纺 → 新叶咖啡", False),
        ("建档", "锦云家纺 · 零售", True),
    ]


def test_once_the_new_tenant_was_met_the_usual_interval_holds(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    met = NewVisit(uid("before"), "LT0001", VisitKind.REGULAR, AT - timedelta(minutes=20), Outcome.MET)
    recorded(workspace, street, met)
    recorded(workspace, street)
    assert shops.get_shop(workspace, street.chen, "LT0001").due_visit_by == date(2026, 11, 30)
    clock.advance(days=2)
    recorded(workspace, street, replace(met, id=uid("first"), at=clock()))
    assert shops.get_shop(workspace, street.chen, "LT0001").due_visit_by == date(2026, 12, 25)


def test_a_change_seen_yesterday_without_signal_begins_yesterday(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    clock.advance(hours=20)
    recorded(workspace, street)
    now = shops.get_shop(workspace, street.chen, "LT0001").shop.tenancy
    assert now is not None
    assert now.started_on == date(2026, 11, 23)


@pytest.mark.parametrize("then", ["another", "nobody"])
def test_a_call_of_that_morning_that_arrives_late_was_on_the_old_tenant(
    workspace: Workspace, street: Street, then: str
) -> None:
    tenancy = CAFE if then == "another" else ChangedHands(uid("gone"), uid("ten LT0001"))
    recorded(workspace, street, replace(VISIT, tenancy=tenancy))
    for minutes, whose in ((-10, uid("ten LT0001")), (10, uid("cafe") if then == "another" else None)):
        at = AT + timedelta(minutes=minutes)
        call = NewVisit(uid(f"call {minutes}"), "LT0001", VisitKind.REGULAR, at, Outcome.MET)
        assert recorded(workspace, street, call).visit.tenancy_id == whose


@pytest.mark.parametrize(
    ("state", "name"),
    [(None, "空置"), (ShopState.VACANT, "空置"), (ShopState.CLOSED, "歇业"), (ShopState.RENOVATING, "装修")],
)
def test_a_shop_nobody_runs_keeps_nothing_of_who_ran_it(
    workspace: Workspace, street: Street, state: ShopState | None, name: str
) -> None:
    promise = NewPromise(uid("p"), "给徐女士回话")
    recorded(workspace, street, NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, AT, Outcome.MET, promises=(promise,)))
    gone = ChangedHands(uid("gone"), uid("ten LT0001"), state)
    done = recorded(workspace, street, replace(VISIT, at=AT + timedelta(minutes=5), tenancy=gone))
    assert done.visit.tenancy_id is None
    detail = shops.get_shop(workspace, street.chen, "LT0001")
    assert (detail.shop.name, detail.shop.tenancy, detail.merchant) == (name, None, None)
    assert (detail.promises, detail.open, detail.due_visit_by) == ((), (), None)
    items = history.shop_history(workspace, street.chen, "LT0001").items
    assert [(e.title, e.is_former) for e in items[:3]] == [
        ("走访 · 定期 · 换店或歇业", False),
        ("搬走", False),
        ("答应的事", True),
    ]
    assert items[2].detail == "给前店主回话"


def test_who_has_the_builders_in_stays_with_people_card_and_promises(
    workspace: Workspace, street: Street, card: str
) -> None:
    promise = NewPromise(uid("p"), "给徐女士回话")
    recorded(workspace, street, NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, AT, Outcome.MET, promises=(promise,)))
    builders = ChangedHands(uid("builders"), uid("ten LT0001"), ShopState.RENOVATING, goes_on=True)
    visit = replace(VISIT, at=AT + timedelta(minutes=5), note="在装修", tenancy=builders)
    done = recorded(workspace, street, visit)
    assert done.change is not None and done.change.is_same_tenancy
    assert recorded(workspace, street, visit).change == done.change
    detail = shops.get_shop(workspace, street.chen, "LT0001")
    assert (detail.shop.name, detail.shop.state) == ("锦云家纺", ShopState.RENOVATING)
    assert detail.merchant is not None and [p.text for p in detail.promises] == ["给徐女士回话"]
    with workspace.read() as conn:
        kept = cards.by_token(conn, card)
        assert kept is not None and kept.is_live
    withdraw_visit(workspace, street.chen, visit.id)
    detail = shops.get_shop(workspace, street.chen, "LT0001")
    assert (detail.shop.name, detail.shop.state) == ("锦云家纺", ShopState.OPEN)
    assert detail.merchant is not None and [p.text for p in detail.promises] == ["给徐女士回话"]


def test_another_sign_over_the_same_people_is_no_change_of_hands(
    workspace: Workspace, street: Street, card: str
) -> None:
    renamed = ChangedHands(uid("renamed"), uid("ten LT0001"), None, "锦云家居", goes_on=True)
    visit = replace(VISIT, outcome=Outcome.MET, note="店名改成“锦云家居”，还是这家。", tenancy=renamed)
    done = recorded(workspace, street, visit)
    assert recorded(workspace, street, visit).change == done.change
    detail = shops.get_shop(workspace, street.chen, "LT0001")
    assert (detail.shop.name, detail.merchant and detail.merchant.name) == ("锦云家居", "徐女士")
    assert [h.title for h in search.find(workspace, street.chen, "锦云家居") if h.type == "shop"] == ["锦云家居"]
    with workspace.read() as conn:
        kept = cards.by_token(conn, card)
        assert kept is not None and kept.is_live
    withdraw_visit(workspace, street.chen, visit.id)
    assert shops.get_shop(workspace, street.chen, "LT0001").shop.name == "锦云家纺"


def test_another_sign_that_was_changed_again_stays_when_the_visit_is_taken_back(
    workspace: Workspace, street: Street
) -> None:
    renamed = ChangedHands(uid("renamed"), uid("ten LT0001"), None, "锦云家居", goes_on=True)
    visit = replace(VISIT, outcome=Outcome.MET, tenancy=renamed)
    recorded(workspace, street, visit)
    version = shops.get_shop(workspace, street.chen, "LT0001").shop.version
    correct_shop(workspace, street.chen, "LT0001", version, ShopChanges(sign_name="锦云家居生活馆"))
    with pytest.raises(Conflict, match="锦云家居生活馆"):
        withdraw_visit(workspace, street.chen, visit.id)


def test_a_new_shop_that_is_still_being_fitted_out_has_its_name(workspace: Workspace, street: Street) -> None:
    fitting = replace(CAFE, state=ShopState.RENOVATING)
    recorded(workspace, street, replace(VISIT, tenancy=fitting))
    shop = shops.get_shop(workspace, street.chen, "LT0001").shop
    assert (shop.name, shop.state) == ("新叶咖啡", ShopState.RENOVATING)


def test_the_same_change_sent_again_changes_nothing_and_another_is_a_conflict(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    first = recorded(workspace, street)
    clock.advance(hours=2)
    again = recorded(workspace, street)
    assert not again.is_new
    assert again.change == first.change
    assert shops.get_shop(workspace, street.chen, "LT0001").shop.version == 2
    for other in (None, replace(CAFE, sign_name="别的店"), replace(CAFE, id=uid("other")), replace(CAFE, trade=None)):
        with pytest.raises(Conflict):
            record_visit(workspace, street.chen, replace(VISIT, tenancy=other))


def test_what_the_phone_had_not_seen_is_not_replaced(workspace: Workspace, street: Street) -> None:
    recorded(workspace, street)
    late = replace(VISIT, id=uid("late"), tenancy=replace(CAFE, id=uid("tea"), sign_name="茶铺"))
    with pytest.raises(Conflict, match=r"LT0001.*新叶咖啡.*更新"):
        record_visit(workspace, street.zhou, late)
    with workspace.read() as conn:
        assert len(shop_store.tenancies(conn, uid("LT0001"))) == 2


def test_what_does_not_fit_is_refused_whole(workspace: Workspace, street: Street) -> None:
    for bad in (
        replace(VISIT, outcome=Outcome.MET),
        replace(VISIT, tenancy=replace(CAFE, state=ShopState.VACANT)),
        replace(VISIT, tenancy=replace(CAFE, sign_name=None, state=ShopState.OPEN)),
        replace(VISIT, tenancy=replace(CAFE, merchant_phone="12")),
    ):
        with pytest.raises(Refused):
            record_visit(workspace, street.chen, bad)
    detail = shops.get_shop(workspace, street.chen, "LT0001")
    assert (detail.shop.name, detail.shop.version, detail.last_visit_at) == ("锦云家纺", 1, None)


def test_who_walks_by_may_tell_of_a_colleagues_shop_and_hears_whose_it_is(workspace: Workspace, street: Street) -> None:
    done = record_visit(workspace, street.zhou, VISIT)
    assert isinstance(done, Recorded)
    assert shops.get_shop(workspace, street.chen, "LT0001").shop.name == "新叶咖啡"
    assert done.notes == ("换店已记下。这家由小陈包联，一周内的第一次走访排给小陈。",)
    assert recorded(workspace, street, replace(VISIT, id=uid("n"), outcome=Outcome.MET, tenancy=None)).notes == ()


def test_the_card_of_the_old_shop_is_dead(workspace: Workspace, street: Street, card: str) -> None:
    recorded(workspace, street)
    with workspace.read() as conn:
        dead = cards.by_token(conn, card)
    assert dead is not None
    assert not dead.is_live


def test_the_shops_own_live_card_is_proof_enough(workspace: Workspace, street: Street, card: str) -> None:
    at_door = NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, AT, Outcome.MET, card=card)
    check = recorded(workspace, street, at_door).visit.place_check
    assert (check.by, check.distance_m) == (CheckedBy.CARD, None)


@pytest.mark.parametrize("shown", ["", "nonsense", "/c/1", "A" * 32, None])
def test_a_wrong_card_is_as_good_as_none(workspace: Workspace, street: Street, card: str, shown: str | None) -> None:
    at_door = NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, AT, Outcome.MET, card=shown)
    assert recorded(workspace, street, at_door).visit.place_check.by is CheckedBy.NONE


def test_another_shops_card_and_a_dead_one_are_as_good_as_none(workspace: Workspace, street: Street, card: str) -> None:
    other = NewVisit(uid("v"), "LT0002", VisitKind.REGULAR, AT, Outcome.MET, card=card)
    assert recorded(workspace, street, other).visit.place_check.by is CheckedBy.NONE
    recorded(workspace, street)
    dead = NewVisit(uid("w"), "LT0001", VisitKind.REGULAR, AT, Outcome.MET, card=card)
    assert recorded(workspace, street, dead).visit.place_check.by is CheckedBy.NONE
