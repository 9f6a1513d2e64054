"""A card opens its shop for one tenancy, by nothing but its token; another's, an old or a made-up one opens nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Forbidden, NotFound, Refused
from mapsvc.operations.cards import Opened, live_card, make_card, open_card
from mapsvc.operations.handovers import hand_over
from mapsvc.operations.shop_changes import NewTenancy, change_tenancy
from mapsvc.operations.visits import NewVisit, record_visit
from mapsvc.operations.welcome import welcome
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit
from mapsvc.store.tables import audit as audit_table
from mapsvc.store.tables import card as card_table
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

TODAY = date(2026, 11, 23)
CAFE = NewTenancy(uid("cafe"), TODAY, "新叶咖啡", "餐饮", "周先生", "13900002222")


def test_a_card_opens_the_shop_it_was_made_for(workspace: Workspace, street: Street) -> None:
    assert live_card(workspace, street.chen, "LT0001") is None
    made = make_card(workspace, street.chen, "LT0001")
    assert open_card(workspace, made.token) == Opened("LT0001")
    assert live_card(workspace, street.secretary, "LT0001") == made


def test_made_again_it_is_the_same_card_and_a_lost_one_is_dead(workspace: Workspace, street: Street) -> None:
    first = make_card(workspace, street.chen, "LT0001")
    assert make_card(workspace, street.chen, "LT0001") == first
    second = make_card(workspace, street.chen, "LT0001", is_lost=True)
    assert second.token != first.token
    assert open_card(workspace, first.token) == Opened(None)
    assert open_card(workspace, second.token) == Opened("LT0001")


def test_when_the_shop_changes_hands_the_old_card_is_dead_and_the_new_tenant_gets_another(
    workspace: Workspace, street: Street
) -> None:
    old = make_card(workspace, street.chen, "LT0001")
    other = make_card(workspace, street.secretary, "LT0002")
    change_tenancy(workspace, street.chen, "LT0001", 1, CAFE)
    assert open_card(workspace, old.token) == Opened(None)
    assert live_card(workspace, street.chen, "LT0001") is None
    new = make_card(workspace, street.chen, "LT0001")
    assert new.tenancy_id == CAFE.id
    assert open_card(workspace, other.token) == Opened("LT0002")


def test_a_change_of_hands_by_workbook_kills_the_card_too(workspace: Workspace, street: Street, tmp_path: Path) -> None:
    old = make_card(workspace, street.chen, "LT0001")
    with workspace.write() as conn:
        from mapsvc.store import shops

        shops.change_tenancy(conn, uid("ten LT0001"), ended_on=TODAY)
    assert open_card(workspace, old.token) == Opened(None)
    assert live_card(workspace, street.chen, "LT0001") is None


def test_premises_without_a_tenant_get_no_card(workspace: Workspace, street: Street) -> None:
    change_tenancy(workspace, street.chen, "LT0001", 1, NewTenancy(uid("none"), TODAY))
    with pytest.raises(Refused, match="LT0001现在没有店"):
        make_card(workspace, street.chen, "LT0001")
    assert welcome(workspace, street.chen, "LT0001").sign_name is None


@pytest.mark.parametrize("token", ["", "x" * 32, "1" * 5_000, "联心卡", "../../x"])
def test_what_no_card_bears_opens_nothing(workspace: Workspace, street: Street, token: str) -> None:
    make_card(workspace, street.chen, "LT0001")
    assert open_card(workspace, token) is None


def test_cards_are_made_by_who_looks_after_the_door_and_by_the_secretary(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Forbidden):
        make_card(workspace, street.zhou, "LT0001")
    with pytest.raises(Forbidden):
        live_card(workspace, street.volunteer, "LT0001")
    with pytest.raises(NotFound):
        make_card(workspace, street.chen, "LT9999")
    hand_over(workspace, SYSTEM, "小陈", "小周", TODAY, TODAY)
    assert make_card(workspace, street.zhou, "LT0001").is_live


def test_the_audit_knows_of_the_card_and_not_its_token(workspace: Workspace, street: Street) -> None:
    made = make_card(workspace, street.chen, "LT0001")
    with workspace.read() as conn:
        rows = [dict(r._mapping) for r in conn.execute(select(audit_table).where(audit_table.c.action == "make_card"))]
        assert conn.execute(select(card_table.c.token)).scalar_one() == made.token
        assert audit.verify(conn).is_whole
    assert [row["record_id"] for row in rows] == [made.id]
    assert made.token not in str(rows)
    assert audit.digest(made) not in str(rows)


def test_the_sheet_names_the_day_of_the_first_visit_until_somebody_was_met(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    assert welcome(workspace, street.chen, "LT0001").first_visit_by is None
    change_tenancy(workspace, street.chen, "LT0001", 1, CAFE)
    told = welcome(workspace, street.chen, "LT0001")
    assert (told.sign_name, told.worker, told.first_visit_by) == ("新叶咖啡", "小陈", date(2026, 11, 30))
    met = NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, clock(), Outcome.MET)
    record_visit(workspace, street.chen, met)
    assert welcome(workspace, street.chen, "LT0001").first_visit_by is None
