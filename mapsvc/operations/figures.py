"""办理情况: the four rates per kind of issue, patch and month with the span before, and the list behind each number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain import figures as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.figures import Figure, Outcome, Rate
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.patches import Patch
from mapsvc.domain.periods import Period, months_back
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day
from mapsvc.operations.workspace import Workspace
from mapsvc.store import figures as store_figures
from mapsvc.store import patches as store_patches

NO_PATCH = "-"
"""Stands for what lies in no patch."""
NO_KIND = "-"
"""Stands for what is of no kind."""
MONTHS = 12


class By(StrEnum):
    """What the rows of the table are."""

    KIND = "kind"
    PATCH = "patch"
    MONTH = "month"


@dataclass(frozen=True)
class Asked:
    """Which matters count: those of a span, perhaps of one kind or patch only."""

    period: Period
    kind: str | None = None
    patch: str | None = None


@dataclass(frozen=True)
class Cell:
    """A rate of one row, and the same for the span before."""

    rate: Rate
    now: Figure
    before: Figure


@dataclass(frozen=True)
class Row:
    """A kind, patch, month, or all of them; `asked` says whose lists its numbers open."""

    name: str
    asked: Asked
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Choice:
    """A value to narrow by."""

    code: str
    name: str


@dataclass(frozen=True)
class Table:
    """All of them first, then the rows in the order of their names."""

    rows: tuple[Row, ...]
    kinds: tuple[Choice, ...]
    patches: tuple[Choice, ...]


def figures(ws: Workspace, actor: Actor, asked: Asked, by: By) -> Table:
    """The rates of a span, the whole and by kind, patch or month.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_FIGURES)
    months = months_back(asked.period, MONTHS) if by is By.MONTH else ()
    with ws.read() as conn:
        known = _patches(conn, office_day(ws.clock()))
        spans = {span: outcomes(ws, conn, span) for span in _spans(asked.period, months)}
    now, before = spans[asked.period], spans[asked.period.before]
    kinds = tuple(_kind_choice(code) for code in sorted({o.spot.kind or NO_KIND for o in (*now, *before)}))
    codes = sorted({o.patch or NO_PATCH for o in (*now, *before)}, key=lambda code: (code == NO_PATCH, code))
    patches = tuple(Choice(code, known.get(code, code)) for code in codes)
    rows: list[Row] = []
    if by is By.KIND:
        rows += [_row(kind.name, replace(asked, kind=kind.code), now, before) for kind in kinds]
    elif by is By.PATCH:
        rows += [_row(patch.name, replace(asked, patch=patch.code), now, before) for patch in patches]
    else:
        rows += [_row(m.words, replace(asked, period=m), spans[m], spans[m.before]) for m in months]
    shown = [row for row in rows if any(cell.now.total or cell.before.total for cell in row.cells)]
    return Table((_row("全部", asked, now, before), *shown), kinds, patches)


def behind(ws: Workspace, actor: Actor, asked: Asked, rate: Rate, *, hits_only: bool = False) -> tuple[Outcome, ...]:
    """The list behind a number, the latest decided first.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_FIGURES)
    with ws.read() as conn:
        found = outcomes(ws, conn, asked.period)
    chosen = [o for o in _narrowed(found, asked) if o.rate is rate and (o.is_hit or not hits_only)]
    return tuple(sorted(chosen, key=lambda o: (o.at, o.row), reverse=True))


def outcomes(ws: Workspace, conn: Connection, period: Period) -> tuple[Outcome, ...]:
    """Everything that was decided in a span, with the patch in force at the time."""
    at, since, until = ws.clock(), period.from_at, period.until_at
    found = [o for case, spot in store_figures.decided_cases(conn, since, until) for o in rules.of_case(case, spot, at)]
    found += [o for check, spot in store_figures.checks(conn, since, until) for o in rules.of_check(check, spot)]
    found += [o for one, spot in store_figures.tickets(conn, since, until) for o in rules.of_ticket(one, spot, at)]
    return tuple(_placed(conn, [o for o in found if since <= o.at < until and o.at <= at]))


def _spans(period: Period, months: Sequence[Period]) -> list[Period]:
    return list(dict.fromkeys([period, period.before, *months, *(m.before for m in months)]))


def _row(name: str, asked: Asked, now: Iterable[Outcome], before: Iterable[Outcome]) -> Row:
    here, then = _narrowed(now, asked), _narrowed(before, asked)
    return Row(name, asked, tuple(Cell(r, rules.figure_of(here, r), rules.figure_of(then, r)) for r in Rate))


def _narrowed(found: Iterable[Outcome], asked: Asked) -> list[Outcome]:
    return [
        o
        for o in found
        if (asked.kind is None or (o.spot.kind or NO_KIND) == asked.kind)
        and (asked.patch is None or (o.patch or NO_PATCH) == asked.patch)
    ]


def _kind_choice(code: str) -> Choice:
    return Choice(code, "没有类别" if code == NO_KIND else kind_of(code).name)


def _patches(conn: Connection, today: date) -> dict[str, str]:
    """Names by code, those of today's division first."""
    names: dict[str, str] = {NO_PATCH: "片区以外"}
    for version in reversed(store_patches.versions(conn)):
        if version.valid_from <= today:
            names |= {patch.code: patch.name for patch in store_patches.in_force(conn, version.valid_from)}
    return names


def _placed(conn: Connection, found: list[Outcome]) -> list[Outcome]:
    """With the patch that held each spot on the day when it was decided."""
    import shapely

    versions = store_patches.versions(conn)
    by_version: dict[str, tuple[list[Patch], Any]] = {}
    placed: list[Outcome] = []
    for one in found:
        code = None
        day = office_day(one.at)
        version = next((v for v in versions if v.valid_from <= day), None)
        if version is not None and one.spot.lon is not None:
            if version.id not in by_version:
                patches = store_patches.in_force(conn, day)
                by_version[version.id] = (patches, shapely.STRtree([shapely.from_wkb(p.area) for p in patches]))
            patches, tree = by_version[version.id]
            inside = sorted(tree.query(shapely.Point(one.spot.lon, one.spot.lat), predicate="intersects"))
            code = patches[inside[0]].code if inside else None
        placed.append(replace(one, patch=code))
    return placed
