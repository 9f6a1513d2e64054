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
