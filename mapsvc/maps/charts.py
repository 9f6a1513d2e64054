"""A small chart of a series: bars by period, what is usual, and what happened in between; with the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from markupsafe import Markup

from mapsvc.domain.hotspots import usual_words
from mapsvc.maps.picture_parts import width_of

WIDTH, HEIGHT = 340, 150
"""Pixels: the narrowest width at which all is told apart, and the height."""
STYLE = "app/hotspots/chart.css"
"""What a page that shows a chart links, below /static."""
_SIZE = 12.0
_ROW = 17.0
_ROWS, _USUAL_ROWS = 6, 3
_AXIS = 22.0
_NUMBER = 16.0
_MOST_LABELS = 4
_LONGEST = 9


@dataclass(frozen=True)
class Bar:
    """One period.

    Attributes
    ----------
    label : str
        Below the axis: short, such as 9月7日.
    value : int
        How many.
    name : str
        The whole period in words; what the table calls it. Empty: the label.
    usual : float or None
        How many are usual in a period of this length.
    word : str
        What is said of it, such as 热点: drawn in the colour of hot spots, and in the table.
    """

    label: str
    value: int
    name: str = ""
    usual: float | None = None
    word: str = ""


@dataclass(frozen=True)
class Mark:
    """Something that happened at one moment, or from then on.

    Attributes
    ----------
    at : float
        When, in periods from the beginning of the first: 2.5 is the middle of the third.
    label : str
        Two to nine characters; longer ones are cut in the picture, not in the table.
    is_measure : bool
        Whether it is something that was done against it (治理样板, 温馨提示), not what may have caused it (诱因).
    name : str
        The whole of it, with its day; empty: the label.
    until : float or None
        Where it was over, if it went on for a time.
    """

    at: float
    label: str
    is_measure: bool = False
    name: str = ""
    until: float | None = None


def series_chart(
    series: Sequence[Bar],
    marks: Sequence[Mark] = (),
    *,
    title: str,
    width: int = WIDTH,
    height: int = HEIGHT,
    unit: str = "件",
    has_table: bool = True,
) -> Markup:
    """Draw a series as a <figure>: an SVG as wide as its place, a line that explains it, and a table to open.

    Parameters
    ----------
    series : sequence of Bar
        The earliest first; up to about 26.
    marks : sequence of Mark
        Labels that find no room are left out of the picture; the table has all.
    title : str
        What it shows; read aloud in place of the picture.
    width : int
        Pixels of the narrowest screen it is shown on: labels are fitted to it.
    height : int
        Pixels; more where many marks need rows for their labels.
    unit : str
        Of the values.
    has_table : bool
        Whether the same numbers follow as a table behind 列成表.

    Returns
    -------
    Markup
        Escaped. Colours come with the style sheet `STYLE`, light, dark and on paper.
    """
    if not series:
        return Markup("")
    ordered = sorted(marks, key=lambda m: (m.at, m.label))
    parts = [_picture(series, ordered, title, width, height, unit), _key(series, ordered)]
    if has_table:
        parts.append(_table(series, ordered, unit))
    return Markup(f'<figure class="series-chart">{"".join(parts)}</figure>')


def spark(values: Sequence[int], marked: Sequence[bool], *, title: str, width: int = 130, height: int = 26) -> Markup:
    """A series in the height of a line: a bar for each value, those `marked` in the colour of hot spots."""
    slot, highest = width / max(len(values), 1), max(1, *values, 0)
    bars = []
    for i, (value, is_marked) in enumerate(zip(values, marked, strict=True)):
        high = max(1.5, value / highest * (height - 2)) if value else 1.0
        kind = "bar hot" if is_marked else "bar" if value else "bar none"
        at = f'x="{i * slot + 0.7:.1f}" y="{height - high:.1f}" width="{slot - 1.4:.1f}" height="{high:.1f}"'
        bars.append(f'<rect class="{kind}" {at} fill="currentColor"/>')
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return Markup(f'<svg class="series spark" role="img" aria-label="{escape(title)}" {size}>{"".join(bars)}</svg>')


def _picture(series: Sequence[Bar], marks: Sequence[Mark], title: str, width: int, height: int, unit: str) -> str:
    slot = 100 / len(series)
    placed = _rows(marks, len(series), width)
    rows = 1 + max((row for row, _ in placed if row is not None), default=-1)
    height += round(_ROW * max(rows - _USUAL_ROWS, 0))
    head = _ROW * rows + 2
    floor, top = height - _AXIS, head + _NUMBER
    highest = max(1.0, *(float(b.value) for b in series), *(b.usual or 0.0 for b in series))
    per_one = (floor - top) / highest
    parts = [f"<title>{escape(title)}</title><desc>{escape(_told(series, unit))}</desc>"]
    # Words come last and wear a halo, so that no line runs through them.
    parts += [_bar(bar, i * slot, slot, floor, per_one, unit) for i, bar in enumerate(series)]
    parts += [_stroke(m, row, slot, floor) for m, (row, _) in zip(marks, placed, strict=True)]
    parts += [_line("axis", 0, 100, floor, floor), *_usual(series, slot, floor, per_one)]
    parts += [_number(bar, (i + 0.5) * slot, floor - bar.value * per_one) for i, bar in enumerate(series)]
    parts += [_name(m, row, is_left, slot) for m, (row, is_left) in zip(marks, placed, strict=True) if row is not None]
    parts += _days(series, slot, width, height)
    return (
        f'<svg class="series" role="img" width="100%" height="{height}" font-size="{_SIZE:g}" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


def _bar(bar: Bar, left: float, slot: float, floor: float, per_one: float, unit: str) -> str:
    """The bar with what it says; a transparent one as high as the chart catches the pointer."""
    high = bar.value * per_one
    kind = "bar hot" if bar.word else "bar"
    said = f"{bar.name or bar.label}：{bar.value}{unit}{f'，{bar.word}' if bar.word else ''}"
    return (
        f'<g><title>{escape(said)}</title><rect class="catch" x="{left:.2f}%" width="{slot:.2f}%" height="{floor:g}" '
        f'fill="none" pointer-events="all"/><rect class="{kind}" x="{left + slot * 0.14:.2f}%" '
        f'width="{slot * 0.72:.2f}%" y="{floor - high:.1f}" height="{high:.1f}" fill="currentColor"/></g>'
    )


def _number(bar: Bar, x: float, y: float) -> str:
    kind = "n" if bar.value else "n none"
    return (
        f'<text class="{kind}{" hot" if bar.word else ""}" x="{x:.2f}%" y="{y - 4:.1f}" '
        f'text-anchor="middle">{bar.value}</text>'
    )


def _days(series: Sequence[Bar], slot: float, width: int, height: int) -> list[str]:
    """Names of some periods below the axis; the last one ends where its bar does if it would run out."""
    found = []
    for i in range(0, len(series), -(-len(series) // _MOST_LABELS)):
        runs_out = (i + 0.14) * slot / 100 * width + width_of(series[i].label, _SIZE) > width
        x, anchor = (i + 0.86, ' text-anchor="end"') if runs_out else (i + 0.14, "")
        at = f'x="{x * slot:.2f}%" y="{height - 5:g}"{anchor}'
        found.append(f'<text class="when" {at}>{escape(series[i].label)}</text>')
    return found


def _usual(series: Sequence[Bar], slot: float, floor: float, per_one: float) -> list[str]:
    """The line of what is usual: one piece over each run of equal numbers."""
    found: list[str] = []
    begin = 0
    for i in range(1, len(series) + 1):
        if i < len(series) and series[i].usual == series[begin].usual:
            continue
        usual = series[begin].usual
        if usual is not None:
            y = floor - usual * per_one
            found.append(_line("usual", begin * slot, i * slot, y, y))
        begin = i
    return found


def _stroke(mark: Mark, row: int | None, slot: float, floor: float) -> str:
    """The line of a mark, and along the axis how long it went on."""
    x, kind = _across(mark, slot), _kind(mark)
    parts = [f"<title>{escape(mark.name or mark.label)}</title>"]
    parts.append(_line(kind, x, x, 0 if row is None else row * _ROW + 2, floor))
    if mark.until is not None and mark.until > mark.at:
        parts.append(_line(f"{kind} span", x, min(mark.until * slot, 100), floor + 2.5, floor + 2.5))
    return f"<g>{''.join(parts)}</g>"


def _name(mark: Mark, row: int, is_left: bool, slot: float) -> str:
    side = 'text-anchor="end" dx="-4"' if is_left else 'dx="4"'
    at = f'x="{_across(mark, slot):.2f}%" y="{row * _ROW + _SIZE + 2:.1f}"'
    return f'<text class="{_kind(mark)}" {at} {side}>{escape(_short(mark.label))}</text>'


def _across(mark: Mark, slot: float) -> float:
    return min(max(mark.at * slot, 0.3), 99.7)


def _kind(mark: Mark) -> str:
    return "mark done" if mark.is_measure else "mark"


def _rows(marks: Sequence[Mark], count: int, width: int) -> list[tuple[int | None, bool]]:
    """For each mark the row of its label (None: no room), and whether it stands left of its line."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(_ROWS)]
    lines = [m.at / count * width for m in marks]
    found: list[tuple[int | None, bool]] = []
    for mark, x in zip(marks, lines, strict=True):
        wide = width_of(_short(mark.label), _SIZE) + 8
        fitted: tuple[int | None, bool] = (None, False)
        for is_left in (False, True):
            begin, end = (x - wide, x) if is_left else (x, x + wide)
            if begin < 0 or end > width:
                continue
            row = next((r for r in range(_ROWS) if all(end <= a or begin >= b for a, b in taken[r])), None)
            if row is not None:
                taken[row].append((begin, end))
                fitted = (row, is_left)
                break
        found.append(fitted)
    return found


