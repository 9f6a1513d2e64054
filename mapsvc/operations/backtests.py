"""Backtest of the ranking on a file of reports: what it would have been worth in the past, beside simpler ways."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapsvc.domain.backtests import METHOD_NAMES
from mapsvc.errors import Refused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mapsvc.analysis.backtest import Backtest, Method, Origins
    from mapsvc.analysis.squares import Squares
    from mapsvc.ledger.report_files import ReportTable

Progress = Callable[[int, int, str], None]
BANDWIDTHS_M = (50.0, 100.0, 200.0, 400.0, 800.0)
_DENSITY_M = (100.0, 200.0)
_BLOCK = 5
CELL_M = (20.0, 5_000.0)
MOST_CELLS = 150_000
LEAST_REPORTS = 20


@dataclass(frozen=True)
class FileQuery:
    """What is asked of a file.

    Attributes
    ----------
    group : str or None
        Only the reports of this group.
    cell_m : float
        Side of a cell.
    study_area : Path or None
        File of positions; a cell counts if it holds any. Without one: any report of the file before the first test.
    crs : str or None
        Plane system to use, e.g. ``EPSG:26986``.
    since : date or None
        First day of the first test.
    keeps_placeholders : bool
        Whether coordinates that are nobody's place count.
    shift_m : (east, north)
        The cells begin so far before the least position: how much lies in where they happen to begin.
    """

    path: Path
    group: str | None = None
    cell_m: float = 150.0
    study_area: Path | None = None
    crs: str | None = None
    since: date | None = None
    seed: int = 1
    keeps_placeholders: bool = False
    shift_m: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class FileBacktest:
    """Both ways of counting, and what was read, set aside and left out.

    Attributes
    ----------
    raw, episodes : Backtest
        Every report; repeated reports of one trouble counted once.
    """

    query: FileQuery
    raw: "Backtest"
    episodes: "Backtest"
    reads: dict[str, Any]
    notes: tuple[str, ...]
    groups: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The answer of the command."""
        origins = self.raw.origins
        return {
            "method": self.raw.method,
            "window": {
                "days": self.raw.window,
                "tests": [date.fromordinal(day).isoformat() for day in origins.tests],
                "chosen_on": [date.fromordinal(day).isoformat() for day in origins.choosing],
            },
            "n": self.raw.n,
            "seed": self.raw.seed,
            "file": self.query.path.name,
            "group": self.query.group,
            "groups": self.groups,
            "cell_m": self.query.cell_m,
            "cells": self.raw.n_cells,
            "read": self.reads,
            "notes": list(self.notes),
            "raw": backtest_json(self.raw),
            "episodes": backtest_json(self.episodes),
        }


def backtest_json(tested: "Backtest") -> dict[str, Any]:
    """Figures of one backtest, per method and share of the area."""
    return {
        "n": tested.n,
        "methods": [method_json(method) for method in tested.methods],
        "weights": {name: weight for name, weight in tested.weights.items() if weight >= 0.005},
    }


def method_json(method: "Method") -> dict[str, Any]:
    """One method: its parameter, its figures, and the interval by which the ranking is ahead of it in PAI."""
    areas = []
    for i, area in enumerate(method.areas):
        gap = method.behind[i] if method.behind else None
        areas.append(
            {
                "share": area.share,
                "cells": area.cells,
                "hits": area.hits,
                "reports": area.reports,
                "hit_rate": round(area.hit_rate, 5),
                "hit_rate_interval": [round(area.hit_low, 5), round(area.hit_high, 5)],
                "pai": round(area.pai, 4),
                "pai_interval": [round(area.pai_low, 4), round(area.pai_high, 4)],
                "pei": round(area.pei, 4),
                "behind_interval": [round(value, 4) for value in gap] if gap else None,
            }
        )
    name = METHOD_NAMES.get(method.name, method.name)
    return {"method": method.name, "name": name, "parameter": method.parameter, "areas": areas}


def run_file(query: FileQuery, progress: Progress | None = None) -> FileBacktest:
    """Backtest the ranking on the reports of a file.

    Raises
    ------
    Refused
        No such file, column or group, a cell out of bounds, too short a record, too few reports.
    Malformed
        The file is no text or damaged.
    """
    from mapsvc.ledger.report_files import read_reports

    if not CELL_M[0] <= query.cell_m <= CELL_M[1]:
        told = f"格子边长要在{CELL_M[0]:g}到{CELL_M[1]:g}米之间，写的是{query.cell_m:g}米。"
        raise Refused(told, field="cell_m", code="cell_size")
    tell = progress or (lambda _done, _total, _what: None)
    tell(0, 5, "读文件")
    table = read_reports(query.path, group=query.group)
    area = read_reports(query.study_area, wants_days=False) if query.study_area else None
    tell(1, 5, "分格")
    made = _prepare(query, table, area)
    tell(2, 5, "检验")
    raw = _test(made, made.everything, query.seed)
    tell(4, 5, "合并重复后再检验")
    episodes = _test(made, made.openers, query.seed)
    tell(5, 5, "好了")
    return FileBacktest(query, raw, episodes, made.reads, made.notes, made.groups)


