"""What was chosen by trying it on the past, how the ways of ranking are called, and a backtest in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

METHOD_NAMES: dict[str, str] = {
    "priority": "巡查优先级",
    "last_period": "上一期",
    "all_history": "全部历史",
    "decay": "越近越重",
    "kde": "热点图",
    "decay_kde": "越近越重的热点图",
    "gi_star": "聚集（Gi*）",
    "perfect": "事后看最好",
}

METHOD_WORDS: dict[str, str] = {
    "priority": "近来多的、左右邻近多的、一直多的，按过去哪样准配在一起",
    "last_period": "上一期哪里多就走哪里",
    "all_history": "从有记录起哪里多就走哪里",
    "decay": "越近的记录分量越重",
    "kde": "把每件向四周摊开的热点图",
    "decay_kde": "越近越重，再向四周摊开",
    "gi_star": "和左右一起比平均多得多的地方",
    "perfect": "事后才知道的最好走法，谁也做不到",
}


def percent(share: float) -> str:
    """A share as it is said: 2%, 0.5%."""
    return f"{share * 100:.0f}%" if share >= 0.0095 else f"{share * 100:.1f}%"


def sentence(share: float, hit_rate: float, unit: str) -> str:
    """What walking a share of the cells would have met, beside walking anywhere."""
    return f"如果每期只走{percent(share)}的{unit}，能碰上其中{percent(hit_rate)}的问题（随便走是{percent(share)}）。"


@dataclass(frozen=True)
class Fit:
    """Parameters that were tried on the office's own past, and how well they did.

    Attributes
    ----------
    name : str
        priority | alarms.
    until_day : date
        Last day that was looked at.
    chosen : mapping
        The parameters; empty where the past was too short, and the defaults hold.
    figures : mapping
        Of the backtest.
    """

    id: str
    name: str
    until_day: date
    made_at: datetime
    chosen: Mapping[str, Any]
    figures: Mapping[str, Any]
