"""Corrections keep where they come from; 换店 lets the people go and the history stay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mapsvc.domain.places import PositionSource
from mapsvc.domain.shops import ShopState
from mapsvc.errors import Conflict, Forbidden, Refused
from mapsvc.operations import history, shops
from mapsvc.operations.issues import Spot
from mapsvc.operations.shop_changes import NewTenancy, ShopChanges, assign_worker, change_tenancy, correct_shop
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.street import Street, many_visits, uid

TODAY = date(2026, 11, 23)
FLORIST = NewTenancy(uid("florist"), TODAY, "新叶咖啡", "餐饮", "周先生", "13900002222")


def test_a_position_corrected_on_the_spot_keeps_that_as_its_source(workspace: Workspace, street: Street) -> None:
    moved = Spot(121.42035, 31.25012, 5.0)
    shop = correct_shop(workspace, street.chen, "LT0001", 1, ShopChanges(position=moved))
    assert shop.location.position_source is PositionSource.CORRECTED
    assert (shop.location.lon, shop.location.error_m, shop.version) == (121.42035, 5.0, 2)
    newest = history.shop_history(workspace, street.chen, "LT0001").items[0]
    assert newest.title == "更正 · 位置"
    assert "移动了" in newest.detail


def test_a_new_sign_is_found_at_once_and_told_in_the_history(workspace: Workspace, street: Street) -> None:
    correct_shop(workspace, street.chen, "LT0001", 1, ShopChanges(sign_name="锦云布艺", state=ShopState.RENOVATING))
    assert [s.code for s in shops.list_shops(workspace, street.zhou, "布艺").items] == ["LT0001"]
    newest = history.shop_history(workspace, street.chen, "LT0001").items[0]
    assert newest.detail == "营业 → 装修;锦云家纺 → 锦云布艺"


def test_a_corrected_phone_stands_nowhere_but_at_the_person(workspace: Workspace, street: Street) -> None:
    correct_shop(workspace, street.chen, "LT0001", 1, ShopChanges(merchant_phone="13700003333"))
    newest = history.shop_history(workspace, street.chen, "LT0001").items[0]
    assert (newest.title, newest.detail) == ("更正 · 联系电话", "")
    assert shops.see_phone(workspace, street.chen, "LT0001", "核对") == "13700003333"


def test_the_second_of_two_corrections_is_told_of_the_first(workspace: Workspace, street: Street) -> None:
    correct_shop(workspace, street.chen, "LT0001", 1, ShopChanges(note="后门在弄里"))
    with pytest.raises(Conflict):
        correct_shop(workspace, street.secretary, "LT0001", 1, ShopChanges(note="别的"))


def test_a_worker_corrects_the_own_shops_only_and_nothing_impossible(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Forbidden):
        correct_shop(workspace, street.chen, "LT0002", 1, ShopChanges(note="别人的店"))
    for bad in (
        ShopChanges(position=Spot(0.0, 0.0)),
        ShopChanges(merchant_phone="12"),
        ShopChanges(sign_name=""),
    ):
        with pytest.raises(Refused):
            correct_shop(workspace, street.chen, "LT0001", 1, bad)
    assert shops.get_shop(workspace, street.chen, "LT0001").shop.version == 1


def test_when_a_shop_changes_hands_its_people_go_and_its_history_stays(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    many_visits(workspace, 2, clock(), lambda i: timedelta(days=i + 1))
    shop = change_tenancy(workspace, street.chen, "LT0001", 1, FLORIST)
    assert (shop.name, shop.version) == ("新叶咖啡", 2)
    detail = shops.get_shop(workspace, street.chen, "LT0001")
    assert detail.merchant is not None
    assert detail.merchant.name == "周先生"
    assert detail.due_visit_by == date(2026, 11, 30)
    items = history.shop_history(workspace, street.chen, "LT0001").items
    assert [e.title for e in items] == ["换店", "走访 · 定期 · 见到店主", "走访 · 定期 · 见到店主", "建档"]
    assert items[0].detail == "锦云家纺 → 新叶咖啡"
    assert [e.is_former for e in items] == [False, True, True, True]


def test_a_phone_written_under_a_former_tenant_is_masked_for_everybody(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    from mapsvc.domain.visits import Outcome, VisitKind
    from mapsvc.operations.visits import NewVisit, record_visit

    told = NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, clock(), Outcome.MET, note="徐女士说改打 138 1234 5678")
    record_visit(workspace, street.chen, told)
    seen = history.shop_history(workspace, street.chen, "LT0001").items[0]
    assert "138 1234 5678" in seen.detail
    clock.advance(days=1)
    change_tenancy(workspace, street.chen, "LT0001", 1, NewTenancy(uid("t"), date(2026, 11, 24), "新店"))
    former = history.shop_history(workspace, street.chen, "LT0001").items[1]
    assert former.is_former
    assert "138****5678" in former.detail


def test_the_same_change_of_hands_again_changes_nothing(workspace: Workspace, street: Street) -> None:
    first = change_tenancy(workspace, street.chen, "LT0001", 1, FLORIST)
    assert change_tenancy(workspace, street.chen, "LT0001", 1, FLORIST).version == first.version


def test_a_shop_that_closes_stands_vacant_and_is_still_found(workspace: Workspace, street: Street) -> None:
    shop = change_tenancy(workspace, street.chen, "LT0001", 1, NewTenancy(uid("none"), TODAY))
    assert (shop.state, shop.tenancy, shop.name) == (ShopState.VACANT, None, "空置")
    assert history.shop_history(workspace, street.chen, "LT0001").items[0].title == "搬走"
    assert [s.code for s in shops.list_shops(workspace, street.chen, "岚皋西路27号").items] == ["LT0001"]


def test_a_change_of_hands_lies_neither_ahead_nor_before_the_present_shop(workspace: Workspace, street: Street) -> None:
    for day in (date(2026, 12, 24), date(2020, 1, 1)):
        with pytest.raises(Refused):
            change_tenancy(workspace, street.chen, "LT0001", 1, NewTenancy(uid("t"), day, "新店"))


def test_before_the_day_of_handover_the_old_worker_after_it_the_new(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    assign_worker(workspace, street.secretary, "LT0001", "小周", date(2026, 12, 1))
    worker = shops.get_shop(workspace, street.secretary, "LT0001").shop.worker
    assert worker is not None
    assert worker.nickname == "小陈"
    clock.advance(days=8)
    worker = shops.get_shop(workspace, street.secretary, "LT0001").shop.worker
    assert worker is not None
    assert worker.nickname == "小周"
    with pytest.raises(Refused, match="小王"):
        assign_worker(workspace, street.secretary, "LT0001", "小王", TODAY)
    with pytest.raises(Forbidden):
        assign_worker(workspace, street.chen, "LT0001", "小周", TODAY)
