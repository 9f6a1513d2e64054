"""The inbox: urgent first, then by clock; everybody sees what is theirs, and what is held stands folded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from mapsvc.domain.actors import SYSTEM, Actor
from mapsvc.domain.enquiries import Channel, Enquiry, Rating
from mapsvc.domain.enquiry_reading import may_read
from mapsvc.errors import Forbidden
from mapsvc.operations import desk
from mapsvc.operations import enquiry_steps as steps
from mapsvc.operations.cards import make_card
from mapsvc.operations.enquiries import NewEnquiry, ask_within, rate_within
from mapsvc.operations.enquiry_views import get_enquiry, inbox
from mapsvc.operations.handovers import hand_over
from mapsvc.operations.history import shop_history
from mapsvc.operations.retention import CONTACTS_KEPT, clear_up
from mapsvc.operations.shop_changes import NewTenancy, change_tenancy
from mapsvc.store import enquiries
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock

CAFE = NewTenancy(uid("cafe"), date(2026, 11, 23), "新叶咖啡", "餐饮")


def ask(ws: Workspace, name: str, shop: str | None = "LT0001", *, by: Actor = SYSTEM, **more: Any) -> Enquiry:
    """A question; of a card's page unless `channel` says otherwise."""
    card_id = make_card(ws, SYSTEM, shop).id if shop and "channel" not in more else None
    new = NewEnquiry(uid(name), f"{name}？", ws.clock(), shop=None if card_id else shop, card_id=card_id, **more)
    with ws.write() as conn:
        return ask_within(conn, ws, by, new)


def texts(ws: Workspace, actor: Actor, **chosen: Any) -> list[str]:
    """What stands in the inbox, what is folded too."""
    found = inbox(ws, actor, **chosen).open
    return [line.text for head in found for line in (head, *head.held)]


