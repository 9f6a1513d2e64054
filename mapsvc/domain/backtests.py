"""How the ways of ranking are called, and what a backtest says in a sentence."""

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


def percent(share: float) -> str:
    """A share as it is said: 2%, 0.5%."""
    return f"{share * 100:.0f}%" if share >= 0.0095 else f"{share * 100:.1f}%"


def sentence(share: float, hit_rate: float, unit: str) -> str:
    """What walking a share of the cells would have met, beside walking anywhere."""
    return f"如果每期只走{percent(share)}的{unit}，能碰上其中{percent(hit_rate)}的问题（随便走是{percent(share)}）。"
