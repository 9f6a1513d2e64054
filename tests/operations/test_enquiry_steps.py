"""An enquiry is answered, passed on, closed, opened anew; an answer is taken back while nobody can have read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.enquiries import Channel, Rating, StepKind
from mapsvc.domain.times import iso
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import enquiry_steps as steps
from mapsvc.operations.cards import make_card
from mapsvc.operations.enquiries import NewEnquiry, ask_within, rate_within
from mapsvc.operations.enquiry_steps import Referral
from mapsvc.operations.enquiry_views import get_enquiry, inbox
from mapsvc.operations.history import shop_history
from mapsvc.operations.imports import import_ledger, undo_last_import
from mapsvc.store import enquiries, settings
from tests.support.acts import acts_on
from tests.support.street import Street, uid
from tests.support.workbook import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from mapsvc.domain.enquiries import Enquiry
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock

ANSWER = "九月一日前满三周岁的可以报。"
WEDNESDAY_CLOSE = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture
def asked(workspace: Workspace, street: Street) -> Enquiry:
    """A question from the card of 27号, which 小陈 looks after."""
    card = make_card(workspace, street.chen, "LT0001")
    new = NewEnquiry(
        uid("ask"), "明年上幼儿园要什么条件？", workspace.clock(), card_id=card.id, contact_name="徐女士",
        contact_phone="13812345678",
    )  # fmt: skip
    with workspace.write() as conn:
        return ask_within(conn, workspace, SYSTEM, new)


def kinds(ws: Workspace, one: Enquiry) -> list[StepKind]:
    """What happened to it, in order."""
    with ws.read() as conn:
        return [s.kind for s in enquiries.steps_of(conn, [one.id]).get(one.id, [])]


def told(ws: Workspace, street: Street) -> list[tuple[str, str]]:
    """The enquiry's lines in the history as the secretary reads them, newest first."""
    items = shop_history(ws, street.secretary, "LT0001").items
    return [(e.title, e.detail) for e in items if e.type == "enquiry"]


def test_an_answer_stands_in_the_history_under_its_own_time(
    workspace: Workspace, street: Street, asked: Enquiry, clock: FixedClock
) -> None:
    clock.advance(hours=2)
    done = steps.answer(workspace, street.chen, asked.id, f" {ANSWER} ", asked.version, "kindergarten")
    assert (done.answer, done.policy_id, done.was_in_time, done.is_open) == (ANSWER, "kindergarten", True, False)
    assert told(workspace, street) == [
        ("咨询答复 · 子女入园", ANSWER),
        ("咨询 · 子女入园", "明年上幼儿园要什么条件？ · 联心卡"),
    ]
    assert acts_on(workspace, "enquiry") == ["ask_enquiry", "answer_enquiry"]
    assert kinds(workspace, asked) == [StepKind.ANSWERED]


def test_two_people_at_once_answer_it_once(workspace: Workspace, street: Street, asked: Enquiry) -> None:
    steps.answer(workspace, street.chen, asked.id, ANSWER, asked.version)
    with pytest.raises(Conflict) as conflict:
        steps.answer(workspace, street.secretary, asked.id, "别的", asked.version)
    assert conflict.value.problems[0].field == "version"
    with pytest.raises(Conflict, match="已经答复或结束"):
        steps.answer(workspace, street.secretary, asked.id, "别的", asked.version + 1)


@pytest.mark.parametrize("text", ["", "   ", "长" * 2001])
def test_an_answer_has_words_and_not_too_many(workspace: Workspace, street: Street, asked: Enquiry, text: str) -> None:
    with pytest.raises(Refused) as refused:
        steps.answer(workspace, street.chen, asked.id, text, asked.version)
    assert refused.value.problems[0].field == "answer"


