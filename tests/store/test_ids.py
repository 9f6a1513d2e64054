"""Ids of workbook rows: version 5 by the standard library's own count, one per key, the same in every run."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.store import ids

key = st.lists(st.text(max_size=8), min_size=1, max_size=3)


@given(st.text(max_size=8), st.text(max_size=8), key)
def test_an_id_is_the_standard_s(office: str, sheet: str, parts: list[str]) -> None:
    name = "\x1f".join([office, sheet, *parts])
    assert ids.of_row(office, sheet, *parts) == str(uuid5(ids._NAMESPACE, name))
    assert UUID(ids.of_row(office, sheet, *parts)).version == 5


def test_ids_differ_by_office_sheet_and_key_and_never_by_run() -> None:
    told = [("石泉路街道", "商铺底册", "LT0001"), ("别的街道", "商铺底册", "LT0001"), ("石泉路街道", "点位", "LT0001")]
    assert len({ids.of_row(*one) for one in told}) == 3
    assert ids.of("case", "i-1") == ids.of("case", "i-1") != ids.of("case", "i-2")
