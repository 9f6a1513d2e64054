"""全街这一类多了: this week's reports of each kind beside the weeks before, and slow rises."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from mapsvc.domain.alerts import Candidate, Decision, Looked, Rule
from mapsvc.operations.detectors.seen import (
    SHOWN_WEEKS,
    Seen,
    few_words,
    kind_words,
    look_back,
    series_of,
    stretch_at,
    weeks_of,
)
from mapsvc.operations.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mapsvc.analysis.weekly import Week

_LEAST_PAST = 12
"""Kinds with fewer episodes in the year before are not tested: nothing is known of what is usual."""
_YEAR_WEEKS, _SLOW_WEEKS = 52, 8
_SHOWN_P = 0.2
_PLACES = 3


def look(ws: Workspace, conn: Connection, until: date, seed: int = 1) -> Looked:
    """Kinds of which more was reported than usual in the week up to `until`, or more and more in the last eight."""
    from mapsvc.analysis.weekly import LEAST_WEEKS, METHOD, judge

    seen = look_back(ws, conn, until)
    if not len(seen.events):
        return Looked(Rule.RISE, 0, (), METHOD)
    # Whole weeks since the office began to write down anything: before that nothing is known, not nought.
    weeks = (seen.last - int(seen.events.day.min()) + 1) // 7
    tested, found = 0, []
    for code, kind in enumerate(seen.events.kind_labels):
        days = seen.events.day[seen.of_kind(code)]
        counts = weeks_of(days, seen.last, weeks)
        if weeks <= LEAST_WEEKS or counts[-1 - _YEAR_WEEKS : -1].sum() < _LEAST_PAST:
            continue
        tested += 1
        told = judge(counts, seed=seed)
        if told is not None and told.p <= _SHOWN_P:
            found.append(_candidate(ws, seen, code, kind, counts, told))
    return Looked(Rule.RISE, tested, tuple(found), METHOD)


def _candidate(ws: Workspace, seen: Seen, code: int, kind: str, counts: "NDArray[np.int64]", told: "Week") -> Candidate:
    days = 7 * _SLOW_WEEKS if told.is_slow else 7
    episodes = seen.of_kind(code)
    recent = episodes[seen.events.day[episodes] > seen.last - days]
    name, where = kind_words(kind), _places(ws, seen, recent)
    shown = counts[-SHOWN_WEEKS:]
    usual = told.slow_expected if told.is_slow else told.expected
    evidence = {
        "method": told.method, "window": told.window, "n": told.n, "seed": told.seed,
        "count": len(recent), "expected": round(usual * days / 7, 2), "interval": [told.low, told.high],
        "p_week": told.p_week, "p_slow": told.p_slow, "dispersion": round(told.phi, 2), "is_slow": told.is_slow,
        "series": series_of(seen.until, shown.tolist(), [usual] * len(shown)),
        "issue_ids": seen.ids_of(seen.reports_of(recent)), "cell": None, "places": where,
        "next": {"decision": Decision.NOTED.value, "playbook": None, "words": _next_words(where)},
    }  # fmt: skip
    return Candidate(
        Rule.RISE, f"rise:{kind}", _title(name, told), _text(name, told, where), told.p,
        seen.until - timedelta(days=days - 1), seen.until, evidence, kind=kind,
    )  # fmt: skip


def _title(name: str, told: "Week") -> str:
    if told.is_slow:
        return f"{name}：近八周慢慢多起来，每周约{round(told.slow)}件"
    return f"{name}：这一周全街{told.count}件，平时{few_words(told.expected, '件')}"


def _text(name: str, told: "Week", where: list[dict[str, Any]]) -> str:
    if told.is_slow:
        head = f"全街的{name}近八周慢慢多起来：现在每周约{told.slow:.1f}件，之前每周约{told.slow_expected:.1f}件。"
    else:
        head = f"近7天全街报了{told.count}件{name}，平时一周{few_words(told.expected, '件')}，"
        head += f"十周里有九周不超过{round(told.high)}件。"
    spots = "、".join(f"{one['label']}（{one['count']}件）" for one in where)
    return f"{head}{f'多在{spots}。' if spots else '各处都有一点，没有特别集中的地方。'}"


def _next_words(where: list[dict[str, Any]]) -> str:
    return f"先去{where[0]['label']}看一眼" if where else "问问各片，是不是同一个原因"


def _places(ws: Workspace, seen: Seen, episodes: "NDArray[np.int64]") -> list[dict[str, Any]]:
    """The stretches with most of them, where it is more than one each."""
    import numpy as np

    points = seen.events.points[episodes]
    if not len(points):
        return []
    spots, counts = np.unique(np.round(points / 50).astype(np.int64), axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:_PLACES]
    found: dict[str, int] = {}
    for i in order.tolist():
        near = points[(np.round(points / 50).astype(np.int64) == spots[i]).all(axis=1)].mean(axis=0)
        if counts[i] > 1:
            label = stretch_at(ws, float(near[0]), float(near[1]))[1]
            found[label] = found.get(label, 0) + int(counts[i])
    return [{"label": label, "count": count} for label, count in found.items()]
