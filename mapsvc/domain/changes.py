"""How a spot changes over disjoint periods: seven words, and the eight of ArcGIS that they stand beside."""

from enum import StrEnum


class Change(StrEnum):
    """What a spot did over the periods; one word each, in the order of what is looked at first."""

    NEW = "new"
    CONSECUTIVE = "consecutive"
    INTENSIFYING = "intensifying"
    PERSISTENT = "persistent"
    RECURRING = "recurring"
    DIMINISHING = "diminishing"
    HISTORICAL = "historical"

    @property
    def is_past(self) -> bool:
        """Whether it is over, or on its way."""
        return self in (Change.DIMINISHING, Change.HISTORICAL)


CHANGE_WORDS: dict[Change, str] = {
    Change.NEW: "新发",
    Change.CONSECUTIVE: "连续",
    Change.INTENSIFYING: "加强",
    Change.PERSISTENT: "持续",
    Change.RECURRING: "反复",
    Change.DIMINISHING: "减弱",
    Change.HISTORICAL: "历史",
}
CHANGE_MEANS: dict[Change, str] = {
    Change.NEW: "以前不突出，最近一期突然多了。",
    Change.CONSECUTIVE: "以前不突出，最近几期一期接一期地多。",
    Change.INTENSIFYING: "本来就多，而且一期比一期多。",
    Change.PERSISTENT: "长期比别处多，没见好转，也没更坏。",
    Change.RECURRING: "时好时坏，歇一阵又冒出来。",
    Change.DIMINISHING: "本来多，正在一期比一期少。",
    Change.HISTORICAL: "以前多，最近几期已经不突出了。",
}
CHANGE_NEXT: dict[Change, str] = {
    Change.NEW: "先去看看发生了什么。",
    Change.CONSECUTIVE: "趁早处理，别让它成了老地方。",
    Change.INTENSIFYING: "原来的办法不够，要换一个。",
    Change.PERSISTENT: "单次清理没用，用治理样板。",
    Change.RECURRING: "找找什么时候回来、为什么回来。",
    Change.DIMINISHING: "办法见效，再坚持一阵。",
    Change.HISTORICAL: "记住做对了什么，留意别再犯。",
}


class Emerging(StrEnum):
    """The eight patterns of hot spots in ArcGIS Pro, "How Emerging Hot Spot Analysis works" (cold spots left out)."""

    NEW = "new"
    CONSECUTIVE = "consecutive"
    INTENSIFYING = "intensifying"
    PERSISTENT = "persistent"
    DIMINISHING = "diminishing"
    SPORADIC = "sporadic"
    OSCILLATING = "oscillating"
    HISTORICAL = "historical"


CHANGE_OF: dict[Emerging, Change] = {
    Emerging.NEW: Change.NEW,
    Emerging.CONSECUTIVE: Change.CONSECUTIVE,
    Emerging.INTENSIFYING: Change.INTENSIFYING,
    Emerging.PERSISTENT: Change.PERSISTENT,
    Emerging.DIMINISHING: Change.DIMINISHING,
    # Both come and go; that one of them was also a cold spot is no comfort where few reports may mean nobody asked.
    Emerging.SPORADIC: Change.RECURRING,
    Emerging.OSCILLATING: Change.RECURRING,
    Emerging.HISTORICAL: Change.HISTORICAL,
}

WEEKS = (1, 4, 13)
"""Lengths of a period that may be asked for."""
USUAL_WEEKS = 4
MOST_PERIODS = 13
LEAST_PERIODS = 5
"""With fewer whole periods in the past nothing is said of change."""
PERIOD_WORDS: dict[int, str] = {1: "一周", 4: "四周", 13: "一季度"}
EACH_WORDS: dict[int, str] = {1: "每周", 4: "每四周", 13: "每季度"}
_COUNTED: dict[int, str] = {1: "周", 4: "个四周", 13: "个季度"}


def periods_words(count: int, weeks: int) -> str:
    """So many periods of so many weeks: 13个四周."""
    return f"{count}{_COUNTED[weeks]}"


def against_before(last: int, before: float, weeks: int) -> str:
    """The last period beside the mean of those before: 最近四周5起,以前每四周约1起."""
    usual = "几乎没有" if before < 0.5 else f"约{max(1, round(before))}起"
    return f"最近{PERIOD_WORDS[weeks]}{last}起，以前{EACH_WORDS[weeks]}{usual}"
