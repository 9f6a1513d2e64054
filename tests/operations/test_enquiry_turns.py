"""An enquiry turned into work keeps the link, and the merchant is told what became of it, in one transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.enquiry_moves import Into
from mapsvc.domain.issues import IssueSource
from mapsvc.errors import Conflict, Forbidden, Refused
from mapsvc.operations import enquiry_steps as steps
from mapsvc.operations.cards import make_card
from mapsvc.operations.enquiries import NewEnquiry, ask_within
from mapsvc.operations.enquiry_became import became
from mapsvc.operations.enquiry_turns import Turning, turn
from mapsvc.operations.exchange import matters
from mapsvc.operations.needs import open_needs
from mapsvc.operations.promises import keep_promise
from mapsvc.operations.shop_changes import NewTenancy, change_tenancy
from mapsvc.store import cards, enquiries, issues, promises
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from mapsvc.domain.enquiries import Enquiry
    from mapsvc.domain.surface import Matter
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock


def ask(ws: Workspace, street: Street, **more: object) -> Enquiry:
    """A question from the card of 27号."""
    card = make_card(ws, street.chen, "LT0001")
    new = NewEnquiry(uid("ask"), "吊顶滴水，能不能来看看？", ws.clock(), card_id=card.id, **more)  # type: ignore[arg-type]
    with ws.write() as conn:
        return ask_within(conn, ws, SYSTEM, new)


def words_of(ws: Workspace, one: Enquiry) -> list[tuple[str, str]]:
    """What became of it."""
    with ws.read() as conn:
        return [(b.name, b.words) for b in became(conn, [one]).get(one.id, ())]


def test_a_case_is_opened_at_the_door(workspace: Workspace, street: Street) -> None:
    one = ask(workspace, street)
    after = turn(workspace, street.chen, one.id, Turning(Into.CASE, "吊顶滴水", kind="L0001"), one.version)
    with workspace.read() as conn:
        issue = issues.of_cases(conn, [after.case_id])[after.case_id or ""]
    assert (issue.shop_id, issue.source, issue.description) == (one.shop_id, IssueSource.MERCHANT, "吊顶滴水")
    assert issue.happened_at == one.asked_at
    assert after.answer is not None and after.answer.startswith("您说的已经立案") and not after.is_open
    assert words_of(workspace, after) == [("案件", "已立案 · 待受理")]


def test_a_promise_has_a_day_and_its_line_says_when_it_was_kept(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    one = ask(workspace, street)
    with pytest.raises(Refused, match="请选日子"):
        turn(workspace, street.chen, one.id, Turning(Into.PROMISE, "请人来看"), one.version)
    friday = clock() + timedelta(days=4)
    after = turn(
        workspace, street.chen, one.id, Turning(Into.PROMISE, "请人来看", "周五前有人来看。", due_at=friday), 0
    )
    assert after.answer == "周五前有人来看。"
    assert words_of(workspace, after) == [("答应的事", "答应11月27日前办好")]
    clock.advance(days=1)
    keep_promise(workspace, street.chen, after.promise_id or "")
    assert words_of(workspace, after) == [("答应的事", "办好了")]


def test_a_need_joins_those_that_are_open(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    one = ask(workspace, street)
    day = clock() + timedelta(days=3)
    after = turn(
        workspace, street.chen, one.id, Turning(Into.NEED, "查吊顶", due_at=day, handler_name="房管所"), one.version
    )
    line = open_needs(workspace, street.secretary).lines[0]
    assert (line.need.id, line.text, line.who) == (after.need_id, "查吊顶", "房管所")
    assert words_of(workspace, after) == [("诉求", "11月26日前回话")]


def test_what_was_answered_stays_answered_as_it_was(workspace: Workspace, street: Street) -> None:
    one = ask(workspace, street)
    done = steps.answer(workspace, street.chen, one.id, "明天来看。", one.version)
    after = turn(workspace, street.chen, one.id, Turning(Into.NEED, "查吊顶"), done.version)
    assert (after.answer, after.answered_at) == ("明天来看。", done.answered_at)
    with pytest.raises(Conflict, match="已经转成诉求"):
        turn(workspace, street.chen, one.id, Turning(Into.NEED, "再查"), after.version)


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (Turning(Into.CASE, "滴水"), "kind_missing"),
        (Turning(Into.CASE, " ", kind="L0001"), "text_missing"),
        (Turning(Into.NEED, "查", handler_name="房管所"), "due_missing"),
    ],
)
def test_a_refused_turn_leaves_nothing_behind(workspace: Workspace, street: Street, new: Turning, code: str) -> None:
    one = ask(workspace, street)
    with pytest.raises(Refused) as refused:
        turn(workspace, street.chen, one.id, new, one.version)
    assert refused.value.code == code
    with workspace.read() as conn:
        assert enquiries.by_id(conn, one.id) == one
        assert not promises.open_of_shop(conn, one.shop_id or "")


def test_who_left_is_promised_nothing(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    one = ask(workspace, street)
    cafe = NewTenancy(uid("cafe"), clock().date(), "新叶咖啡", "餐饮")
    change_tenancy(workspace, street.chen, "LT0001", 1, cafe)
    with pytest.raises(Refused, match="已经不在这家店"):
        turn(workspace, street.chen, one.id, Turning(Into.CASE, "滴水", kind="L0001"), one.version)


def test_danger_is_made_a_case_by_whoever_takes_questions(workspace: Workspace, street: Street) -> None:
    one = ask(workspace, street, is_urgent=True)
    after = turn(workspace, street.office, one.id, Turning(Into.CASE, "有煤气味", kind="L0005"), one.version)
    assert after.case_id is not None
    with pytest.raises(Forbidden):
        turn(workspace, street.volunteer, one.id, Turning(Into.NEED, "看看"), after.version)


def test_without_danger_others_turn_nothing(workspace: Workspace, street: Street) -> None:
    one = ask(workspace, street)
    for stranger in (street.zhou, street.office, street.volunteer):
        with pytest.raises(Forbidden):
            turn(workspace, stranger, one.id, Turning(Into.CASE, "滴水", kind="L0001"), one.version)


def test_the_merchants_line_says_how_the_work_stands(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    one = ask(workspace, street)
    assert line(workspace, one).state == "办公室已收到 · 11月24日17:00前答复"
    after = turn(workspace, street.chen, one.id, Turning(Into.PROMISE, "请人看", due_at=clock() + timedelta(days=4)), 0)
    told = line(workspace, after)
    assert (told.state, told.is_over, told.detail) == ("答应11月27日前办好", False, after.answer)
    clock.advance(days=90)
    assert line(workspace, after).state == "答应11月27日前办好"
    keep_promise(workspace, street.chen, after.promise_id or "")
    with workspace.read() as conn:
        kept = promises.by_id(conn, after.promise_id or "")
    assert kept is not None and kept.kept_at == clock()


def line(ws: Workspace, one: Enquiry) -> Matter:
    """The enquiry's line of 我的事."""
    with ws.read() as conn:
        card = cards.by_id(conn, one.card_id or "")
        assert card is not None
        return next(m for m in matters.of_cards(conn, [card], {}, ws.clock())[card.tenancy_id] if m.ref == one.id)
