"""A question comes in once, with the clock it is judged by; only who asked may rate what was answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.enquiries import Channel, Rating, StepKind
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations import enquiries as operations
from mapsvc.operations.cards import make_card
from mapsvc.operations.enquiries import NewEnquiry, ask_within, rate_within, thank_within
from mapsvc.store import enquiries, events
from tests.support.acts import acts_on
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from mapsvc.domain.enquiries import Enquiry
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock

TUESDAY_CLOSE = datetime(2026, 11, 24, 9, tzinfo=UTC)
ASKED = "明年上幼儿园要什么条件？"


def ask(ws: Workspace, text: str = ASKED, name: str = "ask", **more: object) -> Enquiry:
    """A question as the exchange or the log brings it."""
    new = NewEnquiry(uid(name), text, more.pop("at", ws.clock()), **more)  # type: ignore[arg-type]
    with ws.write() as conn:
        return ask_within(conn, ws, SYSTEM, new)


def answered(ws: Workspace, one: Enquiry) -> None:
    """An answer written straight into the store."""
    from dataclasses import replace

    with ws.write() as conn:
        enquiries.change(conn, one, replace(one, answer="九月一日前满三周岁。", answered_at=ws.clock(), version=1))


def test_a_question_has_a_topic_a_clock_and_a_line_in_the_history(workspace: Workspace, street: Street) -> None:
    card = make_card(workspace, street.chen, "LT0001")
    one = ask(workspace, card_id=card.id, contact_name=" 徐  女士 ")
    assert (one.topic, one.due_at, one.channel) == ("子女入园", TUESDAY_CLOSE, Channel.CARD)
    assert (one.shop_id, one.tenancy_id, one.contact_name) == (card.shop_id, card.tenancy_id, "徐 女士")
    with workspace.read() as conn:
        told = events.page(conn, shop_id=card.shop_id, limit=1)[0]
    assert (told.type, told.ref, told.tenancy_id) == ("enquiry", one.id, card.tenancy_id)


def test_the_same_again_changes_nothing_and_another_text_is_a_conflict(workspace: Workspace, street: Street) -> None:
    first = ask(workspace, shop="LT0001", channel=Channel.PHONE)
    assert ask(workspace, shop="LT0001", channel=Channel.PHONE) == first
    assert acts_on(workspace, "enquiry") == ["ask_enquiry"]
    with pytest.raises(Conflict):
        ask(workspace, "小学报名要什么", shop="LT0001")


def test_a_phone_that_runs_ahead_asks_no_later_than_now(workspace: Workspace, street: Street) -> None:
    one = ask(workspace, at=workspace.clock() + timedelta(days=3), shop="LT0001")
    assert (one.asked_at, one.due_at) == (workspace.clock(), TUESDAY_CLOSE)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": "  "}, "text_missing"),
        ({"text": "长" * 2001}, "too_long"),
        ({"topic": "天气"}, "unknown_topic"),
        ({"shop": "LT9999"}, "unknown_shop"),
        ({"card_id": "nobody's"}, "unknown_card"),
    ],
)
def test_what_cannot_be_taken_in_says_why(
    workspace: Workspace, street: Street, more: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        ask(workspace, **more)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_an_answer_is_rated_by_the_card_of_its_tenancy_alone(workspace: Workspace, street: Street) -> None:
    card, other = (make_card(workspace, street.secretary, code) for code in ("LT0001", "LT0002"))
    one = ask(workspace, card_id=card.id)
    at = workspace.clock()
    with workspace.write() as conn, pytest.raises(Conflict, match="还没有答复"):
        rate_within(conn, SYSTEM, one.id, card.id, Rating.HELPED, None, at)
    answered(workspace, one)
    for card_id in (other.id, "nobody's"):
        with workspace.write() as conn, pytest.raises(NotFound):
            rate_within(conn, SYSTEM, one.id, card_id, Rating.HELPED, None, at)
    with workspace.write() as conn:
        rated = rate_within(conn, SYSTEM, one.id, card.id, Rating.HELPED, " 很清楚 ", at)
        again = rate_within(conn, SYSTEM, one.id, card.id, Rating.HELPED, "很清楚", at)
        steps = enquiries.steps_of(conn, [one.id])[one.id]
    assert (rated.rating, rated.rating_text, again) == (Rating.HELPED, "很清楚", rated)
    assert [(s.kind, s.text) for s in steps] == [(StepKind.RATED, "很清楚")]


def test_a_rating_may_be_thought_over_for_a_day(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    card = make_card(workspace, street.chen, "LT0001")
    one = ask(workspace, card_id=card.id)
    answered(workspace, one)

    def rate(rating: Rating) -> str | None:
        with workspace.write() as conn:
            return rate_within(conn, SYSTEM, one.id, card.id, rating, None, clock()).rating

    rate(Rating.HELPED)
    clock.advance(hours=24)
    assert rate(Rating.NOT) == Rating.NOT
    clock.advance(seconds=1)
    with pytest.raises(Conflict, match="不能再改"):
        rate(Rating.PARTLY)


def test_thanks_stand_with_the_answer_they_are_for(workspace: Workspace, street: Street) -> None:
    card = make_card(workspace, street.chen, "LT0001")
    at = workspace.clock()
    with workspace.write() as conn:
        alone = thank_within(conn, SYSTEM, uid("thanks 1"), card.id, "谢谢来看漏水", at)
        assert thank_within(conn, SYSTEM, uid("thanks 1"), card.id, "谢谢来看漏水", at) == alone
        kept = enquiries.by_ids(conn, [alone])[alone]
    assert (kept.is_open, kept.due_at) == (False, None)
    one = ask(workspace, card_id=card.id)
    answered(workspace, one)
    with workspace.write() as conn:
        assert thank_within(conn, SYSTEM, uid("thanks 2"), card.id, "谢谢", at) == one.id
        assert [s.text for s in enquiries.steps_of(conn, [one.id])[one.id]] == ["谢谢"]
        with pytest.raises(NotFound):
            thank_within(conn, SYSTEM, uid("thanks 3"), card.id, "谢谢", at, uid("another"))


def test_the_audit_holds_nothing_that_was_said(workspace: Workspace, street: Street) -> None:
    card = make_card(workspace, street.chen, "LT0001")
    one = ask(workspace, card_id=card.id, contact_name="徐女士", contact_phone="13812345678")
    bare = operations.wordless(one)
    assert (bare.text, bare.contact_name, bare.contact_phone) == ("", None, None)