def test_danger_stands_first_then_what_is_due_first(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    ask(workspace, "昨天问的")
    clock.advance(days=1)
    ask(workspace, "今天问的", "LT0002")
    ask(workspace, "闻到煤气味", "LT0002", is_urgent=True)
    assert texts(workspace, street.secretary) == ["闻到煤气味？", "昨天问的？", "今天问的？"]
    clock.advance(hours=9)
    box = inbox(workspace, street.secretary)
    assert (box.total, box.late, [line.clock for line in box.open]) == (
        3,
        1,
        ["明天17:00前", "超时1:00", "明天17:00前"],
    )


def test_everybody_sees_what_is_theirs(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    ask(workspace, "二十七号问的")
    clock.advance(minutes=1)
    ask(workspace, "二十九号问的", "LT0002")
    assert texts(workspace, street.secretary) == ["二十七号问的？", "二十九号问的？"]
    assert texts(workspace, street.chen) == ["二十七号问的？"]
    assert texts(workspace, street.zhou) == ["二十九号问的？"]
    for other in (street.office, street.volunteer, street.property):
        with pytest.raises(Forbidden):
            inbox(workspace, other)


def test_who_stands_in_reads_and_who_is_away_no_longer(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    one = ask(workspace, "二十七号问的")
    today = clock().date()
    hand_over(workspace, street.secretary, "小陈", "小周", today, today + timedelta(days=3))
    assert texts(workspace, street.zhou) == ["二十七号问的？"]
    assert texts(workspace, street.chen) == []
    with pytest.raises(Forbidden):
        get_enquiry(workspace, street.chen, one.id)


def test_what_is_held_is_folded_below_the_first_of_its_card(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    for n in range(3):
        ask(workspace, f"第{n + 1}条", is_held=n > 0)
        clock.advance(minutes=1)
    ask(workspace, "别家的", "LT0002")
    heads = inbox(workspace, street.secretary).open
    assert [(h.text, [(one.text, one.nth) for one in h.held]) for h in heads] == [
        ("第1条？", [("第2条？", 2), ("第3条？", 3)]),
        ("别家的？", []),
    ]


def test_danger_is_never_folded(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    ask(workspace, "第一条")
    clock.advance(minutes=1)
    ask(workspace, "冒烟了", is_held=True, is_urgent=True)
    assert [line.text for line in inbox(workspace, street.secretary).open] == ["冒烟了？", "第一条？"]


def test_the_numbers_count_what_each_chip_opens(workspace: Workspace, street: Street) -> None:
    ask(workspace, "上幼儿园")
    ask(workspace, "小学报名", "LT0002")
    ask(workspace, "幼儿园电话", channel=Channel.PHONE)
    box = inbox(workspace, street.secretary)
    for topic, n in box.by_topic:
        assert len(texts(workspace, street.secretary, topic=topic)) == n
    for channel, n in box.by_channel:
        assert len(texts(workspace, street.secretary, channel=channel)) == n
    assert dict(box.by_topic) == {"子女入园": 2, "子女入学": 1}


def test_imported_history_waits_for_nobody(workspace: Workspace, street: Street) -> None:
    with workspace.write() as conn:
        enquiries.add(conn, Enquiry(uid("old"), "老问题", workspace.clock(), uid("LT0001"), uid("ten LT0001")))
    box = inbox(workspace, street.secretary)
    assert (box.open, box.lately, box.total) == ((), (), 0)
    assert get_enquiry(workspace, street.secretary, uid("old")).line.clock == ""


def test_what_was_over_lately_stands_below(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    one = ask(workspace, "问一声")
    steps.answer(workspace, street.chen, one.id, "可以。", one.version)
    assert [line.answer for line in inbox(workspace, street.chen).lately] == ["可以。"]
    clock.advance(days=14, seconds=1)
    assert inbox(workspace, street.chen).lately == ()


def test_others_read_of_a_cards_question_that_there_was_one(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    one = ask(workspace, "居住证怎么办")
    clock.advance(hours=1)
    steps.answer(workspace, street.chen, one.id, "网上办。", one.version)
    ask(workspace, "小学报名")
    for reader in (street.chen, street.secretary):
        page = shop_history(workspace, reader, "LT0001")
        assert "网上办。" in [e.detail for e in page.items] and "小学报名？ · 还没答复" in [e.detail for e in page.open]
        assert {e.url for e in page.open} == {f"/enquiries/{uid('小学报名')}"}
    for reader in (street.zhou, street.office, street.volunteer):
        page = shop_history(workspace, reader, "LT0001")
        told = [(e.title, e.detail, e.url) for e in (*page.open, *page.items) if e.type == "enquiry"]
        assert told == [("咨询1件", "还没答复", None), *[("咨询1件", "", None)] * 3]


def test_a_chat_that_was_logged_is_read_by_colleagues_in_the_history(workspace: Workspace, street: Street) -> None:
    ask(workspace, "小学报名", by=street.zhou, channel=Channel.CHAT)
    for reader in (street.chen, street.zhou, street.office):
        assert "小学报名" in shop_history(workspace, reader, "LT0001").items[0].detail
    assert get_enquiry(workspace, street.zhou, uid("小学报名")).may_answer is False
    with pytest.raises(Forbidden):
        get_enquiry(workspace, street.office, uid("小学报名"))


def test_who_logged_what_has_no_shop_sees_it_through(workspace: Workspace, street: Street) -> None:
    one = ask(workspace, "路灯坏了", None, by=street.zhou, channel=Channel.CHAT)
    assert texts(workspace, street.zhou) == ["路灯坏了？"] and texts(workspace, street.chen) == []
    assert steps.answer(workspace, street.zhou, one.id, "报修了。", one.version).answer == "报修了。"
    other = ask(workspace, "哪家的", None, by=street.zhou, channel=Channel.CHAT)
    placed = steps.put_right(workspace, street.zhou, other.id, None, "LT0002", other.version)
    assert placed.shop_id == uid("LT0002")
    assert "哪家的" in shop_history(workspace, street.zhou, "LT0002").items[0].detail


def test_danger_is_read_by_whoever_takes_questions_without_names(workspace: Workspace, street: Street) -> None:
    one = ask(workspace, "有煤气味", is_urgent=True, contact_name="徐女士", contact_phone="13812345678")
    for reader in (street.zhou, street.office):
        shown = get_enquiry(workspace, reader, one.id)
        assert (shown.line.text, shown.contact_name, shown.contact_phone) == ("有煤气味？", None, None)
        assert shown.may_turn and not shown.may_answer
    assert texts(workspace, street.zhou) == ["有煤气味？"]
    with pytest.raises(Forbidden):
        get_enquiry(workspace, street.volunteer, one.id)


def test_words_with_a_rating_are_masked_like_all_others(workspace: Workspace, street: Street) -> None:
    one = ask(workspace, "有煤气味", is_urgent=True)
    assert one.card_id is not None
    steps.answer(workspace, street.chen, one.id, "马上来。", one.version)
    with workspace.write() as conn:
        rate_within(conn, SYSTEM, one.id, one.card_id, Rating.NOT, "打13812345678说", workspace.clock())
    for reader, is_whole in ((street.chen, True), (street.zhou, False)):
        shown = get_enquiry(workspace, reader, one.id).rating_text
        assert ("13812345678" in shown, shown.startswith("打")) == (is_whole, True)


def test_who_left_leaves_no_name_behind(workspace: Workspace, street: Street) -> None:
    one = ask(workspace, "问一声", contact_name="徐女士", contact_phone="13812345678")
    change_tenancy(workspace, street.chen, "LT0001", 1, CAFE)
    shown = get_enquiry(workspace, street.chen, one.id)
    assert (shown.is_former, shown.contact_name, shown.contact_phone) == (True, None, None)


def test_numbers_left_behind_are_forgotten_in_time(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    one = ask(workspace, "问一声", contact_name="徐女士", contact_phone="13812345678")
    steps.answer(workspace, street.chen, one.id, "可以。", one.version)
    for passed, left in ((CONTACTS_KEPT, "徐女士"), (timedelta(seconds=1), None)):
        clock.advance(passed)
        clear_up(workspace)
        with workspace.read() as conn:
            kept = enquiries.by_id(conn, one.id)
        assert kept is not None and kept.contact_name == left


def test_the_desk_counts_them_and_says_no_word_of_them(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    one = ask(workspace, "居住证怎么办")
    ask(workspace, "有煤气味", "LT0002", is_urgent=True)
    until = clock() + timedelta(hours=2)
    steps.refer(workspace, street.chen, one.id, steps.Referral("房管所", until), one.version)
    clock.advance(days=2)
    lists = {i: desk.open_list(workspace, street.secretary, i).rows for i in desk.NOUN_OF if i.startswith("enquiries")}
    assert {i: len(rows) for i, rows in lists.items()} == {
        "enquiries": 2, "enquiries_urgent": 1, "enquiries_overdue": 2, "enquiries_referred": 1,
    }  # fmt: skip
    assert all("？" not in row.what and row.url == f"/enquiries/{row.id}" for rows in lists.values() for row in rows)
    shown = {f.list.id: f.count for some in desk.get_desk(workspace, street.office).figures.values() for f in some}
    assert shown["enquiries_urgent"] == 1 and "enquiries" not in shown


def test_reading_follows_the_permission_table(workspace: Workspace, street: Street) -> None:
    one = ask(workspace, "问一声")
    assert not may_read(Actor(None, "程序", street.office.role), one, None)
    assert may_read(SYSTEM, one, None)
