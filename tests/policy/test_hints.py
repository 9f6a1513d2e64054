"""What is no known word still says something: its characters stand in words that are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.topics import NAMES
from mapsvc.policy.hints import CHARACTER_TRUST, PAIR_TRUST, hinted
from mapsvc.policy.lexicon import lexicon
from tests.policy.shelf import ids


@pytest.mark.parametrize(
    ("unknown", "topic"),
    [("蓝桶", "垃圾清运"), ("石渣", "垃圾清运"), ("罐房", "水电煤"), ("税表", "补贴融资"), ("租仓", "房租租约")],
)
def test_an_unknown_word_hints_at_the_topic_its_characters_belong_to(unknown: str, topic: str) -> None:
    assert unknown not in lexicon().meanings
    topics = hinted(unknown)[1]
    assert max(topics, key=lambda name: topics[name]) == topic


@pytest.mark.parametrize("unknown", ["", "abc", "12", "🙂", "魑魅"])
def test_what_no_known_word_is_written_with_hints_at_nothing(unknown: str) -> None:
    assert hinted(unknown) == ({}, {})


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=8))
def test_a_hint_names_groups_and_topics_there_are_and_is_never_as_sure_as_can_be(text: str) -> None:
    groups, topics = hinted(text)
    assert topics.keys() <= {*NAMES}
    assert groups.keys() <= {name for means in lexicon().meanings.values() for name in means}
    assert all(0 < share < max(PAIR_TRUST, CHARACTER_TRUST) for share in [*groups.values(), *topics.values()])


@pytest.mark.parametrize(
    ("q", "right"), [("我家那只蓝桶没影了", "bins_far"), ("那堆石渣搁哪", "waste"), ("税表交晚了", "tax_invoice")]
)
def test_a_question_of_words_nobody_wrote_down_finds_its_entry(q: str, right: str) -> None:
    assert right in ids(q, 3)