def test_an_answer_is_taken_back_within_ten_minutes(
    workspace: Workspace, street: Street, asked: Enquiry, clock: FixedClock
) -> None:
    clock.advance(hours=1)
    done = steps.answer(workspace, street.chen, asked.id, ANSWER, asked.version)
    clock.advance(minutes=10)
    assert get_enquiry(workspace, street.chen, asked.id).may_take_back
    back = steps.take_back(workspace, street.chen, asked.id, done.version)
    assert back.is_open and back.due_at == asked.due_at and back.answered_by is None
    assert [title for title, _ in told(workspace, street)] == ["咨询 · 子女入园"]
    assert kinds(workspace, asked) == [StepKind.ANSWERED, StepKind.TAKEN_BACK]


def test_what_the_merchant_may_have_read_is_not_taken_back(
    workspace: Workspace, street: Street, asked: Enquiry, clock: FixedClock
) -> None:
    done = steps.answer(workspace, street.chen, asked.id, ANSWER, asked.version)
    with workspace.write() as conn:
        settings.put(conn, steps.SENT_AT, iso(clock()), clock())
    assert not get_enquiry(workspace, street.chen, asked.id).may_take_back
    with pytest.raises(Conflict, match="看得到"):
        steps.take_back(workspace, street.chen, asked.id, done.version)


def test_after_ten_minutes_it_stays(workspace: Workspace, street: Street, asked: Enquiry, clock: FixedClock) -> None:
    done = steps.answer(workspace, street.chen, asked.id, ANSWER, asked.version)
    clock.advance(minutes=10, seconds=1)
    with pytest.raises(Conflict):
        steps.take_back(workspace, street.chen, asked.id, done.version)


def test_a_letter_before_the_answer_took_nothing_along(
    workspace: Workspace, street: Street, asked: Enquiry, clock: FixedClock
) -> None:
    with workspace.write() as conn:
        settings.put(conn, steps.SENT_AT, iso(clock()), clock())
    clock.advance(minutes=1)
    done = steps.answer(workspace, street.chen, asked.id, ANSWER, asked.version)
    assert steps.take_back(workspace, street.chen, asked.id, done.version).is_open


def test_closed_without_an_answer_it_says_why(workspace: Workspace, street: Street, asked: Enquiry) -> None:
    with pytest.raises(Refused):
        steps.close(workspace, street.chen, asked.id, " ", asked.version)
    over = steps.close(workspace, street.chen, asked.id, "同一件事问了两次", asked.version)
    assert (over.is_open, over.answer, over.was_in_time) == (False, None, None)
    shown = get_enquiry(workspace, street.chen, asked.id).steps[-1]
    assert (shown.step.kind, shown.text, shown.by) == (StepKind.CLOSED, "同一件事问了两次", "小陈")


def test_asked_anew_it_has_a_new_clock_and_can_be_rated_anew(
    workspace: Workspace, street: Street, asked: Enquiry, clock: FixedClock
) -> None:
    with pytest.raises(Conflict):
        steps.reopen(workspace, street.chen, asked.id, "", asked.version)
    done = steps.answer(workspace, street.chen, asked.id, ANSWER, asked.version)
    assert asked.card_id is not None
    with workspace.write() as conn:
        rated = rate_within(conn, SYSTEM, asked.id, asked.card_id, Rating.NOT, None, clock())
    clock.advance(days=1)
    again = steps.reopen(workspace, street.secretary, asked.id, "材料不齐怎么办", rated.version)
    assert (again.is_open, again.due_at, again.rating) == (True, WEDNESDAY_CLOSE, None)
    assert done.answer == ANSWER
    assert kinds(workspace, asked) == [StepKind.ANSWERED, StepKind.RATED, StepKind.REOPENED]


