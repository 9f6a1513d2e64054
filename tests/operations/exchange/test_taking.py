"""What was said on the public surface becomes what it is inside: once, by the office's rules, refusals with reasons."""

from __future__ import annotations

import io
from dataclasses import replace
from hashlib import sha256

import pytest
from PIL import Image
from sqlalchemy import select

from mapsvc.domain.cases import Severity
from mapsvc.domain.enquiries import Rating
from mapsvc.domain.photos import PhotoOf
from mapsvc.domain.quiet_hours import QuietSource
from mapsvc.domain.times import office_day
from mapsvc.operations import enquiry_steps, quiet_hours, topic_choices
from mapsvc.operations.cards import make_card
from mapsvc.operations.shop_changes import change_tenancy
from mapsvc.operations.tenancies import NewTenancy
from mapsvc.store import enquiries, issues, photos, surface_items
from mapsvc.store import quiet_hours as quiet_rows
from mapsvc.store.surface import tables as surface_tables
from mapsvc.store.tables import event as event_rows
from mapsvc.store.tables import surface_item
from tests.support.clock import FixedClock
from tests.support.exchange import Both
from tests.support.street import uid


def picture() -> dict[str, bytes]:
    """A JPEG by its SHA-256."""
    target = io.BytesIO()
    Image.new("RGB", (640, 480), "#668").save(target, "JPEG")
    return {sha256(target.getvalue()).hexdigest(): target.getvalue()}


def outcome(both: Both, said_id: str) -> tuple[str, str | None]:
    """What became of a thing and why."""
    with both.ws.read() as conn:
        row = conn.execute(select(surface_item).where(surface_item.c.id == said_id)).one()
    return row.outcome, row.reason


def test_a_question_becomes_an_enquiry_under_its_clock(both: Both, clock: FixedClock) -> None:
    body = {"text": "孩子入园要哪些材料", "name": "小徐", "phone": "13900001111", "is_urgent": False}
    said = both.say("ask", body)
    clock.advance(hours=1)
    assert both.exchange() == 1
    with both.ws.read() as conn:
        found = enquiries.by_id(conn, said.id)
    assert found is not None
    assert (found.text, found.card_id, found.contact_name) == (body["text"], both.own.id, "小徐")
    assert found.asked_at == said.said_at
    assert found.due_at is not None
    assert found.due_at > said.said_at


def test_the_merchant_sees_the_question_its_answer_and_may_rate_it(both: Both) -> None:
    said = both.ask("外摆怎么办")
    both.exchange()
    card = both.shown()
    assert card is not None
    [matter] = card.matters
    assert (matter.ref, matter.said_id, matter.is_over) == (said.id, said.id, False)
    assert "前答复" in matter.state
    enquiry_steps.answer(both.ws, both.people.secretary, said.id, "要先到窗口备案。", 0)
    both.exchange()
    card = both.shown()
    assert card is not None
    [matter] = card.matters
    assert (matter.detail, matter.can_rate) == ("要先到窗口备案。", True)
    both.say("rate", {"ref": said.id, "rating": "helped", "text": "谢谢"})
    both.exchange()
    with both.ws.read() as conn:
        found = enquiries.by_id(conn, said.id)
    assert found is not None
    assert (found.rating, found.rating_text) == (Rating.HELPED, "谢谢")


def test_a_report_becomes_an_issue_on_the_map_with_its_photo(both: Both) -> None:
    body = {"kind": "L0001", "text": "天花板滴水", "where": "here", "is_urgent": True}
    said = both.say("report", body, photos=picture())
    both.exchange()
    with both.ws.read() as conn:
        found = issues.found_by_ids(conn, [said.id])[said.id]
        kept = photos.of_records(conn, PhotoOf.ISSUE, [said.id])[said.id]
    assert (found.shop_code, found.issue.kind, found.issue.source.value) == ("LT0001", "L0001", "card")
    assert found.case.severity is Severity.DANGER
    assert photos.file_of(both.ws.folder, kept[0].sha256).is_file()
    card = both.shown()
    assert card is not None
    assert card.matters[0].title == "渗漏水：天花板滴水"


def test_what_is_near_the_shop_is_not_the_shops(both: Both) -> None:
    said = both.say("report", {"kind": "06010", "text": "门口一堆垃圾", "where": "near"})
    both.exchange()
    with both.ws.read() as conn:
        found = issues.found_by_ids(conn, [said.id])[said.id]
    assert found.issue.shop_id is None
    assert found.location.lon is not None


def test_quiet_hours_replace_what_the_merchant_said_and_nothing_else(both: Both) -> None:
    quiet_hours.say(both.ws, both.people.chen, "LT0001", 2, 600, 660, "理货")
    both.say("quiet", {"lines": [{"weekday": None, "from_minute": 0, "until_minute": 840}], "text": "14点后"})
    both.exchange()
    both.say("quiet", {"lines": [{"weekday": 6, "from_minute": 0, "until_minute": 1440}], "text": None})
    both.exchange()
    with both.ws.read() as conn:
        held = quiet_rows.of_tenancy(conn, uid("ten LT0001"))
    assert {(q.weekday, q.source) for q in held} == {(2, QuietSource.TOLD), (6, QuietSource.MERCHANT)}
    card = both.shown()
    assert card is not None
    assert {(q.weekday, q.text) for q in card.quiet} == {(2, None), (6, None)}


