"""什么时候来方便: times at which somebody may come, and the quiet lines that stand for all the others."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from mapsvc.domain.quiet_hours import DAY_MIN, MOST_LINES, clock, require_sound
from mapsvc.domain.surface import QuietLine
from mapsvc.errors import Refused

WEEKDAYS = "一二三四五六日"
_NOON_MIN, _AFTERNOON_MIN, _EVENING_MIN = 12 * 60, 14 * 60, 18 * 60
_WORKDAYS = range(5)
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
ANY_CODE = "any"
_CODE = re.compile(r"(?:([0-6]):)?([0-9]{1,4})-([0-9]{1,4})")


def quiet_lines(chosen: VisitingTime | None) -> tuple[QuietLine, ...]:
    """The lines that close all other times; nothing chosen closes nothing."""
    if chosen is None:
        return ()
    if chosen is VisitingTime.WEEKEND:
        return tuple(QuietLine(0, DAY_MIN, weekday) for weekday in _WORKDAYS)
    return tuple(QuietLine(a, b) for a, b in beside([_SPANS[chosen]]))


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


def line_code(lines: Iterable[QuietLine]) -> str:
    """Lines as a form carries them: ``0-840`` every day, ``2:600-660`` on Wednesdays; of none ``any``."""
    told = (f"{'' if x.weekday is None else f'{x.weekday}:'}{x.from_minute}-{x.until_minute}" for x in lines)
    return ";".join(told) or ANY_CODE


def lines_of_code(code: str) -> tuple[QuietLine, ...]:
    """The lines of a form's code.

    Raises
    ------
    Refused
        It is none, or says times that cannot be.
    """
    if code == ANY_CODE:
        return ()
    found = [_CODE.fullmatch(one) for one in code.split(";")]
    if len(found) > MOST_LINES or not all(found):
        raise Refused("这一步已经收不回来了，请重新选一次。", field="before", code="bad_code")
    lines = tuple(QuietLine(int(m[2]), int(m[3]), int(m[1]) if m[1] else None) for m in found if m)
    for line in lines:
        require_sound(line.weekday, line.from_minute, line.until_minute, "")
    return lines


def _closed(lines: Iterable[QuietLine]) -> tuple[tuple[Span, ...], ...]:
    """What the lines close on each weekday, put together: said twice or one within another is the same."""
    said = [(line.weekday, (line.from_minute, line.until_minute)) for line in lines]
    return tuple(
        tuple(beside(beside(span for on, span in said if on in (None, weekday)))) for weekday in range(len(WEEKDAYS))
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


def beside(open_spans: Iterable[Span]) -> list[Span]:
    """What of the day none of the spans covers."""
    found, at = [], 0
    for begins, ends in sorted(open_spans):
        if begins > at:
            found.append((at, begins))
        at = max(at, ends)
    return [*found, (at, DAY_MIN)] if at < DAY_MIN else found
