"""A table of daily rainfall: spellings of days and amounts, encodings, rows that are named and lose nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.rainfall import RainDay
from mapsvc.errors import Malformed, Refused
from mapsvc.ledger.rainfall import read_rainfall

TODAY = date(2026, 11, 23)


def days(text: str, encoding: str = "utf-8") -> list[RainDay]:
    """What is read of a file with this text."""
    return [day for _, day in read_rainfall(text.encode(encoding), TODAY).days]


@pytest.mark.parametrize(
    "text",
    [
        "日期,雨量mm\n2026-06-18,36.5\n",
        "\ufeff日期,雨量(mm)\r\n2026/6/18,36.5mm\r\n",
        "day;mm;station\n2026-06-18;36.5;\n",
        "date\train\n20260618\t36.50\n",
        "岚皋路雨量站\n\n日期，降水量\n2026年6月18日，３６.５毫米\n合计，36.5\n",
    ],
)
def test_the_same_day_in_many_spellings(text: str) -> None:
    assert days(text) == [RainDay(date(2026, 6, 18), "", 36.5)]


def test_gb18030_and_stations() -> None:
    text = "日期,雨量mm,站点\n2026-06-18,36.5,石泉路\n2026-06-18,0,中山北路\n"
    found = days(text, "gb18030")
    assert [(d.station, d.mm) for d in found] == [("石泉路", 36.5), ("中山北路", 0.0)]


def test_traces_are_no_rain() -> None:
    assert [d.mm for d in days("日期,雨量mm\n2026-06-01,T\n2026-06-02,微量\n2026-06-03,0.0\n")] == [0.0, 0.0, 0.0]


def test_bad_rows_are_named_by_line_and_the_others_are_kept() -> None:
    text = (
        "日期,雨量mm\n2026-06-01,3\n2026-02-30,1\n,4\n2026-06-02,\n2026-06-03,很大\n2026-06-04,-2\n"
        "2026-06-05,99999\n2027-01-01,1\n2026-06-01,5\n2026-06-06,6\n"
    )
    sheet = read_rainfall(text.encode(), TODAY)
    assert [line for line, _ in sheet.days] == [2, 11]
    assert [(p.row, p.code) for p in sheet.problems] == [
        (3, "bad_date"), (4, "missing"), (5, "missing"), (6, "bad_number"), (7, "bad_number"), (8, "out_of_range"),
        (9, "ahead"), (10, "twice"),
    ]  # fmt: skip
    assert sheet.read == 10 and all(p.message.endswith("。") for p in sheet.problems)


def test_what_is_no_table_of_rain_is_refused() -> None:
    with pytest.raises(Refused, match="没有找到表头"):
        days("店名,地址\n锦云家纺,27号\n")
    with pytest.raises(Malformed, match="csv"):
        read_rainfall(b"PK\x03\x04\x00\x00\xff\xfe\x00", TODAY)


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 5000)), max_size=40, unique_by=lambda r: r[0]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_what_is_written_is_read_back(rows: list[tuple[int, int]], encoding: str) -> None:
    told = [RainDay(TODAY - timedelta(days=back), "站", tenths / 10) for back, tenths in rows]
    text = "日期,雨量mm,站点\n" + "".join(f"{d.day},{d.mm},{d.station}\n" for d in told)
    assert days(text, encoding) == told
