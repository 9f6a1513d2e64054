"""回访问效: what came of it, as somebody saw or was told it, and what follows from that."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

RELAPSE_WATCH = timedelta(days=90)
"""How long a place is looked at more closely after it got better."""


class Result(StrEnum):
    """What came of it."""

    GONE = "gone"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    BACK = "back"


RESULT_NAMES: dict[Result, str] = {
    Result.GONE: "好了",
    Result.BETTER: "好些",
    Result.SAME: "还那样",
    Result.WORSE: "更糟",
    Result.BACK: "又来了",
}


class Satisfaction(StrEnum):
    """满意度: in the merchant's words."""

    SATISFIED = "satisfied"
    FAIR = "fair"
    UNSATISFIED = "unsatisfied"


SATISFACTION_NAMES: dict[Satisfaction, str] = {
    Satisfaction.SATISFIED: "满意",
    Satisfaction.FAIR: "一般",
    Satisfaction.UNSATISFIED: "不满意",
}


class ToldBy(StrEnum):
    """Who says so."""

    MERCHANT = "merchant"
    RESIDENT = "resident"
    SEEN = "seen"


TOLD_BY_NAMES: dict[ToldBy, str] = {
    ToldBy.MERCHANT: "店主说的",
    ToldBy.RESIDENT: "居民说的",
    ToldBy.SEEN: "自己看的",
}


@dataclass(frozen=True)
class EffectCheck:
    """One look at what came of a case, a playbook's run, a place or at a shop."""

    id: str
    result: Result
    at: datetime
    received_at: datetime
    case_id: str | None = None
    run_id: str | None = None
    place_id: str | None = None
    shop_id: str | None = None
    visit_id: str | None = None
    satisfaction: Satisfaction | None = None
    told_by: ToldBy | None = None
    note: str | None = None
    actor_id: str | None = None

    @property
    def eases(self) -> bool:
        """Whether it got better, and nobody is unhappy: from then on a relapse is watched for."""
        return self.result in (Result.GONE, Result.BETTER) and self.satisfaction is not Satisfaction.UNSATISFIED

    @property
    def complaint(self) -> str | None:
        """Why the secretary should take the case up again, in words; None: no reason to."""
        return complaint_of(self.result, self.satisfaction)


@dataclass(frozen=True)
class Measured:
    """What a place's report-days (days on which anybody reported) say, before and after.

    Attributes
    ----------
    before, after : int
        Report-days in each window.
    days_before, days_after : int
        Lengths of the windows in days.
    n : int
        Comparable places.
    others_before, others_after : int
        Their report-days together.
    usual : float
        What the comparable places' rate was multiplied by from one window to the other; 1 without any.
    spread : float
        Standard deviation (of the logarithm) of what is expected of one place.
    ratio, low, high : float
        What the place's rate was multiplied by beyond the usual, with its interval; 0 is nothing left.
    level : float
        Of the interval, e.g. 0.9.
    is_enough : bool
        Whether there are report-days enough to say anything.
    is_compared : bool
        Whether there were comparable places enough to know the usual.
    """

    before: int
    after: int
    days_before: int
    days_after: int
    n: int
    others_before: int
    others_after: int
    usual: float
    spread: float
    ratio: float
    low: float
    high: float
    level: float
    is_enough: bool
    is_compared: bool
    method: str

    @property
    def is_less(self) -> bool:
        """Whether there is surely less than without it."""
        return self.is_enough and self.high < 1

    @property
    def is_more(self) -> bool:
        """Whether there is surely more."""
        return self.is_enough and self.low > 1


LEAST_DAYS_AFTER = 28
"""Sooner nothing is said of an effect."""
_LITTLE, _MUCH = 0.8, 1.25
_SMALL, _LARGE, _COUNTLESS = 0.95, 1.05, 20
_TENTHS = "零一二三四五六七八九"


def effect_sentence(told: Measured) -> str:
    """What happened at a place in one sentence that a secretary can repeat."""
    head = f"之前{span_words(told.days_before)}{told.before}天有人报，之后{span_words(told.days_after)}{told.after}天"
    if told.days_after < LEAST_DAYS_AFTER:
        return f"{head}。才过了{told.days_after}天，满{LEAST_DAYS_AFTER}天再看，现在还说不准。"
    if not told.is_enough:
        return f"{head}。报的天数太少，还说不准。"
    head = f"{head}；{_around(told)}。"
    if told.is_less:
        return f"{head}大概少了{less_words(told.ratio)}（{_less_span(told)}）。"
    if told.is_more:
        return f"{head}大概是原来的{_times(told.ratio)}倍，没有见效。"
    return f"{head}还说不准。"


def span_words(days: int) -> str:
    """A length in days as it is said: 8周, 30天."""
    return f"{days // 7}周" if days >= 14 and days % 7 == 0 else f"{days}天"


def less_words(ratio: float) -> str:
    """By how much it fell, in tenths: 八成; 0.03 is 九成多."""
    tenths = round((1 - ratio) * 10)
    return "九成多" if tenths > 9 else f"{_TENTHS[tenths]}成" if tenths > 0 else "不到一成"


def _less_span(told: Measured) -> str:
    least, most = less_words(told.high), less_words(told.low)
    return f"{least}到{most}" if least != most else f"{least}上下"


def effect_span_words(told: Measured) -> str:
    """The interval as it is said: 九成把握：少三成到少九成; beyond a multiple nobody would say, only its direction."""
    return f"{_TENTHS[round(told.level * 10)]}成把握：从{_change_words(told.low)}到{_change_words(told.high)}。"


def _change_words(ratio: float) -> str:
    if ratio < _SMALL:
        return f"少{less_words(ratio)}"
    if ratio <= _LARGE:
        return "没什么变化"
    return f"原来的{_times(ratio)}倍" if ratio < _COUNTLESS else "多出许多倍"


def _around(told: Measured) -> str:
    if not told.is_compared:
        return "附近没有够多的同类地方可比"
    if told.usual < _LITTLE:
        return f"附近同类地方也少了{less_words(told.usual)}"
    if told.usual > _MUCH:
        return f"附近同类地方是原来的{_times(told.usual)}倍"
    return "附近同类地方没什么变化"


def _times(ratio: float) -> str:
    return f"{ratio:.1f}".removesuffix(".0") if ratio < 20 else "二十多"


def complaint_of(result: Result, satisfaction: Satisfaction | None) -> str | None:
    """Why a closed case should be taken up again: it is back, it is worse, or somebody is unhappy."""
    unhappy = "店主不满意" if satisfaction is Satisfaction.UNSATISFIED else None
    if result in (Result.BACK, Result.WORSE):
        return f"回访：{RESULT_NAMES[result]}" + (f"，{unhappy}" if unhappy else "")
    return f"回访：{RESULT_NAMES[result]}，{unhappy}" if unhappy else None


def satisfaction_to_keep(
    told: Satisfaction | None, actor_id: str | None, handled_by: Collection[str]
) -> Satisfaction | None:
    """What is kept of the merchant's satisfaction: nobody collects praise for the own work.

    A complaint is kept whoever hands it on.
    """
    if told is None or told is Satisfaction.UNSATISFIED or actor_id is None:
        return told
    return None if actor_id in handled_by else told
