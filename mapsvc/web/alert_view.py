"""What the pages of early warnings show of one: its days, figures and chart, what was learned, how it was counted."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup

from mapsvc.domain.alert_lessons import LEVEL
from mapsvc.domain.alerts import CERTAIN, Alert, Rule
from mapsvc.domain.hotspots import usual_words
from mapsvc.domain.times import office_day
from mapsvc.maps.charts import HEIGHT, Bar, Mark, series_chart
from mapsvc.operations.alerts import AlertLine, AlertView

_LOW = 104
"""Pixels of a chart in the list."""
_MOST_BARS = 26


@dataclass(frozen=True)
class Shown:
    """A warning in the inbox: its days, its figures, its chart, what was learned before, what its detector advises.

    `chart_words` say what the chart counts where it is not the weeks up to now.
    """

    line: AlertLine
    days: str
    figures: str
    chart: Markup
    learned: tuple[str, ...]
    advice: str
    chart_words: str = ""

    @property
    def alert(self) -> Alert:
        """The warning itself."""
        return self.line.alert


def shown(line: AlertLine, marks: tuple[Mark, ...] = (), height: int = _LOW, has_table: bool = False) -> Shown:
    """A warning as the list shows it."""
    one = line.alert
    bars, usual = _bars(one), one.evidence.get("expected")
    unit = _unit(one)
    title = f"{line.title}：一段一段有几{unit}"
    drawn = series_chart(bars, marks, title=title, height=height, unit=unit, has_table=has_table)
    chart = drawn if len(bars) > 1 else Markup("")
    count = one.evidence.get("count")
    figures = f"{_plain(count)}{unit}" if count is not None else ""
    if count is not None and usual is not None:
        figures += f"，{usual_words(float(usual)).replace('件', unit)}"
    learned = tuple(str(words) for words in one.evidence.get("learned") or ())
    advice = str((one.evidence.get("next") or {}).get("words") or "")
    words = str(one.evidence.get("series_words") or "") if chart else ""
    return Shown(line, _days(one.from_day, one.until_day), figures, chart, learned, advice, words)


def shown_whole(view: AlertView) -> Shown:
    """The same on its own page: with what happened around and what was tried, and as a table."""
    return shown(view.line, _marks(view), HEIGHT, has_table=True)


def _unit(one: Alert) -> str:
    """What is counted: reports, or troubles however many tell of one."""
    return str(one.evidence.get("unit") or ("起" if one.rule is Rule.RELAPSE else "件"))


def _bars(one: Alert) -> list[Bar]:
    """The series as bars; what a detector left out of it is left out here."""
    found = []
    for part in one.evidence.get("series") or ():
        day = date.fromisoformat(str(part["from"])[:10])
        usual = part.get("expected")
        found.append(
            Bar(
                f"{day.month}月{day.day}日", round(float(part.get("count") or 0)), f"{day.month}月{day.day}日起",
                float(usual) if usual is not None else None,
            )
        )  # fmt: skip
    return found[-_MOST_BARS:]


def _marks(view: AlertView) -> tuple[Mark, ...]:
    """What happened around and what was tried, where it lies within the chart."""
    series = view.alert.evidence.get("series") or ()
    if len(series) < 2:
        return ()
    days = [date.fromisoformat(str(part["from"])[:10]) for part in series[-_MOST_BARS:]]
    step = (days[-1] - days[0]).days / (len(days) - 1) or 1.0
    told = [(c.from_at, c.text, False) for c in view.contexts]
    told += [(r.run.started_at, r.playbook.name, True) for r in view.tried]
    placed = ((((office_day(at) - days[0]).days + 0.5) / step, words, done) for at, words, done in told)
    return tuple(Mark(at, words, done) for at, words, done in placed if 0 <= at <= len(days))


def _days(first: date, last: date) -> str:
    begin, end = f"{first.month}月{first.day}日", f"{last.month}月{last.day}日"
    return begin if first == last else f"{begin}到{end}"


def _plain(value: Any) -> str:
    number = float(value)
    return str(round(number)) if number == round(number) else f"{number:.1f}"


def counted(one: Alert) -> tuple[tuple[str, str], ...]:
    """怎么算的: what was counted with what, for whoever wants to recount it."""
    told = one.evidence
    interval = told.get("interval")
    is_certain = one.rule in CERTAIN
    lines = (
        ("方法", told.get("method")),
        ("时间窗", f"{told['window']}天" if told.get("window") else None),
        ("用到的记录", f"{told['n']}{'次' if one.topic else '件'}" if told.get("n") is not None else None),
        ("平时会有的范围", f"{_plain(interval[0])}到{_plain(interval[1])}{_unit(one)}" if interval else None),
        ("单独看碰巧有这么多的可能（p）", None if is_certain else f"{one.p:.2g}"),
        ("和同一周查的其他项一起看（q）", None if is_certain else f"{one.q:.2g}"),
        ("q 要不超过多少才提醒", None if is_certain else f"{float(told.get('q_limit', LEVEL)):.3g}"),
        ("随机种子", str(told["seed"]) if told.get("seed") is not None else None),
    )
    return tuple((name, str(value)) for name, value in lines if value not in (None, ""))


@dataclass(frozen=True)
class Way:
    """A page that tells more of a warning about a topic."""

    url: str
    words: str


def ways_on(one: Alert) -> tuple[Way, ...]:
    """The questions about its topic, the answer of the policy base, its window in the calendar."""
    told, found = one.evidence, []
    if one.topic:
        found.append(Way(f"/enquiries?{urlencode({'topic': one.topic})}", f"看{one.topic}的咨询"))
    if policy := told.get("policy_id"):
        found.append(Way(f"/policies/{quote(str(policy), safe='')}", "看政策解答"))
    if told.get("window_code"):
        found.append(Way("/policy-calendar", "看政策日历"))
    return tuple(found)
