"""When it suits in a merchant's own words: read where nothing has to be guessed, for a person where it does."""

import re
import unicodedata
from collections.abc import Iterable

from mapsvc.domain.quiet_hours import DAY_MIN, MOST_LINES
from mapsvc.domain.surface import QuietLine
from mapsvc.domain.visiting_times import WEEKDAYS, Span, beside

_NOON_MIN, _AFTERNOON_MIN, _EVENING_MIN = 12 * 60, 14 * 60, 18 * 60
_WORKDAYS, _WEEKEND = tuple(range(5)), (5, 6)
# 3点 alone may be three in the afternoon.
_EARLIEST_BARE_HOUR = 7

# In a merchant's own words: 周三下午不方便 / 周一到周五12点到14点别来 / 只有上午方便.
_PARTS: dict[str, Span] = {
    "早上": (0, 10 * 60),
    "上午": (0, _NOON_MIN),
    "中午": (11 * 60, _AFTERNOON_MIN),
    "下午": (_NOON_MIN, _EVENING_MIN),
    "傍晚": (16 * 60, 19 * 60),
    "晚上": (_EVENING_MIN, DAY_MIN),
    "全天": (0, DAY_MIN),
    "整天": (0, DAY_MIN),
}
_DAY = rf"(?:周|星期|礼拜)[{WEEKDAYS}天]"
_DAYS = rf"(?P<days>每天|天天|平时|工作日|周末|双休日|{_DAY}(?:(?:到|至|-){_DAY}|(?:[和、]{_DAY})*))?"
_HOUR = r"(?P<{0}>\d{{1,2}})(?:点(?P<{0}_half>半)?|[:：](?P<{0}_min>\d{{2}}))"
_TIME = (
    rf"(?:(?P<part>{'|'.join(_PARTS)})?(?:{_HOUR.format('a')}(?:(?:到|至|-){_HOUR.format('b')}|(?P<side>以?[前后])))?)"
)
_NO = r"(?P<no>都?(?:不太?方便|不便|不行|别来|不要来|请勿来|没空|没有空|很?忙|在忙|太忙|不在|休息))"
_YES = r"(?P<yes>(?:来?(?:都|最|比较)?(?:方便|可以|可|行|有空|好)来?))"
_CLAUSE = re.compile(rf"(?P<only>只有?|请)?{_DAYS}的?{_TIME}(?:{_NO}|{_YES})")


def read_words(text: str) -> tuple[QuietLine, ...] | None:
    """The lines that a merchant's own words are; None where a person has to read them.

    Nothing is guessed: every clause has to be days, a time, and whether it suits.
    """
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("~", "-").replace("—", "-").replace("–", "-")
    clauses = [part for part in re.split(r"[,;。!，；！]", bare) if part]
    if not clauses:
        return None
    found: list[QuietLine] = []
    for clause in clauses:
        told = _CLAUSE.fullmatch(clause)
        span = _span(told) if told else None
        if told is None or span is None or (told["yes"] and len(clauses) > 1):
            return None
        closed = [span] if told["no"] else beside([span])
        found += _on_days(_days(told["days"] or ""), closed, bool(told["yes"]))
    return tuple(dict.fromkeys(found)) if 0 < len(found) <= MOST_LINES else None


def _on_days(days: tuple[int, ...] | None, closed: Iterable[Span], is_open: bool) -> list[QuietLine]:
    """Lines that close these times on these days; where only some days suit, the others are closed whole."""
    spans = list(closed)
    if days is None:
        return [QuietLine(a, b) for a, b in spans]
    others = [QuietLine(0, DAY_MIN, day) for day in range(7) if is_open and day not in days]
    return [*(QuietLine(a, b, day) for day in days for a, b in spans), *others]


def _days(said: str) -> tuple[int, ...] | None:
    """Weekdays, Monday 0; None: every day."""
    if said in ("", "每天", "天天"):
        return None
    if said in ("平时", "工作日"):
        return _WORKDAYS
    if said in ("周末", "双休日"):
        return _WEEKEND
    named = [WEEKDAYS.index(one.replace("天", "日")) for one in re.findall(rf"(?:周|星期|礼拜)([{WEEKDAYS}天])", said)]
    if re.search("到|至|-", said) and len(named) == 2:
        first, last = named
        return tuple(range(first, last + 1)) if first <= last else tuple(sorted({*range(first, 7), *range(last + 1)}))
    return tuple(sorted(set(named)))


def _span(told: re.Match[str]) -> Span | None:
    """From and until; None for times that cannot be."""
    part = told["part"] or ""
    if told["a"] is None:
        return _PARTS[part] if part else ((0, DAY_MIN) if told["days"] else None)
    begins = _minute(told, "a", part)
    if begins is None:
        return None
    if told["side"]:
        return (0, begins) if told["side"].endswith("前") else (begins, DAY_MIN)
    if told["b"] is None:
        return None
    ends = _minute(told, "b", part)
    return (begins, ends) if ends is not None and begins < ends else None


def _minute(told: re.Match[str], name: str, part: str) -> int | None:
    hour = int(told[name])
    minute = 30 if told[f"{name}_half"] else int(told[f"{name}_min"] or 0)
    if part in ("下午", "傍晚", "晚上") and hour < 12:
        hour += 12
    elif not part and hour < _EARLIEST_BARE_HOUR:
        return None
    at = hour * 60 + minute
    return at if at <= DAY_MIN and minute < 60 else None