def test_others_are_asked_and_what_they_said_becomes_the_draft(
    workspace: Workspace, street: Street, asked: Enquiry, clock: FixedClock
) -> None:
    until = clock() + timedelta(hours=8)
    asking = steps.refer(workspace, street.chen, asked.id, Referral(" 幼儿园 招生办 ", until, "要几月出生"), 0)
    line = inbox(workspace, street.chen).open[0]
    assert line.referred is not None and (line.referred.to_whom, line.is_reply_due) == ("幼儿园 招生办", False)
    assert asking.is_open and asking.due_at == asked.due_at
    clock.advance(hours=9)
    assert inbox(workspace, street.chen).open[0].is_reply_due
    replied = steps.log_reply(workspace, street.chen, asked.id, "八月底前出生的都可以", asking.version)
    detail = get_enquiry(workspace, street.chen, asked.id)
    assert (detail.reply, detail.line.referred) == ("八月底前出生的都可以", None)
    with pytest.raises(Conflict, match="没有在等"):
        steps.log_reply(workspace, street.chen, asked.id, "再说一次", replied.version)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (Referral(""), "to_whom"),
        (Referral("长" * 61), "to_whom"),
        (Referral("房管所", datetime(2026, 11, 22, tzinfo=UTC)), "due_at"),
    ],
)
def test_a_referral_names_whom_and_a_day_to_come(
    workspace: Workspace, street: Street, asked: Enquiry, new: Referral, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        steps.refer(workspace, street.chen, asked.id, new, asked.version)
    assert refused.value.problems[0].field == field


def test_notes_and_topics_are_put_right(workspace: Workspace, street: Street, asked: Enquiry) -> None:
    noted = steps.note(workspace, street.chen, asked.id, "打过电话，13912345678没人接", asked.version)
    assert get_enquiry(workspace, street.chen, asked.id).steps[-1].text == "打过电话，139****5678没人接"
    right = steps.put_right(workspace, street.chen, asked.id, "子女入学", None, noted.version)
    assert right.topic == "子女入学"
    assert steps.put_right(workspace, street.chen, asked.id, "子女入学", None, right.version) == right
    with pytest.raises(Refused):
        steps.put_right(workspace, street.chen, asked.id, "天气", None, right.version)


def test_the_number_is_seen_by_an_act_of_its_own(workspace: Workspace, street: Street, asked: Enquiry) -> None:
    shown = get_enquiry(workspace, street.chen, asked.id)
    assert (shown.contact_name, shown.contact_phone) == ("徐女士", "138****5678")
    assert steps.see_phone(workspace, street.chen, asked.id) == "13812345678"
    assert acts_on(workspace, "enquiry")[-1] == "see_phone"
    for stranger in (street.zhou, street.office):
        with pytest.raises(Forbidden):
            steps.see_phone(workspace, stranger, asked.id)


def test_what_is_not_there_is_not_found(workspace: Workspace, street: Street) -> None:
    with pytest.raises(NotFound):
        steps.answer(workspace, street.secretary, uid("nothing"), ANSWER, 0)
    with pytest.raises(NotFound):
        get_enquiry(workspace, street.secretary, uid("nothing"))


def test_a_question_without_a_number_has_none_to_see(workspace: Workspace, street: Street) -> None:
    new = NewEnquiry(uid("by phone"), "灯坏了", workspace.clock(), Channel.PHONE, shop="LT0001")
    with workspace.write() as conn:
        one = ask_within(conn, workspace, street.chen, new)
    with pytest.raises(NotFound, match="没有留号码"):
        steps.see_phone(workspace, street.chen, one.id)


def test_what_a_workbook_brought_stays_once_somebody_worked_on_it(
    workspace: Workspace, street: Street, tmp_path: Path
) -> None:
    rows = [
        {"咨询时间": f"2026/11/20 1{n}:00", "商铺编号": "LT0001", "问题": "怎么办?", "政策主题": "证照办理"}
        for n in (0, 1)
    ]
    import_ledger(workspace, street.secretary, write_workbook(tmp_path / "in.xlsx", {"咨询台账": rows}))
    with workspace.read() as conn:
        first, second = enquiries.open_of_shop(conn, uid("LT0001"), uid("ten LT0001"))
    steps.answer(workspace, street.secretary, first.id, "网上办。", first.version)
    undo_last_import(workspace, street.secretary)
    with workspace.read() as conn:
        assert enquiries.by_ids(conn, [first.id, second.id]).keys() == {first.id}
