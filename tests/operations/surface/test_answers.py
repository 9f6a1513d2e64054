"""Answers on the public surface: out of the laid policies, made ready once for each layout and day."""

from __future__ import annotations

import pytest

from mapsvc.operations.surface import answers
from mapsvc.operations.surface.space import Space
from mapsvc.store.surface import facts, policies
from tests.support.card_pages import POLICIES, policy, two_cards
from tests.support.clock import FixedClock


@pytest.fixture
def laid(space: Space) -> Space:
    """Two cards and four entries."""
    two_cards(space)
    return space


def test_the_index_is_made_once_for_a_layout(laid: Space) -> None:
    assert answers.shelf(laid) is answers.shelf(laid)
    assert answers.find(laid, "居住证").hits[0].entry.id == "residence"


def test_another_layout_brings_other_answers(laid: Space) -> None:
    first = answers.shelf(laid)
    with laid.write() as conn:
        policies.replace_all(conn, [policy("parking", "装卸停车", "卸货停哪里？")])
        facts.put(conn, facts.LAYOUT, 2)
    assert answers.shelf(laid) is not first
    assert answers.find(laid, "卸货").hits[0].entry.id == "parking"
    assert answers.entry_of(laid, "residence") is None


def test_an_entry_is_said_within_its_days_only(laid: Space, clock: FixedClock) -> None:
    with laid.write() as conn:
        policies.replace_all(conn, [*POLICIES, policy("old", "社保用工", "社保怎么交？", valid_until="2026-11-24")])
        facts.put(conn, facts.LAYOUT, 3)
    assert answers.entry_of(laid, "old") is not None
    clock.advance(days=2)
    assert answers.entry_of(laid, "old") is None
    assert "社保用工" not in answers.topics(laid)


def test_topics_stand_in_the_order_of_entries_with_the_rest_last(laid: Space) -> None:
    with laid.write() as conn:
        policies.replace_all(conn, [policy("more", "其他", "别的？"), *POLICIES])
        facts.put(conn, facts.LAYOUT, 4)
    assert answers.topics(laid) == ("子女入园", "居住证积分", "证照办理", "外摆店招", "其他")
    assert [entry.id for entry in answers.of_topic(laid, "其他")] == ["more"]


def test_an_entry_that_cannot_be_read_here_hides_no_other(laid: Space) -> None:
    with laid.write() as conn:
        policies.replace_all(conn, [POLICIES[0] | {"of_a_newer_program": 1}, *POLICIES[1:]])
        facts.put(conn, facts.LAYOUT, 5)
    assert [entry.id for entry in answers.shelf(laid).entries] == ["residence", "licence", "sign"]


def test_a_very_long_question_is_cut_and_at_most_three_are_found(laid: Space) -> None:
    assert len(answers.find(laid, "居住证执照入园招牌怎么办" * 500).hits) <= answers.MOST_HITS
