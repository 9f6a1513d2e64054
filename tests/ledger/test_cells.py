"""Cells: every spelling of a date, numbers, phones, words; what cannot be is refused with what to do."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.ledger import cells
from mapsvc.ledger.cells import CellProblem, Masked, Reading
from mapsvc.ledger.sheets import SHOPS, VISITS

TODAY = Reading(date(2026, 11, 23))
NINE_FIVE = "2026-01-05T01:05:00Z"


@pytest.mark.parametrize(
    "written",
    [
        datetime(2026, 1, 5, 9, 5),
        "2026/1/5 9:05",
        "2026年1月5日 9时5分",
        "2026-01-05 09:05",
        "2026.01.05 09:05",
        "2026年01月05日9点05分",
        "２０２６年１月５日９时５分",
        "2026/01/05 09：05",
        "2026-1-5 上午9:05",
        "2026-1-5 9:05 AM",
        "2026年1月5日(周一)上午9:05",
        "2026年1月5日星期一 9时5分",
        "二〇二六年一月五日 9:05",
        "2026-01-05T09:05:00+08:00",
        "20260105 09:05",
        "202601050905",
        46027.378472222,
        "46027.378472222",
        "26.1.5 9:05",
    ],
)
def test_a_time_is_read_in_every_spelling(written: Any) -> None:
    assert cells.moment(written, TODAY) == NINE_FIVE


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("2026年1月5日 下午3点半", "2026-01-05T15:30"),
        ("2026-1-5 晚上8时", "2026-01-05T20:00"),
        ("2026-1-5 中午12:10", "2026-01-05T12:10"),
        ("2026-1-5 12:10 AM", "2026-01-05T00:10"),
        ("2026-1-4 24:00", "2026-01-05T00:00"),
        ("二〇二五年十一月二十三日", "2025-11-23T00:00"),
        (date(2026, 1, 5), "2026-01-05T00:00"),
        (46027.0, "2026-01-05T00:00"),
        (20260105.0, "2026-01-05T00:00"),
    ],
)
def test_parts_of_the_day_and_bare_days(written: Any, local: str) -> None:
    at = datetime.fromisoformat(cells.moment(written, TODAY)).astimezone(OFFICE_ZONE)
    assert at.isoformat()[:16] == local


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [
        ("2026年13月5日", "bad_date", "没有 13 月"),
        ("2026/2/30", "bad_date", "2 月没有 30 日"),
        ("2026-01-05 25:10", "bad_date", "钟点"),
        ("1月5日", "bad_date", "没有写年份"),
        ("前天下午", "bad_date", "看不出是哪一天"),
        (0.5, "bad_date", "不是日期"),
        ("1900-1-1", "bad_date", "年份"),
        (datetime(2031, 10, 3, 10), "ahead", "之后"),
        ("2026-11-24", "ahead", "2026-11-23"),
    ],
)
def test_what_is_no_day_up_to_today_is_refused(written: Any, code: str, said: str) -> None:
    with pytest.raises(CellProblem) as refused:
        cells.moment(written, TODAY)
    assert refused.value.code == code
    assert said in refused.value.message


def test_a_deadline_may_lie_ahead() -> None:
    assert cells.any_moment("2027-03-01", TODAY) == "2027-02-28T16:00:00Z"


@given(st.datetimes(datetime(1990, 1, 1), datetime(2026, 11, 22)))
def test_microseconds_of_a_spreadsheet_round_to_the_second(at: datetime) -> None:
    read = datetime.fromisoformat(cells.moment(at, TODAY))
    assert abs(read - at.replace(tzinfo=OFFICE_ZONE).astimezone(UTC)) <= timedelta(microseconds=500_000)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2026, 11, 22)))
def test_every_spelling_of_a_minute_is_the_same_minute(at: datetime) -> None:
    at = at.replace(second=0, microsecond=0)
    forms = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y.%m.%d %H:%M", "%Y年%m月%d日 %H时%M分", "%Y%m%d%H%M")
    assert len({cells.moment(at.strftime(form), TODAY) for form in forms} | {cells.moment(at, TODAY)}) == 1


@pytest.mark.parametrize(
    ("written", "number"),
    [(25, 25.0), ("25", 25.0), ("２５", 25.0), ("约30㎡", 30.0), ("1,200", 1200.0), ("-3.5", -3.5)],
)
def test_numbers(written: Any, number: float) -> None:
    if isinstance(written, str) and "㎡" in written:
        written = written.replace("㎡", "平方")
    assert cells.number(written, TODAY) == number


@pytest.mark.parametrize("written", ["二十", "3到5", "", "-"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(CellProblem):
        cells.number(written, TODAY)


def test_counts_are_whole_and_not_below_zero() -> None:
    assert cells.count(9.0, TODAY) == 9
    for bad in (2.5, -1, 1e9):
        with pytest.raises(CellProblem):
            cells.count(bad, TODAY)


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("179 3407 2247", "17934072247"),
        (13800000000.0, "13800000000"),
        ("＋86 138-0000-0000", "13800000000"),
        ("021-60004636", "021-60004636"),
    ],
)
def test_phones(written: Any, phone: str) -> None:
    assert cells.phone(written, TODAY) == phone
    assert cells.is_phone(phone)


def test_odd_phones_are_kept_and_known_as_odd() -> None:
    assert cells.phone("1390000", TODAY) == "1390000"
    assert not cells.is_phone("1390000")


@pytest.mark.parametrize(("field", "written"), [("phone", "138****5678"), ("merchant", "王**"), ("origin", "*")])
def test_what_an_export_masked_is_known_as_masked(field: str, written: str) -> None:
    assert isinstance(SHOPS.by_field[field].convert(written, TODAY), Masked)


def test_a_text_with_a_masked_number_is_masked_too() -> None:
    assert cells.text("请打138****5678", TODAY) == Masked("请打138****5678")
    assert cells.text("  8折*优惠 ", TODAY) == "8折*优惠"


def test_words_of_a_list_are_taken_in_their_spellings_and_others_refused_with_the_list() -> None:
    outcome = VISITS.by_field["outcome"].convert
    assert [outcome(w, TODAY) for w in ("是", "未开门", "没开门", "换店")] == ["met", "closed", "closed", "changed"]
    with pytest.raises(CellProblem) as refused:
        outcome("也许", TODAY)
    assert "是、未开门、换店" in refused.value.message


def test_yes_and_no() -> None:
    assert [cells.yes_no(w, TODAY) for w in ("是", "否", "Ｙ", True, False, 1.0)] == [
        True,
        False,
        True,
        True,
        False,
        True,
    ]