@dataclass(frozen=True)
class _Prepared:
    """Reports of the group within the area, in the plane."""

    squares: "Squares"
    origins: "Origins"
    points: "NDArray[np.float64]"
    day: "NDArray[np.int64]"
    cell: "NDArray[np.int64]"
    known: "NDArray[np.int64] | None"
    everything: "NDArray[np.int64]"
    openers: "NDArray[np.int64]"
    reads: dict[str, Any]
    notes: tuple[str, ...]
    groups: dict[str, int]


def _prepare(query: FileQuery, table: "ReportTable", area: "ReportTable | None") -> _Prepared:
    import numpy as np

    from mapsvc.analysis.episodes import SPAN_H, merge_episodes
    from mapsvc.analysis.placeholders import placeholders
    from mapsvc.geo.planes import plane_through, to_plane

    plane = plane_through(table.lon, table.lat, query.crs)
    points = to_plane(plane, table.lon, table.lat)
    ground = to_plane(plane, area.lon, area.lat) if area is not None else None
    mine = _of_group(query, table)
    aside = np.zeros(len(points), dtype=bool) if query.keeps_placeholders else placeholders(
        points, table.day, table.group
    )  # fmt: skip
    origins = _origins(query, table.day)
    squares = _squares(query, points, table.day, origins, ground, aside)
    cell = squares.index(points)
    kept = np.flatnonzero(mine & ~aside & (cell >= 0))
    inside = int(((table.day[kept] >= origins.tests[0]) & (table.day[kept] < origins.tests[-1] + 28)).sum())
    if inside < LEAST_REPORTS:
        told = (
            f"检验的几期里一共只有{inside}件，至少要{LEAST_REPORTS}件才说得出什么；请换一类、放宽区域，或用更长的记录。"
        )
        raise Refused(told, field="group", code="too_few")
    order = kept[np.lexsort((points[kept, 1], points[kept, 0], table.second[kept]))]
    kind = np.zeros(len(order), dtype=np.int64) if query.group else table.group[order]
    home = merge_episodes(points[order], table.second[order], kind, span=SPAN_H * 3600)
    openers = np.flatnonzero(home == np.arange(len(order)))
    reads = _reads(table, area, query, mine, aside, cell, len(order), len(openers))
    groups = dict(zip(table.labels, np.bincount(table.group[table.group >= 0]).tolist(), strict=False))
    return _Prepared(
        squares, origins, points[order], table.day[order], cell[order],
        None if area is not None else _known(len(squares.steps), cell, table.day, aside),
        np.arange(len(order)), openers, reads,
        _notes(query, table, area, aside & mine, groups), groups if len(groups) <= 200 else {},
    )  # fmt: skip


def _of_group(query: FileQuery, table: "ReportTable") -> "NDArray[np.bool_]":
    import numpy as np

    from mapsvc.ledger.report_files import label_of

    if query.group is None:
        return np.ones(len(table.day), dtype=bool)
    if not table.labels:
        told = f"{query.path.name} 没有分类的列（group、类别、type 等），不能按“{query.group[:40]}”选；请去掉 --group。"
        raise Refused(told, field="group", code="no_group_column")
    wanted = label_of(table.labels, query.group)
    if wanted is None:
        counts = np.bincount(table.group, minlength=len(table.labels))
        most = "、".join(f"{table.labels[i]}{counts[i]}件" for i in np.argsort(-counts, kind="stable")[:12].tolist())
        told = f"文件里没有“{query.group[:40]}”这一类；有的是：{most}。"
        raise Refused(told, field="group", code="unknown_group")
    return np.asarray(table.group == wanted)


def _origins(query: FileQuery, day: "NDArray[np.int64]") -> "Origins":
    from mapsvc.analysis.backtest import LEAST_PERIODS, origins_of

    first, last = int(day.min()), int(day.max())
    found = origins_of(first, last, since=query.since.toordinal() if query.since else None)
    if found is None and query.since:
        told = (
            f"从{query.since}起没有一期完整的28天：记录从{date.fromordinal(first)}到{date.fromordinal(last)}。"
            "请把 --from 改早一些，前面也要留下一段记录。"
        )
        raise Refused(told, field="since", code="too_late")
    if found is None:
        told = (
            f"记录从{date.fromordinal(first)}到{date.fromordinal(last)}，只有{last - first + 1}天；"
            f"每期28天，至少要{LEAST_PERIODS * 28}天才能检验。"
        )
        raise Refused(told, field="file", code="too_short")
    return found


