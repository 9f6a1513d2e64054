"""Daily rainfall: taken in from a csv file, and read back for charts and for the doors at risk."""

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.ledger import ImportReport, SheetCounts
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.rainfall import HEAVY_MM, RainDay, by_day, grade
from mapsvc.domain.times import office_day, to_second
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit
from mapsvc.store import rainfall as store

if TYPE_CHECKING:
    from mapsvc.ledger.rainfall import RainSheet

CHART_DAYS = 30
_MOST_PROBLEMS = 500
_FORMULA_SIGNS = frozenset("=+-@\t")


@dataclass(frozen=True)
class Changes:
    """What a file would do: days that are new, those with another amount (id, before, after), those that agree."""

    new: tuple[RainDay, ...]
    other: tuple[tuple[str, RainDay, RainDay], ...]
    same: int


@dataclass(frozen=True)
class RainOnDay:
    """A day of the chart; mm None: nobody wrote it down."""

    day: date
    mm: float | None

    @property
    def is_heavy(self) -> bool:
        """Whether it counts as heavy rain."""
        return self.mm is not None and self.mm >= HEAVY_MM

    @property
    def words(self) -> str:
        """11月18日 36.5毫米，大雨."""
        day = f"{self.day.month}月{self.day.day}日"
        return f"{day} 没有记录" if self.mm is None else f"{day} {self.mm:g}毫米，{grade(self.mm)}"


def import_rainfall(ws: Workspace, actor: Actor, content: bytes, *, dry_run: bool = False) -> ImportReport:
    """Take in a csv file in one transaction; the same file again changes nothing, another amount replaces the old one.

    Raises
    ------
    Forbidden, TooLarge, Malformed
    Refused
        No header with a day and an amount.
    """
    from mapsvc.ledger.rainfall import read_rainfall

    require(actor, Action.IMPORT_LEDGER)
    at = to_second(ws.clock())
    sheet = read_rainfall(content, office_day(at))
    if dry_run:
        with ws.read() as conn:
            return _report(sheet, _compare(conn, sheet), dry_run=True)
    with ws.write() as conn:
        changes = _compare(conn, sheet)
        store.add(conn, changes.new, actor.person_id, at)
        acts = []
        for row_id, before, after in changes.other:
            store.change(conn, row_id, after.mm, actor.person_id, at)
            acts.append(audit.Act("change_rainfall", "rainfall", row_id, before, after))
        if changes.new:
            days = [row.day for row in changes.new]
            told = {"days": len(days), "from": min(days), "until": max(days)}
            acts.append(audit.Act("import_rainfall", "rainfall", f"{min(days)}", None, told))
        audit.append_many(conn, actor, acts, at)
    return _report(sheet, changes)


def rain_known(conn: Connection, first: date, last: date) -> dict[date, float]:
    """mm by day, the wettest station of each; days that nobody wrote down are missing."""
    return by_day(store.between(conn, first, last))


def last_days(ws: Workspace, actor: Actor, days: int = CHART_DAYS) -> tuple[RainOnDay, ...]:
    """The last so many days up to today, the earliest first.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_ALERTS)
    today = office_day(ws.clock())
    first = today - timedelta(days=days - 1)
    with ws.read() as conn:
        known = rain_known(conn, first, today)
    every = (first + timedelta(days=n) for n in range(days))
    return tuple(RainOnDay(day, known.get(day)) for day in every)


def rain_csv(ws: Workspace, actor: Actor) -> str:
    """Everything that is kept, as a file that can be imported again.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_ALERTS)
    with ws.read() as conn:
        rows = store.between(conn, date.min, date.max)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    has_stations = any(row.station for row in rows)
    writer.writerow(["日期", "雨量mm", *(["站点"] if has_stations else [])])
    for row in rows:
        # A name that a spreadsheet would take for a formula stays text.
        station = f"'{row.station}" if row.station[:1] in _FORMULA_SIGNS else row.station
        writer.writerow([row.day.isoformat(), f"{row.mm:g}", *([station] if has_stations else [])])
    return out.getvalue()


def _compare(conn: Connection, sheet: "RainSheet") -> Changes:
    rows = [row for _, row in sheet.days]
    if not rows:
        return Changes((), (), 0)
    days = [row.day for row in rows]
    kept = {(row.day, row.station): (row_id, row) for row_id, row in store.kept(conn, min(days), max(days))}
    new = tuple(row for row in rows if (row.day, row.station) not in kept)
    known = [(*kept[row.day, row.station], row) for row in rows if (row.day, row.station) in kept]
    other = tuple(one for one in known if one[1].mm != one[2].mm)
    return Changes(new, other, len(known) - len(other))


def _report(sheet: "RainSheet", changes: Changes, *, dry_run: bool = False) -> ImportReport:
    from mapsvc.ledger.rainfall import SHEET

    counts = SheetCounts(sheet.read, len(changes.new), len(changes.other), changes.same, len(sheet.problems))
    shown = sheet.problems[:_MOST_PROBLEMS]
    return ImportReport(None, {SHEET: counts}, shown, len(sheet.problems), is_dry_run=dry_run)
