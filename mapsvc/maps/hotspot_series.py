"""One cell over the periods as a chart: what was reported, what is usual, what happened and what was done there."""

from datetime import timedelta

from markupsafe import Markup

from mapsvc.domain.periods import Period
from mapsvc.maps.charts import Bar, Mark, series_chart
from mapsvc.operations.cell_history import CellHistory, HistoryMark, at_in


def history_chart(history: CellHistory, *, has_table: bool = True) -> Markup:
    """Draw the reports of a cell period by period, with 诱因 and what was done marked; nothing without a past."""
    if len(history.map.periods) < 2:
        return Markup("")
    cell, periods = history.cell, history.map.periods
    usual = sum(cell.reports[:-1]) / (len(cell.reports) - 1)
    bars = [
        Bar(_day(period), count, period_words(period), usual, "比别处突出" if hot else "")
        for period, count, hot in zip(periods, cell.reports, cell.hot, strict=True)
    ]
    marks = [_mark(history, one) for one in history.marks]
    return series_chart(bars, marks, title=f"{cell.shape.label}每期报了多少件", has_table=has_table)


def period_words(period: Period) -> str:
    """``9月30日到10月27日``."""
    return f"{_day(period)}到{period.last.month}月{period.last.day}日"


def _mark(history: CellHistory, one: HistoryMark) -> Mark:
    until = at_in(history.map, one.until + timedelta(days=1)) if one.until else None
    end = until if until is not None else float(len(history.map.periods)) if one.goes_on else None
    return Mark(at_in(history.map, one.day), one.label, one.is_measure, one.text, end)


def _day(period: Period) -> str:
    return f"{period.first.month}月{period.first.day}日"
