"""The hidden column of an export: read back as written, and anything else is nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mapsvc.ledger.exported import exported_text, read_exported

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
SCALARS = some.none() | some.booleans() | some.integers(-(10**9), 10**9) | some.text(max_size=30)


@given(some.text(max_size=20), some.dictionaries(some.sampled_from(["trade", "note", "staff_count"]), SCALARS))
def test_what_is_written_is_read(key: str, values: dict[str, object]) -> None:
    read = read_exported(exported_text(key, AT, values))
    assert read is not None
    assert (read.key, read.at, read.values) == (key, AT, values)


@pytest.mark.parametrize(
    "cell",
    [None, 7, "", "{", "[]", "null", "{}", '{"key":"a","at":"gestern","values":{}}', '{"key":"a","at":1,"values":{}}',
     '{"key":"a","at":"2026-11-23T01:00:00","values":{}}', '{"key":"a","at":"2026-11-23T01:00:00Z","values":7}',
     "[" * 30_000, "x" * 40_000],
)  # fmt: skip
def test_anything_else_is_nothing(cell: object) -> None:
    assert read_exported(cell) is None


def test_a_position_or_a_value_of_another_kind_is_left_out() -> None:
    told = {"position": "nowhere", "trade": ["a"], "note": "b"}
    read = read_exported(exported_text("k", AT, told))
    assert read is not None and read.values == {"note": "b"}


def test_a_row_too_long_for_a_cell_says_nothing() -> None:
    assert exported_text("k", AT, {"note": "x" * 40_000}) is None
