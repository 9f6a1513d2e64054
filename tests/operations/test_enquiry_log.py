"""What came by chat or phone: the shop and the topic are read from the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.cards import card_number
from mapsvc.domain.enquiries import Channel
from mapsvc.errors import Forbidden, Refused
from mapsvc.operations.cards import make_card
from mapsvc.operations.enquiries import NewEnquiry
from mapsvc.operations.enquiry_log import Logged, guess, log_enquiry
from mapsvc.operations.history import shop_history
from mapsvc.store import enquiries
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from mapsvc.domain.actors import Actor
    from mapsvc.operations.workspace import Workspace


def log(ws: Workspace, actor: Actor, text: str, answer: str = "", **more: str) -> Logged:
    """A chat that was pasted."""
    new = NewEnquiry(uid(text), text, ws.clock(), more.pop("channel", Channel.CHAT), **more)  # type: ignore[arg-type]
    return log_enquiry(ws, actor, new, answer)


@pytest.mark.parametrize(
    ("text", "code", "by"),
    [
        ("岚皋西路27号：孩子上幼儿园要什么？", "LT0001", "门牌"),
        ("29号问一下路灯", "LT0002", "门牌"),
        ("２９号问一下路灯", "LT0002", "门牌"),
        ("我是海燕花店，想换招牌", "LT0002", "店名"),
        ("锦云 家纺的，要开证明", "LT0001", "店名"),
        ("LT0002 社保怎么交", "LT0002", "编号"),
        ("海燕花店隔壁27号的锦云家纺", "LT0001", "店名"),
    ],
)
def test_the_shop_is_read_from_the_text(workspace: Workspace, street: Street, text: str, code: str, by: str) -> None:
    found = guess(workspace, street.office, text)
    assert (found.doors[0].code, found.doors[0].by, found.is_sure) == (code, by, True)


@pytest.mark.parametrize("text", ["有没有补贴", "127号和290号", "岚皋西路271号", "27日上午来", "LT00012"])
def test_where_the_text_names_no_shop_none_is_guessed(workspace: Workspace, street: Street, text: str) -> None:
    found = guess(workspace, street.office, text)
    assert (found.doors, found.is_sure) == ((), False)


def test_a_cards_number_is_clearest(workspace: Workspace, street: Street) -> None:
    card = make_card(workspace, street.chen, "LT0001")
    number = card_number("LT0001", card.token)
    for said in (number, number.lower(), number.replace("-", "")):
        found = guess(workspace, street.office, f"卡号{said}，海燕花店29号旁边的")
        assert (found.doors[0].code, found.doors[0].by, found.is_sure) == ("LT0001", "卡号", True)


def test_two_that_fit_alike_are_offered_and_none_is_taken(workspace: Workspace, street: Street) -> None:
    found = guess(workspace, street.office, "27号和29号都问路灯")
    assert ([d.code for d in found.doors], found.is_sure) == (["LT0001", "LT0002"], False)
    assert log(workspace, street.secretary, "27号和29号都问路灯").enquiry.shop_id is None


def test_saved_as_pasted_it_has_shop_and_topic(workspace: Workspace, street: Street) -> None:
    first = log(workspace, street.chen, "岚皋西路27号：孩子上幼儿园要什么？")
    again = log(workspace, street.chen, "岚皋西路27号：孩子上幼儿园要什么？")
    assert (first.enquiry.shop_id, first.enquiry.topic, first.is_new) == (uid("LT0001"), "子女入园", True)
    assert (again.enquiry, again.is_new) == (first.enquiry, False)
    assert first.enquiry.made_by == street.chen.person_id


def test_what_was_chosen_counts_before_what_is_guessed(workspace: Workspace, street: Street) -> None:
    one = log(workspace, street.chen, "27号问的", shop="LT0002", topic="其他").enquiry
    assert (one.shop_id, one.topic) == (uid("LT0002"), "其他")


def test_an_answer_on_the_spot_is_kept_with_it(workspace: Workspace, street: Street) -> None:
    one = log(workspace, street.chen, "27号：幼儿园几岁能报？", "满三周岁。", channel=Channel.PHONE).enquiry
    assert (one.answer, one.was_in_time, one.answered_by) == ("满三周岁。", True, street.chen.person_id)
    told = shop_history(workspace, street.office, "LT0001").items[:2]
    assert [e.detail for e in told if e.type == "enquiry"] == ["27号：幼儿园几岁能报？ · 答复：满三周岁。 · 电话"]


def test_who_may_not_answer_is_told_so_and_nothing_is_kept(workspace: Workspace, street: Street) -> None:
    for other in (street.zhou, street.office):
        with pytest.raises(Refused) as refused:
            log(workspace, other, "27号：幼儿园几岁能报？", "满三周岁。")
        assert refused.value.problems[0].field == "answer"
    with workspace.read() as conn:
        assert not enquiries.waiting(conn)
    assert log(workspace, street.office, "27号：幼儿园几岁能报？").is_new


def test_a_card_is_asked_on_by_merchants_alone(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Refused):
        log(workspace, street.chen, "问一声", channel=Channel.CARD)
    with pytest.raises(Forbidden):
        log(workspace, street.volunteer, "问一声")
