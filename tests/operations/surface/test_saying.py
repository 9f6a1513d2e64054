"""Saying on a card's page, out of the store: once, counted, bounded, never another card's."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain import surface_limits as rules
from mapsvc.domain.surface import SaidKind, key_of
from mapsvc.domain.surface_limits import Weight
from mapsvc.errors import NoSpace, Refused, TooMany
from mapsvc.operations.surface import cards, saying
from mapsvc.operations.surface.saying import Question, Report, Speaker, said_id
from mapsvc.operations.surface.space import Space
from mapsvc.store.surface import outbox, pictures
from tests.support.card_pages import OTHER_TOKEN, TOKEN, lay_out, two_cards
from tests.support.clock import FixedClock

FORM = UUID("11111111-1111-4111-8111-111111111111")


def speaker(space: Space, token: str = TOKEN, source: str = "home", form: UUID | None = None) -> Speaker:
    """Who holds a card."""
    found = cards.find_card(space, token)
    assert found is not None
    return Speaker(found, source, form or uuid4())


@pytest.fixture
def laid(space: Space) -> Space:
    """Two cards."""
    two_cards(space)
    return space


def waiting(space: Space, token: str = TOKEN) -> list[str]:
    """Ids of what waits."""
    with space.read() as conn:
        return [one.id for one in outbox.waiting_of_key(conn, key_of(token))]


def test_the_same_form_with_the_same_words_is_taken_once(laid: Space) -> None:
    who = speaker(laid, form=FORM)
    first, second = (saying.ask(laid, who, Question("停车证去哪办")) for _ in range(2))
    assert first.id == second.id
    assert waiting(laid) == [first.id]


def test_what_was_picked_up_meanwhile_is_not_taken_again(laid: Space, clock: FixedClock) -> None:
    who = speaker(laid, form=FORM)
    first = saying.ask(laid, who, Question("停车证去哪办"))
    with laid.write() as conn:
        outbox.take_away(conn, first.seq, clock())
    saying.ask(laid, who, Question("停车证去哪办"))
    assert waiting(laid) == []


def test_said_again_costs_nothing_of_the_hour(laid: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "AN_HOUR", dict.fromkeys(Weight, 1))
    who = speaker(laid, form=FORM)
    for _ in range(3):
        saying.ask(laid, who, Question("停车证去哪办"))
    with pytest.raises(TooMany):
        saying.ask(laid, who, Question("别的"))


def test_choices_and_words_are_counted_apart(laid: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "AN_HOUR", {Weight.WORDS: 0, Weight.CHOICE: 1})
    with pytest.raises(TooMany):
        saying.ask(laid, speaker(laid), Question("问"))
    saying.choose_topics(laid, speaker(laid), ["子女入园"])
    with pytest.raises(TooMany):
        saying.choose_time(laid, speaker(laid), None)


def test_a_noisy_card_leaves_half_of_the_store_to_the_others(laid: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_ROWS", 10)
    monkeypatch.setattr(rules, "USUAL_A_DAY", dict.fromkeys(Weight, 2))
    for n in range(5):
        saying.ask(laid, speaker(laid, source=f"s{n}"), Question(f"第{n}问"))
    with pytest.raises(NoSpace):
        saying.ask(laid, speaker(laid, source="s9"), Question("还有"))
    assert not saying.ask(laid, speaker(laid, OTHER_TOKEN), Question("隔壁问")).is_held


def test_photos_fill_no_more_than_their_room(laid: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_PHOTO_BYTES", 100)
    saying.report(laid, speaker(laid), Report("L0001", "漏", pictures={"a" * 64: b"x" * 60}))
    with pytest.raises(NoSpace):
        saying.report(laid, speaker(laid), Report("L0001", "又漏", pictures={"b" * 64: b"x" * 60}))
    with laid.read() as conn:
        assert pictures.jpeg_of(conn, "b" * 64) is None
        assert pictures.bytes_said(conn) == 60
    saying.report(laid, speaker(laid), Report("L0001", "又漏，没有照片"))


def test_what_is_refused_leaves_nothing_behind(laid: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    for bad in (Report("L9999", "漏"), Report("L0001", ""), Report("L0001", "漏", where="moon")):
        with pytest.raises(Refused):
            saying.report(laid, speaker(laid), bad)
    with pytest.raises(Refused):
        saying.choose_topics(laid, speaker(laid), ["子女入园", "没有的"])
    with pytest.raises(Refused):
        saying.rate(laid, speaker(laid, OTHER_TOKEN), "ask-1", "helped", "")
    with pytest.raises(Refused):
        saying.thank(laid, speaker(laid, OTHER_TOKEN), "ask-1", "谢")
    assert waiting(laid) == waiting(laid, OTHER_TOKEN) == []


def test_every_fault_of_a_form_is_named_at_once(laid: Space) -> None:
    with pytest.raises(Refused) as refused:
        saying.ask(laid, speaker(laid), Question("", name="名" * 99, phone="1" * 99))
    assert [problem.field for problem in refused.value.problems] == ["text", "name", "phone"]


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(list(SaidKind)))
def test_an_id_says_form_card_kind_and_words(one: str, other: str, kind: SaidKind) -> None:
    from tests.support.card_pages import laid as card_of

    mine, theirs = card_of(TOKEN, "27号", "A"), card_of(OTHER_TOKEN, "31号", "B")
    who = Speaker(mine, "home", FORM)
    assert (said_id(who, kind, {"text": one}) == said_id(who, kind, {"text": other})) == (one == other)
    assert said_id(who, kind, {"text": one}) != said_id(replace(who, card=theirs), kind, {"text": one})
    assert said_id(who, kind, {"text": one}) == said_id(replace(who, source="else"), kind, {"text": one})


def test_a_revoked_card_shows_nothing_even_while_its_words_wait(laid: Space) -> None:
    saying.ask(laid, speaker(laid), Question("问"))
    lay_out(laid, [], serial=2)
    assert cards.find_card(laid, TOKEN) is None
    assert len(waiting(laid)) == 1