def test_chosen_topics_are_the_whole_set(both: Both) -> None:
    for chosen in (["子女入园", "证照办理"], ["证照办理"]):
        both.say("topics", {"topics": chosen})
        both.exchange()
        card = both.shown()
        assert card is not None
        assert sorted(card.topics) == sorted(chosen)
    assert [c.topic for c in topic_choices.of_shop(both.ws, both.people.secretary, "LT0001")] == ["证照办理"]


def test_thanks_are_kept_with_what_they_are_for(both: Both) -> None:
    said = both.ask("房东涨租怎么办")
    both.exchange()
    enquiry_steps.answer(both.ws, both.people.secretary, said.id, "先看合同。", 0)
    thanks = both.say("thank", {"ref": said.id, "text": "多谢"})
    both.exchange()
    with both.ws.read() as conn:
        step = enquiries.step_by_id(conn, thanks.id)
    assert step is not None
    assert (step.enquiry_id, step.text) == (said.id, "多谢")
    card = both.shown()
    assert card is not None
    assert len(card.matters) == 1


@pytest.mark.parametrize(
    ("kind", "body", "word"),
    [
        ("ask", {"text": ""}, "写一句"),
        ("ask", {"text": "长" * 2001}, "太长"),
        ("ask", {"text": 5}, "读不懂"),
        ("report", {"kind": "L9999", "text": "?"}, "没有这类问题"),
        ("quiet", {"lines": [{"weekday": 9, "from_minute": 0, "until_minute": 5}]}, "周一到周日"),
        ("quiet", {"lines": "all"}, "没有记下"),
        ("quiet", {"lines": [{"weekday": None, "from_minute": True, "until_minute": 5}]}, "读不懂"),
        ("topics", {"topics": ["别人的秘密"]}, ""),
        ("topics", {"topics": [3]}, "读不懂"),
        ("rate", {"ref": "nobody's", "rating": "helped"}, "没有这条"),
        ("rate", {"ref": "x", "rating": "best"}, "选"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_reason_and_blocks_nothing(
    both: Both, kind: str, body: dict[str, object], word: str
) -> None:
    bad = both.say(kind, body, name="bad")
    good = both.ask("这一条没问题")
    both.exchange()
    how, why = outcome(both, bad.id)
    assert how == "refused"
    assert why
    assert word in why
    assert outcome(both, good.id)[0] == "taken"
    card = both.shown()
    assert card is not None
    seen = next(m for m in card.matters if m.said_id == bad.id)
    assert (seen.state, seen.detail) == ("没有记下", why)


def test_a_picture_that_is_none_refuses_its_report_alone(both: Both) -> None:
    bad = both.say("report", {"kind": "L0001", "text": "漏"}, photos={"ab" * 32: b"\xff\xd8\xff not a picture"})
    both.ask("下一条")
    both.exchange()
    assert outcome(both, bad.id)[0] == "refused"
    assert both.texts() == ["下一条"]


def test_another_shops_answer_cannot_be_rated(both: Both) -> None:
    said = both.ask("这是27号问的")
    both.exchange()
    enquiry_steps.answer(both.ws, both.people.secretary, said.id, "答27号。", 0)
    both.exchange()
    foreign = both.say("rate", {"ref": said.id, "rating": "not"}, card=both.other)
    both.exchange()
    assert outcome(both, foreign.id)[0] == "refused"


def test_a_card_of_who_left_asks_no_more_and_its_report_is_of_the_premises(both: Both, clock: FixedClock) -> None:
    both.exchange()
    asked = both.ask("走之前问的")
    told = both.say("report", {"kind": "L0001", "text": "还在漏", "where": "here"})
    clock.advance(minutes=5)
    new = NewTenancy(uid("cafe"), office_day(clock()), "新叶咖啡", "餐饮", "周小叶", "13900002222")
    change_tenancy(both.ws, both.people.secretary, "LT0001", 1, new)
    both.exchange()
    assert outcome(both, asked.id)[0] == "refused"
    assert both.texts() == []
    with both.ws.read() as conn:
        found = issues.found_by_ids(conn, [told.id])[told.id]
        event = conn.execute(select(event_rows).where(event_rows.c.ref == told.id)).one()
    assert (found.shop_code, event.tenancy_id) == ("LT0001", None)
    assert both.shown() is None


def test_what_was_said_before_a_card_was_lost_stands(both: Both, clock: FixedClock) -> None:
    said = both.ask("卡丢之前问的")
    clock.advance(minutes=5)
    make_card(both.ws, both.people.secretary, "LT0001", is_lost=True)
    both.exchange()
    assert outcome(both, said.id)[0] == "taken"
    assert both.shown() is None


def test_a_key_that_no_card_has_is_refused(both: Both) -> None:
    said = both.say("ask", {"text": "谁"}, card=replace(both.own, token="x" * 32))
    both.exchange()
    assert outcome(both, said.id)[0] == "refused"


def test_nothing_waits_and_no_words_stay_outside_once_taken(both: Both) -> None:
    both.say("report", {"kind": "L0001", "text": "这句话只到办公室"}, photos=picture())
    both.ask("问题也一样", card=both.other)
    both.exchange()
    assert both.waiting() == 0
    with both.space.read() as conn:
        assert list(conn.execute(select(surface_tables.picture.c.sha)).scalars()) == []
        assert {row.body for row in conn.execute(select(surface_tables.said.c.body))} == {None}


def test_the_items_name_their_card(both: Both) -> None:
    both.ask("谁问的")
    both.exchange()
    with both.ws.read() as conn:
        [item] = surface_items.of_cards(conn, [both.own.id], both.ws.clock().replace(year=2020))
    assert (item.card_id, item.kind) == (both.own.id, "ask")
