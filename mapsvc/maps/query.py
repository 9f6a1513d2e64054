"""What is asked of a layer: bbox, zoom and filters, read strictly from the address."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mapsvc.domain.cases import CaseState
from mapsvc.domain.coverage import Part
from mapsvc.domain.issues import IssueSource
from mapsvc.domain.shops import ShopState
from mapsvc.domain.times import day_start, parse_iso
from mapsvc.errors import FieldProblem, Malformed
from mapsvc.maps.clusters import MAX_ZOOM

Box = tuple[float, float, float, float]
"""West, south, east, north in WGS-84 degrees."""

RINGS = ("new", "handling", "overdue", "follow_up")
STATES = frozenset({*CaseState, *ShopState, *RINGS, "open", "all"})
SOURCES = frozenset(IssueSource)
NAMES = ("bbox", "zoom", "since", "until", "kind", "state", "source", "worker", "part")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CODE = re.compile(r"[0-9A-Za-z]{1,16}")
_MOST_VALUES = 60


@dataclass(frozen=True)
class Query:
    """A question to a layer.

    Attributes
    ----------
    bbox : Box or None
        None asks for everything.
    zoom : int
        Whole zoom; decides the size of clusters.
    since, until : datetime or None
        Half-open span [since, until), UTC.
    kinds, states, sources, workers : tuple of str
        Sorted; empty means no filter.
    part : str
        A part of the day; empty means all of it.
    """

    bbox: Box | None = None
    zoom: int = 17
    since: datetime | None = None
    until: datetime | None = None
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    workers: tuple[str, ...] = ()
    part: str = ""


def parse_query(args: Mapping[str, Sequence[str]], allowed: Iterable[str] = NAMES) -> Query:
    """Read the parameters of an address.

    Parameters
    ----------
    args : mapping of name to values
    allowed : iterable of str
        Parameters this call knows.

    Raises
    ------
    Malformed
        Every parameter that cannot be read, each with its field.
    """
    reader = _Reader(args, tuple(allowed))
    query = Query(
        bbox=reader.bbox(),
        zoom=reader.zoom(),
        since=reader.time("since", end_of_day=False),
        until=reader.time("until", end_of_day=True),
        kinds=reader.codes("kind"),
        states=reader.choice("state", STATES),
        sources=reader.choice("source", SOURCES),
        workers=reader.several("worker"),
        part="".join(reader.choice("part", frozenset(Part))[:1]),
    )
    if query.since and query.until and query.since >= query.until:
        reader.problem("until", "span", "until 要晚于 since。")
    reader.finish()
    return query


class _Reader:
    """Collects problems, so that one answer names them all."""

    def __init__(self, args: Mapping[str, Sequence[str]], allowed: tuple[str, ...]) -> None:
        self.args, self.allowed = args, allowed
        self.problems: list[FieldProblem] = []
        for name in sorted(set(args) - set(allowed)):
            self.problem(name[:40], "unknown_parameter", f"不认识参数“{name[:40]}”，可用的有 {'、'.join(allowed)}。")
        for name in NAMES[:4]:
            if name in allowed and len(args.get(name, ())) > 1:
                self.problem(name, "repeated", f"{name} 只能写一次。")

    def problem(self, field: str, code: str, message: str) -> None:
        self.problems.append(FieldProblem(field, code, message))

    def finish(self) -> None:
        if self.problems:
            raise Malformed("".join(problem.message for problem in self.problems), problems=self.problems)

    def one(self, name: str) -> str | None:
        values = self.args.get(name, ()) if name in self.allowed else ()
        return (values[0].strip() or None) if values else None

    def bbox(self) -> Box | None:
        text = self.one("bbox")
        if text is None:
            return None
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            west = south = east = north = math.nan
        if -180 <= west < east <= 180 and -90 <= south < north <= 90:
            return west, south, east, north
        self.problem(
            "bbox", "bbox", "bbox 要依次写西、南、东、北四个度数，用半角逗号分开，如 121.41,31.24,121.43,31.26。"
        )
        return None

    def zoom(self) -> int:
        text = self.one("zoom")
        if text is None:
            return Query.zoom
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if 0 <= value <= MAX_ZOOM:
            return math.floor(value + 0.5)
        self.problem("zoom", "zoom", f"zoom 要是 0 到 {MAX_ZOOM} 之间的数。")
        return Query.zoom

    def time(self, name: str, *, end_of_day: bool) -> datetime | None:
        text = self.one(name)
        if text is None:
            return None
        try:
            if _DAY.fullmatch(text):
                day = datetime.fromisoformat(text).date()
                return day_start(day + timedelta(days=1) if end_of_day else day)
            # In an address "+" is a blank, so an unescaped +08:00 arrives as " 08:00".
            return parse_iso(text.replace(" ", "+")).astimezone(UTC)
        except (ValueError, OverflowError):
            self.problem(name, "time", f"{name} 要是日期或时间，如 2026-09-28 或 2026-09-28T08:00:00+08:00。")
            return None

    def several(self, name: str) -> tuple[str, ...]:
        values = self.args.get(name, ()) if name in self.allowed else ()
        parts = {part.strip() for value in values for part in value.split(",") if part.strip()}
        if len(parts) > _MOST_VALUES or any(len(part) > 40 for part in parts):
            self.problem(name, "too_many", f"{name} 最多 {_MOST_VALUES} 个，每个最多40字。")
            return ()
        return tuple(sorted(parts))

    def codes(self, name: str) -> tuple[str, ...]:
        values = self.several(name)
        bad = [value for value in values if not _CODE.fullmatch(value)]
        if bad:
            self.problem(name, "kind", f"{name} 要是问题种类的代码，如 06010；不认识“{bad[0]}”。")
        return values

    def choice(self, name: str, known: frozenset[str]) -> tuple[str, ...]:
        values = self.several(name)
        bad = [value for value in values if value not in known]
        if bad:
            self.problem(name, name, f"{name} 不认识“{bad[0]}”，可用的有 {'、'.join(sorted(known))}。")
        return values
