"""Headers and hints are short: a cell of a million characters is data, and is told apart without looking through it."""

from __future__ import annotations

from typing import Any

from mapsvc.ledger.headers import LONGEST_TITLE, find_header, is_no_data
from mapsvc.ledger.reader import SheetRow
from mapsvc.ledger.sheets import SHEETS

SHOPS = SHEETS[0]
TITLES: list[Any] = [column.title for column in SHOPS.columns]


def row(number: int, **values: str) -> SheetRow:
    """A row of the shops' sheet with these fields."""
    named = {column.field: n for n, column in enumerate(SHOPS.columns)}
    cells: list[Any] = [None] * len(TITLES)
    for field, value in values.items():
        cells[named[field]] = value
    return SheetRow(number, cells)


def test_a_long_remark_in_a_row_of_data_is_no_line_of_hints() -> None:
    header = find_header(SHOPS, [SheetRow(1, TITLES)])
    assert header is not None
    hints = row(2, code="必填", sign_name="与招牌一致")
    wordy = "必填的都填了，" + "好" * LONGEST_TITLE
    assert is_no_data(header, hints, in_front=True)
    assert not is_no_data(header, row(2, code="LT0001", sign_name=wordy, note=wordy), in_front=True)


def test_a_million_capital_letters_are_passed_over() -> None:
    header = find_header(SHOPS, [row(1, code="(" * 1_000_000), SheetRow(2, TITLES)])
    assert header is not None
    assert header.row == 2
    assert not is_no_data(header, row(3, code="LT0001", sign_name="A" * 1_000_000), in_front=True)
