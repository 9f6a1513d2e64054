"""问的人多了: topics about which more doors asked than the weeks before let expect."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain.alerts import Candidate, Looked, Rule
from mapsvc.operations.detectors.asked import (
    UNIT,
    Asked,
    day_words,
    last_year_words,
    look_back,
    told_evidence,
    told_words,
)
from mapsvc.operations.detectors.seen import SHOWN_WEEKS, few_words, series_of
from mapsvc.operations.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mapsvc.analysis.topic_rises import Rise

_SHOWN_P = 0.2
_COMMON = 1.25
"""From so much more of everything on it is said that all topics are asked about more."""


def look(ws: Workspace, conn: Connection, until: date, seed: int = 1) -> Looked:
    """Topics about which more doors asked in the last week, or in the last four, than usual."""
    from mapsvc.analysis.topic_rises import METHOD, judge_topics

    seen = look_back(conn, until)
    counts = seen.counts()
    told = judge_topics(counts, seed=seed)
    tested = sum(one is not None for one in told)
    found = [
        _candidate(conn, seen, topic, counts[k], one)
        for k, (topic, one) in enumerate(zip(seen.topics, told, strict=True))
        if one is not None and one.p <= _SHOWN_P
    ]
    return Looked(Rule.TOPIC, tested, tuple(found), METHOD)


def _candidate(conn: Connection, seen: Asked, topic: str, counts: "NDArray[np.int64]", told: "Rise") -> Candidate:
    first = seen.until - timedelta(days=7 * told.weeks - 1)
    shown, usual = counts[-SHOWN_WEEKS:], told.expected / told.weeks
    evidence = {
        **told_evidence(conn, seen, topic, seen.next_opening(topic)),
        "method": told.method, "window": told.window, "n": int(counts[-told.n - 1 :].sum()), "seed": told.seed,
        "count": told.count, "expected": round(told.expected, 2), "interval": [told.low, told.high],
        "weeks": told.weeks, "p_span": told.p_span, "dispersion": round(told.phi, 2), "common": round(told.common, 2),
        "series": series_of(seen.until, shown.tolist(), [usual] * len(shown)),
        "enquiry_ids": seen.ids(topic, first, seen.until),
    }  # fmt: skip
    when = "这一周" if told.weeks == 1 else f"近{told.weeks}周"
    ends = f"{told_words(evidence)}，{last_year_words(evidence, seen)}。"
    title = f"{topic}：{when}{told.count}{UNIT}问，平时{few_words(told.expected, UNIT)}"
    return Candidate(
        Rule.TOPIC, f"topic:{topic}", title, _text(seen, topic, when, told) + ends, told.p,
        first, seen.until, evidence, topic=topic,
    )  # fmt: skip


def _text(seen: Asked, topic: str, when: str, told: "Rise") -> str:
    words = f"{when}有{told.count}{UNIT}问到{topic}，平时{few_words(told.expected, UNIT)}，"
    words += f"十次里有九次不超过{round(told.high)}{UNIT}。"
    if told.common >= _COMMON:
        words += "这阵子别的话题也问得多，已经算进“平时”里了。"
    opening = seen.next_opening(topic)
    if opening is None:
        return words
    if opening.is_open(seen.until + timedelta(days=1)):
        return f"{words}“{opening.window.title}”正在办，{day_words(opening.closes_on, seen.until.year)}截止。"
    return f"{words}“{opening.window.title}”{day_words(opening.opens_on, seen.until.year)}开始办。"
