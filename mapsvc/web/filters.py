"""How pages write times, amounts and spans: filters of every template."""

from datetime import date, datetime

from mapsvc.domain.times import OFFICE_ZONE

WEEKDAYS = "一二三四五六日"


def _here(at: datetime | date) -> datetime | date:
    return at.astimezone(OFFICE_ZONE) if isinstance(at, datetime) else at


def day_words(at: datetime | date | None) -> str:
    """``11月18日``."""
    if at is None:
        return ""
    day = _here(at)
    return f"{day.month}月{day.day}日"


def weekday_words(at: datetime | date | None) -> str:
    """``周三``."""
    return f"周{WEEKDAYS[_here(at).weekday()]}" if at else ""


def clock_words(at: datetime | None) -> str:
    """``14:05``."""
    return f"{at.astimezone(OFFICE_ZONE):%H:%M}" if at else ""


def moment_words(at: datetime | None) -> str:
    """``11月18日 14:05``."""
    return f"{day_words(at)} {clock_words(at)}" if at else ""


def year_day(at: datetime | date | None) -> str:
    """``2026年11月18日``."""
    return f"{_here(at).year}年{day_words(at)}" if at else ""


def local_input(at: datetime | None) -> str:
    """As ``<input type="datetime-local">`` wants it."""
    return f"{at.astimezone(OFFICE_ZONE):%Y-%m-%dT%H:%M}" if at else ""


def day_input(at: datetime | date | None) -> str:
    """As ``<input type="date">`` wants it."""
    return f"{_here(at):%Y-%m-%d}" if at else ""


def iso_time(at: datetime | None) -> str:
    """For ``<time datetime>``."""
    return at.astimezone(OFFICE_ZONE).isoformat(timespec="seconds") if at else ""


def yuan(fen: int | None) -> str:
    """``1,860元``; hundredths only where there are some."""
    if fen is None:
        return ""
    return f"{fen // 100:,}元" if fen % 100 == 0 else f"{fen / 100:,.2f}元"


FILTERS = {
    "day": day_words,
    "weekday": weekday_words,
    "clock": clock_words,
    "moment": moment_words,
    "year_day": year_day,
    "local_input": local_input,
    "day_input": day_input,
    "iso_time": iso_time,
    "yuan": yuan,
}
