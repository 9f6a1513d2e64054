"""什么时候来方便 and 提前提醒我: one tap, shown as what holds, put back."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from mapsvc.domain.surface import QuietLine
from mapsvc.store.surface import outbox
from tests.support.card_pages import ADDRESS, TOKEN, PublicStreet, laid, lay_out, value_of


def test_a_time_is_tapped_shown_changed_and_put_back(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    answer = phone.post(f"{ADDRESS}/times", data={"time": "after_14"})
    assert answer.headers["Location"] == f"{ADDRESS}?done=quiet#times"
    page = phone.get(f"{ADDRESS}?done=quiet").get_data(as_text=True)
    assert "已记下：14点后来方便，别的时候不来打扰。" in page and "撤销" in page
    assert re.search(r'value="any" aria-pressed="true">14点后', page)
    assert public_street.said()[0].body["lines"] == [{"weekday": None, "from_minute": 0, "until_minute": 840}]
    phone.post(f"{ADDRESS}/times", data={"time": "weekend"})
    assert "周末来方便" in phone.get(ADDRESS).get_data(as_text=True)
    before = value_of(phone.get(f"{ADDRESS}?done=quiet").get_data(as_text=True), "before")
    # The office may have it by then: what held before stands in the form.
    with public_street.space.write() as conn:
        outbox.take_away(conn, 99, public_street.clock())
    phone.post(f"{ADDRESS}/times", data={"undo": "1", "before": before})
    assert "14点后来方便" in phone.get(ADDRESS).get_data(as_text=True)
    phone.post(f"{ADDRESS}/times", data={"time": "any"})
    assert "什么时候来都行。" in phone.get(ADDRESS).get_data(as_text=True)


def test_a_time_tapped_again_on_a_page_gone_back_to_holds(public_street: PublicStreet) -> None:
    phone, form = public_street.phone(), str(uuid4())
    phone.post(f"{ADDRESS}/times", data={"id": form, "time": "after_14"})
    phone.post(f"{ADDRESS}/times", data={"id": str(uuid4()), "time": "morning"})
    phone.post(f"{ADDRESS}/times", data={"id": form, "time": "after_14"})
    assert "14点后来方便" in phone.get(ADDRESS).get_data(as_text=True)
    phone.post(f"{ADDRESS}/times", data={"id": form, "time": "after_14"})
    assert len(public_street.said()) == 3


def test_what_was_said_at_the_door_stands_beside_what_is_said_here(public_street: PublicStreet) -> None:
    told = (QuietLine(600, 660, 2, None, is_told=True), QuietLine(0, 840))
    lay_out(public_street.space, [laid(TOKEN, "岚皋西路27号", "LX-0127-K4", quiet=told)])
    phone = public_street.phone()
    page = phone.get(ADDRESS).get_data(as_text=True)
    assert "14点后来方便" in page and "上门时说过：周三10:00–11:00不便。" in page
    phone.post(f"{ADDRESS}/times", data={"time": "any"})
    page = phone.get(ADDRESS).get_data(as_text=True)
    assert "14点后来方便" not in page and "上门时说过：周三10:00–11:00不便。" in page
    before = value_of(phone.get(f"{ADDRESS}?done=quiet").get_data(as_text=True), "before")
    phone.post(f"{ADDRESS}/times", data={"undo": "1", "before": before})
    assert public_street.said()[-1].body["lines"] == [{"weekday": None, "from_minute": 0, "until_minute": 840}]


def test_own_words_become_times_or_go_to_a_person(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    phone.post(f"{ADDRESS}/times", data={"words": "周三下午不方便"})
    assert "周三12:00–18:00不便，这时不来打扰。" in phone.get(ADDRESS).get_data(as_text=True)
    answer = phone.post(f"{ADDRESS}/times", data={"words": "孩子放学前别来"})
    assert answer.headers["Location"] == f"{ADDRESS}?done=ask#done"
    assert public_street.said()[-1].body["text"] == "什么时候来方便：孩子放学前别来"
    assert "周三12:00–18:00不便" in phone.get(ADDRESS).get_data(as_text=True)


@pytest.mark.parametrize(("words", "told"), [("", "请写什么时候方便"), ("忙" * 61, "最多60个字")])
def test_own_words_that_cannot_be_taken_stay(public_street: PublicStreet, words: str, told: str) -> None:
    answer = public_street.phone().post(f"{ADDRESS}/times", data={"words": words})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert told in page and 'aria-invalid="true"' in page and f'value="{words}"' in page


def test_topics_are_chosen_as_a_whole(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    phone.post(f"{ADDRESS}/topics", data={"topics": ["消防安全", "子女入园"]})
    assert public_street.said()[-1].body == {"topics": ["子女入园", "消防安全"]}
    page = phone.get(f"{ADDRESS}?done=topics").get_data(as_text=True)
    assert "已选子女入园、消防安全" in page and "办之前上门告诉您" in page
    assert phone.get(f"{ADDRESS}/topics").get_data(as_text=True).count(" checked") == 2
    phone.post(f"{ADDRESS}/topics", data={})
    assert public_street.said()[-1].body == {"topics": []}
    assert "选一样，办之前上门告诉您" in phone.get(ADDRESS).get_data(as_text=True)
    assert phone.post(f"{ADDRESS}/topics", data={"topics": "没有的"}).status_code == 422


@pytest.mark.parametrize("before", ["", "x", "0-0", "9:0-5", "5-3", "0-9999", ";".join(["0-5"] * 15)])
def test_a_made_up_way_back_is_refused(public_street: PublicStreet, before: str) -> None:
    answer = public_street.phone().post(f"{ADDRESS}/times", data={"undo": "1", "before": before})
    assert answer.status_code == 422
    assert public_street.said() == []
