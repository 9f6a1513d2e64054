"""The three-way rule: only what the office changed is written, what both changed is for a person to choose."""

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.ledger import is_new_tenancy, same_value, three_way

VALUE = st.none() | st.sampled_from(["a", "b", "c"])
ROW = st.fixed_dictionaries({"x": VALUE, "y": VALUE})


@given(ROW, ROW, ROW)
def test_every_field_is_written_in_conflict_or_left_alone(
    base: dict[str, str | None], file: dict[str, str | None], app: dict[str, str | None]
) -> None:
    merge = three_way(base, file, app, same_value)
    for name in file:
        office, ours = file[name] != base[name], app[name] != base[name]
        differ = file[name] != app[name]
        assert (name in merge.write) == (office and not ours and differ)
        assert (name in merge.conflicts) == (office and ours and differ)
        assert merge.base[name] == (base[name] if name in merge.conflicts else file[name])


@given(ROW, ROW, ROW)
def test_the_same_file_again_finds_nothing_left_to_write(
    base: dict[str, str | None], file: dict[str, str | None], app: dict[str, str | None]
) -> None:
    merge = three_way(base, file, app, same_value)
    again = three_way(merge.base, file, {**app, **merge.write}, same_value)
    assert again.write == {}
    assert again.conflicts.keys() == merge.conflicts.keys()


def test_a_column_the_file_lacks_changes_nothing() -> None:
    merge = three_way({"x": "a", "y": "b"}, {"x": "a"}, {"x": "a", "y": "b"}, same_value)
    assert (merge.write, merge.conflicts, merge.base) == ({}, {}, {"x": "a", "y": "b"})


def test_positions_may_differ_by_rounding_only() -> None:
    assert same_value("position", "121.420800,31.250150", "121.420801,31.250150")
    assert not same_value("position", "121.420800,31.250150", "121.420900,31.250150")
    assert not same_value("position", None, "121.420900,31.250150")


def test_a_new_tenancy_needs_a_new_sign_and_a_new_merchant() -> None:
    old = {"sign_name": "甲", "merchant": "王先生"}
    assert is_new_tenancy(old, {"sign_name": "乙", "merchant": "李女士"})
    assert not is_new_tenancy(old, {"sign_name": "乙", "merchant": "王先生"})
    assert not is_new_tenancy(old, {"sign_name": "甲", "merchant": "李女士"})
    assert not is_new_tenancy(old, {"sign_name": "乙", "merchant": None})
