"""What merchants ask about: a door that asks again is counted once."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.asks import SAME_DAYS, Ask, counted_once, doors_between

FIRST = date(2026, 3, 1)
ASKS = st.lists(
    st.builds(
        lambda topic, door, n: Ask(topic, door, FIRST + timedelta(days=n)),
        st.sampled_from(["子女入园", "消防安全"]),
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 120),
    ),
    max_size=40,
)


@given(ASKS, st.randoms())
def test_of_one_door_and_topic_at_most_one_in_four_weeks_counts_in_whatever_order(asks: list[Ask], random) -> None:  # type: ignore[no-untyped-def]
    kept = counted_once(asks)
    shuffled = list(asks)
    random.shuffle(shuffled)
    assert counted_once(shuffled) == kept
    by_door: dict[tuple[str, str], list[date]] = {}
    for one in kept:
        by_door.setdefault((one.topic, one.door), []).append(one.day)
    for days in by_door.values():
        assert all((later - earlier).days >= SAME_DAYS for earlier, later in pairwise(days))
    assert {(a.topic, a.door) for a in kept} == {(a.topic, a.door) for a in asks}


@given(ASKS)
def test_every_ask_left_out_follows_one_that_counts(asks: list[Ask]) -> None:
    kept = counted_once(asks)
    for one in asks:
        near = [k for k in kept if (k.topic, k.door) == (one.topic, one.door)]
        assert any(timedelta(0) <= one.day - k.day < timedelta(days=SAME_DAYS) for k in near)


def test_doors_are_counted_once_over_several_topics_and_only_within_the_days() -> None:
    asks = [Ask("子女入园", "a", FIRST), Ask("子女入学", "a", FIRST), Ask("子女入园", "b", FIRST + timedelta(days=9))]
    assert doors_between(asks, ["子女入园", "子女入学"], FIRST, FIRST + timedelta(days=8)) == 1
    assert doors_between(asks, ["子女入园", "子女入学"], FIRST, FIRST + timedelta(days=9)) == 2
    assert doors_between(asks, ["消防安全"], FIRST, FIRST + timedelta(days=9)) == 0
