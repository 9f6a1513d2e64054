"""However a tenancy ends, its card is dead and its wishes are gone; taken back, both are there again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.cards import RevokedWhy, Standing
from mapsvc.domain.shops import ShopState
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Conflict
from mapsvc.operations.card_sheets import card_desk
from mapsvc.operations.cards import Opened, live_card, make_card, mark_printed, open_card, stop_card, undo_stop
from mapsvc.operations.import_batches import list_conflicts
from mapsvc.operations.imports import choose_conflict, confirm_import, preview_import, undo_last_import
from mapsvc.operations.shop_changes import NewTenancy, change_tenancy
from mapsvc.operations.tenancies import ChangedHands
from mapsvc.operations.topic_choices import choose, chosen, of_shop
from mapsvc.operations.visits import NewVisit, record_visit
from mapsvc.operations.withdrawals import withdraw_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store import bulk, cards
from tests.support.clock import FixedClock
from tests.support.ledgers import NEW_TENANT, imported
from tests.support.street import Street, uid
from tests.support.workbook import SHOP, write_workbook

TODAY = date(2026, 11, 23)
End = Callable[[Workspace, Street, Path], None]


def visited(hands: ChangedHands) -> End:
    def act(ws: Workspace, street: Street, _: Path) -> None:
        visit = NewVisit(
            uid("changed"), "LT0001", VisitKind.REGULAR, ws.clock(), Outcome.CHANGED, note="换了", tenancy=hands
        )
        record_visit(ws, street.chen, visit)

    return act


def corrected(ws: Workspace, street: Street, _: Path) -> None:
    change_tenancy(ws, street.chen, "LT0001", 1, NewTenancy(uid("cafe"), TODAY, "新叶咖啡"))


def emptied(ws: Workspace, street: Street, _: Path) -> None:
    change_tenancy(ws, street.office, "LT0001", 1, NewTenancy(uid("none"), TODAY))


def by_workbook(ws: Workspace, street: Street, folder: Path) -> None:
    imported(ws, folder / "a.xlsx", {"商铺底册": [SHOP]})
    imported(ws, folder / "b.xlsx", {"商铺底册": [NEW_TENANT | {"备注": "x"}]})
    [conflict] = [c for c in list_conflicts(ws, SYSTEM) if c.field == "tenancy"]
    choose_conflict(ws, SYSTEM, conflict.id, "file")


def by_confirmed_preview(ws: Workspace, street: Street, folder: Path) -> None:
    imported(ws, folder / "a.xlsx", {"商铺底册": [SHOP]})
    with write_workbook(folder / "b.xlsx", {"商铺底册": [NEW_TENANT]}).open("rb") as file:
        report = preview_import(ws, SYSTEM, file, "b.xlsx")
    [conflict] = [c for c in list_conflicts(ws, SYSTEM, report.batch) if c.field == "tenancy"]
    choose_conflict(ws, SYSTEM, conflict.id, "file")
    confirm_import(ws, SYSTEM, report.batch or "")


ENDS: dict[str, End] = {
    "phone, another shop": visited(ChangedHands(uid("cafe"), uid("ten LT0001"), None, "新叶咖啡")),
    "phone, shut for good": visited(ChangedHands(uid("gone"), uid("ten LT0001"), ShopState.CLOSED)),
    "desk, another shop": corrected,
    "desk, nobody": emptied,
    "workbook": by_workbook,
    "workbook, chosen before": by_confirmed_preview,
}


@pytest.mark.parametrize("way", sorted(ENDS))
def test_however_a_tenancy_ends_its_card_is_dead_and_its_wishes_are_gone(
    workspace: Workspace, street: Street, tmp_path: Path, way: str
) -> None:
    if way.startswith("workbook"):
        # The office's own file names who is there before it names another.
        imported(workspace, tmp_path / "first.xlsx", {"商铺底册": [SHOP]})
        for conflict in list_conflicts(workspace, SYSTEM):
            choose_conflict(workspace, SYSTEM, conflict.id, "app")
    other = make_card(workspace, street.secretary, "LT0002")
    token = make_card(workspace, street.chen, "LT0001").token
    mark_printed(workspace, street.chen, ["LT0001"])
    choose(workspace, street.chen, "LT0001", ["子女入园"])
    before = live_card(workspace, street.chen, "LT0001")
    assert before is not None
    ENDS[way](workspace, street, tmp_path)
    assert open_card(workspace, token) == Opened(None)
    assert open_card(workspace, other.token) == Opened("LT0002")
    assert live_card(workspace, street.secretary, "LT0001") is None
    with workspace.read() as conn:
        assert chosen(conn) == {}
        [card] = [c for c in bulk.rows_by_ids(conn, "card", [before.id])]
        assert card.revoked_why == RevokedWhy.HANDED_OVER.value
        assert [c.shop_id for c in cards.live_of_present(conn)] == [uid("LT0002")]
    line = next(one for one in card_desk(workspace, street.secretary).lines if one.shop.code == "LT0001")
    assert line.standing in (Standing.NONE, Standing.VACANT)
    assert line.why == ("换了店家，原来的卡不能用" if line.standing is Standing.NONE else "")


def test_a_change_of_hands_taken_back_brings_card_and_wishes_back(workspace: Workspace, street: Street) -> None:
    make_card(workspace, street.chen, "LT0001")
    choose(workspace, street.chen, "LT0001", ["子女入园"])
    before = live_card(workspace, street.chen, "LT0001")
    ENDS["phone, another shop"](workspace, street, Path())
    make_card(workspace, street.chen, "LT0001")
    withdraw_visit(workspace, street.chen, uid("changed"))
    assert live_card(workspace, street.chen, "LT0001") == before
    assert [one.topic for one in of_shop(workspace, street.chen, "LT0001")] == ["子女入园"]


def test_what_the_new_people_chose_keeps_the_change_from_being_taken_back(workspace: Workspace, street: Street) -> None:
    ENDS["phone, another shop"](workspace, street, Path())
    choose(workspace, street.chen, "LT0001", ["补贴融资"])
    with pytest.raises(Conflict, match="想提前知道的事"):
        withdraw_visit(workspace, street.chen, uid("changed"))


def test_a_workbook_that_changed_hands_is_undone_only_while_nobody_chose(
    workspace: Workspace, street: Street, tmp_path: Path
) -> None:
    imported(workspace, tmp_path / "first.xlsx", {"商铺底册": [SHOP]})
    for conflict in list_conflicts(workspace, SYSTEM):
        choose_conflict(workspace, SYSTEM, conflict.id, "app")
    before = make_card(workspace, street.chen, "LT0001")
    by_workbook(workspace, street, tmp_path)
    choose(workspace, street.chen, "LT0001", ["补贴融资"])
    report = undo_last_import(workspace, SYSTEM)
    assert [kept.reason for kept in report.kept if kept.key == "LT0001"] == ["换店后已有新的记录"]
    assert open_card(workspace, before.token) == Opened(None)


def test_a_stopped_card_lives_again_within_ten_minutes_unless_there_is_a_new_one(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    card = make_card(workspace, street.chen, "LT0001")
    stopped = stop_card(workspace, street.chen, "LT0001", RevokedWhy.LOST)
    assert open_card(workspace, card.token) == Opened(None)
    with pytest.raises(Conflict, match="不用停"):
        stop_card(workspace, street.chen, "LT0001", RevokedWhy.LOST)
    clock.advance(timedelta(minutes=10))
    assert undo_stop(workspace, street.chen, "LT0001", stopped.id) == card
    assert undo_stop(workspace, street.chen, "LT0001", stopped.id) == card
    stop_card(workspace, street.chen, "LT0001", RevokedWhy.STOPPED)
    make_card(workspace, street.chen, "LT0001")
    with pytest.raises(Conflict, match="已经做了新卡"):
        undo_stop(workspace, street.chen, "LT0001", card.id)


def test_a_card_of_who_left_is_not_brought_back_by_undoing_its_stop(workspace: Workspace, street: Street) -> None:
    card = make_card(workspace, street.chen, "LT0001")
    stop_card(workspace, street.chen, "LT0001", RevokedWhy.HANDED_OVER)
    corrected(workspace, street, Path())
    with pytest.raises(Conflict, match="店已经换了人"):
        undo_stop(workspace, street.chen, "LT0001", card.id)
