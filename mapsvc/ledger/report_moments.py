"""Days and times of reports as cities write them: ISO, slashes either way round, Chinese, names of months, numbers."""

import re
from collections.abc import Iterable
from datetime import date

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_COMPACT = re.compile(r"((?:19|20)\d{2})([01]\d)([0-3]\d)(?!\d)")
_DAY_MONTH = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})[\s-]+([A-Za-z]{3,9})\.?[\s,-]+(\d{4}|\d{2})(?!\d)")
_MONTH_DAY = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})")
_TIME = re.compile(r"(\d{1,2})(?::|时|点)(\d{2})(?:(?::|分)(\d{2}))?[\d.]*\s*([AaPp]\.?[Mm])?")
_NUMBER = re.compile(r"\d{5}(?:\.\d+)?|\d{10}(?:\.\d+)?|\d{13}")
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: i for i, name in enumerate(_NAMES, 1)}
_EPOCH, _EXCEL = date(1970, 1, 1).toordinal(), date(1899, 12, 30).toordinal()
_DAY_S = 86_400


def is_day_first(texts: Iterable[str]) -> bool | None:
    """Whether 3/4/2015 is the third of April here: True, False, or None if no date of these tells.

    What tells is a number above 12; the more frequent one decides, and the others then cannot be read.
    """
    first = second = 0
    for text in texts:
        if (match := _YEAR_LAST.match(text)) is not None:
            first += int(match[1]) > 12
            second += int(match[2]) > 12
    return None if first == second else first > second


def moment(text: str, day_first: bool) -> tuple[int, int] | None:
    """Day number and second of the day as written; None if it is no date. A zone is left aside: days are local days."""
    if match := _YEAR_FIRST.match(text):
        parts = match[1], match[2], match[3]
    elif match := _YEAR_LAST.match(text):
        parts = (match[3], match[2], match[1]) if day_first else (match[3], match[1], match[2])
    elif _NUMBER.fullmatch(text):
        return _counted(float(text))
    elif match := _COMPACT.match(text):
        parts = match[1], match[2], match[3]
    elif (match := _DAY_MONTH.match(text)) and (month := _MONTHS.get(match[2][:3].lower())):
        parts = match[3], str(month), match[1]
    elif (match := _MONTH_DAY.match(text)) and (month := _MONTHS.get(match[1][:3].lower())):
        parts = match[3], str(month), match[2]
    else:
        return None
    year, month_, day = map(int, parts)
    try:
        number = date(year + 2000 if year < 100 else year, month_, day).toordinal()
    except ValueError:
        return None
    return number, _second(text[match.end() :])


def _second(rest: str) -> int:
    match = _TIME.search(rest)
    if match is None:
        return 0
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        hour = hour % 12 + (12 if match[4][0] in "Pp" else 0)
    return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 60 else 0


def _counted(number: float) -> tuple[int, int]:
    """Days of a spreadsheet, or seconds or milliseconds since 1970."""
    if number < 1e6:
        return _EXCEL + int(number), round(number % 1 * _DAY_S) % _DAY_S
    seconds = int(number / 1000 if number >= 1e12 else number)
    return _EPOCH + seconds // _DAY_S, seconds % _DAY_S
