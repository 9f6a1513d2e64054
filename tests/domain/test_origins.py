"""Nothing below ten can be computed from the sums that are shown, whatever the street looks like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.origins import FEWEST, Count, is_closed_title, sums

counts = st.dictionaries(
    st.sampled_from("甲乙丙丁戊己"), st.builds(Count, st.integers(0, 40), st.integers(0, 40)), max_size=6
)


@given(counts)
def test_no_shown_number_and_no_rest_of_shown_numbers_tells_of_fewer_than_ten(parts: dict[str, Count]) -> None:
    found = sums(parts)
    whole = sum(parts.values(), Count(0, 0))
    shown = {name: n for name, n in found.parts.items() if n is not None}
    assert set(found.parts) == set(parts)
    if found.whole is None:
        assert not shown
        return
    assert found.whole == whole.n
    assert min(whole.n, whole.rest) >= FEWEST
    for name, n in shown.items():
        assert n == parts[name].n
        assert min(parts[name].n, parts[name].rest) >= FEWEST
    missing = [name for name in parts if name not in shown]
    hidden = [parts[name] for name in missing if parts[name].n + parts[name].rest]
    left = sum(hidden, Count(0, 0))
    # Whoever takes the shown from the whole learns of the hidden ones together, and of no single one.
    assert not missing or (len(hidden) > 1 and min(left.n, left.rest) >= FEWEST)


@given(counts)
def test_what_one_hidden_area_holds_is_never_settled_by_its_size(parts: dict[str, Count]) -> None:
    found = sums(parts)
    if found.whole is None:
        return
    hidden = [count for name, count in parts.items() if found.parts[name] is None and count.n + count.rest]
    together = sum(hidden, Count(0, 0))
    for one in hidden:
        size, others = one.n + one.rest, together.n + together.rest - one.n - one.rest
        fewest, most = max(0, together.n - others), min(size, together.n)
        assert fewest < most


def test_a_street_of_large_patches_shows_them_all() -> None:
    parts = {"东": Count(30, 20), "西": Count(15, 40)}
    assert sums(parts).parts == {"东": 30, "西": 15}
    assert sums(parts).whole == 45


def test_one_small_patch_takes_the_smallest_of_the_others_with_it() -> None:
    found = sums({"东": Count(30, 20), "中": Count(12, 40), "西": Count(3, 40)})
    assert (found.whole, found.parts) == (45, {"东": 30, "中": None, "西": None})


@pytest.mark.parametrize("whole", [Count(9, 200), Count(200, 9), Count(0, 0), Count(200, 0)])
def test_a_street_of_nearly_one_sort_shows_nothing(whole: Count) -> None:
    assert sums({"东": whole}).whole is None


def test_of_a_patch_nothing_is_known_of_nothing_can_be_computed_either() -> None:
    assert sums({"东": Count(30, 20), "西": Count(0, 0)}).parts == {"东": None, "西": None}
    assert sums({}).whole is None


@pytest.mark.parametrize(
    ("title", "is_closed"),
    [("户籍(本市/外来)", True), ("有学龄前子女", True), ("origin", True), ("户籍类别", True), ("经营者", False)],
)
def test_closed_columns_are_known_by_their_titles(title: str, is_closed: bool) -> None:
    assert is_closed_title(title) is is_closed
