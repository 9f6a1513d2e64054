"""What a stop is worth and how long it takes: per reason points, their growth with days overdue, minutes there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mapsvc.domain.patrol import Reason
from mapsvc.errors import FieldProblem, Refused

MOST_POINTS, MOST_GROWTH, MOST_MINUTES = 200, 50, 120
FULL_DAYS, LONGEST_DAYS = 14, 126
"""Growth by the day at first, then by the week, then none: what waits long comes before what waits longer elsewhere."""
FURTHER_MIN = 2
"""Each further reason at a door takes so much longer."""


@dataclass(frozen=True)
class Weight:
    """What one reason counts.

    Attributes
    ----------
    name : str
        As the office calls it.
    points : int
        0: nobody is sent out for it alone.
    growth : int
        Points for each day overdue.
    minutes : int
        How long it takes.
    told : str
        When it is a reason.
    """

    name: str
    points: int
    growth: int
    minutes: int
    told: str = ""


Weights = Mapping[str, Weight]
SHIPPED: dict[str, Weight] = {
    "special": Weight("专项上门", 45, 5, 10, "严重的、危险的，报了还没人去看"),
    "promise": Weight("答应的事", 40, 5, 5, "到期前一天起；没写日子的，一周后"),
    "storm": Weight("雨前雨后看一眼", 35, 0, 5, "在雨前雨后的单子上，还没看的"),
    "return_visit": Weight("回访", 30, 2, 8, "结案后到了回访的日子"),
    "pin": Weight("指定要去", 30, 0, 8, "有人指定这几天要去的地方"),
    "issue": Weight("问题到时限", 25, 3, 8, "今天到时限、超时，或者不能等的"),
    "hot_cell": Weight("比平时多", 25, 0, 15, "问题分布上偏多、明显偏多的一段，去站一站"),
    "first_visit": Weight("新店上门", 20, 3, 10, "新开的店，一周内要上门"),
    "look": Weight("举一反三", 20, 2, 5, "隔壁发现了，这家也看一眼"),
    "playbook": Weight("样板的巡查", 20, 2, 8, "治理样板要每天、每周去看的；早班、晚班都看"),
    "in_hand": Weight("问题在办", 15, 0, 8, "有人在办、没到时限的，去看一眼"),
    "hot_segment": Weight("常出事的路段", 12, 0, 5, "巡查优先级最靠前的几段"),
    "call": Weight("走访到期", 10, 1, 5, "到了日子没走到，或还没走到过"),
    "must": Weight("临时指定", 10, 0, 5, "排这一班时指定要到的"),
    "round": Weight("护卫队路线", 10, 0, 0, "护卫队要走到的路段"),
    "coverage": Weight("很久没走的路", 4, 1, 0, "好些天没人走过的路段"),
    "campaign": Weight("顺带说一声", 3, 1, 3, "上门时顺带讲的事；窗口先关、走访来不及的，才专门去一趟"),
    "silent": Weight("一直没开口", 3, 0, 5, "见过几次什么都没说的，上门时多聊几句"),
}


def reason_points(code: str, days_overdue: int, weights: Weights = SHIPPED) -> int:
    """Points of a reason: a base, growing with each day overdue for two weeks, then with each week for four months."""
    weight = weights[code]
    late = max(0, min(days_overdue, LONGEST_DAYS))
    grown = min(late, FULL_DAYS) + max(0, late - FULL_DAYS) // 7
    return weight.points + weight.growth * grown


def service_minutes(reasons: Sequence[Reason], weights: Weights = SHIPPED) -> int:
    """Minutes at a door with several reasons: the longest, and two for each further one that takes any."""
    takes = [minutes for reason in reasons if (minutes := weights[reason.code].minutes)]
    return max(takes, default=0) + FURTHER_MIN * max(len(takes) - 1, 0)


def due_days(due_at: datetime, at: datetime) -> int:
    """Whole days by which `due_at` has passed at `at`; negative before."""
    return (at - due_at).days


def require_sound(weights: Weights) -> None:
    """Raise Refused beside every number out of range; fields are called ``points-call``."""
    found = []
    for code, weight in weights.items():
        for field, label, value, most in (
            ("points", "分数", weight.points, MOST_POINTS),
            ("growth", "每超一天加", weight.growth, MOST_GROWTH),
            ("minutes", "停留分钟", weight.minutes, MOST_MINUTES),
        ):
            if not 0 <= value <= most:
                told = f"“{weight.name}”的{label}要在0到{most}之间，现在写的是{value}。"
                found.append(FieldProblem(f"{field}-{code}", "out_of_range", told))
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)
