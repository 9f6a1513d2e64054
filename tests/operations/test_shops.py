"""A shop's panel: what stands in it, for whom, and the full number as an act."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapsvc.errors import Forbidden, NotFound, Refused
from mapsvc.operations import shops
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.street import Street, many_visits


def test_the_worker_of_a_shop_sees_the_name_and_never_the_full_number(workspace: Workspace, street: Street) -> None:
    merchant = shops.get_shop(workspace, street.zhou, "LT0002").merchant
    assert merchant is not None
    assert (merchant.name, merchant.phone) == ("刘小燕", "175****1111")


def test_another_worker_sees_the_surname_only(workspace: Workspace, street: Street) -> None:
    merchant = shops.get_shop(workspace, street.chen, "LT0002").merchant
    assert merchant is not None
    assert (merchant.name, merchant.phone, merchant.may_see_phone) == ("刘**", "175****1111", False)


def test_the_full_number_is_an_act_with_a_reason_and_an_audit_row(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Refused, match="原因"):
        shops.see_phone(workspace, street.zhou, "LT0002", " ")
    assert shops.see_phone(workspace, street.zhou, "LT0002", "约时间上门") == "17500001111"
    from sqlalchemy import text

    with workspace.read() as conn:
        rows = conn.execute(text("SELECT * FROM audit WHERE action = 'see_phone'")).mappings().all()
    assert len(rows) == 1
    assert "17500001111" not in str(dict(rows[0]))


def test_the_full_number_is_refused_to_those_it_does_not_concern(workspace: Workspace, street: Street) -> None:
    for actor in (street.chen, street.office, street.volunteer):
        with pytest.raises(Forbidden):
            shops.see_phone(workspace, actor, "LT0002", "约时间上门")


def test_a_visit_this_month_shows_with_the_day_of_the_next(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    many_visits(workspace, 1, clock(), lambda _: timedelta(days=3))
    seen = shops.get_shop(workspace, street.chen, "LT0001")
    assert seen.visited_this_month
    assert str(seen.due_visit_by) == "2026-12-20"
    assert not shops.get_shop(workspace, street.chen, "LT0002").visited_this_month


@pytest.mark.parametrize("typed", ["花店", "haiyan", "hyhd", "岚皋西路29", "LT0002"])
def test_a_shop_is_found_by_sign_pinyin_door_and_code(workspace: Workspace, street: Street, typed: str) -> None:
    assert [s.code for s in shops.list_shops(workspace, street.chen, typed).items] == ["LT0002"]


def test_a_list_goes_on_after_the_last_code_and_stays_in_its_box(workspace: Workspace, street: Street) -> None:
    first = shops.list_shops(workspace, street.chen, limit=1)
    assert ([s.code for s in first.items], first.next) == (["LT0001"], "LT0001")
    assert [s.code for s in shops.list_shops(workspace, street.chen, limit=1, after="LT0001").items] == ["LT0002"]
    assert not shops.list_shops(workspace, street.chen, box=(121.0, 31.0, 121.1, 31.1)).items


def test_an_unknown_code_is_named(workspace: Workspace, street: Street) -> None:
    with pytest.raises(NotFound, match="LT9999"):
        shops.get_shop(workspace, street.chen, "LT9999")
