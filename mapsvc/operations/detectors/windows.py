"""办理窗口快开了: what the policy calendar says is about to open, with who asked to be told."""

from datetime import date, timedelta

from sqlalchemy import Connection

from mapsvc.domain.alerts import Candidate, Looked, Rule
from mapsvc.domain.policy_windows import Opening
from mapsvc.operations.detectors.asked import (
    YEAR,
    Asked,
    day_words,
    last_year_words,
    look_back,
    told_evidence,
    told_words,
)
from mapsvc.operations.detectors.seen import series_of
from mapsvc.operations.workspace import Workspace

METHOD = "policy_calendar"
NEWS_DAYS = 28
"""So long after it opened it is said still."""
_WEEKS_BEFORE, _WEEKS_AFTER = 8, 8


def look(ws: Workspace, conn: Connection, until: date, seed: int = 1) -> Looked:
    """Openings that merchants are to know of by now: certain, not tested."""
    seen = look_back(conn, until)
    morning = until + timedelta(days=1)
    found = [
        _candidate(conn, seen, one, morning, seed)
        for one in seen.openings
        if one.is_to_be_told(morning) and morning < one.opens_on + timedelta(days=NEWS_DAYS)
    ]
    return Looked(Rule.WINDOW, 0, tuple(found), METHOD)


def _candidate(conn: Connection, seen: Asked, one: Opening, morning: date, seed: int) -> Candidate:
    topic = one.window.topics[0]
    evidence = {
        **told_evidence(conn, seen, topic, one), "method": METHOD, "seed": seed, "year": one.year,
        "lead_days": one.window.lead_days, "trades": list(one.window.trades), "is_guessed": one.is_guessed,
        **_last_year(seen, topic, one),
    }  # fmt: skip
    title = f"{one.window.title}：{ahead_words(morning, one)}"
    opens, closes = (day_words(day, morning.year) for day in (one.opens_on, one.closes_on))
    begins = f"{opens}起办" if one.opens_on <= morning else f"{opens}开始办"
    guessed = f"{one.window.event}的日子是照别的年份估的，请核对。" if one.is_guessed else ""
    text = f"{begins}，{closes}截止。{guessed}{told_words(evidence)}，{last_year_words(evidence, seen)}。"
    return Candidate(
        Rule.WINDOW, one.subject, title, text, 0.0, one.opens_on, one.closes_on, evidence, topic=topic,
    )  # fmt: skip


def ahead_words(day: date, one: Opening) -> str:
    """``3周后开始办``; under two weeks in days, said on `day`."""
    days = (one.opens_on - day).days
    if days <= 0:
        return "已经可以办了"
    return f"{round(days / 7)}周后开始办" if days >= 14 else f"{days}天后开始办"


def _last_year(seen: Asked, topic: str, one: Opening) -> dict[str, object]:
    """The weeks around the same day of last year, where they are known and somebody asked."""
    middle = one.opens_on - YEAR
    last = middle + timedelta(days=7 * _WEEKS_AFTER - 1)
    n = _WEEKS_BEFORE + _WEEKS_AFTER
    if last > seen.until or not seen.doors([topic], last - timedelta(days=7 * n - 1), last):
        return {}
    then = Asked(last, seen.asks, ())
    counts = then.counts(n)[then.topics.index(topic)].tolist()
    series = [{name: part[name] for name in ("from", "count")} for part in series_of(last, counts, [0.0] * n)]
    return {"series": series, "series_words": "去年这时候，一周有几户问"}
