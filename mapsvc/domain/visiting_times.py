"""什么时候来方便: times at which somebody may come, and the quiet lines that stand for all the others."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum

from mapsvc.domain.quiet_hours import DAY_MIN, MOST_LINES, clock
from mapsvc.domain.surface import QuietLine

WEEKDAYS = "一二三四五六日"
_NOON_MIN, _AFTERNOON_MIN, _EVENING_MIN = 12 * 60, 14 * 60, 18 * 60
_WORKDAYS, _WEEKEND = range(5), (5, 6)
# 3点 alone may be three in the afternoon.
_EARLIEST_BARE_HOUR = 7
Span = tuple[int, int]


class VisitingTime(StrEnum):
    """The time at which it suits; one at a time, so that a tap has one meaning."""

    MORNING = "morning"
    AFTER_14 = "after_14"
    EVENING = "evening"
    WEEKEND = "weekend"


TIME_NAMES: dict[VisitingTime, str] = {
    VisitingTime.MORNING: "上午",
    VisitingTime.AFTER_14: "14点后",
    VisitingTime.EVENING: "晚上",
    VisitingTime.WEEKEND: "周末",
}
_SPANS: dict[VisitingTime, Span] = {
    VisitingTime.MORNING: (0, _NOON_MIN),
    VisitingTime.AFTER_14: (_AFTERNOON_MIN, DAY_MIN),
    VisitingTime.EVENING: (_EVENING_MIN, DAY_MIN),
}
ANY_TIME = "什么时候来都行"


def quiet_lines(chosen: VisitingTime | None) -> tuple[QuietLine, ...]:
    """The lines that close all other times; nothing chosen closes nothing."""
    if chosen is None:
        return ()
    if chosen is VisitingTime.WEEKEND:
        return tuple(QuietLine(0, DAY_MIN, weekday) for weekday in _WORKDAYS)
    return tuple(QuietLine(a, b) for a, b in _beside([_SPANS[chosen]]))


def chosen_time(lines: Iterable[QuietLine]) -> VisitingTime | None:
    """The choice that these lines come to; None where there is none, or somebody said it otherwise."""
    held = _closed(lines)
    return next((one for one in VisitingTime if held == _closed(quiet_lines(one))), None)


def words(lines: Sequence[QuietLine]) -> str:
    """What holds now: 14点后来方便 / 每天12:00–14:00不便."""
    held = _closed(lines)
    if not any(held):
        return ANY_TIME
    chosen = chosen_time(lines)
    if chosen is not None:
        return f"{TIME_NAMES[chosen]}来方便"
    by_span: dict[Span, list[int]] = {}
    for weekday, spans in enumerate(held):
        for span in spans:
            by_span.setdefault(span, []).append(weekday)
    return "，".join(f"{_days_words(days)}{_span_words(span)}" for span, days in by_span.items())


def _closed(lines: Iterable[QuietLine]) -> tuple[tuple[Span, ...], ...]:
    """What the lines close on each weekday, put together: said twice or one within another is the same."""
    said = [(line.weekday, (line.from_minute, line.until_minute)) for line in lines]
    return tuple(
        tuple(_beside(_beside(span for on, span in said if on in (None, weekday)))) for weekday in range(len(WEEKDAYS))
    )


def _days_words(days: Sequence[int]) -> str:
    """周三 / 周二、周四 / 周一到周五; of every day 每天."""
    if len(days) == len(WEEKDAYS):
        return "每天"
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"周{WEEKDAYS[days[0]]}到周{WEEKDAYS[days[-1]]}"
    return "、".join(f"周{WEEKDAYS[day]}" for day in days)


def _span_words(span: Span) -> str:
    return "全天不便" if span == (0, DAY_MIN) else f"{clock(span[0])}–{clock(span[1])}不便"


def _beside(open_spans: Iterable[Span]) -> list[Span]:
    """What of the day none of the spans covers."""
    found, at = [], 0
    for begins, ends in sorted(open_spans):
        if begins > at:
            found.append((at, begins))
        at = max(at, ends)
    return [*found, (at, DAY_MIN)] if at < DAY_MIN else found


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
        closed = [span] if told["no"] else _beside([span])
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
        return tuple(_WORKDAYS)
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
