"""去年这时候有人问: topics asked about in these weeks of last year, of which nothing was heard yet this year."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain.alerts import Candidate, Looked, Rule
from mapsvc.operations.detectors.asked import UNIT, YEAR, Asked, day_words, look_back, told_evidence, told_words
from mapsvc.operations.detectors.seen import few_words, series_of
from mapsvc.operations.workspace import Workspace

if TYPE_CHECKING:
    from mapsvc.analysis.topic_seasons import Season

_SHOWN_P = 0.2
_AHEAD = 4
"""Weeks ahead whose like of last year is looked at; so many weeks back nobody may have asked this year."""


def look(ws: Workspace, conn: Connection, until: date, seed: int = 1) -> Looked:
    """Topics that last year were asked about in the four weeks ahead, and this year in the last four not once."""
    from mapsvc.analysis.topic_seasons import METHOD, YEAR_WEEKS, seasons

    seen = look_back(conn, until)
    counts = seen.counts()
    if counts.shape[1] < YEAR_WEEKS:
        return Looked(Rule.LAST_YEAR, 0, (), METHOD)
    told = zip(seen.topics, seasons(counts, _AHEAD, seed=seed), counts[:, -_AHEAD:].sum(axis=1), strict=True)
    asked = [(topic, one) for topic, one, n in told if not n and not _is_said(seen, topic)]
    found = [_candidate(conn, seen, topic, one) for topic, one in asked if one.p <= _SHOWN_P]
    return Looked(Rule.LAST_YEAR, len(asked), tuple(found), METHOD)


def _is_said(seen: Asked, topic: str) -> bool:
    """Whether the calendar speaks of it by now: that warning says what was asked last year too."""
    morning = seen.until + timedelta(days=1)
    return any(topic in one.window.topics and one.is_to_be_told(morning) for one in seen.openings)


def _candidate(conn: Connection, seen: Asked, topic: str, told: "Season") -> Candidate:
    first = seen.until + timedelta(days=1)
    last = seen.until + timedelta(weeks=_AHEAD)
    then = (first - YEAR, last - YEAR)
    opening = seen.next_opening(topic)
    shown_until = min(last - YEAR + timedelta(weeks=_AHEAD), seen.until)
    n = 4 * _AHEAD
    shown = Asked(shown_until, seen.asks, ())
    series = shown.counts(n)[shown.topics.index(topic)]
    usual = told.expected / _AHEAD
    evidence = {
        **told_evidence(conn, seen, topic, opening), "asked_last_year": told.count,
        "method": told.method, "window": told.window, "n": told.n, "seed": told.seed, "count": told.count,
        "expected": round(told.expected, 2), "interval": [told.low, told.high], "weeks": _AHEAD,
        "series": series_of(shown_until, series.tolist(), [usual] * n),
        "series_words": "去年，一周有几户问", "enquiry_ids": seen.ids(topic, *then),
    }  # fmt: skip
    year = first.year
    text = (
        f"去年{then[0].month}月{then[0].day}日到{then[1].month}月{then[1].day}日有{told.count}{UNIT}问到{topic}，"
        f"那一年别的时候四周{few_words(told.expected, UNIT)}；今年近四周还没有人问。"
    )
    if opening is not None:
        text += f"“{opening.window.title}”{day_words(opening.opens_on, year)}开始办。"
    middle = first + timedelta(weeks=_AHEAD // 2)
    return Candidate(
        Rule.LAST_YEAR, f"last_year:{topic}:{middle.year}", f"{topic}：去年这几周{told.count}{UNIT}问，今年还没人问",
        f"{text}{told_words(evidence)}。", told.p, first, last, evidence, topic=topic,
    )  # fmt: skip