def _squares(
    query: FileQuery, points: "NDArray[np.float64]", day: "NDArray[np.int64]", origins: "Origins",
    ground: "NDArray[np.float64] | None", aside: "NDArray[np.bool_]",
) -> "Squares":  # fmt: skip
    import numpy as np

    from mapsvc.analysis.squares import squares_with

    corner = points.min(axis=0) if ground is None else np.minimum(points.min(axis=0), ground.min(axis=0))
    corner = corner - np.asarray(query.shift_m)
    where = points[(day < origins.tests[0]) & ~aside] if ground is None else ground
    squares = squares_with(where, corner, query.cell_m)
    if len(squares.steps) > MOST_CELLS:
        told = f"这么小的格子要{len(squares.steps)}格，最多{MOST_CELLS}格；请把 --cell-m 调大。"
        raise Refused(told, field="cell_m", code="too_many_cells")
    if len(squares.steps) < LEAST_REPORTS:
        told = f"只有{len(squares.steps)}格有过记录，分不出先后；请把 --cell-m 调小。"
        raise Refused(told, field="cell_m", code="too_few_cells")
    return squares


def _known(
    n_cells: int, cell: "NDArray[np.int64]", day: "NDArray[np.int64]", aside: "NDArray[np.bool_]"
) -> "NDArray[np.int64]":
    """Day of the first report of any kind in each cell."""
    import numpy as np

    first = np.full(n_cells, np.iinfo(np.int64).max)
    inside = (cell >= 0) & ~aside
    np.minimum.at(first, cell[inside], day[inside])
    return first


def _test(made: _Prepared, rows: "NDArray[np.int64]", seed: int) -> "Backtest":
    from mapsvc.analysis.backtest import run
    from mapsvc.analysis.baselines import baselines, within_reach
    from mapsvc.analysis.kernel import squares_spreads
    from mapsvc.analysis.priority import Past

    points, cell, centres, size_m = made.points[rows], made.cell[rows], made.squares.centres, made.squares.size_m
    # Trouble has its own reach, whatever the cells: a kernel much narrower than a cell is the cell itself.
    widths = [width for width in BANDWIDTHS_M if width >= size_m / 4] or [size_m]
    spreads = squares_spreads(points, cell, centres, size_m, widths)
    past = Past(made.day[rows], cell, spreads, len(centres), made.known)
    densities = [s for s in spreads if s.name in {f"{h:g}m" for h in _DENSITY_M}] or [spreads[-1]]
    others = baselines(past, densities, within_reach(centres, size_m * 1.5))
    return run(past, others, made.origins, made.squares.blocks(_BLOCK), seed=seed)


def _reads(
    table: "ReportTable", area: "ReportTable | None", query: FileQuery, mine: "NDArray[np.bool_]",
    aside: "NDArray[np.bool_]", cell: "NDArray[np.int64]", used: int, episodes: int,
) -> dict[str, Any]:  # fmt: skip
    """How many rows became what; every row is in one of them."""
    return {
        "rows": table.read,
        "columns": table.columns,
        "left_out": table.left_out,
        "other_groups": int((~mine).sum()),
        "placeholders": int((mine & aside).sum()),
        "outside": int((mine & ~aside & (cell < 0)).sum()),
        "used": used,
        "episodes": episodes,
        "problems": [problem.as_json() for problem in table.problems],
        "study_area": None if area is None else {"rows": area.read, "used": len(area.lon), "left_out": area.left_out},
        "crs": query.crs or "+proj=tmerc",
    }


def _notes(
    query: FileQuery, table: "ReportTable", area: "ReportTable | None", aside: "NDArray[np.bool_]",
    groups: dict[str, int],
) -> tuple[str, ...]:  # fmt: skip
    import numpy as np

    notes = [*table.notes, *(f"区域文件：{note}" for note in (area.notes if area else ()))]
    if left_out := sum(table.left_out.values()):
        first = table.problems[0]
        notes.append(f"有{left_out}行没有用，例如第{first.row}行：{first.message}")
    if aside.any():
        piles, count = np.unique(np.stack([table.lat[aside], table.lon[aside]]), axis=1, return_counts=True)
        most = int(count.argmax())
        notes.append(
            f"有{int(aside.sum())}件堆在{len(count)}个不是真地点的坐标上，放在一边没有算"
            f"（最多的一处 {piles[0, most]:.5f}，{piles[1, most]:.5f}，{int(count[most])}件）；"
            "要算上请加 --keep-placeholders。"
        )
    if query.group is None and 1 < len(groups) <= 200:
        most_of = "、".join(f"{name}{n}件" for name, n in sorted(groups.items(), key=lambda g: (-g[1], g[0]))[:6])
        notes.append(f"各类合在一起检验；可以用 --group 只看一类：{most_of}。")
    return tuple(notes)