def _line(kind: str, x1: float, x2: float, y1: float, y2: float) -> str:
    ends = f'x1="{x1:.2f}%" x2="{x2:.2f}%" y1="{y1:.1f}" y2="{y2:.1f}"'
    return f'<line class="{kind}" {ends} stroke="currentColor"/>'


def _key(series: Sequence[Bar], marks: Sequence[Mark]) -> str:
    """What the strokes mean, only those that are there."""
    parts = []
    if word := next((b.word for b in series if b.word), ""):
        parts.append(("swatch hot", word))
    usual = [b.usual for b in series if b.usual is not None]
    if usual:
        parts.append(("swatch usual", usual_words(usual[-1])))
    if any(not m.is_measure for m in marks):
        parts.append(("swatch mark", "诱因"))
    if any(m.is_measure for m in marks):
        parts.append(("swatch done", "做过的"))
    if not parts:
        return ""
    return '<p class="series-key third">' + "".join(
        f'<span><i class="{kind}" aria-hidden="true"></i>{escape(text)}</span>' for kind, text in parts
    ) + "</p>"  # fmt: skip


def _table(series: Sequence[Bar], marks: Sequence[Mark], unit: str) -> str:
    has_words, has_marks = any(b.word for b in series), bool(marks)
    head = f'<th scope="col">时段</th><th scope="col" class="num">{escape(unit)}数</th>'
    head += '<th scope="col">说法</th>' if has_words else ""
    head += '<th scope="col">发生过什么</th>' if has_marks else ""
    rows = []
    for i, bar in reversed(list(enumerate(series))):
        told = "；".join(m.name or m.label for m in marks if i <= m.at < i + 1 or (i == 0 and m.at < 0))
        cells = f'<th scope="row">{escape(bar.name or bar.label)}</th><td class="num">{bar.value}</td>'
        cells += f"<td>{escape(bar.word)}</td>" if has_words else ""
        cells += f"<td>{escape(told)}</td>" if has_marks else ""
        rows.append(f"<tr>{cells}</tr>")
    return (
        f'<details class="series-table"><summary>列成表</summary><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></details>"
    )


def _told(series: Sequence[Bar], unit: str) -> str:
    """The series in words: first, most, last."""
    most = max(series, key=lambda b: b.value)
    last = series[-1]
    went = sum(a.value != b.value for a, b in pairwise(series))
    told = f"{len(series)}个时段，最多的是{most.name or most.label}{most.value}{unit}，"
    told += f"最近是{last.name or last.label}{last.value}{unit}"
    return told if went else f"{len(series)}个时段，每个时段都是{last.value}{unit}"


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
