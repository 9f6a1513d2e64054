"""What a cell means: dates in every spelling, numbers, phones, yes and no, words of fixed lists."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from mapsvc.domain.times import OFFICE_ZONE, iso, to_second
from mapsvc.ledger.reader import FORMULA, LIMITS

EARLIEST_YEAR = 1980


@dataclass(frozen=True)
class Masked:
    """A value that an export had masked: it changes nothing; `text` serves only where there is nothing yet."""

    text: str | None = None


class CellProblem(Exception):
    """A cell that cannot be taken, with what to do about it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Reading:
    """What a conversion knows beside the cell: the office's today."""

    today: date


Convert = Callable[[Any, Reading], Any]
"""Takes a cell that is not empty; gives text, number, bool or None; raises CellProblem."""


def narrow(value: Any) -> str:
    """A cell as text: NFKC (full-width digits become plain), blanks folded, no blanks at the ends."""
    if isinstance(value, str):
        return _narrow(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


@lru_cache(maxsize=65_536)
def _narrow(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


def text(value: Any, _: Reading) -> str | Masked | None:
    """Free text as written: only the ends are trimmed and control characters dropped.

    A text in which an export had masked a number is `Masked`.
    """
    if not isinstance(value, str):
        return narrow(value) or None
    cleaned = value if value.isprintable() else "".join(c for c in value if c.isprintable() or c == "\n")
    cleaned = cleaned.strip()
    return Masked(cleaned) if "****" in cleaned else cleaned or None


def word(value: Any, _: Reading) -> str | None:
    """A name or short word: NFKC and blanks folded."""
    return narrow(value) or None


def short_word(value: Any, reading: Reading) -> str | None:
    """A word that must fit a column of forty characters."""
    found = word(value, reading)
    if found and len(found) > 40:
        raise CellProblem("too_long", f"“{found[:12]}…”有 {len(found)} 个字，最多 40 个。请写短一些。")
    return found


def code(value: Any, _: Reading) -> str | None:
    """A public code: no blanks, capital letters."""
    found = narrow(value).replace(" ", "").upper()
    if len(found) > 40:
        raise CellProblem("bad_code", f"编号“{found[:12]}…”太长，最多 40 个字符。")
    return found or None


_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def number(value: Any, _: Reading) -> float | None:
    """A number, also out of ``约30㎡`` or ``1,200``.

    Raises
    ------
    CellProblem
        There is none.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    written = narrow(value).replace(",", "")
    found = _NUMBER.findall(written)
    if len(found) != 1:
        raise CellProblem("bad_number", f"“{written}”不是数字。请只填一个数。")
    return float(found[0])


def amount(value: Any, reading: Reading) -> float | None:
    """A number not below zero and below a million."""
    found = number(value, reading)
    if found is not None and not 0 <= found < 1e6:
        raise CellProblem("bad_number", f"“{narrow(value)}”超出范围。请填 0 到 999999 之间的数。")
    return found


def count(value: Any, reading: Reading) -> int | None:
    """A whole number not below zero."""
    found = amount(value, reading)
    if found is not None and not found.is_integer():
        raise CellProblem("bad_number", f"“{narrow(value)}”应是整数。")
    return None if found is None else int(found)


def phone(value: Any, _: Reading) -> str | Masked | None:
    """A phone as digits (landlines keep their hyphen); `Masked` for one that an export had masked."""
    found = narrow(value)
    if "*" in found:
        return Masked()
    digits = re.sub(r"[\s()\-‐-―.]", "", found)
    if re.fullmatch(r"(?:\+?86)?1[3-9]\d{9}", digits):
        return digits[-11:]
    return found[:40]


def is_phone(found: str) -> bool:
    """Whether a phone as `phone` gives it can be rung: mobile, landline with or without area code, service numbers."""
    digits = re.sub(r"\D", "", found)
    if digits.startswith("1") and not digits.startswith("12"):
        return re.fullmatch(r"1[3-9]\d{9}", digits) is not None
    return 5 <= len(digits) <= 16 and len(digits) != 7


def maskable(convert: Convert) -> Convert:
    """A conversion that recognises what an export had masked."""

    def converted(value: Any, reading: Reading) -> Any:
        return Masked() if isinstance(value, str) and "*" in value else convert(value, reading)

    return converted


def one_of(words: Mapping[Any, str], what: str) -> Convert:
    """A word of a fixed list.

    Parameters
    ----------
    words : mapping
        Value (taken as text, but for bool) -> its spellings, parted by blanks; a refusal names the first of each.
    what : str
        Named in a refusal.
    """
    known = {
        _narrow(w).upper(): v if isinstance(v, bool) else str(v) for v, some in words.items() for w in some.split()
    }
    offered = "、".join(some.split()[0] for some in words.values())

    def converted(value: Any, _: Reading) -> Any:
        written = narrow(value)
        found = known.get(written.upper(), known)
        if found is known:
            raise CellProblem("unknown_word", f"{what}“{written}”不认识。请填{offered}之一。")
        return found

    return converted


yes_no = one_of({True: "是 有 Y √ 需要 要 YES TRUE 1", False: "否 无 N × 不需要 不要 NO FALSE 没有 0"}, "是否")

_DAY = r"(?P<year>\d{4}|\d{2})\s*[年/.\-]\s*(?P<month>\d{1,2})\s*[月/.\-]\s*(?P<day>\d{1,2})\s*[日号]?"
_HALF = r"(?P<half>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|AM|PM)?"
_CLOCK = (
    r"(?P<hour>\d{1,2})\s*(?:[:时点]\s*(?:(?P<minute>\d{1,2}|半|整)\s*(?:[:分]\s*(?:(?P<second>\d{1,2})"
    r"(?P<fraction>\.\d+)?\s*秒?)?)?)?)\s*(?P<after>AM|PM)?"
)
_WRITTEN = re.compile(rf"{_DAY}[\sT,]*(?:{_HALF}\s*{_CLOCK})?")
_WEEKDAY = re.compile(r"[((]?(?:星期|周)[一二三四五六日天][))]?")
_WITH_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)")
_PACKED = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})\s*(?:(?P<hour>\d{2}):?(?P<minute>\d{2}))?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_NO_YEAR = re.compile(r"\d{1,2}\s*[月/.\-]\s*\d{1,2}.*")
_AFTERNOON = ("下午", "傍晚", "晚上", "夜里", "PM")
_CHINESE = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2"}


def moment(value: Any, reading: Reading) -> str:
    """A date with or without a time of day, not ahead of today, as UTC text ``2026-01-05T01:05:00Z``."""
    at = _local(value)
    if at.date() > reading.today:
        raise CellProblem("ahead", f"“{narrow(value)}”在今天（{reading.today:%Y-%m-%d}）之后。请核对年份。")
    return _utc_text(at)


def any_moment(value: Any, _: Reading) -> str:
    """As `moment`, and may lie ahead: a deadline."""
    return _utc_text(_local(value))


def _utc_text(at: datetime) -> str:
    return to_second(at.replace(tzinfo=OFFICE_ZONE)).isoformat()[:19] + "Z"


def _local(value: Any) -> datetime:
    """The office's local time; a day alone is its midnight."""
    if isinstance(value, datetime):
        return _in_range(value, value)
    if isinstance(value, date):
        return _in_range(datetime.combine(value, time()), value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_serial(float(value), value)
    return _of_text(narrow(value).upper())


def _in_range(at: datetime, value: Any) -> datetime:
    if not EARLIEST_YEAR <= at.year <= 2100:
        raise CellProblem("bad_date", f"“{narrow(value)}”的年份不对。请写成 2026-01-05 09:05。")
    return at.replace(tzinfo=None)


def _of_serial(serial: float, value: Any) -> datetime:
    if 19_000_101 <= serial <= 21_001_231:
        return _of_text(str(int(serial)))
    if not 25_000 <= serial <= 75_000:
        raise CellProblem("bad_date", f"“{narrow(value)}”不是日期。请写成 2026-01-05 09:05。")
    # Excel counts days from 1899-12-30; a second is 1.2e-5 of a day.
    return datetime(1899, 12, 30) + timedelta(seconds=round(serial * 86_400))


@lru_cache(maxsize=16_384)
def _of_text(written: str) -> datetime:
    if _SERIAL.fullmatch(written):
        return _of_serial(float(written), written)
    if _WITH_ZONE.fullmatch(written):
        return datetime.fromisoformat(written).astimezone(OFFICE_ZONE).replace(tzinfo=None)
    plain = _arabic(_WEEKDAY.sub(" ", written))
    found = _WRITTEN.fullmatch(plain) or _PACKED.fullmatch(plain)
    if found is None:
        if _NO_YEAR.fullmatch(plain):
            raise CellProblem("bad_date", f"“{written}”没有写年份。请写成 2026-01-05 09:05。")
        raise CellProblem("bad_date", f"“{written}”看不出是哪一天。请写成 2026-01-05 09:05。")
    parts = found.groupdict()
    year = int(parts["year"])
    hour, minute, second = _clock(parts, written)
    try:
        day = datetime(year if year > 99 else 2000 + year, int(parts["month"]), int(parts["day"]))
        at = day + timedelta(days=hour // 24) if hour == 24 and not minute else day
        at = at.replace(hour=hour % 24, minute=minute)
    except ValueError:
        raise CellProblem("bad_date", f"“{written}”不是真有的日子（{_which(parts, hour, minute)}）。请改正。") from None
    return _in_range(at + timedelta(seconds=second), written)


def _clock(parts: Mapping[str, str | None], written: str) -> tuple[int, int, float]:
    hour = int(parts["hour"] or 0)
    minute_text = parts.get("minute") or "0"
    minute = 30 if minute_text == "半" else 0 if minute_text == "整" else int(minute_text)
    second = int(parts.get("second") or 0) + float(parts.get("fraction") or 0)
    half = parts.get("half") or parts.get("after") or ""
    if (half in _AFTERNOON and hour < 12) or (half == "中午" and hour < 3):
        hour += 12
    elif half in ("AM", "凌晨") and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or second >= 60:
        raise CellProblem("bad_date", f"“{written}”的钟点不对。请写成 2026-01-05 09:05。")
    return hour, minute, second


def _which(parts: Mapping[str, str | None], hour: int, minute: int) -> str:
    month = int(parts["month"] or 0)
    if not 1 <= month <= 12:
        return f"没有 {month} 月"
    return f"{month} 月没有 {int(parts['day'] or 0)} 日" if hour <= 23 and minute <= 59 else "钟点不对"


def _arabic(written: str) -> str:
    """二〇二六年一月五日 with plain digits; 十 as in 十一月, 二十三日."""
    if not any(c in _CHINESE or c == "十" for c in written):
        return written
    ten = re.sub(r"([一二三四五六七八九])?十([一二三四五六七八九])?", _ten, written)
    return "".join(_CHINESE.get(c, c) for c in ten)


def _ten(found: re.Match[str]) -> str:
    tens, ones = found.groups()
    return (_CHINESE[tens] if tens else "1") + (_CHINESE[ones] if ones else "0")


def refuse_uncalculated(value: Any) -> None:
    """Raise CellProblem for a formula without value, and for a text over the limit."""
    if value is FORMULA:
        raise CellProblem("formula", "这一格是公式，文件里没有存算好的结果。请在 Excel 里打开并保存一次，或改成数值。")
    if isinstance(value, str) and len(value) > LIMITS.cell_chars:
        raise CellProblem("too_long", f"这一格有 {len(value)} 个字，最多 {LIMITS.cell_chars} 个。请写短一些。")


def shown(value: Any) -> str | None:
    """A cell as a report shows it."""
    if value is None:
        return None
    if value is FORMULA:
        return "（公式）"
    if isinstance(value, datetime) and value.tzinfo:
        return iso(value)
    return narrow(value)[:200] if not isinstance(value, str) else value.strip()[:200]
