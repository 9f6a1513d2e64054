"""The chart of one cell: its reports by period, what is usual, what happened and what was done."""

from markupsafe import Markup

from mapsvc.domain.changes import EACH_WORDS
from mapsvc.maps.charts import HEIGHT, WIDTH, Bar, Mark, series_chart
from mapsvc.operations.cell_history import CellHistory, HistoryMark, at_in
from mapsvc.operations.changes import ChangeMap


def history_chart(history: CellHistory, *, width: int = WIDTH, height: int = HEIGHT, has_table: bool = True) -> Markup:
    """Draw a cell's history as `series_chart` does; empty where the past holds no period."""
    whole, cell = history.map, history.cell
    if not whole.periods:
        return Markup("")
    earlier = cell.reports[:-1]
    usual = sum(earlier) / len(earlier) if earlier else None
    bars = [
        Bar(
            f"{period.first.month}月{period.first.day}日",
            count,
            f"{period.first.year}年{period.words}",
            usual,
            "比别处突出" if hot else "",
        )
        for period, count, hot in zip(whole.periods, cell.reports, cell.hot, strict=True)
    ]
    marks = [
        Mark(at_in(whole, m.day), m.label, m.is_measure, m.text, _until(whole, m) if m.goes_on else None)
        for m in history.marks
    ]
    title = f"{cell.shape.label}，{EACH_WORDS[whole.query.weeks]}上报的件数"
    return series_chart(bars, marks, title=title, width=width, height=height, has_table=has_table)


def _until(whole: ChangeMap, mark: HistoryMark) -> float:
    return at_in(whole, mark.until) if mark.until else float(len(whole.periods))
