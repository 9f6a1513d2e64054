"""Needs: each ends in one way, with who and by when; the merchant is told; what was worked on stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapsvc.domain.needs import Way
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import history, promises
from mapsvc.operations.cases import get_case
from mapsvc.operations.needs import (
    Handling,
    handle_need,
    open_needs,
    reopen_need,
    settle_need,
    tell_need,
    untold_news,
)
from mapsvc.operations.shop_changes import change_tenancy
from mapsvc.operations.tenancies import NewTenancy
from mapsvc.operations.visits import NewNeed, NewPromise, NewVisit, record_visit
from mapsvc.operations.withdrawals import withdraw_visit
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

NEED = uid("need")


@pytest.fixture
def voiced(workspace: Workspace, street: Street, clock: FixedClock) -> Workspace:
    """小陈 hears of a lamp and promises to ask."""
    need, promise = NewNeed(NEED, "路灯坏了，找13812345678", "水电煤"), NewPromise(uid("p"), "问清楚回话")
    visit = NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, clock(), Outcome.MET, (need,), (promise,))
    record_visit(workspace, street.chen, visit)
    clock.advance(hours=1)
    return workspace


def handed(clock: FixedClock, **more: object) -> Handling:
    told = {"handler_name": "市政养护", "due_at": clock() + timedelta(days=3)} | more
    return Handling(Way.HANDED_ON, **told)


def test_handed_on_to_somebody_by_a_day(voiced: Workspace, street: Street, clock: FixedClock) -> None:
    done = handle_need(voiced, street.chen, NEED, handed(clock))
    assert done.is_open and done.handler_name == "市政养护"
    (line,) = open_needs(voiced, street.zhou).lines
    assert (line.door, line.who, line.is_late) == ("岚皋西路27号 锦云家纺", "市政养护", False)
    assert "13812345678" not in line.text
    clock.advance(days=4)
    found = open_needs(voiced, street.secretary, "水电煤")
    assert (found.total, found.late, found.by_topic) == (1, 1, (("水电煤", 1),))
    titles = [
        (e.title, e.detail) for e in history.shop_history(voiced, street.chen, "LT0001").items if e.type == "need"
    ]
    assert titles[0] == ("诉求 · 水电煤 · 转交办", "路灯坏了，找13812345678 · 市政养护，11月26日前回话")


def test_a_colleague_sees_to_it(voiced: Workspace, street: Street, clock: FixedClock) -> None:
    handle_need(voiced, street.chen, NEED, handed(clock, handler_name=None, handler_id=uid("zhou")))
    assert open_needs(voiced, street.chen).lines[0].who == "小周"
    with pytest.raises(Refused):
        handle_need(voiced, street.chen, NEED, handed(clock, handler_id=uid("nobody")))


@pytest.mark.parametrize("way", [Way.ON_THE_SPOT, Way.EXPLAINED])
def test_done_at_once_with_a_word_on_it(voiced: Workspace, street: Street, way: Way) -> None:
    with pytest.raises(Refused):
        handle_need(voiced, street.chen, NEED, Handling(way))
    done = handle_need(voiced, street.chen, NEED, Handling(way, outcome="换了灯泡"))
    assert (done.is_open, done.way, done.outcome) == (False, way, "换了灯泡")
    with pytest.raises(Conflict):
        settle_need(voiced, street.chen, NEED, "再办一次")


def test_a_hard_one_becomes_a_case_of_the_shop(voiced: Workspace, street: Street) -> None:
    with pytest.raises(Refused):
        handle_need(voiced, street.chen, NEED, Handling(Way.HARD_CASE))
    done = handle_need(voiced, street.chen, NEED, Handling(Way.HARD_CASE, kind="路灯"))
    assert done.case_id is not None and done.is_open
    found = get_case(voiced, street.chen, done.case_id).line.found
    assert (found.shop_code, found.issue.source.value) == ("LT0001", "merchant")
    with pytest.raises(Conflict):
        handle_need(voiced, street.chen, NEED, Handling(Way.HARD_CASE, kind="路灯"))
    with pytest.raises(Conflict):
        withdraw_visit(voiced, street.chen, uid("v"))


def test_the_merchant_is_told_once(voiced: Workspace, street: Street, clock: FixedClock) -> None:
    with pytest.raises(Conflict):
        tell_need(voiced, street.chen, NEED)
    handle_need(voiced, street.chen, NEED, handed(clock))
    settle_need(voiced, street.chen, NEED, "灯换好了")
    promises.keep_promise(voiced, street.chen, uid("p"))
    assert [(line.type, line.outcome) for line in untold_news(voiced, street.zhou)] == [
        ("need", "灯换好了"), ("promise", "办好了"),
    ]  # fmt: skip
    first = tell_need(voiced, street.chen, NEED)
    clock.advance(hours=1)
    assert tell_need(voiced, street.chen, NEED) == first
    promises.tell_promise(voiced, street.chen, uid("p"))
    assert untold_news(voiced, street.zhou) == ()


def test_told_at_once_and_not_done_after_all(voiced: Workspace, street: Street) -> None:
    handle_need(voiced, street.chen, NEED, Handling(Way.ON_THE_SPOT, outcome="换了灯泡"))
    again = reopen_need(voiced, street.chen, NEED)
    assert again.is_open and again.outcome is None
    done = settle_need(voiced, street.chen, NEED, "这回真好了", is_told=True)
    assert done.told_at is not None and untold_news(voiced, street.chen) == ()


def test_who_left_needs_nothing_any_more(voiced: Workspace, street: Street, clock: FixedClock) -> None:
    change_tenancy(voiced, street.chen, "LT0001", 1, NewTenancy(uid("t"), clock().date(), "新叶咖啡"))
    assert open_needs(voiced, street.chen).lines == ()


def test_strangers_and_unknown_needs(voiced: Workspace, street: Street, clock: FixedClock) -> None:
    for act in (lambda who: open_needs(voiced, who), lambda who: settle_need(voiced, who, NEED, "好了")):
        with pytest.raises(Forbidden):
            act(street.volunteer)
    with pytest.raises(NotFound):
        settle_need(voiced, street.chen, uid("nothing"), "好了")
    with pytest.raises(Refused):
        open_needs(voiced, street.chen, "没有这个主题")


def test_handed_on_at_the_door(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    due = clock() + timedelta(days=2)
    need = NewNeed(NEED, "卸货没地方停", "装卸停车", Way.HANDED_ON, "街面秩序组", due)
    record_visit(workspace, street.chen, NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, clock(), Outcome.MET, (need,)))
    (line,) = open_needs(workspace, street.chen).lines
    assert (line.who, line.need.due_at) == ("街面秩序组", due)


def test_a_promise_over_a_case_stays_until_kept(voiced: Workspace, street: Street, clock: FixedClock) -> None:
    case_id = handle_need(voiced, street.chen, NEED, Handling(Way.HARD_CASE, kind="路灯")).case_id
    new = promises.NewPromise(uid("cp"), "周五前修好", clock() + timedelta(days=2), case_id=case_id)
    made = promises.make_promise(voiced, street.chen, new)
    assert (made.shop_id, made.case_id, made.tenancy_id) == (uid("LT0001"), case_id, uid("ten LT0001"))
    assert promises.make_promise(voiced, street.chen, new) == made
    with pytest.raises(Conflict):
        promises.make_promise(voiced, street.chen, promises.NewPromise(uid("cp"), "别的", shop="LT0001"))
    with pytest.raises(NotFound):
        promises.make_promise(voiced, street.chen, promises.NewPromise(uid("x"), "别的", shop="LT9"))
    with pytest.raises(Conflict):
        promises.tell_promise(voiced, street.chen, made.id)
